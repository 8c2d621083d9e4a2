import { maskText } from './people/masking.ts'
import { iso } from './time.ts'
import type { Db } from './view.ts'

export interface AsideLine {
  account: string | null
  source: string
  line: number
  text: string
  reason: string
}

/** Input that could not be used, kept with its reason where a person can see it. Bad input never vanishes. */
export class Aside {
  readonly #insert
  readonly #list
  readonly #now

  constructor(db: Db, now: () => number) {
    this.#insert = db.prepare(
      'INSERT INTO aside (at, account, source, line, text, reason) VALUES (?, ?, ?, ?, ?, ?)',
    )
    this.#list = db.prepare<[number], AsideLine & { id: number; at: number }>(
      'SELECT id, at, account, source, line, text, reason FROM aside ORDER BY id DESC LIMIT ?',
    )
    this.#now = now
  }

  keep({ account, source, line, text, reason }: AsideLine): void {
    this.#insert.run(this.#now(), account, source, line, text, reason)
  }

  list(limit: number) {
    return this.#list.all(limit).map((row) => ({ ...row, text: maskText(row.text).text, at: iso(row.at) }))
  }
}
