/** Which texts are private stands in no entry; but that of the export says how many it left out. */

import type { JsonObject } from '../entry.ts'
import type { Finding } from './verdict.ts'

/** None can be taken out of an export later and called private: there would be one too many. */
export function* checkWithheld(
  exported: JsonObject | null,
  withheld: ReadonlySet<number>,
): Generator<Finding> {
  if (typeof exported?.withheld !== 'number' || typeof exported.upto !== 'number') return
  // What came in between looking at the ledger and the entry of the export is left out without being counted.
  const { upto } = exported
  const count = [...withheld].filter((seq) => seq <= upto).length
  if (count === exported.withheld) return
  yield {
    where: 'content',
    what: `${exported.withheld} texts were left out of this export, here ${count} are`,
  }
}
