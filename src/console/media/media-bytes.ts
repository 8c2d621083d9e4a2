import type { MediaPiece } from '../../contract/media.ts'

/** Media types the page may show by itself; anything else is only ever saved. */
const showable = /^(image\/(png|jpeg|gif|webp)|video\/mp4|audio\/(mpeg|wav|amr))$/

export interface Bytes {
  blob: Blob
  name: string | null
}

/**
 * A file piece by piece, each asked for after the one before it has come.
 * @param progress told what part of it is here, 0 to 1
 * @throws what `read` throws; `AbortError` once the signal says so; `Error` where the pieces do not fit together
 */
export async function wholeMedia(
  read: (offset: number) => Promise<MediaPiece>,
  progress: (part: number) => void,
  signal: AbortSignal,
): Promise<Bytes> {
  const pieces: Uint8Array<ArrayBuffer>[] = []
  let here = 0
  for (;;) {
    const piece = await read(here)
    signal.throwIfAborted()
    const bytes = Uint8Array.from(atob(piece.bytes), (char) => char.charCodeAt(0))
    if (piece.offset !== here || (bytes.length === 0 && piece.total > here))
      throw new Error('the pieces of a file do not fit together')
    pieces.push(bytes)
    here += bytes.length
    progress(piece.total === 0 ? 1 : here / piece.total)
    if (here < piece.total) continue
    const type = showable.test(piece.type) ? piece.type : 'application/octet-stream'
    return { blob: new Blob(pieces, { type }), name: piece.name }
  }
}

const units = ['B', 'KB', 'MB'] as const

/** `840 KB`, `1.2 MB`. */
export function sizeWords(bytes: number): string {
  let size = bytes
  let unit = 0
  while (size >= 1_000 && unit < units.length - 1) {
    size /= 1024
    unit += 1
  }
  return `${size < 10 && unit > 0 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`
}
