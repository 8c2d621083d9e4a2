import { describe, expect, test } from 'vitest'
import type { Input, Output } from '../../src/contract/index.ts'
import * as figures from '../../src/desk/shifts/figures.ts'
import { workedActsSql } from '../../src/desk/shifts/worked-acts.ts'
import { busyStation } from '../support/busy-station.ts'
import { at, type Console } from '../support/console.ts'
import { seeded } from '../support/random.ts'
import { comparable, type Question, slowStatistics } from '../support/slow-statistics.ts'
import {
  entriesOf,
  hour,
  iso,
  minute,
  monday,
  phone,
  screensFollowLedger,
  type TestStation,
  testStation,
  village,
} from '../support/station.ts'

type Of = Input<'shift.statistics'>['of']
const statisticsOf = (console: Console, of: Of): Promise<Output<'shift.statistics'>> =>
  console.call('shift.statistics', { of })
const period = (from: number, to: number, post?: string): Of => ({
  kind: 'period',
  from: iso(from),
  to: iso(to),
  ...(post === undefined ? {} : { post }),
})

/** Monday from 10:00 to 13:00 in Shanghai, told in the tests line by line. Nothing else happens at that station. */
async function aMorning() {
  const desk = await testStation()
  const [zhang, li, daiban] = [await at(desk, 'zhang'), await at(desk, 'li'), await at(desk, 'daiban')]
  await daiban.call('post.save', { id: 'village', name: '一号岗', accounts: [village] })
  await daiban.call('post.save', { id: 'phone', name: '二号岗', accounts: [phone] })
  const start = monday
  const clock = (ms: number) => desk.pass(start + ms - desk.now)
  const says = (from: string, text: string, account = village) =>
    desk.hears({ from, text, account, at: desk.now })
  const seen = async (thread: string) => (await daiban.call('thread.get', { thread })).lastSeq
  const answer = async (by: Console, thread: string) =>
    by.call('thread.answer', { thread, text: '好的', seen: await seen(thread) })
  const close = async (by: Console, thread: string, disposition: 'answered' | 'noReplyNeeded' = 'answered') =>
    by.call('thread.close', { thread, disposition, seen: await seen(thread) })

  await zhang.call('shift.signOff', {})
  await zhang.call('shift.signOn', { post: 'village' })
  const shift = entriesOf(desk.station, 'shift.signedOn').at(-1)!.seq
  await clock(10 * minute)
  const wang = says('王桂兰', '我家的狗丢了')
  await clock(12 * minute)
  says('王桂兰', '黄色的')
  await clock(15 * minute)
  await answer(zhang, wang) // 5 minutes after her first words
  await clock(16 * minute)
  await answer(zhang, wang) // nobody waits
  await clock(20 * minute)
  const zhao = says('赵六', '户口怎么迁')
  await clock(50 * minute)
  await li.call('thread.claim', { thread: zhao })
  await li.call('thread.tellDelay', { thread: zhao, text: '请稍候', seen: await seen(zhao) })
  await clock(80 * minute)
  await answer(li, zhao) // 60 minutes: being told of the delay was no answer
  await zhang.call('thread.categorise', { thread: wang, category: 'lostFound', urgency: 'routine' })
  await close(zhang, wang)
  await clock(90 * minute)
  const pasted = says('钱七', '在吗', phone)
  await zhang.call('thread.claim', { thread: pasted })
  await clock(91 * minute)
  await close(zhang, pasted, 'noReplyNeeded')
  await clock(105 * minute)
  says('孙八', '没人理我') // overdue an hour later, answered by nobody
  await clock(120 * minute)
  says('王桂兰', '找到了') // reopens it, to Zhang who is on
  await clock(121 * minute)
  await answer(zhang, wang) // 1 minute
  await close(zhang, wang)
  await clock(126 * minute)
  const cry = says('周九', '我不想活了') // overdue after ten minutes
  await clock(126 * minute + 40_000)
  const [alarm] = await zhang.call('alarms.open', {})
  await zhang.call('alarm.acknowledge', { alarm: alarm!.id })
  await li.call('thread.escalate', {
    thread: zhao,
    desk: 'mediation',
    level: 'orange',
    reason: '要上门',
    private: true,
  })
  await clock(170 * minute)
  await clock(180 * minute)
  return { desk, zhang, li, daiban, shift, wang, zhao, cry, end: start + 180 * minute }
}

const acted = { answers: 0, closed: 0, claimed: 0 }

describe('what a morning was like, by hand', () => {
  test('of everything there is', async () => {
    const { zhang, end } = await aMorning()
    expect(await statisticsOf(zhang, period(monday, end))).toEqual({
      from: iso(monday),
      to: iso(end),
      arrived: 7,
      answers: 4,
      opened: 5,
      closed: 3,
      reopened: 1,
      firstAnswer: { median: 5 * minute, p90: 60 * minute, worst: 60 * minute, counted: 3 },
      overdue: 2,
      alarms: { raised: 1, acknowledgedWithin: { median: 40_000, worst: 40_000 } },
      escalations: { raised: 1, accepted: 0, lapsed: 1, resolved: 0 },
      warnings: { entered: 0, closed: 0 },
      hours: [
        { at: iso(monday), arrived: 3, answers: 2, closed: 0 },
        { at: iso(monday + hour), arrived: 2, answers: 1, closed: 2 },
        { at: iso(monday + 2 * hour), arrived: 2, answers: 1, closed: 1 },
      ],
      categories: [
        { category: 'lostFound', closed: 2 },
        { category: null, closed: 1 },
      ],
      people: [
        { user: 'zhang', name: '张建国', answers: 3, closed: 3, claimed: 3 },
        { user: 'li', name: '李秀英', answers: 1, closed: 0, claimed: 1 },
      ],
    })
  })
  test('of the accounts of one post only', async () => {
    const { zhang, end } = await aMorning()
    expect(await statisticsOf(zhang, period(monday, end, 'village'))).toMatchObject({
      arrived: 6,
      answers: 4,
      opened: 4,
      closed: 2,
      categories: [{ category: 'lostFound', closed: 2 }],
    })
    expect(await statisticsOf(zhang, period(monday, end, 'phone'))).toMatchObject({
      arrived: 1,
      opened: 1,
      closed: 1,
      firstAnswer: { median: null, p90: null, worst: null, counted: 0 },
      alarms: { raised: 0, acknowledgedWithin: { median: null, worst: null } },
      escalations: { raised: 0 },
      people: [{ user: 'zhang', closed: 1 }],
    })
  })
  test('from a minute to a minute: what falls on the first counts, what falls on the last does not', async () => {
    const { zhang } = await aMorning()
    const of = (from: number, to: number) =>
      statisticsOf(zhang, period(monday + from * minute, monday + to * minute))
    expect(await of(10, 12)).toMatchObject({ arrived: 1 })
    expect(await of(11, 12)).toMatchObject({ arrived: 0 })
    expect(await of(12, 81)).toMatchObject({ arrived: 2, answers: 3, closed: 1 })
    expect(await of(12, 80)).toMatchObject({ arrived: 2, answers: 2, closed: 0 })
  })
  test('of an officer’s shift: what came to the post, and what this officer did wherever it was', async () => {
    const { desk, zhang, shift, end } = await aMorning()
    const own = {
      from: iso(monday),
      arrived: 6,
      answers: 3,
      closed: 3,
      opened: 4,
      firstAnswer: { median: 3 * minute, p90: 5 * minute, worst: 5 * minute, counted: 2 },
      hours: [
        { arrived: 3, answers: 2, closed: 0 },
        { arrived: 1, answers: 0, closed: 2 },
        { arrived: 2, answers: 1, closed: 1 },
        { arrived: 0, answers: 0, closed: 0 },
      ],
      people: [{ user: 'zhang', answers: 3, closed: 3, claimed: 3 }],
    }
    expect(await statisticsOf(zhang, { kind: 'worked', shift })).toMatchObject({ ...own, to: null })
    await zhang.call('shift.signOff', {})
    expect(await statisticsOf(zhang, { kind: 'worked', shift })).toMatchObject({ ...own, to: iso(end) })
    await zhang.call('shift.signOn', {})
    const later = entriesOf(desk.station, 'shift.signedOn').at(-1)!.seq
    expect(await statisticsOf(zhang, { kind: 'worked', shift: later })).toMatchObject({
      answers: 0,
      closed: 0,
      people: [{ user: 'zhang', ...acted }],
    })
  })
  test('of a duty: who was rostered and did nothing is shown as well', async () => {
    const { desk, zhang, daiban } = await aMorning()
    const duty = { id: 'd', post: 'phone', kind: null, name: '白班', people: ['zhao', 'zhang'] }
    await daiban.call('duty.save', { ...duty, from: iso(monday), to: iso(monday + 12 * hour) })
    const statistics = await statisticsOf(zhang, { kind: 'duty', duty: 'd' })
    expect(statistics).toMatchObject({ from: iso(monday), to: null, arrived: 1, closed: 1 })
    expect(statistics.people.map(({ user, closed }) => [user, closed])).toEqual([
      ['zhang', 1],
      ['zhao', 0],
    ])
    await desk.pass(9 * hour)
    expect(await statisticsOf(zhang, { kind: 'duty', duty: 'd' })).toMatchObject({
      to: iso(monday + 12 * hour),
    })
  })
  test('of what there is not, or of too long a time, is refused', async () => {
    const { zhang } = await aMorning()
    const refused = (of: Of) => zhang.refused('shift.statistics', { of })
    expect(await refused({ kind: 'worked', shift: 1 })).toEqual({ code: 'not_found', what: 'shift', id: '1' })
    expect(await refused({ kind: 'duty', duty: 'x' })).toMatchObject({ code: 'not_found', what: 'duty' })
    expect(await refused(period(monday, monday + 1, 'x'))).toMatchObject({ code: 'not_found', what: 'post' })
    expect(await refused(period(monday, monday + 63 * 24 * hour))).toMatchObject({ code: 'wrong_duration' })
    expect(await refused(period(monday, monday))).toMatchObject({ code: 'wrong_duration' })
  })
  test('a category given after the closing does not change what it was closed as', async () => {
    const { zhang, wang, end } = await aMorning()
    await zhang.call('thread.reopen', { thread: wang })
    await zhang.call('thread.categorise', { thread: wang, category: 'noise', urgency: 'routine' })
    expect((await statisticsOf(zhang, period(monday, end))).categories).toMatchObject([
      { category: 'lostFound', closed: 2 },
      { category: null, closed: 1 },
    ])
  })
})

/** Everything that can be asked of this station, with the same asked of the ledger. */
function questions(desk: TestStation, random: ReturnType<typeof seeded>): [Of, Question][] {
  const { shifts } = desk.station.views
  const span = desk.now - monday
  const asked: [Of, Question][] = []
  for (let n = 0; n < 12; n += 1) {
    const from = monday + random.below(span)
    const to = from + 1 + random.below(Math.min(desk.now - from + hour, 60 * 24 * hour))
    const post = random.one([undefined, 'village', 'both', 'all'])
    const accounts = shifts.accountsOf(post ?? null)
    asked.push([period(from, to, post), { from, to: Math.min(to, desk.now + 1), accounts }])
  }
  for (const { id, user, post, signed_on, signed_off, off_seq } of shifts.workedPage({}, 0, 40).rows) {
    const own = { user, first: id, last: off_seq ?? Number.MAX_SAFE_INTEGER }
    const to = signed_off ?? desk.now + 1
    asked.push([
      { kind: 'worked', shift: id },
      { from: signed_on, to, accounts: shifts.accountsOf(post), own },
    ])
  }
  return asked
}

describe('on a station where anything may have happened', () => {
  test.each([1, 2, 5])(
    'statistics are what the whole ledger says, read line by line (%d)',
    async (seed) => {
      const desk = await testStation()
      const random = seeded(seed)
      const [daiban, ducha] = [await at(desk, 'daiban'), await at(desk, 'ducha')]
      await daiban.call('post.save', { id: 'village', name: '一号岗', accounts: [village] })
      await daiban.call('post.save', { id: 'both', name: '二号岗', accounts: [village, phone] })
      await daiban.call('post.save', { id: 'all', name: '全部', accounts: [] })
      const zhao = await at(desk, 'zhao')
      await zhao.call('shift.signOn', { post: 'village' })
      const busy = await busyStation(desk, random)
      const worked = () => questions(desk, seeded(seed)).filter(([of]) => of.kind === 'worked').length
      /** What no seed promises: the dice fall anew with every act that is added to the walk. */
      const livedThrough = async () => {
        const told = await ducha.call('shift.statistics', { of: period(monday, desk.now) })
        const { firstAnswer, reopened, overdue, alarms, categories } = told
        const least = Math.min(firstAnswer.counted, reopened, overdue, alarms.raised)
        return least > 0 && categories.length > 2 && worked() > 5
      }
      for (let step = 0; step < 900 || (step < 6_000 && !(await livedThrough())); step += 1) {
        await busy.step()
        // Counted in pieces of every size, as the days go by.
        if (random() < 0.1)
          desk.station.db.transaction(() => desk.station.views.catchUp(1 + random.below(40))).immediate()
      }
      expect(await livedThrough()).toBe(true)
      await desk.pass(minute)
      const asked = questions(desk, random)
      for (const [of, question] of asked) {
        const told = await ducha.call('shift.statistics', { of })
        expect({ of, ...comparable(told) }).toEqual({ of, ...slowStatistics(desk.station, question) })
      }
      const all = { of: period(monday, desk.now) }
      const before = await ducha.call('shift.statistics', all)
      expect(screensFollowLedger(desk.station)).toBe(true)
      expect(await ducha.call('shift.statistics', all)).toEqual(before)
    },
    120_000,
  )
})

test('the figures of a month are read by their indexes', async () => {
  const { station } = await testStation()
  const bound = { from: 0, to: 1, head: 1, accounts: '[]', user: 'zhang', id: 1, end: 2 }
  const plan = (sql: string) =>
    (station.db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(bound) as { detail: string }[]).map(
      ({ detail }) => detail,
    )
  const scans = Object.entries({ ...figures, workedActsSql })
    .filter((named): named is [string, string] => typeof named[1] === 'string')
    .flatMap(([name, sql]) => plan(sql).map((step) => `${name}: ${step}`))
    .filter((step) => /SCAN (?!json_each|CONSTANT)/.test(step))
  expect(scans).toEqual([])
})
