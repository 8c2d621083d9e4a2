import type { Statement } from 'better-sqlite3'
import { assumed, sending } from '../../channels/wecom/facts.ts'
import type { Entry } from '../../ledger/entry.ts'
import type { Learnt } from '../threads/entries.ts'
import type { Content, Db, View } from '../view.ts'
import type { ServedBy } from './entries.ts'
import { isIdle, type ServiceState } from './rules.ts'
import * as then from './window.ts'
import { unwritten, type WindowState } from './window.ts'

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
interface Place {
  account: string
  contact: string
  kind: string
}

/** Something the channel is to be asked or told about a resident. */
export type Errand = Pick<ServiceRow, 'contact' | 'account' | 'thread' | 'state' | 'colleague' | 'end_asked'>

/** The reply window of each resident, and who serves them in the channel's own client. Only of channels with bounds. */
export class ServiceView implements View {
  readonly applies: Record<string, (entry: Entry, content: Content) => void>
  readonly #db: Db
  /** Accounts whose channel sets bounds. */
  #bounded: Set<string>
  readonly #place: Statement<[string], Place>
  readonly #contactsAccount: Statement<[string], string>
  readonly #window: Statement<[string], WindowRow>
  readonly #service: Statement<[string], ServiceRow>
  readonly #errands: Statement<[], Errand>
  readonly #pressing: Statement<[{ from: number; to: number }], string>
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
      'message.received': (entry, content) => this.#received(entry, content),
      'message.sent': (entry) => this.#sent(entry),
      'message.accepted': (entry) => this.#became(entry, (w, message, at) => then.accepted(w, message, at)),
      'message.retried': (entry) => this.#became(entry, (w, message) => then.sent(w, message)),
      'message.failed': (entry) => this.#failed(entry),
      'service.changed': (entry) => this.#turned(entry, entry.subject, this.#placeOf(entry.subject)),
      'contact.served': (entry) => this.#turned(entry, null, this.#ofContact(entry.subject)),
      'service.endAsked': (entry) => this.#asked(entry, entry.seq),
      'service.endFailed': (entry) => this.#asked(entry, null),
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

  /** `thread`: the one it was last said of. */
  service(contact: string): (ServiceState & { thread: string | null }) | null {
    const row = this.#service.get(contact)
    if (!row) return null
    const { thread, state, colleague, since, at } = row
    return { thread, state, colleague, since, at, wordAt: row.word_at, endAsked: row.end_asked }
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
    return account !== undefined && this.bounds(account) ? { account, contact, kind: 'direct' } : null
  }

  #received(entry: Entry, content: Content): void {
    const place = this.#placeOf(entry.subject)
    if (place === null) return
    if (entry.data.kind === 'system' && !assumed.systemMessageRestores) return
    if (content?.choice !== undefined && !assumed.menuClickRestores) return
    const at = Date.parse(entry.data.sentAt as string)
    this.#keep(place, then.heard(this.window(place.contact), at))
    this.#goesOn(place, at)
  }

  /** A word of the resident keeps the colleague's conversation going, unless it had ended by itself by then. */
  #goesOn(place: Place, at: number): void {
    const before = this.#service.get(place.contact)
    if (!before || before.state === 'desk' || before.state === 'ended') return
    if (isIdle({ at: before.at, wordAt: before.word_at }, at))
      this.#put(place, null, before, { state: 'desk', colleague: null, at })
    else if (at > before.word_at) this.#keepService.run({ ...before, word_at: at })
  }

  #sent(entry: Entry): void {
    const { colleague, delivery, sentAt } = entry.data
    if (colleague === undefined && delivery !== 'queued') return
    const place = this.#placeOf(entry.subject)
    if (place === null) return
    if (typeof colleague === 'string')
      this.#typed(place, entry.subject, colleague, Date.parse(sentAt as string))
    if (delivery === 'queued' || assumed.colleagueMessagesCount)
      this.#keep(place, then.sent(this.window(place.contact), entry.seq))
  }

  #failed(entry: Entry): void {
    const taken = entry.data.taken === true
    const learnt = entry.data.learnt as Learnt | undefined
    this.#became(entry, (w, message, at) => then.failed(w, message, { at, taken, learnt }))
    if (learnt !== 'elsewhere') return
    const place = this.#placeOf(entry.subject)
    if (place === null) return
    const before = this.#service.get(place.contact)
    const at = this.#after(before, place.contact, entry)
    if (before && (before.state === 'colleague' || before.state === 'waiting')) return
    this.#put(place, entry.subject, before, { state: 'unsure', colleague: null, at })
  }

  #became(entry: Entry, change: (state: WindowState, message: number, at: number) => WindowState): void {
    const place = this.#placeOf(entry.subject)
    if (place === null) return
    const { message } = entry.data
    this.#keep(place, change(this.window(place.contact), message as number, Date.parse(entry.at)))
  }

  #turned(entry: Entry, thread: string | null, place: Place | null): void {
    if (place === null) return
    const { state, colleague } = entry.data as { state: ServedBy; colleague: string | null }
    const before = this.#service.get(place.contact)
    const told = entry.data.at
    const at = typeof told === 'string' ? Date.parse(told) : this.#after(before, place.contact, entry)
    if (state === 'ended') this.#keep(place, then.ended(this.window(place.contact), at))
    // What is told late says nothing of now.
    if (before && at < before.at) return
    if (state === 'desk') this.#keep(place, then.resumed(this.window(place.contact)))
    this.#put(place, thread, before, { state, colleague, at })
  }

  /** Who types to a resident serves them; nobody who had already ended it by then. */
  #typed(place: Place, thread: string, colleague: string, at: number): void {
    const before = this.#service.get(place.contact)
    if (before?.state === 'colleague' && before.colleague === colleague) {
      this.#keepService.run({ ...before, thread, word_at: Math.max(before.word_at, at) })
    } else if (!before || at > before.at) {
      this.#put(place, thread, before, { state: 'colleague', colleague, at })
    }
  }

  #put(
    { contact, account }: Place,
    thread: string | null,
    before: ServiceRow | undefined,
    now: Pick<ServiceRow, 'state' | 'colleague' | 'at'>,
  ): void {
    const same = before?.state === now.state && before.colleague === now.colleague
    this.#keepService.run({
      contact,
      account,
      thread: thread ?? before?.thread ?? null,
      ...now,
      since: same ? before.since : now.at,
      word_at: Math.max(before?.word_at ?? 0, now.at),
      end_asked: same ? before.end_asked : null,
    })
  }

  #asked(entry: Entry, endAsked: number | null): void {
    const place = this.#placeOf(entry.subject)
    const before = place && this.#service.get(place.contact)
    if (before) this.#keepService.run({ ...before, thread: entry.subject, end_asked: endAsked })
  }

  /**
   * The time of what the desk found out by itself: right after all the channel has told, by the channel's own clock,
   * so that a desk whose clock is ahead does not take the resident's next word for an earlier one.
   */
  #after(before: ServiceRow | undefined, contact: string, { at }: Entry): number {
    const { heardAt } = this.window(contact)
    const known = Math.max(before?.at ?? 0, before?.word_at ?? 0, heardAt ?? 0)
    return known === 0 ? Date.parse(at) : known + 1
  }

  #keep({ contact, account }: Place, { heardAt, sends, learnt, endedAt }: WindowState): void {
    this.#keepWindow.run(contact, account, heardAt, JSON.stringify(sends), sends.length, learnt, endedAt)
  }
}

export const pressingSql = `
  SELECT contact FROM reply_window INDEXED BY reply_window_heard WHERE heard_at BETWEEN @from AND @to
  UNION
  SELECT contact FROM reply_window INDEXED BY reply_window_spent
  WHERE (used >= ${sending.messagesPerWindow} OR learnt = 'spent') AND heard_at >= @from`
