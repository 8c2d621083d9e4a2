import { describe, expect, test } from 'vitest'
import type { Outgoing } from '../../src/channels/channel.ts'
import type { Clock } from '../../src/channels/wecom/desk.ts'
import { deskTokens, liuhe, testRelay } from '../support/relay.ts'
import { connected, hour, minute, start, tooFrequent, wecom } from './wecom-own-corp.ts'

const outgoing = (account: string, contactExternal: string): Outgoing => ({
  seq: 1,
  id: 'desk-1',
  again: false,
  account,
  contact: 'c',
  contactExternal,
  conversation: contactExternal,
  text: '收到，马上来',
  media: null,
  menu: null,
})

describe('what is wrong is said', () => {
  test('a wrong secret: of the connection, of its accounts, and not tried every second', async () => {
    const set = await connected({ accounts: 5, customers: 0, over: { secret: 'not-the-secret-0123456789' } })
    set.connection.serve(set.bound)
    await set.pass(hour)
    expect(set.desk.connections).toEqual([{ ok: false, code: 40001, why: 'secret' }])
    expect(set.desk.healths.at(-1)?.health.fault).toEqual({ what: 'token', code: 40001 })
    // As long as it lasts, it is said again each minute.
    const told = set.desk.healths.filter(({ account, health }) => account === 'account0' && health.fault)
    expect(told.length).toBeGreaterThanOrEqual(59)
    const { gettoken } = await wecom.control.counts()
    expect(gettoken).toBeLessThan(30)
    expect(set.desk.lines.join('\n')).not.toContain('not-the-secret')
  })

  test('an account the app may not serve: of this account alone', async () => {
    const set = await connected({ accounts: 2, customers: 1 })
    await wecom.control.manage({ account: set.openKfids[1]!, managed: false })
    set.connection.serve(set.bound)
    await wecom.control.customerWrites({
      account: set.openKfids[0]!,
      customer: set.customers[0]!,
      text: '在吗',
    })
    await set.pass(3 * minute)
    const last = (account: string) => set.desk.healths.findLast((one) => one.account === account)?.health
    expect(last('account0')?.fault).toBeNull()
    expect(last('account1')?.fault).toEqual({ what: 'refused', code: 48007 })
    expect(set.desk.connections).toEqual([{ ok: true, code: null, why: null }])
    expect(set.desk.texts()).toEqual(['在吗'])
    await wecom.control.manage({ account: set.openKfids[1]!, managed: true })
    await set.pass(6 * minute)
    expect(last('account1')?.fault).toBeNull()
  })

  test('too many questions, asked by somebody else with the same app: nothing is asked until it is over', async () => {
    const set = await connected({ accounts: 3, customers: 1 })
    set.connection.serve(set.bound)
    await set.pass(minute)
    await wecom.control.failNext({
      path: '/cgi-bin/kf/sync_msg',
      effect: { kind: 'error', errcode: 45009 },
    })
    await set.pass(20_000)
    const before = (await wecom.control.calls({ path: '/cgi-bin/kf/sync_msg' })).length
    expect(set.desk.connections.at(-1)).toEqual({ ok: false, code: 45009, why: 'tooFrequent' })
    await set.pass(40_000)
    expect(await wecom.control.calls({ path: '/cgi-bin/kf/sync_msg' })).toHaveLength(before)
    await set.pass(2 * minute)
    expect(set.desk.connections.at(-1)?.ok).toBe(true)
  })

  test('WeCom cannot be reached, and comes back', async () => {
    const set = await connected({ accounts: 2, customers: 1 })
    set.connection.serve(set.bound)
    await set.pass(minute)
    // Once is nothing to speak of.
    await wecom.control.failNext({ effect: { kind: 'reset' } })
    await set.pass(minute)
    expect(set.desk.connections).toEqual([{ ok: true, code: null, why: null }])
    expect(set.desk.healths.every(({ health }) => health.fault === null)).toBe(true)
    const { id } = await wecom.control.addFault({ effect: { kind: 'reset' } })
    await wecom.control.customerWrites({
      account: set.openKfids[0]!,
      customer: set.customers[0]!,
      text: '救命',
    })
    await set.pass(5 * minute)
    expect(set.desk.connections.at(-1)).toEqual({ ok: false, code: null, why: 'lost' })
    expect(set.desk.healths.at(-1)?.health.fault).toEqual({ what: 'unreachable', code: null })
    expect(set.desk.healths.at(-1)?.health.lateBy).toBeGreaterThan(4 * 60)
    await wecom.control.removeFault({ id })
    await set.pass(2 * minute)
    expect(set.desk.texts()).toEqual(['救命'])
    expect(set.desk.connections.at(-1)?.ok).toBe(true)
    expect(set.desk.healths.at(-1)?.health.fault).toBeNull()
    expect(await tooFrequent()).toBe(0)
  })
})

describe('the other way', () => {
  test('an answer leaves through the connection that serves its account, and waits where none does', async () => {
    const set = await connected({ accounts: 1, customers: 1 })
    const [customer] = set.customers
    expect(await set.channel.send(outgoing('account0', customer!))).toMatchObject({
      sent: false,
      retry: 'later',
      reason: 'connection',
    })
    set.connection.serve(set.bound)
    await wecom.control.customerWrites({ account: set.openKfids[0]!, customer: customer!, text: '在吗' })
    expect(await set.channel.send(outgoing('account0', customer!))).toEqual({ sent: true })
    expect(await wecom.control.sent({ customer: customer! })).toHaveLength(1)
    await set.channel.close('conn1')
    expect(set.channel.of('account0')).toBeNull()
  })

  test('who serves a resident can be asked, and ended', async () => {
    const set = await connected({ accounts: 1, customers: 1 })
    set.connection.serve(set.bound)
    const who = { account: set.openKfids[0]!, customer: set.customers[0]!, servicer: 'officer1' }
    await wecom.control.customerWrites({ ...who, text: '在吗' })
    await wecom.control.servicerPicksUp(who)
    await wecom.control.servicerWrites({ ...who, text: '我来' })
    expect(await set.connection.serviceOf('account0', who.customer)).toEqual({
      state: 3,
      colleague: 'officer1',
    })
    await set.connection.endService('account0', who.customer)
    expect(await set.connection.serviceOf('account0', who.customer)).toMatchObject({ state: 4 })
    await set.pass(minute)
    expect(set.desk.taken.map(({ event }) => event)).toMatchObject([
      { event: 'message', text: '在吗' },
      { event: 'service', state: 'colleague', colleague: 'officer1' },
      { event: 'own', text: '我来', colleague: 'officer1' },
    ])
    await expect(set.connection.serviceOf('nobody', who.customer)).rejects.toThrow('not served')
  })

  test('what a resident sent can be fetched', async () => {
    const set = await connected({ accounts: 1, customers: 1 })
    set.connection.serve(set.bound)
    await wecom.control.customerWrites({
      account: set.openKfids[0]!,
      customer: set.customers[0]!,
      file: { kind: 'image' },
    })
    await set.pass(minute)
    const { event } = set.desk.taken[0]!
    if (event.event !== 'message' || !event.media) throw new Error('no picture')
    const fetched = await set.connection.fetchMedia(
      'account0',
      event.media,
      2_000_000,
      new AbortController().signal,
    )
    expect(fetched.file.length).toBeGreaterThan(5)
  })
})

describe('with a relay', () => {
  const real: Clock = {
    now: () => Date.now(),
    after(ms, then) {
      const timer = setTimeout(then, ms)
      return () => clearTimeout(timer)
    },
  }

  test('a message is there moments after it was written, without asking in turn; a lost relay is said', async () => {
    const relay = await testRelay({ now: Date.now() })
    const callback = { url: `${relay.url}/wecom/liuhe`, token: liuhe.token, aesKey: liuhe.aesKey }
    const token = deskTokens.liuhe
    const set = await connected({
      accounts: 2,
      customers: 5,
      clock: real,
      over: { relay: { url: relay.url.replace('http', 'ws'), token } },
      station: { corpid: liuhe.corpid, callback },
    })
    set.connection.serve(set.bound)
    await until(() => set.desk.relayStates.at(-1) === 'connected')
    await until(() => set.desk.healths.filter(({ health }) => health.by === 'relay').length >= 2)
    const took: number[] = []
    for (let n = 0; n < 40; n++) {
      const text = `第${n}句`
      const at = performance.now()
      await wecom.control.customerWrites({
        account: set.openKfids[n % 2]!,
        customer: set.customers[n % 5]!,
        text,
      })
      await until(() => set.desk.texts().includes(text))
      took.push(performance.now() - at)
    }
    took.sort((one, other) => one - other)
    expect(took[Math.floor(took.length * 0.95)]).toBeLessThan(1_500)
    const peak = await wecom.control.tokenlessPeak()
    expect(peak.total).toBeLessThanOrEqual(6)
    expect(set.desk.healths.at(-1)?.health.lateBy).toBeLessThan(10)
    await relay.relay.close()
    await until(() => set.desk.relayStates.at(-1) === 'lost')
    expect(set.desk.healths.at(-1)?.health.by).toBe('asking')
    const all = [...set.desk.lines].join('\n')
    expect(all).not.toContain(token)
    expect(all).not.toContain('ENC')
  })
})

describe('with a relay that tells nothing', () => {
  test('what it keeps silent about is found all the same, and until it speaks the desk asks in turn', async () => {
    const relay = await testRelay({ now: start })
    const set = await connected({
      accounts: 2,
      customers: 1,
      over: { relay: { url: relay.url.replace('http', 'ws'), token: deskTokens.liuhe } },
      station: { corpid: liuhe.corpid },
    })
    set.connection.serve(set.bound)
    await until(() => set.desk.relayStates.at(-1) === 'connected')
    await set.pass(2 * minute)
    expect(set.desk.healths.at(-1)?.health.by).toBe('relay')
    await wecom.control.customerWrites({
      account: set.openKfids[1]!,
      customer: set.customers[0]!,
      text: '在吗',
    })
    await set.pass(6 * minute)
    expect(set.desk.texts()).toEqual(['在吗'])
    expect(set.desk.relayStates).not.toContain('lost')
    expect(set.desk.healths.at(-1)?.health).toMatchObject({ by: 'asking', fault: { what: 'relay' } })
  })
})

async function until(true_: () => boolean): Promise<void> {
  for (const end = Date.now() + 10_000; !true_(); ) {
    if (Date.now() > end) throw new Error('it did not happen')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
