import type { MenuDraft } from '../../contract/threads.ts'
import type { Db } from '../view.ts'

/**
 * Rule 4: what an officer has half written, per thread, through claims, handoffs, crashes and restarts. Files of it are uploads
 * that name the thread (`media/uploads.ts`).
 */
export class Drafts {
  readonly #keepText
  readonly #keepMenu
  readonly #withoutText
  readonly #withoutMenu
  readonly #nothingLeft

  constructor(db: Db) {
    this.#keepText = db.prepare(
      'INSERT INTO draft (thread, user, text) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET text = excluded.text',
    )
    this.#keepMenu = db.prepare(
      `INSERT INTO draft (thread, user, text, menu) VALUES (?, ?, '', ?)
       ON CONFLICT DO UPDATE SET menu = excluded.menu`,
    )
    this.#withoutText = db.prepare(`UPDATE draft SET text = '' WHERE thread = ? AND user = ?`)
    this.#withoutMenu = db.prepare('UPDATE draft SET menu = NULL WHERE thread = ? AND user = ?')
    this.#nothingLeft = db.prepare(
      `DELETE FROM draft WHERE thread = ? AND user = ? AND text = '' AND menu IS NULL`,
    )
  }

  keep(thread: string, user: string, text: string): void {
    if (text === '') this.forget(thread, user)
    else this.#keepText.run(thread, user, text)
  }

  keepMenu(thread: string, user: string, menu: MenuDraft | null): void {
    if (menu === null) this.forgetMenu(thread, user)
    else this.#keepMenu.run(thread, user, JSON.stringify(menu))
  }

  /** The text; a menu beside it stays. */
  forget(thread: string, user: string): void {
    if (this.#withoutText.run(thread, user).changes > 0) this.#nothingLeft.run(thread, user)
  }

  forgetMenu(thread: string, user: string): void {
    if (this.#withoutMenu.run(thread, user).changes > 0) this.#nothingLeft.run(thread, user)
  }
}
