import { command, query } from './call.ts'
import type { Refusal } from './errors.ts'
import { z } from './schema.ts'
import type { ThreadRow } from './threads.ts'
import { id, nothing, reason, seq, shortText, text } from './values.ts'

/** Residents' groups (rule 13), who was pulled in, and common questions answered once. */

export interface CommonQuestion {
  id: string
  title: string
  openedAt: string
  openedByName: string
  /** Linked threads that this reader may read. */
  threads: { thread: string; contactName: string; waiting: boolean; lastSeq: number; answered: boolean }[]
  answers: number
}

/** What came of an act on many threads: those left out say why. */
export interface ManyDone {
  done: string[]
  left: { thread: string; refusal: Refusal }[]
}

const several = z.array(id).min(1).max(500)

export const groups = {
  /** Opens or links the one-to-one thread with whoever wrote `message`, and leaves a neutral line in the group. */
  'group.moveToPrivate': command<{ thread: string; opened: boolean }>()(
    z.strictObject({ thread: id, message: seq, seen: seq, line: text, greeting: text.optional() }),
  ),
  /** A colleague, or a professional from outside; on record either way. */
  'thread.pullIn': command<void>()(
    z.strictObject({
      thread: id,
      who: z.union([
        z.strictObject({ user: id }),
        z.strictObject({ name: shortText, profession: shortText }),
      ]),
      reason,
    }),
  ),
  /** Open threads whose residents ask much the same, most alike first. */
  'common.similar': query<{ row: ThreadRow; likeness: number; question: string }[]>()(
    z.strictObject({ thread: id }),
  ),
  'commons.list': query<CommonQuestion[]>()(nothing),
  'common.get': query<CommonQuestion>()(z.strictObject({ common: id })),
  'common.open': command<{ common: string }>()(z.strictObject({ title: shortText, threads: several })),
  'common.link': command<void>()(z.strictObject({ common: id, threads: several })),
  'common.unlink': command<void>()(z.strictObject({ common: id, thread: id })),
  /** One answer to every linked thread; each names what the officer saw of it (rule 3). */
  'common.answer': command<ManyDone>()(
    z.strictObject({
      common: id,
      text,
      seen: z
        .array(z.strictObject({ thread: id, seen: seq }))
        .min(1)
        .max(500),
      close: z.boolean(),
    }),
  ),
}
