import { describe, expect, test } from 'vitest'
import { threadsSql } from '../../src/desk/handoff/gathering.ts'
import { pageSql, totalSql } from '../../src/desk/handoff/listing.ts'
import { promisesSql } from '../../src/desk/handoff/promises-view.ts'
import { handOver, heldBy, holders, keep, night, offer, takeOn } from '../support/handing-over.ts'
import { iso, resident, type TestStation } from '../support/station.ts'

describe('many items', () => {
  const plan = (desk: TestStation, sql: string) =>
    (desk.station.db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(everything) as { detail: string }[])
      .map(({ detail }) => detail)
      .join('\n')
  const everything = {
    from: 'zhang',
    to: 0,
    user: 'zhang',
    post: 'p',
    accounts: null,
    now: 0,
    limit: 9,
    offset: 0,
    pressing: '[]',
  }

  test('sixty of them are decided and handed over whole, and listed by who, where and when', async () => {
    const { desk, zhang, li, ducha } = await night()
    const threads: string[] = []
    for (let n = 0; n < 60; n += 1) threads.push(await heldBy(zhang, desk, `${n}组 某`))
    const handoff = await offer(desk, zhang)
    expect(await takeOn(li, handoff)).toMatchObject({ moved: 60, left: 0 })
    expect(new Set(threads.map((thread) => holders(desk).get(thread)))).toEqual(new Set(['li']))
    const finished = (filter: object) =>
      ducha.call('handoffs.list', { of: 'finished', offset: 0, limit: 10, ...filter })
    expect(await finished({})).toMatchObject({ total: 1, rows: [{ id: handoff, counts: { items: 60 } }] })
    for (const filter of [{ user: 'zhang' }, { user: 'li' }, { from: iso(desk.now), to: iso(desk.now + 1) }])
      expect(await finished(filter)).toMatchObject({ total: 1 })
    for (const filter of [{ user: 'zhao' }, { post: 'x' }, { to: iso(desk.now) }])
      expect(await finished(filter)).toMatchObject({ total: 0, rows: [] })
    expect(await ducha.call('handoffs.list', { of: 'open', offset: 0, limit: 10 })).toMatchObject({
      total: 0,
    })
  })

  test('a thousand are read at once', async () => {
    const { desk, zhang } = await night()
    desk.takesIn(
      ...Array.from({ length: 1_000 }, (_, n) => resident({ from: `${n}组 某`, text: `第${n}件事` })),
    )
    const ids = desk.station.db.prepare('SELECT id FROM thread').pluck().all() as string[]
    const by = { user: 'zhang', role: 'officer', device: 'test-pc', now: desk.now }
    for (const thread of ids) await desk.station.execute('thread.claim', { thread }, by, null)
    const { handoff } = await zhang.call('handoff.start', { post: null })
    for (const decision of [keep, handOver(desk)])
      expect(await zhang.call('handoff.decide', { handoff, items: ids, decision })).toEqual({ refused: [] })
    const took: number[] = []
    for (let round = 0; round < 5; round += 1) {
      const began = performance.now()
      const sheet = await desk.station.query('handoff.get', { handoff }, by)
      took.push(performance.now() - began)
      expect(sheet.items).toHaveLength(1_000)
    }
    // The best of a few: how long the reading takes, not how busy the machine is.
    expect(Math.min(...took)).toBeLessThan(200)
  })

  test('every list reads an index of its own', async () => {
    const { desk } = await night()
    for (const of of ['open', 'finished'] as const)
      for (const filter of [{ of }, { of, user: 'zhang', post: 'p', from: 0, to: 1 }])
        for (const sql of [pageSql(filter), totalSql(filter)])
          expect(plan(desk, sql)).toMatch(
            of === 'open' ? /INDEX handoff_open/ : /COVERING INDEX handoff_ended/,
          )
    for (const of of ['open', 'broken', 'all'] as const)
      expect(plan(desk, promisesSql({ of, user: 'zhang' }, 'count(*)'))).toMatch(
        /INDEX promise_(open|of_user)/,
      )
    expect(plan(desk, threadsSql)).not.toMatch(/SCAN (t|e|a|p|thread|alarm|escalation|promise)$/m)
  })
})
