import { type Decision, entries, refuse } from '../decision.ts'
import { threadReturned, threadWoken } from '../threads/entries.ts'
import type { ThreadState } from '../threads/thread.ts'
import * as did from './entries.ts'

/** What was handed over with a next action is a promise, until it is done. Pure. */

/** Times in ms. */
export interface PromiseState {
  id: string
  handoff: string
  item: string
  thread: string | null
  deadline: number | null
  done_at: number | null
  /** Its deadline has passed with nothing done, and that is on record. */
  fell_due: 0 | 1
}

export function stateOf(
  { deadline, done_at }: Pick<PromiseState, 'deadline' | 'done_at'>,
  now: number,
): 'open' | 'kept' | 'late' | 'broken' {
  if (done_at === null) return deadline !== null && deadline <= now ? 'broken' : 'open'
  return deadline === null || done_at <= deadline ? 'kept' : 'late'
}

/** Said to be done, where the ledger cannot know: a call, a visit, a paper fetched. */
export function done(promise: PromiseState, note: string): Decision {
  if (promise.done_at !== null) return refuse({ code: 'nothing_to_do' })
  const { id, handoff, item, thread } = promise
  return entries(
    thread === null
      ? did.handoffPromiseDone(handoff, item, id, note)
      : did.threadPromiseDone(thread, handoff, id, note),
  )
}

/**
 * By the clock, once: nothing was done by the deadline. The thread then waits as for an answer and rises in the inbox;
 * it wakes, and goes back to the queue where its holder has gone home (rule 7).
 */
export function fallDue(
  promise: PromiseState,
  thread: ThreadState | null,
  holderOnShift: boolean,
  now: number,
): Decision {
  const { id, handoff, item, deadline, done_at, fell_due } = promise
  const ripe = done_at === null && fell_due === 0 && deadline !== null && deadline <= now
  if (!ripe) return refuse({ code: 'nothing_to_do' })
  if (thread === null || thread.closed_at !== null) return entries(did.handoffPromiseDue(handoff, item, id))
  return entries(
    did.threadPromiseDue(thread.id, handoff, id),
    ...(thread.snoozed_until === null ? [] : [threadWoken(thread.id, 'time')]),
    ...(thread.holder === null || holderOnShift ? [] : [threadReturned(thread.id, thread.holder)]),
  )
}
