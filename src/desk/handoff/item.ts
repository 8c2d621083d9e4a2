import type { AccountTrouble, HandoffDecision, ItemWhy, Severity } from '../../contract/handoff.ts'
import type { Category, Urgency } from '../../contract/values.ts'

/** What a handoff and its items are to the rules. Times of the ledger as it writes them, others in ms. */

export type ItemKind = 'thread' | 'warning' | 'account'

/** An item as it stood at the freeze point: what the sheet shows of it for ever. Texts stay where they are, by `seq`. */
export interface FrozenItem {
  /** The thread's id, `warning:…` or `account:…`. */
  id: string
  kind: ItemKind
  severity: Severity
  why: ItemWhy[]
  thread: string | null
  account: string | null
  /** Whose content says who it is about. */
  card: number | null
  /** Whose content is the last word. */
  said: number | null
  /** The newest word or recall there was: what one has seen who closes it from the sheet (rule 3). */
  lastSeq: number
  closed: boolean
  category: Category | null
  urgency: Urgency | null
  holder: string | null
  waitingSince: string | null
  snoozedUntil: string | null
  alarmAt: string | null
  escalation: { desk: string; level: string; state: string; dueAt: string | null } | null
  returnVisitAt: string | null
  /** Of an account that is reached through a connection. */
  trouble?: AccountTrouble | null
  promise: string | null
}

/** Of the rest of the queue, a thread as it stood. */
export interface QueuedThread {
  thread: string
  account: string
  card: number
  waitingSince: string | null
  urgency: Urgency
  category: Category | null
}

export interface FrozenQueue {
  threads: number
  oldestWaitingSince: string | null
  /** The first of them. */
  rows: QueuedThread[]
}

export type LeftWhy = 'closed' | 'heldByOther' | 'gone' | 'private'

/** Of an item what the rules decide by. */
export interface ItemState {
  id: string
  kind: ItemKind
  severity: Severity
  thread: string | null
  lastSeq: number
  /** At the freeze point. */
  closed: boolean
  holder: string | null
  /** Null: not decided. `deadline` in ms. */
  decision: (HandoffDecision & { seq: number }) | null
  readBack: boolean
  accepted: boolean
  questions: number
}

export interface HandoffState {
  id: string
  post: string | null
  state: 'preparing' | 'offered' | 'done' | 'cancelled'
  from: string
  to: string | null
  /** Who signed for the outgoing side. */
  signedBy: string | null
  signOff: boolean
  offeredAt: number | null
  overdue: boolean
  corrects: string | null
}

/** Whoever acts. */
export interface Actor {
  user: string
  role: string
}

export interface Colleague {
  user: string
  /** Enabled, and an officer or supervisor. */
  works: boolean
  onShift: boolean
}

export const warningItem = (warning: string) => `warning:${warning}`
export const accountItem = (account: string) => `account:${account}`
/** The warning's or account's own id. */
export const idWithin = (item: string) => item.slice(item.indexOf(':') + 1)

/** The promise that a decision to hand over makes, once both have signed. */
export const promiseOf = (decisionSeq: number) => `p${decisionSeq}`
