import type { AlarmKind, Strength } from '../../contract/alarms.ts'
import type { Category, Disposition, MessageKind, Urgency } from '../../contract/values.ts'
import type { Entry } from '../../ledger/entry.ts'
import { rank, urgencyWeight } from './rank.ts'
import {
  answered,
  arrived,
  failed,
  goesOnWaiting,
  isAnswer,
  isOwed,
  sentAgain,
  settled,
  waits,
} from './waiting.ts'

/** A thread as its entries have made it. Times in ms since 1970. The same shape is the row in the database. */
export interface ThreadState {
  /** `seq` of its `thread.opened`. */
  n: number
  id: string
  account: string
  /** The resident, or the group as a whole. */
  contact: string
  kind: 'direct' | 'group'
  conversation: string | null
  continues: string | null
  opened_at: number
  closed_at: number | null
  disposition: Disposition | null
  holder: string | null
  held_since: number | null
  last_holder: string | null
  /** When a handoff last moved it (rule 17). */
  handed_at: number | null
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
  /** What the clock of rule 8 counts from: the wait, or when the resident was told of the delay. */
  clock_since: number | null
  told_at: number | null
  /** The message by which they were told, also while an answer to what they were told of is on its way. */
  told_by: number | null
  overdue: 0 | 1
  /** The desk's newest answer that left, or is to leave, through the channel; null where a person sent a newer one. */
  answer: number | null
  /** What became of it. `again`: it had failed, and is on its way once more. */
  answer_state: 'queued' | 'accepted' | 'failed' | 'again' | null
  /** Since when they have waited if it does not arrive, and when they had been told of the delay. */
  owed_since: number | null
  owed_told: number | null
  /** While an answer is owed: since when they wait for something besides it. */
  asked_since: number | null
  /** Rule 11. */
  private: 0 | 1
  /** Whose members may read it when it is private. */
  desk: string | null
  /** A later thread of the same conversation whose privacy covers this one too. */
  covered_by: string | null
  /** The live escalation, its state and level. */
  escalation: string | null
  escalation_state: 'offered' | 'returned' | 'accepted' | null
  level: string | null
  /** The open alarm, and who looks after the resident; nobody does while it rings. */
  alarm: string | null
  alarm_by: string | null
  mark_kind: AlarmKind | null
  mark_strength: Strength | null
  /** The common question it is linked to. */
  common: string | null
  rank: number
}

export interface OpenedData {
  account: string
  contact: string
  continues: string | null
  kind?: 'group'
  /** It continues a private one, whose desk may read it too (rule 11). */
  private?: true
  desk?: string | null
}

export function opened(entry: Entry, conversation: string | null): ThreadState {
  const at = Date.parse(entry.at)
  const data = entry.data as unknown as OpenedData
  const thread: ThreadState = {
    n: entry.seq,
    id: entry.subject,
    account: data.account,
    contact: data.contact,
    kind: data.kind ?? 'direct',
    conversation,
    continues: data.continues,
    opened_at: at,
    closed_at: null,
    disposition: null,
    holder: null,
    held_since: null,
    last_holder: null,
    handed_at: null,
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
    clock_since: null,
    told_at: null,
    told_by: null,
    overdue: 0,
    answer: null,
    answer_state: null,
    owed_since: null,
    owed_told: null,
    asked_since: null,
    private: data.private ? 1 : 0,
    desk: data.desk ?? null,
    covered_by: null,
    escalation: null,
    escalation_state: null,
    level: null,
    alarm: null,
    alarm_by: null,
    mark_kind: null,
    mark_strength: null,
    common: null,
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
  delivery: string
  holder: string | null
  to: string | null
  until: string
  why: string
  disposition: Disposition
  category: Category | null
  urgency: Urgency
  purpose?: string
  escalation: string
  desk: string | null
  level: string
  private: boolean
  coveredBy: string | null
  alarm: string
  rings: boolean
  looksAfter: string
  common: string | null
  kinds: { kind: AlarmKind; strength: Strength }[]
}

type Evolve = (thread: ThreadState, entry: Entry, data: EntryData, at: number) => void

const hold = (thread: ThreadState, holder: string | null, at: number) => {
  if (thread.holder !== null) thread.last_holder = thread.holder
  thread.holder = holder
  thread.held_since = holder === null ? null : at
}
/** Whoever came to see a resident, or did what was promised, owes them nothing more unless they have said a word since. */
const spokenWith = (thread: ThreadState) => {
  if (thread.last_from === 'desk' && !isOwed(thread)) settled(thread)
}
const returned = (thread: ThreadState, supervisors: string) => {
  thread.escalation_state = 'returned'
  thread.desk = supervisors
}

/** What a mark does: it sorts the thread up, and says what it may be about where nobody has said yet. */
export const meaning: Record<AlarmKind, { category: Category; urgency: Urgency }> = {
  crisis: { category: 'crisis', urgency: 'urgent' },
  violence: { category: 'emergency', urgency: 'urgent' },
  missing: { category: 'emergency', urgency: 'urgent' },
  fraud: { category: 'scam', urgency: 'priority' },
  dispute: { category: 'dispute', urgency: 'routine' },
}
/** Most dangerous first; a ring weighs three places. */
export const gravity: readonly AlarmKind[] = ['crisis', 'violence', 'missing', 'fraud', 'dispute']
const lightness = (kind: AlarmKind, strength: Strength) =>
  gravity.indexOf(kind) + (strength === 'ring' ? 0 : 3) + gravity.indexOf(kind) / 10

function mark(thread: ThreadState, kind: AlarmKind, strength: Strength): void {
  const { mark_kind, mark_strength } = thread
  if (mark_kind === null || lightness(kind, strength) < lightness(mark_kind, mark_strength ?? 'watch')) {
    thread.mark_kind = kind
    thread.mark_strength = strength
  }
  const { category, urgency } = meaning[kind]
  thread.category ??= category
  if (urgencyWeight[urgency] < urgencyWeight[thread.urgency]) thread.urgency = urgency
}

const evolutions: Record<string, Evolve> = {
  'message.received': (thread, entry, data, at) => {
    const sentAt = Date.parse(data.sentAt)
    const goesOn = thread.last_message !== 0 && thread.last_from === 'resident'
    thread.last_seq = entry.seq
    thread.last_message = entry.seq
    thread.last_from = 'resident'
    thread.last_kind = data.kind
    // Of what they have said in a row the newest, in whatever order it came.
    thread.last_at = goesOn ? Math.max(thread.last_at, sentAt) : sentAt
    thread.last_recalled = 0
    // Ages are told by this clock: where it is behind the channel's, nobody may wait unseen until it has caught up.
    waits(thread, Math.min(sentAt, at))
  },
  'message.sent': (thread, entry, data) => {
    const sentAt = Date.parse(data.sentAt)
    thread.last_seq = entry.seq
    // Said elsewhere before the resident's last word, and told after it: it answers nothing (rule 8).
    if (data.delivery === 'sentByHand' && thread.last_from === 'resident' && sentAt < thread.last_at) return
    thread.last_message = entry.seq
    thread.last_from = 'desk'
    thread.last_kind = data.kind
    thread.last_at = sentAt
    thread.last_recalled = 0
    const queued = data.delivery === 'queued'
    if (isAnswer(data.purpose)) answered(thread, { message: entry.seq, sentAt, queued })
  },
  'message.accepted': (thread, _entry, { message }) => arrived(thread, message),
  'message.failed': (thread, _entry, { message }) => failed(thread, message),
  'message.retried': (thread, _entry, { message }) => sentAgain(thread, message),
  'thread.delayTold': (thread, _entry, { message }, at) => {
    thread.told_at = at
    thread.told_by = message
    thread.clock_since = at
    thread.overdue = 0
  },
  'message.recalled': (thread, entry, data) => {
    thread.last_seq = entry.seq
    if (data.message === thread.last_message) thread.last_recalled = 1
  },
  'thread.claimed': (thread, _entry, data, at) => hold(thread, data.holder, at),
  'thread.transferred': (thread, _entry, data, at) => hold(thread, data.to, at),
  'thread.takenOver': (thread, _entry, data, at) => hold(thread, data.to, at),
  'thread.reassigned': (thread, _entry, data, at) => hold(thread, data.to, at),
  'thread.handedOver': (thread, _entry, data, at) => {
    hold(thread, data.to, at)
    thread.handed_at = at
  },
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
    thread.mark_kind = null
    thread.mark_strength = null
    thread.common = null
    settled(thread)
  },
  'thread.reopened': (thread, _entry, data, at) => {
    thread.closed_at = null
    thread.disposition = null
    hold(thread, data.holder, at)
    if (data.why === 'message') return
    if (thread.last_from === 'resident') waits(thread, thread.last_at)
    if (isOwed(thread)) goesOnWaiting(thread)
  },
  'thread.categorised': (thread, _entry, data) => {
    thread.category = data.category
    thread.urgency = data.urgency
  },
  'thread.overdue': (thread) => {
    thread.overdue = 1
  },
  'thread.escalated': (thread, _entry, data) => {
    thread.escalation = data.escalation
    thread.escalation_state = 'offered'
    thread.desk = data.desk
    thread.level = data.level
    if (data.private) thread.private = 1
  },
  'escalation.accepted': (thread) => {
    thread.escalation_state = 'accepted'
  },
  'escalation.declined': (thread, _entry, data) => returned(thread, data.desk as string),
  'escalation.lapsed': (thread, _entry, data) => returned(thread, data.desk as string),
  'escalation.reassigned': (thread, _entry, data) => {
    thread.escalation_state = 'offered'
    thread.desk = data.desk
    thread.level = data.level
  },
  'escalation.resolved': (thread) => {
    thread.escalation = null
    thread.escalation_state = null
    thread.level = null
  },
  // A return visit is waited for as an answer is, so that nobody forgets it.
  'escalation.visitDue': (thread, _entry, _data, at) => waits(thread, at),
  'escalation.visited': spokenWith,
  // As a return visit: what was promised of it at a handoff is waited for.
  'thread.promiseDue': (thread, _entry, _data, at) => waits(thread, at),
  'thread.promiseDone': spokenWith,
  'thread.madePrivate': (thread, _entry, data) => {
    thread.private = 1
    thread.covered_by = data.coveredBy
    // The desk of a matter long resolved reads nothing new.
    const anew = data.coveredBy === null && thread.escalation === null
    if (data.desk !== null || anew) thread.desk = data.desk
  },
  'thread.madePublic': (thread) => {
    thread.private = 0
    thread.covered_by = null
  },
  'message.assessed': (thread, _entry, data) => {
    for (const { kind, strength } of data.kinds) mark(thread, kind, strength)
  },
  'alarm.raised': (thread, _entry, data) => {
    thread.alarm = data.alarm
    thread.alarm_by = null
  },
  'alarm.causeAdded': (thread, _entry, data) => {
    if (data.rings) thread.alarm_by = null
  },
  'alarm.acknowledged': (thread, entry) => {
    thread.alarm_by = entry.actor.user
  },
  'alarm.followed': (thread, _entry, data) => {
    thread.alarm_by = data.looksAfter
  },
  'alarm.closed': (thread) => {
    thread.alarm = null
    thread.alarm_by = null
  },
  'thread.merged': (thread, _entry, data) => {
    thread.common = data.common
  },
  'thread.unmerged': (thread) => {
    thread.common = null
  },
}

/** Entry types that change a thread's state. */
export const evolving: readonly string[] = Object.keys(evolutions)

/** Changes `thread` in place as the entry says. */
export function evolve(thread: ThreadState, entry: Entry): void {
  evolutions[entry.type]?.(thread, entry, entry.data as unknown as EntryData, Date.parse(entry.at))
  thread.rank = rank(thread)
}
