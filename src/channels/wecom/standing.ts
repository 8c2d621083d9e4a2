import { clockFault } from './clock-difference.ts'
import type { AccountHealth, Clock } from './desk.ts'
import type { Fault } from './faults.ts'

/** While a fault lasts it is told again after so many ms, and while all is well, when it was last asked. */
const toldEvery = 60_000
/** The clock's difference is told anew when it has changed by so many ms. */
const clockToldBy = 1_000
/** A passing trouble is worth a word from the second time on. */
const passingFrom = 2

export interface Now extends Omit<AccountHealth, 'fault' | 'clockAhead'> {
  clockAhead: number | null
  /** There should be a relay, and for a while there was none to rely on. */
  relayMissed: boolean
}

/** How one account stands, told when it changes. */
export class Standing {
  readonly #clock: Clock
  readonly #now: () => Now
  readonly #tell: (health: AccountHealth) => void
  #fault: AccountHealth['fault'] = null
  #told: AccountHealth | null = null
  #toldAt = Number.NEGATIVE_INFINITY
  #timer: (() => void) | null = null

  constructor(clock: Clock, now: () => Now, tell: (health: AccountHealth) => void) {
    this.#clock = clock
    this.#now = now
    this.#tell = tell
  }

  well(): void {
    this.#fault = null
    this.look()
  }

  failed(fault: Fault, failures: number): void {
    if (!fault.passing || failures >= passingFrom) this.#fault = { what: fault.what, code: fault.code }
    this.look()
  }

  /** Something of it may have changed. */
  look(): void {
    const { relayMissed, ...seen } = this.#now()
    const fault =
      this.#fault ?? clockFault(seen.clockAhead) ?? (relayMissed ? { what: 'relay', code: null } : null)
    const health = { fault, ...seen }
    const now = this.#clock.now()
    if (!this.#differs(health) && now - this.#toldAt < toldEvery) return
    this.#told = health
    this.#toldAt = now
    this.#timer?.()
    this.#timer = this.#clock.after(toldEvery, () => this.look())
    this.#tell(health)
  }

  stop(): void {
    this.#timer?.()
    this.#timer = null
  }

  #differs({ fault, by, lateBy, clockAhead = null }: AccountHealth): boolean {
    const told = this.#told
    if (told === null || told.by !== by) return true
    if (told.fault?.what !== fault?.what || told.fault?.code !== fault?.code) return true
    if (told.fault?.seconds !== fault?.seconds || isSet(told.clockAhead ?? null, clockAhead)) return true
    return Math.abs(told.lateBy - lateBy) > Math.max(told.lateBy, lateBy) / 4
  }
}

function isSet(before: number | null, now: number | null): boolean {
  if (before === null || now === null) return before !== now
  return Math.abs(before - now) >= clockToldBy
}
