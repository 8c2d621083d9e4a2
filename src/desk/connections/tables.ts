import type { ViewTables } from '../view.ts'

/** Connections, what is lastingly wrong with them and their accounts, and who answers in the channel's own client. */
export const connectionTables: ViewTables = {
  names: ['connection', 'lasting_fault', 'account_gap', 'account_joined', 'colleague', 'profile'],
  create: `
    CREATE TABLE connection (
      id TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      corpid TEXT NOT NULL,
      api_base TEXT NOT NULL,
      proxy TEXT,
      relay TEXT,
      ca TEXT,
      enabled INTEGER NOT NULL,
      -- JSON: names in the secret storage.
      kept TEXT NOT NULL,
      added_at INTEGER NOT NULL
    ) STRICT;
    -- "of": account, connection or relay.
    CREATE TABLE lasting_fault (
      "of" TEXT NOT NULL,
      id TEXT NOT NULL,
      what TEXT NOT NULL,
      code INTEGER,
      since INTEGER NOT NULL,
      -- How wrong this machine's clock is, where that is the fault.
      seconds INTEGER,
      PRIMARY KEY ("of", id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE account_gap (
      account TEXT NOT NULL,
      from_at INTEGER NOT NULL,
      to_at INTEGER NOT NULL,
      found_at INTEGER NOT NULL,
      PRIMARY KEY (account, from_at)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE account_joined (account TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE colleague (
      connection TEXT NOT NULL,
      userid TEXT NOT NULL,
      user TEXT,
      receiving INTEGER,
      last_seen INTEGER,
      PRIMARY KEY (connection, userid)
    ) STRICT, WITHOUT ROWID;
    -- What residents call themselves; seq is of the entry whose content says it.
    CREATE TABLE profile (contact TEXT PRIMARY KEY, nickname TEXT, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE INDEX profile_seq ON profile (seq);
  `,
}
