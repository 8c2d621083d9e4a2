/** What an export of some entries has that one of all does not need: proofs of where they stand. */

import type { JsonObject } from '../entry.ts'
import { scopeOf } from '../exported.ts'
import type { Ledger, StoredCheckpoint } from '../sqlite/ledger.ts'
import type { Run } from './lines.ts'

export interface PartOptions {
  /** The data of the entry of the export, the last of those exported. */
  exported: JsonObject
  /** All entries to export, in order, that one among them. */
  runs: readonly Run[]
}

export function scopeText(exported: JsonObject): string {
  return `${JSON.stringify(scopeOf(exported), null, 2)}\n`
}

/**
 * Every head that somebody may hold on paper or elsewhere, and of those made by the hour only what lies among the
 * entries. `size` is that of the export's own, the last.
 */
export function checkpointsFor(
  checkpoints: readonly StoredCheckpoint[],
  runs: readonly Run[],
  size: number,
): StoredCheckpoint[] {
  const first = runs[0]?.from ?? size
  const last = runs.at(-2)?.to ?? size
  return checkpoints.filter(
    (one) => one.size <= size && (one.reason !== 'hour' || (one.size >= first && one.size <= last)),
  )
}

export function* proofLines(ledger: Ledger, runs: readonly Run[], size: number): Generator<Buffer> {
  for (const { from, to } of runs) {
    const first = ledger.inclusion(from, size)
    const last = from === to ? {} : { last: ledger.inclusion(to, size) }
    yield Buffer.from(`${JSON.stringify({ from, to, first, ...last })}\n`)
  }
}

export function* consistencyLines(
  ledger: Ledger,
  checkpoints: readonly StoredCheckpoint[],
): Generator<Buffer> {
  for (const [i, { size: to }] of checkpoints.entries()) {
    const from = checkpoints[i - 1]?.size ?? to
    if (from < to) yield Buffer.from(`${JSON.stringify({ from, to, path: ledger.consistency(from, to) })}\n`)
  }
}
