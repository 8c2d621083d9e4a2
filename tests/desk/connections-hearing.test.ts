import { describe, expect, test } from 'vitest'
import { asking, connected, day, ill, says } from '../support/connections.ts'
import { at } from '../support/console.ts'
import { entriesOf, hour, iso, minute, screensFollowLedger } from '../support/station.ts'

describe('what a channel delivers', () => {
  test('is taken in with how far it was read, in one commit or not at all', async () => {
    const { desk, wecom, account } = await connected()
    const { listener } = wecom
    expect(listener.readSoFar(account)).toEqual({ cursor: null, askedAt: null, wholeAt: null })
    listener.takeIn(account, [says('wmA0001', '你好', desk.now)], 'c1')
    expect(listener.readSoFar(account)).toMatchObject({ cursor: 'c1', askedAt: desk.now })
    const flush = desk.station.views.flush.bind(desk.station.views)
    desk.station.views.flush = () => {
      throw Object.assign(new Error('undone'), {})
    }
    expect(() => listener.takeIn(account, [says('wmA0001', '第二句', desk.now)], 'c2')).toThrow()
    desk.station.views.flush = flush
    expect(listener.readSoFar(account).cursor).toBe('c1')
    expect(entriesOf(desk.station, 'message.received')).toHaveLength(1)
    await desk.restart()
    expect(wecom.listener.readSoFar(account)).toMatchObject({ cursor: 'c1' })
  })
  test('in the middle of a backlog is not all: an outage then is a gap from the last time all was read', async () => {
    const { desk, wecom, account } = await connected()
    const { listener } = wecom
    const read = desk.now
    listener.takeIn(account, [says('wmA0001', '一', read)], 'c1')
    listener.asked(account, read)
    desk.now += 2 * day
    listener.takeIn(account, [says('wmA0001', '二', read + hour)], 'c2')
    expect(listener.readSoFar(account)).toEqual({ cursor: 'c2', askedAt: desk.now, wholeAt: read })
    await desk.restart()
    expect(wecom.listener.readSoFar(account)).toEqual({ cursor: 'c2', askedAt: desk.now, wholeAt: read })
  })
  test('that it was asked in vain is written once a minute, and known at once', async () => {
    const { desk, wecom, account } = await connected()
    const written = () =>
      desk.station.db.prepare('SELECT asked_at FROM read_so_far WHERE account = ?').pluck().get(account)
    const start = desk.now
    for (const after of [0, 8_000, 16_000, 59_000]) wecom.listener.asked(account, start + after)
    expect(written()).toBe(start)
    expect(wecom.listener.readSoFar(account).askedAt).toBe(start + 59_000)
    wecom.listener.asked(account, start + minute)
    expect(written()).toBe(start + minute)
  })
  test('all that WeCom still had of a new account is told once, with how much and from when', async () => {
    const { desk, wecom, account } = await connected()
    const from = desk.now - 2 * day
    wecom.listener.takeIn(
      account,
      [says('wmA0001', '一', from), says('wmA0002', '二', desk.now - hour)],
      'c1',
    )
    expect(entriesOf(desk.station, 'account.joined')).toEqual([])
    wecom.listener.asked(account, desk.now)
    wecom.listener.asked(account, desk.now + minute)
    await desk.restart()
    wecom.listener.asked(account, desk.now + hour)
    expect(entriesOf(desk.station, 'account.joined')).toMatchObject([
      { subject: account, data: { messages: 2, from: iso(from) } },
    ])
  })
})

describe('faults', () => {
  test('a hiccup is nowhere on record; a lasting fault is, from when it began, and its end', async () => {
    const { desk, wecom, admin, account, tick } = await connected()
    wecom.listener.health(account, ill)
    await tick(59_000)
    wecom.listener.health(account, asking)
    await tick(hour)
    expect(entriesOf(desk.station, 'account.faulted', 'account.recovered')).toEqual([])

    const began = desk.now
    wecom.listener.health(account, ill)
    expect((await admin.call('accounts.list', {})).find((one) => one.id === account)).toMatchObject({
      health: { state: 'fault', reason: 'unreachable', since: iso(began) },
    })
    await tick(minute)
    await tick(minute)
    expect(entriesOf(desk.station, 'account.faulted')).toMatchObject([
      { subject: account, data: { what: 'unreachable', code: null, since: iso(began) } },
    ])
    // A restart neither forgets nor repeats it.
    await desk.restart()
    await desk.station.linking.settled()
    await tick(minute)
    wecom.listener.health(account, ill)
    await tick(minute)
    wecom.listener.health(account, asking)
    await tick(1_000)
    expect(entriesOf(desk.station, 'account.faulted')).toHaveLength(1)
    expect(entriesOf(desk.station, 'account.recovered')).toMatchObject([{ data: { since: iso(began) } }])
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
  test('of the connection and of the relay are told as they stand, and on record when they last', async () => {
    const { desk, wecom, admin, id, tick } = await connected()
    wecom.listener.connectionHealth(id, { ok: false, code: 60020, why: 'token' })
    wecom.listener.relayState(id, 'connecting')
    wecom.listener.relayState(id, 'lost')
    expect(await admin.call('connections.list', {})).toMatchObject([
      {
        state: { ok: false, code: 60020, why: 'token', since: iso(desk.now) },
        relayState: { state: 'lost' },
      },
    ])
    await tick(minute)
    expect(entriesOf(desk.station, 'connection.faulted').map(({ data }) => [data.of, data.what])).toEqual([
      ['connection', 'token'],
      ['relay', 'relay'],
    ])
    wecom.listener.connectionHealth(id, { ok: true, code: null, why: null })
    wecom.listener.relayState(id, 'connected')
    await tick(1_000)
    expect(entriesOf(desk.station, 'connection.recovered')).toHaveLength(2)
  })
  test('are told to consoles at once', async () => {
    const { wecom, admin, account, id } = await connected()
    const told = () => admin.pushes.flatMap((push) => (push.push === 'changed' ? push.change.subjects : []))
    admin.pushes.length = 0
    wecom.listener.health(account, ill)
    wecom.listener.connectionHealth(id, { ok: false, code: null, why: 'unreachable' })
    await Promise.resolve()
    expect(told()).toEqual(['accounts', 'connections'])
  })
  test('how messages arrive is told of each account', async () => {
    const { desk, wecom, admin, account, id } = await connected()
    wecom.listener.health(account, { fault: null, by: 'relay', lateBy: 3, askedAt: desk.now })
    expect((await admin.call('accounts.list', {})).find((one) => one.id === account)).toMatchObject({
      health: { state: 'ok', reason: null },
      arrival: { connection: id, by: 'relay', lateBy: 3, askedAt: iso(desk.now) },
    })
  })
  test('a gap is on record at once and once, also where it is told again', async () => {
    const { desk, wecom, account } = await connected()
    const [from, to] = [desk.now - 5 * day, desk.now - 3 * day]
    wecom.listener.gap(account, from, to)
    wecom.listener.gap(account, from, to + minute)
    await desk.restart()
    wecom.listener.gap(account, from, to + hour)
    expect(entriesOf(desk.station, 'account.gapFound')).toMatchObject([
      { subject: account, data: { from: iso(from), to: iso(to) } },
    ])
  })
  test('and gaps stand on the handoff sheet of that shift, with what is wrong', async () => {
    const { desk, wecom, account, tick } = await connected()
    const zhang = await at(desk, 'zhang')
    wecom.listener.health(account, { ...ill, fault: { what: 'refused', code: 95017 } })
    wecom.listener.gap(account, desk.now - 5 * day, desk.now - 3 * day)
    const began = desk.now
    await tick(minute)
    const { handoff } = await zhang.call('handoff.start', { post: null })
    const sheet = await zhang.call('handoff.get', { handoff })
    expect(sheet.items.find((item) => item.account === account)).toMatchObject({
      kind: 'account',
      severity: 'serious',
      why: ['fault', 'gap'],
      title: '柳河客服',
      trouble: {
        fault: { what: 'refused', code: 95017, since: iso(began) },
        gaps: [{ from: iso(began - 5 * day), to: iso(began - 3 * day) }],
      },
    })
  })
  test('are breaks of coverage to an auditor, each told once', async () => {
    const { desk, wecom, account, tick } = await connected()
    const ducha = await at(desk, 'ducha')
    const start = desk.now
    // Said before the account was there: nobody's shift missed it.
    wecom.listener.takeIn(account, [says('wmA0001', '早先', start - day)], 'c0')
    wecom.listener.health(account, ill)
    for (let n = 0; n < 45; n += 1) await tick(minute)
    wecom.listener.health(account, asking)
    await tick(1_000)
    wecom.listener.takeIn(account, [says('wmA0001', '有人吗', start + 5 * minute)], 'c1')
    wecom.listener.gap(account, start - 5 * day, start - 3 * day)
    const { rows } = await ducha.call('anomalies.list', {
      from: iso(start - day),
      to: iso(desk.now),
      kinds: ['coverageBreak'],
      offset: 0,
      limit: 20,
    })
    expect(rows.map(({ facts, severity }) => [facts.why, severity]).sort()).toEqual([
      ['fault', 'middle'],
      ['gap', 'high'],
    ])
  })
})
