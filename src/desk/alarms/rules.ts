import type { AlarmKind, AlarmOutcome, Finding, Strength } from '../../contract/alarms.ts'
import type { Draft } from '../../ledger/entry.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import * as threadDid from '../threads/entries.ts'
import { gravity, type ThreadState } from '../threads/thread.ts'
import { hour, iso, minute } from '../time.ts'
import * as did from './entries.ts'

/** Rule 10: what rings, for whom, until when. Pure. */

/** Unacknowledged for this long (ms) it goes to the supervisors, and again each time that long passes. */
export const calledAfter = minute
/** After so many calls they come further apart, so that an empty station does not fill its ledger. */
const closeCalls = 10
export const calledRarely = 10 * minute
/** New words within this time of an acknowledgement are part of what was acknowledged; later ones ring anew. */
export const sameEpisode = 10 * minute
/** Of a chat that is pasted, what was said so long ago is marked and does not ring. */
export const oldAfter = 72 * hour
/** Until when whoever acknowledged should have spoken with the resident, unless they say otherwise. */
export const firstContactWithin = 15 * minute

/** Kinds whose recall rings even where the words alone were only watched. */
const recallRings: ReadonlySet<AlarmKind> = new Set<AlarmKind>(['crisis', 'violence'])

export interface AlarmState {
  id: string
  thread: string
  kind: AlarmKind
  state: 'ringing' | 'followed' | 'closed'
  /** When it rang last (ms): raised, or rang anew. */
  rang_at: number
  acknowledged_at: number | null
  /** The newest message or recall of the thread when it was acknowledged. */
  acknowledged_seq: number
  looks_after: string | null
  next_contact_at: number | null
  contact_due: 0 | 1
  calls: number
  /** Since it last rang. */
  called_at: number | null
}

export interface Causing {
  thread: ThreadState
  /** The thread's open alarm. */
  open: AlarmState | null
  /** Id for a new alarm, should one be needed. */
  fresh: string
  /** Said in a group by somebody for whom the open alarm has not rung. */
  another?: boolean
  /** It came by an account worked by hand, where old chats are pasted too. */
  pasted?: boolean
  /** When an officer last answered in this thread (ms). */
  answered?: number | null
  now: number
}

/** Findings worth an entry. */
export function worthMarking(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ strength }) => strength !== 'none')
}

/** A message has come in and was assessed: it is marked, and rings if any finding does. */
export function assessed(
  facts: Causing,
  message: number,
  version: string,
  findings: readonly Finding[],
): Decision {
  const marked = worthMarking(findings)
  if (marked.length === 0) return refuse({ code: 'nothing_to_do' })
  const old = facts.pasted === true && facts.now - facts.thread.last_at > oldAfter
  const mark = did.messageAssessed(facts.thread.id, { message, version, old }, marked)
  const ringing = gravest(marked.filter(({ strength }) => strength === 'ring'))
  if (ringing === undefined || old) return entries(mark)
  const { kind, rules } = ringing
  return entries(mark, ...sounding(facts, { kind, strength: 'ring', rules }, 'message', message, version))
}

function gravest<F extends { kind: AlarmKind }>(findings: readonly F[]): F | undefined {
  return findings.toSorted((a, b) => gravity.indexOf(a.kind) - gravity.indexOf(b.kind))[0]
}

/** Of what a message was marked with, that by which its recall is judged. */
export function unsaid<F extends { kind: AlarmKind }>(marks: readonly F[]): F | undefined {
  return gravest(marks.filter(({ kind }) => recallRings.has(kind))) ?? marks[0]
}

/** A marked message was taken back: what somebody wanted unsaid is what must be heard (rules 9 and 10). */
export function recalled(
  facts: Causing,
  message: { seq: number; kind: AlarmKind; strength: Strength },
  version: string,
): Decision {
  if (facts.open === null && !recallRings.has(message.kind)) return refuse({ code: 'nothing_to_do' })
  const { kind, strength } = message
  return entries(...sounding(facts, { kind, strength, rules: [] }, 'recall', message.seq, version))
}

function sounding(
  facts: Causing,
  found: { kind: AlarmKind; strength: Strength; rules: string[] },
  cause: did.Cause,
  message: number,
  version: string,
): Draft[] {
  const { thread, open, fresh } = facts
  const more = open === null ? null : added(facts, open, found.kind, cause, message)
  if (more !== null && !more.rings) return [did.alarmCauseAdded(thread.id, more)]
  const reopening =
    thread.closed_at === null ? [] : [threadDid.threadReopened(thread.id, 'alarm', null, null)]
  const waking = thread.snoozed_until === null ? [] : [threadDid.threadWoken(thread.id, 'message')]
  return [
    ...reopening,
    ...waking,
    more === null
      ? did.alarmRaised(thread.id, { alarm: fresh, ...found, cause, message, version })
      : did.alarmCauseAdded(thread.id, more),
  ]
}

/**
 * Nothing rings twice for one cause. What was there when somebody acknowledged is known, its recall too; and what
 * is said while somebody has only just acknowledged or answered belongs to the talk they are having, unless it is of a
 * graver danger, or somebody else says it. A time that is still to come was told by a clock since put right.
 */
function added(
  { answered, another = false, now }: Causing,
  open: AlarmState,
  kind: AlarmKind,
  cause: did.Cause,
  message: number,
) {
  const graver = gravity.indexOf(kind) < gravity.indexOf(open.kind)
  const talking = [open.acknowledged_at, answered].some(
    (at) => typeof at === 'number' && Math.abs(now - at) <= sameEpisode,
  )
  const known = message <= open.acknowledged_seq
  const rings = open.state === 'followed' && !known && (graver || another || !talking)
  return { alarm: open.id, cause, message, rings, ...(graver ? { kind } : {}) }
}

const wrongState = ({ state }: AlarmState) => refuse({ code: 'wrong_state', what: 'alarm', state })

/** By name. Whoever acknowledges looks after the resident, and holds the thread if nobody does. */
export function acknowledge(alarm: AlarmState, thread: ThreadState, by: string, now: number): Decision {
  if (alarm.state !== 'ringing') return wrongState(alarm)
  const claiming =
    thread.holder === null && thread.closed_at === null ? [threadDid.threadClaimed(thread.id, by)] : []
  const contactAt = iso(now + firstContactWithin)
  return entries(did.alarmAcknowledged(thread.id, alarm.id, thread.last_seq, contactAt), ...claiming)
}

/** The acknowledgement that lies in closing a thread while its alarm has not been heard by anybody. */
export function acknowledging(thread: ThreadState, now: number): Draft[] {
  if (thread.alarm === null || thread.alarm_by !== null) return []
  return [did.alarmAcknowledged(thread.id, thread.alarm, thread.last_seq, iso(now + firstContactWithin))]
}

export function follow(
  alarm: AlarmState,
  to: { user: string; works: boolean } | null,
  asked: { looksAfter: string; nextContactAt: number },
  now: number,
): Decision {
  if (alarm.state !== 'followed') return wrongState(alarm)
  if (to === null || !to.works) return refuse({ code: 'not_found', what: 'person', id: asked.looksAfter })
  if (asked.nextContactAt <= now) return refuse({ code: 'in_the_past', at: iso(asked.nextContactAt) })
  return entries(did.alarmFollowed(alarm.thread, alarm.id, to.user, iso(asked.nextContactAt)))
}

export function contacted(
  alarm: AlarmState,
  said: { note: string; nextContactAt: number },
  now: number,
): Decision {
  if (alarm.state !== 'followed') return wrongState(alarm)
  if (said.nextContactAt <= now) return refuse({ code: 'in_the_past', at: iso(said.nextContactAt) })
  return entries(did.alarmContacted(alarm.thread, alarm.id, iso(said.nextContactAt), said.note))
}

/** Two people agree that the danger is over: nobody decides that alone. */
export function close(
  alarm: AlarmState,
  by: string,
  second: { user: string; works: boolean } | null,
  closing: { outcome: AlarmOutcome; note: string },
): Decision {
  if (alarm.state !== 'followed') return wrongState(alarm)
  if (second === null || !second.works || second.user === by) return refuse({ code: 'needs_second_person' })
  return entries(did.alarmClosed(alarm.thread, alarm.id, closing.outcome, second.user, closing.note))
}

/** When an unacknowledged alarm is next to be called to the supervisors (ms), after `calls` calls of which the last
 * was at `calledAt`: however late that was, there is a minute between two of them. */
export function nextCall(rangAt: number, calls: number, calledAt: number | null): number {
  const close = Math.min(calls + 1, closeCalls)
  const planned = rangAt + close * calledAfter + (calls + 1 - close) * calledRarely
  if (calledAt === null) return planned
  return Math.min(Math.max(planned, calledAt + calledAfter), calledAt + callEvery(calls))
}

/** How long (ms) after so many calls the next one may be away. One further off was planned by a clock put back since. */
const callEvery = (calls: number) => (calls < closeCalls ? calledAfter : calledRarely)
export const callEverySql = `CASE WHEN calls < ${closeCalls} THEN ${calledAfter} ELSE ${calledRarely} END`

export function call(alarm: AlarmState, now: number): Decision {
  const away = nextCall(alarm.rang_at, alarm.calls, alarm.called_at) - now
  const due = alarm.state === 'ringing' && (away <= 0 || away > callEvery(alarm.calls))
  return due
    ? entries(did.alarmCalled(alarm.thread, alarm.id, alarm.calls + 1))
    : refuse({ code: 'nothing_to_do' })
}

export function contactDue(alarm: AlarmState, now: number): Decision {
  const due = alarm.state === 'followed' && alarm.contact_due === 0 && (alarm.next_contact_at ?? now) <= now
  return due ? entries(did.alarmContactDue(alarm.thread, alarm.id)) : refuse({ code: 'nothing_to_do' })
}
