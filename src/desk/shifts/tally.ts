import type { Statement } from 'better-sqlite3'
import type { AlarmKind } from '../../contract/alarms.ts'
import type { Category } from '../../contract/values.ts'
import { meaning } from '../threads/thread.ts'
import { noAnswer } from '../threads/waiting.ts'
import type { Db, View, ViewTables } from '../view.ts'
import { countingSql } from './counting.ts'
import { Figures } from './figures.ts'
import { WorkedActs } from './worked-acts.ts'

/**
 * What happened in each hour, counted once, so that a month of statistics is a few thousand rows and not a million
 * entries. Follows the table of records in batches: `settle`, then read. Hours are the same in UTC and in
 * Asia/Shanghai, which is eight whole hours ahead and has no daylight saving.
 */
export const tallyTables: ViewTables = {
  names: ['answer', 'closing', 'tally', 'tally_watermark'],
  create: `
    -- What the desk said to a resident, but for being told of a delay, greeted or warned (rule 8). waited (ms): from the
    -- first words nobody had answered; null where nobody waited.
    CREATE TABLE answer (
      seq INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      account TEXT NOT NULL,
      user TEXT NOT NULL,
      waited INTEGER
    ) STRICT;
    CREATE INDEX answer_waited_for ON answer (at, account, seq, waited) WHERE waited IS NOT NULL;
    -- category: as the thread had it then; empty for none.
    CREATE TABLE closing (seq INTEGER PRIMARY KEY, user TEXT NOT NULL, category TEXT NOT NULL) STRICT;
    -- whose: who answered, closed or claimed; of closedAs the category.
    CREATE TABLE tally (
      hour INTEGER NOT NULL,
      what TEXT NOT NULL,
      account TEXT NOT NULL,
      whose TEXT NOT NULL,
      n INTEGER NOT NULL,
      PRIMARY KEY (hour, what, whose, account)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE tally_watermark (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL) STRICT;
    INSERT INTO tally_watermark VALUES (1, 0);
  `,
}

/** What gave a thread a category before it was closed by entry `closing`. */
interface Marked {
  closing: number
  type: 'thread.categorised' | 'message.assessed'
  category: Category | null
  kind: AlarmKind | null
}

export class Tally implements View {
  readonly applies = {}
  readonly figures: Figures
  readonly worked: WorkedActs
  readonly #db: Db
  readonly #watermark: Statement<[], number>
  readonly #recorded: Statement<[], number>
  readonly #answers: Statement<[number, number]>
  readonly #waits: Statement<[number, number]>
  readonly #closed: Statement<[number, number], { seq: number; actor: string }>
  readonly #marks: Statement<[number, number], Marked>
  readonly #close: Statement<[number, string, string]>
  readonly #count: Statement<[{ from: number; to: number }]>
  readonly #advance: Statement<[number]>

  constructor(db: Db) {
    this.#db = db
    this.figures = new Figures(db)
    this.worked = new WorkedActs(db)
    this.#watermark = db.prepare<[], number>('SELECT seq FROM tally_watermark').pluck() as never
    this.#recorded = db.prepare<[], number>('SELECT seq FROM record_watermark').pluck() as never
    this.#answers = db.prepare(
      `INSERT INTO answer (seq, at, account, user)
       SELECT r.seq, r.at, m.account, m.author
       FROM record r JOIN message m ON m.seq = r.seq JOIN entry e ON e.seq = r.seq
       WHERE r.seq > ? AND r.seq <= ? AND r.type = 'message.sent'
         AND ifnull(e.canonical ->> '$.data.purpose', '') NOT IN (${quoted(noAnswer)})`,
    )
    // Closing ends a wait too; the words after that begin another. An answer that had come back by then ended none.
    this.#waits = db.prepare(
      `UPDATE answer SET waited = (
         SELECT max(0, said.sent_at - first.sent_at)
         FROM message said JOIN message first ON first.seq = (
           SELECT w.seq FROM record w INDEXED BY record_of_thread
           WHERE w.thread = said.thread AND w.seq < said.seq AND w.type = 'message.received' AND w.seq > ifnull((
             SELECT p.seq FROM record p INDEXED BY record_of_thread
             WHERE p.thread = said.thread AND p.seq < said.seq AND (
               p.type = 'thread.closed'
               OR p.type = 'message.sent' AND EXISTS (SELECT 1 FROM answer b WHERE b.seq = p.seq) AND ifnull((
                 SELECT l.type FROM record l INDEXED BY record_of_thread JOIN entry le ON le.seq = l.seq
                 WHERE l.thread = said.thread AND l.seq > p.seq AND l.seq < said.seq
                   AND l.type IN ('message.accepted', 'message.failed') AND le.canonical ->> '$.data.message' = p.seq
                 ORDER BY l.seq DESC LIMIT 1
               ), '') <> 'message.failed'
             )
             ORDER BY p.seq DESC LIMIT 1
           ), 0)
           ORDER BY w.seq LIMIT 1
         )
         WHERE said.seq = answer.seq
       )
       WHERE seq > ? AND seq <= ?`,
    )
    this.#closed = db.prepare(
      `SELECT seq, actor FROM record WHERE seq > ? AND seq <= ? AND type = 'thread.closed'`,
    )
    this.#marks = db.prepare(
      `SELECT c.seq AS closing, m.type, e.canonical ->> '$.data.category' AS category,
         e.canonical ->> '$.data.kinds[0].kind' AS kind
       FROM record c CROSS JOIN record m INDEXED BY record_of_thread CROSS JOIN entry e
       WHERE c.seq > ? AND c.seq <= ? AND c.type = 'thread.closed' AND m.thread = c.thread AND m.seq < c.seq
         AND m.type IN ('thread.categorised', 'message.assessed') AND e.seq = m.seq
       ORDER BY c.seq, m.seq`,
    )
    this.#close = db.prepare('INSERT INTO closing (seq, user, category) VALUES (?, ?, ?)')
    this.#count = db.prepare(
      `INSERT INTO tally (hour, what, account, whose, n)
       SELECT * FROM (${countingSql('record r', 'r.seq > @from AND r.seq <= @to')}) WHERE true
       ON CONFLICT DO UPDATE SET n = n + excluded.n`,
    )
    this.#advance = db.prepare('UPDATE tally_watermark SET seq = ?')
  }

  /** Entries up to this one are counted. */
  watermark(): number {
    return this.#watermark.get() as number
  }

  /** Takes up to `limit` records in; true when there are more. Call inside a transaction, after the records. */
  catchUp(limit: number): boolean {
    const from = this.watermark()
    const last = this.#recorded.get() as number
    if (from >= last) return false
    const to = Math.min(last, from + limit)
    this.#answers.run(from, to)
    this.#waits.run(from, to)
    const categories = this.#categoriesOf(from, to)
    for (const { seq, actor } of this.#closed.all(from, to))
      this.#close.run(seq, actor, categories.get(seq) ?? '')
    this.#count.run({ from, to })
    this.#advance.run(to)
    return to < last
  }

  /** Takes in all the records there are. Where nothing can be written (rule 21) it stays as it was. */
  settle(): void {
    if (this.#db.readonly || this.watermark() === this.#recorded.get()) return
    this.#db
      .transaction(() => {
        while (this.catchUp(batch));
      })
      .immediate()
  }

  /** The category each thread closed between had by then, by the rules by which a thread evolves. */
  #categoriesOf(from: number, to: number): Map<number, Category | null> {
    const then = new Map<number, Category | null>()
    for (const { closing, type, category, kind } of this.#marks.all(from, to)) {
      if (type === 'thread.categorised') then.set(closing, category)
      else if (kind !== null) then.set(closing, then.get(closing) ?? meaning[kind].category)
    }
    return then
  }
}

const batch = 2_000

function quoted(words: Iterable<unknown>): string {
  return [...words].map((word) => `'${String(word)}'`).join(', ')
}
