import type { Step } from './alarms.ts'
import { command, type Page, query } from './call.ts'
import { z } from './schema.ts'
import { id, reason, seq, shortText, text } from './values.ts'

/** Scam warnings 预警劝阻: somebody is about to be cheated, and must be reached in time. */

export const warningType = z.enum([
  'fakeJob',
  'fakeService',
  'fakePolice',
  'loan',
  'investment',
  'romance',
  'nudeChat',
  'shopping',
  'game',
  'other',
])
export type WarningType = z.infer<typeof warningType>

/** What is to be done next: call → message → look whether it was read → ask a neighbour → visit → outcome. */
export const warningSteps = ['call', 'message', 'reply', 'neighbour', 'visit', 'outcome'] as const
export type WarningStep = (typeof warningSteps)[number]

export const callResult = z.enum(['reached', 'busy', 'noAnswer', 'off'])
export const replyResult = z.enum(['answered', 'read', 'silent'])
export const neighbourResult = z.enum(['reached', 'willTell', 'notFound'])
export const visitDone = z.enum(['met', 'notHome'])
export const warningOutcome = z.enum(['dissuaded', 'lossStopped', 'lost', 'notAtRisk', 'unreachable'])
export type WarningOutcome = z.infer<typeof warningOutcome>

/** A resident of the register who may be meant, or may help. */
export interface ContactHit {
  id: string
  account: string
  accountName: string
  name: string
  villageGroup: string | null
  tags: string[]
  /** Masked. */
  phone: string | null
  /** Same phone, same name, or same village group. */
  why: 'phone' | 'name' | 'villageContact' | 'neighbour'
}

export interface WarningRow {
  id: string
  name: string | null
  /** Masked. */
  phone: string | null
  type: WarningType
  contact: string | null
  /** The thread the prepared message left by. */
  thread: string | null
  holder: string | null
  holderName: string | null
  enteredAt: string
  enteredByName: string
  step: WarningStep
  stepSince: string
  /** By when this step must be done. */
  dueAt: string | null
  overdue: boolean
  calls: number
  closedAt: string | null
  outcome: WarningOutcome | null
}

export interface WarningDetail {
  warning: WarningRow
  note: string | null
  source: string | null
  steps: Step[]
  /** The prepared text, with what it names filled in. */
  message: string
  /** Whom to ask: village contacts first, then others of the same village group. */
  neighbours: ContactHit[]
  /** Whom in the register it may be, while none is linked. */
  matches: ContactHit[]
  /** The last word of the linked thread, to name when the message is sent (rule 3). */
  lastSeq: number | null
}

/** One warning read from pasted text. */
export interface PastedWarning {
  name: string | null
  phone: string | null
  type: WarningType
  /** What was in the paste besides: shown, and kept as the note. */
  rest: string
  matches: ContactHit[]
}

const one = { warning: id }
const phone = z
  .string()
  .trim()
  .regex(/^[0-9+\- ]{5,20}$/)

export const warnings = {
  'warnings.list': query<Page<WarningRow> & { open: number; overdue: number }>()(
    z.strictObject({
      of: z.enum(['open', 'closed']),
      offset: z.number().int().min(0).max(1_000_000),
      limit: z.number().int().min(1).max(200),
    }),
  ),
  'warning.get': query<WarningDetail>()(z.strictObject(one)),
  /** Reads name, phone and type from a pasted notice; several notices make several. */
  'warnings.read': query<{
    found: PastedWarning[]
    aside: { line: number; text: string; reason: string }[]
  }>()(
    z.strictObject({
      text: z
        .string()
        .min(1)
        .max(50_000)
        .refine((t) => t.isWellFormed()),
    }),
  ),
  'warning.enter': command<{ warning: string }>()(
    z.strictObject({
      name: shortText,
      phone: phone.nullable(),
      type: warningType,
      source: shortText.nullable(),
      note: z.string().trim().max(4_000).nullable(),
      contact: id.nullable(),
    }),
  ),
  /** Whoever works it holds it; a held one is refused with who and since when. */
  'warning.claim': command<void>()(z.strictObject(one)),
  'warning.link': command<void>()(z.strictObject({ ...one, contact: id.nullable() })),
  'warning.called': command<void>()(z.strictObject({ ...one, result: callResult })),
  /** By the resident's thread where one is linked (`seen` as rule 3), else by an officer's own phone. */
  'warning.messaged': command<{ thread: string | null }>()(
    z.strictObject({ ...one, text, by: z.enum(['thread', 'phone']), seen: seq.optional() }),
  ),
  'warning.replied': command<void>()(z.strictObject({ ...one, result: replyResult })),
  'warning.neighbourAsked': command<void>()(
    z.strictObject({ ...one, contact: id.nullable(), name: shortText.nullable(), result: neighbourResult }),
  ),
  'warning.visited': command<void>()(z.strictObject({ ...one, result: visitDone })),
  'warning.close': command<void>()(z.strictObject({ ...one, outcome: warningOutcome, note: reason })),
  'warning.unmaskPhone': command<{ phone: string }>()(z.strictObject(one)),
  'contacts.find': query<ContactHit[]>()(
    z.strictObject({ words: shortText, limit: z.number().int().min(1).max(50) }),
  ),
}
