import type { Queue } from '../../contract/threads.ts'
import type { Category } from '../../contract/values.ts'
import { isOverdueByRank, overdueByRank, rankOfResting } from './rank.ts'
import type { ThreadState } from './thread.ts'

/**
 * Which threads stand in which queue, and in what order. Twice: as SQL on the table of now, and as functions of a
 * state for an earlier moment, of which there is no table. A test holds the two against each other.
 */

export interface QueueFilter {
  queue: Queue
  account?: string | undefined
  category?: Category | undefined
  /** Empty for free threads. */
  holder?: string | undefined
}

export type OpenQueue = Exclude<Queue, 'closed'>

const conditions: Record<OpenQueue, string> = {
  unclaimed: 'holder IS NULL AND snoozed_until IS NULL',
  mine: 'holder = @me AND snoozed_until IS NULL',
  waiting: `rank < ${rankOfResting} AND snoozed_until IS NULL`,
  escalated: 'escalation IS NOT NULL AND snoozed_until IS NULL',
  overdue: `${overdueByRank} AND snoozed_until IS NULL`,
  snoozed: 'snoozed_until IS NOT NULL',
  all: 'TRUE',
}

const stands: Record<OpenQueue, (thread: ThreadState, me: string) => boolean> = {
  unclaimed: (t) => t.holder === null && t.snoozed_until === null,
  mine: (t, me) => t.holder === me && t.snoozed_until === null,
  waiting: (t) => t.rank < rankOfResting && t.snoozed_until === null,
  escalated: (t) => t.escalation !== null && t.snoozed_until === null,
  overdue: (t) => isOverdueByRank(t.rank) && t.snoozed_until === null,
  snoozed: (t) => t.snoozed_until !== null,
  all: () => true,
}

export function condition(filter: QueueFilter): string {
  const parts =
    filter.queue === 'closed' ? ['closed_at IS NOT NULL'] : ['closed_at IS NULL', conditions[filter.queue]]
  if (filter.account !== undefined) parts.push('account = @account')
  if (filter.category !== undefined) parts.push('category = @category')
  if (filter.holder !== undefined) parts.push(`ifnull(holder, '') = @holder`)
  return parts.join(' AND ')
}

export function standsIn(queue: OpenQueue, thread: ThreadState, me: string): boolean {
  return thread.closed_at === null && stands[queue](thread, me)
}

/** The index that has them in that order. */
export function index({ queue }: QueueFilter): string {
  return queue === 'closed' ? 'thread_closed' : 'thread_open'
}

export function order({ queue }: QueueFilter, of = ''): string {
  return queue === 'closed' ? `${of}closed_at DESC, ${of}n DESC` : `${of}rank, ${of}n`
}

export const byRank = (a: ThreadState, b: ThreadState) => a.rank - b.rank || a.n - b.n
