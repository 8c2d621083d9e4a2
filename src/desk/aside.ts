import { maskText } from './people/masking.ts'
import { iso } from './time.ts'
import type { Db } from './view.ts'

export interface AsideLine {
  account: string | null
  source: string
  line: number
  text: string
  reason: string
  /** The thread it would have been part of, so that it is as private as that (rule 11). */
  thread?: string | null
}

/** Input that could not be used, kept with its reason where a person can see it. Bad input never vanishes. */
export class Aside {
  readonly #insert
  readonly #list
  readonly #now

  constructor(db: Db, now: () => number) {
    this.#insert = db.prepare(
      'INSERT INTO aside (at, account, source, line, text, reason, thread) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    this.#list = db.prepare<[number], AsideLine & { id: number; at: number; thread: string | null }>(
      'SELECT id, at, account, source, line, text, reason, thread FROM aside ORDER BY id DESC LIMIT ?',
    )
    this.#now = now
  }

  keep({ account, source, line, text, reason, thread }: AsideLine): void {
    this.#insert.run(this.#now(), account, source, line, text, reason, thread ?? null)
  }

  /** Newest first; lines of threads this reader may not read are left out. */
  list(limit: number, mayRead: (thread: string) => boolean) {
    return this.#list
      .all(limit)
      .filter(({ thread }) => thread === null || mayRead(thread))
      .map(({ thread: _thread, ...row }) => ({ ...row, text: maskText(row.text).text, at: iso(row.at) }))
  }
}
