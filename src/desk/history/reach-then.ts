import type { Thread } from '../../contract/threads.ts'
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

  /**
   * After the entry `seq`. How far this machine's clock was from the channel's is not in the ledger, so the end of a window is
   * told by this machine's.
   */
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
    if (!isServed(service, now)) return { ...boundless, window: windowOf(window, now) }
    const colleague = service.colleague ?? ''
    const user = this.#userOf(channel.connection, service.colleague, seq)
    const name = user === null ? plainName(colleague) : (names.get(user) ?? user)
    return {
      window: windowOf(window, now),
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

  /** Who of the desk a colleague of the channel's own client was, as it was set by then. */
  #userOf(connection: string | null, colleague: string | null, seq: number): string | null {
    if (connection === null || colleague === null) return null
    const link = this.#lookup
      .ofTypes(['colleague.linked'], seq)
      .findLast(({ entry }) => entry.subject === connection && entry.data.userid === colleague)
    return (link?.entry.data.user as string | null | undefined) ?? null
  }
}
