import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { hrtime } from 'node:process'
import type { Reader } from '../../src/desk/privacy/rules.ts'
import type { Station } from '../../src/desk/station/station.ts'
import { historyRows } from './history.ts'
import { percentile, seconds } from './raw.ts'
import type { Row } from './rows.ts'
import { benchStation, fill } from './station.ts'

const openThreads = 50_000
const me = 'officer1'
const reader: Reader = { user: me, role: 'officer', desks: new Set(), glass: new Set() }

/** The inbox, the search and the time slider as the history grows: at each size, p99 over many reads. */
export async function readingRows(dir: string, sizes: readonly number[]): Promise<Row[]> {
  const folder = join(dir, 'reading')
  mkdirSync(folder)
  const station = await benchStation(folder)
  station.outbox.stop()
  const rows: Row[] = []
  let filled = 0
  for (const size of sizes) {
    fill(station, filled, size, openThreads)
    station.indexing.finish()
    filled = size
    // The largest carries the plain name; the smaller ones show whether it is flat.
    const suffix = size === sizes.at(-1) ? '' : `@${label(size)}`
    rows.push(inboxRow(station, `inbox-page${suffix}`), searchRow(station, `search${suffix}`))
    rows.push(...(await historyRows(station, suffix)))
  }
  await station.close()
  return rows
}

function inboxRow(station: Station, name: string): Row {
  const times: number[] = []
  const open = station.inbox.counts(me).queues.all
  for (let i = 0; i < 400; i += 1) {
    const queue = (['unclaimed', 'mine', 'waiting', 'overdue', 'all'] as const)[i % 5]!
    const offset = i % 3 === 0 ? Math.floor((open * (i % 97)) / 97) : 0
    const filter = i % 4 === 0 ? { queue, account: 'bench' } : { queue }
    const start = hrtime.bigint()
    station.inbox.list(filter, reader, offset, 100)
    station.inbox.counts(me)
    times.push(seconds(start) * 1_000)
  }
  return latency(name, times, 'p99 < 10 ms', 10)
}

function searchRow(station: Station, name: string): Row {
  const words = [
    '户口',
    '迁移',
    '麻将',
    '客服',
    '转账',
    '电梯',
    '地界',
    '居住证',
    '派出所',
    '证件材',
    '孩子出生',
    '牛跑丢',
  ]
  const times: number[] = []
  for (let i = 0; i < 240; i += 1) {
    const start = hrtime.bigint()
    station.search.find({ words: words[i % words.length]!, offset: 0, limit: 50 }, () => true)
    times.push(seconds(start) * 1_000)
  }
  return latency(name, times, 'p99 < 50 ms at 1M', 50)
}

function latency(name: string, times: readonly number[], bar: string, limit: number): Row {
  const p99 = percentile(times, 0.99)
  return {
    name,
    value: percentile(times, 0.5),
    unit: 'ms (median)',
    floor: limit,
    ratio: p99 / limit,
    p99,
    bar,
  }
}

function label(size: number): string {
  return size >= 1_000_000 ? `${size / 1_000_000}M` : `${size / 1_000}k`
}
