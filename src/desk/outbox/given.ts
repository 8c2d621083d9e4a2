import type { Statement } from 'better-sqlite3'
import type { Db } from '../view.ts'

/**
 * What was given to a channel and may have been taken, until an entry says what came of it. Written before the call, so
 * that a core that dies in between asks with the same id again instead of sending twice.
 */
export class Given {
  readonly #id: Statement<[number], string>
  readonly #note: Statement<[number, string, number]>
  readonly #forget: Statement<[number]>

  constructor(db: Db) {
    this.#id = db.prepare('SELECT id FROM sending WHERE seq = ?').pluck() as Statement<[number], string>
    this.#note = db.prepare(
      `INSERT INTO sending (seq, id, at) VALUES (?, ?, ?)
       ON CONFLICT (seq) DO UPDATE SET id = excluded.id, at = excluded.at`,
    )
    this.#forget = db.prepare('DELETE FROM sending WHERE seq = ?')
  }

  has(seq: number, id: string): boolean {
    return this.#id.get(seq) === id
  }

  /** In a commit of its own, before the call. `at` in ms. */
  note(seq: number, id: string, at: number): void {
    this.#note.run(seq, id, at)
  }

  /** In the commit that says what came of it. */
  forget(seq: number): void {
    this.#forget.run(seq)
  }
}
