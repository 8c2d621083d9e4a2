import { rates } from './facts.ts'

/** One call of the nine is kept for the connection test, and for a callback token that turns out to be spent. */
export const callsInReserve = 1
export const callsPerMinute = rates.tokenlessSyncPerMinute - 1 - callsInReserve
/** WeCom counts a call when it arrives, which may be a little later for one than for the next. */
export const countedMinute = rates.minute + 2_000
/** Even pace that never meets the limit. */
export const pace = Math.ceil(countedMinute / callsPerMinute)

/** What one app may still ask without a callback token, and until when it may ask nothing at all. Times in ms. */
export class Allowance {
  #made: number[] = []
  #closedUntil = 0

  /** A call was made without a token, or with one that was not good: both count. */
  made(now: number): void {
    this.#forget(now)
    this.#made.push(now)
  }

  /** When the next call without a token may be made; not after `now` where it may be made at once. */
  openAt(now: number): number {
    this.#forget(now)
    const full = this.#made.length >= callsPerMinute
    return Math.max(this.#closedUntil, full ? this.#made.at(-callsPerMinute)! + countedMinute : 0)
  }

  /** Whether one more call may turn out to count: a callback token may have been spent elsewhere. */
  mayRisk(now: number): boolean {
    this.#forget(now)
    return this.#made.length < callsPerMinute + callsInReserve
  }

  /** WeCom said no to everything: nothing is asked, with a token or without. */
  close(until: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, until)
  }

  get closedUntil(): number {
    return this.#closedUntil
  }

  #forget(now: number): void {
    // A clock that was put back must not keep calls of the future.
    this.#made = this.#made.filter((at) => at <= now && at > now - countedMinute)
  }
}
