import type { Database } from 'better-sqlite3'
import type { Entry, JsonObject } from '../ledger/entry.ts'

export type Content = JsonObject | null

/**
 * A projection: tables that say nothing the ledger does not, thrown away and rebuilt at will. `apply` runs in
 * the transaction that appends the entry; a view that holds rows back writes them in `flush`, before the commit.
 */
export interface View {
  readonly applies: { readonly [type: string]: (entry: Entry, content: Content) => void }
  flush?(): void
  /** The transaction is committed: what is kept in memory may follow. */
  adopt?(): void
  /** The transaction was rolled back: forget what was held back. */
  discard?(): void
}

/** The tables of a view: how to make them, and their names for dropping and comparing. */
export interface ViewTables {
  create: string
  names: readonly string[]
}

export type Db = Database
