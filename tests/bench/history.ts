import { hrtime } from 'node:process'
import type { Station } from '../../src/desk/station/station.ts'
import { percentile, seconds } from './raw.ts'
import type { Row } from './rows.ts'

const jumps = 100
const steps = 100

/** The inbox as it stood: at random moments, and at one after the other as the slider is drawn along. */
export async function historyRows(station: Station, suffix: string): Promise<Row[]> {
  const by = { user: 'auditor', role: 'auditor', device: 'bench', now: station.now() }
  const { size } = station.ledger.head()
  const look = async (seq: number) => {
    const start = hrtime.bigint()
    await station.query('history.inbox', { seq, queue: 'waiting', offset: 0, limit: 100 }, by)
    return seconds(start) * 1_000
  }
  await station.history.follow()
  const opened: number[] = []
  for (let n = 0; n < jumps; n += 1) opened.push(await look(1 + ((n * 7_919_993) % size)))
  const moved: number[] = []
  for (let n = 0; n < steps; n += 1) moved.push(await look(Math.floor(size / 2) + n * 10))
  return [row(`history-open${suffix}`, opened), row(`history-step${suffix}`, moved)]
}

function row(name: string, times: readonly number[]): Row {
  const p99 = percentile(times, 0.99)
  return {
    name,
    value: percentile(times, 0.5),
    unit: 'ms (median)',
    floor: 1_000,
    ratio: p99 / 1_000,
    p99,
    bar: 'p99 < 1 s',
  }
}
