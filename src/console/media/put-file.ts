import { v7 } from 'uuid'
import { reactive } from 'vue'
import { largestMedia, pieceBytes } from '../../contract/media.ts'

/** A file that is to be sent, read into the core piece by piece while the text is still being written. */

export interface Attachment {
  upload: string
  name: string
  bytes: number
  state: 'reading' | 'ready' | 'failed'
  /** 0 to 1. */
  part: number
  /** Why it cannot be sent, in words. */
  problem: string
  /** Address of its picture, where it is one. */
  preview: string | null
}

export interface Upload {
  put(piece: { upload: string; name: string; offset: number; total: number; bytes: string }): Promise<unknown>
  drop(upload: string): Promise<unknown>
  wordsOf(error: unknown): string
  tooLarge(): string
}

/** Base64 of bytes; in slices, since an argument list has an end. */
function base64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8_192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192))
  return btoa(text)
}

/** Begins to read it. What comes of it stands in the answer, which changes meanwhile. */
export function putFile(file: File, upload: Upload): Attachment {
  const one = reactive<Attachment>({
    upload: v7(),
    name: file.name || 'image.png',
    bytes: file.size,
    state: 'reading',
    part: 0,
    problem: '',
    preview: /^image\/(png|jpeg)$/.test(file.type) ? URL.createObjectURL(file) : null,
  })
  void read(one, file, upload)
  return one
}

async function read(one: Attachment, file: File, upload: Upload): Promise<void> {
  if (file.size > largestMedia || file.size === 0) {
    one.state = 'failed'
    one.problem = upload.tooLarge()
    return
  }
  try {
    for (let offset = 0; offset < file.size; offset += pieceBytes) {
      const piece = new Uint8Array(await file.slice(offset, offset + pieceBytes).arrayBuffer())
      await upload.put({
        upload: one.upload,
        name: one.name,
        offset,
        total: file.size,
        bytes: base64(piece),
      })
      one.part = Math.min(1, (offset + piece.length) / file.size)
    }
    one.state = 'ready'
  } catch (error) {
    one.state = 'failed'
    one.problem = upload.wordsOf(error)
  }
}
