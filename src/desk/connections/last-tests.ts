import { createHash } from 'node:crypto'
import type { Connection, Probe } from '../../contract/connections.ts'
import { iso } from '../time.ts'
import type { Db } from '../view.ts'

/** What was tried: settings without a secret in them. */
export type Tried = Pick<Connection, 'corpid' | 'apiBase' | 'relay'>

/** What is not shown again once it is saved; what is not given stays as it is. */
interface Given {
  secret?: string | undefined
  relayToken?: string | undefined
  ca?: string | null | undefined
  proxy?: string | null | undefined
}

interface Unsaved {
  /** Null where it is none yet. */
  connection: string | null
  tried: Tried
  given: string | null
  at: number
  probes: readonly Probe[]
}

interface Row {
  at: number
  probes: string
}

/** What came of the last test of each connection, kept over a restart. One with other settings says nothing of these. */
export class LastTests {
  readonly #keep
  readonly #forget
  readonly #of
  #unsaved: Unsaved | null = null

  constructor(db: Db) {
    this.#keep = db.prepare(
      `INSERT OR REPLACE INTO connection_test (connection, corpid, api_base, relay, at, probes)
       VALUES (?, ?, ?, ?, ?, ?)`,
    )
    this.#forget = db.prepare('DELETE FROM connection_test WHERE connection = ?')
    this.#of = db.prepare<[string, string, string, string | null], Row>(
      'SELECT at, probes FROM connection_test WHERE connection = ? AND corpid = ? AND api_base = ? AND relay IS ?',
    )
  }

  /** `connection`: null where it is none yet. */
  keep(connection: string | null, asked: Tried & Given, at: number, probes: readonly Probe[]): void {
    const { corpid, apiBase, relay } = asked
    const given = digestOf(asked)
    if (connection === null || given !== null)
      this.#unsaved = { connection, tried: { corpid, apiBase, relay }, given, at, probes }
    else this.#keep.run(connection, corpid, apiBase, relay, at, JSON.stringify(probes))
  }

  /** In the commit that saves a connection: what was tried before is the last test of it where it was tried just so. */
  saved(connection: string, asked: Tried & Given, { isNew }: { isNew: boolean }): void {
    const given = digestOf(asked)
    // A test takes what it is not given from what is there; it cannot be made without it.
    const takesAway = !isNew && (asked.ca === null || asked.proxy === null)
    if (given === null && !takesAway) return
    const unsaved = this.#unsaved
    this.#unsaved = null
    this.#forget.run(connection)
    if (takesAway || unsaved?.connection !== (isNew ? null : connection) || unsaved.given !== given) return
    const { tried, at, probes } = unsaved
    if (tried.corpid === asked.corpid && tried.apiBase === asked.apiBase && tried.relay === asked.relay)
      this.#keep.run(connection, tried.corpid, tried.apiBase, tried.relay, at, JSON.stringify(probes))
  }

  of({ id, corpid, apiBase, relay }: Tried & { id: string }): Connection['tested'] {
    const row = this.#of.get(id, corpid, apiBase, relay)
    return row ? { at: iso(row.at), probes: JSON.parse(row.probes) as Probe[] } : null
  }
}

/** Null where nothing is given. Of a secret nothing but this is remembered, and that in memory only. */
function digestOf({ secret, relayToken, ca, proxy }: Given): string | null {
  const given = [secret, relayToken, ca, proxy].map((one) => one ?? null)
  if (given.every((one) => one === null)) return null
  return createHash('sha256').update(JSON.stringify(given)).digest('hex')
}
