import { describe, expect, test } from 'vitest'
import type { Decision } from '../../src/desk/decision.ts'
import {
  breakGlass,
  type Guarded,
  mayHold,
  mayRead,
  type Reader,
  setPrivate,
} from '../../src/desk/privacy/rules.ts'

const now = Date.parse('2026-11-23T02:00:00.000Z')
const thread = (over: Partial<Guarded & { escalation: string | null }> = {}) => ({
  id: 't1',
  private: 1 as const,
  holder: 'zhang',
  last_holder: null,
  closed_at: null,
  desk: 'mediation',
  alarm_by: null,
  escalation: null,
  ...over,
})
const reader = (over: Partial<Reader> = {}): Reader => ({
  user: 'li',
  role: 'officer',
  desks: new Set(),
  glass: new Set(),
  ...over,
})
const told = (decision: Decision) =>
  'refused' in decision
    ? decision.refused.code
    : decision.entries.map(({ type, subject, data }) => [type, subject, data.desk ?? data.coveredBy ?? null])

describe('rule 11: who reads a private thread', () => {
  test('its holder, the members of its desk and supervisors', () => {
    expect(mayRead(thread(), reader())).toBe(false)
    expect(mayRead(thread(), reader({ user: 'zhang' }))).toBe(true)
    expect(mayRead(thread(), reader({ desks: new Set(['mediation']) }))).toBe(true)
    expect(mayRead(thread(), reader({ desks: new Set(['criminal']) }))).toBe(false)
    expect(mayRead(thread(), reader({ role: 'supervisor' }))).toBe(true)
    expect(mayRead(thread({ private: 0 }), reader())).toBe(true)
  })
  test('of a closed one whoever held it last; never whoever held it before that, nor of an open one', () => {
    const closed = thread({ holder: null, last_holder: 'li', closed_at: now })
    expect(mayRead(closed, reader())).toBe(true)
    expect(mayRead(thread({ holder: null, last_holder: 'li' }), reader())).toBe(false)
    expect(mayRead(thread({ holder: 'zhang', last_holder: 'li' }), reader())).toBe(false)
    expect(mayRead({ ...closed, last_holder: 'zhang' }, reader())).toBe(false)
  })
  test('an auditor through broken glass alone, whatever else they are or were', () => {
    const auditor = reader({ role: 'auditor', user: 'zhang', desks: new Set(['mediation']) })
    expect(mayRead(thread(), auditor)).toBe(false)
    expect(mayRead(thread(), { ...auditor, glass: new Set(['t1']) })).toBe(true)
    expect(mayRead(thread(), reader({ glass: new Set(['t1']) }))).toBe(false)
  })
  test('an admin none, private or not', () => {
    const admin = reader({
      role: 'admin',
      user: 'zhang',
      desks: new Set(['mediation']),
      glass: new Set(['t1']),
    })
    expect(mayRead(thread(), admin)).toBe(false)
    expect(mayRead(thread({ private: 0 }), admin)).toBe(false)
  })
  test('whoever has its alarm may take hold of it', () => {
    expect(mayHold(thread(), reader())).toBe(false)
    expect(mayHold(thread({ alarm_by: 'li' }), reader())).toBe(true)
    expect(mayRead(thread({ alarm_by: 'li' }), reader())).toBe(false)
  })
})

describe('rule 11: making a thread private, and open again', () => {
  const asked = { private: true, reason: '家事', desk: 'mediation' }
  test('covers the earlier threads that are not private themselves', () => {
    const earlier = [thread({ id: 'e1', private: 0 }), thread({ id: 'e2', private: 1 })]
    expect(told(setPrivate(thread({ private: 0 }), earlier, reader(), asked))).toEqual([
      ['thread.madePrivate', 't1', 'mediation'],
      ['thread.madePrivate', 'e1', 't1'],
    ])
    expect(told(setPrivate(thread(), earlier, reader(), asked))).toBe('nothing_to_do')
  })
  test('does not take a live matter from its desk', () => {
    const live = thread({ private: 0, desk: 'criminal', escalation: 'e' })
    expect(told(setPrivate(live, [], reader(), asked))).toEqual([['thread.madePrivate', 't1', null]])
  })
  test('is lifted by a supervisor only, and not while a matter is with a desk', () => {
    const open = { ...asked, private: false }
    const chief = reader({ role: 'supervisor' })
    expect(told(setPrivate(thread(), [], chief, open))).toEqual([['thread.madePublic', 't1', null]])
    expect(told(setPrivate(thread(), [], reader({ user: 'zhang' }), open))).toBe('needs_supervisor')
    expect(told(setPrivate(thread({ escalation: 'e' }), [], chief, open))).toBe('escalation_live')
    expect(told(setPrivate(thread({ private: 0 }), [], chief, open))).toBe('nothing_to_do')
  })
})

test('rule 11: glass is broken once, and only where there is some', () => {
  const auditor = reader({ role: 'auditor' })
  const asked = { reason: '核查投诉', minutes: 30 }
  expect(told(breakGlass(thread(), auditor, 'g', asked, now))).toEqual([['glass.broken', 't1', null]])
  expect(told(breakGlass(thread({ private: 0 }), auditor, 'g', asked, now))).toBe('nothing_to_do')
  expect(told(breakGlass(thread(), { ...auditor, glass: new Set(['t1']) }, 'g', asked, now))).toBe(
    'nothing_to_do',
  )
})
