import { describe, expect, test } from 'vitest'
import { type Jump, setBack } from '../../src/desk/audit/anomalies/clock-jump.ts'
import { episodes } from '../../src/desk/audit/anomalies/episodes.ts'
import { type Completed, unread } from '../../src/desk/audit/anomalies/handoff-unread.ts'
import { type HeldWait, longest } from '../../src/desk/audit/anomalies/long-hold.ts'
import { judged, type Silence } from '../../src/desk/audit/anomalies/unanswered.ts'
import { gaps, type Signing } from '../../src/desk/audit/anomalies/unmanned.ts'
import { guessing, type Try } from '../../src/desk/audit/anomalies/wrong-password.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
/** Monday 23 November 2026, 10:00 in Shanghai. */
const monday = Date.parse('2026-11-23T02:00:00.000Z')
const iso = (ms: number) => new Date(ms).toISOString()

describe('held for long while the resident waits', () => {
  const wait = (over: Partial<HeldWait> = {}): HeldWait => ({
    seq: 20,
    at: monday + hour,
    thread: 'thread',
    account: 'account',
    since: iso(monday),
    ended_at: null,
    hold: 12,
    holder: 'zhang',
    hold_from: monday,
    hold_until: null,
    ...over,
  })

  test('counts from the wait or the hold, whichever began later', () => {
    const now = monday + 6 * hour
    expect(longest([wait()], now)).toMatchObject([{ user: 'zhang', facts: { held: 6 * hour, answered: 0 } }])
    expect(longest([wait({ hold_from: monday - 9 * hour })], now)[0]?.facts.held).toBe(6 * hour)
    expect(longest([wait({ hold_from: monday + 3 * hour })], now)).toEqual([])
  })

  test('four hours to the millisecond are not too long yet', () => {
    expect(longest([wait({ ended_at: monday + 4 * hour })], monday + 99 * hour)).toEqual([])
    expect(longest([wait({ ended_at: monday + 4 * hour + 1 })], monday + 99 * hour)).toHaveLength(1)
  })

  test('each holder answers for the own time only', () => {
    const rows = [
      wait({ hold_until: monday + hour }),
      wait({ hold: 30, holder: 'li', hold_from: monday + hour, ended_at: monday + 14 * hour }),
    ]
    expect(longest(rows, monday + 20 * hour)).toMatchObject([
      {
        user: 'li',
        severity: 'high',
        seqs: [30, 20],
        facts: { held: 13 * hour, waited: 14 * hour, answered: 1 },
      },
    ])
  })

  test('what became overdue twice, because the resident was told of the delay, is one wait', () => {
    const again = longest([wait(), wait({ seq: 25, at: monday + 2 * hour })], monday + 6 * hour)
    expect(again.map(({ id }) => id)).toEqual([`longHold:12:${monday}`])
  })
})

describe('closed without an answer', () => {
  const silence = (seq: number, over: Partial<Silence> = {}): Silence => ({
    seq,
    at: monday,
    actor: 'zhang',
    thread: `thread-${seq}`,
    account: null,
    disposition: 'noReplyNeeded',
    said_at: monday - minute,
    answered: 0,
    ...over,
  })

  test('weighs more where nothing at all was answered', () => {
    const of = (answered: 0 | 1) => judged([silence(1, { answered })], new Map([['zhang', 100]]))[0]?.severity
    expect([of(0), of(1)]).toEqual(['middle', 'low'])
  })

  test('an advert asks for nothing, unless everything is an advert to this person', () => {
    const adverts = [1, 2, 3, 4, 5].map((seq) => silence(seq, { disposition: 'advert' }))
    expect(judged(adverts, new Map([['zhang', 100]]))).toEqual([])
    expect(judged(adverts, new Map([['zhang', 16]])).map(({ severity }) => severity)).toEqual(
      Array(5).fill('high'),
    )
    expect(judged(adverts.slice(1), new Map([['zhang', 4]]))).toEqual([])
  })

  test('the habits of one are not those of another', () => {
    const mine = [1, 2, 3, 4, 5].map((seq) => silence(seq))
    const found = judged(
      [...mine, silence(6, { actor: 'li' })],
      new Map(Object.entries({ zhang: 5, li: 50 })),
    )
    expect(found.map(({ severity }) => severity)).toEqual([...Array(5).fill('high'), 'middle'])
    expect(found[0]?.facts).toMatchObject({ silent: 5, closed: 5, after: minute })
  })
})

describe('a handoff signed unread', () => {
  const completed = (over: Partial<Completed> = {}): Completed => ({
    seq: 90,
    at: monday,
    handoff: 'handoff',
    to: 'li',
    signed: 80,
    signed_at: monday,
    opened_at: monday - 3 * minute,
    offered_at: monday - 4 * minute,
    items: 60,
    ...over,
  })

  test('three minutes for sixty items are reading', () => {
    expect(unread(completed())).toEqual([])
    expect(unread(completed({ opened_at: monday - 18 * second }))).toEqual([])
  })

  test('less than a glance for each is not', () => {
    expect(unread(completed({ opened_at: monday - 17 * second }))).toMatchObject([
      { severity: 'middle', user: 'li', facts: { why: 'tooFast', read: 17 * second } },
    ])
    expect(unread(completed({ items: 1, opened_at: monday - 4 * second }))).toHaveLength(1)
  })

  test('reading an offer that was taken back and changed does not count', () => {
    expect(unread(completed({ offered_at: monday - second }))).toHaveLength(1)
  })

  test('never to have opened it is worst', () => {
    expect(unread(completed({ opened_at: null }))).toMatchObject([
      { severity: 'high', facts: { why: 'neverOpened', read: null } },
    ])
  })
})

describe('a clock that was set', () => {
  const jump = (seq: number, before: number, at: number): Jump => ({
    seq,
    before: monday + before,
    at: monday + at,
  })

  test('a quiet night is no jump', () => {
    expect(setBack([jump(5, 0, 9 * hour), jump(9, 10 * hour, 20 * hour)])).toEqual([])
  })

  test('back again by what it had leapt names both ends', () => {
    const found = setBack([
      jump(5, 0, 9 * hour),
      jump(7, 9 * hour, 33 * hour),
      jump(12, 33.5 * hour, 9.5 * hour),
    ])
    expect(found).toMatchObject([
      {
        id: 'clockJump:12',
        severity: 'high',
        seqs: [7, 11, 12],
        facts: { back: 24 * hour, ahead: hour / 2 },
      },
    ])
  })

  test('a little, as a time server does, weighs little', () => {
    expect(setBack([jump(5, 10 * second, 5 * second)])).toMatchObject([
      { severity: 'low', seqs: [4, 5], facts: { back: 5 * second, ahead: null } },
    ])
  })
})

describe('a password tried again and again', () => {
  const tries = (user: string, ...at: number[]): Try[] =>
    at.map((ms, index) => ({ seq: index + 1, at: monday + ms, user, device: 'pc' }))

  test('three within ten minutes; twice, or slowly, is forgetting', () => {
    expect(guessing(tries('zhang', 0, minute))).toEqual([])
    expect(guessing(tries('zhang', 0, 6 * minute, 12 * minute, 18 * minute))).toEqual([])
    expect(guessing(tries('zhang', 0, 5 * minute, 10 * minute))).toMatchObject([
      { user: 'zhang', seqs: [1, 2, 3], facts: { times: 3, lasted: 10 * minute } },
    ])
  })

  test('an afternoon of it is one attempt, tomorrow another', () => {
    const at = [0, 4, 8, 12, 16].map((each) => each * minute)
    const found = guessing(tries('zhang', ...at, ...at.map((each) => each + 24 * hour)))
    expect(found.map(({ facts }) => facts.times)).toEqual([5, 5])
  })

  test('of two people one each', () => {
    const mine = tries('li', 0, minute)
    const theirs = tries('zhang', 0, minute).map((one) => ({ ...one, seq: one.seq + 10 }))
    expect(guessing([...mine, ...theirs])).toEqual([])
  })

  test('a name nobody has is nobody', () => {
    expect(guessing(tries('unknown', 0, 1, 2))).toMatchObject([{ user: null }])
  })
})

describe('nobody on', () => {
  const signing = (seq: number, user: string, on: 0 | 1): Signing => ({
    seq,
    at: monday + seq * minute,
    user,
    on,
  })

  test('begins when the last one leaves and ends with the first who comes', () => {
    const found = gaps([
      signing(1, 'zhang', 1),
      signing(2, 'li', 1),
      signing(3, 'zhang', 0),
      signing(4, 'li', 0),
      signing(8, 'zhao', 1),
      signing(9, 'zhang', 1),
    ])
    expect(found).toEqual([{ left: signing(4, 'li', 0), came: signing(8, 'zhao', 1) }])
  })

  test('goes on while nobody comes; before anybody ever came there was none', () => {
    expect(gaps([])).toEqual([])
    expect(gaps([signing(1, 'zhang', 1), signing(2, 'zhang', 0)])).toMatchObject([{ came: null }])
  })

  test('signing off somebody who is not on leaves nothing behind', () => {
    expect(gaps([signing(1, 'zhang', 0), signing(2, 'zhang', 1), signing(3, 'li', 0)])).toEqual([])
  })
})

test('runs end where the next one does not belong to the one before', () => {
  expect(episodes([1, 2, 5, 6, 9], (one, next) => next - one === 1)).toEqual([[1, 2], [5, 6], [9]])
  expect(episodes([], () => true)).toEqual([])
})
