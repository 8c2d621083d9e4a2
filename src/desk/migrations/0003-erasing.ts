import type { Db } from '../view.ts'

/** The erasure under way, if one is: so that it goes on after a restart. It holds no text. */
export function erasing(db: Db): void {
  db.exec(`
    CREATE TABLE erasing (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      run TEXT NOT NULL,
      scope TEXT NOT NULL,
      ground TEXT NOT NULL,
      at INTEGER NOT NULL,
      user TEXT NOT NULL,
      role TEXT NOT NULL,
      device TEXT NOT NULL,
      -- What was erased by now.
      contents INTEGER NOT NULL,
      media INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      lines INTEGER NOT NULL,
      -- Nothing more is to be taken; what was taken may still stand in free space.
      cleaning INTEGER NOT NULL
    ) STRICT;
  `)
}
