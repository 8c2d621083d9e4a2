/** Offered so often, it breaks by itself and not by chance. */
const most = 3

/** How often in a row all that a channel offered of an account broke. */
export class BrokenOffers {
  readonly #times = new Map<string, number>()

  /** @returns whether offering it once more is no use */
  broke(account: string): boolean {
    const times = (this.#times.get(account) ?? 0) + 1
    this.#times.set(account, times)
    return times >= most
  }

  wentWell(account: string): void {
    this.#times.delete(account)
  }
}
