import type { ViewTables } from '../view.ts'

export const handoffTables: ViewTables = {
  names: ['handoff', 'handoff_item', 'handoff_question', 'handoff_signature', 'promise'],
  create: `
    -- seq is that of its first entry. Texts are read from the content of the entries named here.
    CREATE TABLE handoff (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      post TEXT,
      state TEXT NOT NULL CHECK (state IN ('preparing', 'offered', 'done', 'cancelled')),
      from_user TEXT NOT NULL,
      to_user TEXT,
      -- To whom it was offered last, also where that was taken back.
      offered_to TEXT,
      -- Whom the items moved to.
      owner TEXT,
      started_at INTEGER NOT NULL,
      frozen_at INTEGER NOT NULL,
      frozen_seq INTEGER NOT NULL,
      queue TEXT NOT NULL,
      offered_at INTEGER,
      opened INTEGER NOT NULL,
      overdue INTEGER NOT NULL,
      sign_off INTEGER NOT NULL,
      notices_seq INTEGER,
      -- Of its last entry, the size of its checkpoint.
      ended_seq INTEGER,
      ended_at INTEGER,
      corrects TEXT
    ) STRICT;
    CREATE INDEX handoff_open ON handoff (seq, post, from_user, to_user, state, overdue, started_at) WHERE ended_seq IS NULL;
    CREATE INDEX handoff_ended ON handoff (ended_seq, post, from_user, to_user, ended_at) WHERE ended_seq IS NOT NULL;
    CREATE INDEX handoff_offered ON handoff (offered_at) WHERE state = 'offered' AND overdue = 0;
    CREATE INDEX handoff_of_post ON handoff (post, ended_seq) WHERE state = 'done' AND corrects IS NULL;
    CREATE INDEX handoff_correction ON handoff (corrects) WHERE corrects IS NOT NULL;

    CREATE TABLE handoff_item (
      handoff TEXT NOT NULL,
      item TEXT NOT NULL,
      -- Its place on the sheet, and what stood there at the freeze point.
      place INTEGER NOT NULL,
      frozen TEXT NOT NULL,
      severe INTEGER NOT NULL,
      thread TEXT,
      account TEXT,
      present INTEGER NOT NULL,
      did TEXT,
      decided_seq INTEGER,
      decided_at INTEGER,
      decided_by TEXT,
      deadline INTEGER,
      disposition TEXT,
      read_seq INTEGER,
      read_at INTEGER,
      read_by TEXT,
      accepted INTEGER NOT NULL,
      left_why TEXT,
      PRIMARY KEY (handoff, item)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE handoff_question (
      id TEXT PRIMARY KEY,
      handoff TEXT NOT NULL,
      item TEXT NOT NULL,
      asked_seq INTEGER NOT NULL,
      asked_at INTEGER NOT NULL,
      asked_by TEXT NOT NULL,
      replied_seq INTEGER,
      replied_at INTEGER,
      replied_by TEXT
    ) STRICT;
    CREATE INDEX handoff_question_of ON handoff_question (handoff, item, asked_seq);

    CREATE TABLE handoff_signature (
      handoff TEXT NOT NULL,
      side TEXT NOT NULL,
      seq INTEGER NOT NULL,
      user TEXT NOT NULL,
      role TEXT NOT NULL,
      at INTEGER NOT NULL,
      behalf_of TEXT,
      PRIMARY KEY (handoff, side)
    ) STRICT, WITHOUT ROWID;

    -- seq is that of the decision, which has the next action as its content; n orders them as they were made.
    CREATE TABLE promise (
      n INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      seq INTEGER NOT NULL,
      handoff TEXT NOT NULL,
      item TEXT NOT NULL,
      thread TEXT,
      to_user TEXT NOT NULL,
      deadline INTEGER,
      done_at INTEGER,
      fell_due INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX promise_open ON promise (ifnull(deadline, 9e15), n, to_user) WHERE done_at IS NULL;
    CREATE INDEX promise_due ON promise (deadline) WHERE done_at IS NULL AND fell_due = 0;
    CREATE INDEX promise_of_thread ON promise (thread) WHERE done_at IS NULL AND thread IS NOT NULL;
    CREATE INDEX promise_of_item ON promise (item) WHERE done_at IS NULL AND thread IS NULL;
    CREATE INDEX promise_of_handoff ON promise (handoff, item);
    CREATE INDEX promise_of_user ON promise (to_user, n);
  `,
}
