import type { Statement } from 'better-sqlite3'
import type { Entry } from '../../ledger/entry.ts'
import type { Db, View, ViewTables } from '../view.ts'

export const resentTables: ViewTables = {
  names: ['resent'],
  create: 'CREATE TABLE resent (message INTEGER PRIMARY KEY, times INTEGER NOT NULL) STRICT;',
}

/** How often an officer sent a failed message again: to the channel each time is another message. */
export class ResentView implements View {
  readonly applies: Record<string, (entry: Entry) => void>
  readonly #times: Statement<[number], number>

  constructor(db: Db) {
    this.#times = db.prepare('SELECT times FROM resent WHERE message = ?').pluck() as Statement<
      [number],
      number
    >
    const again = db.prepare(
      'INSERT INTO resent (message, times) VALUES (?, 1) ON CONFLICT (message) DO UPDATE SET times = times + 1',
    )
    this.applies = { 'message.retried': ({ data }) => again.run(data.message) }
  }

  timesOf(message: number): number {
    return this.#times.get(message) ?? 0
  }
}
