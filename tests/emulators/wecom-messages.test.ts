import { describe, expect, it } from 'vitest'
import {
  account,
  ask,
  code,
  day,
  hour,
  type Item,
  minute,
  pull,
  resident,
  second,
  send,
  state,
  station,
  trans,
  wecom,
  writes,
} from './wecom/own-station.ts'

/** Messages to and from residents, as the emulator keeps them. */

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

  it('messages come at a pace, some recalled, all on record', async () => {
    const { id } = await wecom.control.bulk({
      accounts: station.accounts.map((one) => one.openKfid),
      customers: station.customers,
      messages: 60,
      perSecond: 600,
      images: 0.2,
      recalls: 0.2,
    })
    await expect.poll(async () => (await wecom.control.bulkState({ id })).done).toBe(true)
    const { recalls } = await wecom.control.bulkState({ id })
    const all = (
      await Promise.all(station.accounts.map((one) => wecom.control.arrivals({ account: one.openKfid })))
    ).flat()
    expect(all.filter((arrival) => arrival.n !== null)).toHaveLength(60)
    expect(all.filter((arrival) => arrival.recalled)).toHaveLength(recalls)
    expect(all.filter((arrival) => arrival.msgtype === 'event')).toHaveLength(recalls)
    expect(recalls).toBeGreaterThan(0)
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
