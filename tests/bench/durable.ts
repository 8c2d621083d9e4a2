import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { hrtime } from 'node:process'
import { parse, v7 as uuid } from 'uuid'
import type { Station } from '../../src/desk/station/station.ts'
import { checkpointIdle } from '../../src/ledger/sqlite/wal.ts'
import { percentile, rawFsyncRate, seconds } from './raw.ts'
import type { Row } from './rows.ts'
import { benchStation, fill, officer, officers } from './station.ts'

const commandId = () => Buffer.from(parse(uuid()))

/** Claim, answer and close, one after the other through the whole path, against the raw fsync rate around each. */
export async function durableActs(dir: string, acts: number): Promise<Row[]> {
  const folder = join(dir, 'durable')
  mkdirSync(folder)
  const station = await benchStation(folder)
  station.outbox.stop()
  fill(station, 0, acts * 2, acts * 2)
  station.indexing.finish()
  const threads = station.db
    .prepare<[], { id: string; last_seq: number }>('SELECT id, last_seq FROM thread ORDER BY random()')
    .all()
  const own = threads.slice(0, acts)
  const rows = [
    await measured(station, dir, 'durable-claim', 0.6, own, (thread) =>
      station.execute('thread.claim', { thread: thread.id }, officer(station, 'officer0'), commandId()),
    ),
    await measured(station, dir, 'durable-answer', 0.5, own, async (thread) => {
      const sent = await station.execute(
        'thread.answer',
        {
          thread: thread.id,
          text: '您好，已收到，民警马上与您联系，请保持电话畅通。',
          seen: thread.last_seq,
        },
        officer(station, 'officer0'),
        commandId(),
      )
      thread.last_seq = sent.seq
    }),
    await measured(station, dir, 'durable-close', 0.6, own, (thread) =>
      station.execute(
        'thread.close',
        { thread: thread.id, disposition: 'answered', seen: thread.last_seq },
        officer(station, 'officer0'),
        commandId(),
      ),
    ),
  ]
  const p99 = await claimsOfFifty(
    station,
    threads.slice(acts).map((thread) => thread.id),
  )
  rows[0]!.p99 = p99
  await station.close()
  return rows
}

async function measured<T>(
  station: Station,
  dir: string,
  name: string,
  bar: number,
  items: readonly T[],
  act: (item: T) => Promise<unknown>,
): Promise<Row> {
  const before = rawFsyncRate(dir, 1_500)
  // While the floor was measured the desk was quiet, and quiet desks fold their log into the database.
  checkpointIdle(station.db)
  const start = hrtime.bigint()
  for (const item of items) await act(item)
  const value = items.length / seconds(start)
  const floor = (before + rawFsyncRate(dir, 1_500)) / 2
  return { name, value, unit: 'acts/s', floor, ratio: value / floor, bar: `>= ${bar}` }
}

/** p99 in ms of a claim while fifty officers claim without pause. */
async function claimsOfFifty(station: Station, threads: string[]): Promise<number> {
  const times: number[] = []
  await Promise.all(
    officers.map(async (user) => {
      for (let thread = threads.pop(); thread !== undefined; thread = threads.pop()) {
        const start = hrtime.bigint()
        await station.execute('thread.claim', { thread }, officer(station, user), commandId())
        times.push(seconds(start) * 1_000)
      }
    }),
  )
  return percentile(times, 0.99)
}
