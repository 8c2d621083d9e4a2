import type { Statement } from 'better-sqlite3'
import type { Entry } from '../../ledger/entry.ts'
import type { Db, View } from '../view.ts'
import type { FindingState } from './rules.ts'

export { findingTables } from './tables.ts'

/** A row with its words; times in ms. Whoever saved it last answers for it. */
export interface FindingRow extends FindingState {
  severity: 'high' | 'middle' | 'low'
  seqs: number[]
  threads: string[]
  handoffs: string[]
  anomaly: string | null
  by: string
  saved_at: number
  title: string | null
  note: string | null
  outcome: string | null
}

type Stored = Omit<FindingRow, 'seqs' | 'threads' | 'handoffs'> &
  Record<'seqs' | 'threads' | 'handoffs', string>

const full = `
  SELECT f.id, f.severity, f.seqs, f.threads, f.handoffs, f.anomaly, f.by, f.saved_at, f.closed_at,
    s.body ->> '$.title' AS title, s.body ->> '$.note' AS note, c.body ->> '$.outcome' AS outcome
  FROM finding f LEFT JOIN content s ON s.seq = f.saved_seq LEFT JOIN content c ON c.seq = f.closed_seq`

/** What auditors have found. */
export class FindingsView implements View {
  readonly applies: Record<string, (entry: Entry) => void>
  readonly #one: Statement<[string], Stored>
  readonly #pages
  readonly #totals
  readonly #ofAnomalies

  constructor(db: Db) {
    this.#one = db.prepare(`${full} WHERE f.id = ?`)
    const where = { all: 'true', open: 'f.closed_at IS NULL', closed: 'f.closed_at IS NOT NULL' }
    const each = <T>(make: (where: string) => T) => ({
      all: make(where.all),
      open: make(where.open),
      closed: make(where.closed),
    })
    this.#pages = each((state) =>
      db.prepare<[number, number], Stored>(
        `${full} WHERE ${state} ORDER BY f.closed_at IS NOT NULL, f.n DESC LIMIT ? OFFSET ?`,
      ),
    )
    this.#totals = each((state) =>
      db.prepare<[], number>(`SELECT count(*) FROM finding f WHERE ${state}`).pluck(),
    )
    this.#ofAnomalies = db.prepare<[string], { anomaly: string; id: string }>(
      `SELECT f.anomaly, f.id FROM json_each(?) asked JOIN finding f ON f.anomaly = asked.value ORDER BY f.n`,
    )
    const save = db.prepare(
      `INSERT INTO finding (n, id, severity, seqs, threads, handoffs, anomaly, by, saved_at, saved_seq)
       VALUES (@seq, @id, @severity, @seqs, @threads, @handoffs, @anomaly, @by, @at, @seq)
       ON CONFLICT (id) DO UPDATE SET severity = excluded.severity, seqs = excluded.seqs,
         threads = excluded.threads, handoffs = excluded.handoffs, anomaly = excluded.anomaly,
         by = excluded.by, saved_at = excluded.saved_at, saved_seq = excluded.saved_seq`,
    )
    const close = db.prepare('UPDATE finding SET closed_at = ?, closed_seq = ? WHERE id = ?')
    this.applies = {
      'finding.saved': ({ seq, subject, at, actor, data }) =>
        save.run({
          seq,
          id: subject,
          severity: data.severity,
          seqs: JSON.stringify(data.seqs),
          threads: JSON.stringify(data.threads),
          handoffs: JSON.stringify(data.handoffs),
          anomaly: data.anomaly,
          by: actor.user,
          at: Date.parse(at),
        }),
      'finding.closed': ({ seq, subject, at }) => close.run(Date.parse(at), seq, subject),
      'finding.reopened': ({ subject }) => close.run(null, null, subject),
    }
  }

  one(id: string): FindingRow | null {
    const row = this.#one.get(id)
    return row ? whole(row) : null
  }

  /** Open ones first, newest first. */
  page(
    state: 'open' | 'closed' | undefined,
    offset: number,
    limit: number,
  ): { rows: FindingRow[]; total: number } {
    const which = state ?? 'all'
    return { rows: this.#pages[which].all(limit, offset).map(whole), total: this.#totals[which].get()! }
  }

  /** The finding made of each of these anomalies, the newest where there are several. */
  ofAnomalies(ids: readonly string[]): Map<string, string> {
    return new Map(this.#ofAnomalies.all(JSON.stringify(ids)).map(({ anomaly, id }) => [anomaly, id]))
  }
}

function whole(row: Stored): FindingRow {
  return {
    ...row,
    seqs: JSON.parse(row.seqs) as number[],
    threads: JSON.parse(row.threads) as string[],
    handoffs: JSON.parse(row.handoffs) as string[],
  }
}
