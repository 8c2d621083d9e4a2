import { describe, expect, test } from 'vitest'
import { type Callback, eventXml, messagesXml, notification, verification } from '../support/callbacks.ts'
import {
  bareDesk,
  deskTokens,
  liuhe,
  minute,
  pathOf,
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
