import { describe, expect, test } from 'vitest'
import { idOf } from '../../src/desk/outbox/outgoing.ts'
import { at } from '../support/console.ts'
import { erase } from '../support/erasing.ts'
import { month } from '../support/old-matters.ts'
import { entriesOf, iso, minute, monday, screensFollowLedger, testStation } from '../support/station.ts'

/** 件件有回音: an answer that did not arrive is no answer, and whoever did not get it is seen. */

/** Asked at ten, answered five minutes later by Zhang; the channel says nothing of it yet. */
async function answered() {
  const desk = await testStation()
  desk.send = () => new Promise(() => {})
  const [zhang, daiban] = [await at(desk, 'zhang'), await at(desk, 'daiban')]
  const thread = desk.hears({ text: '户口怎么迁' })
  await desk.pass(5 * minute)
  const get = () => zhang.call('thread.get', { thread })
  const { seq } = await zhang.call('thread.answer', {
    thread,
    text: '带户口本来',
    seen: (await get()).lastSeq,
  })
  /** The channel tells that the n-th attempt came back. */
  const fails = (message = seq, resent = 0) =>
    desk.takesIn({
      event: 'sendFailed',
      external: idOf(desk.station.ledger.meta.origin, message, resent),
      reason: 'fail_10',
      at: desk.now,
    })
  const close = async (disposition: 'answered' | 'handledByPhone' = 'answered') =>
    zhang.call('thread.close', { thread, disposition, seen: (await get()).lastSeq })
  const last = (n: number) => entriesOf(desk.station).slice(-n)
  return { desk, zhang, daiban, thread, seq, get, fails, close, last }
}

describe('an answer that came back', () => {
  test('leaves the resident waiting since their word: marked, counted, and soon with the supervisor', async () => {
    const { desk, zhang, daiban, seq, get, fails, close } = await answered()
    const waiting = async () => (await zhang.call('threads.counts', {})).queues.waiting
    expect([await waiting(), (await get()).waitingSince]).toEqual([0, null])
    await desk.pass(2 * minute)
    fails()
    expect(await get()).toMatchObject({ waitingSince: iso(monday), undelivered: seq, holder: 'zhang' })
    expect(await waiting()).toBe(1)
    await expect(close()).rejects.toMatchObject({ refusal: { code: 'needs_reason_for_silence' } })
    await desk.pass(53 * minute)
    const page = { queue: 'overdue', offset: 0, limit: 9 } as const
    expect((await daiban.call('threads.list', page)).rows).toMatchObject([
      { undelivered: seq, overdue: true },
    ])
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('refused by the channel at once, it is the same; the past knew nothing of it', async () => {
    const { desk, thread, seq, get } = await answered()
    const before = desk.station.ledger.head().size
    expect((await get()).undelivered).toBeNull()
    desk.send = async () => ({ sent: false, retry: 'never', reason: 'blocked' })
    await desk.restart()
    const daiban = await at(desk, 'daiban')
    await expect
      .poll(async () => (await daiban.call('thread.get', { thread })).undelivered, { interval: 5 })
      .toBe(seq)
    const rowsAt = async (at: number) =>
      (await daiban.call('history.inbox', { seq: at, queue: 'all', offset: 0, limit: 9 })).page.rows
    expect(await rowsAt(before)).toMatchObject([{ waitingSince: null, undelivered: null }])
    const now = desk.station.ledger.head().size
    expect(await rowsAt(now)).toMatchObject([{ waitingSince: iso(monday), undelivered: seq }])
  })

  test('told twice, it is on record once', async () => {
    const { desk, fails } = await answered()
    fails()
    fails()
    expect(entriesOf(desk.station, 'message.failed')).toHaveLength(1)
  })

  test('is not told of on the line of a private thread to whoever may not read it (rule 11)', async () => {
    const { desk, zhang, thread, fails } = await answered()
    await zhang.call('thread.setPrivate', { thread, private: true, reason: '家事' })
    fails()
    const li = await at(desk, 'li')
    expect(await li.call('thread.get', { thread })).toMatchObject({ readable: false, undelivered: null })
  })
})

describe('its thread was closed meanwhile', () => {
  test('the desk reopens it in the same commit, for its last holder', async () => {
    const { desk, daiban, thread, seq, get, fails, close, last } = await answered()
    await close()
    const changes: number[] = []
    desk.station.feed.listen(({ seq }) => changes.push(seq))
    fails()
    expect(last(2)).toMatchObject([
      { type: 'thread.reopened', subject: thread, data: { why: 'undelivered', holder: 'zhang' } },
      { type: 'message.failed', data: { message: seq, taken: true } },
    ])
    expect(changes).toEqual([desk.station.ledger.head().size])
    expect(await get()).toMatchObject({ closedAt: null, holder: 'zhang', waitingSince: iso(monday) })
    const past = { seq: desk.station.ledger.head().size, queue: 'waiting', offset: 0, limit: 9 } as const
    expect((await daiban.call('history.inbox', past)).page.rows).toMatchObject([
      { id: thread, undelivered: seq },
    ])
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('for the queue where its last holder has gone home (rule 7)', async () => {
    const { zhang, get, fails, close } = await answered()
    await close()
    await zhang.call('shift.signOff', {})
    fails()
    expect(await get()).toMatchObject({ closedAt: null, holder: null })
  })

  test('and stays closed where the words were erased before they could leave', async () => {
    const desk = await testStation()
    desk.send = async () => ({ sent: false, retry: 'later', reason: 'connection' })
    const [zhang, guanli] = [await at(desk, 'zhang'), await at(desk, 'guanli')]
    const thread = desk.hears({ text: '户口怎么迁' })
    const seen = async () => (await zhang.call('thread.get', { thread })).lastSeq
    await zhang.call('thread.answer', { thread, text: '带户口本来', seen: await seen() })
    await zhang.call('thread.close', { thread, disposition: 'answered', seen: await seen() })
    await desk.pass(7 * month)
    await erase(guanli, { kind: 'thread', thread })
    await desk.restart()
    await expect
      .poll(() => entriesOf(desk.station, 'message.failed'), { interval: 5 })
      .toMatchObject([{ data: { reason: 'erased' } }])
    expect(desk.station.views.threads.thread(thread)?.closed_at).not.toBeNull()
  })

  test('closed once more with a reason it stays closed, and says what did not arrive', async () => {
    const { get, fails, close, seq, last } = await answered()
    fails()
    await close('handledByPhone')
    expect(await get()).toMatchObject({ waitingSince: null, undelivered: seq })
    fails()
    expect(last(1)).toMatchObject([{ type: 'thread.closed' }])
  })
})

describe('sent again', () => {
  test('it is an answer once the channel has taken it; what came back before it changes nothing', async () => {
    const { desk, zhang, thread, seq, get, fails } = await answered()
    fails()
    await desk.pass(minute)
    await zhang.call('message.retry', { thread, seq })
    fails()
    expect(await get()).toMatchObject({ waitingSince: iso(monday), undelivered: null })
    expect(entriesOf(desk.station, 'message.failed')).toHaveLength(1)
    desk.send = async () => ({ sent: true })
    await desk.restart()
    const again = await at(desk, 'zhang')
    await expect
      .poll(async () => (await again.call('thread.get', { thread })).waitingSince, { interval: 5 })
      .toBeNull()
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('and failed again, the resident waits as before, and nothing is reopened or returned twice', async () => {
    const { desk, zhang, thread, seq, get, fails, close } = await answered()
    await close()
    fails()
    await zhang.call('message.retry', { thread, seq })
    fails(seq, 1)
    expect(await get()).toMatchObject({ waitingSince: iso(monday), undelivered: seq })
    expect(entriesOf(desk.station, 'thread.reopened')).toHaveLength(1)
    expect(entriesOf(desk.station, 'message.failed')).toHaveLength(2)
  })
})

test('how long residents waited leaves out what never arrived, and counts on to what did', async () => {
  const { desk, zhang, daiban, thread, get, fails } = await answered()
  fails()
  const figures = async () => {
    const of = { kind: 'period', from: iso(monday), to: iso(desk.now + minute) } as const
    return (await daiban.call('shift.statistics', { of })).firstAnswer
  }
  expect(await figures()).toMatchObject({ counted: 0 })
  await desk.pass(25 * minute)
  await zhang.call('thread.answer', { thread, text: '再发一次', seen: (await get()).lastSeq })
  expect(await figures()).toMatchObject({ counted: 1, median: 30 * minute })
})
