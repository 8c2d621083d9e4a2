import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ApiSettings } from '../../src/channels/wecom/api.ts'
import { probe } from '../../src/channels/wecom/probing.ts'
import { connections as en } from '../../src/console/i18n/en/connections.ts'
import { connections as zh } from '../../src/console/i18n/zh/connections.ts'
import type { Probe } from '../../src/contract/connections.ts'
import type { AppSwitches, Station } from '../emulators/wecom/acts/station.ts'
import { type Emulator, startEmulator } from '../emulators/wecom/client.ts'
import { handClock } from '../support/hand-clock.ts'
import { answering, behindTls, connectProxy, ownCa } from '../support/wecom-net.ts'

const steps = [
  'address',
  'token',
  'allowedAddress',
  'accounts',
  'messages',
  'colleagues',
  'contacts',
  'broadcasts',
  'relay',
] as const
type Step = (typeof steps)[number]

let wecom: Emulator
let station: Station

/** Each step once, in order, with words for each reason in both languages. */
async function tested(
  changes: Partial<ApiSettings> = {},
  relay: Parameters<typeof probe>[1]['relay'] = null,
): Promise<Record<Step, Probe> & { found: number }> {
  const { corpid, secret } = station
  const settings = { corpid, secret, apiBase: wecom.url, ca: null, proxy: null, ...changes }
  const result = await probe(settings, { clock: handClock(Date.now()), log: () => {}, relay })
  expect(result.probes.map((one) => one.step)).toEqual(steps)
  for (const { step, why } of result.probes) {
    for (const words of [zh, en]) {
      expect(words.steps[step as Step]).toBeTruthy()
      if (why !== null) expect(words.probes[why as keyof typeof words.probes], why).toBeTruthy()
    }
  }
  const byStep = Object.fromEntries(result.probes.map((one) => [one.step, one])) as Record<Step, Probe>
  return { ...byStep, found: result.accounts.length }
}
const states = (result: Record<Step, Probe>) => steps.map((step) => result[step].state)
const switched = (switches: AppSwitches) => wecom.control.switchApp({ corpid: station.corpid, ...switches })

beforeAll(async () => {
  wecom = await startEmulator()
})
afterAll(() => wecom.stop())
beforeEach(async () => {
  station = await wecom.control.station({ accounts: 2, customers: 1, servicers: 2 })
})
afterEach(() => wecom.control.clearFaults())

describe('the test of a connection', () => {
  it('of a corp where all is well says so, step by step', async () => {
    const result = await tested({}, async () => 'ok')
    expect(states(result)).toEqual(steps.map(() => 'ok'))
    expect(result.found).toBe(2)
  })

  it('changes nothing, moves no cursor and asks for messages once', async () => {
    await wecom.control.customerWrites({
      account: station.accounts[0]!.openKfid,
      customer: station.customers[0]!,
      text: '在吗',
    })
    await wecom.control.clearLedgers()
    await tested()
    const { perPath } = await wecom.control.counts()
    expect(perPath['/cgi-bin/kf/sync_msg']).toEqual({ 0: 1 })
    const changing = Object.keys(perPath).filter((path) =>
      /send|trans|add|update|del|upload|remark|mark/.test(path),
    )
    expect(changing).toEqual([])
  })

  it('tells a wrong corp from a wrong secret', async () => {
    const corp = await tested({ corpid: 'wwNotThisOne' })
    expect(corp.token).toMatchObject({ state: 'failed', code: 40013, why: 'corpid' })
    expect(states(corp).slice(0, 4)).toEqual(['ok', 'failed', 'skipped', 'skipped'])
    expect((await tested({ secret: 'not-its-secret' })).token).toMatchObject({ code: 40001, why: 'secret' })
    const { secret } = await wecom.control.station({})
    expect((await tested({ secret })).token).toMatchObject({ code: 40091, why: 'secret' })
  })

  it('tells a token that WeCom itself gave and does not take', async () => {
    const path = '/cgi-bin/kf/account/list'
    await wecom.control.failNext({ path, effect: { kind: 'error', errcode: 40014 }, times: 2 })
    const result = await tested()
    expect(result.token).toMatchObject({ state: 'failed', code: 40014, why: 'token' })
    expect(states(result).slice(2, 8)).toEqual(Array(6).fill('skipped'))
  })

  it('names the address WeCom saw, where it is not allowed', async () => {
    await switched({ allowedIps: ['198.51.100.4'] })
    const result = await tested()
    expect(result.token.state).toBe('ok')
    expect(result.allowedAddress).toEqual({
      step: 'allowedAddress',
      state: 'failed',
      code: 60020,
      why: 'addressNotAllowed',
      seenFrom: '127.0.0.1',
    })
    expect(result.found).toBe(0)
    expect(result.messages.state).toBe('skipped')
  })

  it('tells which switch of the console is off', async () => {
    const cases: [AppSwitches, Partial<Probe>][] = [
      [{ apiSwitch: false }, { code: 95017, why: 'switchOff' }],
      [{ grantedToProvider: true }, { code: 95023, why: 'provider' }],
      [{ kfAllowed: false }, { code: 48002, why: 'notPermitted' }],
      [{ standaloneSecret: true }, { code: 95011, why: 'wrongEdition' }],
    ]
    for (const [off, expected] of cases) {
      station = await wecom.control.station({ accounts: 1 })
      await switched(off)
      const result = await tested()
      expect(states(result).slice(0, 6)).toEqual(['ok', 'ok', 'ok', 'failed', 'skipped', 'skipped'])
      expect(result.accounts).toMatchObject(expected)
    }
  })

  it('tells where no account is given to the app, or there is none', async () => {
    for (const { openKfid } of station.accounts) {
      await wecom.control.manage({ account: openKfid, managed: false })
    }
    expect((await tested()).accounts).toMatchObject({ state: 'failed', why: 'noneManaged' })
    station = await wecom.control.station({ accounts: 0 })
    expect((await tested()).accounts).toMatchObject({ state: 'failed', why: 'noAccounts' })
  })

  it('tells where those who answer are outside the visible range', async () => {
    await wecom.control.failNext({
      path: '/cgi-bin/kf/servicer/list',
      effect: { kind: 'error', errcode: 60030 },
    })
    const result = await tested()
    expect(result.colleagues).toMatchObject({ state: 'failed', code: 60030, why: 'visibleRange' })
    expect(result.messages.state).toBe('ok')
  })

  it('tells an account that is not given to this app for messages, and a limit that is used up', async () => {
    const sync = '/cgi-bin/kf/sync_msg'
    await wecom.control.failNext({ path: sync, effect: { kind: 'error', errcode: 48007 } })
    expect((await tested()).messages).toMatchObject({ code: 48007, why: 'accountNotAuthorized' })
    await wecom.control.failNext({ path: sync, effect: { kind: 'error', errcode: 45009 } })
    expect((await tested()).messages).toMatchObject({ code: 45009, why: 'tooFrequent' })
  })

  it('tells that 客户联系 is not open to the app, and all else still works', async () => {
    await switched({ contactsAllowed: false })
    const result = await tested()
    expect(result.contacts).toMatchObject({ state: 'failed', code: 48002, why: 'notPermitted' })
    expect(result.broadcasts).toMatchObject({ state: 'failed', code: 48002, why: 'notPermitted' })
    expect(states(result).slice(0, 6)).toEqual(Array(6).fill('ok'))
  })

  it('tells an address that is not there, is something else, or is not trusted', async () => {
    const page = await answering((_, answer) => answer.end('<html>welcome</html>'))
    const tls = await behindTls(wecom.url)
    const proxy = await connectProxy('a:b')
    const whyOf = async (changes: Partial<ApiSettings>) => {
      const result = await tested(changes)
      expect(states(result).slice(1, 8)).toEqual(Array(7).fill('skipped'))
      return result.address.why
    }
    expect(await whyOf({ apiBase: 'https://no-such-host.invalid' })).toBe('address')
    expect(await whyOf({ apiBase: page.url })).toBe('notJson')
    expect(await whyOf({ apiBase: `${wecom.url}/elsewhere` })).toBe('http')
    expect(await whyOf({ apiBase: tls.url })).toBe('certificate')
    expect(await whyOf({ apiBase: tls.url, ca: ownCa, proxy: proxy.url })).toBe('proxy')
    expect((await tested({ apiBase: tls.url, ca: ownCa })).address.state).toBe('ok')
    await Promise.all([page.stop(), tls.stop(), proxy.stop()])
    expect(await whyOf({ apiBase: page.url })).toBe('refusedConnection')
  })

  it('ends at once when nobody waits for it any more', async () => {
    await wecom.control.failNext({ path: '/cgi-bin/kf/account/list', effect: { kind: 'silent' } })
    const { corpid, secret } = station
    const settings = { corpid, secret, apiBase: wecom.url, ca: null, proxy: null }
    const world = { clock: handClock(Date.now()), log: () => {}, relay: null }
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 100)
    const { probes } = await probe(settings, { ...world, signal: stop.signal })
    expect(probes.map((one) => one.step)).toEqual(steps)
    expect(probes.find((one) => one.step === 'accounts')).toMatchObject({ state: 'failed', why: 'stopped' })
    const late = await probe(settings, { ...world, signal: AbortSignal.abort() })
    expect(late.probes[0]).toMatchObject({ step: 'address', state: 'failed', why: 'stopped' })
  })

  it('tells the relay apart from WeCom', async () => {
    expect((await tested()).relay).toMatchObject({ state: 'skipped', why: 'noRelay' })
    expect((await tested({}, async () => 'refused')).relay).toMatchObject({ why: 'relayRefused' })
    const unreachable = await tested({ corpid: 'wwNotThisOne' }, async () => 'unreachable')
    expect(unreachable.relay).toMatchObject({ state: 'failed', why: 'relayUnreachable' })
    const crashed = await tested({}, () => Promise.reject(new Error('boom')))
    expect(crashed.relay).toMatchObject({ state: 'failed', why: 'broken' })
  })
})
