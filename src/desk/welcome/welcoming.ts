import { createHash } from 'node:crypto'
import { v7 as uuid } from 'uuid'
import type { InboundEntered } from '../../channels/channel.ts'
import type { WecomConnection } from '../../channels/wecom/desk.ts'
import { Refused } from '../../contract/errors.ts'
import type { Appended, Draft, Entry } from '../../ledger/entry.ts'
import { clockAhead } from '../connections/clock.ts'
import type { Decision } from '../decision.ts'
import { idOf } from '../outbox/outgoing.ts'
import type { Commit } from '../route.ts'
import type { Station } from '../station/station.ts'
import { welcomeQueued } from './entries.ts'
import { chosen, neverTold, settle, type Unwelcomed, validUntil, type WelcomeOutcome } from './rules.ts'

/** What of a connection is needed to welcome a resident. */
export type WelcomeLine = Pick<WecomConnection, 'welcome'>

export interface Greeting {
  /** What goes into the commit that takes the event in. */
  queued: Draft[]
  /** Why words that are switched on are not said. */
  why: Unwelcomed | null
  /** Belongs to the same commit. */
  write?: () => void
}

interface Code {
  code: string
  /** When it is worth nothing any more (ms). */
  until: number
}

/**
 * Says the words for residents who open a conversation, each at most once. That it is about to leave stands in the ledger
 * before it leaves; its code only in memory, so that after a restart nothing can be said with it a second time.
 */
export class Welcoming {
  readonly #station: Station
  readonly #lineOf: (account: string) => WelcomeLine | null
  /** By the id of the welcome, until its commit is durable. */
  readonly #codes = new Map<string, Code>()
  /** By the id of the welcome; null while it is on its way, and then what came of it until that is on record. */
  readonly #told = new Map<string, WelcomeOutcome | null>()
  #stopped = false

  constructor(station: Station, lineOf: (account: string) => WelcomeLine | null) {
    this.#station = station
    this.#lineOf = lineOf
  }

  /** What a resident is shown who opens the conversation now, as it is decided in the commit that takes the event in. */
  greet(account: string, contact: string, event: InboundEntered, now: number): Greeting {
    const { views, eventsSeen, reaching } = this.#station
    const words = views.welcome.words(account)
    const { code, at } = event
    if (code === undefined || !words?.enabled) return { queued: [], why: null }
    const seenAs = `welcome:${createHash('sha256').update(code).digest('hex')}`
    const opening = {
      at,
      hasCode: true,
      codeSeen: eventsSeen.has(account, seenAs),
      accountEnabled: views.accounts.account(account)?.enabled === true,
      served: reaching.of({ account, contact }, now)?.served != null,
      somebodyOnShift: views.people.people().some(({ onShift }) => onShift),
      words,
      ahead: clockAhead(this.#station, account),
    }
    const choice = chosen(opening, now)
    if (choice.when === null) return { queued: [], why: choice.why }
    const welcome = uuid()
    return {
      queued: [welcomeQueued(contact, { welcome, account, when: choice.when }, choice.text)],
      why: null,
      write: () => {
        eventsSeen.remember(account, seenAs)
        this.#keep(welcome, { code, until: validUntil(opening, now) }, now)
      },
    }
  }

  /** What was put on record leaves now. */
  committed(appended: readonly Appended[]): void {
    if (this.#codes.size === 0 && this.#told.size === 0) return
    for (const { entry, content } of appended) {
      const { welcome } = entry.data as { welcome: string }
      if (entry.type === 'contact.welcomed' || entry.type === 'contact.welcomeFailed')
        this.#told.delete(welcome)
      if (entry.type !== 'contact.welcomeQueued') continue
      const code = this.#codes.get(welcome)
      this.#codes.delete(welcome)
      if (code !== undefined) void this.#say(entry, code, content?.text as string)
    }
  }

  /** Those of which nothing will be told by itself any more. */
  forgotten(most: number): string[] {
    return this.#station.views.welcome.leaving(most).filter((welcome) => this.#told.get(welcome) !== null)
  }

  /** What is known of one that is on its way no more. */
  outcomeOf(welcome: string): WelcomeOutcome {
    return this.#told.get(welcome) ?? neverTold
  }

  stop(): void {
    this.#stopped = true
    this.#codes.clear()
  }

  /** Codes of commits that were undone are swept out with the next one. */
  #keep(welcome: string, code: Code, now: number): void {
    for (const [each, { until }] of this.#codes) if (until <= now) this.#codes.delete(each)
    this.#codes.set(welcome, code)
  }

  async #say({ seq, data }: Entry, { code, until }: Code, text: string): Promise<void> {
    const welcome = data.welcome as string
    const account = data.account as string
    this.#told.set(welcome, null)
    const outcome = await this.#asked(account, {
      code,
      id: idOf(this.#station.ledger.meta.origin, seq, 0),
      text,
      until,
    })
    if (this.#stopped) return
    this.#told.set(welcome, outcome)
    const by = { user: 'outbox', role: 'system', device: 'core', now: this.#station.now() }
    // Where it cannot be written now, it is put on record once the desk can write again.
    const [done] = this.#station.bus.runAll(by, [(): Commit<void> => ({ decision: this.settling(welcome) })])
    // The channel had said already that it did not arrive.
    if (done && 'error' in done && done.error instanceof Refused) this.#told.delete(welcome)
  }

  /** What is known of it, for the ledger. */
  settling(welcome: string): Decision {
    return settle(this.#station.views.welcome.one(welcome)!, this.outcomeOf(welcome))
  }

  async #asked(
    account: string,
    words: { code: string; id: string; text: string; until: number },
  ): Promise<WelcomeOutcome> {
    const line = this.#lineOf(account)
    if (line === null) return { sent: false, why: 'connection', code: null, unsure: false }
    try {
      return await line.welcome(account, words)
    } catch (error) {
      this.#station.log(`welcome: ${String(error)}`)
      return neverTold
    }
  }
}
