import type { Statement } from 'better-sqlite3'
import type { Entry } from '../../ledger/entry.ts'
import type { Db, View, ViewTables } from '../view.ts'

export const resentTables: ViewTables = {
  names: ['resent'],
  create: `
    CREATE TABLE resent (
      message INTEGER PRIMARY KEY,
      times INTEGER NOT NULL,
      -- It failed without a clear no: the channel may have it.
      unsure INTEGER NOT NULL
    ) STRICT;
  `,
}

/**
 * How often an officer sent a failed message again: to the channel each time is another message. One that it may have
 * taken all the same stays the same to it, so that the resident does not get it twice.
 */
export class ResentView implements View {
  readonly applies: Record<string, (entry: Entry) => void>
  readonly #times: Statement<[number], number>
  readonly #unsure: Statement<[number], number>

  constructor(db: Db) {
    this.#times = db.prepare('SELECT times FROM resent WHERE message = ?').pluck() as Statement<
      [number],
      number
    >
    this.#unsure = db.prepare('SELECT unsure FROM resent WHERE message = ?').pluck() as Statement<
      [number],
      number
    >
    const again = db.prepare(
      `INSERT INTO resent (message, times, unsure) VALUES (?, 1, 0)
       ON CONFLICT (message) DO UPDATE SET times = times + (1 - unsure)`,
    )
    const unclear = db.prepare(
      `INSERT INTO resent (message, times, unsure) VALUES (?, 0, 1)
       ON CONFLICT (message) DO UPDATE SET unsure = 1`,
    )
    const clear = db.prepare('UPDATE resent SET unsure = 0 WHERE message = ?')
    this.applies = {
      'message.retried': ({ data }) => again.run(data.message),
      'message.failed': ({ data }) => (data.unsure === true ? unclear : clear).run(data.message),
      'message.accepted': ({ data }) => clear.run(data.message),
    }
  }

  timesOf(message: number): number {
    return this.#times.get(message) ?? 0
  }

  /** It failed, and the channel may have it. */
  isUnsure(message: number): boolean {
    return this.#unsure.get(message) === 1
  }
}
