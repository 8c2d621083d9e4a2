import type { Output } from '../../contract/index.ts'
import { blockSize } from '../audit/records.ts'
import { isoOrNull } from '../time.ts'
import type { Db } from '../view.ts'

/** From the time on the slider to the entry it means. The clock may have been put back: order is `seq` alone. */
export class Position {
  readonly #block
  readonly #within
  readonly #bounds

  constructor(db: Db) {
    this.#block = db
      .prepare<[number], number>(
        'SELECT block FROM record_block WHERE earliest <= ? ORDER BY block DESC LIMIT 1',
      )
      .pluck()
    // Within a block by its number, not by the index of times.
    this.#within = db
      .prepare<[number, number, number], number | null>(
        'SELECT max(seq) FROM record WHERE seq > ? AND seq <= ? AND +at <= ?',
      )
      .pluck()
    this.#bounds = db.prepare<[], { first: number | null; last: number | null; size: number }>(
      `SELECT (SELECT min(at) FROM record) AS first, (SELECT max(at) FROM record) AS last, ifnull(max(seq), 0) AS size
       FROM entry`,
    )
  }

  /** The last entry with a time (ms) at or before; null where none is. */
  lastUpTo(at: number): number | null {
    const block = this.#block.get(at)
    if (block === undefined) return null
    return this.#within.get(block * blockSize, (block + 1) * blockSize, at) ?? null
  }

  /** The earliest and the latest time there is, and how many entries. */
  bounds(): Output<'history.bounds'> {
    const { first, last, size } = this.#bounds.get()!
    return { firstAt: isoOrNull(first), lastAt: isoOrNull(last), size }
  }
}
