import { verifyDatabase } from '../../ledger/verify/verify.ts'
import { iso } from '../time.ts'

/** Full verification on connections of its own; the desk goes on meanwhile. */
export async function verifyInBackground(file: string, heads: readonly string[], now: number) {
  const verdict = await verifyDatabase(file, { heads: [...heads] })
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
