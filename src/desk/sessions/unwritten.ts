import type { Decision } from '../decision.ts'
import type { By } from '../route.ts'

/** A console's session as it is stored. */
export interface SessionRow {
  token_hash: string
  user: string
  opened_at: number
  last_active: number
  locked: number
}

/** How a session is from now on. */
export interface Change {
  hash: string
  /** Null: ended. */
  row: SessionRow | null
  /** There was none before. */
  isNew?: boolean
}

/** What was done at a console, to be put on record. */
export interface Act {
  by: By
  decide: () => Decision
}

/** Wrong passwords are tried again and again; those beyond this are told to the log only. */
const mostActs = 5_000

/**
 * What sessions are while the ledger cannot be written (rule 21): who comes must be able to read. It is all in memory:
 * should the desk end before it can write, whoever sits there logs in again.
 */
export class Unwritten {
  readonly #changes = new Map<string, Change>()
  #acts: Act[] = []

  /** Undefined where it is as stored. */
  of(hash: string): Change | undefined {
    return this.#changes.get(hash)
  }

  changes(): Change[] {
    return [...this.#changes.values()]
  }

  keep(change: Change): void {
    const isNew = change.isNew ?? this.#changes.get(change.hash)?.isNew ?? false
    this.#changes.set(change.hash, { ...change, isNew })
  }

  /** False where there are too many. */
  add(act: Act): boolean {
    if (this.#acts.length >= mostActs) return false
    this.#acts.push(act)
    return true
  }

  /** In the order in which they were done. */
  take(): Act[] {
    const acts = this.#acts
    this.#acts = []
    return acts
  }

  /** These are stored now, as they are. */
  stored(changes: readonly Change[]): void {
    for (const change of changes)
      if (this.#changes.get(change.hash) === change) this.#changes.delete(change.hash)
  }
}
