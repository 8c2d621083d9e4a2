import { describe, expect, test } from 'vitest'
import { at } from '../support/console.ts'
import { entriesOf, hour, iso, minute, monday, resident } from '../support/station.ts'
import { queuesOf, seenOf, shift, typesOf } from '../support/threads.ts'

describe('rule 5: writing to a closed thread', () => {
  const closed = async () => {
    const given = await shift()
    await given.zhang.call('thread.claim', { thread: given.thread })
    await given.zhang.call('thread.close', {
      thread: given.thread,
      disposition: 'handledByPhone',
      seen: given.seen,
    })
    return given
  }
  test('72 hours later to the millisecond reopens it for its last holder', async () => {
    const { desk, zhang, thread } = await closed()
    await desk.pass(72 * hour)
    expect(desk.hears({ text: '又吵了' })).toBe(thread)
    expect(await zhang.call('thread.get', { thread })).toMatchObject({
      holder: 'zhang',
      closedAt: null,
      disposition: null,
      waitingSince: iso(desk.now),
    })
  })
  test('reopens it to the queue when the last holder has gone home', async () => {
    const { desk, zhang, thread } = await closed()
    await zhang.call('shift.signOff', {})
    await desk.pass(hour)
    desk.hears({ text: '又吵了' })
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ holder: null })
    expect(await queuesOf(zhang)).toMatchObject({ unclaimed: 1, mine: 0 })
  })
  test('a millisecond after 72 hours opens a new thread that continues the old one', async () => {
    const { desk, zhang, thread } = await closed()
    await desk.pass(72 * hour + 1)
    const next = desk.hears({ text: '又吵了' })
    expect(next).not.toBe(thread)
    expect(await zhang.call('thread.get', { thread: next })).toMatchObject({
      continues: thread,
      holder: null,
    })
    expect((await zhang.call('thread.get', { thread })).closedAt).not.toBeNull()
    const card = await zhang.call('contact.card', {
      contact: (await zhang.call('thread.get', { thread })).contact,
    })
    expect(card.threads.map(({ id, current }) => [id, current])).toEqual([
      [next, true],
      [thread, false],
    ])
  })
})

test('rule 6: a thread whose last word is the resident’s closes only with a reason for the silence', async () => {
  const { zhang, thread, seen } = await shift()
  expect(await zhang.refused('thread.close', { thread, disposition: 'answered', seen })).toEqual({
    code: 'needs_reason_for_silence',
  })
  await zhang.call('thread.answer', { thread, text: '已处理', seen })
  await zhang.call('thread.close', {
    thread,
    disposition: 'answered',
    seen: await seenOf(zhang, thread),
    note: '电话回访',
  })
  const { items } = await zhang.call('thread.timeline', { thread, limit: 50 })
  expect(items.at(-1)).toMatchObject({
    item: 'act',
    type: 'thread.closed',
    text: '电话回访',
    data: { disposition: 'answered' },
  })
})

describe('rule 7: a snooze', () => {
  const snoozed = async (minutes: number) => {
    const given = await shift()
    await given.zhang.call('thread.claim', { thread: given.thread })
    await given.zhang.call('thread.snooze', {
      thread: given.thread,
      until: iso(given.desk.now + minutes * minute),
    })
    return given
  }
  test('rests until its time and then is back with its holder', async () => {
    const { desk, zhang, thread } = await snoozed(30)
    expect(await queuesOf(zhang)).toMatchObject({ snoozed: 1, mine: 0, waiting: 0 })
    await desk.pass(30 * minute - 1)
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ snoozedUntil: iso(desk.now + 1) })
    await desk.pass(1)
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ snoozedUntil: null, holder: 'zhang' })
    expect(typesOf(desk, thread).at(-1)).toBe('thread.woken')
    expect(await queuesOf(zhang)).toMatchObject({ snoozed: 0, mine: 1, waiting: 1 })
  })
  test('of an officer who has gone home ends in the queue', async () => {
    const { desk, zhang, thread } = await snoozed(30)
    await zhang.call('shift.signOff', {})
    await desk.pass(30 * minute)
    expect(typesOf(desk, thread).slice(-2)).toEqual(['thread.woken', 'thread.returned'])
    expect(await queuesOf(zhang)).toMatchObject({ unclaimed: 1, mine: 0 })
  })
  test('that ended while the core was down ends when it is up again', async () => {
    const { desk, thread } = await snoozed(30)
    desk.now += hour
    await desk.restart()
    await desk.pass(0)
    expect(typesOf(desk, thread)).toContain('thread.woken')
  })
  test('ends when the resident writes', async () => {
    const { desk, zhang, thread } = await snoozed(30)
    desk.hears({ text: '还在吵' })
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ snoozedUntil: null, holder: 'zhang' })
  })
  test('many at once all end', async () => {
    const { desk, zhang } = await snoozed(30)
    const { threads } = desk.takesIn(
      ...Array.from({ length: 1_100 }, (_, n) => resident({ from: `居民${n}`, text: '在吗' })),
    )
    const acts = threads.flatMap((thread) => [
      zhang.call('thread.claim', { thread }),
      zhang.call('thread.snooze', { thread, until: iso(desk.now + minute) }),
    ])
    await Promise.all(acts)
    await desk.pass(minute)
    expect(await queuesOf(zhang)).toMatchObject({ snoozed: 1, mine: 1_100 })
  })
  test('a reply to an officer who has gone home goes to the queue', async () => {
    const { desk, zhang, thread } = await shift()
    await zhang.call('thread.claim', { thread })
    await zhang.call('shift.signOff', {})
    desk.hears({ text: '有人吗' })
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ holder: null })
    expect(typesOf(desk, thread).slice(-2)).toEqual(['thread.returned', 'message.received'])
  })
})

describe('rule 8: a waiting thread', () => {
  test.each([
    ['urgent', 10],
    ['priority', 20],
    ['routine', 60],
  ] as const)('that is %s is overdue after %d minutes', async (urgency, minutes) => {
    const { desk, zhang, thread } = await shift()
    if (urgency !== 'routine') await zhang.call('thread.categorise', { thread, category: 'noise', urgency })
    await desk.pass(minutes * minute - 1)
    expect(await queuesOf(zhang)).toMatchObject({ waiting: 1, overdue: 0 })
    await desk.pass(1)
    expect(await queuesOf(zhang)).toMatchObject({ waiting: 1, overdue: 1 })
    expect(entriesOf(desk.station, 'thread.overdue')).toMatchObject([
      { subject: thread, data: { minutes, waitingSince: iso(monday) } },
    ])
    await desk.pass(hour)
    expect(entriesOf(desk.station, 'thread.overdue')).toHaveLength(1)
  })
  test('is counted from the resident’s first unanswered message', async () => {
    const { desk, zhang, thread } = await shift()
    desk.now += 30 * minute
    desk.hears({ text: '还在吵' })
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ waitingSince: iso(monday) })
    await desk.pass(30 * minute)
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ overdue: true })
    await zhang.call('thread.answer', { thread, text: '到了', seen: await seenOf(zhang, thread) })
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ overdue: false, waitingSince: null })
  })
  test('is counted from when the words came, where this machine’s clock has yet to reach the time they were sent', async () => {
    const { desk, zhang, thread } = await shift()
    await zhang.call('thread.claim', { thread })
    await zhang.call('thread.answer', { thread, text: '到了', seen: await seenOf(zhang, thread) })
    await zhang.call('thread.categorise', { thread, category: 'noise', urgency: 'urgent' })
    const came = desk.now
    desk.hears({ text: '又吵起来了', at: came + 30 * minute })
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ waitingSince: iso(came) })
    await desk.pass(10 * minute)
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ overdue: true })
  })
  test('is overdue by the minutes the station has set', async () => {
    const { desk, zhang } = await shift()
    const admin = await at(desk, 'guanli')
    await admin.call('settings.change', {
      waitMinutes: { urgent: 1, priority: 2, routine: 3 },
      lockMinutes: 60,
      warningMinutes: { call: 5, message: 5, reply: 10, neighbour: 15, visit: 60, outcome: 120 },
    })
    await desk.pass(3 * minute)
    expect(await queuesOf(zhang)).toMatchObject({ overdue: 1 })
  })
})
