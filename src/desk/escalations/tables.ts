import type { ViewTables } from '../view.ts'

export const escalationTables: ViewTables = {
  names: ['escalation', 'escalation_step', 'escalation_desk', 'escalation_levels'],
  create: `
    -- seq is that of the thread.escalated; the reason is its content.
    CREATE TABLE escalation (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      thread TEXT NOT NULL,
      desk TEXT NOT NULL,
      level TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('offered', 'returned', 'accepted', 'visit', 'ended')),
      returned_why TEXT,
      raised_at INTEGER NOT NULL,
      raised_by TEXT NOT NULL,
      due_at INTEGER NOT NULL,
      accepted_at INTEGER,
      accepted_by TEXT,
      outcome TEXT,
      resolved_at INTEGER,
      return_visit_at INTEGER,
      visit_due INTEGER NOT NULL,
      visits INTEGER NOT NULL,
      ended_at INTEGER
    ) STRICT;
    -- Counts, and the page of live ones, are read in these alone; ended ones grow without end and stay out.
    CREATE INDEX escalation_open ON escalation (state, desk, level, visit_due, due_at) WHERE state <> 'ended';
    CREATE INDEX escalation_visits ON escalation (return_visit_at, desk, level) WHERE state = 'visit';
    CREATE INDEX escalation_ended ON escalation (ended_at, desk, level) WHERE state = 'ended';
    -- What the clock looks for.
    CREATE INDEX escalation_lapsing ON escalation (due_at) WHERE state = 'offered';
    CREATE INDEX escalation_visiting ON escalation (return_visit_at) WHERE state = 'visit' AND visit_due = 0;
    CREATE INDEX escalation_of_thread ON escalation (thread, seq);

    -- Entries about a matter, which stand among all others of its thread.
    CREATE TABLE escalation_step (
      escalation TEXT NOT NULL,
      seq INTEGER NOT NULL,
      PRIMARY KEY (escalation, seq)
    ) STRICT, WITHOUT ROWID;

    -- Only what was changed; the desks of the start are code. A removed one keeps its name for what it once did.
    CREATE TABLE escalation_desk (
      id TEXT PRIMARY KEY,
      seq INTEGER NOT NULL,
      name TEXT NOT NULL,
      members TEXT NOT NULL,
      accept_minutes INTEGER NOT NULL,
      removed INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE escalation_levels (one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL) STRICT;
  `,
}
