/** Seeded (mulberry32), so that a run with the same seed meets the same faults. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  seed(seed: number): void {
    this.#state = seed >>> 0
  }

  /** 0 ≤ n < 1 */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  below(n: number): number {
    return Math.floor(this.next() * n)
  }

  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  /** Letters and digits, as in ids. */
  word(length: number): string {
    const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
    let word = ''
    for (let n = 0; n < length; n++) word += letters[this.below(62)]
    return word
  }

  shuffle<T>(list: T[]): T[] {
    for (let n = list.length - 1; n > 0; n--) {
      const other = this.below(n + 1)
      const kept = list[n] as T
      list[n] = list[other] as T
      list[other] = kept
    }
    return list
  }
}
