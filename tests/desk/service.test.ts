import { describe, expect, test } from 'vitest'
import type { SendResult } from '../../src/channels/channel.ts'
import { ApiRefused, Unreachable } from '../../src/channels/wecom/api-error.ts'
import { errorCodes } from '../../src/channels/wecom/error-codes.ts'
import { pressingSql } from '../../src/desk/service/view.ts'
import { takeIn } from '../../src/desk/threads/inbound.ts'
import { at } from '../support/console.ts'
import {
  entriesOf,
  hour,
  iso,
  minute,
  monday,
  resident,
  screensFollowLedger,
  village,
} from '../support/station.ts'
import { kf, linked, served, typed, type WecomVillage, wang, wecomVillage } from '../support/wecom-village.ts'

const refusedBy = (reason: string, learnt?: 'windowSpent' | 'windowExpired' | 'elsewhere'): SendResult => ({
  sent: false,
  retry: 'never',
  reason,
  ...(learnt ? { learnt } : {}),
})

const windowOf = async ({ zhang }: WecomVillage, thread: string) =>
  (await zhang.call('thread.get', { thread })).window

async function answer({ zhang }: WecomVillage, thread: string, text = '马上到') {
  const { lastSeq } = await zhang.call('thread.get', { thread })
  return zhang.call('thread.answer', { thread, text, seen: lastSeq })
}
async function whyNot({ zhang }: WecomVillage, thread: string, text = '马上到') {
  const { lastSeq } = await zhang.call('thread.get', { thread })
  return zhang.refused('thread.answer', { thread, text, seen: lastSeq })
}

describe('the reply window', () => {
  test('is shown with the thread, and goes down with each answer', async () => {
    const at = await wecomVillage()
    const thread = at.hears()
    expect(await windowOf(at, thread)).toEqual({
      state: 'open',
      left: 5,
      of: 5,
      until: iso(monday + 48 * hour),
    })
    await answer(at, thread)
    expect(await windowOf(at, thread)).toMatchObject({ state: 'open', left: 4 })
    await at.settled()
    expect(await windowOf(at, thread)).toMatchObject({ left: 4 })
    expect(screensFollowLedger(at.desk.station)).toBe(true)
  })
  test('is none on channels that set no bounds', async () => {
    const at = await wecomVillage()
    const thread = at.desk.hears({ text: '在吗', account: village })
    expect(await windowOf(at, thread)).toBeNull()
  })
  test('spent, an answer is refused before it is queued, and the draft stays', async () => {
    const at = await wecomVillage()
    const thread = at.hears()
    for (let n = 0; n < 5; n += 1) await answer(at, thread, `第${n}条`)
    await at.zhang.call('thread.draft', { thread, text: '第六条' })
    expect(await whyNot(at, thread)).toEqual({
      code: 'window_closed',
      window: { state: 'spent', left: 0, of: 5, until: null },
    })
    await at.settled()
    expect(at.sent).toHaveLength(5)
    expect((await at.zhang.call('thread.get', { thread })).draft).toBe('第六条')
    at.hears('还在吗', { at: monday + minute })
    await answer(at, thread, '第六条')
    expect(await windowOf(at, thread)).toMatchObject({ left: 4 })
  })
  test('is opened anew by a click on a menu, and by nothing the system says', async () => {
    const at = await wecomVillage()
    const thread = at.hears()
    await at.later(49 * hour)
    at.takesIn({ ...resident({ from: wang, text: '系统提示', at: at.desk.now }), kind: 'system' })
    expect(await windowOf(at, thread)).toMatchObject({ state: 'expired' })
    at.hears('办居住证', { choice: 'residence' })
    expect(await windowOf(at, thread)).toMatchObject({ state: 'open', left: 5 })
  })
  test('is not opened by a resident who only opens the conversation: that is on record, and makes no thread', async () => {
    const at = await wecomVillage()
    at.takesIn({
      event: 'entered',
      contact: { external: wang, name: '' },
      scene: 'qr',
      sceneText: '三组墙上',
      external: 'enter-1',
      at: monday,
    })
    const [entered] = entriesOf(at.desk.station, 'contact.entered')
    expect(entriesOf(at.desk.station, 'thread.opened')).toEqual([])
    expect(at.desk.station.views.service.window(entered!.subject).heardAt).toBeNull()
    expect(JSON.stringify(entered)).not.toContain('三组')
  })
  test('is not used up by what colleagues type in the WeCom client', async () => {
    const at = await wecomVillage()
    const thread = at.hears()
    at.takesIn(typed('我来', monday + minute), served('ended', monday + 2 * minute))
    at.hears('好', { at: monday + 3 * minute })
    expect(await windowOf(at, thread)).toMatchObject({ left: 5 })
  })
  test('learns from a refusal: the next answer is not even tried', async () => {
    const at = await wecomVillage()
    at.send = async () => refusedBy('windowSpent', 'windowSpent')
    const thread = at.hears()
    await answer(at, thread)
    await at.settled()
    expect(await windowOf(at, thread)).toMatchObject({ state: 'spent' })
    expect(await whyNot(at, thread)).toMatchObject({ code: 'window_closed' })
    expect(entriesOf(at.desk.station, 'message.failed')).toMatchObject([
      { data: { reason: 'windowSpent', learnt: 'windowSpent' } },
    ])
  })
  test('a text of more than 2048 bytes is refused with how long it is', async () => {
    const at = await wecomVillage()
    const thread = at.hears()
    expect(await whyNot(at, thread, '警'.repeat(700))).toEqual({
      code: 'too_long',
      mostBytes: 2048,
      bytes: 2100,
    })
    await answer(at, thread, '警'.repeat(682))
  })
})

describe('every way of writing to a resident asks first', () => {
  /** Nothing may be sent to this resident any more; the thread waits, and Zhang holds it. */
  async function shut() {
    const at = await wecomVillage()
    const thread = at.hears()
    await at.zhang.call('thread.claim', { thread })
    await at.later(49 * hour)
    const { lastSeq } = await at.zhang.call('thread.get', { thread })
    const closed = { code: 'window_closed', window: { state: 'expired', left: 0, of: 5, until: null } }
    return { ...at, thread, seen: lastSeq, closed }
  }
  test('telling of a delay', async () => {
    const { zhang, thread, seen, closed } = await shut()
    expect(await zhang.refused('thread.tellDelay', { thread, text: '请稍候', seen })).toEqual(closed)
  })
  test('a message with choices', async () => {
    const { zhang, thread, seen, closed } = await shut()
    const menu = { head: '办哪一项', choices: [{ id: 'a', text: '落户' }], tail: '' }
    expect(await zhang.refused('thread.send', { thread, seen, what: { kind: 'menu', menu } })).toEqual(closed)
  })
  test('one answer to many: those who cannot be reached are left, with the reason; the others get it', async () => {
    const at = await shut()
    const other = at.hears('停水了吗', { from: 'wmLI' })
    const { lastSeq } = await at.zhang.call('thread.get', { thread: other })
    const { common } = await at.zhang.call('common.open', { title: '停水', threads: [at.thread, other] })
    const asked = [
      { thread: at.thread, seen: at.seen },
      { thread: other, seen: lastSeq },
    ]
    const told = await at.zhang.call('common.answer', { common, text: '六点来水', seen: asked, close: false })
    expect(told).toEqual({ done: [other], left: [{ thread: at.thread, refusal: at.closed }] })
  })
  test('being told that a desk has taken it up: the desk can still take it up without a word', async () => {
    const { desk, zhang, thread, seen, closed } = await shut()
    const daiban = await at(desk, 'daiban')
    const { escalation } = await zhang.call('thread.escalate', {
      thread,
      desk: 'mediation',
      level: 'red',
      reason: '纠纷',
      private: false,
    })
    const tell = { text: '已受理', seen }
    expect(await daiban.refused('escalation.accept', { escalation, tell })).toEqual(closed)
    await daiban.call('escalation.accept', { escalation })
  })
  test('a warning of fraud, in the thread there is and as a first word', async () => {
    const { desk, zhang, thread, seen, closed } = await shut()
    const { contact } = await zhang.call('thread.get', { thread })
    const about = { name: '王', phone: null, type: 'loan', source: null, note: null } as const
    const { warning } = await zhang.call('warning.enter', { ...about, contact })
    expect(await zhang.refused('warning.messaged', { warning, text: '别转账', by: 'thread', seen })).toEqual(
      closed,
    )

    desk.station.channels.serve({ kind: 'sandbox', send: async () => ({ sent: true }) })
    const silent = { external: 'wmNEW', name: '' }
    const came = { scene: '', sceneText: '', external: null, at: desk.now }
    takeIn(desk.station, kf, [{ event: 'entered', contact: silent, ...came }])
    const fresh = desk.station.views.people.contactByExternal(kf, 'wmNEW')
    const { warning: first } = await zhang.call('warning.enter', { ...about, contact: fresh })
    expect(
      await zhang.refused('warning.messaged', { warning: first, text: '别转账', by: 'thread', seen: 1 }),
    ).toMatchObject({ code: 'window_closed', window: { state: 'unwritten' } })
  })
  test('a first word in private after a group', async () => {
    const { takesIn, zhang, desk } = await shut()
    const said = resident({ from: 'wmLI', text: '我家的事', at: desk.now })
    const { threads } = takesIn({
      ...said,
      conversation: 'wrGROUP',
      group: { external: 'wrGROUP', name: '柳河群' },
    })
    const thread = threads[0] as string
    const { lastSeq: seen } = await zhang.call('thread.get', { thread })
    const moving = { thread, message: seen, seen, line: '已经单独联系' }
    expect(await zhang.refused('group.moveToPrivate', { ...moving, greeting: '您好' })).toMatchObject({
      code: 'window_closed',
    })
    await zhang.call('group.moveToPrivate', moving)
  })
  test('sending a failed message again', async () => {
    const at = await wecomVillage()
    at.send = async () => refusedBy('fail_0')
    const thread = at.hears()
    const { seq } = await answer(at, thread)
    await at.settled()
    await at.later(49 * hour)
    expect(await at.zhang.refused('message.retry', { thread, seq })).toMatchObject({ code: 'window_closed' })
  })
})

describe('a colleague who answers in the WeCom client', () => {
  test('is shown on the list and the thread, and nothing is sent over their head', async () => {
    const at = await wecomVillage()
    const thread = at.hears()
    at.takesIn(served('colleague', monday + minute))
    const since = iso(monday + minute)
    expect(await at.zhang.call('thread.get', { thread })).toMatchObject({
      servedElsewhere: true,
      servedBy: { colleague: 'wanghong', user: null, name: 'wanghong', since },
      holder: null,
    })
    const { rows } = await at.zhang.call('threads.list', { queue: 'all', offset: 0, limit: 10 })
    expect(rows).toMatchObject([{ id: thread, servedElsewhere: true }])
    expect(await whyNot(at, thread)).toEqual({
      code: 'served_elsewhere',
      colleague: 'wanghong',
      name: 'wanghong',
      since,
    })
    expect(entriesOf(at.desk.station, 'service.changed')).toMatchObject([
      { subject: thread, data: { state: 'colleague', colleague: 'wanghong', user: null, at: since } },
    ])
  })
  test('is known by what they type, under their own name', async () => {
    const at = await wecomVillage()
    const thread = at.hears()
    at.takesIn(typed('您好，我来处理', monday + minute))
    expect(await whyNot(at, thread)).toMatchObject({ code: 'served_elsewhere', colleague: 'wanghong' })
    const { items } = await at.zhang.call('thread.timeline', { thread, limit: 10 })
    expect(items.at(-1)).toMatchObject({ authorName: 'wanghong', author: 'wecom:wanghong', fromClient: true })
  })
  test('once they have ended it, the next word is the resident’s, and then the desk may answer', async () => {
    const at = await wecomVillage()
    const thread = at.hears()
    at.takesIn(served('colleague', monday + minute), served('ended', monday + 2 * minute))
    expect(await at.zhang.call('thread.get', { thread })).toMatchObject({
      servedBy: null,
      servedElsewhere: false,
      window: { state: 'ended' },
    })
    expect(await whyNot(at, thread)).toMatchObject({ code: 'window_closed', window: { state: 'ended' } })
    at.hears('还有一事', { at: monday + 3 * minute })
    await answer(at, thread)
    expect(screensFollowLedger(at.desk.station)).toBe(true)
  })
  test('what is told late changes nothing: neither a word typed before the end, nor an older turn', async () => {
    const at = await wecomVillage()
    const thread = at.hears()
    at.takesIn(served('colleague', monday + minute), served('ended', monday + 5 * minute))
    at.takesIn(typed('再见', monday + 5 * minute), served('colleague', monday + 2 * minute, 'zhaomin'))
    expect(await at.zhang.call('thread.get', { thread })).toMatchObject({ servedBy: null })
    at.takesIn(typed('我又来了', monday + 6 * minute))
    expect(await at.zhang.call('thread.get', { thread })).toMatchObject({
      servedBy: { colleague: 'wanghong' },
    })
  })
  test('48 hours without a word end it silently', async () => {
    const at = await wecomVillage()
    const thread = at.hears()
    at.takesIn(served('colleague', monday + minute))
    at.hears('嗯', { at: monday + hour })
    await at.later(49 * hour - 1)
    expect(await at.zhang.call('thread.get', { thread })).toMatchObject({ servedElsewhere: true })
    at.desk.now += 1
    expect(await at.zhang.call('thread.get', { thread })).toMatchObject({
      servedElsewhere: false,
      servedBy: null,
    })
    at.hears('两天后又来', { at: at.desk.now })
    await answer(at, thread)
  })
  test('of a resident without a thread is remembered, and holds when they write', async () => {
    const at = await wecomVillage()
    at.takesIn(served('colleague', monday))
    expect(entriesOf(at.desk.station, 'thread.opened', 'service.changed')).toEqual([])
    expect(entriesOf(at.desk.station, 'contact.served')).toMatchObject([{ data: { colleague: 'wanghong' } }])
    const thread = at.hears()
    expect(await whyNot(at, thread)).toMatchObject({ code: 'served_elsewhere' })
    expect(screensFollowLedger(at.desk.station)).toBe(true)
  })
  test('told twice is told once', async () => {
    const at = await wecomVillage()
    at.hears()
    at.takesIn(served('colleague', monday + minute))
    at.takesIn(served('colleague', monday + minute))
    expect(entriesOf(at.desk.station, 'service.changed')).toHaveLength(1)
  })
  test('takes back what they typed: it is marked so, and no alarm is raised', async () => {
    const at = await wecomVillage()
    const thread = at.hears()
    at.takesIn(typed('我不想活了', monday + minute))
    at.takesIn({ event: 'recall', external: `typed-${monday + minute}`, at: monday + 2 * minute })
    const { items } = await at.zhang.call('thread.timeline', { thread, limit: 10 })
    expect(items.at(-1)).toMatchObject({ text: '我不想活了', recalledAt: iso(monday + 2 * minute) })
    expect(entriesOf(at.desk.station, 'message.recalled')).toMatchObject([{ data: { side: 'desk' } }])
    expect(entriesOf(at.desk.station, 'alarm.raised')).toEqual([])
  })
  test('begins and stops receiving: on record, by their account', async () => {
    const at = await wecomVillage()
    at.takesIn(
      {
        event: 'colleague',
        colleague: 'wanghong',
        what: 'stopped',
        contact: null,
        external: 'c1',
        at: monday,
      },
      {
        event: 'colleague',
        colleague: 'wanghong',
        what: 'shutOut',
        contact: { external: wang, name: '' },
        external: 'c2',
        at: monday,
      },
    )
    const [added] = entriesOf(at.desk.station, 'contact.added')
    expect(entriesOf(at.desk.station, 'colleague.changed')).toMatchObject([
      { subject: kf, data: { colleague: 'wanghong', what: 'stopped', contact: null } },
      { subject: kf, data: { colleague: 'wanghong', what: 'shutOut', contact: added!.subject } },
    ])
  })
})

describe('a colleague who is an officer of this desk', () => {
  test('picks up a free thread there and holds it here, in one commit', async () => {
    const at = await wecomVillage()
    linked(at, 'lixiuying', 'li')
    const thread = at.hears()
    const { size } = at.desk.station.ledger.head()
    at.takesIn(served('colleague', monday + minute, 'lixiuying'))
    expect(at.desk.station.ledger.head().size).toBe(size + 2)
    expect(await at.zhang.call('thread.get', { thread })).toMatchObject({
      holder: 'li',
      holderName: '李秀英',
      servedBy: { colleague: 'lixiuying', user: 'li', name: '李秀英' },
    })
    expect(entriesOf(at.desk.station, 'thread.claimed')).toMatchObject([
      { actor: { user: kf, role: 'channel' }, data: { holder: 'li', via: 'wecom' } },
    ])
  })
  test('does so too by typing; what they type is theirs', async () => {
    const at = await wecomVillage()
    linked(at, 'lixiuying', 'li')
    const thread = at.hears()
    at.takesIn(typed('我来', monday + minute, 'lixiuying'))
    const { items } = await at.zhang.call('thread.timeline', { thread, limit: 10 })
    expect(items.at(-2)).toMatchObject({ author: 'li', authorName: '李秀英', fromClient: true })
    expect(await at.zhang.call('thread.get', { thread })).toMatchObject({ holder: 'li', waitingSince: null })
  })
  test('takes nothing out of another’s hands: the holder stays, and sees who answers', async () => {
    const at = await wecomVillage()
    linked(at, 'lixiuying', 'li')
    const thread = at.hears()
    await at.zhang.call('thread.claim', { thread })
    at.takesIn(served('colleague', monday + minute, 'lixiuying'))
    expect(await at.zhang.call('thread.get', { thread })).toMatchObject({
      holder: 'zhang',
      servedBy: { user: 'li', name: '李秀英' },
    })
    expect(await whyNot(at, thread)).toMatchObject({ code: 'served_elsewhere', name: '李秀英' })
  })
  test('holds nothing while off shift (rule 7)', async () => {
    const at = await wecomVillage()
    linked(at, 'zhaomin', 'zhao')
    const thread = at.hears()
    at.takesIn(served('colleague', monday + minute, 'zhaomin'))
    expect(await at.zhang.call('thread.get', { thread })).toMatchObject({
      holder: null,
      servedBy: { user: 'zhao' },
    })
  })
  test('holds no private thread they may not read (rule 11)', async () => {
    const village = await wecomVillage()
    linked(village, 'lixiuying', 'li')
    const thread = village.hears()
    const { zhang } = village
    await zhang.call('thread.escalate', {
      thread,
      desk: 'mediation',
      level: 'red',
      reason: '家事',
      private: true,
    })
    await zhang.call('thread.release', { thread })
    village.takesIn(served('colleague', monday + minute, 'lixiuying'))
    expect(entriesOf(village.desk.station, 'thread.claimed').map(({ data }) => data.holder)).toEqual([
      'zhang',
    ])
    const li = await at(village.desk, 'li')
    expect(await li.call('thread.get', { thread })).toMatchObject({
      readable: false,
      servedElsewhere: false,
      servedBy: null,
      window: null,
    })
  })
})

describe('ending the conversation in the WeCom client', () => {
  async function elsewhere() {
    const at = await wecomVillage()
    const thread = at.hears()
    at.takesIn(served('colleague', monday + minute))
    return Object.assign(at, { thread })
  }
  const steps = ({ desk }: WecomVillage) =>
    entriesOf(desk.station, 'service.endAsked', 'service.changed', 'service.endFailed').map(
      ({ type, data }) => [type, data.state ?? data.why ?? data.colleague],
    )
  test('is asked for with a reason, done, and on record; then the resident’s next word is the desk’s', async () => {
    const at = await elsewhere()
    const asked: string[] = []
    let answered = () => {}
    const endService = (...of: string[]) =>
      new Promise<void>((resolve) => {
        asked.push(...of)
        answered = resolve
      })
    at.line = { serviceOf: at.line!.serviceOf, endService }
    const ending = { thread: at.thread, reason: '居民在等' }
    await at.zhang.call('thread.endElsewhere', ending)
    expect(await at.zhang.refused('thread.endElsewhere', ending)).toMatchObject({ code: 'busy' })
    await at.settled()
    answered()
    await at.settled()
    expect(asked).toEqual([kf, wang])
    expect(steps(at).slice(1)).toEqual([
      ['service.endAsked', 'wanghong'],
      ['service.changed', 'ended'],
    ])
    expect(await at.zhang.refused('thread.endElsewhere', { thread: at.thread, reason: '再来' })).toEqual({
      code: 'nothing_to_do',
    })
    at.hears('在吗', { at: monday + 2 * minute })
    await answer(at, at.thread)
    expect(screensFollowLedger(at.desk.station)).toBe(true)
  })
  test('that the colleague ended meanwhile is on record once', async () => {
    const at = await elsewhere()
    let answered = () => {}
    const endService = () =>
      new Promise<void>((resolve) => {
        answered = resolve
      })
    at.line = { serviceOf: at.line!.serviceOf, endService }
    await at.zhang.call('thread.endElsewhere', { thread: at.thread, reason: '居民在等' })
    await at.settled()
    at.takesIn(served('ended', monday + 2 * minute))
    answered()
    await at.settled()
    expect(steps(at).filter(([, state]) => state === 'ended')).toHaveLength(1)
  })
  test('that is over already is as good as done', async () => {
    const at = await elsewhere()
    const ended = new ApiRefused(errorCodes.sessionEnded, '/kf/service_state/trans', '')
    at.line = { serviceOf: at.line!.serviceOf, endService: () => Promise.reject(ended) }
    await at.zhang.call('thread.endElsewhere', { thread: at.thread, reason: '居民在等' })
    await at.settled()
    expect(steps(at).at(-1)).toEqual(['service.changed', 'ended'])
  })
  test('that is refused is said, with the code; it can be asked for again', async () => {
    const at = await elsewhere()
    const refused = new ApiRefused(errorCodes.transitionNotAllowed, '/kf/service_state/trans', '')
    at.line = { serviceOf: at.line!.serviceOf, endService: () => Promise.reject(refused) }
    await at.zhang.call('thread.endElsewhere', { thread: at.thread, reason: '居民在等' })
    await at.settled()
    expect(entriesOf(at.desk.station, 'service.endFailed')).toMatchObject([
      { subject: at.thread, data: { why: 'refused', code: 95016 } },
    ])
    expect(await whyNot(at, at.thread)).toMatchObject({ code: 'served_elsewhere' })
    await at.zhang.call('thread.endElsewhere', { thread: at.thread, reason: '再试' })
  })
  test('that cannot be asked now is asked again after a restart', async () => {
    const at = await elsewhere()
    const down = new Unreachable('timeout', '/kf/service_state/trans')
    at.line = { serviceOf: at.line!.serviceOf, endService: () => Promise.reject(down) }
    await at.zhang.call('thread.endElsewhere', { thread: at.thread, reason: '居民在等' })
    await at.settled()
    expect(steps(at).at(-1)).toEqual(['service.endAsked', 'wanghong'])
    await at.desk.restart()
    at.line = { serviceOf: at.line!.serviceOf, endService: async () => {} }
    await at.settled()
    expect(steps(at).at(-1)).toEqual(['service.changed', 'ended'])
  })
  test('is for nobody who may not read the thread', async () => {
    const village = await elsewhere()
    const { zhang, thread } = village
    await zhang.call('thread.escalate', {
      thread,
      desk: 'mediation',
      level: 'red',
      reason: '家事',
      private: true,
    })
    const li = await at(village.desk, 'li')
    expect(await li.refused('thread.endElsewhere', { thread, reason: '急事' })).toEqual({
      code: 'private_thread',
    })
  })
})

describe('a refusal that says somebody else serves the resident', () => {
  test('shuts the desk’s own answers, and WeCom is asked who it is', async () => {
    const at = await wecomVillage()
    at.send = async () => refusedBy('elsewhere', 'elsewhere')
    at.line = { serviceOf: async () => ({ state: 3, colleague: 'wanghong' }), endService: async () => {} }
    const thread = at.hears()
    await answer(at, thread)
    await at.settled()
    expect(await at.zhang.call('thread.get', { thread })).toMatchObject({ servedBy: { name: 'wanghong' } })
    expect(entriesOf(at.desk.station, 'service.changed')).toMatchObject([
      { data: { state: 'colleague', colleague: 'wanghong', at: null } },
    ])
  })
  test('shuts them before that is known, too; and it is asked after a restart', async () => {
    const at = await wecomVillage()
    at.send = async () => refusedBy('elsewhere', 'elsewhere')
    at.line = null
    const thread = at.hears()
    await answer(at, thread)
    await at.settled()
    expect(await whyNot(at, thread)).toMatchObject({ code: 'served_elsewhere', colleague: '', name: '' })
    at.line = { serviceOf: async () => ({ state: 1, colleague: null }), endService: async () => {} }
    await at.desk.restart()
    await at.settled()
    expect(entriesOf(at.desk.station, 'service.changed')).toMatchObject([{ data: { state: 'desk' } }])
    expect(screensFollowLedger(at.desk.station)).toBe(true)
  })
  test('of a conversation that is over leaves the next word to the resident', async () => {
    const at = await wecomVillage()
    at.send = async () => refusedBy('elsewhere', 'elsewhere')
    at.line = { serviceOf: async () => ({ state: 4, colleague: null }), endService: async () => {} }
    const thread = at.hears()
    await answer(at, thread)
    await at.settled()
    expect(await windowOf(at, thread)).toMatchObject({ state: 'ended' })
  })
})

test('who waits and can be answered only a little longer is on the sheet of a handoff', async () => {
  const at = await wecomVillage()
  const soon = at.hears('快到期了', { from: 'wmSOON' })
  const spent = at.hears('条数用完', { from: 'wmSPENT' })
  const fine = at.hears('刚来', { from: 'wmFINE', at: monday + 40 * hour })
  for (let n = 0; n < 5; n += 1) await answer(at, spent, `第${n}条`)
  await at.later(42 * hour + minute)
  await at.zhang.call('thread.release', { thread: spent })
  const { handoff } = await at.zhang.call('handoff.start', { post: null })
  const { items } = await at.zhang.call('handoff.get', { handoff })
  const whys = new Map(items.map(({ id, why }) => [id, why]))
  expect(whys.get(soon)).toContain('quota')
  expect(whys.get(fine) ?? []).not.toContain('quota')
  // Nobody waits there.
  expect(whys.get(spent) ?? []).not.toContain('quota')
})

test('residents whose window is nearly over are found by an index of their own', async () => {
  const { desk } = await wecomVillage()
  const rows = desk.station.db.prepare(`EXPLAIN QUERY PLAN ${pressingSql}`).all({ from: 0, to: 1 }) as {
    detail: string
  }[]
  const plan = rows.map(({ detail }) => detail).join('\n')
  expect(plan).toMatch(/SEARCH reply_window USING COVERING INDEX reply_window_heard/)
  expect(plan).toMatch(/SEARCH reply_window USING INDEX reply_window_spent/)
})
