import { describe, expect, test } from 'vitest'
import { namelessName } from '../../src/desk/people/nameless.ts'
import { connected, says } from '../support/connections.ts'
import { at } from '../support/console.ts'
import { entriesOf, hour, iso, resident, testStation } from '../support/station.ts'
import { pretendedWecom } from '../support/wecom.ts'

/** What a connection must not be twice, and what of it outlasts a restart. */

const settings = {
  name: '县局企业微信',
  corpid: 'wwDUTYDESK00000001',
  apiBase: 'https://qyapi.weixin.qq.com',
  ca: null,
  proxy: null,
  relay: null,
}
const secret = 'a-secret-of-the-app'
const changed = { ...settings, ca: undefined, proxy: undefined, enabled: true }

async function office() {
  const wecom = pretendedWecom()
  const desk = await testStation({ wecom })
  return { wecom, desk, admin: await at(desk, 'guanli') }
}

describe('one app of one corp', () => {
  const taken = { code: 'already_there', what: 'app', id: settings.name }

  test('is connected once, whatever the second connection is called and by whichever address', async () => {
    const { desk, admin } = await office()
    await admin.call('connection.add', { ...settings, secret })
    const again = { ...settings, name: '再接一次', apiBase: 'https://proxy.example.gov.cn', secret }
    expect(await admin.refused('connection.add', again)).toEqual(taken)
    expect(entriesOf(desk.station, 'connection.added')).toHaveLength(1)
  })
  test('is another app with another secret, until it is given the secret of the first', async () => {
    const { admin } = await office()
    await admin.call('connection.add', { ...settings, secret })
    const other = { ...settings, name: '第二个应用' }
    const { id } = await admin.call('connection.add', { ...other, secret: 'the-secret-of-another' })
    const change = { ...changed, connection: id, name: other.name }
    expect(await admin.refused('connection.change', { ...change, secret })).toEqual(taken)
    await admin.call('connection.change', { ...change, secret: 'a-newer-secret-of-it' })
    // Its own, given once more, is no second one.
    await admin.call('connection.change', { ...change, name: '改名', secret: 'a-newer-secret-of-it' })
  })
  test('whose secret is not on this machine any more may be the same, and is taken to be', async () => {
    const { desk, admin } = await office()
    await admin.call('connection.add', { ...settings, secret })
    const [kept] = desk.station.views.connections.connections()
    await desk.station.options.secrets.set(kept!.kept.secret, '')
    const again = { ...settings, name: '再接一次', secret: 'who-knows-whether-the-same' }
    expect(await admin.refused('connection.add', again)).toEqual(taken)
  })
  test('has each 客服 account bound once, over all connections', async () => {
    const { admin } = await office()
    const { id } = await admin.call('connection.add', { ...settings, secret })
    const other = { ...settings, name: '第二个应用', secret: 'the-secret-of-another' }
    const second = await admin.call('connection.add', other)
    await admin.call('connection.bind', { connection: id, openKfid: 'wk1', name: '柳河客服' })
    const bind = { connection: second.id, openKfid: 'wk1', name: '柳河二' }
    expect(await admin.refused('connection.bind', bind)).toEqual({
      ...{ code: 'already_there', what: 'account', id: '柳河客服' },
    })
  })
})

describe('the last test of a connection', () => {
  const probes = [
    { step: 'token' as const, state: 'ok' as const, code: null, why: null },
    { step: 'contacts' as const, state: 'failed' as const, code: 48002, why: 'notPermitted' },
    { step: 'broadcasts' as const, state: 'skipped' as const, code: null, why: 'earlier' },
  ]
  const shown = async ({ desk }: Awaited<ReturnType<typeof office>>) => {
    const admin = await at(desk, 'guanli')
    return (await admin.call('connections.list', {}))[0]!
  }

  test('is shown with its time, after a restart too, and none before the first', async () => {
    const here = await office()
    const { id } = await here.admin.call('connection.add', { ...settings, secret })
    expect(await shown(here)).toMatchObject({ tested: null, capabilities: { contacts: { able: null } } })
    here.wecom.answerProbe = async () => ({ probes, accounts: [] })
    await here.admin.call('connection.test', { ...settings, connection: id })
    const then = iso(here.desk.now)
    here.desk.now += hour
    await here.desk.restart()
    expect(await shown(here)).toMatchObject({
      tested: { at: then, probes },
      capabilities: {
        contacts: { able: false, code: 48002, at: then },
        broadcasts: { able: null, at: null },
      },
    })
  })
  test('that was made before it was saved is the first of it; one with another address says nothing of it', async () => {
    const here = await office()
    here.wecom.answerProbe = async () => ({ probes, accounts: [] })
    await here.admin.call('connection.test', { ...settings, secret })
    const { id } = await here.admin.call('connection.add', { ...settings, secret })
    expect((await shown(here)).tested).toEqual({ at: iso(here.desk.now), probes })
    const elsewhere = { apiBase: 'https://gov.example.cn', secret }
    await here.admin.call('connection.change', { ...changed, ...elsewhere, connection: id })
    expect((await shown(here)).tested).toBeNull()
    // The next new connection begins without it.
    const other = { ...settings, name: '第二个', corpid: 'ww2', secret: 'the-secret-of-another' }
    await here.admin.call('connection.add', other)
    const admin = await at(here.desk, 'guanli')
    expect((await admin.call('connections.list', {})).map(({ tested }) => tested)).toEqual([null, null])
  })
  test('says nothing of a secret that came after it, unless that very secret was tried before it was saved', async () => {
    const here = await office()
    here.wecom.answerProbe = async () => ({ probes, accounts: [] })
    const proxy = 'http://proxy.example.cn:3128'
    const { id } = await here.admin.call('connection.add', { ...settings, proxy, secret })
    const testedAt = async () => (await shown(here)).tested?.at ?? null
    const trying = async (given: { secret?: string } = {}) => {
      here.desk.now += hour
      await here.admin.call('connection.test', { ...settings, ...given, connection: id })
      return iso(here.desk.now)
    }
    const saving = (given: { secret?: string; name?: string; proxy?: null }) =>
      here.admin.call('connection.change', { ...changed, ...given, connection: id })

    const first = await trying()
    expect(await testedAt()).toBe(first)
    await trying({ secret: 'typed-but-not-saved' })
    expect(await testedAt()).toBe(first)
    await saving({ name: '县局' })
    expect(await testedAt()).toBe(first)
    await saving({ secret: 'another-one-untried' })
    expect(await testedAt()).toBeNull()
    const second = await trying({ secret: 'a-third-one' })
    expect(await testedAt()).toBeNull()
    await saving({ secret: 'a-third-one' })
    expect(await testedAt()).toBe(second)
    await saving({ proxy: null })
    expect(await testedAt()).toBeNull()
  })
})

test('a resident with half a character in the address of their picture is named all the same', async () => {
  const { desk, wecom, account } = await connected()
  const { listener } = wecom
  listener.takeIn(account, [says('wmA0001', '一', desk.now)], 'c1')
  const odd = { name: '桂兰', avatar: 'https://wx.qlogo.cn/\ud800' }
  listener.profiles(account, [{ external: 'wmA0001', gender: 'unknown', ...odd }], [])
  expect(listener.nameless(account, 10)).toEqual([])
  const contact = desk.station.views.people.contactByExternal(account, 'wmA0001')!
  expect(desk.station.views.people.contact(contact)?.name).toBe('桂兰')
})

test('a resident whom WeCom would not name is asked for again when they write again, and once', async () => {
  const { wecom, desk, admin } = await office()
  const { id } = await admin.call('connection.add', { ...settings, secret })
  const { account } = await admin.call('connection.bind', {
    ...{ connection: id, openKfid: 'wk1', name: '柳河客服' },
  })
  const { listener } = wecom
  const writes = (text: string, external: string) =>
    listener.takeIn(
      account,
      [
        {
          ...resident({ from: external, text, at: desk.now, external: `m-${text}` }),
          contact: { external, name: '' },
        },
      ],
      text,
    )
  const name = () =>
    desk.station.views.people.contact(desk.station.views.people.contactByExternal(account, 'wmA0001')!)!.name
  writes('一', 'wmA0001')
  listener.profiles(account, [], ['wmA0001'])
  expect([name(), listener.nameless(account, 10)]).toEqual([namelessName('wmA0001'), []])
  writes('二', 'wmA0001')
  expect(listener.nameless(account, 10)).toEqual(['wmA0001'])
  listener.profiles(account, [], ['wmA0001'])
  expect(listener.nameless(account, 10)).toEqual([])
  writes('三', 'wmA0001')
  const told = { external: 'wmA0001', name: '桂兰', avatar: null, gender: 'unknown' as const }
  listener.profiles(account, [told], [])
  expect(name()).toBe('桂兰')
  expect(entriesOf(desk.station, 'contact.profiled')).toHaveLength(2)
  writes('四', 'wmA0001')
  expect(listener.nameless(account, 10)).toEqual([])
})
