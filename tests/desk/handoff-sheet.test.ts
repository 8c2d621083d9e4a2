import { v7 as uuid } from 'uuid'
import { describe, expect, test } from 'vitest'
import { at, type Console } from '../support/console.ts'
import {
  handOver,
  heldBy,
  holders,
  idsOf,
  itemsOf,
  keep,
  night,
  offer,
  sheetOf,
  takeOn,
} from '../support/handing-over.ts'
import {
  entriesOf,
  hour,
  iso,
  minute,
  password,
  phone,
  resident,
  screensFollowLedger,
  type TestStation,
  testStation,
  village,
} from '../support/station.ts'

const day = 24 * hour

const seenOf = async (console: Console, thread: string) =>
  (await console.call('thread.get', { thread })).lastSeq

describe('rule 14: the sheet is built from the ledger', () => {
  test('what is held, what nobody holds and cannot wait, the rest of the queue as a number with its first names', async () => {
    const { desk, zhang, li } = await night()
    const mine = await heldBy(zhang, desk, '一组 甲')
    const theirs = await heldBy(li, desk, '二组 乙')
    const free = desk.hears({ from: '三组 丙', text: '请问户口' })
    const old = desk.hears({ from: '四组 丁', text: '居住证好了吗' })
    const danger = desk.hears({ from: '五组 戊', text: '我不想活了' })
    await zhang.call('thread.snooze', { thread: mine, until: iso(desk.now + 3 * hour) })
    await desk.pass(30 * minute)
    await desk.pass(31 * minute)
    const fresh = desk.hears({ from: '六组 己', text: '刚刚来问', at: desk.now })
    const { handoff } = await zhang.call('handoff.start', { post: null })
    const { items, queue, ...row } = await sheetOf(zhang, handoff)
    expect(items.map(({ id, severity, why }) => [id, severity, why])).toEqual(
      [
        [danger, 'critical', ['alarm', 'danger', 'overdue', 'waiting', 'unclaimed']],
        [free, 'watch', ['overdue', 'waiting', 'unclaimed']],
        [old, 'watch', ['overdue', 'waiting', 'unclaimed']].map((part) => part),
        [mine, 'watch', ['waiting', 'snoozed', 'held']],
      ].sort(([a], [b]) => items.findIndex(({ id }) => id === a) - items.findIndex(({ id }) => id === b)),
    )
    expect(items.map(({ id }) => id)).not.toContain(theirs)
    expect(queue).toEqual({
      threads: 1,
      oldestWaitingSince: iso(desk.now),
      rows: [
        {
          thread: fresh,
          title: '六组 己',
          accountName: '户户通·柳河村',
          waitingSince: iso(desk.now),
          urgency: 'routine',
          category: null,
        },
      ],
    })
    expect(row).toMatchObject({
      state: 'preparing',
      from: 'zhang',
      frozenSeq: entriesOf(desk.station, 'handoff.started')[0]!.seq - 1,
      station: '柳河派出所',
      may: { prepare: true, receive: false, onBehalf: [] },
    })
    expect(items.find(({ id }) => id === mine)).toMatchObject({
      title: '一组 甲',
      summary: '在吗',
      accountName: '户户通·柳河村',
      holderName: '张建国',
      newsSince: 0,
    })
  })

  test('what was claimed or given back in the same moment is seen', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const [thread, other] = [
      desk.hears({ from: '一组 甲', text: '在吗' }),
      await heldBy(zhang, desk, '二组 乙'),
    ]
    const [, , { handoff }] = await Promise.all([
      zhang.call('thread.claim', { thread }),
      zhang.call('thread.release', { thread: other }),
      zhang.call('handoff.start', { post: null }),
    ])
    expect(await idsOf(zhang, handoff)).toEqual([thread])
    expect(await zhang.call('threads.counts', {})).toMatchObject({ queues: { mine: 1, unclaimed: 1 } })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('a free thread on the sheet gets an owner with the second signature', async () => {
    const { desk, zhang, li } = await night()
    const danger = desk.hears({ text: '我不想活了' })
    await takeOn(li, await offer(desk, zhang))
    expect(holders(desk).get(danger)).toBe('li')
    expect(entriesOf(desk.station, 'thread.handedOver')).toMatchObject([{ data: { from: null, to: 'li' } }])
  })

  test('what happens after the freeze point is the next shift’s: counted as news, never on the sheet', async () => {
    const { desk, zhang, li } = await night()
    const mine = await heldBy(zhang, desk, '一组 甲', '第一句 13812345678')
    const { handoff } = await zhang.call('handoff.start', { post: null })
    desk.takesIn(
      resident({ from: '一组 甲', text: '第二句', at: desk.now }),
      resident({ from: '一组 甲', text: '第三句', at: desk.now }),
    )
    const later = await heldBy(zhang, desk, '二组 乙')
    const contact = desk.station.views.threads.thread(mine)!.contact
    await zhang.call('contact.change', {
      contact,
      name: '甲改名',
      villageGroup: null,
      household: null,
      tags: [],
    })
    const [item, ...more] = await itemsOf(zhang, handoff)
    expect(more).toEqual([])
    expect(item).toMatchObject({ id: mine, title: '一组 甲', summary: '第一句 138****5678', newsSince: 2 })
    await zhang.call('handoff.decide', { handoff, items: [mine], decision: handOver(desk) })
    await zhang.call('handoff.sign', { handoff, side: 'outgoing', password, to: 'li' })
    await takeOn(li, handoff)
    expect(holders(desk).get(later)).toBe('zhang')
    desk.takesIn(resident({ from: '一组 甲', text: '第四句', at: desk.now }))
    expect(await itemsOf(li, handoff)).toMatchObject([{ summary: '第一句 138****5678', newsSince: 2 }])
  })

  test('a later freeze point keeps what was decided of what is still there', async () => {
    const { desk, zhang, li } = await night()
    const [stays, goes, closed] = [
      await heldBy(zhang, desk, '一组 甲'),
      await heldBy(zhang, desk, '二组 乙'),
      await heldBy(zhang, desk, '三组 丙'),
    ]
    const { handoff } = await zhang.call('handoff.start', { post: null })
    await zhang.call('handoff.decide', { handoff, items: [stays, goes], decision: handOver(desk, '回电话') })
    const decision = { do: 'close', disposition: 'noReplyNeeded', note: null } as const
    await zhang.call('handoff.decide', { handoff, items: [closed], decision })
    await zhang.call('thread.transfer', { thread: goes, to: 'li' })
    const added = await heldBy(zhang, desk, '四组 丁')
    desk.takesIn(resident({ from: '一组 甲', text: '还在吗', at: desk.now }))
    const before = (await sheetOf(zhang, handoff)).frozenSeq
    await zhang.call('handoff.refreeze', { handoff })
    const { items, frozenSeq } = await sheetOf(zhang, handoff)
    expect(frozenSeq).toBeGreaterThan(before)
    expect(new Map(items.map(({ id, decision: made }) => [id, made?.do]))).toEqual(
      new Map([
        [stays, 'handOver'],
        [closed, 'close'],
        [added, undefined],
      ]),
    )
    expect(items.find(({ id }) => id === stays)).toMatchObject({ summary: '还在吗', newsSince: 0 })
    await zhang.call('handoff.decide', { handoff, items: [added], decision: keep })
    await zhang.call('handoff.sign', { handoff, side: 'outgoing', password, to: 'li' })
    expect(await zhang.refused('handoff.refreeze', { handoff })).toMatchObject({ code: 'wrong_state' })
    await takeOn(li, handoff)
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('a scam warning changes hands', async () => {
    const { desk, zhang, li } = await night()
    const { warning } = await zhang.call('warning.enter', {
      name: '王桂兰',
      phone: '13812345678',
      type: 'fakePolice',
      source: null,
      note: '正在与骗子通话 13912345678',
      contact: null,
    })
    await zhang.call('warning.claim', { warning })
    const handoff = await offer(desk, zhang)
    expect(await itemsOf(li, handoff)).toMatchObject([
      {
        id: `warning:${warning}`,
        kind: 'warning',
        severity: 'serious',
        title: '王桂兰',
        summary: '正在与骗子通话 139****5678',
        thread: null,
      },
    ])
    await takeOn(li, handoff)
    expect((await li.call('warning.get', { warning })).warning).toMatchObject({
      holder: 'li',
      holderName: '李秀英',
    })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('a return visit comes back to whoever it was handed over to', async () => {
    const { desk, zhang, li } = await night()
    const thread = await heldBy(zhang, desk, '一组 甲', '邻居推了墙')
    const { escalation } = await zhang.call('thread.escalate', {
      thread,
      desk: 'mediation',
      level: 'orange',
      reason: '宅基地',
      private: false,
    })
    const daiban = await at(desk, 'daiban')
    await daiban.call('desk.save', {
      id: 'mediation',
      name: '调解专席',
      members: ['zhang'],
      acceptMinutes: 60,
    })
    await zhang.call('escalation.accept', { escalation })
    const returnVisitAt = iso(desk.now + 10 * day)
    await zhang.call('escalation.resolve', { escalation, outcome: 'settled', note: '谈妥', returnVisitAt })
    const seen = await seenOf(zhang, thread)
    await zhang.call('thread.close', { thread, disposition: 'handledOnSite', seen })
    const handoff = await offer(desk, zhang)
    expect(await itemsOf(li, handoff)).toMatchObject([{ id: thread, why: ['returnVisit'], returnVisitAt }])
    await takeOn(li, handoff)
    await desk.pass(10 * day)
    expect(holders(desk).get(thread)).toBe('li')
  })

  test('accounts that do not work or are switched off, and answers that never arrived', async () => {
    const { desk, zhang, li } = await night()
    const lost = await heldBy(zhang, desk, '一组 甲')
    const gone = await heldBy(zhang, desk, '二组 乙')
    desk.send = async () => ({ sent: false, retry: 'never', reason: 'blocked' })
    for (const thread of [lost, gone]) {
      await zhang.call('thread.answer', { thread, text: '好的', seen: await seenOf(zhang, thread) })
      await settled(desk, thread)
    }
    await zhang.call('thread.close', {
      thread: gone,
      disposition: 'handledByPhone',
      seen: await seenOf(zhang, gone),
    })
    const admin = await at(desk, 'guanli')
    await admin.call('account.change', { account: phone, name: '张警官的手机', enabled: false, ownNames: [] })
    const handoff = await offer(desk, zhang)
    const items = await itemsOf(li, handoff)
    expect(items.map(({ id, title, why }) => [id, title, why])).toEqual(
      expect.arrayContaining([
        [lost, '一组 甲', ['undelivered', 'waiting', 'held']],
        [`account:${village}`, '户户通·柳河村', ['undelivered']],
        [`account:${phone}`, '张警官的手机', ['fault']],
      ]),
    )
    expect(items).toHaveLength(3)
    expect(await takeOn(li, handoff)).toMatchObject({ moved: 3 })
  })
})

/** The outbox has tried. */
async function settled(desk: TestStation, thread: string) {
  for (let tries = 0; tries < 200; tries += 1) {
    const state = desk.station.db
      .prepare(`SELECT delivery FROM message WHERE thread = ? AND said_by = 'desk'`)
      .pluck()
      .get(thread)
    if (state !== 'queued') return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

describe('rule 16: one post, several officers', () => {
  test('a handoff of a post is of its accounts alone; the rest of the officer’s stays with the officer', async () => {
    const { desk, zhang, li, daiban } = await night()
    await daiban.call('post.save', { id: 'window', name: '户籍窗口', accounts: [phone] })
    await daiban.call('post.save', { id: 'patrol', name: '巡逻组', accounts: [village] })
    const here = await heldBy(zhang, desk, '一组 甲', '在吗', phone)
    const there = await heldBy(zhang, desk, '二组 乙')
    const handoff = await offer(desk, zhang, { post: 'window' })
    expect(await sheetOf(li, handoff)).toMatchObject({ post: 'window', postName: '户籍窗口' })
    expect(await idsOf(li, handoff)).toEqual([here])
    await takeOn(li, handoff)
    expect(Object.fromEntries(holders(desk))).toEqual({ [here]: 'li', [there]: 'zhang' })
    expect(await zhang.refused('handoff.start', { post: 'nowhere' })).toMatchObject({ code: 'not_found' })
  })

  test('an account that is in no post goes with every post, lest it is on nobody’s sheet', async () => {
    const { desk, zhang, daiban } = await night()
    await daiban.call('post.save', { id: 'window', name: '户籍窗口', accounts: [phone] })
    const held = await heldBy(zhang, desk, '二组 乙')
    const cry = desk.hears({ from: '三组 丙', text: '我不想活了', account: village })
    const waits = desk.hears({ from: '四组 丁', text: '请问户口', account: village })
    const { handoff } = await zhang.call('handoff.start', { post: 'window' })
    expect(new Set(await idsOf(zhang, handoff))).toEqual(new Set([held, cry]))
    expect((await sheetOf(zhang, handoff)).queue.rows).toMatchObject([{ thread: waits }])
    await daiban.call('post.save', { id: 'patrol', name: '巡逻组', accounts: [village] })
    await zhang.call('handoff.refreeze', { handoff })
    expect(await idsOf(zhang, handoff)).toEqual([])
  })

  test('two overlapping shifts hand over the same post, each what it holds; what both listed moves once', async () => {
    const { desk, zhang, li, zhao, daiban } = await night()
    await daiban.call('post.save', { id: 'duty', name: '值班室', accounts: [] })
    await zhao.call('shift.signOn', {})
    const [ofZhang, ofLi] = [await heldBy(zhang, desk, '一组 甲'), await heldBy(li, desk, '二组 乙')]
    const both = desk.hears({ from: '三组 丙', text: '他拿刀要砍我' })
    const first = await offer(desk, zhang, { post: 'duty', to: 'zhao' })
    const second = await offer(desk, li, { post: 'duty', to: 'daiban' })
    expect(await idsOf(zhao, first)).toEqual(expect.arrayContaining([ofZhang, both]))
    expect(await idsOf(zhao, second)).toEqual(expect.arrayContaining([ofLi, both]))
    expect(await takeOn(zhao, first)).toMatchObject({ moved: 2, left: 0 })
    expect(await takeOn(daiban, second)).toMatchObject({ moved: 1, left: 1 })
    expect(Object.fromEntries(holders(desk))).toEqual({ [ofZhang]: 'zhao', [ofLi]: 'daiban', [both]: 'zhao' })
  })

  test('notices stand until somebody strikes them', async () => {
    const { zhang, li } = await night()
    const { handoff: first } = await zhang.call('handoff.start', { post: null })
    await zhang.call('handoff.setNotices', { handoff: first, notices: ['停电到六点', '二号车在修'] })
    await zhang.call('handoff.sign', { handoff: first, side: 'outgoing', password, to: 'li' })
    await takeOn(li, first)
    const { handoff: second } = await li.call('handoff.start', { post: null })
    expect((await sheetOf(li, second)).notices).toEqual(['停电到六点', '二号车在修'])
    expect(
      await li.refused('handoff.setNotices', { handoff: second, notices: ['停电到六点', '二号车在修'] }),
    ).toEqual({
      code: 'nothing_to_do',
    })
    await li.call('handoff.setNotices', { handoff: second, notices: ['二号车在修'] })
    await li.call('handoff.sign', { handoff: second, side: 'outgoing', password, to: 'zhang' })
    await takeOn(zhang, second)
    const { handoff: third } = await zhang.call('handoff.start', { post: null })
    expect((await sheetOf(zhang, third)).notices).toEqual(['二号车在修'])
    expect((await sheetOf(zhang, first)).notices).toEqual(['停电到六点', '二号车在修'])
  })
})

test('a command of a handoff that is not there is refused, and so is one of an item', async () => {
  const { desk, zhang } = await night()
  await heldBy(zhang, desk, '一组 甲')
  const { handoff } = await zhang.call('handoff.start', { post: null })
  expect(await zhang.refused('handoff.get', { handoff: uuid() })).toMatchObject({
    code: 'not_found',
    what: 'handoff',
  })
  expect(await zhang.refused('handoff.refreeze', { handoff: uuid() })).toMatchObject({ code: 'not_found' })
  expect(await zhang.call('handoff.decide', { handoff, items: ['x'], decision: keep })).toMatchObject({
    refused: [{ item: 'x', refusal: { code: 'not_found', what: 'item' } }],
  })
})
