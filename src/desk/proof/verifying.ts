import type { VerifyResult } from '../../contract/proof.ts'
import { verifyBeside } from '../../ledger/verify/beside.ts'
import { entries } from '../decision.ts'
import type { By } from '../route.ts'
import type { Station } from '../station/station.ts'
import { iso } from '../time.ts'
import type { Doing } from '../works.ts'
import { headOf, headResult } from './comparing.ts'
import { ledgerVerified } from './entries.ts'

/** The whole ledger, in threads of its own, so that the desk goes on meanwhile. What came of it is an entry. */
export async function verifyLedger(
  station: Station,
  texts: readonly string[],
  by: By,
  doing: Doing,
): Promise<VerifyResult> {
  const heads = texts.map(headOf)
  const verdict = await verifyBeside(station.options.file, {
    heads,
    onProgress: (done, all) => doing.progress(done, all),
    signal: doing.signal,
  })
  const bad = verdict.unaltered.firstBad
  const { complete, size } = verdict
  const result: VerifyResult = {
    unaltered: verdict.unaltered.ok,
    firstBad: bad ? { seq: bad.seq ?? null, where: bad.where, what: bad.what } : null,
    complete,
    completeWhy: verdict.completeWhy,
    heads: verdict.heads.map((one, at) => headResult(station, heads[at]!, one)),
    size,
    code: verdict.code,
    entriesPerSecond: verdict.entriesPerSecond,
    checkedAt: iso(station.now()),
  }
  await record(station, result, by)
  return result
}

/** A ledger that is found damaged may be one that takes no entry; the verdict is told all the same. */
async function record(station: Station, result: VerifyResult, by: By): Promise<void> {
  const { unaltered, complete, size, firstBad } = result
  const said = { unaltered, complete, size, firstBad, heads: result.heads.length }
  try {
    await station.bus.run({ ...by, now: station.now() }, null, () => ({
      decision: entries(ledgerVerified(said)),
    }))
  } catch (error) {
    station.log(`verify: its outcome could not be recorded: ${String(error)}`)
  }
}
