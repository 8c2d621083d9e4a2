import { expect } from 'vitest'
import type { HistoryShift } from '../../src/contract/audit.ts'
import type { Page } from '../../src/contract/call.ts'
import {
  type Queue,
  type QueueCounts,
  queue,
  type Thread,
  type ThreadRow,
  type TimelineItem,
} from '../../src/contract/threads.ts'
import type { By } from '../../src/desk/route.ts'
import type { Random } from './random.ts'
import { iso, phone, type TestStation, village } from './station.ts'

/** What the screens of a supervisor showed at a moment, to be held against what the time slider says of it. */
export interface Recording {
  at: string
  seq: number
  lists: { queue: Queue; account?: string; offset: number; limit: number; page: Page<ThreadRow> }[]
  counts: QueueCounts
  ofVillage: QueueCounts
  on: HistoryShift['on']
  alarms: HistoryShift['alarms']
  handoffs: string[]
  /** Threads in whose hands. */
  holders: { user: string; holds: number; waiting: number }[]
  totals: Pick<HistoryShift, 'open' | 'waiting' | 'overdue' | 'escalations'>
  threads: { thread: Thread; items: TimelineItem[]; more: boolean }[]
}

export const supervisor = (desk: TestStation): By => ({
  user: 'daiban',
  role: 'supervisor',
  device: 'test-pc',
  now: desk.now,
})

const timelineLimit = 60

/** Who answered in the channel's own client is said with each thread, not in the list. */
const notOfThePast = <R extends ThreadRow>(row: R): R => ({ ...row, servedElsewhere: false })

/** What the desk does by itself after an act, such as saying that an answer has left, has been done. */
async function quiet({ station }: TestStation): Promise<void> {
  for (let still = 0, size = -1; still < 10; still += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1))
    const now = station.ledger.head().size
    if (now !== size) still = 0
    size = now
  }
}

/** Asks for everything a supervisor may see, live; a second later, so that no other entry has the same time. */
export async function record(desk: TestStation, random: Random): Promise<Recording> {
  const { station } = desk
  const by = supervisor(desk)
  const ids = station.db.prepare('SELECT id FROM thread ORDER BY n').pluck().all() as string[]
  const some = ids.length === 0 ? [] : [random.one(ids), random.one(ids.slice(-20))]
  const timeline = (thread: string) => station.query('thread.timeline', { thread, limit: timelineLimit }, by)
  // That a private one is read is an entry: read once before, so that it is there already.
  for (const id of some) await timeline(id)
  await quiet(desk)
  desk.now += 1_000
  by.now = desk.now
  const seq = station.ledger.head().size
  const pages = [
    ...queue.options.map((of) => ({ queue: of, offset: 0, limit: 40 })),
    { queue: random.one(queue.options), account: random.one([village, phone]), offset: 3, limit: 5 },
  ]
  const counts = await station.query('threads.counts', {}, by)
  const recording: Recording = {
    at: iso(desk.now),
    seq,
    lists: await Promise.all(
      pages.map(async (asked) => {
        const page = await station.query('threads.list', asked, by)
        return { ...asked, page: { ...page, rows: page.rows.map(notOfThePast) } }
      }),
    ),
    counts,
    ofVillage: await station.query('threads.counts', { account: village }, by),
    on: (await station.query('shift.now', {}, by)).on,
    alarms: (await station.query('alarms.open', {}, by))
      .map(({ id, thread, raisedAt, state, looksAfter, looksAfterName }) => {
        const rings = state === 'ringing'
        return {
          alarm: id,
          thread,
          raisedAt,
          state: rings ? ('ringing' as const) : ('acknowledged' as const),
          by: rings ? null : looksAfter,
          byName: rings ? null : looksAfterName,
        }
      })
      .sort(byId),
    handoffs: (await station.query('handoffs.list', { of: 'open', offset: 0, limit: 200 }, by)).rows
      .map(({ id }) => id)
      .sort(),
    holders: station.db
      .prepare(
        `SELECT holder AS user, count(*) AS holds, sum(waiting_since IS NOT NULL) AS waiting FROM thread
         WHERE closed_at IS NULL AND holder IS NOT NULL GROUP BY holder ORDER BY holds DESC, user`,
      )
      .all() as Recording['holders'],
    totals: {
      open: counts.queues.all,
      waiting: counts.queues.waiting,
      overdue: counts.queues.overdue,
      escalations: station.db
        .prepare('SELECT count(*) FROM thread WHERE closed_at IS NULL AND escalation IS NOT NULL')
        .pluck()
        .get() as number,
    },
    threads: await Promise.all(
      some.map(async (thread) => ({
        // A draft is not in the ledger.
        thread: {
          ...(await station.query('thread.get', { thread }, by)),
          ...{ draft: null, draftMenu: null, draftFiles: [] },
        },
        ...(await timeline(thread)),
      })),
    ),
  }
  // The outbox runs in its own time.
  return station.ledger.head().size === seq ? recording : record(desk, random)
}

const byId = (a: { alarm: string }, b: { alarm: string }) => (a.alarm < b.alarm ? -1 : 1)

/** The same, put together from what the time slider says of that moment. */
export async function replayed(desk: TestStation, live: Recording): Promise<Recording> {
  const { station } = desk
  const by = supervisor(desk)
  const { seq, at } = await station.query('history.position', { at: live.at }, by)
  const inbox = (asked: { queue: Queue; account?: string; offset: number; limit: number }) =>
    station.query('history.inbox', { seq, ...asked }, by)
  const asked = live.lists.map(({ page: _, ...of }) => of)
  const pages = await Promise.all(asked.map(inbox))
  const shift = await station.query('history.shift', { seq }, by)
  const threads = []
  for (const { thread } of live.threads)
    threads.push(await station.query('history.thread', { seq, thread: thread.id, limit: timelineLimit }, by))
  expect(Date.parse(at)).toBeLessThanOrEqual(Date.parse(live.at))
  return {
    at: live.at,
    seq,
    lists: asked.map((of, n) => ({ ...of, page: pages[n]!.page })),
    counts: pages[0]!.counts,
    ofVillage: (await inbox({ queue: 'all', account: village, offset: 0, limit: 1 })).counts,
    on: shift.on,
    alarms: [...shift.alarms].sort(byId),
    handoffs: [...shift.handoffs].sort(),
    holders: shift.holders.map(({ user, holds, waiting }) => ({ user, holds, waiting })),
    totals: {
      open: shift.open,
      waiting: shift.waiting,
      overdue: shift.overdue,
      escalations: shift.escalations,
    },
    threads,
  }
}
