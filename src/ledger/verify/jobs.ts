/** The pieces of a verification that a thread does on a read-only connection of its own. */

import { Buffer } from 'node:buffer'
import type { Statement } from 'better-sqlite3'
import { type Hash, NO_PREV } from '../hash.ts'
import { type Db, openDatabase } from '../sqlite/open.ts'
import { BLOCK } from '../sqlite/schema.ts'
import { RangeCheck, type RangeReport, type RangeStart } from './range-check.ts'
import { Runs } from './runs.ts'
import type { Finding } from './verdict.ts'

export type Job = { do: 'pages'; table: string } | ({ do: 'range'; to: number } & Omit<RangeStart, 'prev'>)

export type Done = { findings: Finding[] } | RangeReport

/** What `pages` is to be done for. */
export const LEDGER_TABLES = ['ledger_meta', 'entry', 'content', 'tree_node', 'checkpoint']

type EntryRow = [seq: number, canonical: unknown, leaf: Hash]
type ContentRow = [seq: number, salt: unknown, body: unknown]

/** Rows fetched at a time; their text of some 150 KB stays in the processor's cache. */
const BATCH = BLOCK
/** Each page is read once, in order: what is kept of them should be small enough to stay in the processor's cache. */
const CACHE_KIB = 512

export class Jobs {
  readonly #db: Db
  readonly #entries: Statement<[number, number], EntryRow>
  readonly #contents: Statement<[number, number], ContentRow>
  readonly #leaf: Statement<[number], { leaf: Hash }>
  readonly #runs: Runs
  readonly #bytes: Statement<[number], { canonical: Buffer; body: Buffer | null }>

  constructor(file: string) {
    const db = openDatabase(file, { readonly: true })
    db.pragma(`cache_size = -${CACHE_KIB}`)
    this.#db = db
    this.#runs = new Runs(db)
    this.#entries = db
      .prepare<[number, number], EntryRow>(
        "SELECT seq, canonical, iif(typeof(leaf) = 'blob', lower(hex(leaf)), '') FROM entry WHERE seq BETWEEN ? AND ? ORDER BY seq",
      )
      .raw()
    this.#contents = db
      .prepare<[number, number], ContentRow>(
        'SELECT seq, salt, body FROM content WHERE seq BETWEEN ? AND ? ORDER BY seq',
      )
      .raw()
    this.#leaf = db.prepare('SELECT lower(hex(leaf)) AS leaf FROM entry WHERE seq = ?')
    this.#bytes = db.prepare(`
      SELECT CAST(canonical AS BLOB) AS canonical, CAST(body AS BLOB) AS body
      FROM entry LEFT JOIN content USING (seq) WHERE seq = ?
    `)
  }

  close(): void {
    this.#db.close()
  }

  run(job: Job): Done {
    return job.do === 'pages' ? { findings: this.#checkPages(job.table) } : this.#checkRange(job)
  }

  /** SQLite's own look at the pages of one of the ledger's tables; the rest of the file is not the ledger. */
  #checkPages(table: string): Finding[] {
    try {
      const said = this.#db.pragma(`quick_check(${table})`) as { quick_check: string }[]
      const first = said[0]?.quick_check
      return first === 'ok' ? [] : [{ where: 'file', what: `${table}: ${first}` }]
    } catch (error) {
      return [{ where: 'file', what: `${table}: ${(error as Error).message}` }]
    }
  }

  #checkRange({ from, to, station, sizes }: Extract<Job, { do: 'range' }>): RangeReport {
    let check = new RangeCheck({ from, station, sizes, prev: NO_PREV })
    try {
      if (from > 1) {
        const prev = this.#leaf.get(from - 1)?.leaf
        if (prev !== undefined) check = new RangeCheck({ from, station, sizes, prev })
      }
      for (let at = from; at <= to; at += BATCH) this.#checkBatch(check, at, Math.min(to, at + BATCH - 1))
      if (check.next <= to) check.gap()
      if (check.isOpen) {
        for (const [seq, canonical] of this.#entries.all(to + 1, to + 1)) check.entryBehind(seq, canonical)
      }
    } catch (error) {
      // A page that cannot be read is a finding; what follows it in this range is unknown.
      check.found({ seq: check.next, where: 'file', what: `cannot be read: ${(error as Error).message}` })
    }
    return check.report
  }

  #checkBatch(check: RangeCheck, from: number, to: number): void {
    const rows = this.#runs.entries(from, to)
    const contents = rows && this.#runs.contents(from, to)
    if (rows && contents && check.run(rows, contents)) return
    this.#checkRows(check, from, to)
  }

  /** One by one, to name what is wrong. */
  #checkRows(check: RangeCheck, from: number, to: number): void {
    const contents = this.#contents.all(from, to)
    let next = 0
    for (const [seq, canonical, leaf] of this.#entries.all(from, to)) {
      if (seq !== check.next) check.gap()
      while (next < contents.length && contents[next]![0] < seq) check.orphan(contents[next++]![0])
      let salt: unknown = null
      let body: unknown = null
      if (contents[next]?.[0] === seq) [, salt, body] = contents[next++]!
      if (mayHideBytes(canonical) || mayHideBytes(body)) this.#checkBytes(check, seq, canonical, body)
      check.entry(seq, canonical, leaf, salt, body)
    }
    if (next < contents.length) check.gap()
    while (next < contents.length) check.orphan(contents[next++]![0])
  }

  /** Bytes that are not UTF-8 all read as U+FFFD, so where it occurs the stored bytes are compared too. */
  #checkBytes(check: RangeCheck, seq: number, canonical: unknown, body: unknown): void {
    const bytes = this.#bytes.get(seq)
    if (!bytes?.canonical.equals(Buffer.from(String(canonical)))) {
      check.found({ seq, where: 'entry', what: 'is not valid UTF-8' })
    }
    if (bytes?.body && !bytes.body.equals(Buffer.from(String(body)))) {
      check.found({ seq, where: 'content', what: 'is not valid UTF-8' })
    }
  }
}

function mayHideBytes(text: unknown): boolean {
  return typeof text === 'string' && text.includes('\ufffd')
}
