import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { MessageNews, News } from '../../src/channels/wecom/relay-wire.ts'
import { callerOf } from '../../src/hosts/relay/callers.ts'
import { Desks } from '../../src/hosts/relay/desks.ts'
import { Newest } from '../../src/hosts/relay/newest.ts'
import { Replays } from '../../src/hosts/relay/replays.ts'
import { type Callback, eventXml, messagesXml, notification, verification } from '../support/callbacks.ts'
import {
  ask,
  bareDesk,
  deskTokens,
  liuhe,
  minute,
  pathOf,
  relayConfig,
  shatian,
  soon,
  start,
  testRelay,
} from '../support/relay.ts'

const message = messagesXml('wkLIUHE0001', 'ENCplanted', start)
const genuine = () => notification(liuhe, message, start)

describe('an address being verified', () => {
  test('is answered with the bare plaintext, well within a second', async () => {
    const relay = await testRelay()
    const before = performance.now()
    const reply = await relay.ask(`${pathOf(liuhe)}?${verification(liuhe, '4815162342', start)}`)
    expect(reply).toEqual({ status: 200, body: '4815162342' })
    expect(performance.now() - before).toBeLessThan(1_000)
  })
  test('may hold plus signs as they are', async () => {
    const relay = await testRelay()
    // Random bytes: some of so many have a plus sign.
    for (let round = 0; round < 20; round += 1) {
      const query = verification(liuhe, `echo ${round}`, start).replaceAll('%2B', '+')
      expect(await relay.ask(`${pathOf(liuhe)}?${query}`)).toEqual({ status: 200, body: `echo ${round}` })
    }
  })
  test.each([
    ['of another corp', () => verification(shatian, '1', start), 403],
    ['of another corp with our keys', () => verification({ ...liuhe, corpid: 'wwOTHER' }, '1', start), 403],
    ['eleven minutes old', () => verification(liuhe, '1', start - 11 * minute), 403],
    ['eleven minutes ahead', () => verification(liuhe, '1', start + 11 * minute), 403],
    ['without its echostr', () => verification(liuhe, '1', start).replace(/&echostr=.*/, ''), 400],
    ['with two nonces', () => `${verification(liuhe, '1', start)}&nonce=1`, 400],
    ['of nothing', () => '', 400],
    // Somebody wrote a callback down and wants to know what is in it.
    ['that is a callback', () => verification(liuhe, message, start), 400],
  ])('%s is refused and told nothing', async (_, query, status) => {
    const relay = await testRelay()
    expect(await relay.ask(`${pathOf(liuhe)}?${query()}`)).toEqual({ status, body: '' })
  })
})

describe('a callback', () => {
  test('is acknowledged and told to the desk: account, token, and how long that is good', async () => {
    const relay = await testRelay()
    const desk = await bareDesk(relay.url, deskTokens.liuhe)
    expect(await relay.post(genuine())).toEqual({ status: 200, body: 'success' })
    await soon(() =>
      expect(desk.news).toEqual([
        {
          kind: 'messages',
          corpid: liuhe.corpid,
          account: 'wkLIUHE0001',
          token: 'ENCplanted',
          at: start,
          until: start + 10 * minute,
        },
      ]),
    )
  })
  test('that comes three times is acknowledged three times and told once', async () => {
    const relay = await testRelay()
    const desk = await bareDesk(relay.url, deskTokens.liuhe)
    const callback = genuine()
    for (let round = 0; round < 3; round += 1) {
      expect(await relay.post(callback)).toEqual({ status: 200, body: 'success' })
    }
    await relay.hears(liuhe, 'wkLAST', 'ENClast')
    await soon(() => expect(desk.news.at(-1)).toMatchObject({ account: 'wkLAST' }))
    expect(desk.news).toHaveLength(2)
    expect(relay.relay.counted).toEqual({ callbacks: 2, repeated: 2, refused: 0 })
  })
  test('is told once though it comes again when the window is nearly over, and refused after it', async () => {
    const relay = await testRelay()
    const callback = notification(liuhe, message, start + 9 * minute)
    expect((await relay.post(callback)).status).toBe(200)
    relay.now += 18 * minute
    expect((await relay.post(callback)).status).toBe(200)
    relay.now += 2 * minute
    expect((await relay.post(callback)).status).toBe(403)
    expect(relay.relay.counted).toEqual({ callbacks: 1, repeated: 1, refused: 1 })
  })
  test('as old as its token comes without it, so that the desk does not show a dead one', async () => {
    const relay = await testRelay()
    const desk = await bareDesk(relay.url, deskTokens.liuhe)
    await relay.post(notification(liuhe, messagesXml('wkA', 'ENCdead', start - 10 * minute), start))
    await relay.post(notification(liuhe, messagesXml('wkB', 'ENCdying', start - 9 * minute), start))
    await soon(() => expect(desk.news).toHaveLength(2))
    expect(desk.news).toMatchObject([
      { account: 'wkA', token: null },
      { account: 'wkB', token: 'ENCdying', until: start + minute },
    ])
  })
  test('with fields missing, as in old copies, stands for all accounts of the corp', async () => {
    const relay = await testRelay()
    const desk = await bareDesk(relay.url, deskTokens.liuhe)
    await relay.post(notification(liuhe, eventXml('kf_msg_or_event', {}), start))
    await relay.post(notification(liuhe, messagesXml('k'.repeat(65), 't'.repeat(129), start), start))
    await soon(() => expect(desk.news).toHaveLength(2))
    for (const told of desk.news) {
      expect(told).toMatchObject({ kind: 'messages', corpid: liuhe.corpid, account: null, token: null })
    }
  })
  test.each([
    [
      eventXml('kf_account_auth_change', {
        AuthAddOpenKfId: ['wkNEW1', 'wkNEW2', ''],
        AuthDelOpenKfId: ['wkGONE'],
      }),
      { kind: 'accounts', added: ['wkNEW1', 'wkNEW2'], removed: ['wkGONE'] },
    ],
    [eventXml('kf_account_auth_change', {}), { kind: 'accounts', added: [], removed: [] }],
    [
      eventXml('change_external_contact', {
        ChangeType: 'edit_external_contact',
        UserID: 'zhangsan',
        ExternalUserID: 'wmRESIDENT',
        WelcomeCode: 'CODEplanted',
        State: 'somewhere',
      }),
      {
        kind: 'contacts',
        change: 'edit_external_contact',
        ids: { userid: 'zhangsan', external: 'wmRESIDENT' },
      },
    ],
    [
      eventXml('change_external_tag', { ChangeType: 'update', Id: 'etTAG', TagType: 'tag' }),
      { kind: 'tags', change: 'update', ids: { id: 'etTAG', type: 'tag' } },
    ],
  ])('of another kind is told by its ids and nothing else: %#', async (xml, told) => {
    const relay = await testRelay()
    const desk = await bareDesk(relay.url, deskTokens.liuhe)
    await relay.post(notification(liuhe, xml, start))
    await soon(() => expect(desk.news).toEqual([{ ...told, corpid: liuhe.corpid, at: start }]))
  })
  test.each([
    ['a word written to the app', '<xml><MsgType>text</MsgType><Content>planted words</Content></xml>'],
    ['an event desks have no use for', eventXml('enter_agent', { Content: 'planted words' })],
    ['what is not XML', '{"planted":"words"}'],
    ['nothing', ''],
    ['a declared entity', `<!DOCTYPE x [<!ENTITY e "planted words">]>${message}`],
  ])('%s is acknowledged, told to nobody and written nowhere', async (_, plaintext) => {
    const relay = await testRelay()
    const desk = await bareDesk(relay.url, deskTokens.liuhe)
    expect(await relay.post(notification(liuhe, plaintext, start))).toEqual({ status: 200, body: 'success' })
    await relay.hears(liuhe, 'wkLAST', 'ENClast')
    await soon(() => expect(desk.news).toHaveLength(1))
    expect(relay.logged.join('\n')).not.toContain('planted')
  })
})

describe('not taken for a callback:', () => {
  const cases: [string, () => Callback, number][] = [
    ['one of another corp', () => notification(shatian, message, start), 403],
    ['one meant for another corp', () => notification({ ...liuhe, corpid: 'wwOTHER' }, message, start), 403],
    ['one signed with another Token', () => notification({ ...liuhe, token: 'x' }, message, start), 403],
    ['one of another key', () => notification({ ...liuhe, aesKey: shatian.aesKey }, message, start), 403],
    ['one of last hour', () => notification(liuhe, message, start - 60 * minute), 403],
    ['one of next hour', () => notification(liuhe, message, start + 60 * minute), 403],
    ['another body', () => ({ ...genuine(), body: genuine().body }), 403],
    ['no body', () => ({ ...genuine(), body: '' }), 400],
    ['no XML', () => ({ ...genuine(), body: '{}' }), 400],
    ['XML without an Encrypt', () => ({ ...genuine(), body: '<xml><A>1</A></xml>' }), 400],
    ['no signature', () => ({ ...genuine(), query: 'timestamp=1&nonce=1' }), 400],
    ['a body in UTF-16', () => ({ ...genuine(), body: '\ufeff<\u0000x\u0000' }), 400],
  ]
  test.each(cases)('%s', async (_, callback, status) => {
    const relay = await testRelay()
    expect(await relay.post(callback())).toEqual({ status, body: '' })
    expect(relay.relay.counted).toEqual({ callbacks: 0, repeated: 0, refused: 1 })
  })
  test('more than 64 KB, whether it says so before or not', async () => {
    const relay = await testRelay()
    const { query } = genuine()
    const body = `<xml><Encrypt>${'A'.repeat(70_000)}</Encrypt></xml>`
    expect((await relay.post({ query, body })).status).toBe(413)
    const chunked = await relay.post({ query, body }, liuhe, { 'transfer-encoding': 'chunked' })
    expect(chunked.status).toBe(413)
    expect((await relay.post(genuine())).status).toBe(200)
  })
  test('other methods, other places', async () => {
    const relay = await testRelay()
    expect((await relay.ask(pathOf(liuhe), { method: 'PUT' })).status).toBe(405)
    for (const path of ['/', '/wecom', '/wecom/liuhe/', '/desk', '/../etc/passwd', '/%00']) {
      expect((await relay.ask(path)).status, path).toBe(404)
    }
    expect((await relay.ask('//')).status).toBe(400)
  })
})

describe('who sends much that is not genuine', () => {
  const bad = { query: 'msg_signature=1', body: '' }
  const from = (address: string) => ({ 'x-forwarded-for': address })
  test('is not listened to for a minute, and others are', async () => {
    const relay = await testRelay()
    for (let round = 0; round < 20; round += 1) {
      expect((await relay.post(bad, liuhe, from('203.0.113.9'))).status).toBe(400)
    }
    expect((await relay.post(genuine(), liuhe, from('203.0.113.9'))).status).toBe(429)
    expect((await relay.post(genuine(), liuhe, from('203.0.113.10'))).status).toBe(200)
    // What a caller writes in front of the address his proxy saw does not help him.
    expect((await relay.post(genuine(), liuhe, from('198.51.100.1, 203.0.113.9'))).status).toBe(429)
    relay.now += minute
    expect((await relay.post(genuine(), liuhe, from('203.0.113.9'))).status).toBe(200)
    expect(relay.logged.join('\n')).toContain('203.0.113.9 is not listened to for a minute')
  })
  test('behind a proxy that does not say for whom it asks, nobody is shut out', async () => {
    const relay = await testRelay()
    for (let round = 0; round < 40; round += 1) await relay.post(bad)
    expect((await relay.post(genuine())).status).toBe(200)
  })
  test('does not fill the log', async () => {
    const relay = await testRelay()
    for (let round = 0; round < 300; round += 1) await relay.post(bad)
    expect(relay.logged.length).toBeLessThan(5)
  })
  test('is known by his address, of IPv6 by its network', () => {
    const caller = (remoteAddress: string, forwarded?: string) =>
      callerOf({ socket: { remoteAddress }, headers: forwarded ? { 'x-forwarded-for': forwarded } : {} }, [
        '127.0.0.1',
        '10.0.0.2',
      ])
    expect(caller('203.0.113.9', '198.51.100.1')).toBe('203.0.113.9')
    expect(caller('::ffff:203.0.113.9')).toBe('203.0.113.9')
    expect(caller('127.0.0.1', '203.0.113.9, 10.0.0.2')).toBe('203.0.113.9')
    expect(caller('::ffff:127.0.0.1', 'no address')).toBeNull()
    expect(caller('127.0.0.1')).toBeNull()
    expect(caller('2001:db8:0:7:1:2:3:4')).toBe('2001:db8:0:7::/64')
    expect(caller('2001:db8::7:1:2:3:4')).toBe('2001:db8:0:7::/64')
    expect(caller('2001:db8::1')).toBe('2001:db8:0:0::/64')
    expect(caller('fe80::1%eth0')).toBe('fe80:0:0:0::/64')
    expect(caller('::1')).toBe('0:0:0:0::/64')
  })
})

describe('slow and broken callers', () => {
  const raw = (port: number, ...parts: string[]) =>
    new Promise<string>((resolve) => {
      let heard = ''
      const socket = connect(port, '127.0.0.1', () => {
        for (const part of parts) socket.write(part)
      })
      socket.on('data', (data) => {
        heard += data
      })
      socket.on('error', () => {})
      socket.on('close', () => resolve(heard))
    })
  test('who never ends his request is let go of, and nobody else notices', async () => {
    const relay = await testRelay({ patience: 1_000 })
    const slow = [
      raw(relay.port, 'POST /wecom/liuhe HTTP/1.1\r\nHost: x\r\n'),
      raw(relay.port, 'POST /wecom/liuhe HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n<xml>'),
    ]
    expect((await relay.post(genuine())).status).toBe(200)
    const before = performance.now()
    expect(await Promise.all(slow)).toEqual([
      expect.stringContaining('HTTP/1.1 408'),
      expect.stringContaining('HTTP/1.1 408'),
    ])
    expect(performance.now() - before).toBeLessThan(10_000)
  })
  test('who announces too much is answered before he sends it', async () => {
    const relay = await testRelay()
    const { query } = genuine()
    const head = `POST /wecom/liuhe?${query} HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n`
    expect(await raw(relay.port, head)).toContain('HTTP/1.1 413')
  })
  test('what is not HTTP ends nothing', async () => {
    const relay = await testRelay()
    for (const bytes of ['\0\0\0', 'GET / HTTP/9.9\r\n\r\n', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n\r\n`]) {
      await raw(relay.port, bytes)
    }
    for (let round = 0; round < 50; round += 1) {
      const socket = connect(relay.port, '127.0.0.1', () => {
        socket.write('GET /desk HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
        socket.resetAndDestroy()
      })
      socket.on('error', () => {})
      await new Promise((resolve) => socket.on('close', resolve))
    }
    expect((await relay.post(genuine())).status).toBe(200)
  })
})

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

test('/health says whether it runs, and nothing that is secret', async () => {
  const relay = await testRelay()
  await bareDesk(relay.url, deskTokens.liuhe)
  await relay.post(genuine())
  const { status, body } = await relay.ask('/health')
  expect(status).toBe(200)
  expect(JSON.parse(body)).toEqual({
    status: 'ok',
    version: expect.any(String),
    desks: 1,
    callbacks: 1,
    repeated: 0,
    refused: 0,
  })
})
