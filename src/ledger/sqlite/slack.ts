/**
 * Zeroes what SQLite leaves behind inside its own pages. `secure_delete` overwrites a row that is deleted and a page
 * that is freed; but when rows move over to a neighbouring page, their old bytes stay in the unallocated middle of the
 * page they left (btree.c, rebuildPage), where no later delete finds them. VACUUM would reach them and keep everybody
 * waiting while it copies the whole file; this looks at a few megabytes at a time.
 *
 * It writes to the file beside SQLite, and only to bytes that no reader of the format looks at (sqlite.org/fileformat2,
 * 1.6: the unallocated region). That a write of some bytes does not harm those around it when the power fails is what
 * SQLite relies on itself (sqlite.org/psow).
 */

import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs'
import type { Db } from './open.ts'
import { truncateWalAtOnce } from './wal.ts'

/** Pages looked at in one go: 2 MB, some milliseconds. */
const pagesAtOnce = 512
/** Types of b-tree pages, and the length of their header. Overflow and free pages start with a page number: byte 0. */
const headerOf: Readonly<Record<number, number>> = { 2: 12, 5: 12, 10: 8, 13: 8 }

/** Bytes of a page that belong to nothing: from where to where. Empty where it is no b-tree page. */
export function unallocated(page: Buffer, header: number): [from: number, to: number] {
  const length = headerOf[page[header]!]
  if (length === undefined) return [0, 0]
  const cells = page.readUInt16BE(header + 3)
  const from = header + length + 2 * cells
  const to = page.readUInt16BE(header + 5) || 65_536
  return to <= page.length && from < to ? [from, to] : [0, 0]
}

export class Slack {
  readonly #db: Db
  readonly #pageSize: number
  readonly #zeros: Buffer
  readonly #chunk: Buffer
  #file: number | null = null

  constructor(db: Db) {
    this.#db = db
    this.#pageSize = db.pragma('page_size', { simple: true }) as number
    this.#zeros = Buffer.alloc(this.#pageSize)
    this.#chunk = Buffer.alloc(pagesAtOnce * this.#pageSize)
  }

  /**
   * Wipes the next pages from page `from` (0 is the first) on. Outside a transaction.
   * @returns where to go on, null when the file is done; or `busy` where a reader keeps the log from being folded in,
   * so that the file is not yet all there is
   */
  wipe(from: number): { next: number | null; pages: number; wiped: number } | 'busy' {
    if (truncateWalAtOnce(this.#db).busy) return 'busy'
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      // Closing any handle of the file would drop SQLite's own locks on it (POSIX), so it stays open until `close`.
      this.#file ??= openSync(this.#db.name, 'r+')
      const pages = Math.floor(fstatSync(this.#file).size / this.#pageSize)
      const read = readSync(this.#file, this.#chunk, 0, this.#chunk.length, from * this.#pageSize)
      const count = Math.floor(read / this.#pageSize)
      let wiped = 0
      for (let at = 0; at < count; at += 1) wiped += this.#wipePage(this.#file, from + at, at)
      const next = from + count
      if (next < pages && count > 0) return { next, pages, wiped }
      fsyncSync(this.#file)
      return { next: null, pages, wiped }
    } finally {
      this.#db.exec('ROLLBACK')
      // A page kept in memory as it was would bring the old bytes back with its next change.
      this.#db.pragma('shrink_memory')
    }
  }

  /** After the database itself is closed. */
  close(): void {
    if (this.#file !== null) closeSync(this.#file)
    this.#file = null
  }

  #wipePage(file: number, number: number, at: number): number {
    const page = this.#chunk.subarray(at * this.#pageSize, (at + 1) * this.#pageSize)
    const [from, to] = unallocated(page, number === 0 ? databaseHeader : 0)
    if (from === to || page.compare(this.#zeros, 0, to - from, from, to) === 0) return 0
    writeSync(file, this.#zeros, 0, to - from, number * this.#pageSize + from)
    return 1
  }
}

/** Bytes before the b-tree header of the first page. */
const databaseHeader = 100
