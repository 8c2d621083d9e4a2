import { v7 as uuid } from 'uuid'
import { describe, expect, test } from 'vitest'
import { at, type Console } from '../support/console.ts'
import {
  entriesOf,
  hour,
  iso,
  minute,
  screensFollowLedger,
  type TestStation,
  testStation,
} from '../support/station.ts'

const day = 24 * hour
const typesOf = (desk: TestStation, thread: string) =>
  entriesOf(desk.station)
    .filter(({ subject }) => subject === thread)
    .map(({ type }) => type)
const matterOf = async (console: Console, escalation: string) =>
  (await console.call('escalation.get', { escalation })).escalation
const listOf = async (console: Console, of: 'live' | 'visits' | 'ended') =>
  (await console.call('escalations.list', { of, offset: 0, limit: 50 })).rows

/** A thread Zhang holds; Li is the mediation desk. */
async function shift() {
  const desk = await testStation()
  const [zhang, li, daiban] = [await at(desk, 'zhang'), await at(desk, 'li'), await at(desk, 'daiban')]
  await daiban.call('desk.save', { id: 'mediation', name: '调解专席', members: ['li'], acceptMinutes: 60 })
  const thread = desk.hears({ text: '邻居又把墙推倒了' })
  await zhang.call('thread.claim', { thread })
  const escalate = async (over: Partial<{ level: string; private: boolean; desk: string }> = {}) =>
    (
      await zhang.call('thread.escalate', {
        thread,
        desk: 'mediation',
        level: 'orange',
        reason: '宅基地纠纷',
        private: false,
        ...over,
      })
    ).escalation
  return { desk, zhang, li, daiban, thread, escalate }
}

/** The same, resolved with a visit in 30 days and the thread closed by Li. */
async function resolved() {
  const given = await shift()
  const { desk, li, thread } = given
  const escalation = await given.escalate()
  const { lastSeq } = await li.call('thread.get', { thread })
  await li.call('escalation.accept', { escalation, tell: { text: '调解专席已受理', seen: lastSeq } })
  const returnVisitAt = iso(desk.now + 30 * day)
  await li.call('escalation.resolve', { escalation, outcome: 'settled', note: '已签调解协议', returnVisitAt })
  const seen = (await li.call('thread.get', { thread })).lastSeq
  await li.call('thread.close', { thread, disposition: 'answered', seen })
  return { ...given, escalation, returnVisitAt }
}

describe('rule 11: escalating', () => {
  test('shows in the list, the thread and its timeline, with who raised it and by when it is due', async () => {
    const { desk, li, thread, escalate } = await shift()
    const escalation = await escalate()
    expect(await listOf(li, 'live')).toMatchObject([
      {
        id: escalation,
        thread,
        contactName: '三组 王桂兰',
        reason: '宅基地纠纷',
        private: false,
        readable: true,
        state: 'offered',
        raisedByName: '张建国',
        dueAt: iso(desk.now + 15 * minute),
        mayAccept: true,
      },
    ])
    expect(await li.call('thread.get', { thread })).toMatchObject({
      holder: 'zhang',
      escalation: { id: escalation, desk: 'mediation', level: 'orange', state: 'offered' },
    })
    const { items } = await li.call('thread.timeline', { thread, limit: 50 })
    expect(items.at(-1)).toMatchObject({ item: 'act', type: 'thread.escalated', text: '宅基地纠纷' })
  })
  test('a free thread is claimed in the same commit; another’s is refused with the holder’s name', async () => {
    const { desk, zhang, li } = await shift()
    const thread = desk.hears({ from: '五组 李大海', text: '有人砸我家门' })
    const asked = { thread, desk: 'criminal', level: 'orange', reason: '可能有伤', private: false }
    await zhang.call('thread.escalate', asked)
    expect(typesOf(desk, thread).slice(-2)).toEqual(['thread.claimed', 'thread.escalated'])
    expect(await li.refused('thread.escalate', asked)).toMatchObject({
      code: 'not_holder',
      holder: 'zhang',
      holderName: '张建国',
    })
  })
  test('one live escalation of a thread; a new one once it is resolved', async () => {
    const { zhang, daiban, thread, escalate } = await shift()
    const escalation = await escalate()
    const again = { thread, desk: 'criminal', level: 'red', reason: '再次上报', private: false }
    expect(await zhang.refused('thread.escalate', again)).toEqual({ code: 'escalation_live', escalation })
    await daiban.call('escalation.accept', { escalation })
    await daiban.call('escalation.resolve', {
      escalation,
      outcome: 'referred',
      note: '移交',
      returnVisitAt: null,
    })
    await daiban.call('thread.escalate', again)
    expect((await listOf(daiban, 'live')).map(({ desk }) => desk)).toEqual(['criminal'])
    expect((await listOf(daiban, 'ended')).map(({ id }) => id)).toEqual([escalation])
  })
  test('the same command twice raises it once, and is told the same matter after a restart too', async () => {
    const { desk, zhang, thread } = await shift()
    const id = uuid()
    const asked = { thread, desk: 'mediation', level: 'blue', reason: '噪音纠纷', private: false }
    const first = await zhang.call('thread.escalate', asked, id)
    expect(await zhang.call('thread.escalate', asked, id)).toEqual(first)
    await desk.restart()
    expect(await (await at(desk, 'zhang')).call('thread.escalate', asked, id)).toEqual(first)
    expect(entriesOf(desk.station, 'thread.escalated')).toHaveLength(1)
  })
})

describe('rule 12: a desk accepts', () => {
  test('and then holds the thread, and the resident is told, in one commit', async () => {
    const { desk, li, thread, escalate } = await shift()
    const escalation = await escalate()
    const { lastSeq } = await li.call('thread.get', { thread })
    await li.call('escalation.accept', { escalation, tell: { text: '调解专席已受理', seen: lastSeq } })
    expect(typesOf(desk, thread).slice(-3)).toEqual([
      'thread.transferred',
      'escalation.accepted',
      'message.sent',
    ])
    expect(await li.call('thread.get', { thread })).toMatchObject({ holder: 'li', waitingSince: null })
    expect(await matterOf(li, escalation)).toMatchObject({
      state: 'accepted',
      acceptedByName: '李秀英',
      dueAt: null,
      mayAccept: false,
    })
  })
  test('rule 3: not blind: what is new is shown, and nothing was accepted', async () => {
    const { desk, li, thread, escalate } = await shift()
    const escalation = await escalate()
    const { lastSeq } = await li.call('thread.get', { thread })
    desk.hears({ text: '他们拿刀了' })
    const tell = { text: '调解专席已受理', seen: lastSeq }
    expect(await li.refused('escalation.accept', { escalation, tell })).toMatchObject({
      code: 'thread_moved_on',
      news: [{ text: '他们拿刀了' }],
    })
    expect(await matterOf(li, escalation)).toMatchObject({ state: 'offered' })
  })
  test('once: of two in one tick the second is told', async () => {
    const { li, daiban, escalate } = await shift()
    const escalation = await escalate()
    const answers = await Promise.allSettled([
      li.call('escalation.accept', { escalation }),
      daiban.call('escalation.accept', { escalation }),
    ])
    expect(answers).toMatchObject([
      { status: 'fulfilled' },
      { reason: { refusal: { code: 'wrong_state', what: 'escalation', state: 'accepted' } } },
    ])
  })
  test('nobody else does, red is the supervisor’s, and a matter nobody raised is not there', async () => {
    const { zhang, li, daiban, escalate } = await shift()
    const escalation = await escalate({ level: 'red' })
    expect(await li.refused('escalation.accept', { escalation })).toEqual({ code: 'needs_supervisor' })
    await daiban.call('escalation.reassign', {
      escalation,
      desk: 'mediation',
      level: 'blue',
      reason: '可调解',
    })
    expect(await zhang.refused('escalation.accept', { escalation })).toEqual({
      code: 'not_of_the_desk',
      desk: 'mediation',
    })
    await li.call('escalation.accept', { escalation })
    expect(await li.refused('escalation.accept', { escalation: 'x' })).toMatchObject({ code: 'not_found' })
    await daiban.call('escalation.reassign', {
      escalation,
      desk: 'criminal',
      level: 'red',
      reason: '有人受伤',
    })
    expect(await matterOf(li, escalation)).toMatchObject({
      state: 'offered',
      desk: 'criminal',
      acceptedBy: null,
    })
    expect(
      await li.refused('escalation.reassign', {
        escalation,
        desk: 'mediation',
        level: 'red',
        reason: '要回',
      }),
    ).toEqual({ code: 'needs_supervisor' })
  })
  test('or declines: it goes to the supervisor with the reason, and stands first in the list', async () => {
    const { desk, zhang, li, daiban, escalate } = await shift()
    const escalation = await escalate()
    const other = desk.hears({ from: '五组 李大海', text: '在吗' })
    const asked = { thread: other, desk: 'mediation', level: 'red', reason: '更急的事', private: false }
    const urgent = (await zhang.call('thread.escalate', asked)).escalation
    await li.call('escalation.decline', { escalation, reason: '涉嫌故意毁坏财物' })
    expect((await listOf(li, 'live')).map(({ id }) => id)).toEqual([escalation, urgent])
    expect(await matterOf(daiban, escalation)).toMatchObject({
      state: 'returned',
      returnedWhy: 'declined',
      desk: 'supervisor',
      mayAccept: true,
    })
    expect(await li.refused('escalation.accept', { escalation })).toEqual({ code: 'needs_supervisor' })
    await daiban.call('escalation.accept', { escalation })
  })
  test('in its time: else it lapses to the supervisor, to the millisecond and exactly once', async () => {
    const { desk, li, escalate } = await shift()
    const escalation = await escalate()
    await desk.pass(15 * minute - 1)
    expect(await matterOf(li, escalation)).toMatchObject({ state: 'offered' })
    desk.now += 1
    await desk.restart()
    await desk.pass(0)
    const later = await at(desk, 'daiban')
    expect(await matterOf(later, escalation)).toMatchObject({ state: 'returned', returnedWhy: 'lapsed' })
    for (const wait of [0, minute, day]) await desk.pass(wait)
    expect(entriesOf(desk.station, 'escalation.lapsed')).toMatchObject([
      { actor: { user: 'clock' }, data: { escalation, desk: 'supervisor' } },
    ])
    await later.call('escalation.reassign', {
      escalation,
      desk: 'criminal',
      level: 'blue',
      reason: '刑侦先看',
    })
    expect(await matterOf(later, escalation)).toMatchObject({ state: 'offered', returnedWhy: null })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
  test('a desk without members, or whose member is gone, loses nothing: the supervisor accepts', async () => {
    const { desk, zhang, daiban, escalate } = await shift()
    const escalation = await escalate()
    const admin = await at(desk, 'guanli')
    await admin.call('person.change', { user: 'li', name: '李秀英', role: 'officer', enabled: false })
    await daiban.call('desk.save', { id: 'mediation', name: '调解专席', members: [], acceptMinutes: 60 })
    expect(await zhang.refused('escalation.accept', { escalation })).toMatchObject({
      code: 'not_of_the_desk',
    })
    await daiban.call('escalation.accept', { escalation })
    expect(await matterOf(zhang, escalation)).toMatchObject({ state: 'accepted' })
  })
})

describe('rule 12: a return visit', () => {
  test('comes back by itself exactly once, restart or not, and reopens the thread for who accepted it', async () => {
    const { desk, thread, escalation, returnVisitAt, li } = await resolved()
    expect(await listOf(li, 'visits')).toMatchObject([{ id: escalation, returnVisitAt, visitDue: false }])
    await desk.pass(30 * day - 1)
    expect(entriesOf(desk.station, 'escalation.visitDue')).toEqual([])
    desk.now += 1
    await desk.restart()
    for (const wait of [0, 0, day]) await desk.pass(wait)
    const types = typesOf(desk, thread).slice(-3)
    expect(types).toEqual(['escalation.visitDue', 'thread.reopened', 'thread.overdue'])
    const later = await at(desk, 'li')
    expect(await later.call('thread.get', { thread })).toMatchObject({ holder: 'li', closedAt: null })
    expect(await later.call('escalations.counts', {})).toMatchObject({ visits: 1, visitsDue: 1 })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
  test('rule 7: of an officer who has gone home comes back to the queue', async () => {
    const { desk, zhang, li, thread } = await resolved()
    await li.call('shift.signOff', {})
    await desk.pass(30 * day)
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ holder: null, closedAt: null })
  })
  test('is made early, again, and at last: the matter is ended', async () => {
    const { desk, zhang, li, escalation } = await resolved()
    const next = iso(desk.now + 7 * day)
    const visit = { escalation, result: 'notReached' as const, note: '不在家' }
    expect(await zhang.refused('escalation.visited', { ...visit, next })).toMatchObject({
      code: 'not_of_the_desk',
    })
    await li.call('escalation.visited', { ...visit, next })
    expect(await listOf(li, 'visits')).toMatchObject([{ returnVisitAt: next, visits: 1, visitDue: false }])
    await desk.pass(7 * day)
    expect(await listOf(li, 'visits')).toMatchObject([{ visitDue: true }])
    await li.call('escalation.visited', { ...visit, result: 'kept', note: '双方和好', next: null })
    expect(await listOf(li, 'ended')).toMatchObject([
      { id: escalation, state: 'ended', outcome: 'settled', visits: 2, visitDue: false, returnVisitAt: null },
    ])
    await desk.pass(60 * day)
    expect(entriesOf(desk.station, 'escalation.visitDue')).toHaveLength(1)
    const { steps } = await li.call('escalation.get', { escalation })
    expect(steps.map(({ type, actorName, text }) => [type, actorName, text])).toEqual([
      ['thread.escalated', '张建国', '宅基地纠纷'],
      ['escalation.accepted', '李秀英', null],
      ['escalation.resolved', '李秀英', '已签调解协议'],
      ['escalation.visited', '李秀英', '不在家'],
      ['escalation.visitDue', 'clock', null],
      ['escalation.visited', '李秀英', '双方和好'],
    ])
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
  test('wakes a thread that rests, and leaves it with a holder on shift', async () => {
    const { desk, li, thread } = await resolved()
    await li.call('thread.reopen', { thread })
    await li.call('thread.snooze', { thread, until: iso(desk.now + 40 * day) })
    await desk.pass(30 * day)
    expect(await li.call('thread.get', { thread })).toMatchObject({ holder: 'li', snoozedUntil: null })
  })
})
