import type { Statement } from 'better-sqlite3'
import type { Welcome, Welcomed, WelcomeWhen } from '../../contract/welcome.ts'
import type { Entry } from '../../ledger/entry.ts'
import { CONTENT_ERASED, erasedSeqs } from '../../ledger/erasure.ts'
import { iso } from '../time.ts'
import type { Content, Db, View, ViewTables } from '../view.ts'
import type { Leaving } from './rules.ts'

export const welcomeTables: ViewTables = {
  names: ['welcome_words', 'welcome'],
  create: `
    CREATE TABLE welcome_words (
      account TEXT PRIMARY KEY,
      enabled INTEGER NOT NULL,
      on_shift TEXT,
      off_shift TEXT,
      at INTEGER NOT NULL,
      seq INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    -- What each resident was shown; the words are the content of the entry seq.
    CREATE TABLE welcome (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL,
      contact TEXT NOT NULL,
      account TEXT NOT NULL,
      -- onShift or offShift.
      words TEXT NOT NULL,
      at INTEGER NOT NULL,
      state TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX welcome_id ON welcome (id);
    CREATE INDEX welcome_contact ON welcome (contact, seq);
    CREATE INDEX welcome_leaving ON welcome (seq) WHERE state = 'leaving';
  `,
}

interface WordsRow {
  account: string
  enabled: 0 | 1
  on_shift: string | null
  off_shift: string | null
  at: number
}
interface Shown extends Omit<Welcomed, 'at'> {
  at: number
}

export const leavingSql = `SELECT id FROM welcome INDEXED BY welcome_leaving WHERE state = 'leaving' ORDER BY seq LIMIT ?`
export const lastSql = `
  SELECT w.at, w.words AS "when", w.state, c.body ->> '$.text' AS text
  FROM welcome w INDEXED BY welcome_contact LEFT JOIN content c ON c.seq = w.seq
  WHERE w.contact = ? ORDER BY w.seq DESC LIMIT 1`
const columns = 'id AS welcome, contact, account, state'

/** The words set for each account, and what residents were shown. */
export class WelcomeView implements View {
  readonly applies: Record<string, (entry: Entry, content: Content) => void>
  readonly #words: Statement<[string], WordsRow>
  readonly #one: Statement<[string], Leaving>
  readonly #bySeq: Statement<[number], Leaving>
  readonly #leaving: Statement<[number], string>
  readonly #last: Statement<[string], Shown>

  constructor(db: Db) {
    this.#words = db.prepare(
      'SELECT account, enabled, on_shift, off_shift, at FROM welcome_words WHERE account = ?',
    )
    this.#one = db.prepare(`SELECT ${columns} FROM welcome WHERE id = ?`)
    this.#bySeq = db.prepare(`SELECT ${columns} FROM welcome WHERE seq = ?`)
    this.#leaving = db.prepare(leavingSql).pluck() as Statement<[number], string>
    this.#last = db.prepare(lastSql)
    this.applies = changes(db)
  }

  /** Null where nobody ever saved any. */
  words(account: string): Welcome | null {
    const row = this.#words.get(account)
    if (!row) return null
    return {
      account,
      enabled: row.enabled === 1,
      onShift: row.on_shift,
      offShift: row.off_shift,
      savedAt: iso(row.at),
    }
  }

  one(welcome: string): Leaving | null {
    return this.#one.get(welcome) ?? null
  }

  /** By the entry it was queued with. */
  queuedAs(seq: number): Leaving | null {
    return this.#bySeq.get(seq) ?? null
  }

  /** Those of which nothing has been told yet. */
  leaving(most: number): string[] {
    return this.#leaving.all(most)
  }

  /** What this resident was shown last. */
  lastOf(contact: string): Welcomed | null {
    const row = this.#last.get(contact)
    return row ? { ...row, at: iso(row.at) } : null
  }
}

function changes(db: Db): Record<string, (entry: Entry, content: Content) => void> {
  const save = db.prepare(
    `INSERT INTO welcome_words (account, enabled, on_shift, off_shift, at, seq) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (account) DO UPDATE SET enabled = excluded.enabled, on_shift = excluded.on_shift,
       off_shift = excluded.off_shift, at = excluded.at, seq = excluded.seq`,
  )
  const erased = db.prepare(
    'UPDATE welcome_words SET on_shift = NULL, off_shift = NULL WHERE seq IN (SELECT value FROM json_each(?))',
  )
  const queued = db.prepare(
    `INSERT INTO welcome (seq, id, contact, account, words, at, state) VALUES (?, ?, ?, ?, ?, ?, 'leaving')`,
  )
  const turned = db.prepare<[Welcomed['state'], string]>('UPDATE welcome SET state = ? WHERE id = ?')
  const text = (content: Content, when: WelcomeWhen) => (content?.[when] as string | null | undefined) ?? null
  return {
    'welcome.changed': ({ subject, data, at, seq }, content) => {
      const words = [text(content, 'onShift'), text(content, 'offShift')]
      save.run(subject, data.enabled ? 1 : 0, ...words, Date.parse(at), seq)
    },
    'contact.welcomeQueued': ({ seq, subject, data, at }) =>
      queued.run(seq, data.welcome, subject, data.account, data.when, Date.parse(at)),
    'contact.welcomed': ({ data }) => turned.run('sent', data.welcome as string),
    'contact.welcomeFailed': ({ data }) =>
      turned.run(data.unsure === true ? 'unclear' : 'failed', data.welcome as string),
    [CONTENT_ERASED]: ({ data }) => erased.run(JSON.stringify(erasedSeqs(data))),
  }
}
