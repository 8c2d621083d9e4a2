import type { AccountHealth } from './desk.ts'
import { clock } from './facts.ts'

/** Between these (ms) lies how far this machine's clock is ahead of WeCom's; below 0 it is behind. */
interface Bounds {
  least: number
  most: number
}

/** The one form of the header that senders still write (RFC 9110, 5.6.7). */
const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/

/**
 * How far the clock of this machine is from WeCom's, by the `Date` of its answers. Each says no more than that WeCom's
 * second lay somewhere between question and answer; what fits all of them is narrower than any one.
 */
export class ClockDifference {
  #known: Bounds | null = null
  /** Of an answer that did not fit. */
  #odd: Bounds | null = null

  /** An answer of WeCom's own, asked for and come at these times (ms) of this machine's clock. */
  heard(date: unknown, askedAt: number, answeredAt: number): void {
    const told = boundsOf(date, askedAt, answeredAt)
    if (told === null) return
    const fitting = this.#known === null ? told : both(this.#known, told)
    if (fitting !== null) {
      this.#known = fitting
      this.#odd = null
      return
    }
    // One alone may come from a machine of WeCom's that is wrong itself; two that agree mean that a clock was set.
    const again = this.#odd === null ? null : both(this.#odd, told)
    if (again !== null) this.#known = again
    this.#odd = again === null ? told : null
  }

  /** ms; the nearest to no difference that the answers allow. Null where none has told. */
  get ahead(): number | null {
    if (this.#known === null) return null
    const { least, most } = this.#known
    return least > 0 ? least : Math.min(most, 0)
  }
}

function boundsOf(date: unknown, askedAt: number, answeredAt: number): Bounds | null {
  if (typeof date !== 'string' || !httpDate.test(date)) return null
  const told = Date.parse(date)
  const bounds = { least: askedAt - told - clock.dateWithin, most: answeredAt - told }
  // This machine's clock was put back meanwhile.
  return Number.isNaN(told) || bounds.least > bounds.most ? null : bounds
}

function both(one: Bounds, other: Bounds): Bounds | null {
  const fitting = { least: Math.max(one.least, other.least), most: Math.min(one.most, other.most) }
  return fitting.least > fitting.most ? null : fitting
}

/** What of it is a fault: told in whole minutes, so that it does not change with every answer. */
export function clockFault(ahead: number | null): AccountHealth['fault'] {
  if (ahead === null || Math.abs(ahead) <= clock.wrongFrom) return null
  const seconds = Math.round(Math.abs(ahead) / clock.toldIn) * (clock.toldIn / 1_000)
  return { what: ahead > 0 ? 'clockAhead' : 'clockBehind', code: null, seconds }
}
