import type { ViewTables } from '../view.ts'

export const friendTables: ViewTables = {
  names: ['friend', 'friend_unasked', 'friends_asked', 'friends_pulled', 'capability', 'corp_tag_link'],
  create: `
    -- What was noted is read from the entry's content (seq), so that what is erased is gone from here as well.
    CREATE TABLE friend (
      contact TEXT NOT NULL,
      userid TEXT NOT NULL,
      connection TEXT NOT NULL,
      seq INTEGER NOT NULL,
      since INTEGER,
      add_way INTEGER NOT NULL,
      changed_at INTEGER NOT NULL,
      PRIMARY KEY (contact, userid)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX friend_of_member ON friend (connection, userid);
    -- Residents who came after all friends were last read.
    CREATE TABLE friend_unasked (
      contact TEXT PRIMARY KEY,
      connection TEXT NOT NULL,
      added_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX friend_unasked_of ON friend_unasked (connection, added_at);
    CREATE TABLE friends_asked (contact TEXT PRIMARY KEY, at INTEGER NOT NULL, code INTEGER) STRICT, WITHOUT ROWID;
    CREATE TABLE friends_pulled (
      connection TEXT PRIMARY KEY,
      at INTEGER NOT NULL,
      members INTEGER NOT NULL,
      strangers INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE capability (
      connection TEXT NOT NULL,
      what TEXT NOT NULL,
      able INTEGER NOT NULL,
      code INTEGER,
      at INTEGER NOT NULL,
      PRIMARY KEY (connection, what)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE corp_tag_link (
      connection TEXT NOT NULL,
      tag TEXT NOT NULL,
      corp_tag TEXT NOT NULL,
      PRIMARY KEY (connection, tag)
    ) STRICT, WITHOUT ROWID;
  `,
}
