import type { Db, View, ViewTables } from '../view.ts'
import type { Mark } from './marks.ts'
import { Position } from './position.ts'

/**
 * What makes an earlier moment quick to reach. Both lag: marks are made by the history's own thread, closings follow
 * the records. Neither holds a word that anybody wrote.
 */
export const historyTables: ViewTables = {
  names: ['past_mark', 'past_closing', 'past_closing_watermark'],
  create: `
    -- All that was open after the entry seq, packed: whoever looks at a later moment goes on from here.
    CREATE TABLE past_mark (seq INTEGER PRIMARY KEY, open INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
    -- A thread was closed from the entry seq up to the entry until, null while it is.
    CREATE TABLE past_closing (
      seq INTEGER PRIMARY KEY,
      n INTEGER NOT NULL,
      at INTEGER NOT NULL,
      account TEXT NOT NULL,
      until INTEGER
    ) STRICT;
    -- In the order of the closed queue, and enough to tell which of them stood at a moment.
    CREATE INDEX past_closing_by_time ON past_closing (at, n, account, seq, until);
    CREATE INDEX past_closing_of_thread ON past_closing (n) WHERE until IS NULL;
    CREATE TABLE past_closing_watermark (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL) STRICT;
    INSERT INTO past_closing_watermark VALUES (1, 0);
  `,
}

export class PastView implements View {
  readonly applies = {}
  readonly position: Position
  readonly #db: Db
  readonly #newest
  readonly #keep
  readonly #span
  readonly #close
  readonly #reopen
  readonly #advance

  constructor(db: Db) {
    this.#db = db
    this.position = new Position(db)
    this.#newest = db.prepare<[], number>('SELECT ifnull(max(seq), 0) FROM past_mark').pluck()
    this.#keep = db.prepare<[Mark]>(
      'INSERT OR IGNORE INTO past_mark (seq, open, body) VALUES (@seq, @open, @body)',
    )
    this.#span = db.prepare<[], { from: number; to: number }>(
      `SELECT c.seq AS "from", r.seq AS "to" FROM past_closing_watermark c, record_watermark r`,
    )
    this.#close = db.prepare<[{ from: number; to: number }]>(
      `INSERT INTO past_closing (seq, n, at, account)
       SELECT r.seq, t.n, r.at, t.account FROM record r JOIN thread t ON t.id = r.thread
       WHERE r.type = 'thread.closed' AND r.seq > @from AND r.seq <= @to ORDER BY r.seq`,
    )
    this.#reopen = db.prepare<[{ from: number; to: number }]>(
      `UPDATE past_closing SET until = (
         SELECT min(r.seq) FROM thread t JOIN record r ON r.thread = t.id
         WHERE t.n = past_closing.n AND r.type = 'thread.reopened' AND r.seq > past_closing.seq
       )
       WHERE until IS NULL AND n IN (
         SELECT t.n FROM record r JOIN thread t ON t.id = r.thread
         WHERE r.type = 'thread.reopened' AND r.seq > @from AND r.seq <= @to
       )`,
    )
    this.#advance = db.prepare<[number]>('UPDATE past_closing_watermark SET seq = ?')
  }

  /** The entry of the newest mark; 0 before any. */
  newestMark(): number {
    return this.#newest.get() as number
  }

  keep(mark: Mark): void {
    this.#keep.run(mark)
  }

  /** Takes in what the records have. Call inside a transaction. */
  catchUp(): void {
    const { from, to } = this.#span.get() as { from: number; to: number }
    if (from === to) return
    this.#close.run({ from, to })
    this.#reopen.run({ from, to })
    this.#advance.run(to)
  }

  /** Nothing is written where nothing can be. */
  settle(): void {
    const { from, to } = this.#span.get() as { from: number; to: number }
    if (this.#db.readonly || from === to) return
    this.#db.transaction(() => this.catchUp()).immediate()
  }
}
