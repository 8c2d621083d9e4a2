import type { RecordFilter } from '../../contract/audit.ts'
import { Refused } from '../../contract/errors.ts'
import type { Db } from '../view.ts'
import { blockSize } from './records.ts'

/** A filter as columns of `record`. Times in ms; `first` and `last` are entries, both included. */
export interface Narrowed {
  first: number
  last: number
  from: number | null
  to: number | null
  thread: string | null
  /** False: entries of other subjects that lead to the thread are left out (rule 11). */
  linked: boolean
  actor: string | null
  account: string | null
  handoff: string | null
  /** Concrete types; null is all of them. */
  types: readonly string[] | null
}

const equal = ['thread', 'actor', 'account', 'handoff'] as const

/** What a filter means: its shift looked up, its span of time as a span of seq, its areas as entry types. */
export class Filtering {
  readonly #ends
  readonly #signedOn
  readonly #signedOff
  readonly #span
  readonly #types

  constructor(db: Db) {
    this.#ends = db.prepare<[], number>('SELECT seq FROM record_watermark').pluck()
    this.#signedOn = db
      .prepare<[number], string>(
        `SELECT canonical ->> '$.subject' FROM entry
         WHERE seq = ? AND canonical ->> '$.type' = 'shift.signedOn'`,
      )
      .pluck()
    this.#signedOff = db
      .prepare<[number, string], number>(
        `SELECT r.seq FROM record r INDEXED BY record_of_type JOIN entry e ON e.seq = r.seq
         WHERE r.type = 'shift.signedOff' AND r.seq > ? AND e.canonical ->> '$.subject' = ? ORDER BY r.seq LIMIT 1`,
      )
      .pluck()
    this.#span = db.prepare<
      [{ from: number; to: number }],
      { earliest: number | null; latest: number | null }
    >(
      'SELECT min(block) AS earliest, max(block) AS latest FROM record_block WHERE latest >= @from AND earliest <= @to',
    )
    // From one type to the next along the index: there are some eighty types, whatever the size of the ledger.
    this.#types = db
      .prepare<[], string>(
        `WITH RECURSIVE known (type) AS (
           SELECT min(type) FROM record
           UNION ALL SELECT (SELECT min(type) FROM record WHERE type > known.type) FROM known WHERE type IS NOT NULL
         )
         SELECT type FROM known WHERE type IS NOT NULL`,
      )
      .pluck()
  }

  /** Every type there is an entry of. */
  types(): string[] {
    return this.#types.all()
  }

  /** Null where nothing can match. @throws Refused where the shift named is none */
  narrow(filter: RecordFilter): Narrowed | null {
    const shift = filter.shift === undefined ? null : this.#shift(filter.shift)
    if (shift !== null && filter.person !== undefined && filter.person !== shift.user) return null
    const from = filter.from === undefined ? null : Date.parse(filter.from)
    const to = filter.to === undefined ? null : Date.parse(filter.to)
    const span =
      from === null && to === null
        ? null
        : this.entriesOf(from ?? -Number.MAX_SAFE_INTEGER, to ?? Number.MAX_SAFE_INTEGER)
    const narrowed: Narrowed = {
      first: Math.max(filter.fromSeq ?? 1, shift?.first ?? 1, span?.first ?? 1),
      last: Math.min(
        filter.toSeq ?? this.#ends.get()!,
        shift?.last ?? Number.MAX_SAFE_INTEGER,
        span?.last ?? Number.MAX_SAFE_INTEGER,
      ),
      from,
      to,
      thread: filter.thread ?? null,
      linked: true,
      actor: shift?.user ?? filter.person ?? null,
      account: filter.account ?? null,
      handoff: filter.handoff ?? null,
      types: filter.types === undefined || filter.types.length === 0 ? null : this.#named(filter.types),
    }
    return narrowed.first > narrowed.last || narrowed.types?.length === 0 ? null : narrowed
  }

  /** All entries of this time (ms), and perhaps others: those of every block that has one. */
  entriesOf(from: number, to: number): { first: number; last: number } {
    const { earliest, latest } = this.#span.get({ from, to })!
    if (earliest === null || latest === null) return { first: 1, last: 0 }
    return { first: earliest * blockSize + 1, last: (latest + 1) * blockSize }
  }

  #shift(id: number): { user: string; first: number; last: number } {
    const user = this.#signedOn.get(id)
    if (user === undefined) throw new Refused({ code: 'not_found', what: 'shift', id: String(id) })
    return { user, first: id, last: this.#signedOff.get(id, user) ?? Number.MAX_SAFE_INTEGER }
  }

  #named(asked: readonly string[]): string[] {
    return this.types().filter((type) =>
      asked.some((name) => (name.endsWith('.') ? type.startsWith(name) : type === name)),
    )
  }
}

/** The conditions of a filter on `record r`, as SQL with its own parameters. */
export function conditions(narrowed: Narrowed, without: readonly string[] = []): string {
  const parts = ['r.seq BETWEEN @first AND @last']
  for (const column of equal)
    if (narrowed[column] !== null && !without.includes(column)) parts.push(`r.${column} = @${column}`)
  if (narrowed.from !== null) parts.push('r.at >= @from')
  if (narrowed.to !== null) parts.push('r.at <= @to')
  if (narrowed.types !== null && !without.includes('types'))
    parts.push('r.type IN (SELECT value FROM json_each(@types))')
  if (!narrowed.linked) parts.push(`r.type NOT GLOB 'warning.*'`)
  return parts.join(' AND ')
}

export function parametersOf(narrowed: Narrowed) {
  return { ...narrowed, linked: null, types: narrowed.types === null ? null : JSON.stringify(narrowed.types) }
}
