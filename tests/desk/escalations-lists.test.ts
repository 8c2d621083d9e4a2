import { describe, expect, test } from 'vitest'
import { startingLevels } from '../../src/desk/escalations/desks.ts'
import { type Filter, groupsSql, pageSql, totalSql } from '../../src/desk/escalations/listing.ts'
import { at } from '../support/console.ts'
import { hour, iso, minute, screensFollowLedger, testStation } from '../support/station.ts'

const page = { offset: 0, limit: 50 }

/** Li is the mediation desk. */
async function shift() {
  const desk = await testStation()
  const [zhang, li, daiban] = [await at(desk, 'zhang'), await at(desk, 'li'), await at(desk, 'daiban')]
  await daiban.call('desk.save', { id: 'mediation', name: '调解专席', members: ['li'], acceptMinutes: 60 })
  return { desk, zhang, li, daiban }
}

/** Eleven matters of all levels, with two desks in turn. */
async function many() {
  const { desk, zhang, li, daiban } = await shift()
  const ids: string[] = []
  for (let n = 0; n < 11; n += 1) {
    const thread = desk.hears({ from: `居民${n}`, text: '在吗' })
    const level = startingLevels[n % 4]!.id
    const asked = {
      thread,
      desk: n % 2 ? 'criminal' : 'mediation',
      level,
      reason: `第${n}件`,
      private: false,
    }
    ids.push((await zhang.call('thread.escalate', asked)).escalation)
  }
  return { desk, zhang, li, daiban, ids }
}

describe('desks and levels', () => {
  test('members are people who work threads, and are not disabled', async () => {
    const { desk, daiban } = await shift()
    const admin = await at(desk, 'guanli')
    await admin.call('person.change', { user: 'zhao', name: '赵敏', role: 'officer', enabled: false })
    for (const stranger of ['ducha', 'guanli', 'nobody', 'zhao'])
      expect(
        await daiban.refused('desk.save', { id: 'd', name: '专席', members: [stranger], acceptMinutes: 5 }),
      ).toEqual({ code: 'not_found', what: 'person', id: stranger })
  })
  test('a desk is removed once its matters are over, and its name stays with what it did', async () => {
    const { desk, zhang, daiban } = await shift()
    await daiban.call('desk.save', { id: 'youth', name: '护苗专席', members: [], acceptMinutes: 30 })
    const thread = desk.hears({ from: '二组 周小军', text: '孩子不上学' })
    const asked = { thread, desk: 'youth', level: 'blue', reason: '辍学', private: false }
    const { escalation } = await zhang.call('thread.escalate', asked)
    expect(await daiban.refused('desk.remove', { id: 'youth' })).toMatchObject({ code: 'in_use' })
    const levels = startingLevels.filter(({ id }) => id !== 'blue')
    expect(await daiban.refused('levels.change', { levels })).toEqual({
      code: 'in_use',
      what: 'level',
      id: 'blue',
    })
    await daiban.call('escalation.decline', { escalation, reason: '转学校' })
    await daiban.call('desk.remove', { id: 'youth' })
    expect((await daiban.call('desks.list', {})).desks.map(({ id }) => id)).not.toContain('youth')
    expect(desk.station.views.escalations.nameOfDesk('youth')).toBe('护苗专席')
    await daiban.call('desk.save', { id: 'youth', name: '护苗', members: [], acceptMinutes: 30 })
    expect((await daiban.call('desks.list', {})).desks.at(-1)).toMatchObject({ id: 'youth', name: '护苗' })
    expect(
      await zhang.refused('desk.save', { id: 'x', name: 'x', members: [], acceptMinutes: 1 }),
    ).toMatchObject({
      code: 'forbidden',
    })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
  test('of the start are there without an entry, and levels are the station’s to change', async () => {
    const { desk, zhang, daiban } = await shift()
    expect(await zhang.call('desks.list', {})).toMatchObject({
      desks: [
        { id: 'mediation', members: ['li'] },
        { id: 'antiFraud', name: '反诈专席', members: [], acceptMinutes: 30 },
        { id: 'criminal' },
        { id: 'supervisor' },
      ],
      levels: startingLevels,
    })
    const levels = startingLevels.map((level) => ({ ...level, acceptMinutes: 7, name: `${level.name}级` }))
    await daiban.call('levels.change', { levels })
    await desk.restart()
    expect((await (await at(desk, 'zhang')).call('desks.list', {})).levels).toEqual(levels)
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
})

describe('the list', () => {
  test('has live ones by deadline, of one deadline the more severe first, in pages, by desk and by level, and counts what it lists', async () => {
    const { zhang, li, daiban } = await many()
    const { rows, total } = await zhang.call('escalations.list', { of: 'live', ...page })
    expect(total).toBe(11)
    expect(rows.map(({ level }) => level)).toEqual([
      ...['red', 'red', 'red'],
      ...['orange', 'orange', 'orange'],
      ...['yellow', 'yellow', 'yellow', 'blue', 'blue'],
    ])
    const second = await zhang.call('escalations.list', { of: 'live', offset: 5, limit: 4 })
    expect(second.rows).toEqual(rows.slice(5, 9))
    const red = await zhang.call('escalations.list', { of: 'live', desk: 'mediation', level: 'red', ...page })
    expect(red).toMatchObject({ total: 3 })
    const counts = await li.call('escalations.counts', {})
    expect(counts).toMatchObject({
      desks: { mediation: { red: 3, yellow: 3 }, criminal: { orange: 3, blue: 2 } },
      returned: 0,
      forMe: 3,
    })
    expect((await daiban.call('escalations.counts', {})).forMe).toBe(11)
    expect((await zhang.call('escalations.counts', {})).forMe).toBe(0)
  })
  test('has what lapsed with the supervisor before what is still in time, and that before what was accepted', async () => {
    const { desk, daiban, ids } = await many()
    await daiban.call('escalation.accept', { escalation: ids[1]! })
    await desk.pass(15 * minute)
    const { rows } = await daiban.call('escalations.list', { of: 'live', ...page })
    const states = rows.map(({ state }) => state)
    expect(states).toEqual([...Array(5).fill('returned'), ...Array(5).fill('offered'), 'accepted'])
    expect(await daiban.call('escalations.counts', {})).toMatchObject({ returned: 5, forMe: 10 })
  })
  test('has visits by their date and ended ones newest first', async () => {
    const { desk, daiban, ids } = await many()
    const days = [3, 1, 2]
    for (const [at, escalation] of ids.slice(0, 6).entries()) {
      await daiban.call('escalation.accept', { escalation })
      desk.now += 1
      const returnVisitAt = at < 3 ? iso(desk.now + days[at]! * 24 * hour) : null
      const outcome = at < 3 ? 'settled' : 'unfounded'
      await daiban.call('escalation.resolve', { escalation, outcome, note: '已处理', returnVisitAt })
    }
    const listed = async (of: 'visits' | 'ended') =>
      (await daiban.call('escalations.list', { of, ...page })).rows.map(({ id }) => id)
    expect(await listed('visits')).toEqual([ids[1], ids[2], ids[0]])
    expect(await listed('ended')).toEqual([ids[5], ids[4], ids[3]])
  })
  test('is chosen in covering indexes; ended ones are not even sorted', async () => {
    const { desk } = await shift()
    const planOf = (sql: string) => {
      const named = Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map(([, name]) => [name, null]))
      const rows = desk.station.db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(named) as { detail: string }[]
      return rows.map(({ detail }) => detail)
    }
    for (const of of ['live', 'visits', 'ended'] as const) {
      const filter: Filter = { of, desk: 'mediation', level: 'red' }
      const chosen = planOf(pageSql(filter)).find((step) => /\b(SCAN|SEARCH) e\b/.test(step))
      expect(chosen).toMatch(/USING COVERING INDEX escalation_/)
      expect(planOf(totalSql(filter)).join()).toMatch(/COVERING INDEX escalation_/)
    }
    const ended = planOf(pageSql({ of: 'ended' }))
    expect(ended.indexOf('USE TEMP B-TREE FOR ORDER BY')).toBe(
      ended.lastIndexOf('USE TEMP B-TREE FOR ORDER BY'),
    )
    expect(planOf(groupsSql)).toEqual(['SCAN escalation USING COVERING INDEX escalation_open'])
  })
})
