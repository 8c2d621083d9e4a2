import type { Refusal } from '../../contract/errors.ts'
import type { EscalationDesk, EscalationLevel, EscalationState } from '../../contract/escalations.ts'
import type { Draft } from '../../ledger/entry.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import { covering, type Guarded, type Reader } from '../privacy/rules.ts'
import { type Reach, unsendable } from '../service/rules.ts'
import {
  type FirstDelivery,
  messageSent,
  threadClaimed,
  threadReopened,
  threadTransferred,
} from '../threads/entries.ts'
import { waking } from '../threads/rules.ts'
import type { ThreadState } from '../threads/thread.ts'
import { iso, minute } from '../time.ts'
import { supervisorsDesk } from './desks.ts'
import * as did from './entries.ts'

/** Rules 11 and 12: a matter is given to a desk, which accepts or declines it in time. How it ends: `ending.ts`. Pure. */

/** A matter as the rules see it. Times in ms. */
export interface Matter {
  id: string
  thread: string
  desk: string
  level: string
  state: EscalationState
  due_at: number
  accepted_by: string | null
  return_visit_at: number | null
  visit_due: 0 | 1
}

export interface Escalating {
  escalation: string
  reason: string
  private: boolean
  /** Null where there is none of this id. */
  desk: EscalationDesk | null
  level: EscalationLevel | null
  asked: { desk: string; level: string }
  /** The threads this one continues, which its privacy covers. */
  earlier: readonly Guarded[]
}

/**
 * The holder's to do, or a supervisor's. A free thread is claimed in the same commit, so that whoever raised it still
 * reads what has become private, and the resident is not left without anybody until the desk accepts.
 */
export function escalate(thread: ThreadState, by: Reader, raised: Escalating, now: number): Decision {
  if (thread.closed_at !== null) return refuse({ code: 'thread_closed', at: iso(thread.closed_at) })
  if (thread.holder !== null && thread.holder !== by.user && by.role !== 'supervisor')
    return notHolder(thread)
  if (thread.escalation !== null) return refuse({ code: 'escalation_live', escalation: thread.escalation })
  const { desk, level } = raised
  if (desk === null) return refuse({ code: 'not_found', what: 'desk', id: raised.asked.desk })
  if (level === null) return refuse({ code: 'not_found', what: 'level', id: raised.asked.level })
  const place = {
    escalation: raised.escalation,
    desk: desk.id,
    level: level.id,
    private: raised.private,
    dueAt: due(desk, level, now),
  }
  return entries(
    ...waking(thread),
    ...(thread.holder === null ? [threadClaimed(thread.id, by.user)] : []),
    did.threadEscalated(thread.id, place, raised.reason),
    ...(raised.private ? covering(thread.id, raised.earlier) : []),
  )
}

export interface Telling {
  text: string
  seen: number
  delivery: FirstDelivery
  reach?: Reach | null
}

/** Whoever accepts holds the thread from then on; what the resident is told of it names what was seen (rule 3). */
export function accept(
  matter: Matter,
  level: EscalationLevel | null,
  thread: ThreadState,
  by: Reader,
  tell: Telling | null,
  now: number,
): Decision {
  if (matter.state !== 'offered' && matter.state !== 'returned') return wrongState(matter)
  const not = whyNotAccept(matter, level, by)
  if (not) return refuse(not)
  if (tell !== null && thread.last_seq > tell.seen)
    return refuse({ code: 'thread_moved_on', lastSeq: thread.last_seq, news: [] })
  const unsent = tell && unsendable(tell.reach, tell.text)
  if (unsent) return refuse(unsent)
  return entries(
    ...taking(thread, by.user),
    did.escalationAccepted(thread.id, matter.id),
    ...(tell === null ? [] : [told(thread.id, tell, now)]),
  )
}

export function decline(matter: Matter, level: EscalationLevel | null, by: Reader, reason: string): Decision {
  if (matter.state !== 'offered') return wrongState(matter)
  const not = whyNotAccept(matter, level, by)
  if (not) return refuse(not)
  return entries(did.escalationDeclined(matter.thread, matter.id, supervisorsDesk, reason))
}

/** By the clock, once: what has come back to the supervisor is offered to nobody. */
export function lapse(matter: Matter, now: number): Decision {
  if (matter.state !== 'offered' || matter.due_at > now) return refuse({ code: 'nothing_to_do' })
  return entries(did.escalationLapsed(matter.thread, matter.id, supervisorsDesk))
}

export function reassign(
  matter: Matter,
  by: Reader,
  to: {
    desk: EscalationDesk | null
    level: EscalationLevel | null
    asked: { desk: string; level: string }
    reason: string
  },
  now: number,
): Decision {
  if (by.role !== 'supervisor') return refuse({ code: 'needs_supervisor' })
  if (matter.state === 'visit' || matter.state === 'ended') return wrongState(matter)
  const { desk, level } = to
  if (desk === null) return refuse({ code: 'not_found', what: 'desk', id: to.asked.desk })
  if (level === null) return refuse({ code: 'not_found', what: 'level', id: to.asked.level })
  const place = { escalation: matter.id, desk: desk.id, level: level.id, dueAt: due(desk, level, now) }
  return entries(did.escalationReassigned(matter.thread, place, to.reason))
}

/** Whether this reader may accept or decline it now. */
export function mayAccept(
  matter: Pick<Matter, 'state' | 'desk'>,
  level: EscalationLevel | null,
  by: Reader,
): boolean {
  const open = matter.state === 'offered' || matter.state === 'returned'
  return (
    open && (by.role === 'officer' || by.role === 'supervisor') && whyNotAccept(matter, level, by) === null
  )
}

/** Supervisors act for every desk, so that a matter is never lost with the members of its desk. */
function whyNotAccept(
  matter: Pick<Matter, 'state' | 'desk'>,
  level: EscalationLevel | null,
  by: Reader,
): Refusal | null {
  if (by.role === 'supervisor') return null
  if (matter.state === 'returned' || level?.accepts !== 'members') return { code: 'needs_supervisor' }
  return by.desks.has(matter.desk) ? null : { code: 'not_of_the_desk', desk: matter.desk }
}

function taking(thread: ThreadState, user: string): Draft[] {
  if (thread.closed_at !== null) return [threadReopened(thread.id, 'officer', user, null)]
  if (thread.holder === user) return waking(thread)
  return [
    ...waking(thread),
    thread.holder === null
      ? threadClaimed(thread.id, user)
      : threadTransferred(thread.id, thread.holder, user, null),
  ]
}

function told(thread: string, tell: Telling, now: number): Draft {
  const { delivery, seen, text } = tell
  return messageSent(
    thread,
    { kind: 'text', delivery, seen, sentAt: iso(now), purpose: 'taken' },
    { text, title: null, image: null, external: null },
  )
}

/** The shorter of the desk's time and the level's. */
function due(desk: EscalationDesk, level: EscalationLevel, now: number): string {
  return iso(now + Math.min(desk.acceptMinutes, level.acceptMinutes) * minute)
}

export function wrongState({ state }: Matter): Decision {
  return refuse({ code: 'wrong_state', what: 'escalation', state })
}

function notHolder(thread: ThreadState): Decision {
  const since = thread.held_since === null ? null : iso(thread.held_since)
  return refuse({ code: 'not_holder', holder: thread.holder, holderName: null, since })
}
