import { command, type Page, query, type Role } from './call.ts'
import type { Refusal } from './errors.ts'
import { z } from './schema.ts'
import {
  type Category,
  disposition,
  id,
  instant,
  nothing,
  reason,
  seq,
  shortText,
  text,
  type Urgency,
} from './values.ts'

/** Shift handoff 交接班 (rules 14 to 18). */

/**
 * `preparing`: the outgoing side decides item by item; `offered`: it has signed, the incoming side reads back, accepts
 * and asks; `done`: both have signed and ownership has moved; `cancelled`.
 */
export type HandoffState = 'preparing' | 'offered' | 'done' | 'cancelled'

/** I-PASS illness severity. `critical` and `serious` are the severe ones: they are read back. */
export type Severity = 'critical' | 'serious' | 'watch' | 'routine'
export const isSevere = (severity: Severity) => severity === 'critical' || severity === 'serious'

/** Why something is on the sheet, and what made it severe. */
export type ItemWhy =
  | 'alarm'
  | 'danger'
  | 'escalation'
  | 'returnVisit'
  | 'promise'
  | 'overdue'
  | 'waiting'
  | 'watched'
  | 'snoozed'
  | 'held'
  | 'unclaimed'
  | 'private'
  | 'warning'
  | 'fault'
  /** Messages of some time may be lost. */
  | 'gap'
  | 'quota'
  | 'undelivered'

export interface AccountTrouble {
  /** `what`: key of `connections.faults`; `seconds`: how wrong the clock of the desk's machine is, where that is it. */
  fault: { what: string; code: number | null; since: string; seconds?: number | undefined } | null
  gaps: { from: string; to: string }[]
}

export interface HandoffSignature {
  side: 'outgoing' | 'incoming'
  user: string
  name: string
  role: Role
  at: string
  /** Rule 17: signed by a supervisor in place of this person. */
  onBehalfOf: { user: string; name: string } | null
  reason: string | null
}

export interface HandoffRow {
  id: string
  /** Null: everything the outgoing officer answers for. */
  post: string | null
  postName: string | null
  state: HandoffState
  from: string
  fromName: string
  /** Named when the outgoing side signs. */
  to: string | null
  toName: string | null
  startedAt: string
  /** The freeze point: what happened later belongs to the next shift. */
  frozenAt: string
  /** Ledger size at the freeze point. */
  frozenSeq: number
  offeredAt: string | null
  doneAt: string | null
  /** Nobody signed for the other side in time; it is with the supervisor. */
  overdue: boolean
  counts: {
    items: number
    decided: number
    severe: number
    readBack: number
    accepted: number
    questions: number
  }
  signatures: HandoffSignature[]
  /** Of the checkpoint made with the second signature. Null before, and where this machine has no signing key. */
  code: string | null
  /** The record that this one corrects, and those that correct it (rule 18). */
  corrects: string | null
  correctedBy: string[]
}

export type HandoffDecision =
  | { do: 'handOver'; nextAction: string; deadline: string | null; ifThen: string | null }
  | { do: 'keep'; reason: string }
  | { do: 'close'; disposition: string; note: string | null }

export interface HandoffQuestion {
  id: string
  text: string | null
  byName: string
  at: string
  reply: { text: string | null; byName: string; at: string } | null
}

export interface HandoffItem {
  /** The thread's id, `warning:…` or `account:…`. */
  id: string
  kind: 'thread' | 'warning' | 'account'
  severity: Severity
  why: ItemWhy[]
  thread: string | null
  account: string | null
  accountName: string | null
  private: boolean
  /** Where not, title and texts are withheld (rule 11). */
  readable: boolean
  /** 村组+姓名, or the account's name. */
  title: string
  category: Category | null
  urgency: Urgency | null
  /** Last words at the freeze point, masked. Null where not readable or erased. */
  summary: string | null
  holder: string | null
  holderName: string | null
  waitingSince: string | null
  snoozedUntil: string | null
  alarmAt: string | null
  escalation: { desk: string; level: string; state: string; dueAt: string | null } | null
  returnVisitAt: string | null
  /** Of an account: what is wrong with it, and of which times messages of this shift may be lost. */
  trouble?: AccountTrouble | null
  /** What an earlier handoff promised and is still open. */
  promise: { id: string; nextAction: string | null; deadline: string | null } | null
  /** Its words are empty where not readable or erased. */
  decision: (HandoffDecision & { at: string; byName: string }) | null
  readBack: { text: string | null; at: string; byName: string } | null
  accepted: boolean
  questions: HandoffQuestion[]
  /** Messages since the freeze point: the next shift's. */
  newsSince: number
  /**
   * Once done: whether it moved, and if not why (closed meanwhile, held by somebody else by then, free and private to
   * others than the outgoing officer). Before, why it has gone
   * from the outgoing officer since the freeze point: it then needs no decision, and counts as decided.
   */
  moved:
    | { to: string; toName: string }
    | { left: 'closed' | 'heldByOther' | 'kept' | 'gone' | 'private' }
    | null
}

export interface Handoff extends HandoffRow {
  /** Most severe first, then the longest wait. */
  items: HandoffItem[]
  /** The rest of the queue, which goes with the post as it stands and is claimed by nobody. */
  queue: {
    threads: number
    oldestWaitingSince: string | null
    /** The first 200. */
    rows: {
      thread: string
      title: string
      accountName: string
      waitingSince: string | null
      urgency: Urgency
      category: Category | null
    }[]
  }
  /** Station-wide, taken over from the last handoff of the post until somebody strikes them. */
  notices: string[]
  checkpoint: { size: number; code: string; note: string } | null
  station: string
  text: string | null
  may: {
    /** Decide items, change notices, sign as the outgoing side. */
    prepare: boolean
    /** Reply, take the signature back, cancel: while it is open. */
    outgoing: boolean
    /** Read back, accept, ask. */
    receive: boolean
    /** Which side this reader may sign in the other's place. */
    onBehalf: ('outgoing' | 'incoming')[]
  }
}

/** A handed-over next action with its deadline. */
export interface HandoffPromise {
  id: string
  handoff: string
  item: string
  thread: string | null
  title: string
  readable: boolean
  nextAction: string | null
  deadline: string | null
  to: string
  toName: string
  /** `kept`: done by the deadline, or no deadline and done; `late`; `broken`: the deadline passed and nothing was done. */
  state: 'open' | 'kept' | 'late' | 'broken'
  doneAt: string | null
}

/** What became of an item after the handoff, from the ledger. */
export interface ItemOutcome {
  item: string
  promise: HandoffPromise | null
  /** First act on it by anybody after the handoff, and how long it took (ms). */
  firstAct: { seq: number; type: string; at: string; byName: string; after: number } | null
  firstAnswerAt: string | null
  closedAt: string | null
  disposition: string | null
}

const one = { handoff: id }
const password = z.string().max(256)

export const handoffDecision = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('handOver'),
    nextAction: text,
    /** Severe items need one. */
    deadline: instant.nullable(),
    ifThen: z.string().trim().max(2_000).nullable(),
  }),
  z.strictObject({ do: z.literal('keep'), reason }),
  /** Closes the thread at once. The thread must not have moved on since the freeze point, or since `seen`. */
  z.strictObject({
    do: z.literal('close'),
    disposition,
    note: z.string().trim().max(2_000).nullable(),
    seen: seq.optional(),
  }),
])

export const handoff = {
  /**
   * Freezes and opens the sheet. `of` is another officer who has left without one: a supervisor's. Refused while one of
   * the same officer and post is open.
   */
  'handoff.start': command<{ handoff: string }>()(
    z.strictObject({ post: id.nullable(), of: id.optional(), reason: reason.optional() }),
  ),
  /** A later freeze point; what was decided of items still there stays. Before the outgoing signature. */
  'handoff.refreeze': command<void>()(z.strictObject(one)),
  'handoff.decide': command<{ refused: { item: string; refusal: Refusal }[] }>()(
    z.strictObject({ ...one, items: z.array(id).min(1).max(1_000), decision: handoffDecision }),
  ),
  'handoff.undecide': command<void>()(z.strictObject({ ...one, items: z.array(id).min(1).max(1_000) })),
  'handoff.setNotices': command<void>()(z.strictObject({ ...one, notices: z.array(text).max(20) })),
  /** `to` names the incoming officer, when the outgoing side signs. The second signature moves ownership. */
  'handoff.sign': command<{ state: HandoffState; code: string | null; moved: number; left: number }>()(
    z.strictObject({
      ...one,
      side: z.enum(['outgoing', 'incoming']),
      password,
      to: id.optional(),
      /** The outgoing officer goes off shift with the second signature. */
      signOff: z.boolean().optional(),
      onBehalf: z.strictObject({ reason }).optional(),
    }),
  ),
  /** The outgoing side takes its signature back to change something; what was accepted of unchanged items stays. */
  'handoff.withdraw': command<void>()(z.strictObject(one)),
  'handoff.cancel': command<void>()(z.strictObject({ ...one, reason })),
  'handoff.readBack': command<void>()(z.strictObject({ ...one, item: id, text })),
  'handoff.accept': command<void>()(z.strictObject({ ...one, items: z.array(id).min(1).max(1_000) })),
  'handoff.question': command<{ question: string }>()(z.strictObject({ ...one, item: id, text })),
  'handoff.reply': command<void>()(z.strictObject({ ...one, question: id, text })),
  /** A new record linked to a finished one, with its own signature and checkpoint. */
  'handoff.correct': command<{ handoff: string; code: string | null }>()(
    z.strictObject({ ...one, text, password }),
  ),
  /** For what the ledger cannot know; an answer, a close, a visit or a contact keep a promise by themselves. */
  'promise.done': command<void>()(z.strictObject({ promise: id, note: shortText })),
  /** Open ones oldest first, finished ones newest first. */
  'handoffs.list': query<Page<HandoffRow>>()(
    z.strictObject({
      of: z.enum(['open', 'finished']),
      post: id.optional(),
      user: id.optional(),
      from: instant.optional(),
      to: instant.optional(),
      offset: z.number().int().min(0).max(1_000_000),
      limit: z.number().int().min(1).max(200),
    }),
  ),
  /**
   * Overdue handoffs and promises past or due within half an hour: an officer's own, to others everybody's.
   */
  'handoffs.counts': query<{ forMe: number; open: number; overdue: number; promisesDue: number }>()(nothing),
  'handoff.get': query<Handoff>()(z.strictObject(one)),
  'handoff.outcomes': query<ItemOutcome[]>()(z.strictObject(one)),
  /** Open ones by deadline, the others newest first. */
  'promises.list': query<Page<HandoffPromise>>()(
    z.strictObject({
      of: z.enum(['open', 'broken', 'all']),
      user: id.optional(),
      offset: z.number().int().min(0).max(1_000_000),
      limit: z.number().int().min(1).max(200),
    }),
  ),
}
