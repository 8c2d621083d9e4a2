import { readFileSync } from 'node:fs'
import { rootCertificates } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { ApiRefused, Unreachable } from '../../src/channels/wecom/api-error.ts'
import type { AccountHealth } from '../../src/channels/wecom/desk.ts'
import { namelessName } from '../../src/desk/people/nameless.ts'
import { at, type Console } from '../support/console.ts'
import { erase } from '../support/erasing.ts'
import { deskTokens, testRelay } from '../support/relay.ts'
import {
  entriesOf,
  hour,
  iso,
  minute,
  resident,
  screensFollowLedger,
  type TestStation,
  testStation,
} from '../support/station.ts'
import { type PretendedWecom, pretendedWecom } from '../support/wecom.ts'

const settings = {
  name: '县局企业微信',
  corpid: 'wwDUTYDESK00000001',
  apiBase: 'https://qyapi.weixin.qq.com',
  ca: null,
  proxy: null,
  relay: null,
}
const secret = 'a-secret-of-the-app'
const day = 24 * hour

const asking: AccountHealth = { fault: null, by: 'asking', lateBy: 8, askedAt: null }
const ill: AccountHealth = { ...asking, fault: { what: 'unreachable', code: null } }

interface Connected {
  desk: TestStation
  wecom: PretendedWecom
  admin: Console
  /** The connection and its one account. */
  id: string
  account: string
  settled(): Promise<void>
  /** What is late by a clock of its own. */
  tick(ms: number): Promise<void>
}

async function connected(): Promise<Connected> {
  const wecom = pretendedWecom()
  const desk = await testStation({ wecom })
  const admin = await at(desk, 'guanli')
  const { id } = await admin.call('connection.add', { ...settings, secret })
  const { account } = await admin.call('connection.bind', {
    connection: id,
    openKfid: 'wk1',
    name: '柳河客服',
  })
  const settled = () => desk.station.linking.settled()
  await settled()
  return { desk, wecom, admin, id, account, settled, tick: (ms) => desk.pass(ms) }
}

/** A resident of the WeCom account writes; only the channel's id of them is known. */
const says = (from: string, text: string, at: number, external = `m-${text}`) => ({
  ...resident({ from, text, at, external }),
  contact: { external: from, name: '' },
})

describe('connections follow what the admin says, while the desk runs', () => {
  test('one that is added is opened, and serves each account as it is bound', async () => {
    const { wecom, admin, id, account, settled } = await connected()
    expect(wecom.opened).toMatchObject([
      { id, corpid: settings.corpid, secret, apiBase: settings.apiBase, ca: null, proxy: null, relay: null },
    ])
    expect(wecom.serving.get(id)).toEqual([{ account, openKfid: 'wk1' }])
    const other = await admin.call('connection.bind', { connection: id, openKfid: 'wk2', name: '云溪客服' })
    await settled()
    expect(wecom.serving.get(id)).toEqual(
      expect.arrayContaining([
        { account, openKfid: 'wk1' },
        { account: other.account, openKfid: 'wk2' },
      ]),
    )
    expect(wecom.opened).toHaveLength(1)
  })
  test('one 客服 account is bound once, whoever asks', async () => {
    const { admin, id } = await connected()
    expect(
      await admin.refused('connection.bind', { connection: id, openKfid: 'wk1', name: '再来一个' }),
    ).toEqual({ code: 'already_there', what: 'account', id: '柳河客服' })
  })
  test('an account switched off is not read any more, and is again when switched on', async () => {
    const { wecom, admin, id, account, settled } = await connected()
    const change = (enabled: boolean) =>
      admin.call('account.change', { account, name: '柳河客服', enabled, ownNames: [] })
    await change(false)
    await settled()
    expect(wecom.serving.get(id)).toEqual([])
    expect((await admin.call('accounts.list', {})).find((one) => one.id === account)).toMatchObject({
      health: { state: 'off', reason: null },
      arrival: null,
    })
    await change(true)
    await settled()
    expect(wecom.serving.get(id)).toEqual([{ account, openKfid: 'wk1' }])
  })
  test('another secret, address or proxy closes it and opens it anew', async () => {
    const { wecom, admin, id, account, settled } = await connected()
    const change = { ...settings, connection: id, enabled: true, ca: undefined, proxy: undefined }
    await admin.call('connection.change', { ...change, secret: 'another-secret-of-it' })
    await settled()
    expect([wecom.closed, wecom.opened.at(-1)?.secret]).toEqual([[id], 'another-secret-of-it'])
    await admin.call('connection.change', { ...change, proxy: 'http://u:p%40ss@10.0.0.1:8080' })
    await settled()
    expect(wecom.opened.at(-1)).toMatchObject({
      secret: 'another-secret-of-it',
      proxy: 'http://u:p%40ss@10.0.0.1:8080',
    })
    expect(wecom.serving.get(id)).toEqual([{ account, openKfid: 'wk1' }])
    // A new name only is no reason to cut it.
    await admin.call('connection.change', { ...change, name: '改名' })
    await settled()
    expect(wecom.opened).toHaveLength(3)
  })
  test('one switched off is closed; its accounts say why they hear nothing', async () => {
    const { desk, wecom, admin, id, account, settled, tick } = await connected()
    const change = { ...settings, connection: id, ca: undefined, proxy: undefined }
    await admin.call('connection.change', { ...change, enabled: false })
    await settled()
    expect(wecom.closed).toEqual([id])
    const shown = async () =>
      (await admin.call('accounts.list', {})).find((one) => one.id === account)?.health
    expect(await shown()).toMatchObject({ state: 'fault', reason: 'connectionOff' })
    await tick(minute)
    expect(entriesOf(desk.station, 'account.faulted')).toMatchObject([
      { subject: account, data: { what: 'connectionOff' } },
    ])
    await admin.call('connection.change', { ...change, enabled: true })
    await settled()
    wecom.listener.health(account, asking)
    await tick(1_000)
    expect(entriesOf(desk.station, 'account.recovered')).toHaveLength(1)
    expect(await shown()).toMatchObject({ state: 'ok' })
  })
  test('the same is connected after a restart', async () => {
    const { desk, wecom, id, account, settled } = await connected()
    await desk.restart()
    await settled()
    expect(wecom.closed).toEqual([id])
    expect(wecom.opened).toHaveLength(2)
    expect(wecom.opened[1]).toMatchObject({ id, secret, corpid: settings.corpid })
    expect(wecom.serving.get(id)).toEqual([{ account, openKfid: 'wk1' }])
  })
  test('an answer on such an account leaves by the outbox', async () => {
    const { desk, account } = await connected()
    expect(desk.station.channels.deliveryOf(account)).toBe('queued')
    expect(desk.station.channels.of(account)?.kind).toBe('wecom-kf')
  })
})

describe('the desk works on where a connection cannot', () => {
  test('its secret is not on this machine: the desk opens, and says so', async () => {
    const { desk, wecom, admin, id, account, settled } = await connected()
    const [entry] = entriesOf(desk.station, 'connection.added')
    const { kept } = entry!.data as { kept: { secret: string } }
    await desk.station.options.secrets.set(kept.secret, '')
    await desk.restart()
    await settled()
    const again = await at(desk, 'guanli')
    expect(await again.call('connections.list', {})).toMatchObject([
      { id, hasSecret: false, state: { ok: false, why: 'noSecret' } },
    ])
    expect((await again.call('accounts.list', {})).find((one) => one.id === account)?.health).toMatchObject({
      state: 'fault',
      reason: 'noSecret',
    })
    expect(desk.hears({ text: '在吗' })).toBeTruthy()
    // Entered again it works without a restart.
    const change = { ...settings, connection: id, enabled: true, ca: undefined, proxy: undefined, secret }
    await again.call('connection.change', change)
    await settled()
    expect(wecom.opened.at(-1)).toMatchObject({ secret })
    expect(await again.call('connections.list', {})).toMatchObject([{ hasSecret: true, state: { ok: true } }])
    admin.close()
  })
  test('secrets cannot be read now: it is said, and nobody is shut out', async () => {
    const { desk, settled } = await connected()
    const { secrets } = desk.station.options
    const get = secrets.get.bind(secrets)
    secrets.get = (name) => (name.startsWith('wecom-') ? Promise.reject(new Error('locked')) : get(name))
    await desk.restart()
    await settled()
    const admin = await at(desk, 'guanli')
    expect(await admin.call('connections.list', {})).toMatchObject([
      { hasSecret: false, state: { ok: false, why: 'broken' } },
    ])
    secrets.get = get
    desk.station.linking.follow()
    await settled()
    expect(await admin.call('connections.list', {})).toMatchObject([{ hasSecret: true, state: { ok: true } }])
  })
  test('opening it breaks: it is said, the others are opened', async () => {
    const { desk, wecom, admin, id, settled } = await connected()
    wecom.breaks = new Error('no such thing, new-secret-1')
    const change = {
      ...settings,
      connection: id,
      enabled: true,
      ca: undefined,
      proxy: undefined,
      secret: 'new-secret-1',
    }
    await admin.call('connection.change', change)
    await settled()
    expect(await admin.call('connections.list', {})).toMatchObject([{ state: { ok: false, why: 'broken' } }])
    wecom.breaks = null
    const second = await admin.call('connection.add', { ...settings, name: '二', corpid: 'ww2', secret })
    await settled()
    expect(wecom.opened.map((one) => one.id)).toContain(second.id)
    expect(desk.logged.join('\n')).toContain('no such thing')
    expect(desk.logged.join('\n')).not.toContain('new-secret-1')
  })
})

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

describe('residents of whom only an id is known', () => {
  test('are called by its end, asked for once, and then by their own name', async () => {
    const { desk, wecom, account } = await connected()
    const { listener } = wecom
    listener.takeIn(account, [says('wmA0001', '一', desk.now)], 'c1')
    desk.now += 1_000
    listener.takeIn(account, [says('wmA0002', '二', desk.now), says('wmA0003', '三', desk.now)], 'c2')
    const zhang = await at(desk, 'zhang')
    const names = async () =>
      (await zhang.call('threads.list', { queue: 'all', offset: 0, limit: 10 })).rows
        .map(({ contactName }) => contactName)
        .sort()
    expect(await names()).toEqual(['wmA0001', 'wmA0002', 'wmA0003'].map(namelessName))
    expect(listener.nameless(account, 2)).toEqual(['wmA0001', 'wmA0002'])
    const contact = desk.station.views.people.contactByExternal(account, 'wmA0002')!
    await zhang.call('contact.change', {
      contact,
      name: '王桂兰',
      villageGroup: '三组',
      household: null,
      tags: ['独居'],
    })
    const told = (external: string, name: string | null) => ({
      external,
      name,
      avatar: null,
      gender: 'unknown' as const,
    })
    listener.profiles(account, [told('wmA0001', '桂兰'), told('wmA0002', '兰姐')], ['wmA0003'])
    expect(listener.nameless(account, 10)).toEqual([])
    expect(await names()).toEqual(['三组 王桂兰', namelessName('wmA0003'), '桂兰'].sort())
    expect(entriesOf(desk.station, 'contact.profiled')).toHaveLength(3)
    listener.profiles(account, [told('wmA0001', '桂兰')], ['wmA0003'])
    expect(entriesOf(desk.station, 'contact.profiled')).toHaveLength(3)
    expect(screensFollowLedger(desk.station)).toBe(true)
    const plan = desk.station.db
      .prepare(
        `EXPLAIN QUERY PLAN SELECT external FROM contact INDEXED BY contact_nameless
         WHERE account = ? AND nameless = 1 AND external IS NOT NULL ORDER BY first_seen LIMIT ?`,
      )
      .all('a', 1) as { detail: string }[]
    expect(plan.map(({ detail }) => detail).join()).not.toMatch(/SCAN|TEMP/)
  })
})

describe('colleagues of the WeCom client', () => {
  test('are listed as they are seen, and linked to somebody of the desk', async () => {
    const { desk, wecom, admin, id, account } = await connected()
    const own = {
      event: 'own' as const,
      contact: { external: 'wmA0001', name: '' },
      conversation: 'wmA0001',
      external: 'o1',
      kind: 'text' as const,
      text: '我来看看',
      sentAt: desk.now,
      colleague: 'WangWu',
    }
    const stopped = {
      event: 'colleague' as const,
      colleague: 'ZhaoLiu',
      what: 'stopped' as const,
      contact: null,
      external: 'e1',
      at: desk.now,
    }
    wecom.listener.takeIn(account, [own, stopped], 'c1')
    expect(await admin.call('colleagues.list', { connection: id })).toEqual([
      { userid: 'WangWu', user: null, receiving: null, lastSeen: iso(desk.now) },
      { userid: 'ZhaoLiu', user: null, receiving: false, lastSeen: iso(desk.now) },
    ])
    const { colleagues } = desk.station.views.connections
    expect(colleagues.userOf(account, 'WangWu')).toBeNull()
    await admin.call('colleague.link', { connection: id, userid: 'WangWu', user: 'li' })
    expect(colleagues.userOf(account, 'WangWu')).toBe('li')
    expect(colleagues.userOf('another', 'WangWu')).toBeNull()
    await admin.call('colleague.link', { connection: id, userid: 'WangWu', user: null })
    expect(colleagues.userOf(account, 'WangWu')).toBeNull()
    expect(
      await admin.refused('colleague.link', { connection: id, userid: 'WangWu', user: 'ducha' }),
    ).toMatchObject({
      code: 'not_found',
      what: 'person',
    })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
})

describe('a test of a connection', () => {
  const listed = [{ openKfid: 'wk1', name: '柳河', managed: true }]
  const good = {
    probes: [
      { step: 'token' as const, state: 'ok' as const, code: null, why: null },
      { step: 'contacts' as const, state: 'failed' as const, code: 48002, why: 'notPermitted' },
    ],
    accounts: listed,
  }

  test('takes what is not given from the connection, and says which accounts are bound', async () => {
    const { wecom, admin, id, account } = await connected()
    wecom.answerProbe = async () => good
    expect(await admin.call('connection.test', { ...settings, connection: id })).toEqual({
      probes: good.probes,
      accounts: [{ ...listed[0], account }],
    })
    expect(wecom.probed).toMatchObject([{ corpid: settings.corpid, secret }])
    expect(await admin.call('connections.list', {})).toMatchObject([
      { capabilities: { contacts: { able: false, code: 48002 }, broadcasts: { able: null } } },
    ])
  })
  test('knocks at the relay with the token of this desk', { timeout: 30_000 }, async () => {
    const { wecom, admin } = await connected()
    const relay = await testRelay()
    const asked: string[] = []
    wecom.answerProbe = async (_settings, world) => {
      asked.push(await world.relay!())
      return { probes: [], accounts: [] }
    }
    const corpid = 'wwLIUHE00000000001'
    const given = { ...settings, corpid, secret, relay: relay.url.replace('http', 'ws') }
    await admin.call('connection.test', { ...given, relayToken: deskTokens.liuhe })
    await admin.call('connection.test', { ...given, relayToken: 'somebody-else-0123456789abcdef' })
    await admin.call('connection.test', { ...given, relay: 'ws://127.0.0.1:9', relayToken: deskTokens.liuhe })
    // It lets this desk in, and hears nothing of this corp.
    await admin.call('connection.test', { ...given, corpid: settings.corpid, relayToken: deskTokens.liuhe })
    expect(asked).toEqual(['ok', 'refused', 'unreachable', 'refused'])
  })
  test('never sends a kept secret to another address', async () => {
    const { wecom, admin, id } = await connected()
    const elsewhere = { ...settings, connection: id, apiBase: 'https://elsewhere.example' }
    expect(await admin.refused('connection.test', elsewhere)).toMatchObject({
      code: 'invalid',
      issues: [{ path: 'secret' }],
    })
    expect(wecom.probed).toEqual([])
  })
  test('of a new one needs its secret', async () => {
    const { admin } = await connected()
    expect(await admin.refused('connection.test', settings)).toMatchObject({ issues: [{ path: 'secret' }] })
  })
  test('that breaks is a failed test, not a broken desk', async () => {
    const { desk, wecom, admin } = await connected()
    wecom.answerProbe = () => Promise.reject(new Error(`sent ${secret}`))
    expect(await admin.call('connection.test', { ...settings, secret })).toEqual({
      probes: [{ step: 'address', state: 'failed', code: null, why: 'broken' }],
      accounts: [],
    })
    wecom.answerProbe = () => {
      throw new Error('at once')
    }
    expect(await admin.call('connection.test', { ...settings, secret })).toMatchObject({
      probes: [{ why: 'broken' }],
    })
    expect(desk.logged.join('\n')).not.toContain(secret)
  })
  test('asks for accounts, and says in whose words WeCom refused', async () => {
    const { wecom, admin, id, account } = await connected()
    wecom.listed = async () => listed
    expect(await admin.call('connection.accounts', { connection: id })).toEqual([{ ...listed[0], account }])
    wecom.listed = () => Promise.reject(new ApiRefused(60020, '/cgi-bin/x', 'not allow'))
    expect(await admin.refused('connection.accounts', { connection: id })).toMatchObject({
      code: 'channel_refused',
      errcode: 60020,
    })
    wecom.listed = () => Promise.reject(new Unreachable('timeout', '/cgi-bin/x'))
    expect(await admin.refused('connection.accounts', { connection: id })).toEqual({
      code: 'channel_refused',
      errcode: null,
      why: 'timeout',
    })
  })
})

describe('what an admin enters', () => {
  test('certificates are read before they are kept', async () => {
    const { desk, admin, wecom, settled } = await connected()
    const ca = `根证书\n${rootCertificates[0]}`
    const more = { ...settings, name: '二', corpid: 'ww2', secret }
    for (const wrong of ['no certificate', `-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----`])
      expect(await admin.refused('connection.add', { ...more, ca: wrong })).toMatchObject({
        code: 'invalid',
        issues: [{ path: 'ca' }],
      })
    const { id } = await admin.call('connection.add', { ...more, ca })
    await settled()
    expect(wecom.opened.at(-1)).toMatchObject({ id, ca })
    expect((await admin.call('connections.list', {})).find((one) => one.id === id)).toMatchObject({
      hasCa: true,
    })
    const data = entriesOf(desk.station, 'connection.added').map((entry) => JSON.stringify(entry.data))
    expect(data.join()).not.toContain('BEGIN CERTIFICATE')
  })
  test('certificates in use are kept however old, those replaced go in their time', async () => {
    const { desk, admin } = await connected()
    const more = { ...settings, name: '二', corpid: 'ww2', secret }
    const { id } = await admin.call('connection.add', { ...more, ca: rootCertificates[0]! })
    const { secret: _secret, proxy: _proxy, ...rest } = more
    const change = { ...rest, connection: id, enabled: true }
    await admin.call('connection.change', { ...change, ca: rootCertificates[1]!, secret })
    desk.now += 6 * 366 * day
    const late = await at(desk, 'guanli')
    await erase(late, { kind: 'due' })
    const left = entriesOf(desk.station, 'connection.added', 'connection.changed')
      .filter(({ subject }) => subject === id)
      .map(({ seq }) => desk.station.ledger.entry(seq)?.content ?? null)
    expect(left).toEqual([null, { ca: rootCertificates[1] }])
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
  test('a line of the log that holds what is secret holds it no longer when it is written', async () => {
    const { desk, wecom, admin, settled } = await connected()
    const relay = { relay: 'wss://relay.example.cn', relayToken: 'token-of-the-desk' }
    const proxy = 'http://u:ver%62orgen@10.0.0.1:8080'
    await admin.call('connection.add', { ...settings, name: '二', corpid: 'ww2', secret, ...relay, proxy })
    await settled()
    wecom.listener.log(`said ${secret} token-of-the-desk ${proxy} verborgen`)
    expect(desk.logged.at(-1)).toBe('said … … http://u:…@10.0.0.1:8080 …')
  })
  test('a proxy is shown without its password', async () => {
    const { admin } = await connected()
    const more = { ...settings, name: '二', corpid: 'ww2', secret }
    const { id } = await admin.call('connection.add', { ...more, proxy: 'http://u:verborgen@10.0.0.1:8080' })
    expect((await admin.call('connections.list', {})).find((one) => one.id === id)?.proxy).toBe(
      'http://10.0.0.1:8080',
    )
  })
  test('a secret of a change that was refused is kept nowhere, and the old one holds', async () => {
    const { desk, admin, id } = await connected()
    await admin.call('connection.add', { ...settings, name: '二', corpid: 'ww2', secret })
    const change = { ...settings, connection: id, enabled: true, ca: undefined, proxy: undefined }
    await admin.refused('connection.change', { ...change, name: '二', secret: 'refused-secret-1' })
    await admin.refused('connection.add', { ...settings, secret: 'refused-secret-2' })
    await desk.station.linking.secrets.tidy()
    const folder = `${desk.dir}/secrets`
    const { readdirSync } = await import('node:fs')
    const all = readdirSync(folder).map((file) => readFileSync(`${folder}/${file}`, 'utf8'))
    expect(all.join()).not.toContain('refused-secret')
    expect(all.filter((text) => text.trim() === secret)).toHaveLength(2)
    await admin.call('connection.change', { ...change, secret: 'a-newer-secret-1' })
    await desk.station.linking.secrets.tidy()
    const after = readdirSync(folder).map((file) => readFileSync(`${folder}/${file}`, 'utf8').trim())
    expect(after.filter((text) => text === secret)).toHaveLength(1)
    expect(after).toContain('a-newer-secret-1')
  })
})
