import { sending } from '../../channels/wecom/facts.ts'
import type { Thread } from '../../contract/threads.ts'
import { clockAhead, clockAheadOfAny } from '../connections/clock.ts'
import type { Station } from '../station/station.ts'
import { iso } from '../time.ts'
import { linkedUser } from './colleagues.ts'
import { isServed, type Reach, type ServiceState, unleavable, windowOf } from './rules.ts'

interface Whose {
  account: string
  contact: string
  kind?: 'direct' | 'group'
}

/**
 * Whether a resident can be reached now through the account's channel, and who else is with them. Judged by the channel's
 * clock, where it is known how far this machine's is from it.
 */
export class Reaching {
  readonly #station: Station

  constructor(station: Station) {
    this.#station = station
  }

  /** As it stands at this point of the commit; null where the channel sets no bounds. */
  of(whose: Whose, now: number): Reach | null {
    const { service } = this.#station.views
    if (!service.bounds(whose.account) || whose.kind === 'group') return null
    const window = service.window(whose.contact)
    const by = service.service(whose.contact)
    const ahead = clockAhead(this.#station, whose.account)
    return {
      window: windowOf(window, now, ahead),
      served: isServed(by, now - ahead) ? this.#named(whose.account, by) : null,
    }
  }

  /** Why what is queued for them must not leave any more; null where it may. */
  unleavable(whose: Whose, now: number): string | null {
    const { service } = this.#station.views
    if (!service.bounds(whose.account)) return null
    const window = service.window(whose.contact)
    const ahead = clockAhead(this.#station, whose.account)
    return unleavable(window, isServed(service.service(whose.contact), now - ahead), now, ahead)
  }

  /** Who serves them elsewhere, for the line of an open thread, or of the one it was last said of. */
  isElsewhere(thread: Whose & { id: string; closed_at: number | null }, now: number): boolean {
    const { service } = this.#station.views
    if (!service.bounds(thread.account)) return false
    const by = service.service(thread.contact)
    if (thread.closed_at !== null && by?.thread !== thread.id) return false
    return by !== null && isServed(by, now - clockAhead(this.#station, thread.account))
  }

  /** Residents whose window is spent, or closes within so many ms. */
  pressing(now: number, within: number): string[] {
    const { accounts, service } = this.#station.views
    const bounded = accounts.accounts().filter(({ id }) => service.bounds(id))
    const ahead = clockAheadOfAny(
      this.#station,
      bounded.map(({ id }) => id),
    )
    const opened = now - ahead - sending.window
    return service.pressing(opened, opened + within)
  }

  /** When the channel did what it does now, by its own clock; null where that is this machine's. */
  channelTime(account: string, now: number): string | null {
    const ahead = clockAhead(this.#station, account)
    return ahead === 0 ? null : iso(now - ahead)
  }

  /** What of it the header of a thread shows to whoever may read it. */
  shown(whose: Whose, now: number): Pick<Thread, 'window' | 'servedBy'> {
    const reach = this.of(whose, now)
    if (reach === null) return { window: null, servedBy: null }
    const { window, served } = reach
    const user = served && linkedUser(this.#station, whose.account, served.colleague || null)
    return { window, servedBy: served && { ...served, user } }
  }

  #named(account: string, { colleague, since }: ServiceState): NonNullable<Reach['served']> {
    const user = linkedUser(this.#station, account, colleague)
    const name = user === null ? (colleague ?? '') : this.#station.views.people.nameOf(user)
    return { colleague: colleague ?? '', name, since: iso(since) }
  }
}
