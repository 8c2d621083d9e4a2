import type { Db } from '../view.ts'

/** The newest head each person's console came with, and the newest that contradicted the ledger; `noted` in ms. */
export function consoleHeads(db: Db): void {
  db.exec(`
    CREATE TABLE console_head (
      device TEXT NOT NULL,
      user TEXT NOT NULL,
      contradicts INTEGER NOT NULL,
      size INTEGER NOT NULL,
      root TEXT NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (device, user, contradicts)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE device_noted (device TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `)
}
