import type { ViewTables } from '../view.ts'

export const findingTables: ViewTables = {
  names: ['finding'],
  create: `
    -- n is the seq by which it began; the words are content of saved_seq and closed_seq.
    CREATE TABLE finding (
      n INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      severity TEXT NOT NULL,
      seqs TEXT NOT NULL,
      threads TEXT NOT NULL,
      handoffs TEXT NOT NULL,
      anomaly TEXT,
      by TEXT NOT NULL,
      saved_at INTEGER NOT NULL,
      saved_seq INTEGER NOT NULL,
      closed_at INTEGER,
      closed_seq INTEGER
    ) STRICT;
    CREATE INDEX finding_listed ON finding (closed_at IS NOT NULL, n DESC);
    CREATE INDEX finding_of_anomaly ON finding (anomaly) WHERE anomaly IS NOT NULL;
  `,
}
