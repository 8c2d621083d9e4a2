import { describe, expect, test } from 'vitest'
import type { HandoffPromise } from '../../src/contract/handoff.ts'
import type { Console } from '../support/console.ts'
import { handOver, hands, holders, idsOf, itemsOf, offer, takeOn } from '../support/handing-over.ts'
import { entriesOf, hour, iso, minute, screensFollowLedger, testStation } from '../support/station.ts'

const list = async (
  console: Console,
  of: 'open' | 'broken' | 'all',
  user?: string,
): Promise<HandoffPromise[]> =>
  (await console.call('promises.list', { of, offset: 0, limit: 50, ...(user ? { user } : {}) })).rows

/** Li has taken two answered threads over from Zhang, to be done within four hours. */
async function takenOver() {
  const desk = await testStation()
  const all = await hands(desk)
  const { zhang, li } = all
  const threads: string[] = []
  for (const from of ['一组 甲', '二组 乙']) {
    const thread = desk.hears({ from, text: '证好了吗 13812345678' })
    await zhang.call('thread.claim', { thread })
    const { lastSeq } = await zhang.call('thread.get', { thread })
    await zhang.call('thread.answer', { thread, text: '查一下告诉您', seen: lastSeq })
    threads.push(thread)
  }
  const { handoff } = await zhang.call('handoff.start', { post: null })
  const decision = handOver(desk, '查到结果回 13812345678', 4 * hour)
  await zhang.call('handoff.decide', { handoff, items: await idsOf(zhang, handoff), decision })
  await zhang.call('handoff.sign', { handoff, side: 'outgoing', password: 'desk-1234', to: 'li' })
  await desk.pass(minute)
  await takeOn(li, handoff)
  const [first, second] = threads as [string, string]
  return { desk, ...all, handoff, first, second, deadline: decision.deadline }
}
const answer = async (console: Console, thread: string) => {
  const { lastSeq } = await console.call('thread.get', { thread })
  return console.call('thread.answer', {
    thread,
    text: '好了',
    seen: lastSeq,
    takeOver: { reason: '我知道' },
  })
}

describe('what was handed over with a next action is a promise', () => {
  test('of the new holder, open until it is done, with the words masked', async () => {
    const { zhang, li, handoff, first, second, deadline } = await takenOver()
    expect(await list(zhang, 'open')).toMatchObject(
      [first, second].map((thread) => ({
        handoff,
        item: thread,
        thread,
        nextAction: '查到结果回 138****5678',
        deadline,
        to: 'li',
        toName: '李秀英',
        state: 'open',
        doneAt: null,
      })),
    )
    expect(await list(li, 'open', 'li')).toHaveLength(2)
    expect(await list(li, 'open', 'zhang')).toEqual([])
  })

  test('kept when anybody of the desk answers in time; told of a delay is no answer', async () => {
    const { desk, zhang, li, first, deadline } = await takenOver()
    desk.hears({ from: '一组 甲', text: '还没好吗' })
    const { lastSeq } = await li.call('thread.get', { thread: first })
    await li.call('thread.tellDelay', { thread: first, text: '请稍候', seen: lastSeq })
    expect(await list(li, 'open')).toHaveLength(2)
    await answer(zhang, first)
    expect((await list(li, 'all')).find(({ thread }) => thread === first)).toMatchObject({
      state: 'kept',
      doneAt: iso(desk.now),
      deadline,
    })
    expect(await list(li, 'open')).toHaveLength(1)
  })

  test('kept when the thread is closed, or somebody says that it is done', async () => {
    const { desk, li, first, second } = await takenOver()
    const { lastSeq } = await li.call('thread.get', { thread: first })
    await li.call('thread.close', { thread: first, disposition: 'answered', seen: lastSeq })
    const [open] = await list(li, 'open')
    expect(open).toMatchObject({ thread: second })
    await li.call('promise.done', { promise: open!.id, note: '打电话说清楚了' })
    expect(await li.refused('promise.done', { promise: open!.id, note: '又说一遍' })).toEqual({
      code: 'nothing_to_do',
    })
    expect((await list(li, 'all')).map(({ state }) => state)).toEqual(['kept', 'kept'])
    const { items } = await li.call('thread.timeline', { thread: second, limit: 5 })
    expect(items.at(-1)).toMatchObject({ type: 'thread.promiseDone', text: '打电话说清楚了' })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('broken when nothing was done: the thread waits again and rises, once, restart or not', async () => {
    const { desk, li, first, second } = await takenOver()
    await desk.pass(4 * hour - minute - 1)
    expect((await li.call('thread.get', { thread: first })).waitingSince).toBeNull()
    desk.now += 1
    await desk.restart()
    for (const wait of [0, 0, minute]) await desk.pass(wait)
    const { li: later, daiban } = await hands(desk)
    expect(entriesOf(desk.station, 'thread.promiseDue').map(({ subject }) => subject)).toEqual([
      first,
      second,
    ])
    expect((await later.call('thread.get', { thread: first })).waitingSince).toBe(iso(desk.now - minute))
    expect((await list(later, 'broken')).map(({ state }) => state)).toEqual(['broken', 'broken'])
    expect(await later.call('handoffs.counts', {})).toMatchObject({ promisesDue: 2 })
    expect(await daiban.call('handoffs.counts', {})).toMatchObject({ promisesDue: 2 })
    await answer(later, first)
    expect((await list(later, 'all')).find(({ thread }) => thread === first)).toMatchObject({ state: 'late' })
    expect((await list(later, 'broken')).map(({ thread }) => thread)).toEqual([second])
    await later.call('promise.done', { promise: (await list(later, 'broken'))[0]!.id, note: '才办完' })
    expect((await later.call('thread.get', { thread: second })).waitingSince).toBeNull()
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('rule 7: due when its holder has gone home, the thread goes to the queue and wakes', async () => {
    const { desk, li, first } = await takenOver()
    await li.call('thread.snooze', { thread: first, until: iso(desk.now + 9 * hour) })
    await li.call('shift.signOff', {})
    await desk.pass(4 * hour)
    const row = await li.call('thread.get', { thread: first })
    expect(row).toMatchObject({ holder: null, snoozedUntil: null })
    expect(row.waitingSince).not.toBeNull()
  })

  test('unkept it is on the next sheet too, as serious, and is handed on', async () => {
    const { desk, zhang, li, first } = await takenOver()
    await desk.pass(3 * hour)
    const handoff = await offer(desk, li, { to: 'zhang' })
    const items = await itemsOf(zhang, handoff)
    expect(items.find(({ id }) => id === first)).toMatchObject({
      severity: 'serious',
      why: ['promise', 'held'],
      promise: { nextAction: '查到结果回 138****5678' },
    })
    await takeOn(zhang, handoff)
    expect(holders(desk).get(first)).toBe('zhang')
    // Those of before too, as they are not broken yet.
    expect(await list(zhang, 'open', 'zhang')).toHaveLength(4)
    expect(await list(zhang, 'open', 'li')).toEqual([])
  })
})

describe('what became of the items', () => {
  test('the first act after it and how long that took, the first answer, how it was closed', async () => {
    const { desk, zhang, li, ducha, daiban, handoff, first, second } = await takenOver()
    await ducha.call('thread.timeline', { thread: first, limit: 5 })
    // Nothing is done about a resident by an auditor who looks, or by keeping the words.
    await ducha.call('audit.records', { filter: { thread: first }, limit: 5 })
    await daiban.call('hold.place', { of: { kind: 'thread', thread: first }, reason: '留存' })
    await desk.pass(5 * minute)
    await li.call('thread.note', { thread: first, text: '记一下' })
    await desk.pass(5 * minute)
    desk.hears({ from: '一组 甲', text: '好了吗' })
    await answer(zhang, first)
    const { lastSeq } = await zhang.call('thread.get', { thread: first })
    await zhang.call('thread.close', { thread: first, disposition: 'answered', seen: lastSeq })
    const outcomes = await ducha.call('handoff.outcomes', { handoff })
    expect(outcomes.find(({ item }) => item === first)).toMatchObject({
      promise: { state: 'kept' },
      firstAct: { type: 'note.added', byName: '李秀英', after: 5 * minute },
      firstAnswerAt: iso(desk.now),
      closedAt: iso(desk.now),
      disposition: 'answered',
    })
    expect(outcomes.find(({ item }) => item === second)).toMatchObject({
      promise: { state: 'open' },
      firstAct: null,
      firstAnswerAt: null,
      closedAt: null,
    })
  })

  test('of a warning as well', async () => {
    const desk = await testStation()
    const { zhang, li } = await hands(desk)
    const { warning } = await zhang.call('warning.enter', {
      name: '王桂兰',
      phone: '13812345678',
      type: 'loan',
      source: null,
      note: null,
      contact: null,
    })
    await zhang.call('warning.claim', { warning })
    const handoff = await offer(desk, zhang)
    await takeOn(li, handoff)
    await desk.pass(2 * minute)
    await li.call('warning.called', { warning, result: 'reached' })
    expect(await li.call('handoff.outcomes', { handoff })).toMatchObject([
      {
        promise: { state: 'kept', title: '王桂兰' },
        firstAct: { type: 'warning.called', after: 2 * minute },
      },
    ])
  })
})
