import { hash } from 'node:crypto'
import type { Db } from '../view.ts'

/** Of a hash: two messages of a hundred million have the same one in 2^74. */
const bytes = 16

/**
 * Messages whose words were erased, by a hash of the channel's own id: of them nothing else is left to know them by, and a
 * channel that is read anew brings them again. For ever, since no clock here says how far back a channel goes.
 */
export class ErasedMessages {
  readonly #has
  readonly #among
  readonly #remember

  constructor(db: Db) {
    this.#has = db.prepare<[Buffer]>('SELECT 1 FROM erased_message WHERE hash = ?').pluck()
    // What is pasted by hand comes again only where a person pastes it, and its id is made of the very words.
    this.#among = db.prepare<[string], { account: string; external: string }>(
      `SELECT m.account, m.external FROM json_each(?) j CROSS JOIN message m ON m.seq = j.value
       JOIN account a ON a.id = m.account AND a.kind <> 'by-hand'
       WHERE m.external IS NOT NULL`,
    )
    this.#remember = db.prepare<[Buffer]>('INSERT OR IGNORE INTO erased_message (hash) VALUES (?)')
  }

  has(account: string, external: string): boolean {
    return this.#has.get(hashOf(account, external)) !== undefined
  }

  /** Of the messages with these numbers, while their ids are still there. */
  among(seqs: readonly number[]): Buffer[] {
    return this.#among.all(JSON.stringify(seqs)).map(({ account, external }) => hashOf(account, external))
  }

  /** In the commit that erases them. */
  remember(hashes: readonly Buffer[]): void {
    for (const each of hashes) this.#remember.run(each)
  }
}

function hashOf(account: string, external: string): Buffer {
  return hash('sha256', JSON.stringify([account, external]), 'buffer').subarray(0, bytes)
}
