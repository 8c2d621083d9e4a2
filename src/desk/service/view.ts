import type { Statement } from 'better-sqlite3'
import { sending } from '../../channels/wecom/facts.ts'
import type { ContactCard } from '../../contract/people.ts'
import type { Entry } from '../../ledger/entry.ts'
import { iso } from '../time.ts'
import type { Content, Db, View } from '../view.ts'
import type { ServedBy } from './entries.ts'
import { type Place, type ServiceOf, Serving } from './serving.ts'
import { placesOf, unwritten, type WindowState } from './window.ts'

export { serviceTables } from './tables.ts'

interface WindowRow {
  heard_at: number | null
  sends: string
  learnt: WindowState['learnt']
  ended_at: number | null
}
interface ServiceRow {
  contact: string
  account: string
  thread: string | null
  state: ServedBy
  colleague: string | null
  since: number
  at: number
  word_at: number
  end_asked: number | null
}

/** Something the channel is to be asked or told about a resident. */
export type Errand = Pick<ServiceRow, 'contact' | 'account' | 'thread' | 'state' | 'colleague' | 'end_asked'>

/** The reply window of each resident, and who serves them in the channel's own client. Only of channels with bounds. */
export class ServiceView implements View {
  readonly applies: Record<string, (entry: Entry, content: Content) => void>
  readonly #db: Db
  /** Accounts whose channel sets bounds. */
  #bounded: Set<string>
  readonly #place: Statement<[string], Place & { kind: string }>
  readonly #contactsAccount: Statement<[string], string>
  readonly #window: Statement<[string], WindowRow>
  readonly #service: Statement<[string], ServiceRow>
  readonly #errands: Statement<[], Errand>
  readonly #pressing: Statement<[{ from: number; to: number }], string>
  readonly #entered: Statement<[string], { at: number; scene: string | null; param: string | null }>
  readonly #keepWindow
  readonly #keepService

  constructor(db: Db) {
    this.#db = db
    this.#bounded = this.#boundedNow()
    this.#place = db.prepare('SELECT account, contact, kind FROM thread WHERE id = ?')
    this.#contactsAccount = db.prepare('SELECT account FROM contact WHERE id = ?').pluck() as Statement<
      [string],
      string
    >
    this.#window = db.prepare('SELECT heard_at, sends, learnt, ended_at FROM reply_window WHERE contact = ?')
    this.#service = db.prepare('SELECT * FROM service WHERE contact = ?')
    this.#errands = db.prepare(
      `SELECT contact, account, thread, state, colleague, end_asked FROM service INDEXED BY service_errand
       WHERE end_asked IS NOT NULL OR state = 'unsure' ORDER BY contact`,
    )
    this.#pressing = db.prepare(pressingSql).pluck() as Statement<[{ from: number; to: number }], string>
    this.#entered = db.prepare(
      `SELECT e.at, c.body ->> '$.scene' AS scene, c.body ->> '$.sceneText' AS param
       FROM entering e LEFT JOIN content c ON c.seq = e.seq WHERE e.contact = ?`,
    )
    const enter = db.prepare(
      `INSERT INTO entering (contact, at, seq) VALUES (?, ?, ?)
       ON CONFLICT (contact) DO UPDATE SET at = excluded.at, seq = excluded.seq WHERE excluded.at >= at`,
    )
    this.#keepWindow = db.prepare(
      `INSERT INTO reply_window (contact, account, heard_at, sends, used, learnt, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (contact) DO UPDATE SET heard_at = excluded.heard_at, sends = excluded.sends, used = excluded.used,
         learnt = excluded.learnt, ended_at = excluded.ended_at`,
    )
    this.#keepService = db.prepare(
      `INSERT INTO service (contact, account, thread, state, colleague, since, at, word_at, end_asked)
       VALUES (@contact, @account, @thread, @state, @colleague, @since, @at, @word_at, @end_asked)
       ON CONFLICT (contact) DO UPDATE SET thread = excluded.thread, state = excluded.state, colleague = excluded.colleague,
         since = excluded.since, at = excluded.at, word_at = excluded.word_at, end_asked = excluded.end_asked`,
    )
    this.applies = {
      'account.added': ({ subject, data }) => {
        if (data.kind === 'wecom-kf') this.#bounded.add(subject)
      },
      'contact.entered': ({ subject, data, seq }) => enter.run(subject, Date.parse(data.at as string), seq),
      ...this.#serving().applies,
    }
  }

  discard(): void {
    this.#bounded = this.#boundedNow()
  }

  /** Whether this account's channel says how many messages a resident may get. */
  bounds(account: string): boolean {
    return this.#bounded.has(account)
  }

  window(contact: string): WindowState {
    const row = this.#window.get(contact)
    if (!row) return unwritten
    return {
      heardAt: row.heard_at,
      sends: JSON.parse(row.sends) as WindowState['sends'],
      learnt: row.learnt,
      endedAt: row.ended_at,
    }
  }

  service(contact: string): ServiceOf | null {
    const row = this.#service.get(contact)
    if (!row) return null
    const { thread, state, colleague, since, at } = row
    return { thread, state, colleague, since, at, wordAt: row.word_at, endAsked: row.end_asked }
  }

  /** When they last opened the conversation, and by what, as far as that is known and not erased. */
  entered(contact: string): ContactCard['entered'] {
    const row = this.#entered.get(contact)
    return row ? { at: iso(row.at), scene: row.param || row.scene || null } : null
  }

  errands(): Errand[] {
    return this.#errands.all()
  }

  /** Residents whose window is spent, or opened by a word said between these times (ms). */
  pressing(from: number, to: number): string[] {
    return this.#bounded.size === 0 ? [] : this.#pressing.all({ from, to })
  }

  #boundedNow(): Set<string> {
    const all = this.#db.prepare(`SELECT id FROM account WHERE kind = 'wecom-kf'`).pluck().all() as string[]
    return new Set(all)
  }

  /** Null where there are no bounds. */
  #placeOf(thread: string): Place | null {
    if (this.#bounded.size === 0) return null
    const place = this.#place.get(thread)
    return place && place.kind === 'direct' && this.bounds(place.account) ? place : null
  }

  #ofContact(contact: string): Place | null {
    const account = this.#contactsAccount.get(contact)
    return account !== undefined && this.bounds(account) ? { account, contact } : null
  }

  /** What the entries make of it is kept in the tables. */
  #serving(): Serving {
    return new Serving({
      placeOf: (thread) => this.#placeOf(thread),
      ofContact: (contact) => this.#ofContact(contact),
      window: (contact) => this.window(contact),
      service: (contact) => this.service(contact),
      keepWindow: ({ contact, account }, window) => {
        const { heardAt, sends, learnt, endedAt } = window
        const used = placesOf(window)
        this.#keepWindow.run(contact, account, heardAt, JSON.stringify(sends), used, learnt, endedAt)
      },
      keepService: ({ contact, account }, { wordAt, endAsked, ...service }) =>
        this.#keepService.run({ contact, account, ...service, word_at: wordAt, end_asked: endAsked }),
    })
  }
}

export const pressingSql = `
  SELECT contact FROM reply_window INDEXED BY reply_window_heard WHERE heard_at BETWEEN @from AND @to
  UNION
  SELECT contact FROM reply_window INDEXED BY reply_window_spent
  WHERE (used >= ${sending.messagesPerWindow} OR learnt = 'spent') AND heard_at >= @from`
