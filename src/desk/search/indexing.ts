import type { Ledger } from '../../ledger/sqlite/ledger.ts'
import type { Db } from '../view.ts'
import type { SearchIndex } from './view.ts'

const batch = 500
/** ms of quiet before the index catches up, so that it never stands between an officer and a commit. */
const quiet = 200

/** Keeps the full-text index and the ledger's index of subjects close behind the ledger. */
export class Indexing {
  readonly #db: Db
  readonly #ledger: Ledger
  readonly #index: SearchIndex
  #timer: NodeJS.Timeout | null = null
  #waitingSince = 0

  constructor(db: Db, ledger: Ledger, index: SearchIndex) {
    this.#db = db
    this.#ledger = ledger
    this.#index = index
  }

  /** The ledger has grown: catch up soon, at the latest two seconds after the first of a busy stretch. */
  soon(now: number): void {
    if (this.#timer === null) this.#waitingSince = now
    else if (now - this.#waitingSince < 2_000) clearTimeout(this.#timer)
    else return
    this.#timer = setTimeout(() => this.#step(), quiet)
    this.#timer.unref()
  }

  /** Indexes all there is. */
  finish(): void {
    while (this.#batch());
  }

  finishWhenBehind(limit: number): void {
    if (this.#index.unindexed(limit).length === limit) this.finish()
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  #step(): void {
    this.#timer = null
    if (!this.#db.open || !this.#batch()) return
    this.#timer = setTimeout(() => this.#step(), 5)
    this.#timer.unref()
  }

  #batch(): boolean {
    const moreSubjects = this.#ledger.indexSubjects() > 0
    const moreTexts = this.#db.transaction(() => this.#index.catchUp(batch)).immediate()
    return moreSubjects || moreTexts
  }
}
