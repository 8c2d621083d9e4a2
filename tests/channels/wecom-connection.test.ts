import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Outgoing } from '../../src/channels/channel.ts'
import { WecomChannel } from '../../src/channels/wecom/channel.ts'
import type {
  BoundAccount,
  Clock,
  ConnectionSettings,
  WecomConnection,
} from '../../src/channels/wecom/desk.ts'
import { rates } from '../../src/channels/wecom/facts.ts'
import { pollingEvery } from '../../src/channels/wecom/polling.ts'
import { type Emulator, startEmulator } from '../emulators/wecom/client.ts'
import { type HandClock, handClock } from '../support/hand-clock.ts'
import { deskTokens, liuhe, testRelay } from '../support/relay.ts'
import { Desk } from './wecom-listening.ts'
import { quiet } from './wecom-under-way.ts'

/** The connector against the emulator, a process of its own. */

const minute = 60_000
const hour = 60 * minute
const start = 1_760_000_000_000

let wecom: Emulator
beforeAll(async () => {
  wecom = await startEmulator({ seed: 11 })
})
afterAll(() => wecom.stop())

interface Set {
  desk: Desk
  channel: WecomChannel
  connection: WecomConnection
  bound: BoundAccount[]
  openKfids: string[]
  customers: string[]
  corpid: string
  /** Moves the clock of the desk and that of WeCom together. */
  pass(ms: number): Promise<void>
}

interface Wanted {
  accounts: number
  customers: number
  clock?: Clock
  over?: Partial<ConnectionSettings>
  station?: { corpid?: string; callback?: { url: string; token: string; aesKey: string } }
}

/** A corp with accounts and residents, and a desk that is connected to it. */
async function connected({ accounts, customers, clock, over, station: more }: Wanted): Promise<Set> {
  const { control } = wecom
  await control.clearFaults()
  await control.clearLedgers()
  const hand = clock ? null : handClock(start)
  await control.setClock(hand ? { at: start, rate: 0 } : { at: Date.now(), rate: 1 })
  const station = await control.station({ accounts, customers, ...more })
  const desk = new Desk(clock ?? hand!)
  const channel = new WecomChannel(desk)
  onTestFinished(async () => {
    await channel.stop()
    expect(wecom.complaints()).toBe('')
  })
  const connection = channel.open({
    id: 'conn1',
    corpid: station.corpid,
    secret: station.secret,
    apiBase: wecom.url,
    ca: null,
    proxy: null,
    relay: null,
    ...over,
  })
  const openKfids = station.accounts.map(({ openKfid }) => openKfid)
  const bound = openKfids.map((openKfid, n) => ({ account: `account${n}`, openKfid }))
  const pass = (ms: number) => passing(hand!, ms)
  return {
    desk,
    channel,
    connection,
    bound,
    openKfids,
    customers: station.customers,
    corpid: station.corpid,
    pass,
  }
}

async function passing(clock: HandClock, ms: number): Promise<void> {
  await quiet()
  for (let left = ms; left > 0; ) {
    const step = Math.min(left, Math.max(clock.next ?? left, 1))
    await wecom.control.advance({ ms: step })
    clock.pass(step)
    left -= step
    await quiet()
  }
}

async function tooFrequent(): Promise<number> {
  const { perPath } = await wecom.control.counts()
  return perPath['/cgi-bin/kf/sync_msg']?.['45009'] ?? 0
}

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

describe('reading', () => {
  test('through errors, torn calls, spent tokens, empty, short, repeated and shuffled pages, every message is there once and in order', async () => {
    const set = await connected({ accounts: 3, customers: 30 })
    const { control } = wecom
    const path = '/cgi-bin/kf/sync_msg'
    await control.addFault({ path, effect: { kind: 'error', errcode: -1 }, chance: 0.05 })
    await control.addFault({ path, effect: { kind: 'reset', done: true }, chance: 0.05 })
    await control.addFault({ path, effect: { kind: 'truncated' }, chance: 0.02 })
    await control.addFault({ path, effect: { kind: 'tokenExpired' }, chance: 0.05 })
    await control.addFault({ path, effect: { kind: 'emptyPage' }, chance: 0.1 })
    await control.addFault({ path, effect: { kind: 'repeatPage' }, chance: 0.1 })
    await control.addFault({ path, effect: { kind: 'shortPage', most: 70 }, chance: 0.7 })
    await control.addFault({ path, effect: { kind: 'reorder' }, chance: 0.7 })
    set.connection.serve(set.bound)
    for (let n = 0; n < 10; n++) {
      const words = `第${n}批`
      await control.bulk({
        accounts: set.openKfids,
        customers: set.customers,
        messages: 300,
        recalls: 0.05,
        words,
      })
      await set.pass(20_000)
    }
    await set.pass(40 * minute)
    const arrived = (await Promise.all(set.openKfids.map((account) => control.arrivals({ account })))).flat()
    const said = set.desk.taken
      .filter(({ event }) => event.event === 'message')
      .map(({ event }) => event.external)
    expect(said).toHaveLength(3_000)
    expect(new Set(said).size).toBe(3_000)
    const inOrder = arrived.filter(({ msgtype }) => msgtype !== 'event')
    for (const customer of set.customers) {
      const own = set.desk.taken.flatMap(({ event }) =>
        event.event === 'message' && event.conversation === customer ? [event.external] : [],
      )
      expect(own).toEqual(inOrder.filter((one) => one.customer === customer).map(({ msgid }) => msgid))
    }
    const recalls = set.desk.taken.filter(({ event }) => event.event === 'recall')
    expect(recalls).toHaveLength(arrived.filter(({ msgtype }) => msgtype === 'event').length)
    for (const [at, { event }] of set.desk.taken.entries())
      if (event.event === 'recall')
        expect(set.desk.taken.slice(0, at).some((one) => one.event.external === event.external)).toBe(true)
    expect(set.desk.duplicates).toBeGreaterThan(0)
    expect(await tooFrequent()).toBe(0)
    expect(set.desk.healths.at(-1)?.health.fault).toBeNull()
  }, 60_000)

  test('twenty accounts for an hour stay within the limit, and no message is later than was said', async () => {
    const set = await connected({ accounts: 20, customers: 40 })
    set.connection.serve(set.bound)
    let latest = 0
    const taking = set.desk.takeIn.bind(set.desk)
    set.desk.takeIn = (account, events, cursor) => {
      for (const event of events)
        if (event.event === 'message') latest = Math.max(latest, set.desk.clock.now() - event.sentAt)
      taking(account, events, cursor)
    }
    for (let n = 0; n < 60; n++) {
      await wecom.control.bulk({
        accounts: set.openKfids,
        customers: set.customers,
        messages: 40,
        words: `第${n}分钟`,
      })
      await set.pass(minute)
    }
    await set.pass(4 * minute)
    const peak = await wecom.control.tokenlessPeak()
    expect(peak.most).toBeLessThan(rates.tokenlessSyncPerMinute)
    expect(peak.total).toBeGreaterThan(7 * 60)
    expect(await tooFrequent()).toBe(0)
    expect(set.desk.taken).toHaveLength(60 * 40)
    const told = set.desk.healths.map(({ health }) => health.lateBy)
    expect(Math.max(...told)).toBeGreaterThanOrEqual(pollingEvery(20))
    // Times of WeCom are whole seconds.
    expect(latest / 1000).toBeLessThanOrEqual(Math.max(...told) + 1)
  }, 120_000)

  test('an outage of five days is told as a gap, and what WeCom still keeps is read', async () => {
    const set = await connected({ accounts: 1, customers: 1 })
    const [account] = set.openKfids
    const [customer] = set.customers
    const write = (text: string) =>
      wecom.control.customerWrites({ account: account!, customer: customer!, text })
    set.connection.serve(set.bound)
    await write('before')
    await set.pass(minute)
    set.connection.serve([])
    await set.pass(1 * hour)
    await write('lost')
    await set.pass(5 * 24 * hour)
    await write('kept')
    set.connection.serve(set.bound)
    await set.pass(minute)
    expect(set.desk.texts()).toEqual(['before', 'kept'])
    expect(set.desk.gaps).toHaveLength(1)
    const { from, to } = set.desk.gaps[0]!
    expect(from - start).toBeLessThan(minute + 1)
    expect((set.desk.clock.now() - to) / hour).toBeCloseTo(72, 0)
  })

  test('a cursor that WeCom does not know is left behind, and nothing is there twice', async () => {
    const set = await connected({ accounts: 1, customers: 1 })
    set.connection.serve(set.bound)
    const where = { account: set.openKfids[0]!, customer: set.customers[0]! }
    await wecom.control.customerWrites({ ...where, text: '一' })
    await set.pass(minute)
    set.desk.far.set('account0', { cursor: 'of-another-life', askedAt: set.desk.clock.now() })
    await wecom.control.customerWrites({ ...where, text: '二' })
    await set.pass(minute)
    expect(set.desk.texts()).toEqual(['一', '二'])
    expect(set.desk.lines.some((line) => line.includes('cursor was refused'))).toBe(true)
  })

  test('what no desk has seen before is shown as such and stops nothing', async () => {
    const set = await connected({ accounts: 1, customers: 1 })
    set.connection.serve(set.bound)
    const where = { account: set.openKfids[0]!, customer: set.customers[0]! }
    await wecom.control.customerWrites({ ...where, rawJson: '{"msgid":"odd","msgtype":7,"event":[[["x"]]]}' })
    await wecom.control.customerWrites({ ...where, msgtype: 'hologram', payload: { depth: 3 } })
    await wecom.control.customerWrites({ ...where, text: '还在吗' })
    await set.pass(minute)
    expect(set.desk.taken.map(({ event }) => event.event)).toEqual(['unreadable', 'message', 'message'])
    expect(set.desk.texts()).toEqual(['[无法显示的消息] hologram', '还在吗'])
  })
})

describe('names', () => {
  test('those who write are known by name a little later, each asked for once', async () => {
    const set = await connected({ accounts: 2, customers: 250 })
    set.connection.serve(set.bound)
    await wecom.control.bulk({ accounts: set.openKfids, customers: set.customers, messages: 500 })
    const path = '/cgi-bin/kf/customer/batchget'
    await wecom.control.failNext({ path, effect: { kind: 'error', errcode: -1 }, times: 2 })
    await set.pass(5 * minute)
    expect(set.desk.named.map(({ external }) => external).sort()).toEqual([...set.customers].sort())
    expect(set.desk.named.every(({ name }) => name)).toBe(true)
    const { perPath } = await wecom.control.counts()
    const asked = Object.values(perPath['/cgi-bin/kf/customer/batchget'] ?? {}).reduce((sum, n) => sum + n, 0)
    expect(asked).toBeLessThanOrEqual(8)
  })

  test('whom WeCom says nothing of is not asked for again', async () => {
    const set = await connected({ accounts: 1, customers: 1 })
    set.connection.serve(set.bound)
    const where = { account: set.openKfids[0]!, customer: set.customers[0]! }
    const raw = { msgtype: 'text', external_userid: 'wmNobodyKnows', text: { content: '在吗' } }
    await wecom.control.customerWrites({ ...where, raw })
    await set.pass(10 * minute)
    expect(set.desk.texts()).toEqual(['在吗'])
    expect(set.desk.unknown).toEqual(['wmNobodyKnows'])
  })
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
