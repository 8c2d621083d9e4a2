import type { Statement } from 'better-sqlite3'
import { hour } from '../time.ts'
import type { Db } from '../view.ts'
import { countingSql, type Tallied } from './counting.ts'

/** The figures of a time as SQL: whole hours from the tally, the broken ones at its ends entry by entry. */

/** From `from` up to but not with `to`, ms; of these accounts, none for all; as far as the ledger reaches to `head`. */
export interface Span {
  from: number
  to: number
  accounts: readonly string[]
  head: number
}

type Bound = Omit<Span, 'accounts'> & { accounts: string }

/** What one officer did between two entries. */
export interface Own {
  user: string
  /** `seq` of signing on, and of signing off or the newest entry. */
  from: number
  to: number
}

const inAccounts = (column: string) =>
  `(@accounts = '[]' OR ${column} IN (SELECT value FROM json_each(@accounts)))`
const inSpan = `r.at >= @from AND r.at < @to AND r.seq <= @head AND ${inAccounts('r.account')}`

/** In the order of the key, so that nothing is sorted. */
export const wholeHoursSql = `
  SELECT hour, what, whose, sum(n) AS n FROM tally
  WHERE hour >= @from AND hour < @to AND ${inAccounts('account')} GROUP BY hour, what, whose`
export const brokenHourSql = countingSql('record r INDEXED BY record_by_time', inSpan)

/** What did not arrive ended no wait; there is little of it, and an index of its own. */
const arrived = `NOT EXISTS (
    SELECT 1 FROM message m INDEXED BY message_failed
    WHERE m.delivery = 'failed' AND m.account = a.account AND m.seq = a.seq)`

export const waitsSql = `
  SELECT a.waited FROM answer a INDEXED BY answer_waited_for
  WHERE a.at >= @from AND a.at < @to AND a.seq <= @head AND a.waited IS NOT NULL AND ${inAccounts('a.account')}
    AND ${arrived}`

/** Until somebody first acknowledged it, however late that was; null as long as nobody has. */
export const alarmsSql = `
  SELECT (
    SELECT a.at FROM record a JOIN entry ae ON ae.seq = a.seq
    WHERE a.thread = r.thread AND a.seq > r.seq AND a.seq <= @head AND a.type = 'alarm.acknowledged'
      AND ae.canonical ->> '$.data.alarm' = e.canonical ->> '$.data.alarm'
    ORDER BY a.seq LIMIT 1
  ) - r.at AS waited
  FROM record r INDEXED BY record_of_type JOIN entry e ON e.seq = r.seq
  WHERE r.type = 'alarm.raised' AND ${inSpan}`

/** A warning about somebody who is in no register belongs to no account. */
export const warningsSql = `
  SELECT r.type, count(*) AS n
  FROM record r INDEXED BY record_of_type JOIN entry e ON e.seq = r.seq
  LEFT JOIN warning w ON w.id = e.canonical ->> '$.subject' LEFT JOIN contact c ON c.id = w.contact
  WHERE r.type IN ('warning.entered', 'warning.closed') AND r.at >= @from AND r.at < @to AND r.seq <= @head
    AND ${inAccounts('c.account')}
  GROUP BY r.type`

/** A shift's own acts are few, but for those of somebody who never signs off. */
const ownRecords = 'record r INDEXED BY record_of_actor'
const isOwn = 'r.actor = @user AND r.seq > @from AND r.seq <= @to'
export const ownSql = `
  SELECT r.at - r.at % ${hour} AS hour, r.type AS what, @user AS whose, count(*) AS n
  FROM ${ownRecords}
  WHERE ${isOwn} AND r.type IN ('message.sent', 'thread.closed', 'thread.claimed')
    AND (r.type <> 'message.sent' OR (SELECT user FROM answer WHERE seq = r.seq) = @user)
  GROUP BY 1, 2
  UNION ALL
  SELECT r.at - r.at % ${hour}, 'closedAs', (SELECT category FROM closing WHERE seq = r.seq) AS whose, count(*)
  FROM ${ownRecords} WHERE ${isOwn} AND r.type = 'thread.closed' GROUP BY 1, 3`
export const ownWaitsSql = `
  SELECT a.waited FROM ${ownRecords} JOIN answer a ON a.seq = r.seq
  WHERE ${isOwn} AND r.type = 'message.sent' AND a.user = @user AND a.waited IS NOT NULL
    AND ${arrived}`

const aDay = 24 * hour

export class Figures {
  readonly #wholeHours: Statement<[Bound], Tallied>
  readonly #brokenHour: Statement<[Bound], Tallied>
  readonly #waits: Statement<[Bound], number>
  readonly #alarms: Statement<[Bound], number | null>
  readonly #warnings: Statement<[Bound], { type: string; n: number }>
  readonly #own: Statement<[Own], Tallied>
  readonly #ownWaits: Statement<[Own], number>

  constructor(db: Db) {
    this.#wholeHours = db.prepare(wholeHoursSql)
    this.#brokenHour = db.prepare(brokenHourSql)
    this.#waits = db.prepare<[Bound], number>(waitsSql).pluck() as Statement<[Bound], number>
    this.#alarms = db.prepare<[Bound], number | null>(alarmsSql).pluck() as Statement<[Bound], number | null>
    this.#warnings = db.prepare(warningsSql)
    this.#own = db.prepare(ownSql)
    this.#ownWaits = db.prepare<[Own], number>(ownWaitsSql).pluck() as Statement<[Own], number>
  }

  /**
   * What happened, and how long residents had waited for the answers given. Day by day, so that nobody else's act waits
   * for the figures of a month.
   */
  async *days(span: Span): AsyncGenerator<{ counts: Tallied[]; waits: number[] }> {
    for (let from = span.from; from < span.to; from += aDay) {
      if (from > span.from) await new Promise((resolve) => setImmediate(resolve))
      const part = { ...span, from, to: Math.min(from + aDay, span.to) }
      yield { counts: this.#counts(part), waits: this.#waits.all(bound(part)) }
    }
  }

  #counts(span: Span): Tallied[] {
    const { from, to } = span
    const [first, last] = [Math.ceil(from / hour) * hour, Math.floor(to / hour) * hour]
    const broken = (start: number, end: number) =>
      start < end ? this.#brokenHour.all(bound({ ...span, from: start, to: end })) : []
    if (first > last) return broken(from, to)
    const whole = this.#wholeHours.all(bound({ ...span, from: first, to: last }))
    return [...broken(from, first), ...whole, ...broken(last, to)]
  }

  /** Of each alarm raised in the span. */
  alarms(span: Span): (number | null)[] {
    return this.#alarms.all(bound(span))
  }

  warnings(span: Span): { entered: number; closed: number } {
    const rows = this.#warnings.all(bound(span))
    const of = (type: string) => rows.find((row) => row.type === type)?.n ?? 0
    return { entered: of('warning.entered'), closed: of('warning.closed') }
  }

  own(own: Own): Tallied[] {
    return this.#own.all(own)
  }

  ownWaits(own: Own): number[] {
    return this.#ownWaits.all(own)
  }
}

function bound({ from, to, accounts, head }: Span): Bound {
  return { from, to, head, accounts: JSON.stringify(accounts) }
}
