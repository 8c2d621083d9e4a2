import type { Statement } from 'better-sqlite3'
import type { Db } from '../view.ts'
import type { HandoffRecord, SignatureRecord } from './view.ts'

/** Pages of handoffs and their counts, as SQL. */

export interface Filter {
  of: 'open' | 'finished'
  post?: string | undefined
  user?: string | undefined
  /** ms; of a finished one the end, of an open one the beginning. */
  from?: number | undefined
  to?: number | undefined
}

export interface ItemCounts {
  handoff: string
  items: number
  decided: number
  severe: number
  readBack: number
  accepted: number
  questions: number
}

/** Chosen in a covering index alone: open ones oldest first, finished ones newest first. */
const lists = {
  open: {
    index: 'handoff_open',
    where: 'ended_seq IS NULL',
    time: 'started_at',
    order: 'seq',
  },
  finished: {
    index: 'handoff_ended',
    where: 'ended_seq IS NOT NULL',
    time: 'ended_at',
    order: 'ended_seq DESC',
  },
} as const

export function pageSql(filter: Filter): string {
  const { index, order } = lists[filter.of]
  return `
    WITH page AS MATERIALIZED (
      SELECT seq FROM handoff INDEXED BY ${index} WHERE ${condition(filter)}
      ORDER BY ${order} LIMIT @limit OFFSET @offset
    )
    SELECT h.* FROM page JOIN handoff h ON h.seq = page.seq ORDER BY h.${order}`
}

export function totalSql(filter: Filter): string {
  return `SELECT count(*) FROM handoff INDEXED BY ${lists[filter.of].index} WHERE ${condition(filter)}`
}

function condition({ of, post, user, from, to }: Filter): string {
  const { where, time } = lists[of]
  const parts: string[] = [where]
  if (post !== undefined) parts.push('post = @post')
  if (user !== undefined) parts.push('(from_user = @user OR to_user = @user)')
  if (from !== undefined) parts.push(`${time} >= @from`)
  if (to !== undefined) parts.push(`${time} < @to`)
  return parts.join(' AND ')
}

export class Listing {
  readonly #db: Db
  readonly #statements = new Map<string, Statement<unknown[]>>()
  readonly #counts: Statement<[string], ItemCounts>
  readonly #signatures: Statement<[string], SignatureRecord>
  readonly #corrections: Statement<[string], string>
  readonly #open: Statement<[], Pick<HandoffRecord, 'from_user' | 'to_user' | 'state' | 'overdue'>>

  constructor(db: Db) {
    this.#db = db
    this.#counts = db.prepare(
      `SELECT handoff, count(*) AS items, sum(did IS NOT NULL) AS decided, sum(severe) AS severe,
         sum(severe AND read_seq IS NOT NULL) AS readBack, sum(accepted) AS accepted,
         (SELECT count(*) FROM handoff_question q
          WHERE q.handoff = i.handoff AND q.replied_seq IS NULL) AS questions
       FROM handoff_item i WHERE handoff = ? GROUP BY handoff`,
    )
    this.#signatures = db.prepare(
      `SELECT s.handoff, s.side, s.user, s.role, s.at, s.behalf_of, c.body ->> '$.reason' AS reason
       FROM handoff_signature s LEFT JOIN content c ON c.seq = s.seq WHERE s.handoff = ? ORDER BY s.seq`,
    )
    this.#corrections = db
      .prepare<[string], string>(
        'SELECT id FROM handoff INDEXED BY handoff_correction WHERE corrects = ? ORDER BY seq',
      )
      .pluck() as Statement<[string], string>
    this.#open = db.prepare(
      `SELECT from_user, to_user, state, overdue FROM handoff INDEXED BY handoff_open WHERE ended_seq IS NULL`,
    )
  }

  page(filter: Filter, offset: number, limit: number): { rows: HandoffRecord[]; total: number } {
    const parameters = { ...filter, offset, limit }
    return {
      rows: this.#prepare(pageSql(filter)).all(parameters) as HandoffRecord[],
      total: this.#prepare(totalSql(filter)).pluck().get(parameters) as number,
    }
  }

  open() {
    return this.#open.all()
  }

  counts(handoff: string): ItemCounts | null {
    return this.#counts.get(handoff) ?? null
  }

  /** The outgoing one first. */
  signatures(handoff: string): SignatureRecord[] {
    return this.#signatures.all(handoff)
  }

  correctionsOf(handoff: string): string[] {
    return this.#corrections.all(handoff)
  }

  #prepare(sql: string): Statement<unknown[]> {
    let statement = this.#statements.get(sql)
    if (!statement) {
      statement = this.#db.prepare<unknown[]>(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}
