/** People in distress write in pieces: 我不想 · 活了. What was said just before belongs to what is said now. */

/** Pieces are at most so old (ms), so many, and so long together; more is a talk, not one sentence. */
const within = 60_000
const pieces = 2
const longest = 40
const mostSpeakers = 5_000

interface Said {
  at: number
  text: string
}

/** The last words of each resident who is writing just now. Kept in memory only: a minute later they count no more. */
export class SplitWords {
  readonly #said = new Map<string, Said[]>()
  /** Of the open transaction, which may be undone and done again. */
  readonly #fresh = new Map<string, Said[]>()

  /**
   * The pieces before this one, as a lead to be read with it; empty where it stands alone. `at`: when it was said, which
   * a channel may tell of late, and of many at once.
   */
  lead(who: string, text: string, at: number): string {
    const before = (this.#fresh.get(who) ?? this.#said.get(who) ?? []).filter(
      (said) => Math.abs(at - said.at) <= within,
    )
    this.#fresh.set(who, [...before, { at, text }].slice(-pieces))
    const lead = before.map((said) => said.text).join('')
    return lead.length + text.length <= longest ? lead : ''
  }

  adopt(): void {
    for (const [who, said] of this.#fresh) {
      if (!this.#said.has(who) && this.#said.size >= mostSpeakers) this.#said.clear()
      this.#said.set(who, said)
    }
    this.#fresh.clear()
  }

  discard(): void {
    this.#fresh.clear()
  }
}
