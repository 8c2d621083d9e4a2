import type { ViewTables } from '../view.ts'

export const mediaTables: ViewTables = {
  names: ['media', 'media_stored'],
  create: `
    -- What messages carry, by the seq of the message; gone with its content. Times in ms.
    CREATE TABLE media (
      seq INTEGER PRIMARY KEY,
      thread TEXT NOT NULL,
      account TEXT NOT NULL,
      kind TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('waiting', 'here', 'missed')),
      external TEXT,
      sha256 TEXT,
      type TEXT,
      bytes INTEGER,
      name TEXT,
      reason TEXT,
      until INTEGER NOT NULL
    ) STRICT;
    -- What is still to be fetched: newest first, by thread, and by when it is given up.
    CREATE INDEX media_waiting ON media (seq, account) WHERE state = 'waiting';
    CREATE INDEX media_waiting_of_thread ON media (thread, seq) WHERE state = 'waiting';
    CREATE INDEX media_waiting_until ON media (until) WHERE state = 'waiting';
    -- Whether a file is still wanted.
    CREATE INDEX media_of_file ON media (sha256) WHERE sha256 IS NOT NULL;

    -- Entries whose content tells of the file of a message, which goes together with the message.
    CREATE TABLE media_stored (seq INTEGER PRIMARY KEY, message INTEGER NOT NULL) STRICT;
    CREATE INDEX media_stored_of ON media_stored (message);
  `,
}
