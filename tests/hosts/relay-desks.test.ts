import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { MessageNews, News } from '../../src/channels/wecom/relay-wire.ts'
import { Desks } from '../../src/hosts/relay/desks.ts'
import { Newest } from '../../src/hosts/relay/newest.ts'
import { Replays } from '../../src/hosts/relay/replays.ts'
import {
  ask,
  bareDesk,
  deskTokens,
  liuhe,
  minute,
  relayConfig,
  shatian,
  soon,
  start,
  testRelay,
} from '../support/relay.ts'

describe('a desk', () => {
  test.each([
    undefined,
    '',
    'Bearer',
    'Bearer short',
    `Bearer ${deskTokens.liuhe}x`,
    `Basic ${deskTokens.liuhe}`,
  ])('that shows %j is refused', async (authorization) => {
    const relay = await testRelay()
    const reply = await ask(relay.url, '/desk', {
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        ...(authorization === undefined ? {} : { authorization }),
      },
    })
    expect(reply).toEqual({ status: 401, body: '' })
  })
  test('that tries one token after the other is not listened to for a minute', async () => {
    const relay = await testRelay()
    const knock = (token: string) =>
      ask(relay.url, '/desk', {
        headers: {
          connection: 'Upgrade',
          upgrade: 'websocket',
          'x-forwarded-for': '203.0.113.9',
          authorization: `Bearer ${token}`,
        },
      })
    for (let round = 0; round < 20; round += 1)
      expect((await knock(`token number ${round}`)).status).toBe(401)
    expect((await knock(deskTokens.liuhe)).status).toBe(429)
    expect(
      (await relay.ask('/desks', { headers: { connection: 'Upgrade', upgrade: 'websocket' } })).status,
    ).toBe(404)
  })
  test('hears of its own corps only', async () => {
    const relay = await testRelay()
    const [one, other, both] = await Promise.all([
      bareDesk(relay.url, deskTokens.liuhe),
      bareDesk(relay.url, deskTokens.shatian),
      bareDesk(relay.url, deskTokens.both),
    ])
    await relay.hears(liuhe, 'wkLIUHE', 'ENC1')
    await relay.hears(shatian, 'wkSHATIAN', 'ENC2')
    await soon(() => expect(both.news).toHaveLength(2))
    await soon(() => expect(other.news).toHaveLength(1))
    expect(one.news).toMatchObject([{ account: 'wkLIUHE', token: 'ENC1' }])
    expect(other.news).toMatchObject([{ account: 'wkSHATIAN', token: 'ENC2' }])
    expect(one.frames[0]).toMatchObject({ frame: 'welcome', corps: [liuhe.corpid] })
  })
  test('that comes within ten minutes hears the newest token of each of its accounts', async () => {
    const relay = await testRelay()
    await relay.hears(liuhe, 'wkA', 'ENCold')
    relay.now += minute
    await relay.hears(liuhe, 'wkA', 'ENCnew')
    await relay.hears(liuhe, 'wkB', 'ENCb')
    await relay.hears(shatian, 'wkC', 'ENCc')
    relay.now += 9 * minute
    const desk = await bareDesk(relay.url, deskTokens.liuhe)
    await soon(() => expect(desk.news).toHaveLength(2))
    expect(desk.news).toMatchObject([
      { account: 'wkA', token: 'ENCnew' },
      { account: 'wkB', token: 'ENCb' },
    ])
    relay.now += minute
    const late = await bareDesk(relay.url, deskTokens.liuhe)
    await relay.hears(liuhe, 'wkD', 'ENCd')
    await soon(() => expect(late.news).toMatchObject([{ account: 'wkD' }]))
  })
  test('that says more than a desk has to say is let go of', async () => {
    const relay = await testRelay()
    const desk = await bareDesk(relay.url, deskTokens.liuhe)
    desk.socket.send('x'.repeat(2_000))
    expect(await desk.closed).toBe(1009)
    const other = await bareDesk(relay.url, deskTokens.liuhe)
    other.socket.send('what is it?')
    await relay.hears(liuhe, 'wkA', 'ENC')
    await soon(() => expect(other.news).toHaveLength(1))
  })
  test('that is not heard of any more, or takes nothing, is let go of', async () => {
    let now = start
    const logged: string[] = []
    const { desks: entries } = relayConfig()
    const desks = new Desks({
      desks: entries,
      newest: new Newest(),
      now: () => now,
      log: (line) => void logged.push(line),
    })
    const server = createServer()
    server.on('upgrade', (request, socket, head) => desks.knock(request, socket, head))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(async () => {
      await desks.close()
      server.close()
    })
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const dead = await bareDesk(url, deskTokens.liuhe, false)
    const alive = await bareDesk(url, deskTokens.shatian)
    const stuck = await bareDesk(url, deskTokens.both)
    for (let beat = 0; beat < 3; beat += 1) {
      now += 10_000
      const answered = new Promise((resolve) => alive.socket.once('ping', resolve))
      desks.beat()
      await answered
      // Its own ping comes after its answer to ours.
      const after = new Promise((resolve) => alive.socket.once('pong', resolve))
      alive.socket.ping()
      await after
    }
    expect(await dead.closed).toBe(1006)
    expect([desks.count, logged.at(-1)]).toEqual([2, 'desk liuhe fell silent and was let go of'])
    stuck.socket.pause()
    const news: News = {
      kind: 'accounts',
      corpid: liuhe.corpid,
      added: ['wk'.repeat(32)],
      removed: [],
      at: 0,
    }
    for (let told = 0; told < 200_000 && desks.count === 2; told += 1) desks.tell(news)
    expect([desks.count, logged.at(-1)]).toEqual([1, 'desk both does not take its news and was let go of'])
  })
  test('may come a few times at once and not without end', async () => {
    const relay = await testRelay()
    for (let round = 0; round < 16; round += 1) await bareDesk(relay.url, deskTokens.liuhe)
    await expect(bareDesk(relay.url, deskTokens.liuhe)).rejects.toThrow('503')
    await bareDesk(relay.url, deskTokens.shatian)
  })
})

test('what is remembered stays bounded', () => {
  const replays = new Replays(10 * minute)
  const newest = new Newest()
  const told = (account: string, until: number): MessageNews => ({
    kind: 'messages',
    corpid: 'ww',
    account,
    token: 't',
    at: 0,
    until,
  })
  for (let index = 0; index < 120_000; index += 1) {
    expect(replays.first(`${index}`, start)).toBe(true)
    newest.keep(told(`wk${index}`, start + minute))
  }
  expect(replays.size).toBeLessThanOrEqual(100_001)
  expect(newest.size).toBe(10_000)
  expect(replays.first('119999', start + 19 * minute)).toBe(false)
  replays.first('later', start + 21 * minute)
  expect(replays.size).toBe(1)
  newest.forget(start + minute)
  expect(newest.size).toBe(0)
})
