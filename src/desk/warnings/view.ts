import type { Entry } from '../../ledger/entry.ts'
import type { Content, Db, View, ViewTables } from '../view.ts'
import { Register } from './register.ts'
import { entered, evolve, evolving, type WarningState } from './warning.ts'

export const warningTables: ViewTables = {
  names: ['warning'],
  create: `
    -- Whom it is about is read from the entry's content (seq n), so that what is erased is gone from here as well.
    CREATE TABLE warning (
      n INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      type TEXT NOT NULL,
      contact TEXT,
      thread TEXT,
      message INTEGER,
      holder TEXT,
      held_since INTEGER,
      entered_at INTEGER NOT NULL,
      entered_by TEXT NOT NULL,
      step TEXT NOT NULL,
      step_since INTEGER NOT NULL,
      onward TEXT NOT NULL,
      due_at INTEGER,
      overdue INTEGER NOT NULL,
      calls INTEGER NOT NULL,
      messages INTEGER NOT NULL,
      closed_at INTEGER,
      outcome TEXT
    ) STRICT;
    CREATE INDEX warning_open ON warning (overdue DESC, due_at, n) WHERE closed_at IS NULL;
    CREATE INDEX warning_closed ON warning (closed_at DESC, n DESC) WHERE closed_at IS NOT NULL;
    CREATE INDEX warning_due ON warning (due_at) WHERE closed_at IS NULL AND overdue = 0;
  `,
}

const changing = [
  'contact',
  'thread',
  'message',
  'holder',
  'held_since',
  'step',
  'step_since',
  'onward',
  'due_at',
  'overdue',
  'calls',
  'messages',
  'closed_at',
  'outcome',
] as const satisfies readonly (keyof WarningState)[]
const columns = ['n', 'id', 'type', 'entered_at', 'entered_by', ...changing] as const

/** A row with what its content says; null where that was erased. */
export interface WarningRecord extends WarningState {
  name: string | null
  phone: string | null
  source: string | null
  note: string | null
}

const records = `
  SELECT w.*, c.body ->> '$.name' AS name, c.body ->> '$.phone' AS phone, c.body ->> '$.source' AS source,
    c.body ->> '$.note' AS note
  FROM warning w LEFT JOIN content c ON c.seq = w.n`

export class WarningsView implements View {
  readonly applies: Record<string, (entry: Entry, content: Content) => void>
  readonly register: Register
  readonly #one
  readonly #open
  readonly #closed
  readonly #counts
  readonly #ripe
  readonly #newestThread
  readonly #isGroup

  constructor(db: Db) {
    this.register = new Register(db)
    this.#one = db.prepare<[string], WarningRecord>(`${records} WHERE w.id = ?`)
    this.#open = db.prepare<[number, number], WarningRecord>(
      `${records} WHERE w.closed_at IS NULL ORDER BY w.overdue DESC, w.due_at, w.n LIMIT ? OFFSET ?`,
    )
    this.#closed = db.prepare<[number, number], WarningRecord>(
      `${records} WHERE w.closed_at IS NOT NULL ORDER BY w.closed_at DESC, w.n DESC LIMIT ? OFFSET ?`,
    )
    this.#counts = db.prepare<[], { open: number; overdue: number; closed: number }>(
      `SELECT (SELECT count(*) FROM warning WHERE closed_at IS NULL) AS open,
         (SELECT count(*) FROM warning WHERE closed_at IS NULL AND overdue = 1) AS overdue,
         (SELECT count(*) FROM warning WHERE closed_at IS NOT NULL) AS closed`,
    )
    this.#ripe = db
      .prepare<[number, number], string>(
        'SELECT id FROM warning WHERE closed_at IS NULL AND overdue = 0 AND due_at <= ? ORDER BY due_at LIMIT ?',
      )
      .pluck()
    this.#newestThread = db
      .prepare<[string], string>(
        `SELECT id FROM thread WHERE contact = ? AND kind = 'direct' ORDER BY n DESC LIMIT 1`,
      )
      .pluck()
    this.#isGroup = db
      .prepare<[string], number>(`SELECT 1 FROM thread WHERE contact = ? AND kind = 'group' LIMIT 1`)
      .pluck()
    this.applies = appliers(db)
  }

  warning(id: string): WarningRecord | null {
    return this.#one.get(id) ?? null
  }

  /** Overdue ones first, then whichever must be done soonest. */
  open(limit: number, offset: number): WarningRecord[] {
    return this.#open.all(limit, offset)
  }

  /** Newest first. */
  closed(limit: number, offset: number): WarningRecord[] {
    return this.#closed.all(limit, offset)
  }

  counts(): { open: number; overdue: number; closed: number } {
    return this.#counts.get() ?? { open: 0, overdue: 0, closed: 0 }
  }

  /** Whose step should have been done by `now` (ms) and is not marked so yet. */
  ripe(now: number, limit: number): string[] {
    return this.#ripe.all(now, limit)
  }

  /** The newest one-to-one thread with this contact; never a group's. */
  newestThread(contact: string): string | null {
    return this.#newestThread.get(contact) ?? null
  }

  /** A residents' group stands among the contacts too; nobody is warned in front of it. */
  isGroup(contact: string): boolean {
    return this.#isGroup.get(contact) === 1
  }
}

function appliers(db: Db): Record<string, (entry: Entry) => void> {
  const select = db.prepare<[string], WarningState>(`SELECT ${columns.join(', ')} FROM warning WHERE id = ?`)
  const insert = db.prepare(
    `INSERT INTO warning (${columns.join(', ')}) VALUES (${columns.map((column) => `@${column}`).join(', ')})`,
  )
  const update = db.prepare(
    `UPDATE warning SET ${changing.map((column) => `${column} = @${column}`).join(', ')} WHERE n = @n`,
  )
  const change = (entry: Entry) => {
    const warning = select.get(entry.subject)
    if (!warning) throw new Error(`entry about an unknown warning ${entry.subject}`)
    evolve(warning, entry)
    update.run(warning)
  }
  return {
    ...Object.fromEntries(evolving.map((type) => [type, change])),
    'warning.entered': (entry) => void insert.run(entered(entry)),
  }
}
