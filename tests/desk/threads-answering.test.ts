import { v7 as uuid } from 'uuid'
import { describe, expect, test } from 'vitest'
import { at, until } from '../support/console.ts'
import { entriesOf, iso, phone, village } from '../support/station.ts'
import { seenOf, shift } from '../support/threads.ts'

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
