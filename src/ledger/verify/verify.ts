/** Full verification of a ledger, in a database or in an export. */

import { availableParallelism } from 'node:os'
import type { Statement } from 'better-sqlite3'
import { CONTENT_ERASED, erasedSeqs } from '../erasure.ts'
import type { Hash } from '../hash.ts'
import { type Db, openDatabase } from '../sqlite/open.ts'
import { BLOCK } from '../sqlite/schema.ts'
import { conclude, type Store, type Stored, wantedSizes } from './conclude.ts'
import { runJobs } from './crew.ts'
import { type Job, LEDGER_TABLES } from './jobs.ts'
import type { RangeReport } from './range-check.ts'
import type { Finding, Head, Verdict } from './verdict.ts'

export { type BundleOptions, verifyBundle } from './bundle.ts'
export type { Finding, Head, HeadVerdict, Part, Verdict } from './verdict.ts'

export interface VerifyOptions {
  /** Heads kept elsewhere; without one, completeness stays unknown. */
  heads?: readonly Head[]
  /** Verifier key known from elsewhere, against a ledger replaced together with its key. */
  verifier?: string | undefined
  /** Called with the number of entries checked so far, of how many. */
  onProgress?: (done: number, size: number) => void
  /** Threads besides the caller's own; as many as the machine has further cores where not given. */
  threads?: number
  /** Entries in one job, a multiple of 256. */
  range?: number
  signal?: AbortSignal
}

/** Entries in one job: 64 blocks, a twentieth of a second; small, so that no thread is idle for long at the end. */
const RANGE = 64 * BLOCK
/** Entries of which no thread can do much until the caller has checked them all: it takes a fifth of a second. */
const SMALL = 50_000

/**
 * Checks every entry, link, content, stored subtree and checkpoint of the ledger in a database file, which
 * may be in use. Damage of any kind is a finding, not an exception. Works in the caller's thread as well as in
 * others: whoever must not be held asks `verifyBeside`.
 * @throws only where the check was aborted
 */
export async function verifyDatabase(file: string, options: VerifyOptions = {}): Promise<Verdict> {
  const start = performance.now()
  const heads = options.heads ?? []
  let db: Db | undefined
  let stored: Snapshot
  try {
    db = openDatabase(file, { readonly: true })
    stored = takeSnapshot(db, options.verifier)
  } catch (error) {
    db?.close()
    return unreadable(`cannot be read as a ledger: ${(error as Error).message}`)
  }
  try {
    const jobs = plan(db, stored, wantedSizes(stored, heads), options.range ?? RANGE)
    let done = 0
    const results = await runJobs(file, jobs, {
      threads: options.threads ?? (stored.size < SMALL ? 0 : availableParallelism() - 1),
      signal: options.signal,
      onDone: (job) => {
        if (job.do !== 'range') return
        done += job.to - job.from + 1
        options.onProgress?.(done, stored.size)
      },
    })
    const pages = results.slice(0, LEDGER_TABLES.length)
    const reports = results.slice(LEDGER_TABLES.length) as RangeReport[]
    const findings = [...stored.findings, ...pages.flatMap((page) => page.findings)]
    const verdict = conclude(stored, reports, findings, heads, new StoreOf(db, stored.size))
    return { ...verdict, entriesPerSecond: Math.round(stored.size / ((performance.now() - start) / 1000)) }
  } finally {
    db.close()
  }
}

interface Snapshot extends Stored {
  findings: Finding[]
}

/** Everything but the rows themselves, as of one moment; entries appended later are not looked at. */
function takeSnapshot(db: Db, trusted: string | undefined): Snapshot {
  const read = db.transaction((): Snapshot => {
    const meta = db.prepare('SELECT station, origin, verifier FROM ledger_meta').get() as
      | Stored['meta']
      | undefined
    if (!meta) throw new Error('the database has no ledger')
    for (const columns of ['seq, canonical, leaf FROM entry', 'seq, salt, body FROM content']) {
      db.prepare(`SELECT ${columns}`)
    }
    const { size } = db.prepare('SELECT coalesce(max(seq), 0) AS size FROM entry').get() as { size: number }
    if (!Number.isSafeInteger(size)) throw new Error('its last entry is not numbered as entries are')
    const checkpoints = db
      .prepare('SELECT size, note FROM checkpoint ORDER BY id')
      .all() as Stored['checkpoints']
    const findings: Finding[] = []
    const early = db.prepare('SELECT seq FROM entry WHERE seq < 1 LIMIT 1').get() as
      | { seq: number }
      | undefined
    if (early) findings.push({ seq: early.seq, where: 'entry', what: 'has a number below 1' })
    // Asked as two questions, each is answered by the key; as one it reads every content.
    const { seq } = db
      .prepare(
        'SELECT coalesce((SELECT min(seq) FROM content WHERE seq < 1), (SELECT min(seq) FROM content WHERE seq > ?)) AS seq',
      )
      .get(size) as { seq: number | null }
    if (seq !== null) {
      findings.push({ seq, where: 'content', what: 'is there without an entry that tells of it' })
    }
    return { meta, size, checkpoints, trusted, findings }
  })
  return read()
}

/** Of ranges without entries only the first of a gap, which names it: one entry numbered by thousands of millions is no work. */
function plan(db: Db, stored: Stored, sizes: readonly number[], range: number): Job[] {
  const jobs: Job[] = LEDGER_TABLES.map((table) => ({ do: 'pages', table }))
  const { station } = stored.meta
  const atOrBehind = db.prepare<[number], number>('SELECT min(seq) FROM entry WHERE seq >= ?').pluck()
  for (let from = 1; from <= stored.size; ) {
    const to = Math.min(stored.size, from + range - 1)
    const within = sizes.filter((size) => size >= from && size <= to)
    jobs.push({ do: 'range', from, to, station, sizes: within })
    const next = atOrBehind.get(from) ?? stored.size
    from = next <= to ? to + 1 : next - ((next - 1) % range)
  }
  return jobs
}

class StoreOf implements Store {
  readonly #db: Db
  readonly #size: number
  readonly #content: Statement<[number]>
  #later: Set<number> | undefined

  constructor(db: Db, size: number) {
    this.#db = db
    this.#size = size
    this.#content = db.prepare('SELECT 1 FROM content WHERE seq = ?')
  }

  hasContent(seq: number): boolean {
    return this.#content.get(seq) !== undefined
  }

  erasedSince(seq: number): boolean {
    this.#later ??= new Set(this.#erasedLater())
    return this.#later.has(seq)
  }

  /** But those over entries added since, which the desk stores while it is checked. */
  nodes(): Iterable<{ level: number; index: number; hash: Hash }> {
    const rows = this.#db.prepare(`
      SELECT level, idx AS "index", lower(hex(hash)) AS hash FROM tree_node
      WHERE NOT ((idx + 1) << level > ? AND (idx + 1) << level <= (SELECT max(seq) FROM entry))
      ORDER BY level, idx
    `)
    return rows.iterate(this.#size) as Iterable<{ level: number; index: number; hash: Hash }>
  }

  #erasedLater(): number[] {
    const rows = this.#db
      .prepare("SELECT canonical FROM entry WHERE seq > ? AND canonical ->> '$.type' = ?")
      .all(this.#size, CONTENT_ERASED) as { canonical: string }[]
    return rows.flatMap(({ canonical }) => erasedSeqs(JSON.parse(canonical).data))
  }
}

function unreadable(what: string): Verdict {
  return {
    unaltered: { ok: false, firstBad: { where: 'file', what } },
    complete: 'unknown',
    completeWhy: 'the ledger cannot be read',
    heads: [],
    size: 0,
    root: '',
    code: '',
    entriesPerSecond: 0,
  }
}
