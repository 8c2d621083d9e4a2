import { describe, expect, test } from 'vitest'
import { escalationOutcome, needsNoVisit } from '../../src/contract/escalations.ts'
import type { Decision } from '../../src/desk/decision.ts'
import * as desks from '../../src/desk/escalations/desks.ts'
import * as ending from '../../src/desk/escalations/ending.ts'
import type { Matter } from '../../src/desk/escalations/rules.ts'
import * as rules from '../../src/desk/escalations/rules.ts'
import type { Guarded, Reader } from '../../src/desk/privacy/rules.ts'
import { opened, type ThreadState } from '../../src/desk/threads/thread.ts'

const now = Date.parse('2026-11-23T02:00:00.000Z')
const minute = 60_000
const iso = (ms: number) => new Date(ms).toISOString()

const reader = (user: string, role: Reader['role'], ...of: string[]): Reader => ({
  user,
  role,
  desks: new Set(of),
  glass: new Set(),
})
const zhang = reader('zhang', 'officer')
const li = reader('li', 'officer')
const mediator = reader('mei', 'officer', 'mediation')
const chief = reader('chief', 'supervisor')

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
const thread = (over: Partial<ThreadState> = {}): ThreadState => ({ ...begun, last_seq: 10, ...over })
const heldBy = (holder: string, over: Partial<ThreadState> = {}) =>
  thread({ holder, held_since: now - minute, ...over })
const matter = (over: Partial<Matter> = {}): Matter => ({
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
const [red, orange, , blue] = desks.startingLevels as Required<typeof desks.startingLevels>
const [mediation, antiFraud] = desks.startingDesks

const types = (decision: Decision) =>
  'entries' in decision ? decision.entries.map(({ type }) => type) : decision.refused.code

const escalating = (over: Partial<rules.Escalating> = {}): rules.Escalating => ({
  escalation: 'e1',
  reason: '宅基地纠纷, 双方已动手',
  private: false,
  desk: mediation!,
  level: orange!,
  asked: { desk: 'mediation', level: 'orange' },
  earlier: [],
  ...over,
})

describe('escalating', () => {
  test('by the holder names a desk, a level, a reason and by when it must be accepted', () => {
    expect(rules.escalate(heldBy('zhang'), zhang, escalating(), now)).toEqual({
      entries: [
        {
          type: 'thread.escalated',
          v: 1,
          subject: 't1',
          data: {
            escalation: 'e1',
            desk: 'mediation',
            level: 'orange',
            private: false,
            dueAt: iso(now + 15 * minute),
          },
          content: { reason: '宅基地纠纷, 双方已动手' },
        },
      ],
    })
  })
  test.each([
    ['the level’s', mediation!, red!, 5],
    ['the desk’s', antiFraud!, blue!, 30],
  ])('the shorter time goes first: %s', (_whose, desk, level, minutes) => {
    const decision = rules.escalate(heldBy('zhang'), zhang, escalating({ desk, level }), now)
    expect(decision).toMatchObject({ entries: [{ data: { dueAt: iso(now + minutes * minute) } }] })
  })
  test('a free thread claims it in the same commit, and wakes it', () => {
    const snoozed = thread({ snoozed_until: now + 1 })
    expect(types(rules.escalate(snoozed, zhang, escalating(), now))).toEqual([
      'thread.woken',
      'thread.claimed',
      'thread.escalated',
    ])
  })
  test('another’s thread is the holder’s or a supervisor’s to do', () => {
    expect(rules.escalate(heldBy('li'), zhang, escalating(), now)).toEqual({
      refused: { code: 'not_holder', holder: 'li', holderName: null, since: iso(now - minute) },
    })
    expect(types(rules.escalate(heldBy('li'), chief, escalating(), now))).toEqual(['thread.escalated'])
  })
  test('a closed thread is not escalated', () => {
    expect(types(rules.escalate(thread({ closed_at: now }), zhang, escalating(), now))).toBe('thread_closed')
  })
  test('there is one live escalation of a thread', () => {
    const live = heldBy('zhang', { escalation: 'e0', escalation_state: 'accepted' })
    expect(rules.escalate(live, zhang, escalating(), now)).toEqual({
      refused: { code: 'escalation_live', escalation: 'e0' },
    })
  })
  test('to a desk or level that is not there is refused', () => {
    expect(rules.escalate(heldBy('zhang'), zhang, escalating({ desk: null }), now)).toMatchObject({
      refused: { code: 'not_found', what: 'desk', id: 'mediation' },
    })
    expect(rules.escalate(heldBy('zhang'), zhang, escalating({ level: null }), now)).toMatchObject({
      refused: { code: 'not_found', what: 'level', id: 'orange' },
    })
  })
  test('privately covers the earlier threads it continues, those that are not private already', () => {
    const earlier: Guarded[] = [thread({ id: 't0' }), thread({ id: 'tp', private: 1 })]
    const decision = rules.escalate(heldBy('zhang'), zhang, escalating({ private: true, earlier }), now)
    expect(decision).toMatchObject({
      entries: [
        { type: 'thread.escalated', data: { private: true } },
        { type: 'thread.madePrivate', subject: 't0', data: { coveredBy: 't1', desk: null } },
      ],
    })
    const open = rules.escalate(heldBy('zhang'), zhang, escalating({ earlier }), now)
    expect(types(open)).toEqual(['thread.escalated'])
  })
})

describe('accepting', () => {
  const accept = (over: Partial<Matter>, by: Reader, state = heldBy('zhang'), level = orange!) =>
    rules.accept(matter(over), level, state, by, null, now)

  test('is a member’s or a supervisor’s', () => {
    expect(types(accept({}, mediator))).toEqual(['thread.transferred', 'escalation.accepted'])
    expect(types(accept({}, chief))).toEqual(['thread.transferred', 'escalation.accepted'])
    expect(accept({}, li)).toEqual({ refused: { code: 'not_of_the_desk', desk: 'mediation' } })
    expect(accept({ desk: 'criminal' }, mediator)).toMatchObject({ refused: { code: 'not_of_the_desk' } })
  })
  test('of a level for supervisors, and of what has come back, is a supervisor’s alone', () => {
    expect(types(accept({ level: 'red' }, mediator, heldBy('zhang'), red))).toBe('needs_supervisor')
    expect(types(accept({ level: 'red' }, chief, heldBy('zhang'), red))).toContain('escalation.accepted')
    expect(types(accept({ state: 'returned' }, mediator))).toBe('needs_supervisor')
    expect(types(accept({ state: 'returned' }, chief))).toContain('escalation.accepted')
  })
  test('twice, or when it has ended, is refused with the state it is in', () => {
    for (const state of ['accepted', 'visit', 'ended'] as const)
      expect(accept({ state }, chief)).toEqual({
        refused: { code: 'wrong_state', what: 'escalation', state },
      })
  })
  test('makes the acceptor the holder, however the thread stood', () => {
    expect(accept({}, mediator, thread())).toMatchObject({
      entries: [{ type: 'thread.claimed', data: { holder: 'mei' } }, {}],
    })
    expect(accept({}, mediator, heldBy('zhang', { snoozed_until: now + 1 }))).toMatchObject({
      entries: [
        { type: 'thread.woken' },
        { type: 'thread.transferred', data: { from: 'zhang', to: 'mei' } },
        {},
      ],
    })
    expect(types(accept({}, mediator, heldBy('mei')))).toEqual(['escalation.accepted'])
    expect(accept({}, mediator, thread({ closed_at: now - 1 }))).toMatchObject({
      entries: [{ type: 'thread.reopened', data: { why: 'officer', holder: 'mei' } }, {}],
    })
  })
  test('rule 3: the resident is told of it only by one who has seen the last message', () => {
    const tell = (seen: number) =>
      rules.accept(
        matter(),
        orange!,
        heldBy('zhang'),
        mediator,
        { text: '已由调解专席受理', seen, delivery: 'queued' },
        now,
      )
    expect(tell(9)).toMatchObject({ refused: { code: 'thread_moved_on', lastSeq: 10 } })
    expect(tell(10)).toMatchObject({
      entries: [
        {},
        {},
        { type: 'message.sent', data: { purpose: 'taken', seen: 10 }, content: { text: '已由调解专席受理' } },
      ],
    })
  })
  test('a reader may accept exactly what accepting would not refuse', () => {
    const states = ['offered', 'returned', 'accepted', 'visit', 'ended'] as const
    for (const state of states)
      for (const level of [red!, orange!])
        for (const by of [zhang, mediator, chief])
          expect(rules.mayAccept(matter({ state }), level, by)).toBe(
            'entries' in rules.accept(matter({ state }), level, heldBy('zhang'), by, null, now),
          )
    expect(rules.mayAccept(matter(), orange!, reader('ducha', 'auditor', 'mediation'))).toBe(false)
    expect(rules.mayAccept(matter(), orange!, reader('guanli', 'admin', 'mediation'))).toBe(false)
  })
})

describe('rule 12: a decline or a lapse goes to the supervisor', () => {
  test('a decline has its reason', () => {
    expect(rules.decline(matter(), orange!, mediator, '不属本专席')).toMatchObject({
      entries: [
        {
          type: 'escalation.declined',
          data: { escalation: 'e1', desk: 'supervisor' },
          content: { reason: '不属本专席' },
        },
      ],
    })
    expect(types(rules.decline(matter(), orange!, li, '不归我管'))).toBe('not_of_the_desk')
    expect(types(rules.decline(matter(), red!, mediator, '不归我管'))).toBe('needs_supervisor')
  })
  test('only what is offered is declined', () => {
    for (const state of ['returned', 'accepted', 'visit', 'ended'] as const)
      expect(types(rules.decline(matter({ state }), orange!, chief, '不归我管'))).toBe('wrong_state')
  })
  test('it lapses to the millisecond, and once', () => {
    expect(rules.lapse(matter({ due_at: now }), now)).toMatchObject({
      entries: [{ type: 'escalation.lapsed', data: { desk: 'supervisor' } }],
    })
    expect(types(rules.lapse(matter({ due_at: now + 1 }), now))).toBe('nothing_to_do')
    for (const state of ['returned', 'accepted', 'visit', 'ended'] as const)
      expect(types(rules.lapse(matter({ state, due_at: 0 }), now))).toBe('nothing_to_do')
  })
})

describe('reassigning', () => {
  const to = {
    desk: antiFraud!,
    level: blue!,
    asked: { desk: 'antiFraud', level: 'blue' },
    reason: '疑似诈骗',
  }
  test('by a supervisor offers any live one anew, with a new time', () => {
    for (const state of ['offered', 'returned', 'accepted'] as const)
      expect(rules.reassign(matter({ state }), chief, to, now)).toMatchObject({
        entries: [
          {
            type: 'escalation.reassigned',
            data: { desk: 'antiFraud', level: 'blue', dueAt: iso(now + 30 * minute) },
            content: { reason: '疑似诈骗' },
          },
        ],
      })
  })
  test('is no officer’s, and nothing for what is over', () => {
    expect(types(rules.reassign(matter(), mediator, to, now))).toBe('needs_supervisor')
    for (const state of ['visit', 'ended'] as const)
      expect(types(rules.reassign(matter({ state }), chief, to, now))).toBe('wrong_state')
  })
  test('to a desk or level that is not there is refused', () => {
    expect(rules.reassign(matter(), chief, { ...to, desk: null }, now)).toMatchObject({
      refused: { code: 'not_found', what: 'desk', id: 'antiFraud' },
    })
    expect(rules.reassign(matter(), chief, { ...to, level: null }, now)).toMatchObject({
      refused: { code: 'not_found', what: 'level', id: 'blue' },
    })
  })
})

describe('rule 12: an escalation closes with an outcome and a date for the return visit', () => {
  const accepted = matter({ state: 'accepted', accepted_by: 'mei' })
  const end = { outcome: 'settled' as const, note: '双方和解', returnVisitAt: now + 1 }

  test.each(escalationOutcome.options)('"%s" without a date', (outcome) => {
    const decision = ending.resolve(accepted, thread(), chief, { ...end, outcome, returnVisitAt: null }, now)
    expect(types(decision)).toEqual(
      needsNoVisit.has(outcome) ? ['escalation.resolved'] : 'needs_return_visit',
    )
  })
  test('the date is in the future', () => {
    expect(ending.resolve(accepted, thread(), chief, { ...end, returnVisitAt: now }, now)).toMatchObject({
      refused: { code: 'in_the_past', at: iso(now) },
    })
    expect(ending.resolve(accepted, thread(), chief, end, now)).toMatchObject({
      entries: [{ data: { outcome: 'settled', returnVisitAt: iso(now + 1) }, content: { note: '双方和解' } }],
    })
  })
  test('by whoever accepted it, the holder, a member of the desk or a supervisor', () => {
    const by = (who: Reader) => types(ending.resolve(accepted, heldBy('zhang'), who, end, now))
    for (const who of [reader('mei', 'officer'), zhang, reader('wang', 'officer', 'mediation'), chief])
      expect(by(who)).toEqual(['escalation.resolved'])
    expect(by(li)).toBe('not_of_the_desk')
  })
  test('only what was accepted is resolved', () => {
    for (const state of ['offered', 'returned', 'visit', 'ended'] as const)
      expect(types(ending.resolve(matter({ state }), thread(), chief, end, now))).toBe('wrong_state')
  })
})

describe('a return visit', () => {
  const waiting = matter({ state: 'visit', accepted_by: 'mei', return_visit_at: now })
  const closed = thread({ closed_at: now - minute, last_holder: 'zhang' })
  const comes = (state: ThreadState, ...ready: string[]) =>
    ending.visitDue(waiting, state, new Set(ready), now)

  test('comes back by itself on its day, once', () => {
    expect(types(comes(thread()))).toEqual(['escalation.visitDue'])
    for (const over of [{ return_visit_at: now + 1 }, { visit_due: 1 as const }, { state: 'ended' as const }])
      expect(types(ending.visitDue({ ...waiting, ...over }, thread(), new Set(), now))).toBe('nothing_to_do')
  })
  test('reopens a closed thread to whoever accepted it, else to the last holder', () => {
    expect(comes(closed, 'mei', 'zhang')).toMatchObject({
      entries: [{}, { type: 'thread.reopened', data: { why: 'returnVisit', holder: 'mei' } }],
    })
    expect(comes(closed, 'zhang')).toMatchObject({ entries: [{}, { data: { holder: 'zhang' } }] })
  })
  test('rule 7: nothing wakes up on an officer who is off shift', () => {
    expect(comes(closed)).toMatchObject({ entries: [{}, { data: { holder: null } }] })
    expect(types(comes(heldBy('mei', { snoozed_until: now + 1 })))).toEqual([
      'escalation.visitDue',
      'thread.woken',
      'thread.returned',
    ])
    expect(types(comes(heldBy('mei'), 'mei'))).toEqual(['escalation.visitDue'])
  })
  test('is made by whoever answers for the matter, on its day or before, and ends it', () => {
    const visit = { result: 'kept' as const, note: '双方和好', next: null }
    for (const over of [{}, { return_visit_at: now + minute }, { visit_due: 1 as const }])
      expect(types(ending.visited({ ...waiting, ...over }, closed, mediator, visit, now))).toEqual([
        'escalation.visited',
      ])
    expect(types(ending.visited(waiting, closed, li, visit, now))).toBe('not_of_the_desk')
    for (const state of ['offered', 'returned', 'accepted', 'ended'] as const)
      expect(types(ending.visited(matter({ state }), closed, chief, visit, now))).toBe('wrong_state')
  })
  test('has a next one in the future only', () => {
    const visit = { result: 'broken' as const, note: '又起争执', next: now }
    expect(types(ending.visited(waiting, closed, chief, visit, now))).toBe('in_the_past')
    expect(ending.visited(waiting, closed, chief, { ...visit, next: now + 1 }, now)).toMatchObject({
      entries: [{ data: { result: 'broken', next: iso(now + 1) } }],
    })
  })
})
