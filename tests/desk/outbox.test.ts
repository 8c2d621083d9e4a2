import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Outgoing, SendResult } from '../../src/channels/channel.ts'
import { backOff } from '../../src/desk/outbox/outbox.ts'
import { at, type Console } from '../support/console.ts'
import { entriesOf, minute, monday, type TestStation, testStation, village } from '../support/station.ts'

const down: SendResult = { sent: false, retry: 'later', reason: 'timeout' }

/** Time goes by for timers too, and what they start comes to its end. */
async function passes(ms: number): Promise<void> {
  await settled()
  await vi.advanceTimersByTimeAsync(ms)
  await settled()
}
async function settled(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) {
    await vi.advanceTimersByTimeAsync(0)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function desk() {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
    now: monday,
  })
  onTestFinished(() => void vi.useRealTimers())
  const station = await testStation({ clock: () => Date.now() })
  return { desk: station, zhang: await at(station, 'zhang') }
}

async function answers(desk: TestStation, zhang: Console, from: string, ...texts: string[]) {
  const thread = desk.hears({ from, text: '在吗' })
  const seqs: number[] = []
  for (const text of texts) {
    const { lastSeq } = await zhang.call('thread.get', { thread })
    seqs.push((await zhang.call('thread.answer', { thread, text, seen: lastSeq })).seq)
  }
  return { thread, seqs }
}

const deliveryOf = async (zhang: Console, thread: string, seq: number) => {
  const { items } = await zhang.call('thread.timeline', { thread, limit: 100 })
  const item = items.find((each) => each.seq === seq)
  return item?.item === 'message' ? [item.delivery, item.deliveryError] : null
}
const textsOf = (sent: Outgoing[]) => sent.map(({ text }) => text)

test('an answer leaves after its commit, to the resident it is for, and its arrival is an entry', async () => {
  const { desk: d, zhang } = await desk()
  let size = 0
  d.send = async (message) => {
    size = d.station.ledger.head().size
    expect(message.seq).toBeLessThanOrEqual(size)
    return { sent: true }
  }
  const { thread, seqs } = await answers(d, zhang, '三组 王桂兰', '马上到')
  expect(d.sent).toEqual([])
  await passes(0)
  expect(d.sent).toMatchObject([
    {
      seq: seqs[0],
      account: village,
      contactExternal: '三组 王桂兰',
      conversation: '三组 王桂兰',
      text: '马上到',
    },
  ])
  expect(await deliveryOf(zhang, thread, seqs[0]!)).toEqual(['accepted', null])
  expect(entriesOf(d.station, 'message.accepted')).toMatchObject([
    { subject: thread, data: { message: seqs[0] } },
  ])
})

describe('the order of a conversation', () => {
  test('is kept: the next leaves only when the one before was taken', async () => {
    const { desk: d, zhang } = await desk()
    let release: (result: SendResult) => void = () => {}
    d.send = () =>
      new Promise((resolve) => {
        release = resolve
      })
    await answers(d, zhang, '三组 王桂兰', '一', '二', '三')
    await passes(minute)
    expect(textsOf(d.sent)).toEqual(['一'])
    release({ sent: true })
    await passes(0)
    expect(textsOf(d.sent)).toEqual(['一', '二'])
    release({ sent: true })
    await passes(0)
    expect(textsOf(d.sent)).toEqual(['一', '二', '三'])
  })
  test('is kept when the first has to be tried again', async () => {
    const { desk: d, zhang } = await desk()
    let failures = 3
    d.send = async () => (failures-- > 0 ? down : { sent: true })
    await answers(d, zhang, '三组 王桂兰', '一', '二')
    for (const wait of backOff.slice(0, 3)) await passes(wait)
    expect(textsOf(d.sent)).toEqual(['一', '一', '一', '一', '二'])
  })
  test('holds no other conversation up', async () => {
    const { desk: d, zhang } = await desk()
    d.send = async ({ conversation }) => (conversation === '慢' ? new Promise(() => {}) : { sent: true })
    await answers(d, zhang, '慢', '一')
    for (let n = 0; n < 20; n += 1) await answers(d, zhang, `居民${n}`, '在')
    await passes(0)
    expect(d.sent).toHaveLength(21)
    expect(entriesOf(d.station, 'message.accepted')).toHaveLength(20)
  })
})

describe('a message the channel cannot take now', () => {
  test('is tried again, each time after a longer wait', async () => {
    const { desk: d, zhang } = await desk()
    d.send = async () => down
    const { thread, seqs } = await answers(d, zhang, '三组 王桂兰', '在')
    await passes(0)
    expect(d.sent).toHaveLength(1)
    for (const [at, wait] of backOff.entries()) {
      await passes(wait - 1)
      expect(d.sent).toHaveLength(at + 1)
      await passes(1)
      expect(d.sent).toHaveLength(at + 2)
    }
    expect(await deliveryOf(zhang, thread, seqs[0]!)).toEqual(['failed', 'timeout'])
    await passes(60 * minute)
    expect(d.sent).toHaveLength(backOff.length + 1)
    expect(entriesOf(d.station, 'message.failed')).toMatchObject([
      { subject: thread, data: { message: seqs[0], reason: 'timeout' } },
    ])
  })
  test('is shown on its account while it is stuck', async () => {
    const { desk: d, zhang } = await desk()
    d.send = async () => down
    await answers(d, zhang, '三组 王桂兰', '在')
    await passes(0)
    await passes(backOff[0]!)
    const account = (await zhang.call('accounts.list', {})).find(({ id }) => id === village)
    expect(account).toMatchObject({ outboxWaiting: 1, health: { state: 'fault', reason: 'timeout' } })
    d.send = async () => ({ sent: true })
    await passes(backOff[1]!)
    const after = (await zhang.call('accounts.list', {})).find(({ id }) => id === village)
    expect(after).toMatchObject({ outboxWaiting: 0, health: { state: 'ok', reason: null } })
  })
  test('is tried again also when the channel throws instead of saying so', async () => {
    const { desk: d, zhang } = await desk()
    let first = true
    d.send = async () => {
      if (!first) return { sent: true }
      first = false
      throw new Error('socket hang up')
    }
    const { thread, seqs } = await answers(d, zhang, '三组 王桂兰', '在')
    await passes(0)
    expect(await deliveryOf(zhang, thread, seqs[0]!)).toEqual(['queued', null])
    await passes(backOff[0]!)
    expect(await deliveryOf(zhang, thread, seqs[0]!)).toEqual(['accepted', null])
  })
})

describe('a message the channel refuses for good', () => {
  const refusing = async () => {
    const given = await desk()
    given.desk.send = async () => ({ sent: false, retry: 'never', reason: 'not a friend' })
    const answered = await answers(given.desk, given.zhang, '三组 王桂兰', '一', '二')
    await passes(0)
    return { ...given, ...answered }
  }
  test('is shown as failed with the reason, and lets the next one go', async () => {
    const { desk: d, zhang, thread, seqs } = await refusing()
    expect(textsOf(d.sent)).toEqual(['一', '二'])
    expect(await deliveryOf(zhang, thread, seqs[0]!)).toEqual(['failed', 'not a friend'])
  })
  test('leaves again when the officer says so, once', async () => {
    const { desk: d, zhang, thread, seqs } = await refusing()
    d.send = async () => ({ sent: true })
    await zhang.call('message.retry', { thread, seq: seqs[0]! })
    await passes(0)
    expect(textsOf(d.sent)).toEqual(['一', '二', '一'])
    expect(await deliveryOf(zhang, thread, seqs[0]!)).toEqual(['accepted', null])
    expect(await zhang.refused('message.retry', { thread, seq: seqs[0]! })).toEqual({ code: 'nothing_to_do' })
    expect(entriesOf(d.station, 'message.retried')).toMatchObject([
      { actor: { user: 'zhang' }, data: { message: seqs[0] } },
    ])
  })
  test('is not sent again over the head of whoever holds the thread now, nor when it is closed (rule 2)', async () => {
    const { desk: d, zhang, thread, seqs } = await refusing()
    const li = await at(d, 'li')
    const again = { thread, seq: seqs[0]! }
    expect(await li.refused('message.retry', again)).toMatchObject({ code: 'not_holder', holder: 'zhang' })
    const { lastSeq: seen } = await zhang.call('thread.get', { thread })
    await zhang.call('thread.close', { thread, disposition: 'handledByPhone', seen })
    expect(await zhang.refused('message.retry', again)).toMatchObject({ code: 'thread_closed' })
    expect(entriesOf(d.station, 'message.retried')).toEqual([])
  })
  test('is not retried by a wish for another message', async () => {
    const { desk: d, zhang, thread } = await refusing()
    const [heard] = entriesOf(d.station, 'message.received')
    expect(await zhang.refused('message.retry', { thread, seq: heard!.seq })).toEqual({
      code: 'nothing_to_do',
    })
    expect(await zhang.refused('message.retry', { thread, seq: 1 })).toMatchObject({ code: 'not_found' })
  })
})

describe('a restart of the core', () => {
  test('goes on with what had not left, in order', async () => {
    const { desk: d, zhang } = await desk()
    d.send = async () => down
    await answers(d, zhang, '三组 王桂兰', '一', '二')
    await passes(0)
    await d.restart()
    d.sent.length = 0
    d.send = async () => ({ sent: true })
    await passes(0)
    expect(textsOf(d.sent)).toEqual(['一', '二'])
  })
  test('sends nothing again that was taken', async () => {
    const { desk: d, zhang } = await desk()
    await answers(d, zhang, '三组 王桂兰', '一', '二')
    await passes(0)
    for (let restarts = 0; restarts < 3; restarts += 1) {
      await d.restart()
      await passes(60 * minute)
    }
    expect(textsOf(d.sent)).toEqual(['一', '二'])
  })
})

test('what the channel took while nothing could be written is put on record later, not sent again', async () => {
  const { desk: d, zhang } = await desk()
  const { db } = d.station
  let taken: () => void = () => {}
  d.send = () =>
    new Promise((resolve) => {
      taken = () => resolve({ sent: true })
    })
  const { thread, seqs } = await answers(d, zhang, '三组 王桂兰', '在')
  await passes(0)
  db.pragma('query_only = ON')
  taken()
  await passes(0)
  expect(d.station.readOnly).toMatchObject({ reason: 'SQLITE_READONLY' })
  db.pragma('query_only = OFF')
  await passes(2_001)
  expect(d.station.readOnly).toBeNull()
  expect(textsOf(d.sent)).toEqual(['在'])
  expect(await deliveryOf(zhang, thread, seqs[0]!)).toEqual(['accepted', null])
  await passes(60 * minute)
  expect(d.sent).toHaveLength(1)
})
