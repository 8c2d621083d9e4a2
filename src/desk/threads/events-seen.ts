import type { Db } from '../view.ts'

/** WeCom keeps events for three days; what is older does not come again. ms. */
const comesAgainWithin = 4 * 24 * 3_600_000

/** Events of a channel that are no messages, by the channel's own id: what was seen is not taken in twice. */
export class EventsSeen {
  readonly #has
  readonly #remember
  readonly #forget
  readonly #now
  #forgottenAt = 0

  constructor(db: Db, now: () => number) {
    this.#has = db
      .prepare<[string, string]>('SELECT 1 FROM event_seen WHERE account = ? AND external = ?')
      .pluck()
    this.#remember = db.prepare('INSERT OR IGNORE INTO event_seen (account, external, at) VALUES (?, ?, ?)')
    this.#forget = db.prepare('DELETE FROM event_seen WHERE at < ?')
    this.#now = now
  }

  has(account: string, external: string): boolean {
    return this.#has.get(account, external) !== undefined
  }

  /** In the commit that takes the event in. */
  remember(account: string, external: string): void {
    const now = this.#now()
    this.#remember.run(account, external, now)
    if (now - this.#forgottenAt < 3_600_000) return
    this.#forgottenAt = now
    this.#forget.run(now - comesAgainWithin)
  }
}
