import type { Db } from '../view.ts'

/** Rule 4: what an officer has half written, per thread, through claims, handoffs, crashes and restarts. */
export class Drafts {
  readonly #keep
  readonly #forget

  constructor(db: Db) {
    this.#keep = db.prepare(
      `INSERT INTO draft (thread, user, text) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET text = excluded.text`,
    )
    this.#forget = db.prepare('DELETE FROM draft WHERE thread = ? AND user = ?')
  }

  keep(thread: string, user: string, text: string): void {
    if (text === '') this.forget(thread, user)
    else this.#keep.run(thread, user, text)
  }

  forget(thread: string, user: string): void {
    this.#forget.run(thread, user)
  }
}
