import { describe, expect, test } from 'vitest'
import type { AlarmState } from '../../src/desk/alarms/rules.ts'
import type { Matter } from '../../src/desk/escalations/rules.ts'
import type { ItemState } from '../../src/desk/handoff/item.ts'
import { leftWhy, moves, nothingPresent, type Present } from '../../src/desk/handoff/moving.ts'
import * as promises from '../../src/desk/handoff/promises.ts'
import { opened, type ThreadState } from '../../src/desk/threads/thread.ts'
import type { WarningState } from '../../src/desk/warnings/warning.ts'
import { given, iso, item, minute, now, types } from '../support/handoff-facts.ts'

const begun = opened(
  {
    seq: 1,
    station: 's',
    at: iso(now),
    actor: { user: 'a1', role: 'channel', device: 'core' },
    type: 'thread.opened',
    v: 1,
    subject: 't1',
    data: { account: 'a1', contact: 'c1', continues: null },
    prev: '',
  },
  'k1',
)
const thread = (over: Partial<ThreadState> = {}): ThreadState => ({ ...begun, holder: 'zhang', ...over })
const alarm = {
  id: 'al',
  thread: 't1',
  state: 'followed',
  looks_after: 'zhang',
  next_contact_at: now + minute,
} as AlarmState
const visit = { id: 'e1', thread: 't1', state: 'visit', accepted_by: 'zhang' } as Matter
const present = (over: Partial<Present>): Present => ({ ...nothingPresent, thread: thread(), ...over })
const ends = { from: 'zhang', to: 'li' }

describe('rule 16: what has gone elsewhere stays there', () => {
  const left = (over: Partial<Present>, of: Partial<ItemState> = {}) => leftWhy(item(of), ends, present(over))
  test('a thread that is still the officer’s, free, or the incoming one’s already goes with the handoff', () => {
    for (const holder of ['zhang', null, 'li']) expect(left({ thread: thread({ holder }) })).toBeNull()
  })
  test('closed, or taken by a third person', () => {
    expect(left({ thread: thread({ closed_at: now, holder: null }) })).toBe('closed')
    expect(left({ thread: thread({ holder: 'wang' }) })).toBe('heldByOther')
  })
  test('closed, but its alarm is still looked after: the alarm goes on', () => {
    expect(left({ thread: thread({ closed_at: now, holder: null }), alarm })).toBeNull()
  })
  test('another’s thread stays theirs; the alarm in it goes, unless it is over', () => {
    const of = { holder: 'wang' }
    expect(left({ thread: thread({ holder: 'wang' }), alarm }, of)).toBeNull()
    expect(left({ thread: thread({ holder: 'wang' }) }, of)).toBe('gone')
    expect(left({ thread: thread({ holder: 'wang' }), alarm: { ...alarm, looks_after: 'li' } }, of)).toBe(
      'gone',
    )
  })
  test('a closed one goes with its return visit, unless that was made', () => {
    const closed = thread({ closed_at: now, holder: null })
    expect(left({ thread: closed, matter: visit }, { closed: true })).toBeNull()
    expect(left({ thread: closed }, { closed: true })).toBe('gone')
  })
  test('a warning that was closed or taken over', () => {
    const of = { id: 'warning:w1', kind: 'warning', thread: null } as const
    const held = { holder: 'zhang', closed_at: null } as WarningState
    expect(left({ warning: held }, of)).toBeNull()
    expect(left({ warning: { ...held, closed_at: now } }, of)).toBe('closed')
    expect(left({ warning: { ...held, holder: 'wang' } }, of)).toBe('heldByOther')
  })
  test('an account is nobody’s to take', () => {
    expect(left({}, { id: 'account:a1', kind: 'account', thread: null })).toBeNull()
  })
})

describe('rule 16: what moves', () => {
  const moved = (over: Partial<Present>, of: Partial<ItemState> = {}) =>
    moves(given(of), { id: 'h1', from: 'zhang' }, 'li', present(over), now)
  test('the thread, from whoever held it or from nobody', () => {
    expect(moved({})).toMatchObject([
      { type: 'thread.handedOver', subject: 't1', data: { from: 'zhang', to: 'li', handoff: 'h1' } },
    ])
    expect(moved({ thread: thread({ holder: null }) })).toMatchObject([{ data: { from: null, to: 'li' } }])
  })
  test('nothing that is the incoming officer’s already, or another’s', () => {
    for (const holder of ['li', 'wang']) expect(moved({ thread: thread({ holder }) })).toEqual([])
  })
  test('the alarm that was looked after, with the time agreed; a past one is to be made good soon', () => {
    expect(moved({ alarm })[1]).toMatchObject({
      type: 'alarm.followed',
      data: { alarm: 'al', looksAfter: 'li', nextContactAt: iso(now + minute) },
    })
    expect(moved({ alarm: { ...alarm, next_contact_at: now - minute } })[1]).toMatchObject({
      data: { nextContactAt: iso(now + 15 * minute) },
    })
    expect(moved({ alarm: { ...alarm, looks_after: 'wang' } })).toHaveLength(1)
  })
  test('a return visit of a closed thread, so that it comes back to the new one', () => {
    const closed = thread({ closed_at: now, holder: null })
    expect(moved({ thread: closed, matter: visit })).toMatchObject([
      { type: 'escalation.handedOver', data: { escalation: 'e1', from: 'zhang', to: 'li' } },
    ])
  })
  test('a warning', () => {
    const warning = { holder: 'zhang', closed_at: null } as WarningState
    const of = { id: 'warning:w1', kind: 'warning', thread: null } as const
    expect(moved({ thread: null, warning }, of)).toMatchObject([
      { type: 'warning.handedOver', subject: 'w1', data: { holder: 'li', from: 'zhang' } },
    ])
  })
})

describe('promises', () => {
  const promise = (over: Partial<promises.PromiseState> = {}): promises.PromiseState => ({
    id: 'p1',
    handoff: 'h1',
    item: 't1',
    thread: 't1',
    deadline: now,
    done_at: null,
    fell_due: 0,
    ...over,
  })
  test('are open until the deadline, kept by then, late or broken after it', () => {
    expect(promises.stateOf(promise(), now - 1)).toBe('open')
    expect(promises.stateOf(promise(), now)).toBe('broken')
    expect(promises.stateOf(promise({ done_at: now }), now + minute)).toBe('kept')
    expect(promises.stateOf(promise({ done_at: now + 1 }), now + minute)).toBe('late')
    expect(promises.stateOf(promise({ deadline: null }), now + minute)).toBe('open')
    expect(promises.stateOf(promise({ deadline: null, done_at: now }), now)).toBe('kept')
  })
  test('fall due once: the thread waits again', () => {
    expect(types(promises.fallDue(promise(), thread(), true, now - 1))).toBe('nothing_to_do')
    expect(types(promises.fallDue(promise(), thread(), true, now))).toEqual(['thread.promiseDue'])
    expect(types(promises.fallDue(promise({ fell_due: 1 }), thread(), true, now))).toBe('nothing_to_do')
    expect(types(promises.fallDue(promise({ done_at: 1 }), thread(), true, now))).toBe('nothing_to_do')
  })
  test('wake the thread, and rule 7: not on an officer who has gone home', () => {
    const asleep = thread({ snoozed_until: now + minute })
    expect(types(promises.fallDue(promise(), asleep, false, now))).toEqual([
      'thread.promiseDue',
      'thread.woken',
      'thread.returned',
    ])
  })
  test('of a closed thread, a warning or an account are on record with the handoff', () => {
    const closed = thread({ closed_at: now, holder: null })
    expect(types(promises.fallDue(promise(), closed, false, now))).toEqual(['handoff.promiseDue'])
    expect(types(promises.fallDue(promise({ thread: null }), null, false, now))).toEqual([
      'handoff.promiseDue',
    ])
  })
  test('are said to be done, once', () => {
    expect(types(promises.done(promise(), '去过了'))).toEqual(['thread.promiseDone'])
    expect(types(promises.done(promise({ thread: null }), '修好了'))).toEqual(['handoff.promiseDone'])
    expect(types(promises.done(promise({ done_at: 1 }), '又去了'))).toBe('nothing_to_do')
  })
})
