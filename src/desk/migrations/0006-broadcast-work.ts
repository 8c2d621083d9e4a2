import type { Db } from '../view.ts'

/**
 * When a broadcast's task is looked after next, and whether WeCom was asked to make it without the answer being known:
 * then it is looked for before it is made once more. Times in ms.
 */
export function broadcastWork(db: Db): void {
  db.exec(`
    CREATE TABLE broadcast_work (
      task TEXT PRIMARY KEY,
      due INTEGER NOT NULL,
      tries INTEGER NOT NULL,
      code INTEGER,
      made_at INTEGER
    ) STRICT, WITHOUT ROWID;
  `)
}
