import { describe, expect, it } from 'vitest'
import { justHanded, rowMarks } from '../../src/console/screens/inbox/row-marks.ts'
import {
  daysLater,
  isDate,
  mondayOf,
  weekFrom,
  written,
  writtenTime,
} from '../../src/console/screens/shifts/days.ts'
import {
  blankForm,
  type DutyForm,
  formOf,
  lackOf,
  otherDuties,
  timesOf,
  turnOf,
} from '../../src/console/screens/shifts/roster/duty-form.ts'
import { placeAfter, rosterRows, stateOf } from '../../src/console/screens/shifts/roster/week-grid.ts'
import { barsOf, daysOf, moved, spanOf } from '../../src/console/screens/shifts/worked/period.ts'
import { expectedDuty, overtime, signingOn, turnsAt } from '../../src/console/stores/shift-turns.ts'
import type { Duty, OnShift, Post, ShiftKind, ShiftNow } from '../../src/contract/shifts.ts'

/** Of Shanghai, as an officer reads it. */
const at = (text: string) => writtenTime(text)
const iso = (text: string) => new Date(at(text)).toISOString()
const hour = 3_600_000

const kinds: ShiftKind[] = [
  { id: 'day', name: '白班', from: '08:00', to: '20:00' },
  { id: 'night', name: '夜班', from: '20:00', to: '08:00' },
]
const posts: Post[] = [
  { id: 'one', name: '一号岗', accounts: ['liuhe'] },
  { id: 'two', name: '二号岗', accounts: [] },
]
function duty(over: Partial<Omit<Duty, 'people'>> & { people?: string[] } = {}): Duty {
  const { people = ['zhang'], ...rest } = over
  return {
    id: 'd',
    post: 'one',
    kind: 'night',
    name: '夜班',
    from: iso('2026-11-23 20:00'),
    to: iso('2026-11-24 08:00'),
    people: people.map((user) => ({ user, name: user, onShift: false })),
    ...rest,
  }
}

describe('the week of the roster', () => {
  it('begins on Monday, whatever day it is asked for, also over the end of a year', () => {
    expect(mondayOf('2026-11-29')).toBe('2026-11-23')
    expect(mondayOf('2026-11-23')).toBe('2026-11-23')
    expect(mondayOf('2027-01-01')).toBe('2026-12-28')
    expect(weekFrom('2026-12-28').at(-1)).toBe('2027-01-03')
    expect(daysLater('2028-02-28', 1)).toBe('2028-02-29')
  })

  it('is that of the station, wherever the PC thinks it is', () => {
    expect(written('2026-11-22T16:30:00.000Z')).toBe('2026-11-23 00:30')
    expect(new Date(writtenTime('2026-11-23 00:30')).toISOString()).toBe('2026-11-22T16:30:00.000Z')
    expect(writtenTime(null)).toBeNaN()
  })

  it('takes nothing from an address that is no day', () => {
    expect(isDate('2026-11-23')).toBe(true)
    for (const nonsense of [undefined, '', 'today', '2026-13-40', '2026-11-23T00:00'])
      expect(isDate(nonsense)).toBe(false)
  })

  it('shows a night on the day it begins, and what reaches into Monday as carried over', () => {
    const sunday = duty({ id: 's', from: iso('2026-11-22 20:00'), to: iso('2026-11-23 08:00') })
    const rows = rosterRows(posts, [sunday, duty()], weekFrom('2026-11-23'))
    expect(rows.map(({ name }) => name)).toEqual(['一号岗', '二号岗'])
    const monday = rows[0]!.cells[0]!
    expect(monday.carried.map(({ id }) => id)).toEqual(['s'])
    expect(monday.duties.map(({ id }) => id)).toEqual(['d'])
    expect(rows[0]!.cells[1]!.duties).toEqual([])
  })

  it('keeps the row of a post that is gone for as long as somebody was there', () => {
    const rows = rosterRows(posts, [duty({ post: 'old' })], weekFrom('2026-11-23'))
    expect(rows.at(-1)).toMatchObject({ post: 'old', name: null })
  })

  it('a duty is coming, then goes on from its first moment, and is past at its end', () => {
    expect(stateOf(duty(), at('2026-11-23 19:59'))).toBe('coming')
    expect(stateOf(duty(), at('2026-11-23 20:00'))).toBe('current')
    expect(stateOf(duty(), at('2026-11-24 08:00'))).toBe('past')
  })

  it('the arrows walk through a cell before they leave it, and stop at the edges', () => {
    const counts = [
      [2, 1],
      [1, 3],
    ]
    expect(placeAfter(counts, { row: 0, day: 0, item: 0 }, 'ArrowDown')).toEqual({ row: 0, day: 0, item: 1 })
    expect(placeAfter(counts, { row: 0, day: 0, item: 1 }, 'ArrowDown')).toEqual({ row: 1, day: 0, item: 0 })
    expect(placeAfter(counts, { row: 0, day: 0, item: 1 }, 'ArrowRight')).toEqual({ row: 0, day: 1, item: 0 })
    expect(placeAfter(counts, { row: 1, day: 1, item: 0 }, 'ArrowUp')).toEqual({ row: 0, day: 1, item: 0 })
    expect(placeAfter(counts, { row: 1, day: 0, item: 0 }, 'ArrowUp')).toEqual({ row: 0, day: 0, item: 1 })
    expect(placeAfter(counts, { row: 1, day: 1, item: 2 }, 'ArrowDown')).toEqual({ row: 1, day: 1, item: 2 })
    expect(placeAfter(counts, { row: 0, day: 0, item: 1 }, 'ArrowLeft')).toEqual({ row: 0, day: 0, item: 1 })
    expect(placeAfter(counts, { row: 1, day: 0, item: 0 }, 'End')).toEqual({ row: 1, day: 1, item: 0 })
  })
})

describe('arranging a duty', () => {
  const form = (over: Partial<DutyForm> = {}): DutyForm => ({
    ...blankForm({ id: 'new', post: 'one', date: '2026-11-24' }, kinds, []),
    people: ['li'],
    ...over,
  })

  it('a night ends the next day', () => {
    expect(turnOf(kinds[1]!, '2026-11-23')).toEqual({
      from: at('2026-11-23 20:00'),
      to: at('2026-11-24 08:00'),
    })
    expect(turnOf({ from: '08:00', to: '08:00' }, '2026-11-23').to).toBe(at('2026-11-24 08:00'))
  })

  it('begins with the kind of shift that nobody is there for yet', () => {
    expect(form().kind).toBe('day')
    const day = duty({ kind: 'day', from: iso('2026-11-24 08:00'), to: iso('2026-11-24 20:00') })
    const next = blankForm({ id: 'n', post: 'one', date: '2026-11-24' }, kinds, [day])
    expect(next).toMatchObject({ kind: 'night', from: '2026-11-24 20:00', to: '2026-11-25 08:00' })
    expect(blankForm({ id: 'n', post: 'two', date: '2026-11-24' }, kinds, [day]).kind).toBe('day')
  })

  it('opened again it is its kind; with other hours than that it has its own', () => {
    expect(formOf(duty(), kinds)).toMatchObject({ kind: 'night', date: '2026-11-23', people: ['zhang'] })
    expect(formOf(duty({ to: iso('2026-11-24 09:00') }), kinds)).toMatchObject({
      kind: null,
      name: '夜班',
      from: '2026-11-23 20:00',
      to: '2026-11-24 09:00',
    })
    expect(formOf(duty(), kinds.slice(0, 1)).kind).toBeNull()
  })

  it('says the first thing that is lacking', () => {
    expect(lackOf(form(), kinds)).toBeNull()
    expect(lackOf(form({ post: null }), kinds)).toBe('post')
    expect(lackOf(form({ date: null }), kinds)).toBe('times')
    expect(lackOf(form({ people: [] }), kinds)).toBe('people')
    const own = { kind: null, name: '赶集日加岗', from: '2026-11-24 09:00', to: '2026-11-24 12:00' }
    expect(lackOf(form(own), kinds)).toBeNull()
    expect(lackOf(form({ ...own, name: ' ' }), kinds)).toBe('name')
    expect(lackOf(form({ ...own, to: '2026-11-24 09:00' }), kinds)).toBe('order')
    expect(lackOf(form({ ...own, to: '2026-11-26 09:01' }), kinds)).toBe('long')
    expect(lackOf(form({ ...own, to: '2026-11-26 09:00' }), kinds)).toBeNull()
  })

  it('knows who is at another post then, and who only has another duty near by', () => {
    const times = timesOf(form({ kind: 'night', date: '2026-11-23' }), kinds)
    const other = duty({ id: 'x', post: 'two' })
    expect(otherDuties('zhang', { id: 'new', post: 'one' }, times, [other])).toEqual({
      duty: other,
      clash: true,
    })
    expect(otherDuties('zhang', { id: 'new', post: 'two' }, times, [other])).toEqual({
      duty: other,
      clash: false,
    })
    expect(otherDuties('zhang', { id: 'x', post: 'one' }, times, [other])).toBeNull()
    expect(otherDuties('li', { id: 'new', post: 'one' }, times, [other])).toBeNull()
    const before = duty({ id: 'y', post: 'two', from: iso('2026-11-23 08:00'), to: iso('2026-11-23 20:00') })
    expect(otherDuties('zhang', { id: 'new', post: 'one' }, times, [before])?.clash).toBe(false)
  })
})

describe('who is on shift', () => {
  const now = (over: Partial<ShiftNow> = {}): ShiftNow => ({
    on: [],
    missing: [],
    current: [],
    next: [],
    unmanned: ['one', 'two'],
    ...over,
  })
  const officer = { user: 'zhang', role: 'officer' as const }

  it('whoever is rostered signs on there without being asked, also within the hour before', () => {
    const current = now({ current: [duty({ post: 'two' })] })
    expect(signingOn(officer, current, posts, at('2026-11-23 21:00'))).toEqual({ ask: false, post: 'two' })
    const next = now({ next: [duty()] })
    expect(signingOn(officer, next, posts, at('2026-11-23 19:00'))).toEqual({ ask: false, post: 'one' })
    expect(signingOn(officer, next, posts, at('2026-11-23 18:59')).ask).toBe(true)
  })

  it('an officer who is not is asked, and offered the post nobody is at; a supervisor all accounts', () => {
    const noon = at('2026-11-23 12:00')
    expect(signingOn(officer, now({ unmanned: ['two'] }), posts, noon)).toEqual({ ask: true, post: 'two' })
    expect(signingOn(officer, now({ unmanned: [] }), posts, noon)).toEqual({ ask: true, post: null })
    expect(signingOn({ user: 'chen', role: 'supervisor' }, now(), posts, noon)).toEqual({
      ask: true,
      post: null,
    })
  })

  it('nobody is asked where there are no posts', () => {
    expect(signingOn(officer, now({ unmanned: [] }), [], 0)).toEqual({ ask: false, post: null })
  })

  it('of two duties that go on the one that began last is meant', () => {
    const both = now({ current: [duty({ id: 'a' }), duty({ id: 'b', from: iso('2026-11-23 22:00') })] })
    expect(expectedDuty('zhang', both, at('2026-11-23 23:00'))?.id).toBe('b')
  })

  it('overtime counts from the planned end', () => {
    const until = (text: string | null) => ({ until: text }) as OnShift
    expect(overtime(until(iso('2026-11-24 08:00')), at('2026-11-24 08:35'))).toBe(35 * 60_000)
    expect(overtime(until(iso('2026-11-24 08:00')), at('2026-11-24 07:59'))).toBeNull()
    expect(overtime(until(null), 0)).toBeNull()
  })

  it('is read again when the roster turns', () => {
    expect(turnsAt(now())).toBe(Number.POSITIVE_INFINITY)
    const later = duty({ from: iso('2026-11-24 06:00'), to: iso('2026-11-24 18:00') })
    expect(turnsAt(now({ current: [duty()], next: [later] }))).toBe(at('2026-11-24 06:00'))
  })
})

describe('statistics of a time', () => {
  it('are of the day, its week from Monday, or thirty days up to it', () => {
    expect(daysOf({ kind: 'day', date: '2026-11-25' })).toEqual({ first: '2026-11-25', after: '2026-11-26' })
    expect(daysOf({ kind: 'week', date: '2026-11-25' })).toEqual({ first: '2026-11-23', after: '2026-11-30' })
    expect(daysOf({ kind: 'thirty', date: '2026-11-30' })).toEqual({
      first: '2026-11-01',
      after: '2026-12-01',
    })
    expect(spanOf({ kind: 'day', date: '2026-11-25' }).from).toBe('2026-11-24T16:00:00.000Z')
    expect(moved({ kind: 'week', date: '2026-11-25' }, -1).date).toBe('2026-11-18')
  })

  it('show each hour of two days, and of more than that each day with its sums', () => {
    const hours = (n: number) =>
      Array.from({ length: n }, (_, i) => ({
        at: new Date(at('2026-11-23 00:00') + i * hour).toISOString(),
        arrived: 1,
        answers: 2,
        closed: 0,
      }))
    expect(barsOf(hours(48))).toMatchObject({ unit: 'hour' })
    expect(barsOf(hours(48)).bars).toHaveLength(48)
    const { unit, bars } = barsOf(hours(72))
    expect(unit).toBe('day')
    expect(bars.map(({ arrived, answers }) => [arrived, answers])).toEqual(Array(3).fill([24, 48]))
    expect(hours(72)[0]!.arrived, 'the figures themselves stay as they were').toBe(1)
  })
})

describe('刚交接', () => {
  const thread = { handedOverAt: iso('2026-11-24 08:00'), closedAt: null }

  it('is said for fifteen minutes and not a moment longer', () => {
    expect(justHanded(thread, at('2026-11-24 08:00'))).toBe(true)
    expect(justHanded(thread, at('2026-11-24 08:15') - 1)).toBe(true)
    expect(justHanded(thread, at('2026-11-24 08:15'))).toBe(false)
    expect(justHanded({ ...thread, handedOverAt: null }, at('2026-11-24 08:00'))).toBe(false)
    expect(justHanded({ ...thread, closedAt: iso('2026-11-24 08:05') }, at('2026-11-24 08:06'))).toBe(false)
  })

  it('stands before everything but a ringing alarm, so that two marks show it', () => {
    const row = {
      ...thread,
      readable: true,
      mark: { kind: 'crisis' as const, strength: 'ring' as const },
      overdue: true,
      escalation: null,
      urgency: 'urgent' as const,
      common: null,
      toldOfDelayAt: null,
      undelivered: null,
      servedElsewhere: false,
    }
    expect(rowMarks(row, at('2026-11-24 08:01')).slice(0, 2)).toEqual(['ring', 'handed'])
    expect(rowMarks({ ...row, readable: false }, at('2026-11-24 08:01'))).toEqual([])
    expect(rowMarks(row, at('2026-11-24 08:16'))).not.toContain('handed')
  })
})
