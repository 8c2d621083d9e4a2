import type { ViewTables } from '../view.ts'

export const broadcastTables: ViewTables = {
  names: ['broadcast', 'broadcast_task', 'broadcast_part', 'broadcast_recipient', 'broadcast_image'],
  create: `
    -- n is the seq of the draft; what is said is read from the content of the entry "version".
    CREATE TABLE broadcast (
      n INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      version INTEGER NOT NULL,
      state TEXT NOT NULL,
      attachments INTEGER NOT NULL,
      drafted_by TEXT NOT NULL,
      drafted_at INTEGER NOT NULL,
      -- JSON: users.
      writers TEXT NOT NULL,
      declined INTEGER,
      approved_by TEXT,
      approved_at INTEGER,
      ended_at INTEGER
    ) STRICT;
    CREATE INDEX broadcast_open ON broadcast (n, state) WHERE ended_at IS NULL;
    CREATE INDEX broadcast_ended ON broadcast (n) WHERE ended_at IS NOT NULL;
    CREATE TABLE broadcast_task (
      id TEXT PRIMARY KEY,
      broadcast TEXT NOT NULL,
      place INTEGER NOT NULL,
      connection TEXT NOT NULL,
      userid TEXT NOT NULL,
      state TEXT NOT NULL,
      code INTEGER,
      msgid TEXT,
      residents INTEGER NOT NULL,
      sent INTEGER NOT NULL,
      not_friend INTEGER NOT NULL,
      quota INTEGER NOT NULL,
      unsent INTEGER NOT NULL,
      created_at INTEGER,
      confirmed_at INTEGER,
      reminded_at INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX broadcast_task_of ON broadcast_task (broadcast, place);
    CREATE INDEX broadcast_task_msgid ON broadcast_task (msgid) WHERE msgid IS NOT NULL;
    -- What the desk has still to do or to ask.
    CREATE INDEX broadcast_task_live ON broadcast_task (id) WHERE state IN ('planned', 'created', 'confirmed', 'cancelling');
    -- Entries whose residents are no rows yet.
    CREATE TABLE broadcast_part (seq INTEGER PRIMARY KEY, task TEXT NOT NULL, broadcast TEXT NOT NULL) STRICT;
    CREATE TABLE broadcast_recipient (
      task TEXT NOT NULL,
      n INTEGER NOT NULL,
      broadcast TEXT NOT NULL,
      contact TEXT NOT NULL,
      state TEXT NOT NULL,
      sent_at INTEGER,
      PRIMARY KEY (task, n)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX broadcast_recipient_of ON broadcast_recipient (broadcast, state);
    -- What a resident had this month; and, for those who may not know of a resident, how much less there is.
    CREATE INDEX broadcast_recipient_contact ON broadcast_recipient (contact, state, sent_at, broadcast);
    CREATE TABLE broadcast_image (
      seq INTEGER NOT NULL,
      sha256 TEXT NOT NULL,
      PRIMARY KEY (seq, sha256)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX broadcast_image_file ON broadcast_image (sha256);
  `,
}
