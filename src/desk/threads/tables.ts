import type { ViewTables } from '../view.ts'

export const threadTables: ViewTables = {
  names: ['thread', 'message'],
  create: `
    CREATE TABLE thread (
      n INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      account TEXT NOT NULL,
      contact TEXT NOT NULL,
      kind TEXT NOT NULL,
      conversation TEXT,
      continues TEXT,
      opened_at INTEGER NOT NULL,
      closed_at INTEGER,
      disposition TEXT,
      holder TEXT,
      held_since INTEGER,
      last_holder TEXT,
      handed_at INTEGER,
      urgency TEXT NOT NULL,
      category TEXT,
      snoozed_until INTEGER,
      last_seq INTEGER NOT NULL,
      last_message INTEGER NOT NULL,
      last_from TEXT NOT NULL,
      last_kind TEXT NOT NULL,
      last_at INTEGER NOT NULL,
      last_recalled INTEGER NOT NULL,
      waiting_since INTEGER,
      clock_since INTEGER,
      told_at INTEGER,
      told_by INTEGER,
      overdue INTEGER NOT NULL,
      answer INTEGER,
      answer_state TEXT,
      owed_since INTEGER,
      owed_told INTEGER,
      asked_since INTEGER,
      private INTEGER NOT NULL,
      desk TEXT,
      covered_by TEXT,
      escalation TEXT,
      escalation_state TEXT,
      level TEXT,
      alarm TEXT,
      alarm_by TEXT,
      mark_kind TEXT,
      mark_strength TEXT,
      common TEXT,
      rank INTEGER NOT NULL
    ) STRICT;
    -- Serves every queue of the inbox: read in rank order, filtered without touching the table. Equals stand by n, so
    -- that the order is the same at each look, and the same when an earlier moment is looked at.
    CREATE INDEX thread_open ON thread (rank, n, holder, account, snoozed_until, category, escalation) WHERE closed_at IS NULL;
    CREATE INDEX thread_closed ON thread (closed_at, n, account, category) WHERE closed_at IS NOT NULL;
    CREATE INDEX thread_snoozed ON thread (snoozed_until) WHERE snoozed_until IS NOT NULL;
    CREATE INDEX thread_of_conversation ON thread (account, conversation, n);
    CREATE INDEX thread_of_contact ON thread (contact, n);
    CREATE INDEX thread_private ON thread (n) WHERE private = 1;
    CREATE INDEX thread_common ON thread (common) WHERE common IS NOT NULL;

    -- Messages and notes; their text is in the ledger's content under the same seq.
    CREATE TABLE message (
      seq INTEGER PRIMARY KEY,
      thread TEXT NOT NULL,
      account TEXT NOT NULL,
      contact TEXT NOT NULL,
      said_by TEXT NOT NULL CHECK (said_by IN ('resident', 'desk', 'note')),
      author TEXT NOT NULL,
      sent_at INTEGER NOT NULL,
      external TEXT,
      recalled_at INTEGER,
      delivery TEXT,
      delivery_error TEXT,
      mark_kind TEXT,
      mark_strength TEXT
    ) STRICT;
    CREATE UNIQUE INDEX message_external ON message (account, external) WHERE external IS NOT NULL;
    -- Answers still to leave; small, because they leave.
    CREATE INDEX message_queued ON message (account, seq, thread) WHERE delivery = 'queued';
    CREATE INDEX message_failed ON message (account, seq) WHERE delivery = 'failed';
  `,
}
