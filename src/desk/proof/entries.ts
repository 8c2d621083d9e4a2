import type { ExportScope } from '../../contract/proof.ts'
import type { Draft, JsonObject } from '../../ledger/entry.ts'
import { LEDGER_EXPORTED } from '../../ledger/exported.ts'
import { draft } from '../decision.ts'

/** Verifying, exporting, and heads of the ledger seen elsewhere. Numbers, hashes and names of files; no content. */

export const ledgerVerified = (data: {
  unaltered: boolean
  complete: 'yes' | 'no' | 'unknown'
  size: number
  firstBad: { seq: number | null; where: string; what: string } | null
  /** How many heads kept elsewhere were given. */
  heads: number
}): Draft => draft('ledger.verified', 'ledger', data)

export interface ExportedData {
  scope: ExportScope
  /** In the exports folder; null where it was written elsewhere. */
  name: string | null
  /** Entries the export looked at. */
  upto: number
  entries: number
  range: [from: number, to: number] | null
  /** Entries whose text is left out as private. */
  withheld: number
  /** Private threads whose text is in it, because their glass was broken. */
  glass: readonly string[]
  /** Hash of the numbers of the entries; null for the whole ledger. */
  chosen: string | null
  /** Hash of the list of hashes of what is in it for people and other tools. */
  papers: string
}

export const ledgerExported = (data: ExportedData): Draft =>
  draft(LEDGER_EXPORTED, 'ledger', data as unknown as JsonObject)

export const exportFetched = (name: string): Draft => draft('export.fetched', 'ledger', { name })

export const exportRemoved = (name: string): Draft => draft('export.removed', 'ledger', { name })

/** Once a day for each device: a console came with the newest head it remembers, and it is this ledger's. */
export const witnessSeen = (size: number): Draft => draft('witness.seen', 'witnesses', { size })

/**
 * A head that is not this ledger's: it tells of more entries than there are, or of others. `by` a console that
 * remembers it, or a signed checkpoint somebody compared.
 */
export const witnessContradicted = (data: {
  by: 'console' | 'checkpoint'
  size: number
  root: string
  is: 'differs' | 'ahead'
}): Draft => draft('witness.contradicted', 'witnesses', data)

/** A supervisor or auditor has taken note, by name, of all that entries up to this one told of. */
export const witnessNoted = (upto: number): Draft => draft('witness.noted', 'witnesses', { upto })
