/** The emulator's own clock: real with a rate (1 by default), or standing still (rate 0) and moved by `advance`. */
export class Clock {
  #at: number
  #since = performance.now()
  #rate = 1

  constructor(at = Date.now()) {
    this.#at = at
  }

  /** ms since 1970 */
  now(): number {
    return Math.floor(this.#at + (performance.now() - this.#since) * this.#rate)
  }

  /** As WeCom writes times: whole seconds. */
  seconds(): number {
    return Math.floor(this.now() / 1000)
  }

  set(at: number | undefined, rate: number | undefined): void {
    const now = this.now()
    this.#at = at ?? now
    this.#rate = rate ?? this.#rate
    this.#since = performance.now()
  }

  advance(ms: number): void {
    this.set(this.now() + ms, undefined)
  }

  get rate(): number {
    return this.#rate
  }
}
