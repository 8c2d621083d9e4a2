import { describe, expect, test } from 'vitest'
import type { ItemWhy, Severity } from '../../src/contract/handoff.ts'
import type { Matter } from '../../src/desk/escalations/rules.ts'
import { nextShift, promiseNear } from '../../src/desk/handoff/severity.ts'
import { itemsOf, type SheetFacts, type ThreadFacts } from '../../src/desk/handoff/sheet.ts'
import { opened, type ThreadState } from '../../src/desk/threads/thread.ts'
import type { WarningState } from '../../src/desk/warnings/warning.ts'

const now = Date.parse('2026-11-23T02:00:00.000Z')
const minute = 60_000
const iso = (ms: number) => new Date(ms).toISOString()

const begun = opened(
  {
    seq: 1,
    station: 's',
    at: iso(now - 60 * minute),
    actor: { user: 'a1', role: 'channel', device: 'core' },
    type: 'thread.opened',
    v: 1,
    subject: 't1',
    data: { account: 'a1', contact: 'c1', continues: null },
    prev: '',
  },
  'k1',
)
const waiting = { waiting_since: now - 5 * minute, clock_since: now - 5 * minute }
/** A thread of Zhang's, answered and with nothing the matter. */
const calm = (over: Partial<ThreadState> = {}): ThreadState => ({
  ...begun,
  holder: 'zhang',
  held_since: now - 30 * minute,
  last_from: 'desk',
  last_seq: 9,
  last_message: 9,
  ...over,
})
const facts = (over: Partial<ThreadFacts> = {}): ThreadFacts => ({
  thread: calm(),
  card: 2,
  alarm: null,
  matter: null,
  promise: null,
  undelivered: false,
  pressing: false,
  ...over,
})
const alarm = {
  id: 'al',
  thread: 't1',
  kind: 'crisis',
  state: 'followed',
  rang_at: now - minute,
  acknowledged_at: now,
  acknowledged_seq: 9,
  looks_after: 'zhang',
  next_contact_at: now + minute,
  contact_due: 0,
  calls: 0,
  called_at: null,
  raised_at: now - minute,
} as const
const matter = (over: Partial<Matter>): Matter => ({
  id: 'e1',
  thread: 't1',
  desk: 'mediation',
  level: 'orange',
  state: 'offered',
  due_at: now + 15 * minute,
  accepted_by: null,
  return_visit_at: null,
  visit_due: 0,
  ...over,
})
const warning = { n: 40, id: 'w1', holder: 'zhang', overdue: 0, step_since: now - minute } as WarningState
const sheet = (over: Partial<SheetFacts>) =>
  itemsOf({ threads: [], warnings: [], accounts: [], ...over }, 'zhang', now)
const ofThread = (over: Partial<ThreadFacts>) => sheet({ threads: [facts(over)] })[0]!
const account = {
  account: 'a1',
  fault: false,
  off: false,
  trouble: null,
  undelivered: false,
  promise: null,
}

describe('rule 14: how severe a thread is', () => {
  const cases: [string, Partial<ThreadFacts>, Severity, ItemWhy][] = [
    ['an open alarm', { alarm }, 'critical', 'alarm'],
    [
      'a cry for help nobody has answered',
      { thread: calm({ ...waiting, mark_kind: 'crisis', mark_strength: 'watch' }) },
      'critical',
      'danger',
    ],
    [
      'a cry for help that was answered',
      { thread: calm({ mark_kind: 'crisis', mark_strength: 'watch' }) },
      'watch',
      'danger',
    ],
    ['a live escalation', { matter: matter({ state: 'accepted' }) }, 'serious', 'escalation'],
    [
      'an urgent one overdue',
      { thread: calm({ ...waiting, overdue: 1, urgency: 'urgent' }) },
      'serious',
      'overdue',
    ],
    [
      'a routine one overdue',
      { thread: calm({ ...waiting, overdue: 1, urgency: 'routine' }) },
      'watch',
      'overdue',
    ],
    ['a promise that is past', { promise: { id: 'p1', deadline: now - minute } }, 'serious', 'promise'],
    [
      'a promise within two hours',
      { promise: { id: 'p1', deadline: now + promiseNear } },
      'serious',
      'promise',
    ],
    ['a promise later', { promise: { id: 'p1', deadline: now + promiseNear + 1 } }, 'routine', 'promise'],
    ['a promise without a time', { promise: { id: 'p1', deadline: null } }, 'routine', 'promise'],
    [
      'a return visit that is due',
      { matter: matter({ state: 'visit', visit_due: 1, return_visit_at: now }) },
      'serious',
      'returnVisit',
    ],
    [
      'a return visit still to come',
      {
        thread: calm({ closed_at: now - minute, holder: null }),
        matter: matter({ state: 'visit', return_visit_at: now + 9 * minute }),
      },
      'routine',
      'returnVisit',
    ],
    ['any other mark', { thread: calm({ mark_kind: 'dispute' }) }, 'watch', 'watched'],
    ['a private one', { thread: calm({ private: 1 }) }, 'watch', 'private'],
    [
      'a snooze that ends on the next shift',
      { thread: calm({ snoozed_until: now + nextShift }) },
      'watch',
      'snoozed',
    ],
    [
      'a snooze that ends later',
      { thread: calm({ snoozed_until: now + nextShift + 1 }) },
      'routine',
      'snoozed',
    ],
    ['an answer that never arrived', { undelivered: true }, 'watch', 'undelivered'],
    [
      'somebody waiting whose reply window is nearly over',
      { thread: calm(waiting), pressing: true },
      'watch',
      'quota',
    ],
    ['one that waits', { thread: calm(waiting) }, 'routine', 'waiting'],
    ['one that is held', {}, 'routine', 'held'],
    ['one that nobody holds', { thread: calm({ holder: null }) }, 'routine', 'unclaimed'],
  ]
  test.each(cases)('%s', (_what, over, severity, why) => {
    const item = ofThread(over)
    expect(item).toMatchObject({ severity })
    expect(item.why).toContain(why)
  })
  test('all reasons are given, the gravest first', () => {
    const thread = calm({ ...waiting, mark_kind: 'crisis', mark_strength: 'ring', private: 1 })
    expect(ofThread({ thread, alarm, matter: matter({ state: 'returned' }) }).why).toEqual([
      'alarm',
      'danger',
      'escalation',
      'private',
      'waiting',
      'held',
    ])
  })
})

describe('rule 14: what else is on the sheet', () => {
  test('a scam warning in progress is serious', () => {
    expect(sheet({ warnings: [{ warning, promise: null }] })).toMatchObject([
      { id: 'warning:w1', kind: 'warning', severity: 'serious', why: ['warning'], card: 40 },
    ])
  })
  test('an account that does not work or lost messages is serious, one switched off or with lost answers to be watched', () => {
    const gaps = [{ from: iso(now - 300 * minute), to: iso(now - 60 * minute) }]
    const accounts = [
      { ...account, fault: true },
      { ...account, account: 'a0', trouble: { fault: null, gaps } },
      { ...account, account: 'a2', off: true },
      { ...account, account: 'a3', undelivered: true },
    ]
    expect(sheet({ accounts }).map(({ id, severity, why }) => [id, severity, why])).toEqual([
      ['account:a0', 'serious', ['gap']],
      ['account:a1', 'serious', ['fault']],
      ['account:a2', 'watch', ['fault']],
      ['account:a3', 'watch', ['undelivered']],
    ])
  })
  test('an escalation says until when it must be accepted, and no longer once it is', () => {
    expect(ofThread({ matter: matter({}) }).escalation).toEqual({
      desk: 'mediation',
      level: 'orange',
      state: 'offered',
      dueAt: iso(now + 15 * minute),
    })
    expect(ofThread({ matter: matter({ state: 'accepted' }) }).escalation).toMatchObject({ dueAt: null })
  })
  test('the most severe comes first, then who has waited longest, then who waits for nothing', () => {
    const since = (id: string, at: number | null, over: Partial<ThreadState> = {}) =>
      facts({ thread: calm({ id, waiting_since: at, clock_since: at, ...over }) })
    const threads = [
      since('calm', null),
      since('short', now - minute),
      since('long', now - 9 * minute),
      since('danger', now, { mark_kind: 'violence' }),
    ]
    expect(sheet({ threads }).map(({ id }) => id)).toEqual(['danger', 'long', 'short', 'calm'])
  })
})
