import type { Db } from '../view.ts'

/** As a recall stands among the lines kept aside while its message is not here. */
export const recallOfUnknown = 'recall_of_unknown_message'

const most = 2_000

/** Recalls that came before their message: kept, so that the message is taken back when it comes. */
export class EarlyRecalls {
  readonly #at = new Map<string, number>()
  readonly #written

  constructor(db: Db) {
    this.#written = db
      .prepare<[string, string, string], number>(
        'SELECT 1 FROM aside WHERE reason = ? AND account = ? AND text = ? LIMIT 1',
      )
      .pluck()
    const kept = db.prepare<[string, number], { account: string; text: string; at: number }>(
      'SELECT account, text, at FROM aside WHERE reason = ? ORDER BY id DESC LIMIT ?',
    )
    for (const { account, text, at } of kept.all(recallOfUnknown, most).reverse())
      this.keep(account, text, at)
  }

  keep(account: string, external: string, at: number): void {
    const oldest = this.#at.size < most ? undefined : this.#at.keys().next().value
    if (oldest !== undefined) this.#at.delete(oldest)
    this.#at.set(keyOf(account, external), at)
  }

  /** Whether it stands among the lines kept aside: the commit it was first heard in may have been undone. */
  isWritten(account: string, external: string): boolean {
    return this.of(account, external) !== null && this.#written.get(recallOfUnknown, account, external) === 1
  }

  /** When (ms) this message was taken back before it came; null where it was not. */
  of(account: string, external: string | null): number | null {
    if (external === null || this.#at.size === 0) return null
    return this.#at.get(keyOf(account, external)) ?? null
  }
}

const keyOf = (account: string, external: string) => `${account}\n${external}`
