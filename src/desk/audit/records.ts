import type { Db, View, ViewTables } from '../view.ts'

/**
 * One row for each entry: when, what, who, which thread and account. Follows the ledger in batches, as the full text
 * does; whoever reads it asks `catchUp` first. `at` is ms since 1970 as the entry says; order is `seq`, never the clock.
 */
export const recordTables: ViewTables = {
  names: ['record', 'record_watermark'],
  create: `
    CREATE TABLE record (
      seq INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      type TEXT NOT NULL,
      actor TEXT NOT NULL,
      thread TEXT,
      account TEXT
    ) STRICT;
    CREATE INDEX record_of_type ON record (type, seq);
    CREATE INDEX record_of_actor ON record (actor, seq);
    CREATE INDEX record_of_account ON record (account, seq) WHERE account IS NOT NULL;
    CREATE INDEX record_of_thread ON record (thread, seq) WHERE thread IS NOT NULL;
    CREATE INDEX record_by_time ON record (at, seq);
    CREATE TABLE record_watermark (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL) STRICT;
    INSERT INTO record_watermark VALUES (1, 0);
  `,
}

export class Records implements View {
  readonly applies = {}
  readonly #db: Db
  readonly #watermark
  readonly #last
  readonly #take
  readonly #advance

  constructor(db: Db) {
    this.#db = db
    this.#watermark = db.prepare<[], number>('SELECT seq FROM record_watermark').pluck()
    this.#last = db.prepare<[], number>('SELECT ifnull(max(seq), 0) FROM entry').pluck()
    this.#take = db.prepare<[number, number]>(
      `INSERT INTO record (seq, at, type, actor, thread, account)
       SELECT e.seq, round(unixepoch(e.canonical ->> '$.at', 'subsec') * 1000), e.canonical ->> '$.type',
         e.canonical ->> '$.actor.user', t.id, coalesce(t.account, a.id)
       FROM (
         SELECT seq, canonical, canonical ->> '$.subject' AS subject FROM entry WHERE seq > ? AND seq <= ?
       ) e
       LEFT JOIN thread t ON t.id = coalesce(e.canonical ->> '$.data.thread', e.subject)
       LEFT JOIN account a ON a.id = coalesce(e.canonical ->> '$.data.account', e.subject)
       ORDER BY e.seq`,
    )
    this.#advance = db.prepare<[number]>('UPDATE record_watermark SET seq = ?')
  }

  /** Takes up to `limit` entries in; true when there are more. Call inside a transaction. */
  catchUp(limit: number): boolean {
    const from = this.#watermark.get() as number
    const last = this.#last.get() as number
    if (from >= last) return false
    const to = Math.min(last, from + limit)
    this.#take.run(from, to)
    this.#advance.run(to)
    return to < last
  }

  /** Takes all in, so that what is read next is whole. Nothing is written where nothing can be (rule 21). */
  settle(): void {
    if (this.#db.readonly || this.#watermark.get() === this.#last.get()) return
    this.#db
      .transaction(() => {
        while (this.catchUp(batch));
      })
      .immediate()
  }
}

const batch = 2_000
