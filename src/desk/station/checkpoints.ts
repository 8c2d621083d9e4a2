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
