import type { AlarmKind } from '../../contract/alarms.ts'
import type { Urgency } from '../../contract/values.ts'
import type { ThreadState } from './thread.ts'

/** Where a thread stands in the inbox. */

export const urgencyWeight: Record<Urgency, number> = { urgent: 0, priority: 1, routine: 2 }
const band = 1e13

/** Kinds of finding that bring a waiting thread before all others. */
const sortedUp: ReadonlySet<AlarmKind | null> = new Set<AlarmKind | null>(['crisis', 'violence', 'missing'])

export const isEndangered = ({ mark_kind }: Pick<ThreadState, 'mark_kind'>) => sortedUp.has(mark_kind)

/**
 * The inbox order as one number, ascending: those in danger first (rule 10), then overdue before waiting before
 * the rest; within those by urgency, then the longest wait first; threads that wait for nothing by newest message.
 */
export function rank(thread: ThreadState): number {
  if (thread.clock_since === null) return 7 * band - thread.last_at
  if (isEndangered(thread)) return (thread.overdue ? -2 : -1) * band + thread.clock_since
  return ((thread.overdue ? 0 : 3) + urgencyWeight[thread.urgency]) * band + thread.clock_since
}

/** Ranks of threads of this urgency whose clock stands at `until` (ms) or before and that are not yet overdue. */
export function rankOfWaiting(urgency: Urgency | 'endangered', until: number): { from: number; to: number } {
  const from = urgency === 'endangered' ? -band : (3 + urgencyWeight[urgency]) * band
  return { from, to: from + until }
}
/** Ranks below this wait for an answer. */
export const rankOfResting = 6 * band
/** SQL: the thread is overdue, told by its rank alone. */
export const overdueByRank = `(rank < ${3 * band} AND rank NOT BETWEEN ${-band} AND -1)`
export const isOverdueByRank = (rank: number) => rank < 3 * band && (rank < -band || rank > -1)
