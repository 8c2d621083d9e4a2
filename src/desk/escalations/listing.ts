import type { Statement } from 'better-sqlite3'
import type { EscalationState } from '../../contract/escalations.ts'
import type { Category } from '../../contract/values.ts'
import type { Guarded } from '../privacy/rules.ts'
import type { Db } from '../view.ts'
import type { MatterRow } from './view.ts'

/** Pages of matters, their counts, one matter: as SQL. What a reader may see of them: `reading.ts`. */

export type Which = 'live' | 'visits' | 'ended'
export interface Filter {
  of: Which
  desk?: string | undefined
  level?: string | undefined
}

/** A matter with its thread, its people and its reason. */
export interface FullRow extends MatterRow, Omit<Guarded, 'id' | 'desk'> {
  covered_by: string | null
  /** The thread's own, which decides who reads it. */
  thread_desk: string | null
  account: string
  category: Category | null
  contact_name: string
  reason: string | null
  raised_by_name: string
  accepted_by_name: string | null
}

export interface Group {
  state: Exclude<EscalationState, 'ended'>
  desk: string
  level: string
  visit_due: 0 | 1
  n: number
}

const full = `
  SELECT e.*, t.private, t.holder, t.last_holder, t.closed_at, t.desk AS thread_desk, t.alarm_by, t.covered_by,
    t.account, t.category, trim(ifnull(c.village_group, '') || ' ' || ifnull(c.name, '—')) AS contact_name,
    m.body ->> '$.reason' AS reason, ifnull(r.name, e.raised_by) AS raised_by_name,
    ifnull(a.name, e.accepted_by) AS accepted_by_name`
const joins = `
  JOIN thread t ON t.id = e.thread
  JOIN contact c ON c.id = t.contact
  LEFT JOIN content m ON m.seq = e.seq
  LEFT JOIN person r ON r.user = e.raised_by
  LEFT JOIN person a ON a.user = e.accepted_by`

/** With the supervisor first, then by deadline, the more severe first; those accepted wait for nobody to accept them. */
const pages: Record<Which, { index: string; where: string; order: string }> = {
  live: {
    index: 'escalation_open',
    where: `e.state <> 'ended' AND e.state <> 'visit'`,
    order: `e.state <> 'returned', e.state = 'accepted', e.due_at,
      (SELECT key FROM json_each(@levels) WHERE value = e.level), e.seq`,
  },
  visits: { index: 'escalation_visits', where: `e.state = 'visit'`, order: 'e.return_visit_at, e.seq' },
  ended: { index: 'escalation_ended', where: `e.state = 'ended'`, order: 'e.ended_at DESC, e.seq DESC' },
}

/** The page is chosen in a covering index alone; only its rows are then read in full. */
export function pageSql(filter: Filter): string {
  const { index, order } = pages[filter.of]
  return `
    WITH page AS MATERIALIZED (
      SELECT e.seq FROM escalation e INDEXED BY ${index} WHERE ${condition(filter)}
      ORDER BY ${order} LIMIT @limit OFFSET @offset
    )
    ${full} FROM page JOIN escalation e ON e.seq = page.seq ${joins} ORDER BY ${order}`
}

export function totalSql(filter: Filter): string {
  return `SELECT count(*) FROM escalation e INDEXED BY ${pages[filter.of].index} WHERE ${condition(filter)}`
}

export const groupsSql = `
  SELECT state, desk, level, visit_due, count(*) AS n FROM escalation INDEXED BY escalation_open
  WHERE state <> 'ended' GROUP BY state, desk, level, visit_due`

function condition({ of, desk, level }: Filter): string {
  const parts = [pages[of].where]
  if (desk !== undefined) parts.push('e.desk = @desk')
  if (level !== undefined) parts.push('e.level = @level')
  return parts.join(' AND ')
}

export class Listing {
  readonly #db: Db
  readonly #statements = new Map<string, Statement<unknown[]>>()

  constructor(db: Db) {
    this.#db = db
  }

  page(
    filter: Filter,
    levels: readonly string[],
    offset: number,
    limit: number,
  ): { rows: FullRow[]; total: number } {
    const parameters = { ...filter, levels: JSON.stringify(levels), offset, limit }
    return {
      rows: this.#prepare(pageSql(filter)).all(parameters) as FullRow[],
      total: (this.#prepare(totalSql(filter)).get(parameters) as { 'count(*)': number })['count(*)'],
    }
  }

  groups(): Group[] {
    return this.#prepare(groupsSql).all() as Group[]
  }

  one(id: string): FullRow | null {
    const found = this.#prepare(`${full} FROM escalation e ${joins} WHERE e.id = ?`).get(id)
    return (found as FullRow | undefined) ?? null
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
