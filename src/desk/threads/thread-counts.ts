import type { QueueCounts } from '../../contract/threads.ts'
import type { Db } from '../view.ts'
import { overdueByRank, rankOfResting } from './rank.ts'
import type { ThreadState } from './thread.ts'

/** Where an open thread is counted. */
export type Place = 'snoozed' | 'overdue' | 'waiting' | 'open'

export interface Count {
  account: string
  /** Empty for a free thread. */
  holder: string
  place: Place
  /** 1 while an escalation is live. */
  escalated: 0 | 1
  n: number
}

/**
 * How many open threads stand where. Kept in memory with every commit, so that the inbox's numbers cost
 * neither a scan nor a write; counted once from the covering index when the desk opens.
 */
export class ThreadCounts {
  readonly #counts = new Map<string, Count>()
  #pending: { key: Omit<Count, 'n'>; by: 1 | -1 }[] = []

  load(db: Db): void {
    this.#counts.clear()
    const rows = db
      .prepare<[], Count>(
        `SELECT account, ifnull(holder, '') AS holder,
           CASE WHEN snoozed_until IS NOT NULL THEN 'snoozed'
             WHEN ${overdueByRank} THEN 'overdue'
             WHEN rank < ${rankOfResting} THEN 'waiting' ELSE 'open' END AS place,
           escalation IS NOT NULL AS escalated,
           count(*) AS n
         FROM thread INDEXED BY thread_open WHERE closed_at IS NULL GROUP BY 1, 2, 3, 4`,
      )
      .all()
    for (const row of rows) this.#counts.set(keyOf(row), row)
  }

  /** A thread changed in the open transaction; counts once `adopt` says it is committed. */
  moved(before: ThreadState | null, after: ThreadState): void {
    const stood = before && placeOf(before)
    const stands = placeOf(after)
    if (stood && stands && keyOf(stood) === keyOf(stands)) return
    if (stood) this.#pending.push({ key: stood, by: -1 })
    if (stands) this.#pending.push({ key: stands, by: 1 })
  }

  adopt(): void {
    for (const { key, by } of this.#pending) {
      const present = this.#counts.get(keyOf(key))
      if (present) present.n += by
      else this.#counts.set(keyOf(key), { ...key, n: by })
    }
    this.#pending = []
  }

  discard(): void {
    this.#pending = []
  }

  all(): Iterable<Count> {
    return this.#counts.values()
  }
}

export function placeOf(thread: ThreadState): Omit<Count, 'n'> | null {
  if (thread.closed_at !== null) return null
  const place: Place =
    thread.snoozed_until !== null
      ? 'snoozed'
      : thread.overdue
        ? 'overdue'
        : thread.waiting_since !== null
          ? 'waiting'
          : 'open'
  const escalated = thread.escalation === null ? 0 : 1
  return { account: thread.account, holder: thread.holder ?? '', place, escalated }
}

/** The numbers of the inbox; those of the queues of one account only, if it is named. */
export function countQueues(counts: Iterable<Count>, me: string, account?: string): QueueCounts {
  const queues = { unclaimed: 0, mine: 0, waiting: 0, escalated: 0, overdue: 0, snoozed: 0, all: 0 }
  const accounts: QueueCounts['accounts'] = {}
  for (const row of counts) {
    if (row.n === 0) continue
    const snoozed = row.place === 'snoozed'
    const overdue = row.place === 'overdue'
    const waiting = overdue || row.place === 'waiting'
    const free = row.holder === '' && !snoozed
    accounts[row.account] ??= { open: 0, waiting: 0, unclaimed: 0, overdue: 0 }
    const of = accounts[row.account]!
    of.open += row.n
    if (waiting) of.waiting += row.n
    if (overdue) of.overdue += row.n
    if (free) of.unclaimed += row.n
    if (account !== undefined && row.account !== account) continue
    queues.all += row.n
    if (snoozed) queues.snoozed += row.n
    if (waiting) queues.waiting += row.n
    if (overdue) queues.overdue += row.n
    if (row.escalated && !snoozed) queues.escalated += row.n
    if (free) queues.unclaimed += row.n
    if (row.holder === me && !snoozed) queues.mine += row.n
  }
  return { queues, accounts }
}

export function keyOf({ account, holder, place, escalated }: Omit<Count, 'n'>): string {
  return `${account}\n${holder}\n${place}\n${escalated}`
}
