/** Samples per second of AMR narrow band (3GPP TS 26.071). */
const rate = 8_000
const patience = 20_000

/**
 * A WeChat voice (AMR narrow band) as samples, decoded beside the page.
 * @throws Error where it is no such voice, or takes too long
 */
export function decodedVoice(amr: Uint8Array): Promise<Float32Array<ArrayBuffer>> {
  const worker = new Worker(new URL('./voice-worker.ts', import.meta.url), { type: 'module' })
  return new Promise<Float32Array<ArrayBuffer>>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('decoding takes too long')), patience)
    worker.onmessage = ({ data }: MessageEvent<{ amr: Float32Array<ArrayBuffer> | null }>) => {
      clearTimeout(late)
      if (data.amr && data.amr.length > 0) resolve(data.amr)
      else reject(new Error('no AMR voice'))
    }
    worker.onerror = (event) => {
      clearTimeout(late)
      reject(new Error(event.message))
    }
    worker.postMessage({ command: 'decode', buffer: amr })
  }).finally(() => worker.terminate())
}

/** The voice as a WAV file (16 bit, mono), which every player knows. */
export function asWav(samples: Float32Array): Blob {
  const header = new DataView(new ArrayBuffer(44))
  const write = (at: number, text: string) => {
    for (let n = 0; n < text.length; n += 1) header.setUint8(at + n, text.charCodeAt(n))
  }
  const bytes = samples.length * 2
  write(0, 'RIFF')
  header.setUint32(4, 36 + bytes, true)
  write(8, 'WAVEfmt ')
  header.setUint32(16, 16, true)
  header.setUint16(20, 1, true)
  header.setUint16(22, 1, true)
  header.setUint32(24, rate, true)
  header.setUint32(28, rate * 2, true)
  header.setUint16(32, 2, true)
  header.setUint16(34, 16, true)
  write(36, 'data')
  header.setUint32(40, bytes, true)
  const data = Int16Array.from(samples, (sample) => Math.round(Math.max(-1, Math.min(1, sample)) * 0x7fff))
  return new Blob([header, data], { type: 'audio/wav' })
}
