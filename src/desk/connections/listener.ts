import type { InboundEvent } from '../../channels/channel.ts'
import type {
  AccountHealth,
  Clock,
  ConnectionSettings,
  Listener,
  Profile,
  ReadSoFar,
} from '../../channels/wecom/desk.ts'
import type { Connection } from '../../contract/connections.ts'
import { entries } from '../decision.ts'
import type { By } from '../route.ts'
import type { Station } from '../station/station.ts'
import { takeIn } from '../threads/inbound.ts'
import { isoOrNull } from '../time.ts'
import { accountJoined } from './entries.ts'
import { HeardAgain } from './heard-again.ts'
import type { Linking } from './linking.ts'
import { type Known, profile } from './profiling.ts'
import { type Fault, findGap } from './rules.ts'

type RelayState = Connection['relayState']['state']

/** What is shorter stands in every second line by chance. */
const shortestHidden = 4

interface ContactsNews {
  connection: string
  userid: string | null
  external: string | null
}

/** What the connector tells the desk, put where it belongs: the ledger, the tables beside it, or what is known this minute. */
export class StationListener implements Listener {
  readonly clock: Clock
  readonly #station: Station
  readonly #linking: Linking
  readonly #health = new Map<string, AccountHealth>()
  readonly #states = new Map<
    string,
    { ok: boolean; code: number | null; why: string | null; since: number }
  >()
  readonly #relays = new Map<string, { state: RelayState; since: number }>()
  readonly #onContacts = new Set<(news: ContactsNews) => void>()
  readonly #heardAgain: HeardAgain
  /** Whatever must not stand in a log line. */
  readonly #hidden = new Set<string>()
  readonly #joined
  readonly #firstWords

  constructor(station: Station, linking: Linking) {
    this.#station = station
    this.#linking = linking
    this.#heardAgain = new HeardAgain(station.views)
    this.clock = {
      now: () => station.now(),
      after: (ms, then) => {
        const timer = setTimeout(then, ms)
        timer.unref()
        return () => clearTimeout(timer)
      },
    }
    this.#joined = new Set<string>()
    this.#firstWords = station.db.prepare<[string], { messages: number; first: number | null }>(
      'SELECT count(*) AS messages, min(sent_at) AS first FROM message WHERE account = ?',
    )
  }

  log(line: string): void {
    let said = line
    for (const secret of this.#hidden) said = said.replaceAll(secret, '…')
    this.#station.log(said)
  }

  hide({ secret, relay, proxy }: Pick<ConnectionSettings, 'secret' | 'relay' | 'proxy'>): void {
    const url = proxy === null ? null : URL.parse(proxy)
    const password = url?.password ?? ''
    for (const each of [secret, relay?.token, password, decoded(password)])
      if (each && each.length >= shortestHidden) this.#hidden.add(each)
  }

  readSoFar(account: string): ReadSoFar {
    return this.#linking.places.of(account)
  }

  takeIn(account: string, events: readonly InboundEvent[], cursor: string): void {
    const now = this.clock.now()
    takeIn(this.#station, account, events, {
      now,
      write: () => this.#linking.places.read(account, cursor, now),
    })
    this.#heardAgain.heard(account, events)
  }

  asked(account: string, at: number): void {
    this.#linking.places.asked(account, at)
    this.#joins(account)
  }

  /** A new account that had nothing more has told all that the channel still kept of it. */
  #joins(account: string): void {
    if (this.#joined.has(account)) return
    if (!this.#station.views.connections.hasJoined(account)) {
      const { messages, first } = this.#firstWords.get(account)!
      this.#station.bus.runNow(this.#by(account), () => ({
        decision: entries(accountJoined(account, messages, isoOrNull(first))),
      }))
    }
    this.#joined.add(account)
  }

  gap(account: string, from: number, to: number): void {
    const known = this.#station.views.connections.isGapKnown(account, from)
    const decision = findGap(account, from, to, known)
    if ('refused' in decision) return
    this.#station.bus.runNow(this.#by(account), () => ({ decision }))
    this.log(`account ${account}: messages between ${isoOrNull(from)} and ${isoOrNull(to)} may be lost`)
  }

  health(account: string, health: AccountHealth): void {
    const before = this.#health.get(account)
    this.#health.set(account, health)
    const turned = this.#linking.standings.tell('account', account, health.fault, this.clock.now())
    const same = before?.by === health.by && before.lateBy === health.lateBy
    if (turned || !same || before.clockAhead !== health.clockAhead) this.#tell('accounts')
  }

  /** What the desk itself knows is wrong with an account, where no connector says so. */
  atFault(account: string, fault: Fault): void {
    this.#health.delete(account)
    if (this.#linking.standings.tell('account', account, fault, this.clock.now())) this.#tell('accounts')
  }

  forget(account: string): void {
    this.#health.delete(account)
  }

  healthOf(account: string): AccountHealth | null {
    return this.#health.get(account) ?? null
  }

  connectionHealth(id: string, state: { ok: boolean; code: number | null; why: string | null }): void {
    const now = this.clock.now()
    const before = this.#states.get(id)
    const since = before?.ok === state.ok ? before.since : now
    this.#states.set(id, { ...state, since })
    const what = state.why ?? (state.code === null ? 'broken' : 'refused')
    const fault = state.ok ? null : { what, code: state.code }
    if (this.#linking.standings.tell('connection', id, fault, now)) this.#tell('connections')
  }

  stateOf(id: string): { ok: boolean; code: number | null; why: string | null; since: number } | null {
    return this.#states.get(id) ?? null
  }

  forgetConnection(id: string): void {
    this.#states.delete(id)
    this.#relays.delete(id)
  }

  relayState(id: string, state: RelayState): void {
    const now = this.clock.now()
    if (this.#relays.get(id)?.state === state) return
    this.#relays.set(id, { state, since: now })
    const what = state === 'refused' ? 'relayRefused' : 'relay'
    const fault = state === 'lost' || state === 'refused' ? { what, code: null } : null
    // Knocking is neither.
    if (state !== 'connecting') this.#linking.standings.tell('relay', id, fault, now)
    this.#tell('connections')
  }

  relayOf(id: string): { state: RelayState; since: number } | null {
    return this.#relays.get(id) ?? null
  }

  nameless(account: string, most: number): string[] {
    const unasked = this.#station.views.people.nameless(account, most)
    return [...unasked, ...this.#heardAgain.of(account, most - unasked.length)]
  }

  profiles(account: string, known: readonly Profile[], unknown: readonly string[]): void {
    const told = [...known, ...unknown.map((external) => ({ external, told: null }))]
    this.#heardAgain.asked(
      account,
      told.map(({ external }) => external),
    )
    const outcomes = this.#station.bus.runAll(
      this.#by(account),
      told.map((each) => () => {
        const present = this.#known(account, each.external)
        return { decision: profile(present, 'told' in each ? null : each) }
      }),
    )
    const broken = outcomes.filter((outcome) => 'error' in outcome && !isRefused(outcome.error))
    if (broken.length > 0) this.log(`account ${account}: ${broken.length} profiles could not be kept`)
  }

  #known(account: string, external: string): Known | null {
    const { people, connections } = this.#station.views
    const id = people.contactByExternal(account, external)
    const contact = id === null ? null : people.contact(id)
    if (contact === null) return null
    const present = connections.profileOf(contact.id)
    return { ...contact, nickname: present?.nickname ?? null, profiled: present !== null }
  }

  contactsChanged(connection: string, ids: { userid: string | null; external: string | null }): void {
    for (const listener of this.#onContacts) listener({ connection, ...ids })
  }

  /** Friends, tags or broadcasts of a connection have changed. */
  onContactsChanged(fn: (news: ContactsNews) => void): () => void {
    this.#onContacts.add(fn)
    return () => this.#onContacts.delete(fn)
  }

  #by(account: string): By {
    return { user: account, role: 'channel', device: 'core', now: this.clock.now() }
  }

  /** Known this minute only, and in no entry: consoles that show it read it anew. */
  #tell(area: 'accounts' | 'connections'): void {
    this.#station.feed.tell([area], this.#station.ledger.head().size)
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const isRefused = (error: unknown) => error instanceof Error && error.name === 'Refused'
