import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Station } from './wecom/acts/station.ts'
import { type Called, type Emulator, startEmulator } from './wecom/client.ts'
import { decrypt, encrypt, signature } from './wecom/crypto.ts'

/** The emulator keeps the rules of the fact sheet, so that what holds against it may hold against Tencent. */
const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

let wecom: Emulator
let station: Station
let account: string
let resident: string

beforeAll(async () => {
  wecom = await startEmulator({ seed: 5 })
})
afterAll(async () => {
  expect(wecom.complaints()).toBe('')
  await wecom.stop()
})

/** Each test has a corp of its own; the clock stands still. */
beforeEach(async () => {
  await wecom.control.setClock({ rate: 0 })
  await wecom.control.clearFaults()
  await wecom.control.settings({ failLater: false, dispatching: 0, broadcastQuota: null, callerIp: null })
  station = await wecom.control.station({ accounts: 2, customers: 3 })
  account = station.accounts[0]!.openKfid
  resident = station.customers[0]!
})

const ask = (path: string, body?: unknown, query: Record<string, string> = {}) =>
  wecom.call(`/cgi-bin/${path}`, { as: station, query, ...(body === undefined ? {} : { body }) })
const code = async (path: string, body?: unknown, query: Record<string, string> = {}) =>
  (await ask(path, body, query)).errcode
const gettoken = (query: Record<string, string> = {}) =>
  wecom.call('/cgi-bin/gettoken', { query: { corpid: station.corpid, corpsecret: station.secret, ...query } })
const send = (more: Record<string, unknown> = {}) =>
  ask('kf/send_msg', {
    touser: resident,
    open_kfid: account,
    msgtype: 'text',
    text: { content: '收到' },
    ...more,
  })
const writes = (text: string, more: Record<string, unknown> = {}) =>
  wecom.control.customerWrites({ account, customer: resident, text, ...more })

interface Item {
  msgid: string
  msgtype: string
  origin: number
  send_time: number
  open_kfid?: string
  text?: { content: string; menu_id?: string }
  event?: Record<string, unknown>
}
async function pull(more: Record<string, unknown> = {}): Promise<{ answer: Called; items: Item[] }> {
  const { token } = await wecom.control.syncToken({ account })
  const answer = await ask('kf/sync_msg', { open_kfid: account, token, ...more })
  return { answer, items: (answer.msg_list ?? []) as Item[] }
}
async function state(): Promise<unknown> {
  return (await ask('kf/service_state/get', { open_kfid: account, external_userid: resident })).service_state
}
const trans = (service_state: number, more: Record<string, unknown> = {}) =>
  ask('kf/service_state/trans', { open_kfid: account, external_userid: resident, service_state, ...more })

describe('encryption of callbacks', () => {
  const aesKey = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8'
  const corpid = 'wwDUTYDESK00000001'
  const prefix = Buffer.from('0123456789abcdef')
  const sign = (encrypted: string) => signature('QDG6eKDutyDeskTok01', '1700000000', '1597212914', encrypted)

  it('gives the vector of the fact sheet byte for byte', () => {
    const message =
      '<xml><ToUserName><![CDATA[wwDUTYDESK00000001]]></ToUserName><CreateTime>1700000000</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[kf_msg_or_event]]></Event><Token><![CDATA[ENCtoken]]></Token><OpenKfId><![CDATA[wkDESK0001]]></OpenKfId></xml>'
    const encrypted = encrypt(aesKey, corpid, message, prefix)
    expect(encrypted).toBe(
      '4j/AuRx71kQlxVlzbpsMWEkQvKdKmGqqW8WUsiLQLHE4rCmDjuExQNA9EqMafnFXw/RWyfATGiWNF41/jvN2VpE9vkpgzOOIbN1iOvisoZ+vAj3J1r3ZCLb1TnNwBprW7Mii73KFgs+30U8Vk5AQ/TymHnPsvcUuF0m9yq/FT0931cP7DsLoZS8OW+BuqlMs43y0VErN3ky1cbCP3jXzW7klDAqdcQ1LmWvSUmO71yHor5nVGm01P0cMBwZNG0Ynm8GRE1NRRpUoq7Ssa8+MwWzdW2dAkTD+eXoxSdCGahzRP4+6k4SF2somCIpvrmno9ZYBQm1ekRsjwWobkl6B11+gGpG6qVsBBoCk/BPAhZZtbX5p6Qn7wIkVAxrvRbyGaVPLzWLKrdFWGV+kE5Qat+aBSvHO1IsxolnG10oBOcw=',
    )
    expect(sign(encrypted)).toBe('2e2ee8dd3eb140f11c6e309d88778554d0f480f0')
    expect(decrypt(aesKey, encrypted)).toEqual({ message, receiveid: corpid })
  })

  it('and that of the address check', () => {
    const echostr = encrypt(aesKey, corpid, '4815162342', prefix)
    expect(echostr).toBe(
      '4j/AuRx71kQlxVlzbpsMWJYsaFnocQaATfzyRSIGfvHY487pxENntlE/BZMaI27HsD314k0Vidm7Xp83988ulw==',
    )
    expect(sign(echostr)).toBe('4feda1d92288a86100ece59eaa144110de4d8630')
  })
})

describe('tokens', () => {
  it('are the same until five minutes are left of two hours, and the older one stays good', async () => {
    const first = await gettoken()
    expect(first).toMatchObject({ errcode: 0, expires_in: 7200 })
    await wecom.control.advance({ ms: 2 * hour - 5 * minute - second })
    expect((await gettoken()).access_token).toBe(first.access_token)
    await wecom.control.advance({ ms: 2 * second })
    const later = await gettoken()
    expect(later.access_token).not.toBe(first.access_token)
    const listed = () =>
      wecom.call('/cgi-bin/kf/account/list', { query: { access_token: String(first.access_token) } })
    expect((await listed()).errcode).toBe(0)
    await wecom.control.advance({ ms: 5 * minute })
    expect(await listed()).toMatchObject({
      errcode: 42001,
      errmsg: expect.stringMatching(/^access_token expired, hint: \[/),
    })
  })

  it('tell wrong corp, wrong secret, secret of another corp, missing and broken apart', async () => {
    const other = await wecom.control.station()
    expect((await gettoken({ corpid: 'wwNOBODY' })).errcode).toBe(40013)
    expect((await gettoken({ corpsecret: 'no' })).errcode).toBe(40001)
    expect((await gettoken({ corpsecret: other.secret })).errcode).toBe(40091)
    expect((await wecom.call('/cgi-bin/kf/account/list')).errcode).toBe(41001)
    expect((await wecom.call('/cgi-bin/kf/account/list', { query: { access_token: 'x' } })).errcode).toBe(
      40014,
    )
  })

  it('end early, go bad, and with a new secret the old one is wrong', async () => {
    const list = async (token: unknown) =>
      (await wecom.call('/cgi-bin/kf/account/list', { query: { access_token: String(token) } })).errcode
    const { access_token: first } = await gettoken()
    expect(await list(first)).toBe(0)
    await wecom.control.failNext({ path: '/cgi-bin/kf/account/list', effect: { kind: 'tokenExpired' } })
    expect([await list(first), await list(first)]).toEqual([42001, 42001])
    const { access_token: next } = await gettoken()
    expect(await list(next)).toBe(0)
    await wecom.control.endTokens({ corpid: station.corpid, how: 'invalid' })
    expect(await list(next)).toBe(40014)
    await wecom.control.changeSecret({ corpid: station.corpid })
    expect((await gettoken()).errcode).toBe(40001)
  })
})

describe('who may call', () => {
  it.each([
    [{ allowedIps: ['203.0.113.9'] }, 60020],
    [{ enabled: false }, 50003],
    [{ kfAllowed: false }, 48002],
    [{ apiSwitch: false }, 95017],
    [{ grantedToProvider: true }, 95023],
    [{ standaloneSecret: true }, 95011],
  ])('%o is answered %i', async (switches, errcode) => {
    expect(await code('kf/account/list')).toBe(0)
    await wecom.control.switchApp({ corpid: station.corpid, ...switches })
    expect(await code('kf/account/list')).toBe(errcode)
  })

  it('an account is missing, malformed, unknown or of another app', async () => {
    const pullOf = (open_kfid?: unknown) => code('kf/sync_msg', { open_kfid })
    expect(await pullOf()).toBe(40058)
    expect(await pullOf('')).toBe(40058)
    expect(await pullOf('abc')).toBe(95000)
    expect(await pullOf('wkNOBODY')).toBe(95004)
    await wecom.control.manage({ account, managed: false })
    expect(await pullOf(account)).toBe(48007)
    expect((await ask('kf/account/list', {})).account_list).toMatchObject([
      { open_kfid: account, manage_privilege: false },
      { manage_privilege: true },
    ])
  })

  it('GET where POST is wanted, and what is no JSON', async () => {
    expect(await code('kf/sync_msg')).toBe(40058)
    const token = String((await gettoken()).access_token)
    const answer = await fetch(`${wecom.url}/cgi-bin/kf/sync_msg?access_token=${token}`, {
      method: 'POST',
      body: '{"a":',
    })
    expect(await answer.json()).toMatchObject({
      errcode: 40058,
      errmsg: expect.stringContaining('wrong json format'),
    })
  })

  it('servicers outside the visible range, unknown or added twice', async () => {
    await wecom.control.switchApp({ corpid: station.corpid, visible: ['officer1'] })
    const userid_list = ['officer1', 'officer2', 'nobody']
    expect((await ask('kf/servicer/add', { open_kfid: account, userid_list })).result_list).toMatchObject([
      { errcode: 0, errmsg: 'ignored' },
      { errcode: 60030 },
      { errcode: 40003 },
    ])
    await wecom.control.servicerStatus({ account, servicer: 'officer2', receiving: false, stopType: 1 })
    expect((await ask('kf/servicer/list', undefined, { open_kfid: account })).servicer_list).toEqual([
      { userid: 'officer1', status: 0 },
      { userid: 'officer2', status: 1, stop_type: 1 },
    ])
    expect((await pull()).items[0]?.event).toMatchObject({ status: 2, stop_type: 1 })
  })

  it('too often in a minute is refused for a minute', async () => {
    await wecom.control.limits({ perMinute: 3 })
    const codes: number[] = []
    for (let n = 0; n < 5; n++) codes.push(await code('kf/account/list'))
    await wecom.control.advance({ ms: minute })
    codes.push(await code('kf/account/list'))
    await wecom.control.limits({ perMinute: 10_000 })
    expect(codes).toEqual([0, 0, 0, 45009, 45009, 0])
  })
})

describe('sync_msg', () => {
  it('gives each message once, in order, page by page, and never what send_msg sent', async () => {
    await wecom.control.bulk({ accounts: [account], customers: [resident], messages: 2500 })
    await send()
    const pages: Item[][] = []
    let cursor: string | undefined
    for (let more = 1; more; ) {
      const { answer, items } = await pull(cursor ? { cursor } : {})
      pages.push(items)
      cursor = String(answer.next_cursor)
      expect(cursor.length).toBeLessThanOrEqual(64)
      more = Number(answer.has_more)
    }
    expect(pages.map((page) => page.length)).toEqual([1000, 1000, 500])
    expect(pages.flat().map((item) => Number(/#(\d+)/.exec(item.text!.content)![1]))).toEqual(
      Array.from({ length: 2500 }, (_, n) => n + 1),
    )
    expect(new Set(pages.flat().map((item) => item.msgid)).size).toBe(2500)
    expect((await pull({ cursor })).items).toEqual([])
  })

  it('binds a cursor to its account', async () => {
    const { answer } = await pull()
    const open_kfid = station.accounts[1]!.openKfid
    expect(await code('kf/sync_msg', { open_kfid, cursor: answer.next_cursor })).toBe(40058)
    expect((await pull({ cursor: 'made-up' })).answer.errcode).toBe(40058)
  })

  it('keeps three days', async () => {
    const { answer } = await pull()
    await writes('一')
    await wecom.control.advance({ ms: 2 * day })
    await writes('二')
    await wecom.control.advance({ ms: day })
    for (const more of [{}, { cursor: answer.next_cursor }])
      expect((await pull(more)).items.map((item) => item.text?.content)).toEqual(['二'])
  })

  it('without a good token is refused at the tenth call in a minute, and for a minute', async () => {
    const tokenless = async (more = {}) => code('kf/sync_msg', { open_kfid: account, ...more })
    const codes: number[] = []
    for (let n = 0; n < 8; n++) codes.push(await tokenless())
    codes.push(await tokenless({ token: 'ENCwrong' }), await tokenless(), await tokenless())
    expect(codes).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 95007, 45009, 45009])
    expect((await pull()).answer.errcode).toBe(0)
    await wecom.control.advance({ ms: minute })
    expect(await tokenless()).toBe(0)
  })

  it('takes the token of a callback for ten minutes, on all pages of its account', async () => {
    const { token } = await wecom.control.syncToken({ account })
    const pullWith = () => code('kf/sync_msg', { open_kfid: account, token })
    for (let n = 0; n < 12; n++) expect(await pullWith()).toBe(0)
    await wecom.control.advance({ ms: 10 * minute })
    expect(await pullWith()).toBe(95007)
  })

  it('events name account and customer inside only; unknown kinds and broken items come as they are', async () => {
    await wecom.control.customerEnters({ account, customer: resident })
    await wecom.control.customerWrites({
      account,
      customer: resident,
      msgtype: 'hologram',
      payload: { depth: 3 },
    })
    await wecom.control.customerWrites({ account, customer: resident, rawJson: '{"msgtype":17}' })
    const { items } = await pull()
    expect(Object.keys(items[0]!)).toEqual(['msgid', 'send_time', 'origin', 'msgtype', 'event'])
    expect(items[0]).toMatchObject({ origin: 4, event: { open_kfid: account, external_userid: resident } })
    expect(items[1]).toMatchObject({
      msgtype: 'hologram',
      hologram: { depth: 3 },
      origin: 3,
      open_kfid: account,
    })
    expect(items[2]).toEqual({ msgtype: 17 })
  })

  it('misbehaves when told to: a page twice, an empty page with more, any order, short pages', async () => {
    await wecom.control.bulk({ accounts: [account], customers: station.customers, messages: 30 })
    const failNext = (effect: Parameters<typeof wecom.control.failNext>[0]['effect']) =>
      wecom.control.failNext({ path: '/cgi-bin/kf/sync_msg', effect })
    await failNext({ kind: 'emptyPage' })
    expect(await pull()).toMatchObject({ answer: { has_more: 1 }, items: [] })
    await failNext({ kind: 'shortPage', most: 10 })
    const first = await pull()
    expect([first.items.length, first.answer.has_more]).toEqual([10, 1])
    await failNext({ kind: 'repeatPage' })
    const again = await pull({ cursor: first.answer.next_cursor })
    expect(again.items).toEqual(first.items)
    expect(again.answer.next_cursor).toBe(first.answer.next_cursor)
    await failNext({ kind: 'reorder' })
    const rest = await pull({ cursor: again.answer.next_cursor })
    const texts = rest.items.map((item) => item.text!.content)
    expect(texts).not.toEqual([...texts].sort())
    for (const customer of station.customers) {
      const own = texts
        .filter((text) => text.includes(customer))
        .map((text) => Number(/#(\d+)/.exec(text)![1]))
      expect(own).toEqual([...own].sort((a, b) => a - b))
    }
  })
})

describe('sending', () => {
  it('five messages, then 95001 until the customer writes or presses a menu', async () => {
    await writes('在吗')
    const menu = { head_content: '请选择', list: [{ type: 'click', click: { id: '101', content: '户籍' } }] }
    const codes: number[] = []
    for (let n = 0; n < 5; n++) codes.push((await send({ msgid: `m${n}` })).errcode)
    expect((await send()).errcode).toBe(95001)
    await wecom.control.customerEnters({ account, customer: resident })
    expect((await send()).errcode).toBe(95001)
    await writes('还在吗')
    expect((await send({ msgtype: 'msgmenu', msgmenu: menu })).errcode).toBe(0)
    await wecom.control.customerClicks({ account, customer: resident, id: '101' })
    expect((await pull()).items.at(-1)?.text).toEqual({ content: '户籍', menu_id: '101' })
    expect(codes).toEqual([0, 0, 0, 0, 0])
    expect(await wecom.control.session({ account, customer: resident })).toMatchObject({
      sentInWindow: 0,
      state: 1,
    })
  })

  it('after 48 hours 95002, and the session has ended without an event', async () => {
    await writes('在吗')
    await wecom.control.advance({ ms: 48 * hour })
    expect((await send()).errcode).toBe(0)
    await wecom.control.advance({ ms: 1 })
    expect((await send()).errcode).toBe(95002)
    expect(await state()).toBe(4)
    expect((await pull()).items).toHaveLength(1)
  })

  it('a msgid is one message in an account, and every asking is counted', async () => {
    await writes('在吗')
    expect(await send({ msgid: 'one' })).toMatchObject({ errcode: 0, msgid: 'one' })
    expect((await send({ msgid: 'one' })).errcode).toBe(40058)
    for (const msgid of ['', 'a b', 'x'.repeat(33)]) expect((await send({ msgid })).errcode).toBe(40058)
    expect(await wecom.control.sent({ customer: resident })).toMatchObject([{ msgid: 'one', asked: 2 }])
  })

  it('refuses what it cannot send, and cuts long text', async () => {
    await writes('在吗')
    expect((await send({ touser: 'wmNOBODY' })).errcode).toBe(40096)
    expect((await send({ touser: undefined })).errcode).toBe(40063)
    expect((await send({ text: { content: '' } })).errcode).toBe(44004)
    expect((await send({ msgtype: 'sticker' })).errcode).toBe(40008)
    expect((await send({ msgtype: 'image', image: { media_id: 'no' } })).errcode).toBe(40007)
    const click = { type: 'click', click: { content: '好' } }
    const menuOf = (list: unknown[]) => send({ msgtype: 'msgmenu', msgmenu: { list } })
    expect((await menuOf(Array(11).fill(click))).errcode).toBe(95008)
    expect((await menuOf([{ type: 'dial' }])).errcode).toBe(95009)
    expect((await send({ msgtype: 'location', location: { latitude: 91, longitude: 0 } })).errcode).toBe(
      40058,
    )
    expect((await send({ text: { content: '长'.repeat(700) } })).errcode).toBe(0)
    expect((await wecom.control.sent({ customer: resident }))[0]?.content).toEqual({
      content: '长'.repeat(682),
    })
  })

  it('accepted is not delivered: a failure comes as an event', async () => {
    await writes('在吗')
    await wecom.control.customerRejects({ account, customer: resident })
    await send({ msgid: 'r1' })
    await wecom.control.failNext({
      path: '/cgi-bin/kf/send_msg',
      effect: { kind: 'failLater', failType: 13 },
    })
    await wecom.control.settings({ failLater: true })
    await send({ msgid: 'r2' })
    await wecom.control.advance({ ms: 49 * hour })
    expect((await send({ msgid: 'r3' })).errcode).toBe(0)
    await expect
      .poll(async () =>
        (await pull()).items
          .filter((item) => item.event?.event_type === 'msg_send_fail')
          .map((item) => [item.event?.fail_msgid, item.event?.fail_type]),
      )
      .toEqual([
        ['r1', 10],
        ['r2', 13],
        ['r3', 4],
      ])
  })

  it('a welcome code serves once within twenty seconds, others while the session stays as it was', async () => {
    const reply = (given: unknown, more = {}) =>
      code('kf/send_msg_on_event', { code: given, msgtype: 'text', text: { content: '您好' }, ...more })
    const enters = async (customer: string) =>
      (await wecom.control.customerEnters({ account, customer })).welcomeCode
    const first = await enters(resident)
    expect([await reply(first), await reply(first)]).toEqual([0, 41050])
    expect(await enters(resident)).toBeNull()
    const late = await enters(station.customers[1]!)
    await wecom.control.advance({ ms: 20 * second })
    expect(await reply(late)).toBe(41050)
    await writes('在吗')
    const { msg_code: pooled } = await trans(2)
    expect(await reply(pooled, { msgtype: 'msgmenu', msgmenu: { list: [] } })).toBe(40008)
    await trans(3, { servicer_userid: 'officer1' })
    expect(await reply(pooled)).toBe(41050)
    expect(await wecom.control.session({ account, customer: resident })).toMatchObject({ sentInWindow: 0 })
  })
})

describe('sessions', () => {
  it('0 with the first word, 1 with the first answer, 2 and 3 refuse sending, 4 until the customer writes', async () => {
    expect(await state()).toBe(4)
    expect((await send()).errcode).toBe(95013)
    await writes('在吗')
    expect(await state()).toBe(0)
    await send()
    expect(await state()).toBe(1)
    expect(await trans(2)).toMatchObject({ errcode: 0, msg_code: expect.any(String) })
    expect((await send()).errcode).toBe(95018)
    expect((await trans(1)).errcode).toBe(95016)
    expect((await trans(3, { servicer_userid: 'nobody' })).errcode).toBe(95014)
    await wecom.control.servicerStatus({ account, servicer: 'officer2', receiving: false })
    expect((await trans(3, { servicer_userid: 'officer2' })).errcode).toBe(95019)
    expect((await trans(3, { servicer_userid: 'officer1' })).errcode).toBe(0)
    expect((await send()).errcode).toBe(95018)
    expect((await trans(1)).errcode).toBe(95016)
    expect((await trans(4)).errcode).toBe(0)
    expect((await trans(1)).errcode).toBe(95013)
    await writes('还有一事')
    expect(await state()).toBe(0)
    const changes = (await pull()).items.filter((item) => item.event?.event_type === 'session_status_change')
    expect(changes).toEqual([])
  })

  it('what colleagues do in the WeCom client comes as events and as messages of origin 5', async () => {
    await writes('在吗')
    const who = { account, customer: resident, servicer: 'officer1' }
    await wecom.control.servicerPicksUp(who)
    await wecom.control.servicerWrites({ ...who, text: '我来处理' })
    await wecom.control.servicerTransfers({ ...who, to: 'officer2' })
    await wecom.control.servicerEnds({ ...who, servicer: 'officer2' })
    await wecom.control.servicerWrites({ ...who, text: '补充一句' })
    const { items } = await pull()
    expect(items.flatMap((item) => item.event?.change_type ?? [])).toEqual([1, 2, 3, 4])
    expect(items.filter((item) => item.origin === 5)).toMatchObject([
      { servicer_userid: 'officer1', text: { content: '我来处理' } },
      { text: { content: '补充一句' } },
    ])
    expect(items[1]?.event).toMatchObject({ new_servicer_userid: 'officer1', msg_code: expect.any(String) })
    expect(items[3]?.event).toMatchObject({
      old_servicer_userid: 'officer1',
      new_servicer_userid: 'officer2',
    })
    expect(await state()).toBe(3)
  })

  it('profiles are given for 48 hours after the last word', async () => {
    const profiles = () =>
      ask('kf/customer/batchget', { external_userid_list: [resident], need_enter_session_context: 1 })
    expect((await profiles()).invalid_external_userid).toEqual([resident])
    await wecom.control.customerEnters({ account, customer: resident, scene: 'village3' })
    expect((await profiles()).customer_list).toMatchObject([
      { external_userid: resident, enter_session_context: { scene: 'village3' } },
    ])
    await wecom.control.advance({ ms: 48 * hour + 1 })
    expect((await profiles()).customer_list).toEqual([])
    const tooMany = { external_userid_list: Array(101).fill(resident) }
    expect(await code('kf/customer/batchget', tooMany)).toBe(40058)
  })
})

describe('media', () => {
  async function upload(type: string, bytes: Uint8Array<ArrayBuffer>, name = '照片 1.png'): Promise<Called> {
    const form = new FormData()
    form.set('media', new File([bytes], name))
    const token = String((await gettoken()).access_token)
    const url = `${wecom.url}/cgi-bin/media/upload?access_token=${token}&type=${type}`
    return (await (await fetch(url, { method: 'POST', body: form })).json()) as Called
  }
  const get = async (media_id: string, range?: string) =>
    fetch(
      `${wecom.url}/cgi-bin/media/get?access_token=${(await gettoken()).access_token}&media_id=${media_id}`,
      {
        headers: range ? { range } : {},
      },
    )
  const filled = (start: string, size: number) => {
    const bytes = new Uint8Array(size)
    bytes.set(Buffer.from(start, 'latin1'))
    return bytes
  }
  const MiB = 1024 * 1024

  it('limits of size and kind when uploading', async () => {
    expect((await upload('photo', filled('\x89PNG', 100))).errcode).toBe(40005)
    expect((await upload('file', filled('', 0))).errcode).toBe(44001)
    expect((await upload('file', filled('', 5))).errcode).toBe(40006)
    expect((await upload('image', filled('GIF89a', 100))).errcode).toBe(40123)
    expect((await upload('image', filled('\x89PNG', 10 * MiB + 1))).errcode).toBe(45001)
    expect((await upload('voice', filled('RIFF', 100))).errcode).toBe(301017)
    expect((await upload('voice', filled('#!AMR\n', 6 + 61 * 50 * 13))).errcode).toBe(45007)
    const sent = await upload('image', filled('\x89PNG', 1000))
    expect(sent).toMatchObject({ errcode: 0, type: 'image', created_at: expect.any(String) })
    await writes('在吗')
    expect((await send({ msgtype: 'image', image: { media_id: sent.media_id } })).errcode).toBe(0)
    const back = await get(String(sent.media_id))
    expect(Buffer.from(back.headers.get('content-disposition') ?? '', 'latin1').toString()).toContain(
      '照片 1.png',
    )
    await wecom.control.advance({ ms: 3 * day + 1 })
    expect((await (await get(String(sent.media_id))).json()).errcode).toBe(40007)
  })

  it('large files in pieces only, encrypted ones in pieces of sixteen bytes', async () => {
    const file = (size: number, encrypted: boolean) =>
      wecom.control.customerWrites({ account, customer: resident, file: { kind: 'file', size, encrypted } })
    const { mediaId } = await file(1000, true)
    const piece = await get(mediaId!, 'bytes=0-511')
    expect([piece.status, piece.headers.get('content-range')]).toEqual([206, 'bytes 0-511/1000'])
    expect((await (await get(mediaId!, 'bytes=0-99')).json()).errcode).toBe(40058)
    expect((await get(mediaId!, 'bytes=512-999')).status).toBe(206)
    const { mediaId: tooLarge } = await file(20 * MiB + 1, false)
    expect(tooLarge).toBeNull()
    expect((await pull()).items.at(-1)?.msgtype).toBe('text')
  })
})

describe('callbacks', () => {
  let relay: Server
  let bodies: string[]
  let answers: (number | 'silence')[]

  beforeEach(async () => {
    bodies = []
    answers = []
    relay = createServer((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        bodies.push(Buffer.concat(parts).toString())
        const status = answers.shift() ?? 200
        if (status !== 'silence') response.writeHead(status).end('success')
      })
    })
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(relay.address() as AddressInfo).port}/callback`
    station.callback = await wecom.control.setCallback({ corpid: station.corpid, url })
    await wecom.control.callbackSettings({ retryAfter: 10, answerWithin: 200, coalesce: 0 })
    await wecom.control.clearLedgers()
    return () => relay.closeAllConnections()
  })

  it('tell of news with a token that opens sync_msg, and nothing of the message', async () => {
    await writes('秘密')
    await wecom.control.callbacksDone()
    const encrypted = /<Encrypt><!\[CDATA\[(.+)\]\]>/.exec(bodies[0]!)![1]!
    const { message, receiveid } = decrypt(station.callback!.aesKey, encrypted)
    expect(receiveid).toBe(station.corpid)
    expect(message).toContain(`<OpenKfId><![CDATA[${account}]]>`)
    expect(message).not.toContain('秘密')
    const token = /<Token><!\[CDATA\[(.+?)\]\]>/.exec(message)![1]
    expect(await code('kf/sync_msg', { open_kfid: account, token })).toBe(0)
    expect((await wecom.control.calls({ last: 1 }))[0]).toMatchObject({ tokenless: false })
  })

  it('are tried three times when not answered in time', async () => {
    answers = [500, 'silence', 500, 200]
    await writes('在吗')
    await wecom.control.callbacksDone()
    const results = (await wecom.control.callbacks()).map((record) => record.result)
    expect(results).toEqual([500, 'timeout', 500])
  })

  it('can be lost, told twice, or told together', async () => {
    await wecom.control.failNext({ effect: { kind: 'dropCallback' } })
    await writes('一')
    await wecom.control.failNext({ effect: { kind: 'duplicateCallback' } })
    await writes('二')
    await wecom.control.callbacksDone()
    expect(bodies).toHaveLength(2)
    await wecom.control.callbackSettings({ coalesce: 50 })
    for (const text of ['三', '四', '五']) await writes(text)
    await wecom.control.callbacksDone()
    expect(bodies).toHaveLength(3)
  })

  it('the address check wants the bare plaintext back', async () => {
    expect(await wecom.control.verifyCallback({ corpid: station.corpid })).toMatchObject({
      ok: false,
      answer: 'success',
    })
  })
})

describe('客户联系', () => {
  const friend = () =>
    wecom.control.befriend({
      corpid: station.corpid,
      userid: 'officer1',
      customer: resident,
      remark: '三组王',
    })

  it('knows only friends: 84061 for others, 48002 for an app that may not', async () => {
    const get = () => ask('externalcontact/get', undefined, { external_userid: resident })
    expect((await get()).errcode).toBe(84061)
    expect(await ask('externalcontact/list', undefined, { userid: 'officer1' })).toMatchObject({
      errcode: 84061,
      external_userid: [],
    })
    await friend()
    expect(await get()).toMatchObject({ follow_user: [{ userid: 'officer1', remark: '三组王' }] })
    await wecom.control.switchApp({ corpid: station.corpid, contactsAllowed: false })
    expect((await get()).errcode).toBe(48002)
  })

  it('remarks and tags, of the own making only', async () => {
    await friend()
    const who = { userid: 'officer1', external_userid: resident }
    expect(await code('externalcontact/remark', who)).toBe(40063)
    expect(await code('externalcontact/remark', { ...who, remark: '长'.repeat(21) })).toBe(40058)
    expect(await code('externalcontact/remark', { ...who, remark: '四组王', remark_mobiles: [''] })).toBe(0)
    const { tag_group: made } = await ask('externalcontact/add_corp_tag', {
      group_name: '关注',
      tag: [{ name: '独居' }, { name: '独居' }, { name: '低保', order: 5 }],
    })
    const tags = (made as { tag: { id: string; name: string }[] }).tag
    expect(tags.map((tag) => tag.name)).toEqual(['低保', '独居'])
    expect(await code('externalcontact/mark_tag', { ...who, add_tag: [tags[0]!.id] })).toBe(0)
    expect(await code('externalcontact/mark_tag', { ...who, add_tag: ['etNONE'] })).toBe(40068)
    const { external_contact_list } = await ask('externalcontact/batch/get_by_user', {
      userid_list: ['officer1'],
    })
    expect(external_contact_list).toMatchObject([
      { follow_info: { remark: '四组王', tag_id: [tags[0]!.id] } },
    ])
    const foreign = await wecom.control.addTagGroup({ corpid: station.corpid, name: '总部', tags: ['重点'] })
    expect(await code('externalcontact/del_corp_tag', { group_id: [foreign.groupId] })).toBe(81011)
    expect(await code('externalcontact/del_corp_tag', { tag_id: tags.map((tag) => tag.id) })).toBe(0)
    const { tag_group: left } = await ask('externalcontact/get_corp_tag_list', {})
    expect((left as { group_name: string }[]).map((group) => group.group_name)).toEqual(['总部'])
  })

  it('a 群发 is a task until the officer confirms, and reaches each customer as often as allowed', async () => {
    await friend()
    await wecom.control.settings({ dispatching: 1000, broadcastQuota: 1 })
    const make = () =>
      ask('externalcontact/add_msg_template', {
        external_userid: [resident, station.customers[1]],
        text: { content: '停水通知' },
      })
    const results = async (msgid: unknown) => {
      const { send_list } = await ask('externalcontact/get_groupmsg_send_result', {
        msgid,
        userid: 'officer1',
      })
      return (send_list as { status: number }[]).map((one) => one.status)
    }
    const first = await make()
    expect(first.fail_list).toEqual([station.customers[1]])
    expect(await code('externalcontact/get_groupmsg_task', { msgid: first.msgid })).toBe(41063)
    await wecom.control.advance({ ms: 1000 })
    expect((await ask('externalcontact/get_groupmsg_task', { msgid: first.msgid })).task_list).toEqual([
      { userid: 'officer1', status: 0 },
    ])
    expect(await results(first.msgid)).toEqual([0])
    await wecom.control.confirmBroadcast({ corpid: station.corpid, msgid: String(first.msgid) })
    expect(await results(first.msgid)).toEqual([1])
    const later = await make()
    await wecom.control.advance({ ms: 1000 })
    await wecom.control.confirmBroadcast({ corpid: station.corpid, msgid: String(later.msgid) })
    expect(await results(later.msgid)).toEqual([3])
    expect(await code('externalcontact/cancel_groupmsg_send', { msgid: later.msgid })).toBe(0)
    expect(await code('externalcontact/remind_groupmsg_send', { msgid: later.msgid })).toBe(41093)
    expect(await code('externalcontact/get_groupmsg_task', { msgid: 'msgNONE' })).toBe(41047)
  })
})

describe('faults', () => {
  const path = '/cgi-bin/kf/send_msg'

  it('a connection torn before or after the work was done', async () => {
    await writes('在吗')
    for (const done of [false, true]) {
      await wecom.control.failNext({ path, effect: { kind: 'reset', done } })
      await expect(send({ msgid: `torn-${done}` })).rejects.toThrow()
    }
    expect((await wecom.control.sent({ customer: resident })).map((sent) => sent.msgid)).toEqual([
      'torn-true',
    ])
    expect((await wecom.control.calls({ path, last: 2 })).map((call) => call.done)).toEqual([false, true])
  })

  it('no answer, half an answer, no JSON, an error of the server, any code', async () => {
    await writes('在吗')
    await wecom.control.failNext({ path, effect: { kind: 'truncated' } })
    await expect(send()).rejects.toThrow()
    await wecom.control.failNext({ path, effect: { kind: 'garbage' } })
    await expect(send()).rejects.toThrow()
    await wecom.control.failNext({ path, effect: { kind: 'http', status: 500 } })
    await expect(send()).rejects.toThrow()
    await wecom.control.failNext({ path, effect: { kind: 'error', errcode: -1, done: true } })
    expect((await send()).errcode).toBe(-1)
    await wecom.control.failNext({ path, effect: { kind: 'silent' } })
    const waited = await Promise.race([send(), new Promise((resolve) => setTimeout(resolve, 100, 'nothing'))])
    expect(waited).toBe('nothing')
    const outcomes = (await wecom.control.calls({ path, last: 5 })).map((call) => call.outcome)
    expect(outcomes).toEqual(['truncated', 'garbage', 'http', 'answered', 'silent'])
    expect(await wecom.control.sent({ customer: resident })).toHaveLength(2)
  })

  it('strike by chance, the same way for the same seed', async () => {
    await wecom.control.addFault({
      path: '/cgi-bin/kf/*',
      chance: 0.3,
      effect: { kind: 'error', errcode: 45033 },
    })
    const run = async () => {
      await wecom.control.seed({ seed: 11 })
      const codes: number[] = []
      for (let n = 0; n < 30; n++) codes.push(await code('kf/account/list'))
      return codes
    }
    const first = await run()
    expect(first).toContain(45033)
    expect(first).toContain(0)
    expect(await run()).toEqual(first)
  })

  it('more than five sync_msg of an app at once', async () => {
    await wecom.control.failNext({
      path: '/cgi-bin/kf/sync_msg',
      times: 7,
      effect: { kind: 'latency', ms: 100 },
    })
    const all = await Promise.all(Array.from({ length: 7 }, () => pull()))
    expect(all.filter(({ answer }) => answer.errcode === 45033).length).toBeGreaterThan(0)
    expect((await pull()).answer.errcode).toBe(0)
  })
})
