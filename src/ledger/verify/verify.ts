import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Hash } from '../hash.ts'
import { shortCode } from '../short-code.ts'
import { type Db, openDatabase } from '../sqlite/open.ts'
import { BLOCK } from '../sqlite/schema.ts'
import type { LedgerMeta } from '../sqlite/statements.ts'
import type { RangeReport } from './range.ts'
import { completeness, type Finding, type Head, type Verdict } from './verdict.ts'
import type { RangeOrder } from './verify-worker.ts'
import { Whole } from './whole.ts'

export type { Finding, Head, Verdict } from './verdict.ts'
export { verifyBundle } from './bundle.ts'

export interface VerifyOptions {
  heads?: readonly Head[]
  /** Entries done and entries in all. */
  onProgress?: (done: number, all: number) => void
  /** One per core unless told otherwise. */
  threads?: number
}

/** Fewer entries than this are not worth a second thread. */
const worthAThread = 20_000

/**
 * Verifies a station's database from its bytes up, on read-only connections of its own: every entry, link and
 * content row, the stored tree and every stored checkpoint. A damaged file is a finding, not an exception.
 * @throws Error where the file cannot be opened at all
 */
export async function verifyDatabase(file: string, options: VerifyOptions): Promise<Verdict> {
  const db = openDatabase(file, { readonly: true })
  try {
    return await verifyOpen(db, file, options)
  } finally {
    db.close()
  }
}

async function verifyOpen(db: Db, file: string, options: VerifyOptions): Promise<Verdict> {
  const { onProgress } = options
  const meta = attempt(() => db.prepare<[], LedgerMeta>('SELECT station, origin, verifier FROM ledger_meta').get())
  const size = attempt(() => db.prepare<[], number>('SELECT coalesce(max(seq), 0) FROM entry').pluck().get())
  if ('bad' in meta || 'bad' in size || !meta.value) {
    return unreadable('bad' in meta ? meta.bad : 'bad' in size ? size.bad : 'the database has no ledger')
  }
  const all = size.value ?? 0
  let done = 0
  const started = process.hrtime.bigint()
  const reports = await Promise.all(
    rangesOf(all, options.threads ?? availableParallelism()).map(({ from, to }) =>
      checkRange({ file, station: meta.value!.station, from, to }, (more) => {
        done += more
        onProgress?.(done, all)
      }),
    ),
  )
  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  onProgress?.(all, all)
  const whole = new Whole(reports, leavesFrom(db))
  const bad = whole.firstBad ?? (await faultBesides(db, whole, meta.value, all))
  const root = whole.firstBad ? '' : whole.rootAt(whole.size)
  return {
    unaltered: bad ? { ok: false, firstBad: bad } : { ok: true },
    ...(whole.firstBad
      ? { complete: 'unknown' as const, completeWhy: 'an altered ledger cannot be compared' }
      : completeness({ ...meta.value, size: whole.size, rootAt: (at) => whole.rootAt(at) }, options.heads ?? [])),
    size: all,
    root,
    code: root === '' ? '' : shortCode(Buffer.from(root, 'hex')),
    entriesPerSecond: all / seconds,
  }
}

/** What the entries themselves do not show: stray content, the stored tree, checkpoints, damaged pages. */
async function faultBesides(db: Db, whole: Whole, meta: LedgerMeta, size: number): Promise<Finding | null> {
  const found = attempt((): Finding | null => {
    const stray = db
      .prepare<[], number>('SELECT c.seq FROM content c LEFT JOIN entry e ON e.seq = c.seq WHERE e.seq IS NULL LIMIT 1')
      .pluck()
      .get()
    if (stray !== undefined) return { seq: stray, where: 'content', what: 'belongs to no entry' }
    const nodes = db.prepare('SELECT level, idx, lower(hex(hash)) AS hash FROM tree_node').iterate()
    const notes = db.prepare<[], string>('SELECT note FROM checkpoint ORDER BY id').pluck().iterate()
    return (
      whole.treeFault(nodes as IterableIterator<{ level: number; idx: number; hash: Hash }>) ??
      whole.checkpointFault(notes, meta) ??
      (whole.size === size ? null : { where: 'database', what: `${size} entries counted, ${whole.size} read` })
    )
  })
  if ('bad' in found) return { where: 'database', what: found.bad }
  if (found.value) return found.value
  const pages = attempt(() => db.pragma('quick_check(1)', { simple: true }) as string)
  if ('bad' in pages) return { where: 'database', what: pages.bad }
  return pages.value === 'ok' ? null : { where: 'database', what: pages.value }
}

function attempt<T>(read: () => T): { value: T } | { bad: string } {
  try {
    return { value: read() }
  } catch (error) {
    return { bad: (error as Error).message }
  }
}

function unreadable(what: string): Verdict {
  return {
    unaltered: { ok: false, firstBad: { where: 'database', what } },
    complete: 'unknown',
    completeWhy: 'the ledger cannot be read',
    size: 0,
    root: '',
    code: '',
    entriesPerSecond: 0,
  }
}

/** Consecutive ranges, each from the start of a block. */
function rangesOf(size: number, threads: number): { from: number; to: number }[] {
  const parts = Math.max(1, Math.min(threads, Math.floor(size / worthAThread)))
  const width = Math.ceil(size / parts / BLOCK) * BLOCK
  const ranges: { from: number; to: number }[] = []
  for (let from = 1; from <= size; from += width) ranges.push({ from, to: Math.min(size, from + width - 1) })
  return ranges
}

function checkRange(order: RangeOrder, onDone: (entries: number) => void): Promise<RangeReport> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerFile(), { workerData: order })
    worker.on('message', (message: { done: number } | { report: RangeReport }) => {
      if ('report' in message) resolve(message.report)
      else onDone(message.done)
    })
    worker.on('error', reject)
    worker.on('exit', (code) => reject(new Error(`the verifying thread ended with code ${code}`)))
  })
}

/** Beside this module as source; beside the bundle once built. */
function workerFile(): string {
  const source = fileURLToPath(new URL('./verify-worker.ts', import.meta.url))
  return existsSync(source) ? source : fileURLToPath(new URL('./verify-worker.js', import.meta.url))
}

function leavesFrom(db: Db): (block: number) => Hash[] {
  const select = db
    .prepare<[number, number], Hash>('SELECT lower(hex(leaf)) FROM entry WHERE seq BETWEEN ? AND ? ORDER BY seq')
    .pluck()
  return (block) => select.all(block * BLOCK + 1, (block + 1) * BLOCK)
}
