import { v7 as uuid } from 'uuid'
import { describe, expect, test } from 'vitest'
import type { MessageItem } from '../../src/contract/threads.ts'
import { at, browserAt, type Console, host, until } from '../support/console.ts'
import {
  entriesOf,
  hour,
  iso,
  minute,
  monday,
  phone,
  resident,
  type TestStation,
  testStation,
  village,
} from '../support/station.ts'

const seenOf = async (console: Console, thread: string) =>
  (await console.call('thread.get', { thread })).lastSeq
const queuesOf = async (console: Console) => (await console.call('threads.counts', {})).queues
const typesOf = (desk: TestStation, thread: string) =>
  entriesOf(desk.station)
    .filter(({ subject }) => subject === thread)
    .map(({ type }) => type)

/** A station, two officers and a thread of a waiting resident. */
async function shift(text = '楼上半夜还在打麻将') {
  const desk = await testStation()
  const [zhang, li] = [await at(desk, 'zhang'), await at(desk, 'li')]
  const thread = desk.hears({ text })
  return { desk, zhang, li, thread, seen: await seenOf(zhang, thread) }
}

describe('rule 1: a thread has at most one holder', () => {
  test('of many claims in one tick one wins, and every other is told who holds it and since when', async () => {
    const desk = await testStation()
    const consoles = await Promise.all(
      ['zhang', 'li', 'zhao', 'daiban'].flatMap((user) => [at(desk, user), at(desk, user)]),
    )
    const threads = Array.from({ length: 40 }, (_, n) => desk.hears({ from: `居民${n}`, text: '在吗' }))
    for (const thread of threads) {
      const answers = await Promise.allSettled(
        consoles.map((console) => console.call('thread.claim', { thread })),
      )
      const won = answers.filter((answer) => answer.status === 'fulfilled')
      expect(won).toHaveLength(1)
      const { holder } = won[0]!.value
      const told = answers
        .filter((answer) => answer.status === 'rejected')
        .map(({ reason }) => reason.refusal)
      const holderName = desk.station.views.people.nameOf(holder)
      expect(told).toEqual(
        told.map(() => ({ code: 'already_claimed', holder, holderName, since: iso(desk.now) })),
      )
      expect(typesOf(desk, thread).filter((type) => type === 'thread.claimed')).toHaveLength(1)
    }
  })
  test('a claim on a thread that is not there is refused', async () => {
    const { zhang } = await shift()
    expect(await zhang.refused('thread.claim', { thread: 'x' })).toEqual({
      code: 'not_found',
      what: 'thread',
      id: 'x',
    })
  })
})

describe('rule 2: answering needs the hold', () => {
  test('answering a free thread claims it in the same commit', async () => {
    const { desk, zhang, thread, seen } = await shift()
    const before = desk.station.ledger.head().size
    const { seq, delivery } = await zhang.call('thread.answer', { thread, text: '马上过去', seen })
    expect(delivery).toBe('queued')
    expect(seq).toBe(before + 2)
    expect(typesOf(desk, thread).slice(-2)).toEqual(['thread.claimed', 'message.sent'])
    expect(await zhang.call('thread.get', { thread })).toMatchObject({
      holder: 'zhang',
      waitingSince: null,
      lastFrom: 'desk',
    })
  })
  test('another’s thread is not answered: the officer is told who holds it', async () => {
    const { desk, zhang, li, thread, seen } = await shift()
    await zhang.call('thread.claim', { thread })
    expect(await li.refused('thread.answer', { thread, text: '在', seen })).toEqual({
      code: 'not_holder',
      holder: 'zhang',
      holderName: '张建国',
      since: iso(desk.now),
    })
  })
  test('taking over and answering is one act; the former holder is told at once who and why', async () => {
    const { desk, zhang, thread, seen } = await shift()
    const { url } = await host(desk)
    const li = await browserAt(url, 'li')
    await zhang.call('thread.claim', { thread })
    await li.call('thread.answer', { thread, text: '我来', seen, takeOver: { reason: '张警官出警了' } })
    expect(typesOf(desk, thread).slice(-2)).toEqual(['thread.takenOver', 'message.sent'])
    await until(() =>
      zhang.pushes.some((push) => push.push === 'changed' && push.change.takenOver.length > 0),
    )
    const told = zhang.pushes.flatMap((push) => (push.push === 'changed' ? push.change.takenOver : []))
    expect(told).toEqual([{ thread, from: 'zhang', byName: '李秀英', reason: '张警官出警了' }])
    expect(await zhang.refused('thread.answer', { thread, text: '在', seen: seen + 9 })).toMatchObject({
      code: 'not_holder',
      holder: 'li',
    })
  })
  test('a takeover without an answer is told in the same way', async () => {
    const { zhang, li, thread } = await shift()
    await zhang.call('thread.claim', { thread })
    await li.call('thread.takeOver', { thread, reason: '交班' })
    await until(() =>
      zhang.pushes.some((push) => push.push === 'changed' && push.change.takenOver[0]?.from === 'zhang'),
    )
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ holder: 'li' })
  })
})

describe('rule 3: a send names the last message the officer saw', () => {
  test('a reply to a thread that moved on is refused with what is new and keeps the text', async () => {
    const { desk, zhang, thread, seen } = await shift()
    await zhang.call('thread.draft', { thread, text: '请把门牌号发给我' })
    desk.hears({ text: '3栋2单元', external: 'm2' })
    const [second] = entriesOf(desk.station, 'message.received').slice(-1)
    desk.takesIn({ event: 'recall', external: 'm2', at: desk.now })
    const refusal = await zhang.refused('thread.answer', { thread, text: '请把门牌号发给我', seen })
    expect(refusal).toEqual({
      code: 'thread_moved_on',
      lastSeq: second!.seq + 1,
      news: [
        {
          seq: second!.seq,
          from: 'resident',
          authorName: '三组 王桂兰',
          text: '3栋2单元',
          at: iso(desk.now),
          recalled: false,
        },
        {
          seq: second!.seq + 1,
          from: 'resident',
          authorName: '三组 王桂兰',
          text: null,
          at: iso(desk.now),
          recalled: true,
        },
      ],
    })
    expect(await zhang.call('thread.get', { thread })).toMatchObject({
      draft: '请把门牌号发给我',
      holder: null,
    })
    await zhang.call('thread.answer', { thread, text: '请把门牌号发给我', seen: second!.seq + 1 })
  })
  test('a colleague’s answer is news too', async () => {
    const { desk, zhang, li, thread, seen } = await shift()
    await zhang.call('thread.answer', { thread, text: '马上到', seen })
    const refusal = await li.refused('thread.answer', {
      thread,
      text: '在',
      seen,
      takeOver: { reason: '帮忙' },
    })
    expect(refusal).toMatchObject({
      code: 'thread_moved_on',
      news: [{ from: 'desk', authorName: '张建国', text: '马上到' }],
    })
    expect(entriesOf(desk.station, 'thread.takenOver')).toEqual([])
  })
  test('of two answers in one tick the second is refused: never two blind', async () => {
    const { desk, zhang, thread, seen } = await shift()
    const again = await at(desk, 'zhang')
    const answers = await Promise.allSettled([
      zhang.call('thread.answer', { thread, text: '好的', seen }),
      again.call('thread.answer', { thread, text: '好的', seen }),
    ])
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(entriesOf(desk.station, 'message.sent')).toHaveLength(1)
  })
})

describe('rule 4: a draft', () => {
  test('survives another’s claim and a restart, and goes with the answer', async () => {
    const { desk, zhang, thread } = await shift()
    const restarted = async () => {
      await desk.restart()
      return at(desk, 'zhang')
    }
    await zhang.call('thread.draft', { thread, text: '请带上户口' })
    await zhang.call('thread.draft', { thread, text: '请带上户口簿' })
    await (await at(desk, 'li')).call('thread.claim', { thread })
    const later = await restarted()
    expect(await later.call('thread.get', { thread })).toMatchObject({ draft: '请带上户口簿' })
    await later.call('thread.answer', {
      thread,
      text: '请带上户口簿',
      seen: await seenOf(later, thread),
      takeOver: { reason: '熟悉情况' },
    })
    expect(await later.call('thread.get', { thread })).toMatchObject({ draft: null })
  })
  test('is each officer’s own, and no entry', async () => {
    const { desk, zhang, li, thread } = await shift()
    const size = desk.station.ledger.head().size
    await zhang.call('thread.draft', { thread, text: '张的话' })
    await li.call('thread.draft', { thread, text: '李的话' })
    expect(desk.station.ledger.head().size).toBe(size)
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ draft: '张的话' })
    await li.call('thread.answer', { thread, text: '李的话', seen: await seenOf(li, thread) })
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ draft: '张的话' })
  })
  test('emptied is gone', async () => {
    const { zhang, thread } = await shift()
    await zhang.call('thread.draft', { thread, text: '半句' })
    await zhang.call('thread.draft', { thread, text: '' })
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ draft: null })
  })
})

describe('the same command sent twice', () => {
  test('gets the first answer and is done once', async () => {
    const { desk, zhang, thread, seen } = await shift()
    const id = uuid()
    const first = await zhang.call('thread.answer', { thread, text: '在', seen }, id)
    await until(() => entriesOf(desk.station, 'message.accepted').length === 1)
    const size = desk.station.ledger.head().size
    expect(await zhang.call('thread.answer', { thread, text: '在', seen }, id)).toEqual(first)
    await desk.restart()
    const later = await at(desk, 'zhang')
    expect(await later.call('thread.answer', { thread, text: '在', seen }, id)).toEqual(first)
    expect(entriesOf(desk.station, 'message.sent')).toHaveLength(1)
    expect(entriesOf(desk.station).filter(({ seq, subject }) => seq > size && subject === thread)).toEqual([])
  })
  test('even in one tick, over two connections', async () => {
    const { desk, zhang, thread, seen } = await shift()
    const again = await at(desk, 'zhang')
    const id = uuid()
    const answers = await Promise.all(
      [zhang, again].map((c) => c.call('thread.answer', { thread, text: '在', seen }, id)),
    )
    expect(answers[1]).toEqual(answers[0])
    expect(entriesOf(desk.station, 'message.sent')).toHaveLength(1)
  })
  test('by somebody else is not theirs to repeat', async () => {
    const { zhang, li, thread } = await shift()
    const id = uuid()
    await zhang.call('thread.claim', { thread }, id)
    expect(await li.refused('thread.claim', { thread }, id)).toMatchObject({
      code: 'already_there',
      what: 'command',
    })
  })
})

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

describe('each act has its way back', () => {
  test('claimed and given back', async () => {
    const { desk, zhang, thread } = await shift()
    await zhang.call('thread.claim', { thread })
    await zhang.call('thread.release', { thread, reason: '要出警' })
    expect(await queuesOf(zhang)).toMatchObject({ unclaimed: 1, mine: 0 })
    expect(typesOf(desk, thread).slice(-2)).toEqual(['thread.claimed', 'thread.released'])
  })
  test('snoozed and woken', async () => {
    const { desk, zhang, thread } = await shift()
    await zhang.call('thread.claim', { thread })
    await zhang.call('thread.snooze', { thread, until: iso(desk.now + hour) })
    await zhang.call('thread.wake', { thread })
    expect(await queuesOf(zhang)).toMatchObject({ snoozed: 0, mine: 1, waiting: 1 })
    expect(await zhang.refused('thread.wake', { thread })).toEqual({ code: 'nothing_to_do' })
  })
  test('closed and reopened: it waits as long as it did', async () => {
    const { zhang, thread, seen } = await shift()
    await zhang.call('thread.close', { thread, disposition: 'advert', seen })
    expect(await queuesOf(zhang)).toMatchObject({ all: 0 })
    await zhang.call('thread.reopen', { thread, reason: '点错了' })
    expect(await zhang.call('thread.get', { thread })).toMatchObject({
      closedAt: null,
      holder: 'zhang',
      waitingSince: iso(monday),
    })
    expect(await zhang.refused('thread.reopen', { thread })).toEqual({ code: 'thread_open' })
  })
  test('transferred there and back', async () => {
    const { zhang, li, thread } = await shift()
    await zhang.call('thread.claim', { thread })
    await zhang.call('thread.transfer', { thread, to: 'li' })
    await li.call('thread.transfer', { thread, to: 'zhang', reason: '他熟悉' })
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ holder: 'zhang' })
    expect(await zhang.refused('thread.transfer', { thread, to: 'zhao' })).toEqual({
      code: 'recipient_off_shift',
      user: 'zhao',
      name: '赵敏',
    })
    expect(await zhang.refused('thread.transfer', { thread, to: 'ducha' })).toMatchObject({
      code: 'not_found',
      what: 'person',
    })
  })
  test('signed on and off', async () => {
    const { desk, zhang } = await shift()
    await zhang.call('shift.signOff', {})
    expect(await zhang.refused('shift.signOff', {})).toEqual({ code: 'nothing_to_do' })
    await zhang.call('shift.signOn', {})
    expect(await zhang.refused('shift.signOn', {})).toEqual({ code: 'nothing_to_do' })
    expect(desk.station.views.people.isOnShift('zhang')).toBe(true)
  })
})

test('rule 9: a recalled message keeps its text on the desk, marked with the time', async () => {
  const desk = await testStation()
  const zhang = await at(desk, 'zhang')
  const thread = desk.hears({ text: '我不想活了', external: 'cry' })
  desk.takesIn({ event: 'recall', external: 'cry', at: desk.now + 40_000 })
  const { items } = await zhang.call('thread.timeline', { thread, limit: 10 })
  const message = items.find((item): item is MessageItem => item.item === 'message')
  expect(message).toMatchObject({ text: '我不想活了', recalledAt: iso(desk.now + 40_000) })
  const list = await zhang.call('threads.list', { queue: 'all', offset: 0, limit: 10 })
  expect(list.rows[0]).toMatchObject({ preview: '我不想活了', lastRecalled: true })
  const found = await zhang.call('search.messages', { words: '不想活', offset: 0, limit: 10 })
  expect(found.hits).toMatchObject([{ recalled: true }])
})

test('a preview never ends in half an emoji', async () => {
  const desk = await testStation()
  const zhang = await at(desk, 'zhang')
  for (const lead of [0, 1]) desk.hears({ from: `居民${lead}`, text: '在'.repeat(lead) + '🐂'.repeat(60) })
  const { rows } = await zhang.call('threads.list', { queue: 'all', offset: 0, limit: 10 })
  expect(rows.map(({ preview }) => [preview!.isWellFormed(), preview!.length])).toEqual([
    [true, 80],
    [true, 79],
  ])
})

describe('rule 20: phone and ID numbers', () => {
  const text = '我叫王桂兰，电话13812345678，身份证350128198802034567'
  const masked = '我叫王桂兰，电话138****5678，身份证350128********4567'

  test('are masked in the timeline, the list, the search and the news', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const thread = desk.hears({ text, title: '请打 138 1234 5678' })
    const { items } = await zhang.call('thread.timeline', { thread, limit: 10 })
    expect(items.find((item) => item.item === 'message')).toMatchObject({
      text: masked,
      masked: true,
      title: '请打 138 **** 5678',
    })
    expect(await zhang.call('thread.get', { thread })).toMatchObject({
      preview: masked,
      title: '请打 138 **** 5678',
    })
    const list = await zhang.call('threads.list', { queue: 'all', offset: 0, limit: 10 })
    expect(list.rows[0]).toMatchObject({ preview: masked })
    const found = await zhang.call('search.messages', { words: '桂兰', offset: 0, limit: 10 })
    expect(found.hits).toMatchObject([{ excerpt: masked, marks: [[3, 2]] }])
    const refusal = await zhang.refused('thread.answer', { thread, text: '在', seen: 0 })
    expect(refusal).toMatchObject({ news: [{ text: masked }] })
  })
  test('are masked where a reason or a closing note holds them', async () => {
    const { zhang, li, thread, seen } = await shift()
    await zhang.call('thread.claim', { thread })
    await li.call('thread.takeOver', { thread, reason: '他让打13812345678' })
    await li.call('thread.close', { thread, disposition: 'handledByPhone', seen, note: '已打13812345678' })
    const { items } = await zhang.call('thread.timeline', { thread, limit: 50 })
    expect(items.flatMap((item) => (item.item === 'act' && item.text ? [item.text] : []))).toEqual([
      '他让打138****5678',
      '已打138****5678',
    ])
  })
  test('cut off at the end of a preview are masked all the same', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    for (let lead = 62; lead <= 80; lead += 1)
      desk.hears({ from: `居民${lead}`, text: '在'.repeat(lead) + text.slice(8) })
    const { rows } = await zhang.call('threads.list', { queue: 'all', offset: 0, limit: 100 })
    expect(rows).toHaveLength(19)
    for (const { preview } of rows) {
      expect(preview).not.toMatch(/1381|3501281/)
      expect(preview!.length).toBeLessThanOrEqual(80)
    }
  })
  test('are not found out by searching for them: the excerpt stays masked', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    desk.hears({ text })
    const found = await zhang.call('search.messages', { words: '13812345678', offset: 0, limit: 10 })
    expect(found.hits).toMatchObject([{ excerpt: masked }])
  })
  test('are shown whole when asked for, and that is an entry', async () => {
    const desk = await testStation()
    const auditor = await at(desk, 'ducha')
    const thread = desk.hears({ text })
    const [message] = entriesOf(desk.station, 'message.received')
    expect(await auditor.call('message.unmask', { thread, seq: message!.seq })).toEqual({ text })
    expect(entriesOf(desk.station, 'message.unmasked')).toMatchObject([
      { subject: thread, actor: { user: 'ducha', role: 'auditor' }, data: { message: message!.seq } },
    ])
    const other = desk.hears({ from: '别人', text: '在' })
    expect(await auditor.refused('message.unmask', { thread: other, seq: message!.seq })).toMatchObject({
      code: 'not_found',
    })
  })
  test('on a resident’s card are masked; the whole number is an entry', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const { contact } = await zhang.call('thread.get', { thread: desk.hears({ text: '在' }) })
    const card = { contact, name: '三组 王桂兰', villageGroup: '柳河村三组', household: null, tags: ['独居'] }
    expect(await zhang.refused('contact.unmaskPhone', { contact })).toMatchObject({
      code: 'not_found',
      what: 'phone',
    })
    await zhang.call('contact.change', { ...card, phone: '13812345678' })
    await zhang.call('contact.change', { ...card, tags: ['独居', '老人'] })
    expect(await zhang.call('contact.card', { contact })).toMatchObject({
      phone: '138****5678',
      tags: ['独居', '老人'],
    })
    expect(entriesOf(desk.station, 'contact.phoneUnmasked')).toEqual([])
    expect(await zhang.call('contact.unmaskPhone', { contact })).toEqual({ phone: '13812345678' })
    expect(entriesOf(desk.station, 'contact.phoneUnmasked')).toHaveLength(1)
    await zhang.call('contact.change', { ...card, phone: null })
    expect(await zhang.call('contact.card', { contact })).toMatchObject({ phone: null })
  })
  test('nothing of a resident stands in the entries themselves', async () => {
    const { desk, zhang, li, thread, seen } = await shift(text)
    const { contact } = await zhang.call('thread.get', { thread })
    await zhang.call('contact.change', {
      contact,
      name: '王桂兰',
      villageGroup: '三组',
      household: '3栋',
      phone: '13812345678',
      tags: ['独居'],
    })
    await zhang.call('thread.note', { thread, text: '打过 13812345678' })
    await zhang.call('thread.claim', { thread })
    await li.call('thread.takeOver', { thread, reason: '王桂兰要找我' })
    await li.call('thread.close', { thread, disposition: 'handledByPhone', seen, note: '王桂兰说好了' })
    const entries = desk.station.db
      .prepare('SELECT canonical FROM entry WHERE seq > 1')
      .pluck()
      .all()
      .join('\n')
    expect(entries).not.toMatch(/王桂兰|1381234|350128|独居|3栋/)
  })
})

test('a timeline is read page by page, oldest first, with nothing left out', async () => {
  const { desk, zhang, thread } = await shift()
  for (let n = 0; n < 250; n += 1) desk.hears({ text: `第${n}句` })
  await zhang.call('thread.note', { thread, text: '记一下' })
  const read: number[] = []
  let before: number | undefined
  for (;;) {
    const page: { items: { seq: number }[]; more: boolean } = await zhang.call('thread.timeline', {
      thread,
      limit: 60,
      ...(before === undefined ? {} : { before }),
    })
    read.unshift(...page.items.map(({ seq }) => seq))
    before = page.items[0]!.seq
    if (!page.more) break
  }
  const all = entriesOf(desk.station).filter(({ subject }) => subject === thread)
  expect(read).toEqual(all.map(({ seq }) => seq))
})

test('an answer on an account worked by hand waits to be copied', async () => {
  const { desk, zhang } = await shift()
  const thread = desk.hears({ account: phone, text: '在吗' })
  const { delivery } = await zhang.call('thread.answer', {
    thread,
    text: '在',
    seen: await seenOf(zhang, thread),
  })
  expect(delivery).toBe('copyByHand')
  expect(desk.sent).toEqual([])
  expect((await zhang.call('accounts.list', {})).map(({ id, health }) => [id, health.state])).toEqual(
    expect.arrayContaining([
      [phone, 'byHand'],
      [village, 'ok'],
    ]),
  )
})
