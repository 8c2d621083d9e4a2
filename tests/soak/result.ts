import type { Comparison } from './comparing.ts'

export interface Outcome {
  result: Comparison
  acknowledged: number
  /** Most sync_msg calls without a good callback token within any minute. */
  tokenless: number
  calls: number
  kills: number
  relayRestarts: number
  /** Seconds from the last message written until all stood in the ledger. */
  caughtUp: number
  seconds: number
  sound: boolean
}

/** One table; @returns whether all of it is as it must be */
export function printResult(outcome: Outcome): boolean {
  const { result } = outcome
  const rows: [name: string, value: number | string, wanted: string, good: boolean][] = [
    ['messages written by residents', result.written, '', true],
    ['of them in the ledger', result.received, 'all', result.received === result.written],
    ['missing', result.missing, '0', result.missing === 0],
    ['twice in the ledger', result.twice, '0', result.twice === 0],
    ['out of order for their resident', result.outOfOrder, '0', result.outOfOrder === 0],
    ['recalled', result.recalled, '', true],
    ['recalls missing or wrong', result.recallsMissing, '0', result.recallsMissing === 0],
    ['pictures', result.pictures, '', true],
    ['pictures not fetched', result.picturesMissing, '0', result.picturesMissing === 0],
    ['kept aside', result.aside, '', true],
    ['answers acknowledged to officers', outcome.acknowledged, '', true],
    ['answers in the ledger', result.answers, 'no fewer', result.answers >= outcome.acknowledged],
    ['accepted by WeCom', result.accepted, '', true],
    ['failed, with a reason', result.failed, '', true],
    ['still queued', result.stillQueued, '0', result.stillQueued === 0],
    ['accepted but not with the resident once', result.notOnce, '0', result.notOnce === 0],
    ['with the resident but not accepted here', result.strangers, '0', result.strangers === 0],
    ['most tokenless pulls in a minute', outcome.tokenless, '< 10', outcome.tokenless < 10],
    ['API calls', outcome.calls, '', true],
    ['kill -9 of the core', outcome.kills, '', true],
    ['restarts of the relay', outcome.relayRestarts, '', true],
    ['seconds to catch up at the end', outcome.caughtUp.toFixed(1), '', true],
    ['seconds in all', outcome.seconds.toFixed(0), '', true],
    ['ledger verifies', outcome.sound ? 'yes' : 'no', 'yes', outcome.sound],
  ]
  console.table(
    Object.fromEntries(
      rows.map(([name, value, wanted, good]) => [name, { value, wanted, good: good ? 'ok' : 'WRONG' }]),
    ),
  )
  return rows.every(([, , , good]) => good)
}
