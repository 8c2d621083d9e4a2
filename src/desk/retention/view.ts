import type { ErasureScope } from '../../contract/retention.ts'
import type { Entry } from '../../ledger/entry.ts'
import { CONTENT_ERASED, erasedSeqs } from '../../ledger/erasure.ts'
import type { Content, Db, View, ViewTables } from '../view.ts'
import { type Period, startingPeriods } from './classes.ts'
import type { HoldState } from './rules.ts'

export const retentionTables: ViewTables = {
  names: ['retention_period', 'hold', 'erasure_run'],
  create: `
    -- Only what was changed.
    CREATE TABLE retention_period (class TEXT PRIMARY KEY, months INTEGER) STRICT, WITHOUT ROWID;
    -- Reasons are the content of the entries placed and lifted.
    CREATE TABLE hold (
      id TEXT PRIMARY KEY,
      placed INTEGER NOT NULL,
      kind TEXT NOT NULL,
      thread TEXT,
      contact TEXT,
      placed_at INTEGER NOT NULL,
      placed_by TEXT NOT NULL,
      lifted INTEGER,
      lifted_at INTEGER,
      lifted_by TEXT
    ) STRICT;
    CREATE INDEX hold_of_thread ON hold (thread) WHERE lifted IS NULL AND thread IS NOT NULL;
    CREATE INDEX hold_of_contact ON hold (contact) WHERE lifted IS NULL AND contact IS NOT NULL;
    CREATE INDEX hold_of_everything ON hold (kind) WHERE lifted IS NULL AND kind = 'everything';
    CREATE TABLE erasure_run (
      id TEXT PRIMARY KEY,
      seq INTEGER NOT NULL,
      at INTEGER NOT NULL,
      by TEXT NOT NULL,
      ground TEXT NOT NULL,
      scope TEXT NOT NULL,
      contents INTEGER NOT NULL,
      newest INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX erasure_by_time ON erasure_run (seq);
  `,
}

export interface HoldRow extends HoldState {
  placed: number
  placed_at: number
  placed_by: string
  lifted_at: number | null
  lifted_by: string | null
  reason: string | null
}

export interface RunRow {
  seq: number
  at: number
  by: string
  ground: string
  scope: ErasureScope['kind']
  contents: number
  /** When the last of it went, ms. */
  newest: number
}

export class RetentionView implements View {
  readonly applies: Record<string, (entry: Entry, content: Content) => void>
  readonly #periods
  readonly #holds
  readonly #hold
  readonly #runs
  readonly #lastErased

  constructor(db: Db) {
    this.#periods = db.prepare<[], { class: string; months: number | null }>(
      'SELECT class, months FROM retention_period',
    )
    const holds = `SELECT h.*, c.body ->> '$.reason' AS reason FROM hold h LEFT JOIN content c ON c.seq = h.placed`
    this.#holds = db.prepare<[], HoldRow>(`${holds} ORDER BY h.lifted IS NOT NULL, h.placed DESC LIMIT 1000`)
    this.#hold = db.prepare<[string], HoldRow>(`${holds} WHERE h.id = ?`)
    this.#runs = db.prepare<[], RunRow>(
      'SELECT seq, at, by, ground, scope, contents, newest FROM erasure_run ORDER BY seq DESC LIMIT 1000',
    )
    this.#lastErased = db.prepare<[], number | null>('SELECT max(newest) FROM erasure_run').pluck()
    const period = db.prepare('INSERT OR REPLACE INTO retention_period (class, months) VALUES (?, ?)')
    const place = db.prepare(
      'INSERT INTO hold (id, placed, kind, thread, contact, placed_at, placed_by) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    const lift = db.prepare('UPDATE hold SET lifted = ?, lifted_at = ?, lifted_by = ? WHERE id = ?')
    const start = db.prepare(
      'INSERT INTO erasure_run (id, seq, at, by, ground, scope, contents, newest) VALUES (?, ?, ?, ?, ?, ?, 0, ?)',
    )
    const count = db.prepare('UPDATE erasure_run SET contents = contents + ?, newest = ? WHERE id = ?')
    this.applies = {
      'retention.changed': (e) => {
        for (const { id, months } of e.data.classes as { id: string; months: number | null }[])
          period.run(id, months)
      },
      'hold.placed': ({ subject, seq, data, at, actor }) =>
        place.run(subject, seq, data.kind, data.thread, data.contact, Date.parse(at), actor.user),
      'hold.lifted': ({ subject, seq, at, actor }) => lift.run(seq, Date.parse(at), actor.user, subject),
      'erasure.started': ({ subject, seq, at, actor, data }) =>
        start.run(subject, seq, Date.parse(at), actor.user, data.ground, data.scope, Date.parse(at)),
      [CONTENT_ERASED]: ({ subject, data, at }) =>
        count.run(erasedSeqs(data).length, Date.parse(at), subject),
    }
  }

  /** Every class with the period it has now. */
  periods(): ReadonlyMap<string, Period> {
    const changed = new Map(this.#periods.all().map(({ class: id, months }) => [id, months]))
    return new Map(
      [...startingPeriods].map(([id, period]) => [
        id,
        { ...period, months: changed.has(id) ? changed.get(id)! : period.months },
      ]),
    )
  }

  /** Those in force first, then the newest. */
  holds(): HoldRow[] {
    return this.#holds.all()
  }

  hold(id: string): HoldRow | null {
    return this.#hold.get(id) ?? null
  }

  /** Newest first. */
  runs(): RunRow[] {
    return this.#runs.all()
  }

  /** When anything was erased last (ms); null where nothing ever was. */
  lastErased(): number | null {
    return this.#lastErased.get() ?? null
  }
}
