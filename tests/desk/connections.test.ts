import { describe, expect, test } from 'vitest'
import { asking, connected, secret, settings } from '../support/connections.ts'
import { at } from '../support/console.ts'
import { entriesOf, minute } from '../support/station.ts'

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
