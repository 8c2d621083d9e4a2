import { describe, expect, test } from 'vitest'
import type { InboundEvent } from '../../src/channels/channel.ts'
import { messageTypes, sendFailures } from '../../src/channels/wecom/facts.ts'
import { inOrder } from '../../src/channels/wecom/in-order.ts'
import { readItem } from '../../src/channels/wecom/reading/item.ts'
import { rawBytes } from '../../src/channels/wecom/reading/raw.ts'

const openKfid = 'wkDESK0001'
const resident = 'wmRESIDENT01'
const sent = 1_700_000_000
const now = (sent + 60) * 1000
const read = (item: unknown) => readItem(item, { openKfid, now })

/** What a resident sent. */
const said = (msgtype: string, of: unknown, more: Record<string, unknown> = {}) => ({
  msgid: 'm1',
  open_kfid: openKfid,
  external_userid: resident,
  send_time: sent,
  origin: 3,
  msgtype,
  [msgtype]: of,
  ...more,
})
const happened = (event_type: string, of: Record<string, unknown>) => ({
  msgid: 'e1',
  send_time: sent,
  origin: 4,
  msgtype: 'event',
  event: { event_type, open_kfid: openKfid, external_userid: resident, ...of },
})
const one = (item: unknown): InboundEvent => {
  const events = read(item)
  expect(events).toHaveLength(1)
  return events[0]!
}
const message = (item: unknown) => {
  const event = one(item)
  if (event.event !== 'message') throw new Error(`not a message: ${event.event}`)
  return event
}

describe('what a resident sends', () => {
  test('words arrive with who said them and when, and nothing besides', () => {
    expect(one(said('text', { content: '有人在家吗' }))).toEqual({
      event: 'message',
      contact: { external: resident, name: '' },
      conversation: resident,
      external: 'm1',
      kind: 'text',
      text: '有人在家吗',
      title: null,
      image: null,
      sentAt: sent * 1000,
    })
  })

  test('a choice pressed in a menu says which one it was', () => {
    expect(message(said('text', { content: '报修', menu_id: 'repair' }))).toMatchObject({
      text: '报修',
      choice: 'repair',
    })
  })

  test.each([
    ['image', '[图片]'],
    ['voice', '[语音]'],
    ['video', '[视频]'],
    ['file', '[文件]'],
  ])('a file of kind %s is told with where to fetch it', (kind, text) => {
    expect(message(said(kind, { media_id: 'MEDIA1' }))).toMatchObject({
      kind,
      text,
      media: { kind, id: 'MEDIA1' },
    })
  })

  test('a picture without anything to fetch says so and is kept as it came', () => {
    const event = message(said('image', {}))
    expect(event.media).toBeUndefined()
    expect(event.text).toContain('没有内容可取')
    expect(event.raw).toContain('"m1"')
  })

  test('a place has its name, address and where it is', () => {
    const place = { latitude: 27.1, longitude: 111.03, name: '桃洪镇', address: '隆回县桃洪中路' }
    const event = message(said('location', place))
    expect(event).toMatchObject({ kind: 'location', text: '[位置] 桃洪镇\n隆回县桃洪中路', place })
    expect(message(said('location', { ...place, latitude: 500 }))).toMatchObject({
      text: '[位置] 桃洪镇\n隆回县桃洪中路',
      raw: expect.stringContaining('500'),
    })
    expect(message(said('location', { latitude: 27.1, longitude: 111.03 })).text).toBe('[位置] 27.1, 111.03')
  })

  test('a link has its title and leads where it says; one that a browser must not follow is only words', () => {
    const link = { title: '领取补贴', desc: '点击填写银行卡', url: 'https://bt.example/x', pic_url: 'p' }
    expect(message(said('link', link))).toMatchObject({
      kind: 'link',
      title: '领取补贴',
      url: 'https://bt.example/x',
      text: '[链接] 领取补贴\n点击填写银行卡\nhttps://bt.example/x',
    })
    const bad = message(said('link', { ...link, url: 'javascript:alert(1)' }))
    expect(bad.url).toBeUndefined()
    expect(bad.text).toContain('javascript:alert(1)')
  })

  test('cards, mini-programs, goods, orders and channels read as what they are', () => {
    expect(message(said('business_card', { userid: 'zhang' })).text).toBe('[名片] zhang')
    expect(message(said('miniprogram', { title: '挂号', appid: 'wx1' }))).toMatchObject({
      text: '[小程序] 挂号',
      title: '挂号',
      raw: expect.stringContaining('wx1'),
    })
    const product = { product_id: 'p', title: '电暖器', sales_price: '12990', shop_nickname: '小店' }
    expect(message(said('channels_shop_product', { ...product, head_img: 'https://x/1.jpg' }))).toMatchObject(
      {
        text: '[商品] 电暖器\n价格：¥129.90\n店铺：小店',
        raw: expect.stringContaining('https://x/1.jpg'),
      },
    )
    const order = {
      order_id: '371',
      product_titles: '电暖器',
      price_wording: '129.90元',
      state: '待发货',
      image_url: 'u',
      shop_nickname: '小店',
    }
    expect(message(said('channels_shop_order', order)).text).toBe(
      '[订单] 电暖器\n金额：129.90元\n状态：待发货\n店铺：小店\n订单号：371',
    )
    const channels = (sub_type: number) =>
      message(said('channels', { sub_type, nickname: '隆回微警', title: '防骗' })).text
    expect([channels(1), channels(2), channels(3), channels(9)]).toEqual([
      '[视频号动态] 隆回微警\n防骗',
      '[视频号直播] 隆回微警\n防骗',
      '[视频号名片] 隆回微警\n防骗',
      '[视频号] 隆回微警\n防骗',
    ])
  })

  test.each(['meeting', 'calendar', 'note'])('%s, of which nothing is told, is said to be there', (type) => {
    const event = message(said(type, undefined))
    expect(event.kind).toBe('unknown')
    expect(event.text).toContain('无法显示')
    expect(event.raw).toContain(type)
  })

  test('a forwarded chat is read line by line, what is inside of it too', () => {
    const inner = {
      title: '群聊',
      item: [
        {
          send_time: 1,
          msgtype: 'text',
          sender_name: '丙',
          msg_content: '{"msgtype":"text","text":{"content":"我不想活了"}}',
        },
      ],
    }
    const items = [
      { send_time: sent, msgtype: 'text', sender_name: '甲', msg_content: '{"text":{"content":"他欠我钱"}}' },
      { send_time: sent, msgtype: 'image', sender_name: '乙', msg_content: '{"image":{"media_id":"x"}}' },
      {
        send_time: sent,
        msgtype: 'merged_msg',
        sender_name: '丁',
        msg_content: JSON.stringify({ merged_msg: inner }),
      },
      { msgtype: 'text', msg_content: 'not json' },
    ]
    const event = message(said('merged_msg', { title: '甲和乙的聊天记录', item: items }))
    expect(event).toMatchObject({ kind: 'link', title: '甲和乙的聊天记录', raw: expect.anything() })
    expect(event.text.split('\n')).toEqual([
      '[聊天记录] 甲和乙的聊天记录',
      '甲：他欠我钱',
      '乙：[图片]',
      '丁：[聊天记录] 群聊',
      '丙：我不想活了',
      '（没有名字）：[空白消息]',
    ])
  })

  test('a chat forwarded in chats forwarded in chats is not followed to its end, and kept whole', () => {
    const forwarded = (depth: number): string =>
      JSON.stringify({
        merged_msg: {
          title: `第${depth}层`,
          item: [
            { msgtype: 'merged_msg', sender_name: '甲', msg_content: depth < 7 ? forwarded(depth + 1) : '' },
          ],
        },
      })
    const event = message(said('merged_msg', JSON.parse(forwarded(0)).merged_msg))
    expect(event.text).toContain('第3层')
    expect(event.text).not.toContain('第6层')
    expect(event.raw).toContain('第6层')
  })

  test('a menu shows its words and what can be pressed', () => {
    const menu = {
      head_content: '请选择',
      list: [
        { type: 'click', click: { id: 'a', content: '户口' } },
        { type: 'text', text: { content: '或者\\n看这里' } },
        { type: 'view', view: { url: 'https://x.example', content: '网上办' } },
      ],
      tail_content: '谢谢',
    }
    expect(message(said('msgmenu', menu))).toMatchObject({
      kind: 'text',
      text: '请选择\n· 户口\n或者\n看这里\n· 网上办\nhttps://x.example\n谢谢',
      menu: { head: '请选择', choices: [{ id: 'a', text: '户口' }], tail: '谢谢' },
    })
  })

  test('a type nobody knows yet is shown as one that cannot be shown, and kept whole', () => {
    expect(message(said('hologram', { depth: 3 }))).toMatchObject({
      kind: 'unknown',
      text: '[无法显示的消息] hologram',
      raw: JSON.stringify(said('hologram', { depth: 3 })),
    })
  })

  test('every type of the fact sheet is known', () => {
    for (const type of messageTypes.filter((known) => known !== 'event'))
      expect(message(said(type, {})).text).not.toContain('[无法显示的消息]')
  })

  test('the name of a built-in is no message type', () => {
    for (const type of ['constructor', '__proto__', 'toString'])
      expect(message(said(type, {})).kind).toBe('unknown')
  })
})

describe('who says it', () => {
  test('what a colleague types in the WeCom client is the desk’s own, with their name', () => {
    const event = one(said('text', { content: '我来处理' }, { origin: 5, servicer_userid: 'zhang' }))
    expect(event).toMatchObject({
      event: 'own',
      colleague: 'zhang',
      text: '我来处理',
      conversation: resident,
      external: 'm1',
    })
  })

  test('a message of an older form, without origin or open_kfid, is still the resident’s', () => {
    const { origin: _, open_kfid: __, ...older } = said('text', { content: '在吗' })
    expect(message(older)).toMatchObject({ text: '在吗', conversation: resident })
  })

  test('a notice of the channel itself is not taken for typed', () => {
    expect(message(said('text', { content: '文件过大' }, { origin: 4 })).kind).toBe('system')
  })

  test('a message of nobody, or of another account, is kept aside with the reason', () => {
    const { external_userid: _, ...nobody } = said('text', { content: 'x' })
    expect(one(nobody)).toMatchObject({ event: 'unreadable', reason: 'noResident', conversation: null })
    expect(one(said('text', { content: 'x' }, { open_kfid: 'wkOTHER' }))).toMatchObject({
      event: 'unreadable',
      reason: 'otherAccount',
      external: 'm1',
      conversation: resident,
    })
  })
})

describe('what happens', () => {
  test('a resident opening the conversation says by which link they came', () => {
    const event = one(
      happened('enter_session', {
        scene: 'door',
        scene_param: '3%E5%8F%B7%E6%A5%BC',
        welcome_code: 'WELCOME',
      }),
    )
    expect(event).toEqual({
      event: 'entered',
      contact: { external: resident, name: '' },
      scene: 'door',
      sceneText: '3号楼',
      code: 'WELCOME',
      external: 'e1',
      at: sent * 1000,
    })
    const [odd, aside] = read(happened('enter_session', { welcome_code: 'WELCOME', scene: ['door'] }))
    expect(odd).toMatchObject({ event: 'entered', code: 'WELCOME' })
    expect(aside).toMatchObject({ event: 'unreadable', raw: expect.stringContaining('door') })
    // With it somebody else could speak in the desk's name.
    expect(JSON.stringify(aside)).not.toContain('WELCOME')
    const channels = { wechat_channels: { scene: 1, nickname: '隆回微警' } }
    expect(one(happened('enter_session', channels))).toMatchObject({ sceneText: '来自视频号主页“隆回微警”' })
  })

  test.each(Object.values(sendFailures))('a send that failed says why: %s', (type) => {
    expect(one(happened('msg_send_fail', { fail_msgid: 'out1', fail_type: type }))).toEqual({
      event: 'sendFailed',
      external: 'out1',
      reason: `fail_${type}`,
      at: sent * 1000,
    })
  })

  test('a failure of a type nobody knows fails the message all the same, and is kept', () => {
    const [failed, kept] = read(happened('msg_send_fail', { fail_msgid: 'out1', fail_type: 77 }))
    expect(failed).toMatchObject({ event: 'sendFailed', reason: 'fail_0' })
    expect(kept).toMatchObject({ event: 'unreadable', reason: 'unknownValue' })
  })

  test.each([
    [1, 'colleague', 'li'],
    [2, 'colleague', 'li'],
    [3, 'ended', 'wang'],
    [4, 'colleague', 'li'],
  ])(
    'a session changed in the WeCom client (%s) says who serves the resident',
    (change, state, colleague) => {
      const change_type = { change_type: change, old_servicer_userid: 'wang', new_servicer_userid: 'li' }
      expect(one(happened('session_status_change', change_type))).toMatchObject({
        event: 'service',
        state,
        colleague,
        conversation: resident,
        external: 'e1',
      })
    },
  )

  test('recalls name what is recalled, by the resident and by a colleague', () => {
    const recall = { event: 'recall', external: 'm9', at: sent * 1000 }
    expect(one(happened('user_recall_msg', { recall_msgid: 'm9' }))).toEqual(recall)
    expect(one(happened('servicer_recall_msg', { recall_msgid: 'm9', servicer_userid: 'li' }))).toEqual(
      recall,
    )
  })

  test('a colleague begins, pauses or stops receiving', () => {
    const status = (status: number, stop_type?: number) =>
      one(happened('servicer_status_change', { servicer_userid: 'li', status, stop_type }))
    expect(status(1)).toMatchObject({ event: 'colleague', colleague: 'li', what: 'receiving', contact: null })
    expect(status(2, 0)).toMatchObject({ what: 'stopped' })
    expect(status(2, 1)).toMatchObject({ what: 'suspended' })
    expect(status(0)).toMatchObject({ event: 'unreadable', reason: 'unknownValue' })
  })

  test('a colleague shuts a resident out, and lets them in again', () => {
    const turned = (reject_switch: number) =>
      one(happened('reject_customer_msg_switch_change', { servicer_userid: 'li', reject_switch }))
    expect(turned(1)).toMatchObject({ what: 'shutOut', contact: { external: resident } })
    expect(turned(0)).toMatchObject({ what: 'letIn' })
    expect(turned(7)).toMatchObject({ event: 'unreadable' })
  })

  test('an event nobody knows is kept aside, as private as the resident’s conversation', () => {
    expect(one(happened('customer_waved', {}))).toMatchObject({
      event: 'unreadable',
      reason: 'unknownEvent',
      external: 'e1',
      conversation: resident,
      raw: expect.stringContaining('customer_waved'),
    })
  })

  test('an event that does not say what it is about is kept aside', () => {
    expect(one(happened('user_recall_msg', {}))).toMatchObject({ reason: 'incomplete' })
    expect(one(happened('msg_send_fail', { fail_type: 4 }))).toMatchObject({ reason: 'incomplete' })
  })
})

describe('what cannot be stored or shown as it came', () => {
  test('broken characters and NULs are taken out, and the message is kept as it came too', () => {
    const event = message(said('text', { content: 'a\uD800b\0c' }))
    expect(event.text).toBe('a\uFFFDbc')
    expect(event.raw).toContain('\\u0000')
    expect(event.text.isWellFormed() && event.raw?.isWellFormed()).toBe(true)
  })

  test('a text too long for the screen is cut there, between two characters, and kept whole', () => {
    const long = `x${'😀'.repeat(60_000)}end`
    const event = message(said('text', { content: long }))
    expect(event.text.length).toBeLessThanOrEqual(100_000)
    expect(event.text.isWellFormed()).toBe(true)
    expect(JSON.parse(event.raw!).text.content).toBe(long)
  })

  test('what is kept as it came has a limit, and says where it was cut', () => {
    const event = message(said('hologram', { data: '电'.repeat(100_000) }))
    expect(Buffer.byteLength(event.raw!)).toBeLessThanOrEqual(rawBytes)
    expect(event.raw).toMatch(/此截断，共 \d+ 字节】$/)
  })

  test('a time that cannot be is now, and the message is kept as it came', () => {
    for (const send_time of [undefined, -5, 0, 'soon', sent * 1000, Number.MAX_SAFE_INTEGER]) {
      const event = message(said('text', { content: 'x' }, { send_time }))
      expect(event.sentAt).toBe(now)
      expect(event.raw).toBeDefined()
    }
    expect(message(said('text', { content: 'x' }, { send_time: String(sent) })).sentAt).toBe(sent * 1000)
  })

  test('an id too long to be one is replaced by one that is as unlike all others', () => {
    const ids = ['a', 'b'].map((end) =>
      message(said('text', { content: 'x' }, { msgid: 'i'.repeat(500) + end })),
    )
    expect(ids[0]!.external!.length).toBeLessThanOrEqual(128)
    expect(ids[0]!.external).not.toBe(ids[1]!.external)
  })
})

describe('the order of a page', () => {
  const text = (msgid: string, at: number) => read(said('text', { content: msgid }, { msgid, send_time: at }))
  const recall = (of: string, at: number) =>
    read({ ...happened('user_recall_msg', { recall_msgid: of }), send_time: at })
  const names = (events: InboundEvent[]) => inOrder(events).map((event) => `${event.event} ${event.external}`)

  test('is WeCom’s time, and within a second the order of arrival', () => {
    expect(names([...text('c', sent + 2), ...text('a', sent), ...text('b', sent)])).toEqual([
      'message a',
      'message b',
      'message c',
    ])
  })

  test('puts a recall behind what it recalls, even where their times say otherwise', () => {
    expect(names([...recall('a', sent - 5), ...text('b', sent), ...text('a', sent + 1)])).toEqual([
      'message b',
      'message a',
      'recall a',
    ])
    expect(names([...recall('elsewhere', sent), ...text('a', sent + 1)])).toEqual([
      'recall elsewhere',
      'message a',
    ])
  })

  test('leaves what has no time behind what it arrived behind', () => {
    expect(names([...text('b', sent + 1), ...read('nonsense'), ...text('a', sent)])).toEqual([
      'message a',
      'message b',
      'unreadable null',
    ])
  })
})
