import type { Entry } from '../../ledger/entry.ts'
import type { Content, Db, View, ViewTables } from '../view.ts'
import { fold, tokens } from './words.ts'

/**
 * The full-text index follows the ledger in batches rather than in every commit, which would double the cost
 * of an answer. Nothing is missed meanwhile: a search reads the few texts after the watermark one by one.
 */
export const searchTables: ViewTables = {
  names: ['search_index', 'search_watermark'],
  create: `
    CREATE VIRTUAL TABLE search_index USING fts5 (
      words, content = '', contentless_delete = 1, tokenize = 'ascii'
    );
    -- Texts up to this seq are in the index; and how many there are, so that a count costs nothing.
    CREATE TABLE search_watermark (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, texts INTEGER NOT NULL, since INTEGER) STRICT;
    INSERT INTO search_watermark VALUES (1, 0, 0, NULL);
  `,
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
  readonly #insert
  readonly #advance

  constructor(db: Db) {
    this.#watermark = db.prepare<[], Watermark>('SELECT seq, texts, since FROM search_watermark')
    this.#unindexed = db.prepare<[number, number], { seq: number; text: string | null; sent_at: number }>(
      `SELECT m.seq, c.body ->> '$.text' AS text, m.sent_at
       FROM message m LEFT JOIN content c ON c.seq = m.seq WHERE m.seq > ? ORDER BY m.seq LIMIT ?`,
    )
    this.#insert = db.prepare('INSERT INTO search_index (rowid, words) VALUES (?, ?)')
    this.#advance = db.prepare(
      'UPDATE search_watermark SET seq = ?, texts = texts + ?, since = min(ifnull(since, ?), ?)',
    )
    this.applies = {}
  }

  watermark(): Watermark {
    return this.#watermark.get() as Watermark
  }

  /** Texts not yet in the index, oldest first; all of them without a limit. */
  unindexed(limit = -1) {
    return this.#unindexed.all(this.watermark().seq, limit)
  }

  /** Indexes up to `limit` texts; true when there are more. Call inside a transaction. */
  catchUp(limit: number): boolean {
    const batch = this.unindexed(limit)
    if (batch.length === 0) return false
    let since = Number.MAX_SAFE_INTEGER
    for (const row of batch) {
      if (row.text !== null) this.#insert.run(row.seq, tokens(fold(row.text)))
      if (row.sent_at < since) since = row.sent_at
    }
    this.#advance.run(batch.at(-1)!.seq, batch.length, since, since)
    return batch.length === limit
  }
}
