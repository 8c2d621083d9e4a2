import type { Thread } from '../../contract/threads.ts'
import { recordedAhead } from '../connections/clock.ts'
import type { Fault } from '../connections/rules.ts'
import { plainName } from '../service/colleagues.ts'
import { isServed, windowOf } from '../service/rules.ts'
import { type Place, type ServiceOf, Serving } from '../service/serving.ts'
import { unwritten } from '../service/window.ts'
import type { ThreadState } from '../threads/thread.ts'
import { iso } from '../time.ts'
import type { Db } from '../view.ts'
import type { Lookup } from './lookup.ts'

/** What the channel let through to a resident then, and who else was with them. */
export type ReachThen = Pick<Thread, 'window' | 'servedBy' | 'servedElsewhere'>

const boundless: ReachThen = { window: null, servedBy: null, servedElsewhere: false }

const ofFaults = ['account.faulted', 'account.recovered', 'account.changed']

interface Channel {
  kind: string
  connection: string | null
}

export class Reached {
  readonly #lookup: Lookup
  readonly #account
  readonly #threads

  constructor(db: Db, lookup: Lookup) {
    this.#lookup = lookup
    this.#account = db.prepare<[string], Channel>('SELECT kind, connection FROM account WHERE id = ?')
    this.#threads = db
      .prepare<[string], string>(`SELECT id FROM thread WHERE contact = ? AND kind = 'direct'`)
      .pluck()
  }

  /** After the entry `seq`. Judged by the channel's clock, as far as it stood on record then how far this machine's was from it. */
  at(
    { id, account, contact, kind, closed_at }: ThreadState,
    seq: number,
    now: number,
    names: ReadonlyMap<string, string>,
  ): ReachThen {
    const channel = this.#account.get(account)
    if (channel?.kind !== 'wecom-kf' || kind === 'group') return boundless
    const threads = this.#threads.all(contact)
    const { window, service } = this.#evolved({ account, contact }, threads, seq)
    const ahead = this.#aheadOf(account, seq)
    const shown = windowOf(window, now, ahead)
    if (!isServed(service, now - ahead)) return { ...boundless, window: shown }
    const colleague = service.colleague ?? ''
    const user = this.#userOf(channel.connection, service.colleague, seq)
    const name = user === null ? plainName(colleague) : (names.get(user) ?? user)
    return {
      window: shown,
      servedBy: { colleague, user, name, since: iso(service.since) },
      servedElsewhere: closed_at === null || service.thread === id,
    }
  }

  /** The entries of this resident, taken in by what takes in those of today. */
  #evolved(place: Place, threads: readonly string[], seq: number) {
    const about = this.#lookup.about([...threads, place.contact], seq)
    const entries = [...about.values()].flat().sort((a, b) => a.seq - b.seq)
    const heard = entries.filter(({ type }) => type === 'message.received')
    const contents = this.#lookup.contents(heard.map((entry) => entry.seq))
    let window = unwritten
    let service: ServiceOf | null = null
    const { applies } = new Serving({
      placeOf: () => place,
      ofContact: () => place,
      window: () => window,
      service: () => service,
      keepWindow: (_place, now) => {
        window = now
      },
      keepService: (_place, now) => {
        service = now
      },
    })
    for (const entry of entries) applies[entry.type]?.(entry, contents.get(entry.seq) ?? null)
    return { window, service: service as ServiceOf | null }
  }

  /** ms. Another fault on top of it says nothing of the clock; once all is well, or the account is switched off, it is over. */
  #aheadOf(account: string, seq: number): number {
    let clock: Fault | null = null
    for (const { entry } of this.#lookup.ofTypes(ofFaults, seq)) {
      const { type, subject, data } = entry
      if (subject !== account) continue
      if (type === 'account.recovered' || data.enabled === false) clock = null
      else if (type === 'account.faulted' && data.seconds !== undefined) clock = data as unknown as Fault
    }
    return recordedAhead(clock)
  }

  /** Who of the desk a colleague of the channel's own client was, as it was set by then. */
  #userOf(connection: string | null, colleague: string | null, seq: number): string | null {
    if (connection === null || colleague === null) return null
    const link = this.#lookup
      .ofTypes(['colleague.linked'], seq)
      .findLast(({ entry }) => entry.subject === connection && entry.data.userid === colleague)
    return (link?.entry.data.user as string | null | undefined) ?? null
  }
}
