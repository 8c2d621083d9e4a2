import { setTimeout as sleep } from 'node:timers/promises'
import { startEmulator } from '../emulators/wecom/client.ts'
import { launchBrowser } from '../support/browser.ts'
import { startRelay } from '../support/relay-process.ts'
import { serve } from '../support/served.ts'
import { connected } from '../support/wecom-connected.ts'

/**
 * `npm run arrival:wecom`: how long it takes from WeCom's callback at the relay until the message stands in the inbox of an open
 * console. Relay, core and browser are processes of their own, WeCom is the emulator. Wants p95 < 1.5 s.
 */

const messages = 120
const accounts = 6
const everyMs = 250
const barMs = 1_500

const wecom = await startEmulator({ seed: 3 })
const corp = await wecom.control.station({ accounts, customers: 40 })
const relay = await startRelay(corp.corpid)
const served = await serve({ demo: true })
const admin = await served.login('wumin', 'demo-1234')
const bound = await connected(admin, { wecom, corp, relay }, (name) => `测速·${name}`)
const browser = await launchBrowser()
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
await page.goto(served.url)
await page.getByTestId('login-chenjun').click()
await page.getByTestId('queue-all').click()
await page.evaluate(() => {
  const seen: Record<string, number> = {}
  Object.assign(window, { seen })
  const look = () => {
    for (const [, n = ''] of document.body.innerText.matchAll(/到没到#(\d+)#/g)) seen[n] ??= Date.now()
  }
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
})

const written: number[] = []
for (let n = 0; n < messages; n += 1) {
  // The newest stands on top where its account alone is looked at; each account has its turn of twenty.
  const at = Math.floor(n / (messages / accounts))
  if (n % (messages / accounts) === 0) await page.getByTestId(`account-${bound[at]!.account}`).click()
  written.push(Date.now())
  await wecom.control.customerWrites({
    account: corp.accounts[at]!.openKfid,
    customer: corp.customers[n % 5]!,
    text: `到没到#${n}#`,
  })
  await sleep(everyMs)
}
await sleep(4_000)
const seen = await page.evaluate(() => (window as unknown as { seen: Record<string, number> }).seen)
const times = written
  .map((at, n) => (seen[n] === undefined ? Number.POSITIVE_INFINITY : seen[n] - at))
  .sort((a, b) => a - b)
const share = (part: number) => times[Math.min(times.length - 1, Math.floor(times.length * part))]!
const lost = times.filter((ms) => ms === Number.POSITIVE_INFINITY).length
console.table({
  'written → on screen': {
    messages,
    'p50 ms': share(0.5),
    'p95 ms': share(0.95),
    'max ms': times.at(-1),
    'not seen': lost,
    bar: `p95 < ${barMs}`,
  },
})
await browser.close()
await relay.stop()
await wecom.stop()
await served.clear()
process.exit(share(0.95) < barMs ? 0 : 1)
