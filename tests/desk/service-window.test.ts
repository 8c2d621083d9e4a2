import { describe, expect, test } from 'vitest'
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
import {
  answer,
  kf,
  refusedBy,
  served,
  typed,
  wang,
  wecomVillage,
  whyNot,
  windowOf,
} from '../support/wecom-village.ts'

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
