import { setTimeout as sleep } from 'node:timers/promises'
import type { InMedia } from '../../channels/channel.ts'
import { largestMedia } from '../../contract/media.ts'
import type { Appended } from '../../ledger/entry.ts'
import { entries } from '../decision.ts'
import type { Station } from '../station/station.ts'
import { lasts, minute, type Pause } from '../time.ts'
import type { WhyMissed } from './entries.ts'
import { typeOf } from './looking.ts'
import * as rules from './rules.ts'
import type { MediaStore } from './store.ts'
import type { MediaRow } from './view.ts'

export interface Fetched {
  file: Buffer
  /** As the channel says it. */
  name: string | null
}

/** What fetches files of one channel. */
export interface Fetcher {
  /** @throws FetchRefused where asking again is no use; anything else is tried again */
  fetch(account: string, media: InMedia, mostBytes: number, signal: AbortSignal): Promise<Fetched>
}

export class FetchRefused extends Error {
  override readonly name = 'FetchRefused'
  readonly why: WhyMissed

  constructor(why: WhyMissed) {
    super(`the channel does not give it: ${why}`)
    this.why = why
  }
}

/** ms before the n-th new try of one file; from the last on always that. */
export const tryAgain: readonly number[] = [5_000, 30_000, 2 * minute, 10 * minute, 30 * minute, 60 * minute]
/** ms for which an account is left alone when a file of it did not come, since mostly none will; doubled each time. */
export const accountPause = { least: 20_000, most: 10 * minute }
const atOnce = 3
/** ms after which a download is called off. */
const patience = 3 * minute
const farewell = 2_000
const fetchingActor = { user: 'media', role: 'system', device: 'core' }

/**
 * Fetches what messages carry, of threads with an open alarm first, then the newest. What waits stands in the table, so
 * that a restart goes on where it was; a message is shown long before its file is here.
 */
export class Fetching {
  readonly #station: Station
  readonly #store: MediaStore
  readonly #fetching = new Map<number, Promise<void>>()
  readonly #tries = new Map<number, Pause & { tries: number }>()
  /** Accounts whose last file did not come. */
  readonly #paused = new Map<string, Pause & { failures: number }>()
  readonly #stop = new AbortController()
  #fetcher: Fetcher | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(station: Station, store: MediaStore) {
    this.#station = station
    this.#store = store
  }

  fetchBy(fetcher: Fetcher | null): void {
    this.#fetcher = fetcher
    this.reachable()
  }

  /** Whatever kept files from coming is over. */
  reachable(): void {
    this.#tries.clear()
    this.#paused.clear()
    this.poke()
  }

  /** There may be something to fetch. */
  poke(): void {
    if (this.#stop.signal.aborted || this.#fetcher === null) return
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#round(), 0)
  }

  committed(appended: readonly Appended[]): void {
    if (appended.some(({ entry }) => entry.type === 'account.recovered')) this.reachable()
    const some = appended.some(({ entry, content }) => {
      if (entry.type !== 'media.retried') return content?.media !== undefined
      this.#tries.delete(entry.data.message as number)
      return true
    })
    if (some) this.poke()
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    if (this.#timer) clearTimeout(this.#timer)
    // What was called off ends soon; what does not hear of it keeps nobody from closing the desk.
    await Promise.race([
      Promise.allSettled(this.#fetching.values()),
      sleep(farewell, undefined, { ref: false }),
    ])
  }

  #round(): void {
    this.#timer = null
    const station = this.#station
    const fetcher = this.#fetcher
    if (this.#stop.signal.aborted || fetcher === null || station.readOnly) return
    const now = station.now()
    const free = atOnce - this.#fetching.size
    if (free > 0) {
      const paused = [...this.#paused].filter(([, pause]) => lasts(pause, now)).map(([account]) => account)
      const isReady = ({ seq }: MediaRow) => {
        const tried = this.#tries.get(seq)
        return !this.#fetching.has(seq) && !(tried && lasts(tried, now))
      }
      for (const row of station.views.media.next(free, paused, isReady)) this.#begin(fetcher, row)
    }
    let next = Number.POSITIVE_INFINITY
    for (const pause of [...this.#paused.values(), ...this.#tries.values()])
      if (lasts(pause, now)) next = Math.min(next, pause.due)
    if (next < Number.POSITIVE_INFINITY) {
      this.#timer = setTimeout(() => this.#round(), Math.min(next - now, minute))
      this.#timer.unref()
    }
  }

  #begin(fetcher: Fetcher, row: MediaRow): void {
    const work = this.#fetch(fetcher, row)
      .catch((error: unknown) => this.#station.log(`media: ${String(error)}`))
      .finally(() => {
        this.#fetching.delete(row.seq)
        this.poke()
      })
    this.#fetching.set(row.seq, work)
  }

  async #fetch(fetcher: Fetcher, row: MediaRow): Promise<void> {
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(patience)])
    try {
      const media = { kind: row.kind, id: row.external ?? '' }
      const { file, name } = await fetcher.fetch(row.account, media, largestMedia, signal)
      if (this.#stop.signal.aborted) return
      if (file.length === 0) throw new FetchRefused('empty')
      if (file.length > largestMedia) throw new FetchRefused('too_large')
      await this.#keep(row, file, name)
      this.#tries.delete(row.seq)
      this.#paused.delete(row.account)
    } catch (error) {
      if (this.#stop.signal.aborted) return
      if (error instanceof FetchRefused) await this.#giveUp(row, error.why)
      else this.#later(row, error)
    }
  }

  async #keep(row: MediaRow, file: Buffer, name: string | null): Promise<void> {
    const { bus, views } = this.#station
    const { sha256, release } = await this.#store.put(file)
    try {
      await bus.run(this.#by(), null, () => {
        // It may have been erased meanwhile.
        const present = views.media.one(row.seq)
        if (present?.state !== 'waiting') return { decision: entries() }
        const stored = { sha256, bytes: file.length, type: typeOf(file) }
        return {
          decision: rules.stored(present, { ...stored, name: name === null ? null : rules.plainName(name) }),
        }
      })
    } finally {
      release()
      this.#station.media.drop(sha256)
    }
  }

  async #giveUp(row: MediaRow, why: WhyMissed): Promise<void> {
    this.#tries.delete(row.seq)
    await this.#station.bus.run(this.#by(), null, () => {
      const present = this.#station.views.media.one(row.seq)
      return { decision: present?.state === 'waiting' ? rules.missed(present, why) : entries() }
    })
  }

  #later({ seq, account }: MediaRow, error: unknown): void {
    const now = this.#station.now()
    const tries = (this.#tries.get(seq)?.tries ?? 0) + 1
    const wait = tryAgain[Math.min(tries, tryAgain.length) - 1]!
    this.#tries.set(seq, { tries, at: now, due: now + wait })
    const failures = (this.#paused.get(account)?.failures ?? 0) + 1
    const pause = Math.min(accountPause.most, accountPause.least * 2 ** Math.min(failures - 1, 10))
    this.#paused.set(account, { at: now, due: now + pause, failures })
    const why = error instanceof Error ? error.message : String(error)
    this.#station.log(`media: the file of message ${seq} did not come (try ${tries}): ${why}`)
  }

  #by() {
    return { ...fetchingActor, now: this.#station.now() }
  }
}
