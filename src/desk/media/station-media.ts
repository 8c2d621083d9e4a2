import type { Refusal } from '../../contract/errors.ts'
import type { Appended } from '../../ledger/entry.ts'
import { entries } from '../decision.ts'
import type { Station } from '../station/station.ts'
import { hour } from '../time.ts'
import { type Fetcher, Fetching } from './fetching.ts'
import { spoilt } from './rules.ts'
import { MediaStore, type MediaUnreadable, mediaFolder } from './store.ts'
import { keptFor, type Upload, Uploads } from './uploads.ts'

/** How often (ms) what nobody sent is looked for. */
const tidyEvery = hour
const mediaActor = { user: 'media', role: 'system', device: 'core' }

/** Everything about files at a station: the store, what is being fetched, what is being put in. */
export class StationMedia {
  readonly store: MediaStore
  readonly uploads: Uploads
  readonly fetching: Fetching
  readonly #station: Station
  #tidiedAt = Number.NEGATIVE_INFINITY

  constructor(station: Station) {
    this.#station = station
    this.store = new MediaStore(mediaFolder(station.options.dir))
    this.uploads = new Uploads(station.db, this.store)
    this.fetching = new Fetching(station, this.store)
  }

  /** Who fetches from the channels; null where nobody does for now. */
  fetchBy(fetcher: Fetcher | null): void {
    this.fetching.fetchBy(fetcher)
  }

  start(): void {
    this.fetching.poke()
    this.#quietly(Promise.all([this.store.tidy(), this.uploads.tidy()]))
  }

  committed(appended: readonly Appended[]): void {
    this.fetching.committed(appended)
  }

  async stop(): Promise<void> {
    await this.fetching.stop()
  }

  readonly isWanted = (sha256: string): boolean =>
    this.#station.views.media.isWanted(sha256) ||
    this.#station.views.broadcasts.hasImage(sha256) ||
    this.uploads.isWanted(sha256)

  /** Takes the file away unless a message, a broadcast or an upload still has it. */
  drop(sha256: string): void {
    // Once the desk is closed nobody can say whether it is wanted; what is left then is nobody's, and swept some day.
    if (this.#station.db.open) this.store.drop(sha256, this.isWanted)
  }

  /** Takes away every file that nothing refers to any more. */
  sweep(rest: () => Promise<unknown>): Promise<{ files: number; bytes: number }> {
    return this.store.sweep(this.isWanted, rest)
  }

  /** Asked each second: what was put in a day ago and never sent goes. */
  async tidy(now: number): Promise<void> {
    if (now - this.#tidiedAt < tidyEvery) return
    this.#tidiedAt = now
    const old = this.uploads.olderThan(now - keptFor)
    if (old.length > 0) await this.forget(old)
  }

  async forget(uploads: readonly Upload[]): Promise<void> {
    await this.#station.bus.run({ ...mediaActor, now: this.#station.now() }, null, () => ({
      decision: entries(),
      write: () => {
        for (const { upload } of uploads) this.uploads.forget(upload)
      },
    }))
    for (const each of uploads) await this.dropped(each)
  }

  /** After a commit by which its pieces are needed no longer, and perhaps not its file either. */
  afterwards(upload: Upload): void {
    this.#quietly(this.dropped(upload))
  }

  /** What of it nothing refers to goes. */
  async dropped(upload: Upload): Promise<void> {
    await this.uploads.dropPieces(upload)
    if (upload.sha256 !== null) this.drop(upload.sha256)
  }

  /** A file could not be read: that goes on record, and says so on every screen. @returns the refusal */
  async unreadable(message: number, sha256: string, { why }: MediaUnreadable): Promise<Refusal> {
    const station = this.#station
    if (!station.readOnly)
      await station.bus.run({ ...mediaActor, now: station.now() }, null, () => {
        const present = station.views.media.one(message)
        return { decision: present?.state === 'here' ? spoilt(present, sha256, why) : entries() }
      })
    return { code: 'wrong_state', what: 'media', state: why }
  }

  /** What goes wrong here goes wrong again, and is said then. */
  #quietly(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#station.log(`media: ${String(error)}`))
  }
}
