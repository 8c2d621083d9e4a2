import type { Ledger } from '../../ledger/sqlite/ledger.ts'
import type { Projections } from '../projections.ts'
import type { Db } from '../view.ts'

/** Entries a part takes at a time: some milliseconds of work, for which a command may have to wait. */
const batch = 500
/** ms between two parts, in which commands are carried out. */
const breath = 2
/** ms of quiet before the indexes catch up, so that they never stand between an officer and a commit. */
const quiet = 200
/** ms until the next try when the database could not be written. */
const pause = 2_000
/** Entries that may wait through a busy stretch; every read looks at the unindexed tail itself. */
const mostWaiting = 4_000

/** Keeps what lags (full text, records, the ledger's index of subjects) close behind the ledger. */
export class Indexing {
  readonly #db: Db
  readonly #views: Projections
  readonly #log: (line: string) => void
  /** Each takes a batch in a commit of its own, and answers whether there is more. */
  readonly #parts: readonly (() => boolean)[]
  #timer: NodeJS.Timeout | null = null
  #waiting = 0
  #next = 0
  #moreInRound = false

  constructor(db: Db, ledger: Ledger, views: Projections, log: (line: string) => void) {
    this.#db = db
    this.#views = views
    this.#log = log
    this.#parts = [
      () => ledger.settle(batch) > 0,
      ...views.lagging.map((next) => () => db.transaction(() => next(batch)).immediate()),
    ]
  }

  /** The ledger has grown by so many entries: catch up once it is quiet, or when too many wait. */
  grown(entries: number): void {
    this.#waiting += entries
    if (this.#timer !== null) {
      if (this.#waiting > mostWaiting) return
      this.#timer.refresh()
      return
    }
    this.#stepIn(quiet)
  }

  /** Indexes all there is. */
  finish(): void {
    while (this.#parts.map((next) => next()).some(Boolean));
  }

  /** So that a search reads few texts one by one. While nothing can be written (rule 21) it reads them all. */
  finishWhenBehind(limit: number): void {
    if (this.#views.search.unindexed(limit).length < limit) return
    try {
      this.finish()
    } catch (error) {
      this.#notWritten(error)
    }
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  #step(): void {
    this.#timer = null
    if (!this.#db.open) return
    try {
      if (this.#part()) this.#stepIn(breath)
      else this.#waiting = 0
    } catch (error) {
      this.#notWritten(error)
      this.#stepIn(pause)
    }
  }

  #stepIn(ms: number): void {
    this.#timer = setTimeout(() => this.#step(), ms)
    this.#timer.unref()
  }

  #notWritten(error: unknown): void {
    this.#log(`indexing: ${String(error)}`)
  }

  /** The next part of a round; false at the end of one that left nothing. */
  #part(): boolean {
    if (this.#parts[this.#next]!()) this.#moreInRound = true
    this.#next = (this.#next + 1) % this.#parts.length
    if (this.#next !== 0) return true
    const more = this.#moreInRound
    this.#moreInRound = false
    return more
  }
}
