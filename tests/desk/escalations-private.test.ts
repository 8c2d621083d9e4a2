import { describe, expect, test } from 'vitest'
import { escalationDeskSaved } from '../../src/desk/escalations/entries.ts'
import { at, type Console } from '../support/console.ts'
import { hour, iso, screensFollowLedger, testStation } from '../support/station.ts'

const page = { offset: 0, limit: 50 }
const secret = ['王桂兰', '家暴', '验伤', '协议']

/** A private matter of Wang Guilan: raised by Zhang, with the desk of Li; Zhao is no member. */
async function privately() {
  const desk = await testStation()
  const as = async (user: string) => at(desk, user)
  const [zhang, li, zhao, daiban] = [await as('zhang'), await as('li'), await as('zhao'), await as('daiban')]
  await daiban.call('desk.save', { id: 'mediation', name: '调解专席', members: ['li'], acceptMinutes: 60 })
  const thread = desk.hears({ text: '他又打我了' })
  const { escalation } = await zhang.call('thread.escalate', {
    thread,
    desk: 'mediation',
    level: 'orange',
    reason: '王桂兰家暴, 已验伤',
    private: true,
  })
  return { desk, zhang, li, zhao, daiban, thread, escalation }
}

/** All that a console can read of the matter. */
async function read(console: Console, escalation: string) {
  const pages = await Promise.all(
    (['live', 'visits', 'ended'] as const).map((of) => console.call('escalations.list', { of, ...page })),
  )
  const got = await console.call('escalation.get', { escalation })
  return { rows: pages.flatMap(({ rows }) => rows), ...got, all: JSON.stringify([pages, got]) }
}

describe('rule 11: a private matter', () => {
  test('shows who and why to its holder, the members of its desk and supervisors only', async () => {
    const { desk, zhang, li, zhao, daiban, escalation } = await privately()
    for (const console of [zhang, li, daiban]) {
      const { rows, steps } = await read(console, escalation)
      expect(rows).toMatchObject([
        { contactName: '三组 王桂兰', reason: '王桂兰家暴, 已验伤', readable: true, private: true },
      ])
      expect(steps).toMatchObject([{ text: '王桂兰家暴, 已验伤' }])
    }
    for (const console of [zhao, await at(desk, 'ducha')]) {
      const { rows, steps, all } = await read(console, escalation)
      expect(rows).toMatchObject([
        { contactName: null, reason: null, readable: false, private: true, raisedByName: '张建国' },
      ])
      expect(steps).toMatchObject([{ type: 'thread.escalated', actorName: '张建国', text: null }])
      for (const word of secret) expect(all).not.toContain(word)
    }
  })
  test('says nothing to outsiders at any later step', async () => {
    const { desk, li, zhao, escalation } = await privately()
    const outsiders = [zhao, await at(desk, 'ducha')]
    const silent = async () => {
      for (const console of outsiders)
        for (const word of secret) expect((await read(console, escalation)).all).not.toContain(word)
    }
    await li.call('escalation.accept', { escalation })
    await silent()
    const returnVisitAt = iso(desk.now + hour)
    await li.call('escalation.resolve', { escalation, outcome: 'settled', note: '签了协议', returnVisitAt })
    await silent()
    await li.call('escalation.visited', { escalation, result: 'kept', note: '协议照办', next: null })
    await silent()
    expect((await read(li, escalation)).steps.map(({ text }) => text)).toContain('协议照办')
  })
  test('is no admin’s to read at all, though the admin keeps the desks', async () => {
    const { desk, escalation } = await privately()
    const admin = await at(desk, 'guanli')
    const forbidden = { code: 'forbidden', role: 'admin' }
    expect(await admin.refused('escalation.get', { escalation })).toMatchObject(forbidden)
    expect(await admin.refused('escalations.list', { of: 'live', ...page })).toMatchObject(forbidden)
    expect(await admin.refused('escalations.counts', {})).toMatchObject(forbidden)
    await admin.call('desk.save', { id: 'youth', name: '护苗专席', members: ['zhao'], acceptMinutes: 30 })
    expect((await admin.call('desks.list', {})).desks.at(-1)).toMatchObject({ id: 'youth' })
  })
  test('is escalated no further by who may not read it', async () => {
    const { li, zhao, thread, escalation } = await privately()
    await li.call('escalation.accept', { escalation })
    await li.call('escalation.resolve', {
      escalation,
      outcome: 'referred',
      note: '移交',
      returnVisitAt: null,
    })
    await li.call('thread.release', { thread })
    const asked = { thread, desk: 'antiFraud', level: 'blue', reason: '我也来看看', private: false }
    expect(await zhao.refused('thread.escalate', asked)).toEqual({ code: 'private_thread' })
    await li.call('thread.escalate', asked)
    expect((await li.call('thread.get', { thread })).private).toBe(true)
  })
  test('is read by the desk that has the thread now, its earlier matters too', async () => {
    const { zhao, li, daiban, thread, escalation } = await privately()
    await daiban.call('desk.save', {
      id: 'antiFraud',
      name: '反诈专席',
      members: ['zhao'],
      acceptMinutes: 30,
    })
    await li.call('escalation.accept', { escalation })
    await li.call('escalation.resolve', {
      escalation,
      outcome: 'referred',
      note: '移交',
      returnVisitAt: null,
    })
    const asked = { thread, desk: 'antiFraud', level: 'blue', reason: '还有诈骗', private: false }
    await li.call('thread.escalate', asked)
    expect((await read(zhao, escalation)).escalation).toMatchObject({ desk: 'mediation', readable: true })
  })
  test('covers what the resident said in earlier threads', async () => {
    const desk = await testStation()
    const [zhang, zhao] = [await at(desk, 'zhang'), await at(desk, 'zhao')]
    const threads: string[] = []
    for (const text of ['第一次', '第二次', '第三次']) {
      const thread = desk.hears({ text })
      threads.push(thread)
      await zhang.call('thread.claim', { thread })
      if (threads.length === 3) break
      const seen = (await zhang.call('thread.get', { thread })).lastSeq
      await zhang.call('thread.close', { thread, disposition: 'handledByPhone', seen })
      await desk.pass(73 * hour)
    }
    const [, , newest] = threads
    const asked = { thread: newest!, desk: 'mediation', level: 'blue', reason: '长期家暴', private: true }
    await zhang.call('thread.escalate', asked)
    for (const thread of threads) {
      expect(await zhao.call('thread.get', { thread })).toMatchObject({ private: true, readable: false })
      expect(await zhang.call('thread.get', { thread })).toMatchObject({ private: true, readable: true })
    }
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
  test('comes back for its return visit to nobody who may not read it', async () => {
    const { desk, zhang, li, daiban, thread, escalation } = await privately()
    await li.call('escalation.accept', { escalation })
    const returnVisitAt = iso(desk.now + hour)
    await li.call('escalation.resolve', { escalation, outcome: 'settled', note: '签了协议', returnVisitAt })
    await li.call('thread.transfer', { thread, to: 'daiban' })
    const seen = (await daiban.call('thread.get', { thread })).lastSeq
    await daiban.call('thread.close', { thread, disposition: 'handledByPhone', seen })
    await daiban.call('desk.save', { id: 'mediation', name: '调解专席', members: [], acceptMinutes: 60 })
    await desk.pass(hour)
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ readable: false })
    expect(await daiban.call('thread.get', { thread })).toMatchObject({ holder: 'daiban', closedAt: null })
  })
})

describe('who is of a desk', () => {
  test('counts from the commit that says so, before and after a restart', async () => {
    const { desk, zhao, daiban, escalation } = await privately()
    const mediation = { id: 'mediation', name: '调解专席', acceptMinutes: 60 }
    expect((await read(zhao, escalation)).escalation.readable).toBe(false)
    await daiban.call('desk.save', { ...mediation, members: ['zhao'] })
    expect((await read(zhao, escalation)).escalation).toMatchObject({ readable: true, mayAccept: true })
    await desk.restart()
    expect((await read(await at(desk, 'zhao'), escalation)).escalation.readable).toBe(true)
    expect((await read(await at(desk, 'li'), escalation)).escalation.readable).toBe(false)
    await (await at(desk, 'daiban')).call('desk.save', { ...mediation, members: [] })
    expect((await read(await at(desk, 'zhao'), escalation)).escalation.readable).toBe(false)
  })
  test('is as it was when the commit that would change it is undone', async () => {
    const { desk, zhao, escalation } = await privately()
    const { bus, views } = desk.station
    const saved = escalationDeskSaved('mediation', { name: '调解专席', members: ['zhao'], acceptMinutes: 60 })
    const broken = () =>
      bus.runNow({ user: 'core', role: 'system', device: 'core', now: desk.now }, () => ({
        decision: { entries: [saved] },
        write: () => {
          expect(views.escalations.desksOf('zhao').size).toBe(1)
          throw new Error('the disk is full')
        },
      }))
    expect(broken).toThrow('the disk is full')
    expect((await read(zhao, escalation)).escalation.readable).toBe(false)
  })
})
