import type { Db } from '../view.ts'

/** What came of the last test of a connection, and of which settings; no secret is among them. `probes`: JSON. */
export function connectionTests(db: Db): void {
  db.exec(`
    CREATE TABLE connection_test (
      connection TEXT PRIMARY KEY,
      corpid TEXT NOT NULL,
      api_base TEXT NOT NULL,
      relay TEXT,
      -- ms.
      at INTEGER NOT NULL,
      probes TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
  `)
}
