/** The entry that says which contents were erased, and on what legal ground. */

import type { JsonObject } from './entry.ts'

/** Its type; `data: {seqs: number[], ground: string, …}` names the entries whose text and salt are gone. */
export const CONTENT_ERASED = 'content.erased'

/** The entries that such an entry's data names; empty where it is not of that form. */
export function erasedSeqs(data: JsonObject): number[] {
  const { seqs } = data
  return Array.isArray(seqs) ? seqs.filter((seq) => typeof seq === 'number') : []
}
