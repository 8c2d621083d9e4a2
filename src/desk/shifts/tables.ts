import type { ViewTables } from '../view.ts'

export const shiftTables: ViewTables = {
  names: ['post', 'shift_kinds', 'duty', 'worked_shift'],
  create: `
    -- A removed one keeps its name and accounts for what was done at it.
    CREATE TABLE post (
      id TEXT PRIMARY KEY,
      seq INTEGER NOT NULL,
      name TEXT NOT NULL,
      accounts TEXT NOT NULL,
      removed INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE shift_kinds (one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL) STRICT;

    -- seq is that of the newest duty.saved, whose content is the name.
    CREATE TABLE duty (
      id TEXT PRIMARY KEY,
      seq INTEGER NOT NULL,
      post TEXT NOT NULL,
      kind TEXT,
      starts INTEGER NOT NULL,
      ends INTEGER NOT NULL,
      people TEXT NOT NULL
    ) STRICT;
    CREATE INDEX duty_by_start ON duty (starts, ends);
    CREATE INDEX duty_of_post ON duty (post, starts);

    -- From signing on (whose seq it is) to signing off.
    CREATE TABLE worked_shift (
      id INTEGER PRIMARY KEY,
      user TEXT NOT NULL,
      post TEXT,
      duty TEXT,
      signed_on INTEGER NOT NULL,
      signed_off INTEGER,
      off_seq INTEGER,
      holds INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX worked_shift_open ON worked_shift (user) WHERE off_seq IS NULL;
    CREATE INDEX worked_shift_of_user ON worked_shift (user, id);
  `,
}
