import { describe, expect, test } from 'vitest'
import { at } from '../support/console.ts'
import { entriesOf, iso, minute, phone, screensFollowLedger, testStation } from '../support/station.ts'

const delay = '您好，稍后答复您'

async function waiting() {
  const desk = await testStation()
  const [zhang, li, chief] = [await at(desk, 'zhang'), await at(desk, 'li'), await at(desk, 'daiban')]
  const thread = desk.hears({ text: '楼上半夜还在打麻将' })
  const seen = (await zhang.call('thread.get', { thread })).lastSeq
  return { desk, zhang, li, chief, thread, seen }
}

describe('rule 8: “resident told of the delay” is an entry', () => {
  test('it is sent, recorded, and the resident goes on waiting; the clock starts anew', async () => {
    const { desk, zhang, thread, seen } = await waiting()
    await desk.pass(61 * minute)
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ overdue: true })
    const { seq } = await zhang.call('thread.tellDelay', { thread, text: delay, seen })
    expect(await zhang.call('thread.get', { thread })).toMatchObject({
      overdue: false,
      waitingSince: iso(desk.now - 61 * minute),
      toldOfDelayAt: iso(desk.now),
      holder: 'zhang',
    })
    expect(entriesOf(desk.station).slice(-3)).toMatchObject([
      { type: 'thread.claimed' },
      { type: 'message.sent', seq, data: { purpose: 'delay' } },
      { type: 'thread.delayTold', data: { message: seq } },
    ])
    await desk.pass(59 * minute)
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ overdue: false })
    await desk.pass(minute)
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ overdue: true })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
  test('it is no answer: the thread cannot be closed as answered', async () => {
    const { zhang, thread, seen } = await waiting()
    const { seq } = await zhang.call('thread.tellDelay', { thread, text: delay, seen })
    const closing = { thread, disposition: 'answered' as const, seen: seq }
    expect(await zhang.refused('thread.close', closing)).toEqual({ code: 'needs_reason_for_silence' })
    await zhang.call('thread.answer', { thread, text: '我们去看看', seen: seq })
    const { lastSeq } = await zhang.call('thread.get', { thread })
    await zhang.call('thread.close', { ...closing, seen: lastSeq })
  })
  test('a thread that waits for nothing has nobody to tell; rules 1 and 3 hold', async () => {
    const { zhang, li, thread, seen } = await waiting()
    expect(await li.refused('thread.tellDelay', { thread, text: delay, seen: 0 })).toMatchObject({
      code: 'thread_moved_on',
      news: [{ text: '楼上半夜还在打麻将' }],
    })
    const { seq } = await zhang.call('thread.answer', { thread, text: '我们去看看', seen })
    expect(await zhang.refused('thread.tellDelay', { thread, text: delay, seen: seq })).toEqual({
      code: 'nothing_to_do',
    })
    expect(await li.refused('thread.tellDelay', { thread, text: delay, seen: seq })).toEqual({
      code: 'nothing_to_do',
    })
  })
  test('sent twice with the same id it is said once', async () => {
    const { desk, zhang, thread, seen } = await waiting()
    const id = '01999999-9999-7999-8999-999999999999'
    const first = await zhang.call('thread.tellDelay', { thread, text: delay, seen }, id)
    expect(await zhang.call('thread.tellDelay', { thread, text: delay, seen }, id)).toEqual(first)
    expect(entriesOf(desk.station, 'thread.delayTold')).toHaveLength(1)
  })
})

describe('a supervisor reassigns overdue threads in bulk', () => {
  async function overdue() {
    const { desk, zhang, li, chief } = await waiting()
    const threads = Array.from({ length: 12 }, (_, n) => desk.hears({ from: `居民${n}`, text: '在吗' }))
    for (const thread of threads.slice(0, 4)) await zhang.call('thread.claim', { thread })
    await desk.pass(61 * minute)
    return { desk, zhang, li, chief, threads }
  }
  test('to an officer on shift, whoever held them; those left say why', async () => {
    const { desk, zhang, li, chief, threads } = await overdue()
    const [closed] = threads
    const { lastSeq } = await zhang.call('thread.get', { thread: closed! })
    await zhang.call('thread.close', { thread: closed!, disposition: 'noReplyNeeded', seen: lastSeq })
    const done = await chief.call('threads.reassign', {
      threads: [...threads, 'no-such-thread', threads[1]!],
      to: 'li',
      reason: '张警官出警',
    })
    expect(done.done).toEqual(threads.slice(1))
    expect(done.left).toMatchObject([
      { thread: closed, refusal: { code: 'thread_closed' } },
      { thread: 'no-such-thread', refusal: { code: 'not_found' } },
    ])
    expect((await li.call('threads.counts', {})).queues.mine).toBe(11)
    expect((await zhang.call('threads.counts', {})).queues.mine).toBe(0)
    const sizes = entriesOf(desk.station, 'thread.reassigned')
    expect(sizes).toHaveLength(11)
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
  test('or back to the queue; not to somebody who has gone home or does not work threads', async () => {
    const { chief, threads } = await overdue()
    const asked = { threads: threads.slice(0, 2), reason: '换人' }
    const refusals = async (to: string | null) =>
      (await chief.call('threads.reassign', { ...asked, to })).left.map(({ refusal }) => refusal.code)
    expect(await refusals('zhao')).toEqual(['recipient_off_shift', 'recipient_off_shift'])
    expect(await refusals('ducha')).toEqual(['not_found', 'not_found'])
    expect(await refusals(null)).toEqual([])
    expect(await refusals(null)).toEqual(['nothing_to_do', 'nothing_to_do'])
    expect(await chief.call('thread.get', { thread: threads[0]! })).toMatchObject({ holder: null })
  })
  test('an officer may not', async () => {
    const { zhang, threads } = await overdue()
    const asked = { threads, to: 'zhang', reason: '都给我' }
    expect(await zhang.refused('threads.reassign', asked)).toMatchObject({ code: 'forbidden' })
  })
  test('the list can be asked for one holder, or for none', async () => {
    const { chief } = await overdue()
    const held = async (holder: string) => {
      const found = await chief.call('threads.list', { queue: 'overdue', holder, offset: 0, limit: 50 })
      return [found.total, new Set(found.rows.map((row) => row.holder))] as const
    }
    expect(await held('zhang')).toEqual([4, new Set(['zhang'])])
    expect(await held('')).toEqual([9, new Set([null])])
  })
})

test('a delay told on an account worked by hand is copied like any answer', async () => {
  const { desk, zhang } = await waiting()
  await zhang.call('paste.import', { account: phone, text: '三组 王桂兰  昨天 14:05\n在吗' })
  const thread = desk.station.db
    .prepare('SELECT id FROM thread WHERE account = ?')
    .pluck()
    .get(phone) as string
  const { lastSeq } = await zhang.call('thread.get', { thread })
  await zhang.call('thread.tellDelay', { thread, text: delay, seen: lastSeq })
  const { items } = await zhang.call('thread.timeline', { thread, limit: 10 })
  expect(items.filter(({ item }) => item === 'message').at(-1)).toMatchObject({ delivery: 'copyByHand' })
})
