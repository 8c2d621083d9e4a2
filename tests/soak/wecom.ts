import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startEmulator } from '../emulators/wecom/client.ts'
import { startRelay } from '../support/relay-process.ts'
import { foundStation, serve } from '../support/served.ts'
import { connected } from '../support/wecom-connected.ts'
import { Officer } from './answering.ts'
import { compare } from './comparing.ts'
import { makeTrouble } from './faults.ts'
import { printResult } from './result.ts'

/**
 * `npm run soak:wecom`: accounts of an emulated WeCom written to and answered while calls fail, tokens end, the relay is
 * restarted and the core is killed. At its end every message stands in the ledger once and in order, and every answer is with
 * the resident once. Exit code 1 where that is not so.
 */

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    log: { type: 'string' },
  },
})
const size = values.quick
  ? { messages: 6_000, perSecond: 80, customers: 400, kills: 2, relayRestarts: 1 }
  : { messages: 50_000, perSecond: 150, customers: 2_000, kills: 5, relayRestarts: 2 }
const accounts = 20
const password = 'soak-1234'
const began = performance.now()
const say = (text: string) =>
  process.stderr.write(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${text}\n`)

const wecom = await startEmulator({ seed: Number(values.seed) })
const corp = await wecom.control.station({ accounts, customers: size.customers, servicers: 2 })
const relay = await startRelay(corp.corpid)
const served = await serve(values.log === undefined ? {} : { log: values.log })
await foundStation(
  served,
  [
    { user: 'chen', name: '陈军', role: 'officer' },
    { user: 'liu', name: '刘芳', role: 'officer' },
  ],
  password,
)

const admin = await served.login('guanli', password)
const bound = await connected(admin, { wecom, corp, relay })
admin.close()
say(`${accounts} accounts bound; ${size.messages} messages begin`)

await makeTrouble(wecom)
const officers = ['chen', 'liu'].map((user) => new Officer(served, user, password))
for (const officer of officers) officer.start()
const { id: bulk } = await wecom.control.bulk({
  accounts: corp.accounts.map(({ openKfid }) => openKfid),
  customers: corp.customers,
  messages: size.messages,
  perSecond: size.perSecond,
  images: 0.01,
  recalls: 0.01,
})

/** What is done to the desk, by the share of messages written when it is done. */
const blows: { at: number; what: string; run: () => Promise<void> }[] = [
  ...shares(size.kills).map((at) => ({
    at,
    what: 'kill -9 of the core',
    run: async () => {
      await served.kill9()
      await served.restart()
    },
  })),
  ...shares(size.relayRestarts, 0.5).map((at) => ({
    at,
    what: 'relay restarted',
    run: () => relay.restart(),
  })),
].sort((a, b) => a.at - b.at)

for (;;) {
  const { made, done } = await wecom.control.bulkState({ id: bulk })
  const blow = blows[0]
  if (blow && made >= blow.at * size.messages) {
    blows.shift()
    say(`${made} written: ${blow.what}`)
    await blow.run()
    continue
  }
  if (done) break
  await sleep(200)
}
const writtenAt = performance.now()
say('all written; the officers stop, the desk catches up')
for (const officer of officers) await officer.stop()
await wecom.control.clearFaults()
for (const { openKfid } of bound) await wecom.control.nudge({ account: openKfid })

let result = await compare(served.dir, wecom, bound)
for (let waited = 0; waited < 150; waited += 1) {
  const settled =
    result.missing === 0 &&
    result.recallsMissing === 0 &&
    result.stillQueued === 0 &&
    result.picturesMissing === 0
  if (settled) break
  await sleep(1_000)
  result = await compare(served.dir, wecom, bound)
}
const caughtUp = (performance.now() - writtenAt) / 1000
await served.stop()
result = await compare(served.dir, wecom, bound)
const verified = served.desk('verify', served.dir)
const acknowledged = officers.reduce((sum, officer) => sum + officer.acknowledged.size, 0)
const { tokenless, counts } = {
  tokenless: await wecom.control.tokenlessPeak(),
  counts: await wecom.control.counts(),
}
const good = printResult({
  result,
  acknowledged,
  tokenless: tokenless.most,
  calls: counts.total,
  kills: size.kills,
  relayRestarts: size.relayRestarts,
  caughtUp,
  seconds: (performance.now() - began) / 1000,
  sound: verified.code === 0,
})
await relay.stop()
await wecom.stop()
await served.clear()
process.exit(good ? 0 : 1)

/** So many points evenly over the run, none at its very ends. */
function shares(n: number, offset = 0): number[] {
  return Array.from({ length: n }, (_, k) => (k + 0.6 + offset / n) / (n + 0.6))
}
