import { sending } from '../../channels/wecom/facts.ts'
import type { ViewTables } from '../view.ts'

/** All by the resident: a contact belongs to one account. */
export const serviceTables: ViewTables = {
  names: ['reply_window', 'service', 'entering'],
  create: `
    CREATE TABLE reply_window (
      contact TEXT PRIMARY KEY,
      account TEXT NOT NULL,
      heard_at INTEGER,
      -- JSON: the few messages since, each with its number and when the channel took it.
      sends TEXT NOT NULL,
      used INTEGER NOT NULL,
      learnt TEXT,
      ended_at INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX reply_window_heard ON reply_window (heard_at);
    CREATE INDEX reply_window_spent ON reply_window (heard_at)
      WHERE used >= ${sending.messagesPerWindow} OR learnt = 'spent';

    CREATE TABLE service (
      contact TEXT PRIMARY KEY,
      account TEXT NOT NULL,
      -- The one it was last said of; null where there was none.
      thread TEXT,
      state TEXT NOT NULL,
      colleague TEXT,
      since INTEGER NOT NULL,
      at INTEGER NOT NULL,
      word_at INTEGER NOT NULL,
      end_asked INTEGER
    ) STRICT, WITHOUT ROWID;
    -- The last time they opened the conversation; seq is of the entry whose content says how.
    CREATE TABLE entering (contact TEXT PRIMARY KEY, at INTEGER NOT NULL, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;

    -- What the channel is still to be asked, or told.
    CREATE INDEX service_errand ON service (contact) WHERE end_asked IS NOT NULL OR state = 'unsure';
  `,
}
