import { reactive } from 'vue'
import { type DraftFile, mostFiles } from '../../../contract/media.ts'
import { type Attachment, putFile, type Upload } from '../../media/put-file.ts'

export type { Attachment, Upload }

/**
 * Files an officer is about to send, read into the core piece by piece while the text is still being written. There they are
 * part of the draft (rule 4), and come back from it.
 */

/** The attachments of each thread, by its id: they wait there when the officer looks at another. */
const ofThreads = reactive(new Map<string, Attachment[]>())
/** Sent or taken out: an answer of the core from before must not bring them back. */
const gone = new Set<string>()

export function attachmentsOf(thread: string): readonly Attachment[] {
  return ofThreads.get(thread) ?? []
}

/** Adds what fits and begins to read it. @returns those added */
export function attach(thread: string, files: readonly File[], upload: Upload): Attachment[] {
  const present = ofThreads.get(thread) ?? []
  const added = files.slice(0, Math.max(0, mostFiles - present.length)).map((file) => putFile(file, upload))
  if (added.length > 0) ofThreads.set(thread, [...present, ...added])
  return added
}

/**
 * The files of the draft as the core has them, beside those this page is reading or has read.
 * @returns those that were not here before
 */
export function restore(
  thread: string,
  files: readonly DraftFile[],
  problemOf: (state: 'unfinished' | 'lost') => string,
): Attachment[] {
  const present = ofThreads.get(thread) ?? []
  const here = new Set(present.map(({ upload }) => upload))
  const added = files
    .filter(({ upload }) => !gone.has(upload) && !here.has(upload))
    .map(({ upload, name, bytes, state }) =>
      reactive<Attachment>({
        ...{ upload, name, bytes, part: 1, preview: null },
        ...(state === 'ready'
          ? { state, problem: '' }
          : { state: 'failed' as const, problem: problemOf(state) }),
      }),
    )
  // UUIDv7: in the order they were chosen (RFC 9562).
  const all = [...present, ...added].sort((one, other) => (one.upload < other.upload ? -1 : 1))
  if (added.length > 0) ofThreads.set(thread, all)
  return added
}

/** It was sent. */
export function detach(thread: string, upload: string): void {
  gone.add(upload)
  takeAway(thread, upload)
}

function takeAway(thread: string, upload: string): void {
  const present = ofThreads.get(thread)
  const one = present?.find((each) => each.upload === upload)
  if (!present || !one) return
  if (one.preview) URL.revokeObjectURL(one.preview)
  const left = present.filter((each) => each !== one)
  if (left.length > 0) ofThreads.set(thread, left)
  else ofThreads.delete(thread)
}

/** The officer thought better of it. */
export function drop(thread: string, one: Attachment, upload: Upload): void {
  detach(thread, one.upload)
  upload.drop(one.upload).catch(() => {})
}

/** The thread may be read no longer; what is in the draft stays there. */
export function letGo(thread: string): void {
  for (const { upload } of attachmentsOf(thread)) takeAway(thread, upload)
}

let owner = ''

/** Another person sits down, perhaps while no thread was on the screen: what is here is not theirs. */
export function belongTo(user: string): void {
  if (user === owner) return
  owner = user
  for (const thread of [...ofThreads.keys()]) letGo(thread)
}
