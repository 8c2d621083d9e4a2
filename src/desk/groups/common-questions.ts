import { type Decision, entries, refuse } from '../decision.ts'
import type { Reach } from '../service/rules.ts'
import type { FirstDelivery } from '../threads/entries.ts'
import { type Answer, answer, close, type Officer } from '../threads/rules.ts'
import type { ThreadState } from '../threads/thread.ts'
import { iso } from '../time.ts'
import * as did from './entries.ts'

/** Common questions: many residents ask the same, and get one answer. Pure. */

/** A private matter is nobody else's question, and a thread belongs to one common question at most. */
export function link(thread: ThreadState, common: string): Decision {
  if (thread.closed_at !== null) return refuse({ code: 'thread_closed', at: iso(thread.closed_at) })
  if (thread.private === 1) return refuse({ code: 'private_thread' })
  if (thread.common === common) return refuse({ code: 'nothing_to_do' })
  if (thread.common !== null) return refuse({ code: 'already_there', what: 'common', id: thread.common })
  return entries(did.threadMerged(thread.id, common))
}

export function unlink(thread: ThreadState, common: string): Decision {
  if (thread.common !== common) return refuse({ code: 'nothing_to_do' })
  return entries(did.threadUnmerged(thread.id, common))
}

export interface CommonAnswer {
  text: string
  seen: number
  close: boolean
  delivery: FirstDelivery
  reach?: Reach | null
}

/**
 * One thread's share of a common answer, by the rules of any answer: it is claimed if free, left to whoever else holds
 * it, and refused if it has moved on. Where it cannot be closed as asked, it is not answered either.
 */
export function answerOne(
  thread: ThreadState,
  common: string,
  by: Officer,
  asked: CommonAnswer,
  now: number,
): Decision {
  if (thread.closed_at === null && thread.common !== common)
    return refuse({ code: 'wrong_state', what: 'thread', state: 'notLinked' })
  // One answer to many is no hearing of a cry for help that stands among them.
  if (asked.close && thread.alarm !== null && thread.alarm_by === null)
    return refuse({ code: 'wrong_state', what: 'alarm', state: 'ringing' })
  const { text, seen, delivery, reach = null } = asked
  const words: Answer = { text, seen, takeOver: null, delivery, purpose: 'common', reach }
  const answered = answer(thread, by, words, now)
  if ('refused' in answered || !asked.close) return answered
  const then: ThreadState = { ...thread, holder: by.user, last_from: 'desk', waiting_since: null }
  const closed = close(then, by, { disposition: 'answered', seen, note: null }, now)
  return 'refused' in closed ? closed : entries(...answered.entries, ...closed.entries)
}
