import type { Db, View, ViewTables } from '../view.ts'

/**
 * One row for each entry: when, what, who, which thread, account and handoff; and what follows from these rows alone.
 * Follows the ledger in batches, as the full text does; whoever reads it asks `settle` first. `at` is ms since 1970 as
 * the entry says; order is `seq`, never the clock.
 */
export const recordTables: ViewTables = {
  names: ['record', 'record_block', 'record_hold', 'record_jump', 'record_watermark'],
  create: `
    CREATE TABLE record (
      seq INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      type TEXT NOT NULL,
      actor TEXT NOT NULL,
      thread TEXT,
      account TEXT,
      handoff TEXT
    ) STRICT;
    -- Equal columns first, then seq: a page of any of them is read backwards from where it starts.
    CREATE INDEX record_of_type ON record (type, seq);
    CREATE INDEX record_of_actor ON record (actor, type, seq);
    CREATE INDEX record_of_account ON record (account, type, seq) WHERE account IS NOT NULL;
    CREATE INDEX record_of_thread ON record (thread, seq, type) WHERE thread IS NOT NULL;
    CREATE INDEX record_of_handoff ON record (handoff, seq) WHERE handoff IS NOT NULL;
    CREATE INDEX record_by_time ON record (at, seq, type);
    -- Earliest and latest time within each 1,024 entries: a span of time becomes a span of seq at once.
    CREATE TABLE record_block (block INTEGER PRIMARY KEY, earliest INTEGER NOT NULL, latest INTEGER NOT NULL) STRICT;
    -- Who held which thread: from the entry seq up to the entry until, null while it is held.
    CREATE TABLE record_hold (
      seq INTEGER PRIMARY KEY,
      thread TEXT NOT NULL,
      holder TEXT NOT NULL,
      until INTEGER
    ) STRICT;
    CREATE INDEX record_hold_of_thread ON record_hold (thread, seq);
    CREATE INDEX record_hold_of_holder ON record_hold (holder, seq, until);
    -- Entries whose time is before that of the one they follow, or long after it.
    CREATE TABLE record_jump (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, before INTEGER NOT NULL) STRICT;
    CREATE TABLE record_watermark (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL) STRICT;
    INSERT INTO record_watermark VALUES (1, 0);
  `,
}

/** Entries in a block. */
export const blockSize = 1_024
/** ms by which two clocks of one machine may differ without anybody having set them. */
const jitter = 2_000
/** ms between two entries beyond which the clock may have leapt; mostly it was just quiet. */
const leap = 10 * 60_000

/** Entry types after which a thread is held by somebody else, and the field of their data that says by whom. */
const holderAfter = `CASE r.type
  WHEN 'thread.claimed' THEN e.canonical ->> '$.data.holder'
  WHEN 'thread.reopened' THEN e.canonical ->> '$.data.holder'
  WHEN 'thread.transferred' THEN e.canonical ->> '$.data.to'
  WHEN 'thread.takenOver' THEN e.canonical ->> '$.data.to'
  WHEN 'thread.reassigned' THEN e.canonical ->> '$.data.to'
  WHEN 'thread.handedOver' THEN e.canonical ->> '$.data.to'
END`
const holding = `('thread.claimed', 'thread.reopened', 'thread.transferred', 'thread.takenOver', 'thread.reassigned',
  'thread.handedOver', 'thread.released', 'thread.returned', 'thread.closed')`

export class Records implements View {
  readonly applies = {}
  readonly #db: Db
  readonly #watermark
  readonly #last
  readonly #steps
  readonly #advance

  constructor(db: Db) {
    this.#db = db
    this.#watermark = db.prepare<[], number>('SELECT seq FROM record_watermark').pluck()
    this.#last = db.prepare<[], number>('SELECT ifnull(max(seq), 0) FROM entry').pluck()
    this.#steps = [
      `INSERT INTO record (seq, at, type, actor, thread, account, handoff)
       SELECT e.seq, round(unixepoch(e.at, 'subsec') * 1000), e.type, e.actor, t.id, coalesce(t.account, a.id),
         coalesce(e.handoff, iif(e.type GLOB 'handoff.*', e.subject, NULL))
       FROM (
         SELECT seq, canonical ->> '$.at' AS at, canonical ->> '$.type' AS type,
           canonical ->> '$.actor.user' AS actor, canonical ->> '$.subject' AS subject,
           canonical ->> '$.data.thread' AS thread, canonical ->> '$.data.account' AS account,
           canonical ->> '$.data.handoff' AS handoff
         FROM entry WHERE seq > @from AND seq <= @to
       ) e
       LEFT JOIN thread t ON t.id = coalesce(e.thread, e.subject)
       LEFT JOIN account a ON a.id = coalesce(e.account, e.subject)
       ORDER BY e.seq`,
      `INSERT INTO record_block (block, earliest, latest)
       SELECT (seq - 1) / ${blockSize}, min(at), max(at) FROM record WHERE seq > @from AND seq <= @to GROUP BY 1
       ON CONFLICT (block) DO UPDATE SET
         earliest = min(earliest, excluded.earliest), latest = max(latest, excluded.latest)`,
      `UPDATE record_hold SET until = ended.seq
       FROM (
         SELECT thread, min(seq) AS seq FROM record
         WHERE seq > @from AND seq <= @to AND type IN ${holding} GROUP BY thread
       ) ended
       WHERE record_hold.thread = ended.thread AND record_hold.until IS NULL`,
      `INSERT INTO record_hold (seq, thread, holder, until)
       SELECT seq, thread, holder, until FROM (
         SELECT r.seq, r.thread, ${holderAfter} AS holder,
           lead(r.seq) OVER (PARTITION BY r.thread ORDER BY r.seq) AS until
         FROM record r JOIN entry e ON e.seq = r.seq
         WHERE r.seq > @from AND r.seq <= @to AND r.type IN ${holding}
       )
       WHERE holder IS NOT NULL`,
      `INSERT INTO record_jump (seq, at, before)
       SELECT r.seq, r.at, b.at FROM record r JOIN record b ON b.seq = r.seq - 1
       WHERE r.seq > @from AND r.seq <= @to AND (r.at < b.at - ${jitter} OR r.at > b.at + ${leap})`,
    ].map((sql) => db.prepare<[{ from: number; to: number }]>(sql))
    this.#advance = db.prepare<[number]>('UPDATE record_watermark SET seq = ?')
  }

  /** Takes up to `limit` entries in; true when there are more. Call inside a transaction. */
  catchUp(limit: number): boolean {
    const from = this.#watermark.get() as number
    const last = this.#last.get() as number
    if (from >= last) return false
    const to = Math.min(last, from + limit)
    for (const step of this.#steps) step.run({ from, to })
    this.#advance.run(to)
    return to < last
  }

  /** The next batch in a transaction of its own; true when there are more. */
  step(limit: number): boolean {
    if (this.#watermark.get() === this.#last.get()) return false
    return this.#db.transaction(() => this.catchUp(limit)).immediate()
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
