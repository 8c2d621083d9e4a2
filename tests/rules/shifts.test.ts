import { describe, expect, test } from 'vitest'
import type { Decision } from '../../src/desk/decision.ts'
import { changePerson } from '../../src/desk/people/rules.ts'
import { durationsOf } from '../../src/desk/shifts/durations.ts'
import * as roster from '../../src/desk/shifts/roster.ts'
import { signOff, signOn } from '../../src/desk/shifts/rules.ts'
import { hour, iso, minute, monday } from '../support/station.ts'

const day = 24 * hour
const refused = (decision: Decision) => ('refused' in decision ? decision.refused : null)
const dataOf = (decision: Decision) =>
  'entries' in decision ? decision.entries.map(({ data }) => data) : null

const duty = (over: Partial<roster.DutyState> = {}): roster.DutyState => ({
  id: 'd1',
  post: 'one',
  kind: 'day',
  name: '白班',
  from: monday,
  to: monday + 12 * hour,
  people: ['zhang'],
  ...over,
})
const facts = (duties: readonly roster.DutyState[] = []): roster.RosterFacts => ({
  isPost: (post) => post === 'one' || post === 'two',
  isKind: (kind) => kind === 'day' || kind === 'night',
  works: (user) => user !== 'ducha',
  nameOf: (user) => `${user}的姓名`,
  nameOfPost: (post) => `${post}号岗`,
  duties,
})

describe('signing on', () => {
  const coming = (over: Partial<Parameters<typeof signOn>[0]> = {}, now = monday) =>
    signOn(
      { user: 'zhang', onShift: false, post: undefined, isPost: facts().isPost, duties: [duty()], ...over },
      now,
    )
  const placeOf = (decision: Decision) => dataOf(decision)?.[0]
  test('is to the post of the duty rostered now', () => {
    expect(placeOf(coming())).toEqual({ user: 'zhang', post: 'one', duty: 'd1' })
    expect(placeOf(coming({}, monday + 12 * hour - 1))).toMatchObject({ duty: 'd1' })
    expect(placeOf(coming({}, monday + 12 * hour))).toMatchObject({ post: null, duty: null })
  })
  test('up to an hour early is for the duty to come, but never instead of one that still runs', () => {
    expect(placeOf(coming({}, monday - hour))).toMatchObject({ post: 'one', duty: 'd1' })
    expect(placeOf(coming({}, monday - hour - 1))).toMatchObject({ post: null, duty: null })
    const next = duty({ id: 'd2', post: 'two', from: monday + 12 * hour, to: monday + day })
    expect(placeOf(coming({ duties: [duty(), next] }, monday + 11 * hour + 30 * minute))).toMatchObject({
      duty: 'd1',
    })
  })
  test('of two duties that overlap at one post is for the one that began last', () => {
    const later = duty({ id: 'd2', from: monday + hour, to: monday + 14 * hour })
    expect(placeOf(coming({ duties: [later, duty()] }, monday + 2 * hour))).toMatchObject({ duty: 'd2' })
  })
  test('of somebody who is not rostered, or at a post that is gone, is to no post in particular', () => {
    expect(placeOf(coming({ user: 'li' }))).toEqual({ user: 'li', post: null, duty: null })
    expect(placeOf(coming({ isPost: () => false }))).toMatchObject({ post: null, duty: null })
  })
  test('to another post than rostered is to that post, without the duty', () => {
    expect(placeOf(coming({ post: 'two' }))).toMatchObject({ post: 'two', duty: null })
    expect(placeOf(coming({ post: 'one' }))).toMatchObject({ post: 'one', duty: 'd1' })
    expect(refused(coming({ post: 'three' }))).toEqual({ code: 'not_found', what: 'post', id: 'three' })
  })
  test('twice is nothing, and so is leaving twice', () => {
    expect(refused(coming({ onShift: true }))).toEqual({ code: 'nothing_to_do' })
    expect(refused(signOff('zhang', false, { holds: 0 }))).toEqual({ code: 'nothing_to_do' })
  })
})

test('signing off says how many threads are still held; why is content', () => {
  expect(signOff('zhang', true, { holds: 3, reason: '身体不适' })).toMatchObject({
    entries: [{ subject: 'zhang', data: { holds: 3 }, content: { reason: '身体不适' } }],
  })
  expect(signOff('zhang', true, { holds: 0 })).not.toHaveProperty('entries.0.content')
})

describe('somebody who no longer works threads', () => {
  const zhang = { user: 'zhang', name: '张建国', role: 'officer', enabled: 1 } as const
  const types = (over: object, on = true) => {
    const change = { user: 'zhang', name: '张建国', role: 'officer', enabled: true, ...over } as const
    const decision = changePerson(zhang, change, 1, { on, holds: 2 })
    return 'entries' in decision && decision.entries.map(({ type }) => type)
  }
  test('goes off shift in the same commit: disabled, or given another role', () => {
    expect(types({ enabled: false })).toEqual(['person.changed', 'shift.signedOff'])
    expect(types({ role: 'auditor' })).toEqual(['person.changed', 'shift.signedOff'])
  })
  test('stays on as a supervisor, and is not signed off when off already', () => {
    expect(types({ role: 'supervisor' })).toEqual(['person.changed'])
    expect(types({ enabled: false }, false)).toEqual(['person.changed'])
  })
})

describe('a duty', () => {
  const saved = (over: Partial<roster.DutyState>, duties: readonly roster.DutyState[] = []) =>
    roster.saveDuty(duty(over), facts(duties))
  test('ends after it begins, and within 48 hours', () => {
    expect(refused(saved({ to: monday }))).toEqual({ code: 'wrong_duration', mostHours: 48 })
    expect(refused(saved({ to: monday - hour }))).toMatchObject({ code: 'wrong_duration' })
    expect(refused(saved({ to: monday + 48 * hour }))).toBeNull()
    expect(refused(saved({ to: monday + 48 * hour + 1 }))).toMatchObject({ code: 'wrong_duration' })
  })
  test('is at a post there is, of a kind there is, by people who work threads, each once', () => {
    expect(refused(saved({ post: 'three' }))).toEqual({ code: 'not_found', what: 'post', id: 'three' })
    expect(refused(saved({ kind: 'swing' }))).toEqual({ code: 'not_found', what: 'shiftKind', id: 'swing' })
    expect(refused(saved({ kind: null }))).toBeNull()
    expect(refused(saved({ people: ['zhang', 'ducha'] }))).toEqual({
      code: 'not_found',
      what: 'person',
      id: 'ducha',
    })
    expect(dataOf(saved({ people: ['zhang', 'li', 'zhang'] }))).toMatchObject([{ people: ['zhang', 'li'] }])
  })
  test('of a kind that has gone since keeps it', () => {
    expect(refused(saved({ kind: 'swing' }, [duty({ kind: 'swing' })]))).toBeNull()
  })
  test('has nobody who is at another post at the same time', () => {
    const other = duty({ id: 'd2', post: 'two', from: monday + 11 * hour, to: monday + 20 * hour })
    expect(refused(saved({}, [other]))).toEqual({
      code: 'on_duty_elsewhere',
      user: 'zhang',
      name: 'zhang的姓名',
      post: 'two号岗',
      from: iso(monday + 11 * hour),
      to: iso(monday + 20 * hour),
    })
    expect(refused(saved({ people: ['li'] }, [other]))).toBeNull()
    expect(refused(saved({ to: monday + 11 * hour }, [other]))).toBeNull()
    expect(refused(saved({}, [{ ...other, post: 'one' }]))).toBeNull()
    expect(refused(saved({}, [{ ...other, id: 'd1' }]))).toBeNull()
  })
  test('is named by what may name people: content', () => {
    expect(saved({ name: '替李秀英' })).toMatchObject({
      entries: [{ subject: 'd1', content: { name: '替李秀英' } }],
    })
    expect(JSON.stringify(dataOf(saved({ name: '替李秀英' })))).not.toContain('李秀英')
  })
})

describe('copying the roster', () => {
  const ids = ['a', 'b', 'c', 'd']
  const copy = (source: roster.DutyState[], there: roster.DutyState[] = [], over = {}) =>
    roster.copyRoster(source, 7 * day, ids, { ...facts(there), ...over })
  const night = duty({ id: 'd2', kind: 'night', from: monday + 12 * hour, to: monday + day, people: ['li'] })
  test('makes the same duties so much later, each with an id of its own', () => {
    const { decision, made, already, leftOut } = copy([duty(), night])
    expect([made, already, leftOut]).toEqual([2, 0, []])
    expect(decision).toMatchObject({
      entries: [
        { subject: 'a', data: { from: iso(monday + 7 * day), people: ['zhang'] }, content: { name: '白班' } },
        { subject: 'b', data: { to: iso(monday + 8 * day), kind: 'night', people: ['li'] } },
      ],
    })
  })
  test('leaves those there already as they are, whoever is in them', () => {
    const there = duty({
      id: 'x',
      from: monday + 7 * day,
      to: monday + 7 * day + 12 * hour,
      people: ['zhao'],
    })
    const { decision, made, already } = copy([duty(), night], [there])
    expect([made, already]).toEqual([1, 1])
    expect(decision).toMatchObject({ entries: [{ subject: 'b' }] })
  })
  test('leaves out who has left or is elsewhere by then, and makes no duty for nobody', () => {
    const there = duty({ id: 'x', post: 'two', from: monday + 7 * day, to: monday + 8 * day, people: ['li'] })
    const { decision, made, leftOut } = copy([duty({ people: ['zhang', 'li', 'ducha'] }), night], [there])
    expect(made).toBe(1)
    expect(dataOf(decision)).toMatchObject([{ people: ['zhang'] }])
    expect(leftOut).toEqual([
      { user: 'li', from: monday + 7 * day, why: 'elsewhere' },
      { user: 'ducha', from: monday + 7 * day, why: 'gone' },
      { user: 'li', from: monday + 7 * day + 12 * hour, why: 'elsewhere' },
    ])
  })
  test('drops a kind that has gone and a post that has gone', () => {
    expect(dataOf(copy([duty()], [], { isKind: () => false }).decision)).toMatchObject([{ kind: null }])
    expect(copy([duty()], [], { isPost: () => false })).toMatchObject({ made: 0, already: 0 })
  })
})

describe('posts and kinds', () => {
  const post = { id: 'one', name: '一号岗', accounts: ['a', 'b', 'a'] }
  test('a post answers for accounts there are, each once', () => {
    expect(dataOf(roster.savePost(post, () => true))).toMatchObject([{ accounts: ['a', 'b'] }])
    expect(refused(roster.savePost(post, (id) => id === 'a'))).toEqual({
      code: 'not_found',
      what: 'account',
      id: 'b',
    })
  })
  test('a post in use stays', () => {
    expect(refused(roster.removePost('one', post, true))).toEqual({ code: 'in_use', what: 'post', id: 'one' })
    expect(refused(roster.removePost('one', post, false))).toBeNull()
    expect(refused(roster.removePost('one', null, false))).toMatchObject({ code: 'not_found' })
  })
  test('no kind is there twice', () => {
    const [first] = roster.startingKinds
    expect(refused(roster.changeKinds([first!, first!]))).toEqual({
      code: 'already_there',
      what: 'shiftKind',
      id: 'day',
    })
  })
})

test('median, nine in ten and worst of durations', () => {
  const of = (...all: number[]) => durationsOf(Float64Array.from(all))
  expect(of()).toEqual({ median: null, p90: null, worst: null, counted: 0 })
  expect(of(7)).toEqual({ median: 7, p90: 7, worst: 7, counted: 1 })
  expect(of(30, 10)).toEqual({ median: 20, p90: 30, worst: 30, counted: 2 })
  expect(of(10, 9, 8, 7, 6, 5, 4, 3, 2, 1)).toEqual({ median: 6, p90: 9, worst: 10, counted: 10 })
  expect(of(100, 20, 3)).toMatchObject({ median: 20, p90: 100 })
})
