import type { Db } from '../view.ts'

/** Tables that the ledger cannot give back: credentials, sessions, drafts, answered commands, lines kept aside. */
export function localTables(db: Db): void {
  db.exec(`
    CREATE TABLE credential (
      user TEXT PRIMARY KEY,
      hash TEXT NOT NULL,
      failures INTEGER NOT NULL DEFAULT 0,
      refused_until INTEGER NOT NULL DEFAULT 0
    ) STRICT;

    CREATE TABLE session (
      token_hash TEXT PRIMARY KEY,
      user TEXT NOT NULL,
      opened_at INTEGER NOT NULL,
      last_active INTEGER NOT NULL,
      locked INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE draft (
      thread TEXT NOT NULL,
      user TEXT NOT NULL,
      text TEXT NOT NULL,
      PRIMARY KEY (thread, user)
    ) STRICT, WITHOUT ROWID;

    -- The first answer to each command, by its UUIDv7: in order of time, so old ones go from the left.
    CREATE TABLE command (
      id BLOB PRIMARY KEY,
      user TEXT NOT NULL,
      result TEXT
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE aside (
      id INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      account TEXT,
      source TEXT NOT NULL,
      line INTEGER NOT NULL,
      text TEXT NOT NULL,
      reason TEXT NOT NULL
    ) STRICT;

    CREATE TABLE backup (
      file TEXT PRIMARY KEY,
      at INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      size INTEGER NOT NULL,
      verified INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE projection_version (one INTEGER PRIMARY KEY CHECK (one = 1), version TEXT NOT NULL) STRICT;
  `)
}
