import type { Entry } from '../../ledger/entry.ts'
import { CONTENT_ERASED, erasedSeqs } from '../../ledger/erasure.ts'
import type { Content, Db, View, ViewTables } from '../view.ts'
import { fold, tokens } from './words.ts'

/**
 * The full-text index follows the ledger in batches rather than in every commit, which would double the cost
 * of an answer. Nothing is missed meanwhile: a search reads the few texts after the watermark one by one.
 */
export const searchTables: ViewTables = {
  names: ['search_index', 'search_private', 'search_private_text', 'search_watermark'],
  create: `
    CREATE VIRTUAL TABLE search_index USING fts5 (
      words, content = '', contentless_delete = 1, tokenize = 'ascii'
    );
    -- Words of private threads (rule 11) stand in an index of their own, so that neither a hit nor a count of the
    -- other one can come from them; and how many there are of each thread.
    CREATE VIRTUAL TABLE search_private USING fts5 (
      words, content = '', contentless_delete = 1, tokenize = 'ascii'
    );
    -- Deleted texts are merged out when somebody has time for it (forgetting), never in somebody's commit.
    INSERT INTO search_index (search_index, rank) VALUES ('deletemerge', 0);
    INSERT INTO search_private (search_private, rank) VALUES ('deletemerge', 0);
    CREATE TABLE search_private_text (thread TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (thread, seq)) STRICT, WITHOUT ROWID;
    -- Texts up to this seq are in the index; and how many there are, so that a count costs nothing.
    CREATE TABLE search_watermark (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, texts INTEGER NOT NULL, since INTEGER) STRICT;
    INSERT INTO search_watermark VALUES (1, 0, 0, NULL);
  `,
}

const indexes = ['search_index', 'search_private'] as const
/** Pages written by one step of a merge: some ten milliseconds. */
const pagesMerged = 32

interface Text {
  seq: number
  thread: string
  text: string | null
}

interface Watermark {
  seq: number
  texts: number
  since: number | null
}

export class SearchIndex implements View {
  readonly applies: Record<string, (entry: Entry, content: Content) => void>
  readonly #watermark
  readonly #unindexed
  readonly #indexedOf
  readonly #insert
  readonly #remove
  readonly #insertPrivate
  readonly #removePrivate
  readonly #keepPrivate
  readonly #leavePrivate
  readonly #privateTexts
  readonly #advance
  readonly #merge
  readonly #changes

  constructor(db: Db) {
    this.#watermark = db.prepare<[], Watermark>('SELECT seq, texts, since FROM search_watermark')
    this.#unindexed = db.prepare<[number, number], Text & { sent_at: number; private: 0 | 1 }>(
      `SELECT m.seq, m.thread, c.body ->> '$.text' AS text, m.sent_at, t.private
       FROM message m JOIN thread t ON t.id = m.thread LEFT JOIN content c ON c.seq = m.seq
       WHERE m.seq > ? ORDER BY m.seq LIMIT ?`,
    )
    // By the ledger's own index of subjects, and what of the ledger is not in that yet.
    this.#indexedOf = db.prepare<[{ thread: string }], Text>(
      `SELECT m.seq, m.thread, c.body ->> '$.text' AS text
       FROM (
         SELECT seq FROM subject_index WHERE subject = @thread
         UNION
         SELECT seq FROM entry
         WHERE seq > (SELECT upto FROM subject_indexed) AND canonical ->> '$.subject' = @thread
       ) s
       JOIN message m ON m.seq = s.seq LEFT JOIN content c ON c.seq = s.seq
       WHERE s.seq <= (SELECT seq FROM search_watermark)`,
    )
    this.#insert = db.prepare('INSERT INTO search_index (rowid, words) VALUES (?, ?)')
    this.#remove = db.prepare('DELETE FROM search_index WHERE rowid = ?')
    this.#insertPrivate = db.prepare('INSERT INTO search_private (rowid, words) VALUES (?, ?)')
    this.#removePrivate = db.prepare('DELETE FROM search_private WHERE rowid = ?')
    this.#keepPrivate = db.prepare('INSERT OR IGNORE INTO search_private_text (thread, seq) VALUES (?, ?)')
    this.#leavePrivate = db.prepare('DELETE FROM search_private_text WHERE thread = ?')
    this.#privateTexts = db.prepare<[], { thread: string; texts: number }>(
      'SELECT thread, count(*) AS texts FROM search_private_text GROUP BY thread',
    )
    this.#advance = db.prepare(
      'UPDATE search_watermark SET seq = ?, texts = texts + ?, since = min(ifnull(since, ?), ?)',
    )
    this.#merge = indexes.map((index) =>
      db.prepare<[number]>(`INSERT INTO ${index} (${index}, rank) VALUES ('merge', ?)`),
    )
    this.#changes = db.prepare<[], number>('SELECT total_changes()').pluck()
    const forget = indexes.map((index) =>
      db.prepare<[string]>(`DELETE FROM ${index} WHERE rowid IN (SELECT value FROM json_each(?))`),
    )
    this.applies = {
      [CONTENT_ERASED]: ({ data }) => {
        for (const each of forget) each.run(JSON.stringify(erasedSeqs(data)))
      },
      'thread.madePrivate': (entry) => this.#move(entry.subject, true),
      'thread.madePublic': (entry) => this.#move(entry.subject, false),
      'thread.escalated': (entry) => {
        if (entry.data.private === true) this.#move(entry.subject, true)
      },
    }
  }

  watermark(): Watermark {
    return this.#watermark.get() as Watermark
  }

  /** Texts not yet in an index, oldest first; all of them without a limit. */
  unindexed(limit = -1) {
    return this.#unindexed.all(this.watermark().seq, limit)
  }

  /** Threads whose words stand in the private index, and how many. */
  privateTexts() {
    return this.#privateTexts.all()
  }

  /** Indexes up to `limit` texts; true when there are more. Call inside a transaction. */
  catchUp(limit: number): boolean {
    const batch = this.unindexed(limit)
    if (batch.length === 0) return false
    let since = Number.MAX_SAFE_INTEGER
    for (const row of batch) {
      this.#index(row, row.private === 1)
      if (row.sent_at < since) since = row.sent_at
    }
    this.#advance.run(batch.at(-1)!.seq, batch.length, since, since)
    return batch.length === limit
  }

  /**
   * Takes the tokens of deleted texts out of the indexes: FTS5 marks them deleted and drops them only when it merges its
   * parts into one (sqlite.org/fts5, 6.7). One small commit at each step; more is left for as long as it goes on.
   */
  *forgetting(): Generator<void> {
    for (const merge of this.#merge) {
      // Negative: all parts, however few, are to become one.
      for (let pages = -pagesMerged, changed = 2; changed >= 2; pages = pagesMerged) {
        const before = this.#changes.get() as number
        merge.run(pages)
        changed = (this.#changes.get() as number) - before
        yield
      }
    }
  }

  #index({ seq, thread, text }: Text, isPrivate: boolean): void {
    if (isPrivate) this.#keepPrivate.run(thread, seq)
    if (text === null) return
    const insert = isPrivate ? this.#insertPrivate : this.#insert
    insert.run(seq, tokens(fold(text)))
  }

  /** What was said before becomes private too, in the commit that makes the thread so; and back. */
  #move(thread: string, isPrivate: boolean): void {
    const texts = this.#indexedOf.all({ thread })
    this.#leavePrivate.run(thread)
    for (const text of texts) {
      this.#remove.run(text.seq)
      this.#removePrivate.run(text.seq)
      this.#index(text, isPrivate)
    }
  }
}
