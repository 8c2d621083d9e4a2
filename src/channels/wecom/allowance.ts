import { rates } from './facts.ts'

/** One call of the nine is kept for the connection test, and for a callback token that turns out to be spent. */
const inReserve = 1
export const callsPerMinute = rates.tokenlessSyncPerMinute - 1 - inReserve
/** WeCom counts a call when it arrives, which may be a little later for one than for the next. */
const countedMinute = rates.minute + 2_000
/** ms between two calls at an even pace that never meets the limit. */
export const pace = Math.ceil(countedMinute / callsPerMinute)
/** No refusal keeps the desk from asking for longer than this. */
const longestClosed = 15 * rates.minute

/** What one app may still ask without a callback token, and until when it may ask nothing at all. Times in ms. */
export class Allowance {
  #made: number[] = []
  #closedUntil = 0

  /** A call was made without a token, or with one that was not good: both count. */
  made(now: number): void {
    this.#settle(now)
    this.#made.push(now)
  }

  /** When the next call without a token may be made; not after `now` where it may be made at once. */
  openAt(now: number): number {
    this.#settle(now)
    const full = this.#made.length >= callsPerMinute
    return Math.max(this.#closedUntil, full ? this.#made.at(-callsPerMinute)! + countedMinute : 0)
  }

  /** When a callback token may be tried; not after `now` where it may at once. One that proves spent counts too. */
  riskFrom(now: number): number {
    this.#settle(now)
    const most = callsPerMinute + inReserve
    const full = this.#made.length >= most
    return Math.max(this.#closedUntil, full ? this.#made.at(-most)! + countedMinute : 0)
  }

  /**
   * Begins with what may have been asked without a token before the desk was started again: when (ms) its accounts were last
   * asked, by whichever way. No more is written down than the last of each, and that once a minute; what is not known of is
   * taken to have gone at the even pace.
   */
  recall(askedAt: readonly number[], now: number): void {
    const asked = askedAt.filter((at) => at <= now && at > now - countedMinute - rates.minute)
    if (asked.length === 0) return
    const known = asked
      .filter((at) => at > now - countedMinute)
      .sort((a, b) => a - b)
      .slice(-callsPerMinute)
    const paced = Array.from(
      { length: callsPerMinute - known.length },
      (_, n) => now - (callsPerMinute - 1 - n) * pace,
    )
    this.#made = [...paced, ...known].sort((a, b) => a - b).concat(this.#made)
  }

  /** WeCom said no to everything: for so many ms nothing is asked, with a token or without. */
  close(now: number, ms: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, now + Math.min(ms, longestClosed))
  }

  closedUntil(now: number): number {
    this.#settle(now)
    return this.#closedUntil
  }

  /** Also after the clock of the machine was put back. */
  #settle(now: number): void {
    this.#made = this.#made.map((at) => Math.min(at, now)).filter((at) => at > now - countedMinute)
    this.#closedUntil = Math.min(this.#closedUntil, now + longestClosed)
  }
}
