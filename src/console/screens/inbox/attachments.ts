import { reactive } from 'vue'
import { type Attachment, putFile, type Upload } from '../../media/put-file.ts'

export type { Attachment, Upload }

/** Files an officer is about to send, read into the core piece by piece while the text is still being written. */

export const mostFiles = 9

/** The attachments of each thread, by its id: they wait there when the officer looks at another. */
const ofThreads = reactive(new Map<string, Attachment[]>())

export function attachmentsOf(thread: string): readonly Attachment[] {
  return ofThreads.get(thread) ?? []
}

/** Adds what fits and begins to read it. @returns how many did not fit */
export function attach(thread: string, files: readonly File[], upload: Upload): number {
  const present = ofThreads.get(thread) ?? []
  const fitting = files.slice(0, Math.max(0, mostFiles - present.length))
  for (const file of fitting) present.push(putFile(file, upload))
  ofThreads.set(thread, present)
  return files.length - fitting.length
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
