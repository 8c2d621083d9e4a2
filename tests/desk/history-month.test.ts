import { describe, expect, test } from 'vitest'
import { busyStation } from '../support/busy-station.ts'
import { type Random, seeded } from '../support/random.ts'
import { type Recording, record, replayed, supervisor } from '../support/recordings.ts'
import { hour, iso, type TestStation, testStation } from '../support/station.ts'

const days = 30
const moments = 200

/** Thirty days at a station, with what its screens showed at so many seconds of them. */
async function liveThrough(desk: TestStation, random: Random): Promise<Recording[]> {
  const end = desk.now + days * 24 * hour
  const recordings: Recording[] = []
  await rostered(desk)
  const busy = await busyStation(desk, random)
  while (desk.now < end || recordings.length < moments) {
    for (let step = 2 + random.below(20); step > 0; step -= 1) await busy.step()
    recordings.push(await record(desk, random))
    await desk.pass(random.below((2 * days * 24 * hour) / moments))
  }
  expect([...busy.refused]).not.toContain('broken')
  return recordings
}

/** Posts and duties, so that who is on has both. */
async function rostered(desk: TestStation): Promise<void> {
  const by = supervisor(desk)
  await desk.station.execute('post.save', { id: 'village-post', name: '柳河岗', accounts: [] }, by, null)
  for (let day = 0; day < days; day += 2) {
    const from = desk.now + day * 24 * hour
    await desk.station.execute(
      'duty.save',
      {
        id: `duty-${day}`,
        post: 'village-post',
        kind: null,
        name: '长班',
        from: iso(from),
        to: iso(from + 47 * hour),
        people: ['zhang', 'li'],
      },
      by,
      null,
    )
    if (day % 6 === 4) await desk.station.execute('duty.remove', { duty: `duty-${day - 2}` }, by, null)
  }
}

describe('the time slider over a replayed month', () => {
  test('shows at 200 random seconds what the screens showed then, field by field', async () => {
    const desk = await testStation()
    const random = seeded(2026)
    const recordings = await liveThrough(desk, random)
    const chosen = shuffled(recordings, random).slice(0, moments)
    expect(chosen.length).toBe(moments)
    const marks = () => desk.station.db.prepare('SELECT count(*) FROM past_mark').pluck().get()
    // Made anew, the marks are gone: the first half is reached from the very beginning, the rest by marks.
    desk.station.db.exec('DELETE FROM past_mark')
    await desk.restart()
    for (const [n, live] of chosen.entries()) {
      if (n === moments / 2) {
        await desk.station.history.follow()
        expect(marks()).toBeGreaterThan(0)
      }
      expect(await replayed(desk, live)).toEqual(live)
    }
    // It has lived through what it is to show.
    const all = recordings.flatMap(({ lists }) => lists.flatMap(({ page }) => page.rows))
    expect(
      new Set(
        recordings.flatMap(({ lists }) =>
          lists.filter(({ page }) => page.rows.length > 0).map((l) => l.queue),
        ),
      ).size,
    ).toBe(8)
    expect(all.some((row) => row.private)).toBe(true)
    expect(all.some((row) => row.escalation !== null)).toBe(true)
    expect(all.some((row) => row.lastRecalled)).toBe(true)
    expect(recordings.some(({ alarms }) => alarms.some(({ by }) => by !== null))).toBe(true)
    expect(recordings.some(({ alarms }) => alarms.some(({ by }) => by === null))).toBe(true)
    expect(recordings.some(({ handoffs }) => handoffs.length > 0)).toBe(true)
    expect(all.some((row) => row.handedOverAt !== null)).toBe(true)
    expect(recordings.some(({ on }) => on.some(({ duty }) => duty !== null))).toBe(true)
    const items = recordings.flatMap(({ threads }) => threads.flatMap((thread) => thread.items))
    for (const delivery of ['accepted', 'failed', 'copyByHand', 'sentByHand'])
      expect(items.some((item) => item.item === 'message' && item.delivery === delivery)).toBe(true)
  }, 400_000)
})

function shuffled<T>(of: readonly T[], random: Random): T[] {
  return of
    .map((each) => ({ each, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ each }) => each)
}
