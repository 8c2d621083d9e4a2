import type { Entry } from '../../ledger/entry.ts'
import type { Db, View, ViewTables } from '../view.ts'

export const contradictionTables: ViewTables = {
  names: ['contradiction'],
  create: `
    -- Each head once, however often it was told; as who told it first.
    CREATE TABLE contradiction (
      size INTEGER NOT NULL,
      root TEXT NOT NULL,
      seq INTEGER NOT NULL,
      by TEXT NOT NULL,
      standing TEXT NOT NULL,
      user TEXT NOT NULL,
      device TEXT NOT NULL,
      at INTEGER NOT NULL,
      noted_by TEXT,
      noted_at INTEGER,
      PRIMARY KEY (size, root)
    ) STRICT, WITHOUT ROWID;
  `,
}

/** Times in ms. */
export interface ContradictionRow {
  size: number
  root: string
  seq: number
  by: 'console' | 'checkpoint'
  standing: 'differs' | 'ahead'
  user: string
  device: string
  at: number
  noted_by: string | null
  noted_at: number | null
}

/** Heads told of that are not this ledger's, and who has taken note of them. */
export class ContradictionsView implements View {
  readonly applies: Record<string, (entry: Entry) => void>
  readonly #all
  readonly #unnoted
  readonly #noted

  constructor(db: Db) {
    this.#all = db.prepare<[], ContradictionRow>('SELECT * FROM contradiction ORDER BY seq DESC LIMIT 200')
    this.#unnoted = db
      .prepare<[number], number>('SELECT count(*) FROM contradiction WHERE noted_at IS NULL AND seq <= ?')
      .pluck()
    this.#noted = db
      .prepare<[number, string], number>(
        'SELECT noted_at IS NOT NULL FROM contradiction WHERE size = ? AND root = ?',
      )
      .pluck()
    const told = db.prepare(
      `INSERT INTO contradiction (size, root, seq, by, standing, user, device, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (size, root) DO UPDATE SET standing = excluded.standing`,
    )
    const note = db.prepare(
      'UPDATE contradiction SET noted_by = ?, noted_at = ? WHERE noted_at IS NULL AND seq <= ?',
    )
    this.applies = {
      'witness.contradicted': ({ seq, at, actor, data }) =>
        told.run(data.size, data.root, seq, data.by, data.is, actor.user, actor.device, Date.parse(at)),
      'witness.noted': ({ at, actor, data }) => note.run(actor.user, Date.parse(at), data.upto),
    }
  }

  /** Newest first. */
  all(): ContradictionRow[] {
    return this.#all.all()
  }

  /** Whether anything told by entry `upto` or before waits to be taken note of. */
  waits(upto: number): boolean {
    return this.#unnoted.get(upto)! > 0
  }

  isNoted({ size, root }: { size: number; root: string }): boolean {
    return this.#noted.get(size, root) === 1
  }
}
