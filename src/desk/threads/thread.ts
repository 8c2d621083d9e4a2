import type { Category, Disposition, MessageKind, Urgency } from '../../contract/values.ts'
import type { Entry } from '../../ledger/entry.ts'

/** A thread as its entries have made it. Times in ms since 1970. The same shape is the row in the database. */
export interface ThreadState {
  /** `seq` of its `thread.opened`. */
  n: number
  id: string
  account: string
  contact: string
  conversation: string | null
  continues: string | null
  opened_at: number
  closed_at: number | null
  disposition: Disposition | null
  holder: string | null
  held_since: number | null
  last_holder: string | null
  urgency: Urgency
  category: Category | null
  snoozed_until: number | null
  /** Last message or recall: what an officer must have seen to answer (rule 3). 0 before any. */
  last_seq: number
  /** Last message, shown in the list. 0 before any. */
  last_message: number
  last_from: 'resident' | 'desk'
  last_kind: MessageKind
  last_at: number
  last_recalled: 0 | 1
  waiting_since: number | null
  overdue: 0 | 1
  rank: number
}

const urgencyWeight: Record<Urgency, number> = { urgent: 0, priority: 1, routine: 2 }
const band = 1e13

/**
 * The inbox order as one number, ascending: overdue before waiting before the rest; within those by urgency,
 * then the longest wait first; threads that wait for nothing by newest message.
 */
export function rank(thread: ThreadState): number {
  if (thread.waiting_since === null) return 7 * band - thread.last_at
  return ((thread.overdue ? 0 : 3) + urgencyWeight[thread.urgency]) * band + thread.waiting_since
}

/** Ranks of threads of this urgency that wait since at most `until` (ms) and are not yet overdue. */
export function rankOfWaiting(urgency: Urgency, until: number): { from: number; to: number } {
  const from = (3 + urgencyWeight[urgency]) * band
  return { from, to: from + until }
}
/** Ranks below this are overdue threads; below `rankOfResting` are waiting ones. */
export const rankOfNotOverdue = 3 * band
export const rankOfResting = 6 * band

export function opened(entry: Entry, conversation: string | null): ThreadState {
  const at = Date.parse(entry.at)
  const data = entry.data as { account: string; contact: string; continues: string | null }
  const thread: ThreadState = {
    n: entry.seq,
    id: entry.subject,
    account: data.account,
    contact: data.contact,
    conversation,
    continues: data.continues,
    opened_at: at,
    closed_at: null,
    disposition: null,
    holder: null,
    held_since: null,
    last_holder: null,
    urgency: 'routine',
    category: null,
    snoozed_until: null,
    last_seq: 0,
    last_message: 0,
    last_from: 'resident',
    last_kind: 'text',
    last_at: at,
    last_recalled: 0,
    waiting_since: null,
    overdue: 0,
    rank: 0,
  }
  thread.rank = rank(thread)
  return thread
}

/** Every field that the data of a thread's entry can have; each entry type has the ones its maker gave it. */
interface EntryData {
  kind: MessageKind
  sentAt: string
  at: string
  message: number
  holder: string | null
  to: string
  until: string
  why: string
  disposition: Disposition
  category: Category | null
  urgency: Urgency
}

type Evolve = (thread: ThreadState, entry: Entry, data: EntryData, at: number) => void

const hold = (thread: ThreadState, holder: string | null, at: number) => {
  if (thread.holder !== null) thread.last_holder = thread.holder
  thread.holder = holder
  thread.held_since = holder === null ? null : at
}
const answered = (thread: ThreadState) => {
  thread.waiting_since = null
  thread.overdue = 0
}

const evolutions: Record<string, Evolve> = {
  'message.received': (thread, entry, data) => {
    const sentAt = Date.parse(data.sentAt)
    thread.last_seq = entry.seq
    thread.last_message = entry.seq
    thread.last_from = 'resident'
    thread.last_kind = data.kind
    thread.last_at = sentAt
    thread.last_recalled = 0
    thread.waiting_since ??= sentAt
  },
  'message.sent': (thread, entry, data) => {
    const sentAt = Date.parse(data.sentAt)
    thread.last_seq = entry.seq
    thread.last_message = entry.seq
    thread.last_from = 'desk'
    thread.last_kind = data.kind
    thread.last_at = sentAt
    thread.last_recalled = 0
    answered(thread)
  },
  'message.recalled': (thread, entry, data) => {
    thread.last_seq = entry.seq
    if (data.message === thread.last_message) thread.last_recalled = 1
  },
  'thread.claimed': (thread, _entry, data, at) => hold(thread, data.holder, at),
  'thread.transferred': (thread, _entry, data, at) => hold(thread, data.to, at),
  'thread.takenOver': (thread, _entry, data, at) => hold(thread, data.to, at),
  'thread.released': (thread, _entry, _data, at) => hold(thread, null, at),
  'thread.returned': (thread, _entry, _data, at) => hold(thread, null, at),
  'thread.snoozed': (thread, _entry, data) => {
    thread.snoozed_until = Date.parse(data.until)
  },
  'thread.woken': (thread) => {
    thread.snoozed_until = null
  },
  'thread.closed': (thread, _entry, data, at) => {
    hold(thread, null, at)
    thread.closed_at = at
    thread.disposition = data.disposition
    thread.snoozed_until = null
    answered(thread)
  },
  'thread.reopened': (thread, _entry, data, at) => {
    thread.closed_at = null
    thread.disposition = null
    hold(thread, data.holder, at)
    if (data.why === 'officer' && thread.last_from === 'resident') thread.waiting_since = thread.last_at
  },
  'thread.categorised': (thread, _entry, data) => {
    thread.category = data.category
    thread.urgency = data.urgency
  },
  'thread.overdue': (thread) => {
    thread.overdue = 1
  },
}

/** Entry types that change a thread's state. */
export const evolving: readonly string[] = Object.keys(evolutions)

/** Changes `thread` in place as the entry says. */
export function evolve(thread: ThreadState, entry: Entry): void {
  evolutions[entry.type]?.(thread, entry, entry.data as unknown as EntryData, Date.parse(entry.at))
  thread.rank = rank(thread)
}
