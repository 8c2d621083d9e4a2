import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { hrtime } from 'node:process'

export function seconds(since: bigint): number {
  return Number(hrtime.bigint() - since) / 1e9
}

/** fsyncs per second of 4 KiB appended each time: the floor that no durable commit on this disk gets below. */
export function rawFsyncRate(dir: string, times: number): number {
  const file = join(dir, 'raw')
  const handle = openSync(file, 'w')
  const block = Buffer.alloc(4096, 1)
  const once = () => {
    writeSync(handle, block)
    fsyncSync(handle)
  }
  for (let i = 0; i < times / 10; i += 1) once()
  const start = hrtime.bigint()
  for (let i = 0; i < times; i += 1) once()
  const rate = times / seconds(start)
  closeSync(handle)
  rmSync(file)
  return rate
}

/** The value below which the given share of the sorted samples lies. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0
}
