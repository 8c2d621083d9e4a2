import type { Role } from '../../contract/call.ts'
import {
  type Category,
  type Disposition,
  explainsSilence,
  type MessageKind,
  type Urgency,
} from '../../contract/values.ts'
import type { Draft, JsonObject } from '../../ledger/entry.ts'
import { acknowledging } from '../alarms/rules.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import { type Reach, unsendable } from '../service/rules.ts'
import { iso } from '../time.ts'
import * as did from './entries.ts'
import { isEndangered } from './rank.ts'
import type { ThreadState } from './thread.ts'

/** The rules of DESIGN §4, 1 to 7, on what an officer does to a thread. Pure: facts in, entries or a refusal out. */

export interface Officer {
  user: string
  role: Role
}
export interface ThreadFacts {
  thread: ThreadState
  /** Whether whoever holds it, or held it last when it is free, is on shift. */
  holderOnShift: boolean
}

function isClosed(thread: ThreadState): Decision | null {
  return thread.closed_at === null ? null : refuse({ code: 'thread_closed', at: iso(thread.closed_at) })
}

const since = (thread: ThreadState) => (thread.held_since === null ? null : iso(thread.held_since))

function notHolder(thread: ThreadState): Decision {
  return refuse({ code: 'not_holder', holder: thread.holder, holderName: null, since: since(thread) })
}

function alreadyClaimed(thread: ThreadState & { holder: string }): Decision {
  return refuse({
    code: 'already_claimed',
    holder: thread.holder,
    holderName: thread.holder,
    since: since(thread) ?? iso(thread.last_at),
  })
}

function movedOn(thread: ThreadState, seen: number): Decision | null {
  return thread.last_seq > seen
    ? refuse({ code: 'thread_moved_on', lastSeq: thread.last_seq, news: [] })
    : null
}

/** Rule 1: at most one holder. */
export function claim(thread: ThreadState, by: Officer): Decision {
  const closed = isClosed(thread)
  if (closed) return closed
  if (thread.holder !== null) return alreadyClaimed(thread as ThreadState & { holder: string })
  return entries(...waking(thread), did.threadClaimed(thread.id, by.user))
}

/** The holder, or a supervisor for somebody else, gives it back to the queue. */
export function release(thread: ThreadState, by: Officer, reason: string | null): Decision {
  const closed = isClosed(thread)
  if (closed) return closed
  if (thread.holder === null || (thread.holder !== by.user && by.role !== 'supervisor'))
    return notHolder(thread)
  return entries(did.threadReleased(thread.id, thread.holder, reason))
}

export interface Recipient {
  user: string
  name: string
  works: boolean
  onShift: boolean
}

export function transfer(
  thread: ThreadState,
  by: Officer,
  to: Recipient | null,
  reason: string | null,
  toUser: string,
): Decision {
  const closed = isClosed(thread)
  if (closed) return closed
  if (thread.holder === null || (thread.holder !== by.user && by.role !== 'supervisor'))
    return notHolder(thread)
  if (to === null || !to.works) return refuse({ code: 'not_found', what: 'person', id: toUser })
  if (to.user === thread.holder) return refuse({ code: 'nothing_to_do' })
  if (!to.onShift) return refuse({ code: 'recipient_off_shift', user: to.user, name: to.name })
  return entries(did.threadTransferred(thread.id, thread.holder, to.user, reason))
}

/** Rule 2: taking over is an act of its own, with a reason. A free thread is simply claimed. */
export function takeOver(thread: ThreadState, by: Officer, reason: string): Decision {
  const closed = isClosed(thread)
  if (closed) return closed
  if (thread.holder === by.user) return refuse({ code: 'nothing_to_do' })
  if (thread.holder === null) return claim(thread, by)
  return entries(did.threadTakenOver(thread.id, thread.holder, by.user, reason))
}

export interface Answer {
  /** What lists and search show; of a message that is no text, words for it. */
  text: string
  /** Something else than a text: what it is, and what it carries. */
  carrying?: { kind: MessageKind; content: JsonObject }
  seen: number
  takeOver: { reason: string } | null
  delivery: did.FirstDelivery
  purpose?: did.Purpose
  /** Undefined or null where the channel sets no bounds. */
  reach?: Reach | null
}

/**
 * Rule 2: answering needs the hold; a free thread is claimed in the same commit, a held one taken over with a
 * reason. Rule 3: an answer to a thread that has moved on is refused.
 */
export function answer(thread: ThreadState, by: Officer, answer: Answer, now: number): Decision {
  const closed = isClosed(thread)
  if (closed) return closed
  const blind = movedOn(thread, answer.seen)
  if (blind) return blind
  const taking: Draft[] = []
  if (thread.holder === null) {
    taking.push(did.threadClaimed(thread.id, by.user))
  } else if (thread.holder !== by.user) {
    if (answer.takeOver === null) return notHolder(thread)
    taking.push(did.threadTakenOver(thread.id, thread.holder, by.user, answer.takeOver.reason))
  }
  const not = unsendable(answer.reach, answer.carrying ? null : answer.text)
  if (not) return refuse(not)
  return entries(
    ...waking(thread),
    ...taking,
    did.messageSent(
      thread.id,
      {
        kind: answer.carrying?.kind ?? 'text',
        delivery: answer.delivery,
        seen: answer.seen,
        sentAt: iso(now),
        ...(answer.purpose ? { purpose: answer.purpose } : {}),
      },
      { text: answer.text, title: null, image: null, external: null, ...answer.carrying?.content },
    ),
  )
}

/** Rule 2 holds for what is sent once more: not over the head of whoever holds the thread now, nor once it is closed. */
export function sendAgain(
  thread: ThreadState,
  by: Officer,
  message: number,
  reach: Reach | null | undefined,
): Decision {
  const closed = isClosed(thread)
  if (closed) return closed
  if (thread.holder !== null && thread.holder !== by.user) return notHolder(thread)
  const not = unsendable(reach, null)
  return not ? refuse(not) : entries(did.messageRetried(thread.id, message))
}

/** Rule 8: only whoever waits can be told of a delay, and goes on waiting for the answer itself. */
export function tellDelay(
  thread: ThreadState,
  by: Officer,
  said: Pick<Answer, 'text' | 'seen' | 'delivery' | 'reach'>,
  now: number,
): Decision {
  if (thread.closed_at === null && thread.waiting_since === null) return refuse({ code: 'nothing_to_do' })
  return answer(thread, by, { ...said, takeOver: null, purpose: 'delay' }, now)
}

/** A supervisor's: whoever holds it, it goes to somebody who is on shift, or back to the queue. */
export function reassign(
  thread: ThreadState,
  to: Recipient | null,
  toUser: string | null,
  reason: string,
): Decision {
  const closed = isClosed(thread)
  if (closed) return closed
  if (toUser === thread.holder) return refuse({ code: 'nothing_to_do' })
  if (toUser !== null) {
    if (to === null || !to.works) return refuse({ code: 'not_found', what: 'person', id: toUser })
    if (!to.onShift) return refuse({ code: 'recipient_off_shift', user: to.user, name: to.name })
  }
  return entries(...waking(thread), did.threadReassigned(thread.id, thread.holder, toUser, reason))
}

export function note(thread: ThreadState, text: string): Decision {
  return entries(did.noteAdded(thread.id, text))
}

export function snooze(thread: ThreadState, by: Officer, until: number, now: number): Decision {
  const closed = isClosed(thread)
  if (closed) return closed
  if (thread.holder !== by.user) return notHolder(thread)
  if (until <= now) return refuse({ code: 'in_the_past', at: iso(until) })
  return entries(did.threadSnoozed(thread.id, iso(until)))
}

export function wake(thread: ThreadState): Decision {
  if (thread.snoozed_until === null) return refuse({ code: 'nothing_to_do' })
  return entries(did.threadWoken(thread.id, 'officer'))
}

/** Rule 7: a snooze that ends while its holder is off shift goes to the queue. */
export function wakeByTime({ thread, holderOnShift }: ThreadFacts, now: number): Decision {
  if (thread.snoozed_until === null || thread.snoozed_until > now) return refuse({ code: 'nothing_to_do' })
  return entries(did.threadWoken(thread.id, 'time'), ...returning(thread, holderOnShift))
}

export interface Closing {
  disposition: Disposition
  seen: number
  note: string | null
}

/**
 * Rule 6: closing says how; silence towards the resident needs a disposition that explains it, and being told of a
 * delay breaks no silence. What is with a desk is not closed over its head; who closes a thread that rings has heard
 * the alarm, and looks after the resident from then on.
 */
export function close(thread: ThreadState, by: Officer, closing: Closing, now: number): Decision {
  const closed = isClosed(thread)
  if (closed) return closed
  if (thread.holder !== null && thread.holder !== by.user && by.role !== 'supervisor')
    return notHolder(thread)
  const blind = movedOn(thread, closing.seen)
  if (blind) return blind
  if (thread.escalation !== null) return refuse({ code: 'escalation_live', escalation: thread.escalation })
  const unanswered = thread.last_from === 'resident' || thread.waiting_since !== null
  if (unanswered && !explainsSilence.has(closing.disposition)) {
    return refuse({ code: 'needs_reason_for_silence' })
  }
  const claiming = thread.holder === null ? [did.threadClaimed(thread.id, by.user)] : []
  return entries(
    ...claiming,
    ...acknowledging(thread, now),
    did.threadClosed(thread.id, closing.disposition, closing.seen, closing.note),
  )
}

/** The officer who reopens it holds it. */
export function reopen(thread: ThreadState, by: Officer, reason: string | null): Decision {
  if (thread.closed_at === null) return refuse({ code: 'thread_open' })
  return entries(did.threadReopened(thread.id, 'officer', by.user, reason))
}

export function categorise(thread: ThreadState, category: Category | null, urgency: Urgency): Decision {
  if (thread.category === category && thread.urgency === urgency) return refuse({ code: 'nothing_to_do' })
  return entries(did.threadCategorised(thread.id, category, urgency))
}

/** Rule 8: the age at which a waiting thread goes to the supervisor. */
export function overdue(thread: ThreadState, waitMinutes: Record<Urgency, number>, now: number): Decision {
  const minutes = waitMinutes[isEndangered(thread) ? 'urgent' : thread.urgency]
  const ripe =
    thread.closed_at === null &&
    thread.overdue === 0 &&
    thread.clock_since !== null &&
    thread.clock_since + minutes * 60_000 <= now
  if (!ripe) return refuse({ code: 'nothing_to_do' })
  return entries(did.threadOverdue(thread.id, iso(thread.waiting_since as number), minutes))
}

/**
 * 件件有回音: an answer that did not arrive is none. Where nothing newer was said, its thread is to be seen again, as when
 * the resident writes: a closed one is reopened (rule 5), a snoozed one woken, and neither on somebody off shift (rule 7).
 */
export function undelivered({ thread, holderOnShift }: ThreadFacts, message: number): Draft[] {
  if (thread.answer !== message) return []
  if (thread.closed_at !== null) {
    const holder = holderOnShift ? thread.last_holder : null
    return [did.threadReopened(thread.id, 'undelivered', holder, null)]
  }
  const woken = thread.snoozed_until === null ? [] : [did.threadWoken(thread.id, 'undelivered')]
  return [...woken, ...returning(thread, holderOnShift)]
}

export function waking(thread: ThreadState): Draft[] {
  return thread.snoozed_until === null ? [] : [did.threadWoken(thread.id, 'officer')]
}

export function returning(thread: ThreadState, holderOnShift: boolean): Draft[] {
  return thread.holder !== null && !holderOnShift ? [did.threadReturned(thread.id, thread.holder)] : []
}
