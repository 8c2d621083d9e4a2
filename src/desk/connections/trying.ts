import { X509Certificate } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ApiRefused, Unreachable } from '../../channels/wecom/api-error.ts'
import type { ConnectionSettings } from '../../channels/wecom/desk.ts'
import { linkRelay } from '../../channels/wecom/relay-link.ts'
import { relayAgent } from '../../channels/wecom/relay-way.ts'
import type { Probe, RemoteAccount, TestResult } from '../../contract/connections.ts'
import { Refused } from '../../contract/errors.ts'
import type { Station } from '../station/station.ts'

/** A test, and asking which accounts there are, ends after so many ms whatever happens. */
const testedWithin = 20_000
const askedWithin = 15_000
const knockedWithin = 10_000

/** Tries everything; answers what came of it, and throws nothing. */
export async function tryOut(station: Station, settings: ConnectionSettings): Promise<TestResult> {
  const { wecom, listener } = station.linking
  listener.hide(settings)
  const ended = new AbortController()
  const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(testedWithin)])
  const { relay } = settings
  const probing = Promise.resolve()
    .then(() =>
      wecom.probe(settings, {
        clock: listener.clock,
        log: (line) => listener.log(line),
        relay: relay === null ? null : () => knock(station, settings, signal),
        signal,
      }),
    )
    .catch((error: unknown) => {
      listener.log(`connection ${settings.id}: the test broke: ${nameOf(error)}`)
      return failed('broken')
    })
  const overdue = sleep(testedWithin, failed('timeout'), { signal: ended.signal, ref: false }).catch(() =>
    failed('timeout'),
  )
  try {
    const { probes, accounts } = await Promise.race([probing, overdue])
    return { probes, accounts: accounts.map((one) => remote(station, one)) }
  } finally {
    ended.abort()
  }
}

/** Asks WeCom now. @throws Refused */
export async function accountsThere(
  station: Station,
  settings: ConnectionSettings,
): Promise<RemoteAccount[]> {
  const { wecom, listener } = station.linking
  const world = { clock: listener.clock, log: (line: string) => listener.log(line) }
  try {
    const signal = AbortSignal.timeout(askedWithin)
    return (await wecom.accounts(settings, world, signal)).map((one) => remote(station, one))
  } catch (error) {
    if (error instanceof ApiRefused)
      throw new Refused({ code: 'channel_refused', errcode: error.errcode, why: String(error.errcode) })
    const why = error instanceof Unreachable ? error.why : 'broken'
    if (why === 'broken')
      listener.log(`connection ${settings.id}: its accounts could not be asked for: ${nameOf(error)}`)
    throw new Refused({ code: 'channel_refused', errcode: null, why })
  }
}

function remote(
  station: Station,
  { openKfid, name, managed }: { openKfid: string; name: string; managed: boolean },
): RemoteAccount {
  return { openKfid, name, managed, account: station.views.accounts.boundAs(openKfid)?.id ?? null }
}

/** Whether the relay lets this desk in. */
function knock(
  station: Station,
  settings: ConnectionSettings,
  signal: AbortSignal,
): Promise<'ok' | 'refused' | 'unreachable'> {
  const { listener } = station.linking
  const agent = relayAgent(settings)
  return new Promise((resolve) => {
    const answer = (how: 'ok' | 'refused' | 'unreachable') => {
      clearTimeout(timer)
      // The link may tell of itself while it is still being made.
      setImmediate(() => link.stop())
      resolve(how)
    }
    const timer = setTimeout(() => answer('unreachable'), knockedWithin)
    signal.addEventListener('abort', () => answer('unreachable'), { once: true })
    const link = linkRelay({
      url: settings.relay!.url,
      token: settings.relay!.token,
      ca: settings.ca,
      ...(agent ? { agent } : {}),
      clock: listener.clock,
      log: (line) => listener.log(line),
      onState: ({ state }) => {
        if (state === 'refused') answer('refused')
        else if (state === 'lost') answer('unreachable')
      },
      // One that lets this desk in and hears nothing of this corp is of no use to it.
      onConnected: (corps) => answer(corps.includes(settings.corpid) ? 'ok' : 'refused'),
      onNews: () => {},
    })
  })
}

function failed(why: string): { probes: Probe[]; accounts: [] } {
  return { probes: [{ step: 'address', state: 'failed', code: null, why }], accounts: [] }
}

/** Its kind and no more: what was thrown may hold what was sent. */
const nameOf = (error: unknown) => (error instanceof Error ? error.name : typeof error)

/** Whether it holds certificates, each of them readable. */
export function isCertificates(pem: string): boolean {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []
  try {
    for (const block of blocks) new X509Certificate(block)
    return blocks.length > 0
  } catch {
    return false
  }
}
