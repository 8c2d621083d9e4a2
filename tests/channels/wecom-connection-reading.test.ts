import { describe, expect, test } from 'vitest'
import { rates } from '../../src/channels/wecom/facts.ts'
import { pollingEvery } from '../../src/channels/wecom/polling.ts'
import { connected, hour, minute, start, tooFrequent, wecom } from './wecom-own-corp.ts'

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
