import type { Entry } from '../../ledger/entry.ts'
import { rankOfResting } from '../threads/rank.ts'
import type { Content, Db, View, ViewTables } from '../view.ts'

export const groupTables: ViewTables = {
  names: ['common_question', 'common_link'],
  create: `
    -- Its title is the content of entry n.
    CREATE TABLE common_question (
      id TEXT PRIMARY KEY,
      n INTEGER NOT NULL,
      opened_at INTEGER NOT NULL,
      opened_by TEXT NOT NULL,
      answers INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX common_by_time ON common_question (opened_at);
    -- What a thread was last linked to, and whether it has had the common answer since.
    CREATE TABLE common_link (
      thread TEXT PRIMARY KEY,
      common TEXT NOT NULL,
      answered INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
}

export interface CommonRow {
  id: string
  title: string | null
  opened_at: number
  opened_by: string
  answers: number
}

/** A waiting thread and its last words: the resident's; null where the desk has spoken since, of a delay. */
export interface Asking {
  id: string
  title: string | null
  text: string | null
}

/** In characters; longer than what is shown, so that a number cut at the edge is still known as one. */
const wordsRead = 200

export class GroupsView implements View {
  readonly applies: Record<string, (entry: Entry, content: Content) => void>
  readonly #one
  readonly #recent
  readonly #linked
  readonly #directWith
  readonly #asking

  constructor(db: Db) {
    const columns = `q.id, c.body ->> '$.title' AS title, q.opened_at, q.opened_by, q.answers`
    const withTitle = 'common_question q LEFT JOIN content c ON c.seq = q.n'
    this.#one = db.prepare<[string], CommonRow>(`SELECT ${columns} FROM ${withTitle} WHERE q.id = ?`)
    this.#recent = db.prepare<[number], CommonRow>(
      `SELECT ${columns} FROM ${withTitle}
       WHERE q.opened_at >= ? OR q.id IN (SELECT common FROM thread WHERE common IS NOT NULL)
       ORDER BY q.n DESC LIMIT 200`,
    )
    // A thread that is closed is linked no more; its row here stays until it is linked anew.
    this.#linked = db.prepare<[string], { thread: string; answered: 0 | 1 }>(
      `SELECT t.id AS thread, l.answered FROM thread t INDEXED BY thread_common
       JOIN common_link l ON l.thread = t.id WHERE t.common = ? ORDER BY t.rank`,
    )
    this.#directWith = db
      .prepare<[string], string>(
        'SELECT id FROM thread INDEXED BY thread_of_contact WHERE contact = ? ORDER BY n DESC LIMIT 1',
      )
      .pluck()
    this.#asking = db.prepare<[number], Asking>(
      `SELECT t.id, b.body ->> '$.title' AS title,
         CASE t.last_from WHEN 'resident' THEN substr(b.body ->> '$.text', 1, ${wordsRead}) END AS text
       FROM thread t INDEXED BY thread_open JOIN content b ON b.seq = t.last_message
       WHERE t.closed_at IS NULL AND t.rank < ${rankOfResting} AND t.private = 0
       ORDER BY t.rank LIMIT ?`,
    )
    const open = db.prepare(
      'INSERT INTO common_question (id, n, opened_at, opened_by, answers) VALUES (?, ?, ?, ?, 0)',
    )
    const count = db.prepare('UPDATE common_question SET answers = answers + ? WHERE id = ?')
    const merge = db.prepare('INSERT OR REPLACE INTO common_link (thread, common, answered) VALUES (?, ?, 0)')
    const unmerge = db.prepare('DELETE FROM common_link WHERE thread = ?')
    const answered = db.prepare('UPDATE common_link SET answered = 1 WHERE thread = ?')
    this.applies = {
      'common.opened': (e) => open.run(e.subject, e.seq, Date.parse(e.at), e.actor.user),
      'common.answered': (e) => count.run(e.data.threads, e.subject),
      'thread.merged': (e) => merge.run(e.subject, e.data.common),
      'thread.unmerged': (e) => unmerge.run(e.subject),
      'message.sent': (e) => {
        if (e.data.purpose === 'common') answered.run(e.subject)
      },
    }
  }

  common(id: string): CommonRow | null {
    return this.#one.get(id) ?? null
  }

  /** Those with open threads, and those opened at `since` (ms) or later. Newest first. */
  commons(since: number): CommonRow[] {
    return this.#recent.all(since)
  }

  /** Open threads linked to it, in the order of the inbox. */
  linked(common: string): { thread: string; answered: 0 | 1 }[] {
    return this.#linked.all(common)
  }

  /** The newest one-to-one thread with this resident; a group's is that of the group's own contact. */
  directWith(contact: string): string | null {
    return this.#directWith.get(contact) ?? null
  }

  /** The first `limit` waiting threads of the inbox, private ones left out. */
  asking(limit: number): Asking[] {
    return this.#asking.all(limit)
  }
}
