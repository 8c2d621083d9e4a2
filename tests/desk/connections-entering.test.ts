import { readFileSync } from 'node:fs'
import { rootCertificates } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { ApiRefused, Unreachable } from '../../src/channels/wecom/api-error.ts'
import { connected, day, secret, settings } from '../support/connections.ts'
import { at } from '../support/console.ts'
import { erase } from '../support/erasing.ts'
import { deskTokens, testRelay } from '../support/relay.ts'
import { entriesOf, screensFollowLedger } from '../support/station.ts'

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
