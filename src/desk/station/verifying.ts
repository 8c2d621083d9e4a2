import { type Head, verifyDatabase } from '../../ledger/verify/verify.ts'
import { iso } from '../time.ts'

/** Full verification on connections of its own; the desk goes on meanwhile. */
export async function verifyInBackground(file: string, heads: readonly string[], now: number) {
  const verdict = await verifyDatabase(file, { heads: heads.map(headOf) })
  const bad = verdict.unaltered.firstBad
  return {
    unaltered: verdict.unaltered.ok,
    firstBad: bad ? `${bad.where}${bad.seq === undefined ? '' : ` #${bad.seq}`}: ${bad.what}` : null,
    complete: verdict.complete,
    size: verdict.size,
    code: verdict.code,
    checkedAt: iso(now),
  }
}

/** A signed note, or a printed code with its size in front: `1284 ABCD-…`. */
function headOf(text: string): Head {
  const [, size, code] = /^\s*(\d{1,15})[\s:：]+([^\n]+?)\s*$/.exec(text) ?? []
  return size === undefined || code === undefined ? text : { size: Number(size), code }
}
