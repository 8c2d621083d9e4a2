import { deflateSync } from 'node:zlib'

/** Small true files of each kind, different for each number, so that a store of contents has something to keep apart. */
export function sample(
  kind: string,
  number: number,
  size?: number,
): { bytes: Buffer; name: string; type: string } {
  switch (kind) {
    case 'image':
      return { bytes: padded(png(number), size), name: `picture-${number}.png`, type: 'image/png' }
    case 'voice':
      return { bytes: amr(number, size), name: `voice-${number}.amr`, type: 'audio/amr' }
    case 'video':
      return { bytes: padded(mp4(number), size), name: `film-${number}.mp4`, type: 'video/mp4' }
    default: {
      const bytes = padded(Buffer.from(`file ${number}\n`), size)
      return { bytes, name: `材料-${number}.txt`, type: 'application/octet-stream' }
    }
  }
}

function padded(bytes: Buffer, size: number | undefined): Buffer {
  return size === undefined || size <= bytes.length
    ? bytes
    : Buffer.concat([bytes, Buffer.alloc(size - bytes.length)])
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? (0xedb88320 ^ (c >>> 1)) >>> 0 : c >>> 1
  return c
})

function crc(bytes: Buffer): number {
  let c = 0xffffffff
  for (const byte of bytes) c = ((crcTable[(c ^ byte) & 255] as number) ^ (c >>> 8)) >>> 0
  return (c ^ 0xffffffff) >>> 0
}

function chunk(name: string, data: Buffer): Buffer {
  const whole = Buffer.alloc(12 + data.length)
  whole.writeUInt32BE(data.length)
  whole.write(name, 4, 'latin1')
  data.copy(whole, 8)
  whole.writeUInt32BE(crc(whole.subarray(4, 8 + data.length)), 8 + data.length)
  return whole
}

/** 24×24 pixels in a colour of its own, with the number along the first row. */
export function png(number: number): Buffer {
  const side = 24
  const head = Buffer.alloc(13)
  head.writeUInt32BE(side)
  head.writeUInt32BE(side, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const rows = Buffer.alloc(side * (1 + side * 3))
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const at = y * (1 + side * 3) + 1 + x * 3
      const bit = y === 0 && x < 32 ? (number >>> x) & 1 : 0
      rows.set(
        [(number * 37 + 80 + bit * 90) & 255, (number * 101 + 40) & 255, (number * 197 + 160) & 255],
        at,
      )
    }
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** Frames of 12.2 kbit/s: 32 bytes for 20 ms. */
export function amr(number: number, size = 6 + 32 * 50): Buffer {
  const frames = Math.max(1, Math.floor((size - 6) / 32))
  const bytes = Buffer.alloc(6 + frames * 32)
  bytes.write('#!AMR\n', 'latin1')
  for (let n = 0; n < frames; n++) {
    bytes[6 + n * 32] = 0x3c
    bytes.writeUInt32BE(number >>> 0, 6 + n * 32 + 1)
  }
  return bytes
}

function mp4(number: number): Buffer {
  const head = Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isomiso2', 'latin1')
  const data = Buffer.alloc(16)
  data.writeUInt32BE(16)
  data.write('mdat', 4, 'latin1')
  data.writeUInt32BE(number >>> 0, 8)
  return Buffer.concat([head, data])
}

/** Bytes of a frame by its kind (0..15), without the leading byte; of AMR narrowband. */
const frameBytes = [12, 13, 15, 17, 19, 20, 26, 31, 5, 6, 5, 5, 0, 0, 0, 0]

/** null when it is no AMR. */
export function amrSeconds(bytes: Buffer): number | null {
  if (bytes.toString('latin1', 0, 6) !== '#!AMR\n') return null
  let frames = 0
  for (let at = 6; at < bytes.length; frames++)
    at += 1 + (frameBytes[((bytes[at] as number) >> 3) & 15] as number)
  return frames * 0.02
}
