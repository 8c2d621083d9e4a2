import { v7 } from 'uuid'
import { reactive } from 'vue'
import { largestMedia, pieceBytes } from '../../../contract/media.ts'

/** Files an officer is about to send, read into the core piece by piece while the text is still being written. */

export const mostFiles = 9

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

/** The attachments of each thread, by its id: they wait there when the officer looks at another. */
const ofThreads = reactive(new Map<string, Attachment[]>())

export function attachmentsOf(thread: string): readonly Attachment[] {
  return ofThreads.get(thread) ?? []
}

/** Adds what fits and begins to read it. @returns how many did not fit */
export function attach(thread: string, files: readonly File[], upload: Upload): number {
  const present = ofThreads.get(thread) ?? []
  const fitting = files.slice(0, Math.max(0, mostFiles - present.length))
  for (const file of fitting) {
    const one = reactive<Attachment>({
      upload: v7(),
      name: file.name || 'image.png',
      bytes: file.size,
      state: 'reading',
      part: 0,
      problem: '',
      preview: /^image\/(png|jpeg)$/.test(file.type) ? URL.createObjectURL(file) : null,
    })
    present.push(one)
    void read(one, file, upload)
  }
  ofThreads.set(thread, present)
  return files.length - fitting.length
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

/** It was sent. */
export function detach(thread: string, upload: string): void {
  const present = ofThreads.get(thread)
  const gone = present?.find((each) => each.upload === upload)
  if (!present || !gone) return
  if (gone.preview) URL.revokeObjectURL(gone.preview)
  const left = present.filter((each) => each !== gone)
  if (left.length > 0) ofThreads.set(thread, left)
  else ofThreads.delete(thread)
}

/** The officer thought better of it. */
export function drop(thread: string, one: Attachment, upload: Upload): void {
  detach(thread, one.upload)
  upload.drop(one.upload).catch(() => {})
}

/** Another person sits down. */
export function dropAll(): void {
  for (const [thread, present] of [...ofThreads])
    for (const { upload } of [...present]) detach(thread, upload)
}
