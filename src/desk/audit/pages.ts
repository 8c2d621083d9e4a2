import type { Statement } from 'better-sqlite3'
import type { Db } from '../view.ts'
import { conditions, type Narrowed, parametersOf } from './filtering.ts'

/** Which index a filter is read by. `types` and the two with a type in the middle are read once for each type. */
export type Plan = 'handoff' | 'thread' | 'actor' | 'account' | 'types' | 'seq'

const indexes = {
  handoff: 'record_of_handoff',
  thread: 'record_of_thread',
  actor: 'record_of_actor',
  account: 'record_of_account',
  types: 'record_of_type',
} as const

/** Beyond so many entries it does not matter how many there are: one that frequent is met soon by walking back. */
const many = 4_000

/**
 * Pages of records by seq, newest first. Each index has seq last, so a page is read from where it begins; of an actor
 * or an account the newest of each type are read and merged, because their index has the type in between.
 */
export class Pages {
  readonly #db: Db
  readonly #statements = new Map<string, Statement<unknown[], number>>()

  constructor(db: Db) {
    this.#db = db
  }

  /** Up to `limit` of those from entry `last` of the filter down. `known`: all types there are. */
  page(narrowed: Narrowed, known: readonly string[], limit: number): number[] {
    const types = JSON.stringify(narrowed.types ?? known)
    const plan = this.#plan(narrowed, types)
    return this.#prepare(pageSql(plan, narrowed)).all({ ...parametersOf(narrowed), types, limit })
  }

  /** The narrowest there is: a thread and a handoff are small; of the rest, whichever has fewest entries here. */
  #plan(narrowed: Narrowed, types: string): Plan {
    if (narrowed.handoff !== null) return 'handoff'
    if (narrowed.thread !== null) return 'thread'
    const candidates = (['actor', 'account', 'types'] as const).filter((name) => narrowed[name] !== null)
    if (candidates.length === 0 || narrowed.last - narrowed.first < many) return 'seq'
    const counted = candidates.map((plan) => ({ plan, n: this.#atMost(plan, narrowed, types) }))
    return counted.reduce((best, next) => (next.n < best.n ? next : best)).plan
  }

  #atMost(plan: 'actor' | 'account' | 'types', narrowed: Narrowed, types: string): number {
    const sql = `SELECT count(*) FROM (
      SELECT 1 FROM json_each(@types) each CROSS JOIN record r INDEXED BY ${indexes[plan]}
        ON ${leading(plan)} AND r.seq BETWEEN @first AND @last LIMIT ${many}
    )`
    return this.#prepare(sql).get({ ...parametersOf(narrowed), types })!
  }

  #prepare(sql: string): Statement<unknown[], number> {
    let statement = this.#statements.get(sql)
    if (!statement) {
      statement = this.#db.prepare<unknown[], number>(sql).pluck() as Statement<unknown[], number>
      this.#statements.set(sql, statement)
    }
    return statement
  }
}

export function pageSql(plan: Plan, narrowed: Narrowed): string {
  if (plan === 'seq' || plan === 'thread' || plan === 'handoff') {
    const by = plan === 'seq' ? 'NOT INDEXED' : `INDEXED BY ${indexes[plan]}`
    return `SELECT r.seq FROM record r ${by} WHERE ${conditions(narrowed)} ORDER BY r.seq DESC LIMIT @limit`
  }
  const rest = conditions(narrowed, plan === 'types' ? ['types'] : ['types', plan])
  return `
    SELECT newest.seq FROM json_each(@types) each CROSS JOIN record newest ON newest.seq IN (
      SELECT r.seq FROM record r INDEXED BY ${indexes[plan]} WHERE ${leading(plan)} AND ${rest}
      ORDER BY r.seq DESC LIMIT @limit
    )
    ORDER BY newest.seq DESC LIMIT @limit`
}

function leading(plan: 'actor' | 'account' | 'types'): string {
  return plan === 'types' ? 'r.type = each.value' : `r.${plan} = @${plan} AND r.type = each.value`
}
