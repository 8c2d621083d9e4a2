import { parseCheckpoint } from '../../ledger/checkpoint.ts'
import { shortCode } from '../../ledger/short-code.ts'
import { hour, iso } from '../time.ts'
import type { Signer } from './signing-key.ts'
import type { Station } from './station.ts'

/** A signed head each hour in which something happened, and whenever one is asked for (handoff, export). */
export class Checkpoints {
  readonly #station: Station
  readonly #signer: Signer | null
  #timer: NodeJS.Timeout | null = null
  #grown = false

  constructor(station: Station, signer: Signer | null) {
    this.#station = station
    this.#signer = signer
  }

  get signer(): Signer | null {
    return this.#signer
  }

  grown(): void {
    this.#grown = true
  }

  start(): void {
    this.#timer = setInterval(() => this.#hourly(), hour)
    this.#timer.unref()
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer)
  }

  /** Makes one now. Null when this machine does not have the station's key. */
  make(reason: string): string | null {
    if (this.#signer === null) return null
    const { db, ledger } = this.#station
    const signer = this.#signer
    return db.transaction(() => ledger.checkpoint(signer, reason, iso(this.#station.now()))).immediate()
  }

  /** The one of exactly this many entries, with its code. */
  noteAt(size: number): { note: string; code: string } | null {
    const { db } = this.#station
    const sizeOf = db.prepare<[number], number>('SELECT size FROM checkpoint WHERE id = ?').pluck()
    const last = db.prepare<[], number>('SELECT ifnull(max(id), 0) FROM checkpoint').pluck().get() as number
    // They are numbered without gaps and their sizes only grow: found by halves, for there are thousands.
    let from = 1
    for (let to = last; from < to; ) {
      const middle = (from + to) >> 1
      if ((sizeOf.get(middle) as number) < size) from = middle + 1
      else to = middle
    }
    if (sizeOf.get(from) !== size) return null
    const note = db.prepare<[number], string>('SELECT note FROM checkpoint WHERE id = ?').pluck().get(from)
    return { note: note as string, code: shortCode(parseCheckpoint(note as string).root) }
  }

  #hourly(): void {
    if (!this.#grown || this.#station.readOnly) return
    this.#grown = false
    try {
      this.make('hour')
    } catch (error) {
      this.#station.log(`checkpoint: ${String(error)}`)
    }
  }
}
