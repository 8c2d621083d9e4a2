import { assumed } from '../../channels/wecom/facts.ts'
import type { Entry } from '../../ledger/entry.ts'
import type { Learnt } from '../threads/entries.ts'
import type { Content } from '../view.ts'
import type { ServedBy } from './entries.ts'
import { isIdle, type ServiceState } from './rules.ts'
import type { WindowState } from './window.ts'
import * as then from './window.ts'

/** A resident whose channel sets bounds. */
export interface Place {
  account: string
  contact: string
}
/** `thread`: the one it was last said of. */
export type ServiceOf = ServiceState & { thread: string | null }

/** Where it is kept what the entries have made so far. */
export interface ServingStore {
  /** Null where there are no bounds. */
  placeOf(thread: string): Place | null
  ofContact(contact: string): Place | null
  window(contact: string): WindowState
  service(contact: string): ServiceOf | null
  keepWindow(place: Place, window: WindowState): void
  keepService(place: Place, service: ServiceOf): void
}

/** How entries change the reply window of a resident and who serves them: the same for the present and for an earlier moment. */
export class Serving {
  readonly applies: Record<string, (entry: Entry, content: Content) => void>
  readonly #store: ServingStore

  constructor(store: ServingStore) {
    this.#store = store
    this.applies = {
      'message.received': (entry, content) => this.#received(entry, content),
      'message.sent': (entry) => this.#sent(entry),
      'message.accepted': (entry) => {
        const { channelAt } = entry.data
        const taken = typeof channelAt === 'string' ? Date.parse(channelAt) : null
        this.#became(entry, (w, message, at) => then.accepted(w, message, taken ?? at))
      },
      'message.retried': (entry) => this.#became(entry, (w, message) => then.sent(w, message)),
      'message.failed': (entry) => this.#failed(entry),
      'service.changed': (entry) => this.#turned(entry, entry.subject, store.placeOf(entry.subject)),
      'contact.served': (entry) => this.#turned(entry, null, store.ofContact(entry.subject)),
      'service.endAsked': (entry) => this.#asked(entry, entry.seq),
      'service.endFailed': (entry) => this.#asked(entry, null),
    }
  }

  #received(entry: Entry, content: Content): void {
    const place = this.#store.placeOf(entry.subject)
    if (place === null) return
    if (entry.data.kind === 'system' && !assumed.systemMessageRestores) return
    if (content?.choice !== undefined && !assumed.menuClickRestores) return
    const at = Date.parse(entry.data.sentAt as string)
    this.#store.keepWindow(place, then.heard(this.#store.window(place.contact), at))
    this.#goesOn(place, at)
  }

  /** A word of the resident keeps the colleague's conversation going, unless it had ended by itself by then. */
  #goesOn(place: Place, at: number): void {
    const before = this.#store.service(place.contact)
    if (!before || before.state === 'desk' || before.state === 'ended') return
    if (isIdle(before, at)) this.#put(place, null, before, { state: 'desk', colleague: null, at })
    else if (at > before.wordAt) this.#store.keepService(place, { ...before, wordAt: at })
  }

  #sent(entry: Entry): void {
    const { colleague, delivery, sentAt } = entry.data
    if (colleague === undefined && delivery !== 'queued') return
    const place = this.#store.placeOf(entry.subject)
    if (place === null) return
    if (typeof colleague === 'string')
      this.#typed(place, entry.subject, colleague, Date.parse(sentAt as string))
    if (delivery === 'queued' || assumed.colleagueMessagesCount)
      this.#store.keepWindow(place, then.sent(this.#store.window(place.contact), entry.seq))
  }

  #failed(entry: Entry): void {
    const taken = entry.data.taken === true
    const unsure = entry.data.unsure === true
    const learnt = entry.data.learnt as Learnt | undefined
    this.#became(entry, (w, message, at) => then.failed(w, message, { at, taken, unsure, learnt }))
    if (learnt !== 'elsewhere') return
    const place = this.#store.placeOf(entry.subject)
    if (place === null) return
    const before = this.#store.service(place.contact)
    const at = this.#after(before, place.contact, entry)
    if (before && (before.state === 'colleague' || before.state === 'waiting')) return
    this.#put(place, entry.subject, before, { state: 'unsure', colleague: null, at })
  }

  #became(entry: Entry, change: (state: WindowState, message: number, at: number) => WindowState): void {
    const place = this.#store.placeOf(entry.subject)
    if (place === null) return
    const { message } = entry.data
    const window = this.#store.window(place.contact)
    this.#store.keepWindow(place, change(window, message as number, Date.parse(entry.at)))
  }

  #turned(entry: Entry, thread: string | null, place: Place | null): void {
    if (place === null) return
    const { state, colleague } = entry.data as { state: ServedBy; colleague: string | null }
    const { contact } = place
    const before = this.#store.service(contact)
    const told = entry.data.at
    const at = typeof told === 'string' ? Date.parse(told) : this.#after(before, contact, entry)
    if (state === 'ended') this.#store.keepWindow(place, then.ended(this.#store.window(contact), at))
    // What is told late says nothing of now.
    if (before && at < before.at) return
    if (state === 'desk') this.#store.keepWindow(place, then.resumed(this.#store.window(contact)))
    this.#put(place, thread, before, { state, colleague, at })
  }

  /** Who types to a resident serves them; nobody who had already ended it by then. */
  #typed(place: Place, thread: string, colleague: string, at: number): void {
    const before = this.#store.service(place.contact)
    if (before?.state === 'colleague' && before.colleague === colleague) {
      this.#store.keepService(place, { ...before, thread, wordAt: Math.max(before.wordAt, at) })
    } else if (!before || at > before.at) {
      this.#put(place, thread, before, { state: 'colleague', colleague, at })
    }
  }

  #put(
    place: Place,
    thread: string | null,
    before: ServiceOf | null,
    now: Pick<ServiceOf, 'state' | 'colleague' | 'at'>,
  ): void {
    const same = before?.state === now.state && before.colleague === now.colleague
    this.#store.keepService(place, {
      thread: thread ?? before?.thread ?? null,
      ...now,
      since: same ? before.since : now.at,
      wordAt: Math.max(before?.wordAt ?? 0, now.at),
      endAsked: same ? before.endAsked : null,
    })
  }

  #asked(entry: Entry, endAsked: number | null): void {
    const place = this.#store.placeOf(entry.subject)
    const before = place && this.#store.service(place.contact)
    if (place && before) this.#store.keepService(place, { ...before, thread: entry.subject, endAsked })
  }

  /**
   * The time of what the desk found out by itself: right after all the channel has told, by the channel's own clock,
   * so that a desk whose clock is ahead does not take the resident's next word for an earlier one.
   */
  #after(before: ServiceOf | null, contact: string, { at }: Entry): number {
    const { heardAt } = this.#store.window(contact)
    const known = Math.max(before?.at ?? 0, before?.wordAt ?? 0, heardAt ?? 0)
    return known === 0 ? Date.parse(at) : known + 1
  }
}
