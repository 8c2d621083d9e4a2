import type { Statement } from 'better-sqlite3'
import type { Db } from '../view.ts'

/** A message that is to leave. */
export interface Queued {
  seq: number
  thread: string
  account: string
  contact: string
  /** The resident, by the channel's own id; null when erased. */
  external: string | null
  conversation: string | null
  text: string | null
  /** JSON of what it carries besides its words. */
  media: string | null
  menu: string | null
  resent: number
}

/**
 * The oldest of each account, so that no account waits for another; conversations that are busy are left out, and with
 * them all that stands behind their first message. Accounts are found by leaping through the index of what is queued,
 * which is small.
 */
export const oldestSql = `
  WITH RECURSIVE one(account) AS (
    SELECT (SELECT min(account) FROM message INDEXED BY message_queued WHERE delivery = 'queued')
    UNION ALL
    SELECT (SELECT min(account) FROM message INDEXED BY message_queued
            WHERE delivery = 'queued' AND account > one.account)
    FROM one WHERE one.account IS NOT NULL
  )
  SELECT m.seq, m.thread, m.account, m.contact, c.external, t.conversation, ifnull(r.times, 0) AS resent,
    b.body ->> '$.text' AS text, b.body -> '$.media' AS media, b.body -> '$.menu' AS menu
  FROM one
  CROSS JOIN message m ON m.seq IN (
    SELECT q.seq FROM message q INDEXED BY message_queued
    WHERE q.delivery = 'queued' AND q.account = one.account
      AND q.thread NOT IN (SELECT value FROM json_each(@busy))
    ORDER BY q.seq LIMIT @most)
  JOIN thread t ON t.id = m.thread JOIN contact c ON c.id = m.contact
  LEFT JOIN content b ON b.seq = m.seq LEFT JOIN resent r ON r.message = m.seq
  ORDER BY m.seq`

export class Queue {
  readonly #oldest: Statement<[{ busy: string; most: number }], Queued>

  constructor(db: Db) {
    this.#oldest = db.prepare(oldestSql)
  }

  /** Of each account at most so many, in the order of the ledger. `busy`: threads to leave out. */
  oldest(busy: readonly string[], most: number): Queued[] {
    return this.#oldest.all({ busy: JSON.stringify(busy), most })
  }
}
