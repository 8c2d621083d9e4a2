import type { Statement } from 'better-sqlite3'
import type { Entry } from '../../ledger/entry.ts'
import type { Db } from '../view.ts'

export interface ColleagueRow {
  userid: string
  /** User name at this desk. */
  user: string | null
  receiving: 0 | 1 | null
  /** ms. */
  last_seen: number | null
}

/** Members of a corp who answer in the channel's own client: seen there, and whom of the desk an admin says they are. */
export class Colleagues {
  readonly applies: Record<string, (entry: Entry) => void>
  readonly #of: Statement<[string], ColleagueRow>
  readonly #one: Statement<[string, string], ColleagueRow>
  readonly #userOf: Statement<[string, string], string | null>
  readonly #connectionOf: Statement<[string], string | null>
  readonly #connectionOfContact: Statement<[string], string | null>
  readonly #accountOf: Statement<[string], string>
  readonly #saw: Statement<[string, string, number]>
  /** Of messages: the row of their thread may not be written yet. */
  #held: { thread: string; userid: string; at: number }[] = []

  constructor(db: Db) {
    this.#of = db.prepare(
      'SELECT userid, user, receiving, last_seen FROM colleague WHERE connection = ? ORDER BY userid',
    )
    this.#one = db.prepare(
      'SELECT userid, user, receiving, last_seen FROM colleague WHERE connection = ? AND userid = ?',
    )
    this.#userOf = db
      .prepare<[string, string], string | null>(
        `SELECT c.user FROM account a JOIN colleague c ON c.connection = a.connection
         WHERE a.id = ? AND c.userid = ?`,
      )
      .pluck() as Statement<[string, string], string | null>
    this.#connectionOf = db
      .prepare<[string], string | null>('SELECT connection FROM account WHERE id = ?')
      .pluck() as Statement<[string], string | null>
    this.#connectionOfContact = db
      .prepare<[string], string | null>(
        'SELECT a.connection FROM contact c JOIN account a ON a.id = c.account WHERE c.id = ?',
      )
      .pluck() as Statement<[string], string | null>
    this.#accountOf = db
      .prepare<[string], string>('SELECT account FROM thread WHERE id = ?')
      .pluck() as Statement<[string], string>
    this.#saw = db.prepare(
      `INSERT INTO colleague (connection, userid, last_seen) VALUES (?, ?, ?)
       ON CONFLICT (connection, userid) DO UPDATE SET last_seen = max(ifnull(last_seen, 0), excluded.last_seen)`,
    )
    const link = db.prepare(
      `INSERT INTO colleague (connection, userid, user) VALUES (?, ?, ?)
       ON CONFLICT (connection, userid) DO UPDATE SET user = excluded.user`,
    )
    const receive = db.prepare('UPDATE colleague SET receiving = ? WHERE connection = ? AND userid = ?')
    const onThread = ({ subject, data, at }: Entry) => {
      if (typeof data.colleague === 'string')
        this.#held.push({ thread: subject, userid: data.colleague, at: Date.parse(at) })
    }
    this.applies = {
      'colleague.linked': (e) => link.run(e.subject, e.data.userid, e.data.user),
      'colleague.changed': ({ subject, data, at }) => {
        const connection = this.#connectionOf.get(subject)
        const userid = data.colleague
        if (!connection || typeof userid !== 'string') return
        this.#saw.run(connection, userid, Date.parse(at))
        if (data.what === 'receiving' || data.what === 'stopped' || data.what === 'suspended')
          receive.run(data.what === 'receiving' ? 1 : 0, connection, userid)
      },
      // Of a resident who has no thread.
      'contact.served': ({ subject, data, at }) => {
        const connection = this.#connectionOfContact.get(subject)
        if (connection && typeof data.colleague === 'string')
          this.#saw.run(connection, data.colleague, Date.parse(at))
      },
      'message.sent': onThread,
      'service.changed': onThread,
    }
  }

  of(connection: string): ColleagueRow[] {
    return this.#of.all(connection)
  }

  one(connection: string, userid: string): ColleagueRow | null {
    return this.#one.get(connection, userid) ?? null
  }

  /** Who of the desk it is that answers as `userid` on this account; null where nobody said so. */
  userOf(account: string, userid: string): string | null {
    return this.#userOf.get(account, userid) ?? null
  }

  flush(): void {
    for (const { thread, userid, at } of this.#held) {
      const account = this.#accountOf.get(thread)
      const connection = account === undefined ? null : this.#connectionOf.get(account)
      if (connection) this.#saw.run(connection, userid, at)
    }
    this.#held = []
  }

  discard(): void {
    this.#held = []
  }
}
