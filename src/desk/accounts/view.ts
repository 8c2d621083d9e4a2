import type { AccountKind } from '../../contract/accounts.ts'
import type { Entry } from '../../ledger/entry.ts'
import type { Content, Db, View, ViewTables } from '../view.ts'
import type { AccountState } from './rules.ts'

export const accountTables: ViewTables = {
  names: ['account'],
  create: `
    CREATE TABLE account (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      kind TEXT NOT NULL,
      enabled INTEGER NOT NULL,
      own_names TEXT NOT NULL,
      added_at INTEGER NOT NULL,
      -- Of one that is reached through a connection.
      connection TEXT,
      open_kfid TEXT
    ) STRICT;
    CREATE INDEX account_open_kfid ON account (open_kfid) WHERE open_kfid IS NOT NULL;
  `,
}

interface Row {
  id: string
  name: string
  kind: AccountKind
  enabled: number
  own_names: string
  added_at: number
  connection: string | null
  open_kfid: string | null
}

export interface AccountRow extends AccountState {
  /** ms. */
  addedAt: number
  connection: string | null
  openKfid: string | null
}

export class AccountsView implements View {
  readonly applies: Record<string, (entry: Entry, content: Content) => void>
  readonly #one
  readonly #all
  readonly #contacts
  readonly #queued
  readonly #boundAs

  constructor(db: Db) {
    this.#one = db.prepare<[string], Row>('SELECT * FROM account WHERE id = ?')
    this.#all = db.prepare<[], Row>('SELECT * FROM account ORDER BY name')
    this.#contacts = db.prepare<[string], number>('SELECT count(*) FROM contact WHERE account = ?').pluck()
    this.#queued = db
      .prepare<[string], number>(`SELECT count(*) FROM message WHERE account = ? AND delivery = 'queued'`)
      .pluck()
    this.#boundAs = db.prepare<[string], Row>(
      'SELECT * FROM account INDEXED BY account_open_kfid WHERE open_kfid = ?',
    )
    const add = db.prepare(
      `INSERT INTO account (id, name, kind, enabled, own_names, added_at, connection, open_kfid)
       VALUES (?, ?, ?, 1, ?, ?, ?, ?)`,
    )
    const change = db.prepare('UPDATE account SET name = ?, enabled = ?, own_names = ? WHERE id = ?')
    this.applies = {
      'account.added': (e) =>
        add.run(
          e.subject,
          e.data.name,
          e.data.kind,
          JSON.stringify(e.data.ownNames),
          Date.parse(e.at),
          e.data.connection ?? null,
          e.data.openKfid ?? null,
        ),
      'account.changed': (e) =>
        change.run(e.data.name, e.data.enabled ? 1 : 0, JSON.stringify(e.data.ownNames), e.subject),
    }
  }

  account(id: string): AccountRow | null {
    const row = this.#one.get(id)
    return row ? state(row) : null
  }

  accounts(): AccountRow[] {
    return this.#all.all().map(state)
  }

  boundAs(openKfid: string): AccountRow | null {
    const row = this.#boundAs.get(openKfid)
    return row ? state(row) : null
  }

  contacts(id: string): number {
    return this.#contacts.get(id) ?? 0
  }

  queued(id: string): number {
    return this.#queued.get(id) ?? 0
  }
}

function state(row: Row): AccountRow {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    enabled: row.enabled === 1,
    ownNames: JSON.parse(row.own_names) as string[],
    addedAt: row.added_at,
    connection: row.connection,
    openKfid: row.open_kfid,
  }
}
