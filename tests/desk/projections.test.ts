import { describe, expect, test } from 'vitest'
import { type CallName, type CommandName, contract } from '../../src/contract/index.ts'
import type { Queue } from '../../src/contract/threads.ts'
import type { Reader } from '../../src/desk/privacy/rules.ts'
import { projectionDigest, projectionVersion } from '../../src/desk/projections.ts'
import { rebuild } from '../../src/desk/rebuild.ts'
import type { Station } from '../../src/desk/station/station.ts'
import type { ThreadState } from '../../src/desk/threads/thread.ts'
import { verifyDatabase } from '../../src/ledger/verify/verify.ts'
import { busyStation } from '../support/busy-station.ts'
import { at } from '../support/console.ts'
import { seeded } from '../support/random.ts'
import { hour, phone, screensFollowLedger, testStation, village } from '../support/station.ts'

/** What the run must have lived through, or it proves little. */
const commandsOnThreads = Object.keys(contract).filter(
  (call): call is CommandName =>
    /^(thread|message|shift|paste|contact|handoff|promise)\./.test(call) &&
    contract[call as CallName].kind === 'command',
)

const open = (t: ThreadState) => t.closed_at === null
const awake = (t: ThreadState) => open(t) && t.snoozed_until === null
/** Each queue as an officer would say it, thread by thread. */
const queues: Record<Queue, (t: ThreadState, me: string) => boolean> = {
  unclaimed: (t) => awake(t) && t.holder === null,
  mine: (t, me) => awake(t) && t.holder === me,
  waiting: (t) => awake(t) && t.waiting_since !== null,
  escalated: (t) => awake(t) && t.escalation !== null,
  overdue: (t) => awake(t) && t.overdue === 1,
  snoozed: (t) => open(t) && t.snoozed_until !== null,
  all: open,
  closed: (t) => !open(t),
}
const weight = { urgent: 0, priority: 1, routine: 2 }
/** Those in danger, then overdue, then waiting, then the rest; by urgency and the longest wait; the rest by the newest word. */
function before(a: ThreadState, b: ThreadState): boolean {
  const place = (t: ThreadState) => (t.waiting_since === null ? 2 : t.overdue ? 0 : 1)
  const endangered = (t: ThreadState) =>
    t.waiting_since !== null && ['crisis', 'violence', 'missing'].includes(t.mark_kind ?? '')
  if (endangered(a) !== endangered(b)) return endangered(a)
  if (place(a) !== place(b)) return place(a) < place(b)
  if (place(a) === 2) return a.last_at >= b.last_at
  if (endangered(a)) return a.clock_since! <= b.clock_since!
  if (a.urgency !== b.urgency) return weight[a.urgency] < weight[b.urgency]
  return a.clock_since! <= b.clock_since!
}

const readerOf = (user: string): Reader => ({ user, role: 'officer', desks: new Set(), glass: new Set() })

function checkInbox(station: Station, me: string): void {
  const threads = new Map(
    (station.db.prepare('SELECT * FROM thread').all() as ThreadState[]).map((t) => [t.id, t]),
  )
  for (const account of [undefined, village, phone]) {
    const there = [...threads.values()].filter((t) => account === undefined || t.account === account)
    const counts = station.inbox.counts(me, account)
    for (const queue of Object.keys(queues) as Queue[]) {
      const expected = there.filter((t) => queues[queue](t, me))
      if (queue !== 'closed')
        expect([account, queue, counts.queues[queue]]).toEqual([account, queue, expected.length])
      const rows: ThreadState[] = []
      for (let offset = 0; ; offset += 7) {
        const page = station.inbox.list({ queue, account }, readerOf(me), offset, 7)
        expect(page.total).toBe(expected.length)
        rows.push(...page.rows.map(({ id }) => threads.get(id)!))
        if (page.rows.length < 7) break
      }
      expect(rows.map(({ id }) => id).sort()).toEqual(expected.map(({ id }) => id).sort())
      for (const [n, row] of rows.slice(1).entries()) {
        const fits = queue === 'closed' ? rows[n]!.closed_at! >= row.closed_at! : before(rows[n]!, row)
        expect([queue, rows[n]!.id, row.id, fits]).toEqual([queue, rows[n]!.id, row.id, true])
      }
    }
    for (const category of ['noise', 'scam'] as const) {
      const found = station.inbox.list({ queue: 'all', account, category }, readerOf(me), 0, 200)
      const expected = there.filter((t) => open(t) && t.category === category)
      expect([found.total, found.rows.length]).toEqual([expected.length, expected.length])
    }
  }
}

describe('after days of work the screens are what the ledger says', () => {
  test.each([1, 2])(
    'made anew they are the same, the counts and the order of the inbox are right (seed %d)',
    async (seed) => {
      const desk = await testStation()
      const [done, refused] = [new Set<CommandName>(), new Set<string>()]
      for (const half of [1, 2]) {
        const busy = await busyStation(desk, seeded(10 * seed + half))
        for (let step = 1; step <= 1_000; step += 1) {
          await busy.step()
          if (step % 250 === 0) checkInbox(desk.station, 'zhang')
        }
        // Some acts need many others before them; the outbox works in its own time, so no seed promises them.
        const missing = () =>
          commandsOnThreads.some((command) => !done.has(command) && !busy.done.has(command))
        for (let step = 0; half === 2 && missing() && step < 5_000; step += 1) await busy.step()
        for (const command of busy.done) done.add(command)
        for (const code of busy.refused) refused.add(code)
        await desk.restart()
      }
      expect([...refused]).toEqual(
        expect.arrayContaining(['already_claimed', 'forbidden', 'thread_moved_on']),
      )
      expect([...refused]).not.toContain('broken')
      expect(commandsOnThreads.filter((command) => !done.has(command))).toEqual([])
      expect(screensFollowLedger(desk.station)).toBe(true)
      checkInbox(desk.station, 'li')
      expect((await verifyDatabase(desk.station.options.file, {})).unaltered).toEqual({ ok: true })
    },
    60_000,
  )
})

describe('the screens of another version of the desk', () => {
  test('are made anew when the station is opened', async () => {
    const desk = await testStation()
    const thread = desk.hears({ text: '楼上半夜还在打麻将' })
    const zhang = await at(desk, 'zhang')
    await zhang.call('thread.draft', { thread, text: '请稍等' })
    const digest = projectionDigest(desk.station.db)
    const { db } = desk.station
    db.prepare(`UPDATE projection_version SET version = 'older'`).run()
    db.exec(
      'DROP INDEX thread_of_contact; DELETE FROM message; DELETE FROM thread; DELETE FROM search_watermark',
    )
    await desk.restart()
    expect(desk.logged).toContainEqual(expect.stringContaining('rebuilding'))
    expect(projectionDigest(desk.station.db)).toBe(digest)
    expect(desk.station.db.prepare('SELECT version FROM projection_version').pluck().get()).toBe(
      projectionVersion(),
    )
    const again = await at(desk, 'zhang')
    expect(await again.call('thread.get', { thread })).toMatchObject({
      draft: '请稍等',
      preview: '楼上半夜还在打麻将',
    })
    expect(await again.call('search.messages', { words: '麻将', offset: 0, limit: 10 })).toMatchObject({
      total: 1,
    })
  })
  test('of this version are left alone', async () => {
    const desk = await testStation()
    await desk.restart()
    expect(desk.logged).toEqual([])
  })
  test('written by a newer desk are not touched: it says so and does not open', async () => {
    const desk = await testStation()
    desk.station.db.pragma('user_version = 99')
    await expect(desk.restart()).rejects.toThrow(/newer/)
  })
})

test('a rebuild that fails half way leaves the old screens', async () => {
  const desk = await testStation()
  for (let n = 0; n < 50; n += 1) desk.hears({ from: `居民${n}`, text: '在吗' })
  const digest = projectionDigest(desk.station.db)
  expect(() =>
    rebuild(desk.station.db, desk.station.ledger, () => {
      throw new Error('power cut')
    }),
  ).toThrow('power cut')
  expect(projectionDigest(desk.station.db)).toBe(digest)
  desk.hears({ text: '还在' })
  expect(screensFollowLedger(desk.station)).toBe(true)
})

test('a station that was asleep for a week wakes with all that was due', async () => {
  const desk = await testStation()
  const busy = await busyStation(desk, seeded(7))
  for (let step = 0; step < 150; step += 1) await busy.step()
  await desk.pass(7 * 24 * hour)
  const snoozed = desk.station.db
    .prepare('SELECT count(*) FROM thread WHERE snoozed_until IS NOT NULL')
    .pluck()
    .get()
  const late = desk.station.db
    .prepare('SELECT count(*) FROM thread WHERE waiting_since IS NOT NULL AND overdue = 0')
    .pluck()
    .get()
  expect([snoozed, late]).toEqual([0, 0])
})
