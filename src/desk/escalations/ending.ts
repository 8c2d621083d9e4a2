import { type EscalationOutcome, needsNoVisit, type VisitResult } from '../../contract/escalations.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import type { Reader } from '../privacy/rules.ts'
import { threadReopened, threadReturned, threadWoken } from '../threads/entries.ts'
import type { ThreadState } from '../threads/thread.ts'
import { iso } from '../time.ts'
import * as did from './entries.ts'
import { type Matter, wrongState } from './rules.ts'

/** Rule 12: an escalation closes with an outcome and a date for the return visit 回访, which comes back by itself. Pure. */

export interface Resolving {
  outcome: EscalationOutcome
  note: string
  /** ms. */
  returnVisitAt: number | null
}

export function resolve(
  matter: Matter,
  thread: ThreadState,
  by: Reader,
  end: Resolving,
  now: number,
): Decision {
  if (matter.state !== 'accepted') return wrongState(matter)
  if (!answersFor(matter, thread, by)) return refuse({ code: 'not_of_the_desk', desk: matter.desk })
  const { outcome, returnVisitAt } = end
  if (returnVisitAt === null && !needsNoVisit.has(outcome)) return refuse({ code: 'needs_return_visit' })
  const past = inThePast(returnVisitAt, now)
  if (past) return past
  const visit = returnVisitAt === null ? null : iso(returnVisitAt)
  return entries(
    did.escalationResolved(matter.thread, { escalation: matter.id, outcome, returnVisitAt: visit }, end.note),
  )
}

/**
 * A return visit comes back by itself, to whoever accepted the matter or held the thread last, and to the queue where
 * neither is on shift (rule 7). `ready`: those of the two who are on shift and may hold the thread.
 */
export function visitDue(
  matter: Matter,
  thread: ThreadState,
  ready: ReadonlySet<string>,
  now: number,
): Decision {
  const ripe =
    matter.state === 'visit' && matter.visit_due === 0 && (matter.return_visit_at ?? now + 1) <= now
  if (!ripe) return refuse({ code: 'nothing_to_do' })
  const due = did.escalationVisitDue(matter.thread, matter.id)
  if (thread.closed_at !== null) {
    const holder = [matter.accepted_by, thread.last_holder].find((user) => user !== null && ready.has(user))
    return entries(due, threadReopened(thread.id, 'returnVisit', holder ?? null, null))
  }
  return entries(
    due,
    ...(thread.snoozed_until === null ? [] : [threadWoken(thread.id, 'time')]),
    ...(thread.holder === null || ready.has(thread.holder) ? [] : [threadReturned(thread.id, thread.holder)]),
  )
}

export interface Visiting {
  result: VisitResult
  note: string
  /** ms; null when no further visit is needed. */
  next: number | null
}

/** A visit may be made before its day. */
export function visited(
  matter: Matter,
  thread: ThreadState,
  by: Reader,
  visit: Visiting,
  now: number,
): Decision {
  if (matter.state !== 'visit') return wrongState(matter)
  if (!answersFor(matter, thread, by)) return refuse({ code: 'not_of_the_desk', desk: matter.desk })
  const past = inThePast(visit.next, now)
  if (past) return past
  const next = visit.next === null ? null : iso(visit.next)
  return entries(
    did.escalationVisited(matter.thread, { escalation: matter.id, result: visit.result, next }, visit.note),
  )
}

/** The return visit comes to whoever has the thread by then, so the holder answers for it too. */
/** Who may end it: whoever accepted it or holds the thread, the members of its desk, supervisors. */
export function answersFor(
  matter: Pick<Matter, 'accepted_by' | 'desk'>,
  thread: Pick<ThreadState, 'holder'>,
  by: Reader,
): boolean {
  return (
    by.role === 'supervisor' ||
    by.user === matter.accepted_by ||
    by.user === thread.holder ||
    by.desks.has(matter.desk)
  )
}

function inThePast(at: number | null, now: number): Decision | null {
  return at !== null && at <= now ? refuse({ code: 'in_the_past', at: iso(at) }) : null
}
