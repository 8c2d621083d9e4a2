import type { Presence } from '../../contract/session.ts'

/** Who is looking at or writing in which thread right now. Never stored: it ends with the connection. */
export class PresenceBoard {
  readonly #by = new Map<object, Presence>()
  readonly #listeners = new Set<(presence: Presence[]) => void>()
  #told: NodeJS.Timeout | null = null

  listen(fn: (presence: Presence[]) => void): () => void {
    this.#listeners.add(fn)
    return () => this.#listeners.delete(fn)
  }

  /** `console` is the connection it belongs to. */
  set(console: object, presence: Presence | null): void {
    if (presence) this.#by.set(console, presence)
    else if (!this.#by.delete(console)) return
    this.#tellSoon()
  }

  list(): Presence[] {
    return [...this.#by.values()]
  }

  #tellSoon(): void {
    this.#told ??= setTimeout(() => {
      this.#told = null
      const presence = this.list()
      for (const listener of this.#listeners) listener(presence)
    }, 100)
    this.#told.unref()
  }
}
