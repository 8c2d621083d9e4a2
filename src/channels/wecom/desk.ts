import type { InboundEvent, InMedia } from '../channel.ts'
import type { ContactsApi } from './contacts/contacts.ts'

/** What the connector and the desk ask of each other. The desk's side is `src/desk/connections/`. */

/** One corp and its app, as the admin set it up. Secrets come from the secret storage and stay in memory. */
export interface ConnectionSettings {
  id: string
  corpid: string
  secret: string
  apiBase: string
  /** PEM. */
  ca: string | null
  /** With user and password where there are any. */
  proxy: string | null
  relay: { url: string; token: string } | null
}

/** An account of the desk that is served through an `open_kfid`. */
export interface BoundAccount {
  account: string
  openKfid: string
}

/** How far an account has been read. */
export interface ReadSoFar {
  /** Null before the first page. */
  cursor: string | null
  /** When (ms) WeCom was last asked with success; null before the first time. */
  askedAt: number | null
  /** When (ms) there was last nothing more to fetch; left out where that is not told apart. */
  wholeAt?: number | null
}

/** How an account stands: told on every change, and at least once a minute while a fault lasts. */
export interface AccountHealth {
  /** Null when all is well. */
  fault: {
    /** `unreachable`, `token`, `refused`, `overLimit`, `relay` ... : key of `connections.faults`. */
    what: string
    /** Error code of the API, where it is one. */
    code: number | null
    /** How wrong the clock of this machine is, where that is the fault. */
    seconds?: number | undefined
  } | null
  by: 'relay' | 'asking'
  /** How late (seconds) a message may be now. */
  lateBy: number
  askedAt: number | null
  /** ms this machine's clock is ahead of WeCom's, below 0 behind it; left out or null where WeCom has not told. */
  clockAhead?: number | null | undefined
}

export interface Profile {
  external: string
  name: string | null
  /** Address of the picture. */
  avatar: string | null
  gender: 'unknown' | 'male' | 'female'
}

export interface FetchedMedia {
  file: Buffer
  /** As the answer's headers say it. */
  name: string | null
  type: string | null
}

/** Something of the world that a channel needs and that tests set themselves. */
export interface Clock {
  /** ms since 1970. */
  now(): number
  /** Runs `then` after so many ms of this clock. @returns what takes it back */
  after(ms: number, then: () => void): () => void
}

/** What the desk does for the connector. */
export interface Listener {
  readonly clock: Clock
  log(line: string): void
  readSoFar(account: string): ReadSoFar
  /**
   * Takes a page in, and how far it was read, in one commit; nothing of it where that throws (the ledger cannot be
   * written), and then it is to be offered again.
   */
  takeIn(account: string, events: readonly InboundEvent[], cursor: string): void
  /** WeCom was asked and has nothing more; kept now and then, so that a gap can be told after an outage. */
  asked(account: string, at: number): void
  /** Between these times (ms) messages may have been lost: WeCom keeps them for three days. */
  gap(account: string, from: number, to: number): void
  health(account: string, health: AccountHealth): void
  /** Whether the connection itself works: token, address. */
  connectionHealth(connection: string, state: { ok: boolean; code: number | null; why: string | null }): void
  relayState(connection: string, state: 'none' | 'connecting' | 'connected' | 'lost' | 'refused'): void
  /** Residents of this account whose names are to be asked for, oldest first. */
  nameless(account: string, most: number): string[]
  /** Also those of whom WeCom said nothing: they are not asked for again before they write again. */
  profiles(account: string, known: readonly Profile[], unknown: readonly string[]): void
  /** Friends, tags, broadcasts: told by the relay that something of them changed. */
  contactsChanged(connection: string, ids: { userid: string | null; external: string | null }): void
}

/** Words for whoever the code came from. */
export interface WelcomeWords {
  code: string
  /** At most 32 of `[0-9a-zA-Z_-]`, unique over all stations. */
  id: string
  text: string
  /** When the code is worth nothing any more (ms). */
  until: number
}

/** `why`: key of `welcome.why`; `unsure`: the resident may have got them all the same. */
export type WelcomeTold = { sent: true } | { sent: false; why: string; code: number | null; unsure: boolean }

/** What the desk asks of the connector, per connection. */
export interface WecomConnection {
  readonly settings: ConnectionSettings
  /** 客户联系: friends, tags, broadcasts. */
  readonly contacts: ContactsApi
  /** Which accounts are to be served from now on. */
  serve(accounts: readonly BoundAccount[]): void
  /** @throws ApiRefused, Unreachable */
  fetchMedia(account: string, media: InMedia, mostBytes: number, signal: AbortSignal): Promise<FetchedMedia>
  /** Whom a resident's conversation is with now. @throws ApiRefused, Unreachable */
  serviceOf(
    account: string,
    external: string,
  ): Promise<{ state: 0 | 1 | 2 | 3 | 4; colleague: string | null }>
  /** @throws ApiRefused, Unreachable */
  endService(account: string, external: string): Promise<void>
  /** Says these words to whoever has just opened the conversation: at most once, whatever comes of it. Never throws. */
  welcome(account: string, words: WelcomeWords): Promise<WelcomeTold>
  stop(): Promise<void>
}
