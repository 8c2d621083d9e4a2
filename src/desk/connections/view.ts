import type { Statement } from 'better-sqlite3'
import type { Entry } from '../../ledger/entry.ts'
import { CONTENT_ERASED, erasedSeqs } from '../../ledger/erasure.ts'
import type { Content, Db, View } from '../view.ts'
import { Colleagues } from './colleagues.ts'
import type { ConnectionData, KeptNames } from './entries.ts'
import type { ConnectionState, Fault, FaultOf } from './rules.ts'

export { connectionTables } from './tables.ts'

interface Row {
  id: string
  kind: 'wecom-kf'
  name: string
  corpid: string
  api_base: string
  proxy: string | null
  relay: string | null
  ca: string | null
  enabled: 0 | 1
  kept: string
  added_at: number
}

export interface ConnectionRow extends ConnectionState {
  addedAt: number
}

/** Times in ms. */
export interface Gap {
  from: number
  to: number
  foundAt: number
}

/** Connections, the lasting faults of them and their accounts, gaps, and colleagues of the channel's own client. */
export class ConnectionsView implements View {
  readonly applies: Record<string, (entry: Entry, content: Content) => void>
  readonly colleagues: Colleagues
  readonly #all: Statement<[], Row>
  readonly #one: Statement<[string], Row>
  readonly #fault: Statement<[string, string], Fault & { since: number }>
  readonly #gaps: Statement<[string, number], { from_at: number; to_at: number; found_at: number }>
  readonly #gapFrom: Statement<[string, number], number>
  readonly #joined: Statement<[string], number>
  readonly #profile: Statement<[string], { nickname: string | null }>

  constructor(db: Db) {
    this.colleagues = new Colleagues(db)
    this.#all = db.prepare('SELECT * FROM connection ORDER BY name')
    this.#one = db.prepare('SELECT * FROM connection WHERE id = ?')
    this.#fault = db.prepare('SELECT what, code, since, seconds FROM lasting_fault WHERE "of" = ? AND id = ?')
    this.#gaps = db.prepare(
      'SELECT from_at, to_at, found_at FROM account_gap WHERE account = ? AND found_at >= ? ORDER BY from_at',
    )
    this.#gapFrom = db
      .prepare<[string, number], number>('SELECT 1 FROM account_gap WHERE account = ? AND from_at = ?')
      .pluck() as Statement<[string, number], number>
    this.#joined = db
      .prepare<[string], number>('SELECT at FROM account_joined WHERE account = ?')
      .pluck() as Statement<[string], number>
    this.#profile = db.prepare('SELECT nickname FROM profile WHERE contact = ?')
    this.applies = { ...changes(db), ...this.colleagues.applies }
  }

  connections(): ConnectionRow[] {
    return this.#all.all().map(state)
  }

  connection(id: string): ConnectionRow | null {
    const row = this.#one.get(id)
    return row ? state(row) : null
  }

  /** Whether a connection still needs this of the secret storage. */
  isNamed(name: string): boolean {
    return this.connections().some(({ kept }) => Object.values(kept).includes(name))
  }

  /** What stands on record as wrong with it. */
  faultOf(of: FaultOf, id: string): (Fault & { since: number }) | null {
    return this.#fault.get(of, id) ?? null
  }

  /** Found since then (ms). */
  gapsOf(account: string, since: number): Gap[] {
    return this.#gaps
      .all(account, since)
      .map((row) => ({ from: row.from_at, to: row.to_at, foundAt: row.found_at }))
  }

  isGapKnown(account: string, from: number): boolean {
    return this.#gapFrom.get(account, from) !== undefined
  }

  /** Null where nobody asked the channel yet. */
  profileOf(contact: string): { nickname: string | null } | null {
    return this.#profile.get(contact) ?? null
  }

  hasJoined(account: string): boolean {
    return this.#joined.get(account) !== undefined
  }

  flush(): void {
    this.colleagues.flush()
  }

  discard(): void {
    this.colleagues.discard()
  }
}

function changes(db: Db): Record<string, (entry: Entry, content: Content) => void> {
  const save = db.prepare(
    `INSERT INTO connection (id, kind, name, corpid, api_base, proxy, relay, ca, enabled, kept, added_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, corpid = excluded.corpid, api_base = excluded.api_base,
       proxy = excluded.proxy, relay = excluded.relay, ca = excluded.ca, enabled = excluded.enabled, kept = excluded.kept`,
  )
  const saved = ({ subject, data, at }: Entry, content: Content) => {
    const { kind, name, corpid, apiBase, proxy, relay, enabled, kept } = data as ConnectionData
    const ca = (content?.ca as string | undefined) ?? null
    // The same text whether it comes from the command or, in canonical order, from the ledger.
    const names = JSON.stringify({ secret: kept.secret, relay: kept.relay, proxy: kept.proxy })
    save.run(subject, kind, name, corpid, apiBase, proxy, relay, ca, enabled ? 1 : 0, names, Date.parse(at))
  }
  const faulted = db.prepare(
    'INSERT OR REPLACE INTO lasting_fault ("of", id, what, code, since, seconds) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const recovered = db.prepare('DELETE FROM lasting_fault WHERE "of" = ? AND id = ?')
  const wrong = (of: FaultOf, { subject, data }: Entry) =>
    faulted.run(of, subject, data.what, data.code, Date.parse(data.since as string), data.seconds ?? null)
  const gap = db.prepare(
    'INSERT OR IGNORE INTO account_gap (account, from_at, to_at, found_at) VALUES (?, ?, ?, ?)',
  )
  const profiled = db.prepare('INSERT OR REPLACE INTO profile (contact, nickname, seq) VALUES (?, ?, ?)')
  const erased = db.prepare(
    'UPDATE profile SET nickname = NULL WHERE seq IN (SELECT value FROM json_each(?))',
  )
  const joined = db.prepare('INSERT OR IGNORE INTO account_joined (account, at) VALUES (?, ?)')
  return {
    'connection.added': saved,
    'connection.changed': saved,
    'connection.faulted': (e) => wrong(e.data.of as FaultOf, e),
    'connection.recovered': (e) => recovered.run(e.data.of, e.subject),
    'account.faulted': (e) => wrong('account', e),
    'account.recovered': (e) => recovered.run('account', e.subject),
    // Switched off it is not at fault; switched on again it starts anew.
    'account.changed': (e) => {
      if (e.data.enabled === false) recovered.run('account', e.subject)
    },
    'account.gapFound': (e) =>
      gap.run(
        e.subject,
        Date.parse(e.data.from as string),
        Date.parse(e.data.to as string),
        Date.parse(e.at),
      ),
    'contact.profiled': (e, c) => profiled.run(e.subject, (c?.nickname as string | null) ?? null, e.seq),
    [CONTENT_ERASED]: (e) => erased.run(JSON.stringify(erasedSeqs(e.data))),
    'account.joined': (e) => joined.run(e.subject, Date.parse(e.at)),
  }
}

function state(row: Row): ConnectionRow {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    corpid: row.corpid,
    apiBase: row.api_base,
    proxy: row.proxy,
    relay: row.relay,
    ca: row.ca,
    enabled: row.enabled === 1,
    kept: JSON.parse(row.kept) as KeptNames,
    addedAt: row.added_at,
  }
}
