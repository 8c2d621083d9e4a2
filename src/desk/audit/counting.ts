import type { Statement } from 'better-sqlite3'
import type { Db } from '../view.ts'
import { conditions, type Narrowed, parametersOf } from './filtering.ts'

/** How many records there are of each type, and in each stretch of time. Looks at all that match, so it runs aside. */

export interface Summary {
  total: number
  types: { type: string; n: number }[]
}

export interface Buckets {
  /** ms. */
  from: number
  to: number
  buckets: { messages: number; acts: number; refusals: number }[]
}

/** Written out: with IN a million rows take four times as long. */
const messages = `type = 'message.received' OR type = 'message.sent'`
const refusals = `type = 'access.denied' OR type = 'session.refused'`

export class Counting {
  readonly #db: Db
  readonly #bounds
  readonly #density
  readonly #summaries = new Map<string, Statement<unknown[], { type: string; n: number }>>()

  constructor(db: Db) {
    this.#db = db
    this.#bounds = db.prepare<[], { earliest: number | null; latest: number | null }>(
      'SELECT min(earliest) AS earliest, max(latest) AS latest FROM record_block',
    )
    // Bucket by bucket along the index: grouped by an expression, a million rows would be sorted first.
    this.#density = db.prepare<
      [{ from: number; to: number; n: number }],
      { bucket: number; all: number; messages: number; refusals: number }
    >(
      `WITH RECURSIVE bucket (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM bucket WHERE n + 1 < @n),
       counted AS MATERIALIZED (
         SELECT n, (
           SELECT json_array(count(*), sum(${messages}), sum(${refusals}))
           FROM record INDEXED BY record_by_time
           WHERE at >= @from + n * (@to - @from + 1) / @n AND at < @from + (n + 1) * (@to - @from + 1) / @n
         ) AS counts
         FROM bucket
       )
       SELECT n AS bucket, counts ->> 0 AS "all", counts ->> 1 AS messages, counts ->> 2 AS refusals
       FROM counted WHERE counts ->> 0 > 0`,
    )
  }

  /** Most frequent first. */
  summary(narrowed: Narrowed | null): Summary {
    if (narrowed === null) return { total: 0, types: [] }
    const sql = `SELECT r.type, count(*) AS n FROM record r ${indexOf(narrowed)} WHERE ${conditions(narrowed)}
      GROUP BY r.type ORDER BY n DESC, r.type`
    let statement = this.#summaries.get(sql)
    if (!statement) {
      statement = this.#db.prepare<unknown[], { type: string; n: number }>(sql)
      this.#summaries.set(sql, statement)
    }
    const types = statement.all(parametersOf(narrowed))
    return { total: types.reduce((sum, { n }) => sum + n, 0), types }
  }

  /** Where no span is given, all there is. */
  density(span: { from: number | null; to: number | null }, n: number): Buckets {
    const { earliest, latest } = this.#bounds.get()!
    const from = span.from ?? earliest ?? 0
    const to = Math.max(from, span.to ?? latest ?? from)
    const buckets = Array.from({ length: n }, () => ({ messages: 0, acts: 0, refusals: 0 }))
    for (const { bucket, all, messages, refusals } of this.#density.all({ from, to, n }))
      buckets[bucket] = { messages, acts: all - messages - refusals, refusals }
    return { from, to, buckets }
  }
}

/** Left to itself SQLite would read the rows themselves wherever seq is bounded, which it always is. */
function indexOf({ thread, handoff, actor, account, from, to }: Narrowed): string {
  if (handoff !== null) return 'INDEXED BY record_of_handoff'
  if (thread !== null) return 'INDEXED BY record_of_thread'
  if (actor !== null) return 'INDEXED BY record_of_actor'
  if (account !== null) return 'INDEXED BY record_of_account'
  return from === null && to === null ? 'INDEXED BY record_of_type' : 'NOT INDEXED'
}
