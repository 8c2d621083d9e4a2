import type { Db } from '../view.ts'

/**
 * What the desk remembers of channels besides the ledger: how far each account was read, which events without a message
 * have been seen, what was given to a channel whose answer is not known, and files put in to be sent. Times in ms.
 */
export function channelState(db: Db): void {
  db.exec(`
    CREATE TABLE read_so_far (
      account TEXT PRIMARY KEY,
      cursor TEXT,
      asked_at INTEGER,
      -- When there was last nothing more to fetch.
      whole_at INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE event_seen (
      account TEXT NOT NULL,
      external TEXT NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (account, external)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX event_seen_at ON event_seen (at);
    -- Given to the channel: may have been taken, until an entry says what came of it.
    CREATE TABLE sending (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT;
    -- Its pieces lie under the desk's own name of the file.
    CREATE TABLE upload (
      upload TEXT PRIMARY KEY,
      file TEXT NOT NULL,
      user TEXT NOT NULL,
      name TEXT NOT NULL,
      total INTEGER NOT NULL,
      received INTEGER NOT NULL,
      at INTEGER NOT NULL,
      sha256 TEXT,
      kind TEXT,
      type TEXT
    ) STRICT, WITHOUT ROWID;
    -- Files of messages copied with a backup, and those that were not there to copy.
    ALTER TABLE backup ADD COLUMN files INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE backup ADD COLUMN missing INTEGER NOT NULL DEFAULT 0;
  `)
}
