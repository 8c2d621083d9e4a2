/** The entry that says what an export holds. It is the last entry in it, under the checkpoint made with it. */

import { createHash } from 'node:crypto'
import type { JsonObject } from './entry.ts'

/**
 * Its type; `data: {scope, upto, entries, range, chosen, papers, …}`: what was asked for, the size of the ledger looked
 * at, how many entries were chosen, `[from, to]` where that is all entries from one to the other (else null), the hash
 * of their numbers (null for a whole ledger), and the hash of `papers.json`.
 */
export const LEDGER_EXPORTED = 'ledger.exported'

/** SHA-256 over the numbers of the chosen entries, each in decimal digits with a newline. */
export class ChosenHash {
  readonly #hash = createHash('sha256')

  add(seqs: Iterable<number>): void {
    let text = ''
    for (const seq of seqs) text += `${seq}\n`
    this.#hash.update(text)
  }

  digest(): string {
    return this.#hash.digest('hex')
  }
}

/** What `scope.json` repeats of the data of that entry, and must agree with. */
export function scopeOf({ scope, upto, entries, range }: JsonObject): JsonObject {
  return { scope: scope ?? null, upto: upto ?? null, entries: entries ?? null, range: range ?? null }
}
