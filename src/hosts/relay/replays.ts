const most = 100_000

/**
 * Callbacks that were told to desks already. WeCom tries up to three times, and whoever wrote a callback down could send
 * it again; a signature is accepted as long as its timestamp is in the window, so it is remembered as long.
 */
export class Replays {
  /** In the order they may be forgotten. */
  readonly #until = new Map<string, number>()
  readonly #window: number

  constructor(window: number) {
    this.#window = window
  }

  /** Whether this is the first time; from then on it is not. */
  first(signature: string, now: number): boolean {
    for (const [known, until] of this.#until) {
      if (until > now && this.#until.size <= most) break
      this.#until.delete(known)
    }
    if (this.#until.has(signature)) return false
    // Its timestamp may be a whole window ahead of this clock.
    this.#until.set(signature, now + 2 * this.#window)
    return true
  }

  get size(): number {
    return this.#until.size
  }
}
