import type { MessageNews, News } from '../../channels/wecom/relay-wire.ts'

const most = 10_000

/** The newest token of each account, in memory only and no longer than it lives: for desks that connect later. */
export class Newest {
  /** The latest told come last. */
  readonly #news = new Map<string, MessageNews>()

  keep(told: News): void {
    if (told.kind !== 'messages' || told.token === null) return
    const key = `${told.corpid} ${told.account ?? ''}`
    this.#news.delete(key)
    this.#news.set(key, told)
    for (const oldest of this.#news.keys()) {
      if (this.#news.size <= most) break
      this.#news.delete(oldest)
    }
  }

  of(corps: readonly string[], now: number): MessageNews[] {
    this.forget(now)
    return [...this.#news.values()].filter(({ corpid }) => corps.includes(corpid))
  }

  forget(now: number): void {
    for (const [key, { until }] of this.#news) if (until <= now) this.#news.delete(key)
  }

  get size(): number {
    return this.#news.size
  }
}
