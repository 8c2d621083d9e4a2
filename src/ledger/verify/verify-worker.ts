import { parentPort, workerData } from 'node:worker_threads'
import { openDatabase } from '../sqlite/open.ts'
import { RangeCheck, type RawRow } from './range.ts'

/** Checks one range of a database on a connection of its own. */
export interface RangeOrder {
  file: string
  station: string
  from: number
  to: number
}

const { file, station, from, to } = workerData as RangeOrder
const tellEvery = 20_000

const db = openDatabase(file, { readonly: true })
const check = new RangeCheck(station, from)
try {
  const rows = db
    .prepare(
      `SELECT e.seq, e.canonical, e.leaf, c.salt, c.body FROM entry e LEFT JOIN content c ON c.seq = e.seq
       WHERE e.seq BETWEEN ? AND ? ORDER BY e.seq`,
    )
    .raw()
    .iterate(from, to) as IterableIterator<RawRow>
  for (const row of rows) {
    if (!check.take(row)) break
    if (check.report.count % tellEvery === 0) parentPort?.postMessage({ done: tellEvery })
  }
} catch (error) {
  check.report.firstBad = { seq: from + check.report.count, where: 'database', what: (error as Error).message }
}
db.close()
if (!check.report.firstBad && check.report.count < to - from + 1) {
  check.report.firstBad = { seq: from + check.report.count, where: 'entry', what: 'is missing' }
}
parentPort?.postMessage({ report: check.report })
