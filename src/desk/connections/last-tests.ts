import type { Connection, Probe } from '../../contract/connections.ts'
import { iso } from '../time.ts'
import type { Db } from '../view.ts'

/** What was tried: settings without a secret in them. */
export type Tried = Pick<Connection, 'corpid' | 'apiBase' | 'relay'>

interface Row {
  at: number
  probes: string
}

/** What came of the last test of each connection, kept over a restart. One with other settings says nothing of these. */
export class LastTests {
  readonly #keep
  readonly #of
  /** Of settings that are no connection yet. */
  #unsaved: { tried: Tried; at: number; probes: readonly Probe[] } | null = null

  constructor(db: Db) {
    this.#keep = db.prepare(
      `INSERT OR REPLACE INTO connection_test (connection, corpid, api_base, relay, at, probes)
       VALUES (?, ?, ?, ?, ?, ?)`,
    )
    this.#of = db.prepare<[string, string, string, string | null], Row>(
      'SELECT at, probes FROM connection_test WHERE connection = ? AND corpid = ? AND api_base = ? AND relay IS ?',
    )
  }

  /** `connection`: null where it is not saved yet. */
  keep(
    connection: string | null,
    { corpid, apiBase, relay }: Tried,
    at: number,
    probes: readonly Probe[],
  ): void {
    if (connection === null) this.#unsaved = { tried: { corpid, apiBase, relay }, at, probes }
    else this.#keep.run(connection, corpid, apiBase, relay, at, JSON.stringify(probes))
  }

  /** The connection has been saved that was tried before. */
  adopt(connection: string, { corpid, apiBase, relay }: Tried): void {
    const { tried, at, probes } = this.#unsaved ?? {}
    this.#unsaved = null
    if (!tried || !at || !probes) return
    if (tried.corpid === corpid && tried.apiBase === apiBase && tried.relay === relay)
      this.keep(connection, tried, at, probes)
  }

  of({ id, corpid, apiBase, relay }: Tried & { id: string }): Connection['tested'] {
    const row = this.#of.get(id, corpid, apiBase, relay)
    return row ? { at: iso(row.at), probes: JSON.parse(row.probes) as Probe[] } : null
  }
}
