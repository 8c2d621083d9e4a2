import { describe, expect, test, vi } from 'vitest'
import type { Outgoing, SendResult } from '../../src/channels/channel.ts'
import { accountAdded } from '../../src/desk/accounts/entries.ts'
import { entries } from '../../src/desk/decision.ts'
import { backOff } from '../../src/desk/outbox/outbox.ts'
import { idOf, messageOf } from '../../src/desk/outbox/outgoing.ts'
import { oldestSql } from '../../src/desk/outbox/queue.ts'
import { failureOfUnknown } from '../../src/desk/service/inbound.ts'
import { messageSent } from '../../src/desk/threads/entries.ts'
import { takeIn } from '../../src/desk/threads/inbound.ts'
import { seeded } from '../support/random.ts'
import {
  entriesOf,
  hour,
  iso,
  minute,
  monday,
  resident,
  screensFollowLedger,
  testStation,
} from '../support/station.ts'
import { kf, sendFailed, served, typed, type WecomVillage, wecomVillage } from '../support/wecom-village.ts'

const down: SendResult = { sent: false, retry: 'later', reason: 'timeout' }

async function answer({ zhang }: WecomVillage, thread: string, text = '马上到') {
  const { lastSeq } = await zhang.call('thread.get', { thread })
  return (await zhang.call('thread.answer', { thread, text, seen: lastSeq })).seq
}
const deliveryOf = async ({ zhang }: WecomVillage, thread: string, seq: number) => {
  const { items } = await zhang.call('thread.timeline', { thread, limit: 100 })
  const item = items.find((each) => each.seq === seq)
  return item?.item === 'message' ? [item.delivery, item.deliveryError] : null
}
const given = ({ desk }: WecomVillage) => desk.station.db.prepare('SELECT seq, id FROM sending').all()
const leftOf = async ({ zhang }: WecomVillage, thread: string) =>
  (await zhang.call('thread.get', { thread })).window?.left

describe('the number a message has for the channel', () => {
  test('is of this station alone, and short enough', () => {
    const ids = ['duty-desk/aa', 'duty-desk/bb'].map((origin) => idOf(origin, 24, 0))
    expect(new Set(ids).size).toBe(2)
    expect(idOf('duty-desk/aa', Number.MAX_SAFE_INTEGER, 9_999_999)).toMatch(/^[0-9a-zA-Z_-]{1,32}$/)
    expect(messageOf('duty-desk/aa', ids[0] as string)).toEqual({ seq: 24, resent: 0 })
  })
  test('is read back to the message; what is none of this station’s is not', () => {
    const origin = 'duty-desk/aa'
    const random = seeded(3)
    for (let n = 0; n < 200; n += 1) {
      const seq = 1 + random.below(2 ** 40)
      expect(messageOf(origin, idOf(origin, seq, n))).toEqual({ seq, resent: n })
    }
    for (const id of [
      '',
      'x',
      idOf('duty-desk/bb', 24, 0),
      `${idOf(origin, 24, 0)}x`,
      'dd-24',
      `${idOf(origin, 24, 0)}-0`,
    ])
      expect(messageOf(origin, id)).toBeNull()
  })
  test('stays the same with every try, and is said to have been given before only where it may have been taken', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: monday })
    try {
      const desk = await testStation({ clock: () => Date.now() })
      const station = desk.station
      const answers = [down, { ...down, unsure: true }, down, down]
      desk.send = async () => answers.shift() ?? down
      const thread = desk.hears({ text: '在吗' })
      const by = { user: 'zhang', role: 'officer', device: 'test-pc', now: station.now() }
      const { last_seq: seen } = station.views.threads.thread(thread)!
      await station.execute('thread.answer', { thread, text: '在', seen }, by, null)
      for (const wait of [0, 1_000, 3_000, 10_000]) {
        await vi.advanceTimersByTimeAsync(wait)
        for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve))
      }
      expect(new Set(desk.sent.map(({ id }) => id)).size).toBe(1)
      expect(desk.sent.map(({ again }) => again).slice(0, 4)).toEqual([false, false, true, true])
    } finally {
      vi.useRealTimers()
    }
  })
  test('is a new one only when an officer sends it again', async () => {
    const at = await wecomVillage()
    at.send = async () => ({ sent: false, retry: 'never', reason: 'fail_0' })
    const thread = at.hears()
    const seq = await answer(at, thread)
    await at.settled()
    at.send = async () => ({ sent: true })
    await at.zhang.call('message.retry', { thread, seq })
    await at.settled()
    const [first, second] = at.sent
    expect(first!.id).not.toBe(second!.id)
    expect([first!.again, second!.again]).toEqual([false, false])
    expect(await deliveryOf(at, thread, seq)).toEqual(['accepted', null])
  })
  test('stays the same where the channel may have taken it: it is not delivered twice', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: monday })
    try {
      const at = await wecomVillage({ clock: () => Date.now() })
      const turns = async () => {
        for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve))
      }
      const tries = async () => {
        for (const wait of [0, ...backOff]) {
          await vi.advanceTimersByTimeAsync(wait)
          await turns()
        }
      }
      // Taken by the channel, whose answers never come.
      at.send = async () => ({ sent: false, retry: 'later', reason: 'unreachable', unsure: true })
      const thread = at.hears()
      const seq = await answer(at, thread)
      await tries()
      const station = at.desk.station
      expect(station.views.threads.message(seq)?.delivery).toBe('failed')
      at.send = async () => ({ sent: true })
      const by = { user: 'zhang', role: 'officer', device: 'test-pc', now: Date.now() }
      await station.execute('message.retry', { thread, seq }, by, null)
      await vi.advanceTimersByTimeAsync(0)
      await turns()
      expect(new Set(at.sent.map(({ id }) => id)).size).toBe(1)
      expect(at.sent.at(-1)).toMatchObject({ again: true })
      expect(station.views.threads.message(seq)?.delivery).toBe('accepted')
      expect(given(at)).toEqual([])
      expect(screensFollowLedger(station)).toBe(true)
    } finally {
      vi.useRealTimers()
    }
  })
  test('is a new one once it is told that what may have been taken was lost on the way', async () => {
    const at = await wecomVillage()
    const answers: SendResult[] = [
      { sent: false, retry: 'later', reason: 'unreachable', unsure: true },
      { sent: false, retry: 'never', reason: 'windowSpent' },
      { sent: true },
    ]
    at.send = async () => answers.shift()!
    const thread = at.hears()
    const seq = await answer(at, thread)
    await at.settled()
    await at.later(minute)
    at.desk.station.outbox.poke()
    await at.settled()
    expect(await deliveryOf(at, thread, seq)).toEqual(['failed', 'windowSpent'])
    at.takesIn(sendFailed(at.sent[0]!.id, 'fail_0', monday + minute))
    expect(await deliveryOf(at, thread, seq)).toEqual(['failed', 'fail_0'])
    at.hears('还在吗')
    await at.zhang.call('message.retry', { thread, seq })
    await at.settled()
    expect(at.sent[2]!.id).not.toBe(at.sent[0]!.id)
    expect(await deliveryOf(at, thread, seq)).toEqual(['accepted', null])
  })
})

describe('what was given to the channel', () => {
  test('is on disk before the call, and gone once it is known what came of it', async () => {
    const at = await wecomVillage()
    const seen: unknown[] = []
    at.send = async () => {
      seen.push(...given(at))
      return { sent: true }
    }
    const thread = at.hears()
    const seq = await answer(at, thread)
    await at.settled()
    expect(seen).toEqual([{ seq, id: at.sent[0]!.id }])
    expect(given(at)).toEqual([])
  })
  test('is given again after a crash under the same number, and said to be', async () => {
    const at = await wecomVillage()
    at.send = () => new Promise(() => {})
    const thread = at.hears()
    const seq = await answer(at, thread)
    await at.settled()
    // As a core that is killed leaves it: the call is out, no answer is on record.
    at.send = async () => ({ sent: true })
    await at.desk.restart()
    await at.settled()
    expect(at.sent.map(({ id, again }) => [id, again])).toEqual([
      [at.sent[0]!.id, false],
      [at.sent[0]!.id, true],
    ])
    expect(entriesOf(at.desk.station, 'message.accepted')).toMatchObject([{ data: { message: seq } }])
  })
  test('that cannot be written down after a clear no is waited for all the same, not given over and over', async () => {
    const at = await wecomVillage()
    at.send = async () => ({ sent: false, retry: 'later', reason: 'busy' })
    at.desk.station.outbox.given.forget = () => {
      throw new Error('disk full')
    }
    await answer(at, at.hears())
    await at.settled()
    expect(at.sent).toHaveLength(1)
  })
  test('what leaves together is written in one commit', async () => {
    const at = await wecomVillage()
    const threads = ['wmA', 'wmB', 'wmC'].map((from) => at.hears('在吗', { from }))
    const { bus } = at.desk.station
    const runAll = bus.runAll.bind(bus)
    let commits = 0
    bus.runAll = ((by, works) => {
      if (by.user === 'outbox') commits += 1
      return runAll(by, works)
    }) as typeof bus.runAll
    const seens = threads.map((thread) => at.desk.station.views.threads.thread(thread)!.last_seq)
    await Promise.all(
      threads.map((thread, n) =>
        at.zhang.call('thread.answer', { thread, text: '在', seen: seens[n] as number }),
      ),
    )
    await at.settled()
    expect(at.sent).toHaveLength(3)
    expect(commits).toBeLessThan(3)
  })
})

describe('a failure told after the message was taken', () => {
  test('is shown on it with the reason; told twice it is told once', async () => {
    const at = await wecomVillage()
    const thread = at.hears()
    const seq = await answer(at, thread)
    await at.settled()
    at.takesIn(sendFailed(at.sent[0]!.id, 'fail_10', monday + minute))
    at.takesIn(sendFailed(at.sent[0]!.id, 'fail_10', monday + minute))
    expect(await deliveryOf(at, thread, seq)).toEqual(['failed', 'fail_10'])
    expect(entriesOf(at.desk.station, 'message.failed')).toMatchObject([{ data: { taken: true } }])
    // It was taken: its place is gone.
    expect(await leftOf(at, thread)).toBe(4)
    expect(screensFollowLedger(at.desk.station)).toBe(true)
  })
  test('may come before the desk knows that it was taken', async () => {
    const at = await wecomVillage()
    let taken: (result: SendResult) => void = () => {}
    at.send = () =>
      new Promise((resolve) => {
        taken = resolve
      })
    const thread = at.hears()
    const seq = await answer(at, thread)
    await at.settled()
    at.takesIn(sendFailed(at.sent[0]!.id, 'fail_6', monday + minute))
    taken({ sent: true })
    await at.settled()
    expect(await deliveryOf(at, thread, seq)).toEqual(['failed', 'fail_6'])
    expect(entriesOf(at.desk.station, 'message.accepted')).toEqual([])
    expect(await at.zhang.call('thread.get', { thread })).toMatchObject({ window: { state: 'spent' } })
    expect(given(at)).toEqual([])
  })
  test('of an attempt before does not touch the one that came after, nor is its late answer taken for the other’s', async () => {
    const at = await wecomVillage()
    const answers: ((result: SendResult) => void)[] = []
    at.send = () => new Promise((resolve) => answers.push(resolve))
    const thread = at.hears()
    const seq = await answer(at, thread)
    await at.settled()
    at.takesIn(sendFailed(at.sent[0]!.id, 'fail_0', monday + minute))
    await at.zhang.call('message.retry', { thread, seq })
    answers[0]!({ sent: true })
    await at.settled()
    expect(await deliveryOf(at, thread, seq)).toEqual(['queued', null])
    expect(at.sent).toHaveLength(2)
    at.takesIn(sendFailed(at.sent[0]!.id, 'fail_0', monday + 2 * minute))
    answers[1]!({ sent: true })
    await at.settled()
    expect(await deliveryOf(at, thread, seq)).toEqual(['accepted', null])
  })
  test('of a message the desk does not know is kept aside with its reason, once', async () => {
    const at = await wecomVillage()
    for (let n = 0; n < 2; n += 1) at.takesIn(sendFailed('someone-else-7', 'fail_10', monday))
    const aside = await at.zhang.call('aside.list', { limit: 10 })
    expect(aside).toMatchObject([{ reason: failureOfUnknown, text: 'someone-else-7 fail_10', account: kf }])
  })
  test('lets the next of the conversation go at once, though this one was to be tried much later', async () => {
    const at = await wecomVillage()
    at.send = async ({ text }) => (text === '一' ? { ...down, after: hour } : { sent: true })
    const thread = at.hears()
    await answer(at, thread, '一')
    await answer(at, thread, '二')
    await at.settled()
    expect(at.sent.map(({ text }) => text)).toEqual(['一'])
    at.takesIn(sendFailed(at.sent[0]!.id, 'fail_0', monday + minute))
    at.desk.station.outbox.poke()
    await at.settled()
    expect(at.sent.map(({ text }) => text)).toEqual(['一', '二'])
  })
})

describe('what is queued when its way closes', () => {
  const stuck = async () => {
    const at = await wecomVillage()
    // The first of the conversation does not get through; the second has never been tried.
    at.send = async () => ({ ...down, unsure: true, after: 49 * hour })
    const thread = at.hears()
    const seqs = [await answer(at, thread, '一'), await answer(at, thread, '二')]
    await at.settled()
    return { ...at, at, thread, seqs }
  }
  test('by time leaves no more: failed with the reason, before any call', async () => {
    const { at, thread, seqs, desk, sent } = await stuck()
    await at.later(50 * hour)
    at.send = async () => ({ sent: false, retry: 'never', reason: 'windowExpired', learnt: 'windowExpired' })
    desk.station.outbox.poke()
    await at.settled()
    // Only what may have been taken already was asked for once more.
    expect(sent.map(({ text, again }) => [text, again])).toEqual([
      ['一', false],
      ['一', true],
    ])
    expect(await deliveryOf(at, thread, seqs[1] as number)).toEqual(['failed', 'windowExpired'])
  })
  test('by a colleague who picks the resident up leaves no more', async () => {
    const at = await wecomVillage()
    let taken: (result: SendResult) => void = () => {}
    at.send = () =>
      new Promise((resolve) => {
        taken = resolve
      })
    const thread = at.hears()
    await answer(at, thread, '一')
    const second = await answer(at, thread, '二')
    await at.settled()
    at.takesIn(served('colleague', monday + minute))
    taken({ sent: true })
    await at.settled()
    expect(at.sent).toHaveLength(1)
    expect(await deliveryOf(at, thread, second)).toEqual(['failed', 'elsewhere'])
  })
})

describe('many messages', () => {
  /** So many conversations of an account, each with one message waiting to leave. */
  function waiting({ desk }: WecomVillage, account: string, count: number): void {
    const { station } = desk
    const froms = [...Array(count).keys()].map((n) => `${account}-${n}`)
    const { threads } = takeIn(
      station,
      account,
      froms.map((from) => resident({ from, text: '在吗', at: monday })),
    )
    const by = { user: 'zhang', role: 'officer', device: 'test-pc', now: station.now() }
    const words = { text: '统一答复', title: null, image: null, external: null }
    const data = { kind: 'text', delivery: 'queued', seen: null, sentAt: iso(monday) } as const
    station.bus.runNow(by, () => ({
      decision: entries(...threads.map((thread) => messageSent(thread, data, words))),
    }))
  }
  const other = 'kf2'
  async function two(): Promise<WecomVillage> {
    const at = await wecomVillage()
    const system = { user: 'core', role: 'system', device: 'test-pc', now: monday }
    at.desk.station.bus.runNow(system, () => ({
      decision: entries(
        accountAdded(other, 'wecom-kf', '另一个', [], { connection: 'corp', openKfid: 'wk2' }),
      ),
    }))
    return at
  }
  const sentOf = (sent: Outgoing[], account: string) => sent.filter((each) => each.account === account).length

  test('600 stuck on one account hold up no other', async () => {
    const at = await two()
    at.send = async ({ account }) => (account === kf ? { ...down, after: hour } : { sent: true })
    waiting(at, kf, 600)
    for (let n = 0; n < 20; n += 1) await at.settled()
    waiting(at, other, 30)
    await at.settled()
    expect(sentOf(at.sent, other)).toBe(30)
    expect(entriesOf(at.desk.station, 'message.accepted')).toHaveLength(30)
  })
  test('600 whose calls never come back hold up no other, and no more than four of them are out', async () => {
    const at = await two()
    at.send = ({ account }) => (account === kf ? new Promise(() => {}) : Promise.resolve({ sent: true }))
    waiting(at, kf, 600)
    waiting(at, other, 30)
    for (let n = 0; n < 5; n += 1) await at.settled()
    expect(sentOf(at.sent, kf)).toBe(4)
    expect(sentOf(at.sent, other)).toBe(30)
  })
  test('are found by leaping through what is queued, never by reading all messages', async () => {
    const { desk } = await wecomVillage()
    const rows = desk.station.db.prepare(`EXPLAIN QUERY PLAN ${oldestSql}`).all({ busy: '[]', most: 8 }) as {
      detail: string
    }[]
    const plan = rows.map(({ detail }) => detail).join('\n')
    expect(plan).toMatch(/SEARCH q USING COVERING INDEX message_queued \(account=\?\)/)
    expect(plan).toMatch(/SEARCH message USING COVERING INDEX message_queued \(account>\?\)/)
    expect(plan).toMatch(/SEARCH m USING INTEGER PRIMARY KEY/)
    expect(plan).not.toMatch(/SCAN (m|q|t|c|b|r)\b/)
  })
})

test('residents, answers, failures and colleagues at random: the count stays within its bounds, and the screens follow the ledger', async () => {
  const at = await wecomVillage()
  const { station } = at.desk
  const random = seeded(11)
  const thread = at.hears()
  at.send = async () =>
    random.one<SendResult>([
      { sent: true },
      { sent: true },
      { sent: true },
      { sent: false, retry: 'never', reason: 'fail_0' },
      { sent: false, retry: 'never', reason: 'windowSpent', learnt: 'windowSpent' },
    ])
  let answered = 0
  for (let step = 1; step <= 150; step += 1) {
    at.desk.now += minute
    const now = at.desk.now
    switch (random.below(6)) {
      case 0:
        at.hears(`第${step}句`, { at: now - random.below(5) * minute })
        break
      case 1:
        if (at.sent.length > 0) at.takesIn(sendFailed(random.one(at.sent).id, 'fail_0', now))
        break
      case 2:
        if (random.below(4) === 0) at.takesIn(typed(`同事${step}`, now), served('ended', now))
        break
      default: {
        const by = { user: 'zhang', role: 'officer', device: 'test-pc', now }
        const { last_seq: seen } = station.views.threads.thread(thread)!
        const before = station.reaching.of(
          { account: kf, contact: station.views.threads.thread(thread)!.contact },
          now,
        )
        const did = await station
          .execute('thread.answer', { thread, text: `答${step}`, seen }, by, null)
          .then(
            () => true,
            () => false,
          )
        expect(did).toBe(before?.window.state === 'open' && before.served === null)
        if (did) answered += 1
      }
    }
    if (random.below(2) === 0)
      for (let n = 0; n < 5; n += 1) await new Promise((resolve) => setTimeout(resolve, 1))
    const { window } = station.reaching.of(
      { account: kf, contact: station.views.threads.thread(thread)!.contact },
      now,
    )!
    expect(window.left).toBeGreaterThanOrEqual(0)
    expect(window.left).toBeLessThanOrEqual(5)
    expect(window.left > 0).toBe(window.state === 'open')
  }
  expect(answered).toBeGreaterThan(20)
  await at.settled()
  expect(screensFollowLedger(station)).toBe(true)
})
