/** The ledger's tables. What is in them stays as it is: triggers refuse every change but an erasure. */

import type { Db } from './open.ts'

/** Subtrees of 2^8 leaves and more are stored; smaller ones are folded from the leaves when needed. */
export const STORED_LEVEL = 8
/** Leaves in the smallest stored subtree. */
export const BLOCK = 2 ** STORED_LEVEL

const TABLES = `
  CREATE TABLE ledger_meta (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    station  TEXT NOT NULL,
    origin   TEXT NOT NULL,
    verifier TEXT NOT NULL
  );

  CREATE TABLE entry (
    seq       INTEGER PRIMARY KEY,
    canonical TEXT NOT NULL,
    leaf      BLOB NOT NULL
  );

  CREATE TABLE content (
    seq  INTEGER PRIMARY KEY,
    salt BLOB NOT NULL,
    body TEXT NOT NULL
  );

  CREATE TABLE tree_node (
    level INTEGER NOT NULL,
    idx   INTEGER NOT NULL,
    hash  BLOB NOT NULL,
    PRIMARY KEY (level, idx)
  ) WITHOUT ROWID;

  CREATE TABLE checkpoint (
    id     INTEGER PRIMARY KEY,
    size   INTEGER NOT NULL,
    at     TEXT NOT NULL,
    reason TEXT NOT NULL,
    note   TEXT NOT NULL
  );

  CREATE TABLE erasure (seq INTEGER PRIMARY KEY);

  -- Derived, so it may lag and may be rebuilt. An index on canonical ->> '$.subject' doubled the cost of an
  -- append; this one is filled in batches when the desk is idle.
  CREATE TABLE subject_index (
    subject TEXT NOT NULL,
    seq     INTEGER NOT NULL,
    PRIMARY KEY (subject, seq)
  ) WITHOUT ROWID;
  CREATE TABLE subject_indexed (id INTEGER PRIMARY KEY CHECK (id = 1), upto INTEGER NOT NULL);
  INSERT INTO subject_indexed VALUES (1, 0);
`

/** Tables whose rows never change and never go. */
const FOR_EVER = ['ledger_meta', 'entry', 'tree_node', 'checkpoint', 'erasure']

/**
 * Inserts are refused where this holds: no second row in an old place (REPLACE included). Entries have no such
 * trigger: it cost an eighth of every append; their key refuses a second row, and verifying finds a gap.
 */
const REFUSED_INSERT: Record<string, string> = {
  ledger_meta: 'EXISTS (SELECT 1 FROM ledger_meta)',
  content: 'EXISTS (SELECT 1 FROM content WHERE seq = new.seq)',
  tree_node: 'EXISTS (SELECT 1 FROM tree_node WHERE level = new.level AND idx = new.idx)',
  checkpoint: `new.id <> (SELECT coalesce(max(id), 0) + 1 FROM checkpoint)
    OR new.size < (SELECT coalesce(max(size), 0) FROM checkpoint)`,
}

/** Makes the tables in an empty database, or beside the desk's own. The desk's migrations own `user_version`. */
export function createLedgerTables(db: Db): void {
  db.exec(TABLES)
  for (const table of FOR_EVER) {
    refuse(db, table, 'UPDATE', 'true')
    refuse(db, table, 'DELETE', 'true')
  }
  refuse(db, 'content', 'UPDATE', 'true')
  refuse(db, 'content', 'DELETE', 'NOT EXISTS (SELECT 1 FROM erasure WHERE seq = old.seq)')
  for (const [table, when] of Object.entries(REFUSED_INSERT)) refuse(db, table, 'INSERT', when)
}

function refuse(db: Db, table: string, act: 'INSERT' | 'UPDATE' | 'DELETE', when: string): void {
  db.exec(`
    CREATE TRIGGER ${table}_refuses_${act.toLowerCase()} BEFORE ${act} ON ${table} WHEN ${when}
    BEGIN SELECT raise(ABORT, 'ledger: ${act} on ${table} is refused'); END
  `)
}
