/** Fetching entries and contents by the run: one row from SQLite for 64 entries costs a third of 64 rows. */

import { isUtf8 } from 'node:buffer'
import type { Statement } from 'better-sqlite3'
import type { Db } from '../sqlite/open.ts'
import type { ContentRun, EntryRun } from './range-check.ts'

interface EntryRow {
  count: number
  first: number
  last: number
  /** How many rows have the types they should have. */
  plain: number
  bytes: Buffer
  leaves: Buffer
}

interface ContentRow {
  count: number
  plain: number
  seqs: string
  lengths: string
  bytes: Buffer
}

const NO_CONTENTS: ContentRun = { seqs: [], ends: [], bytes: Buffer.alloc(0) }

export class Runs {
  readonly #entries: Statement<[number, number], EntryRow>
  readonly #contents: Statement<[number, number], ContentRow>

  constructor(db: Db) {
    // Cast to text and joined, bytes stay as they are.
    this.#entries = db.prepare(`
      SELECT count(*) AS count, min(seq) AS first, max(seq) AS last,
        sum(typeof(canonical) = 'text' AND typeof(leaf) = 'blob' AND octet_length(leaf) = 32) AS plain,
        CAST(char(0) || group_concat(canonical, char(0)) AS BLOB) AS bytes,
        CAST(group_concat(CAST(leaf AS TEXT), '') AS BLOB) AS leaves
      FROM entry WHERE seq BETWEEN ? AND ?
    `)
    this.#contents = db.prepare(`
      SELECT count(*) AS count,
        sum(typeof(salt) = 'blob' AND octet_length(salt) = 32 AND typeof(body) = 'text') AS plain,
        group_concat(seq) AS seqs,
        group_concat(32 + octet_length(body)) AS lengths,
        CAST(group_concat(salt || body, '') AS BLOB) AS bytes
      FROM content WHERE seq BETWEEN ? AND ?
    `)
  }

  /** The entries from `from` to `to`; undefined where one is missing or not of the plain form. */
  entries(from: number, to: number): EntryRun | undefined {
    const row = this.#entries.get(from, to)!
    const whole = to - from + 1
    if (row.count !== whole || row.plain !== whole || row.first !== from || row.last !== to) return undefined
    const { count, bytes, leaves } = row
    return isUtf8(bytes) ? { count, bytes, leaves } : undefined
  }

  /** The contents of those entries; undefined where one is not of the plain form. */
  contents(from: number, to: number): ContentRun | undefined {
    const row = this.#contents.get(from, to)!
    if (row.count === 0) return NO_CONTENTS
    if (row.plain !== row.count) return undefined
    let end = 0
    const ends = row.lengths.split(',').map((length) => {
      end += Number(length)
      return end
    })
    if (end !== row.bytes.length) return undefined
    return { seqs: row.seqs.split(',').map(Number), ends, bytes: row.bytes }
  }
}
