import { ApiRefused } from '../../channels/wecom/api-error.ts'
import type { ContactsApi } from '../../channels/wecom/contacts/contacts.ts'
import { meaningOf } from '../../channels/wecom/contacts/refusals.ts'
import type { Station } from '../station/station.ts'
import { hour, lasts, minute, type Pause } from '../time.ts'
import { askOne, learnCapability, pullAll, pullMember } from './pulling.ts'
import { nextNight } from './rules.ts'

/** ms before what WeCom refused, or what could not be reached, is tried again. */
const backOff: readonly number[] = [minute, 5 * minute, 15 * minute, hour]
/** Residents asked about one by one in a round; the night reads all of them anyway. */
const askedAtOnce = 20

/** Told of by name at most; whoever tells of more has all of them read. */
const mostTold = 1_000
/** ms between two readings of all that nobody at this desk asked for: a relay gone wrong has nothing else to read. */
const readAsToldEvery = 10 * minute

interface Line {
  api: ContactsApi
  /** Told by the relay that something of them changed. */
  externals: Set<string>
  members: Set<string>
  /** Somebody wants all of them read now. */
  wished: boolean
  /** The relay told of something, and not of whom. */
  told: boolean
  pulling: boolean
  /** When all were last tried to be read (ms), whether it went well or not. */
  triedAt: number | null
  failures: number
  pause: Pause
  /** Residents asked about since all were last read, and found to be no friends. */
  strangers: Set<string>
}

const none: Pause = { at: 0, due: 0 }

const begun = (api: ContactsApi): Line => ({
  api,
  externals: new Set(),
  members: new Set(),
  wished: false,
  told: false,
  pulling: false,
  triedAt: null,
  failures: 0,
  pause: none,
  strangers: new Set(),
})

/**
 * Keeps what is known of friends up to date: all of them each night, single ones when the relay tells of a change or a
 * new resident comes. What it learns is in the ledger; what it has still to ask it finds out again after a restart.
 */
export class Friends {
  readonly #station: Station
  readonly #lines = new Map<string, Line>()
  readonly #unhear: () => void
  #running: Promise<void> | null = null
  #again = false
  #stopped = false

  constructor(station: Station) {
    this.#station = station
    this.#unhear = station.linking.listener.onContactsChanged(({ connection, ...ids }) =>
      this.changed(connection, ids),
    )
  }

  /** Null while it is not connected. */
  of(connection: string): ContactsApi | null {
    return this.#station.linking.lines.connection(connection)?.contacts ?? null
  }

  isPulling(connection: string): boolean {
    const line = this.#lines.get(connection)
    return line !== undefined && (line.pulling || line.wished)
  }

  /** Asked about since the last night and found to be nobody's friend. */
  isStranger(connection: string, contact: string): boolean {
    return this.#lines.get(connection)?.strangers.has(contact) ?? false
  }

  /**
   * Something changed: of one resident, of one member, or nobody says of whom. What the desk itself changed is not told,
   * and what is missed while nobody listens shows at night.
   */
  changed(
    connection: string,
    { userid, external }: { userid: string | null; external: string | null },
  ): void {
    const line = this.#line(connection)
    if (line === null) return
    const one = external ?? userid
    const them = external === null ? line.members : line.externals
    if (one === null || (them.size >= mostTold && !them.has(one))) line.told = true
    else them.add(one)
    void this.tick()
  }

  /** All of them, soon. */
  wish(connection: string): void {
    const line = this.#line(connection)
    if (line === null) return
    Object.assign(line, { wished: true, failures: 0, pause: none })
    void this.tick()
  }

  stop(): void {
    this.#stopped = true
    this.#unhear()
  }

  /** Asks what there is to ask now. What is told meanwhile is asked as well, before it is done. */
  tick(): Promise<void> {
    this.#again = true
    this.#running ??= this.#rounds().finally(() => {
      this.#running = null
    })
    return this.#running
  }

  async #rounds(): Promise<void> {
    while (this.#again) {
      this.#again = false
      if (this.#stopped || this.#station.readOnly) return
      const { connections } = this.#station.views
      await Promise.all(
        connections.connections().map(({ id }) => {
          const line = this.#line(id)
          return line === null ? undefined : this.#round(id, line)
        }),
      )
    }
  }

  /** Begun anew whenever it was connected anew: its settings may be others. */
  #line(connection: string): Line | null {
    const api = this.of(connection)
    const present = this.#lines.get(connection)
    if (api === null || present?.api === api) return api === null ? null : (present ?? null)
    const line = begun(api)
    this.#lines.set(connection, line)
    return line
  }

  async #round(connection: string, line: Line): Promise<void> {
    const now = this.#station.now()
    if (lasts(line.pause, now)) return
    try {
      const asTold = line.told && Math.abs(now - (line.triedAt ?? 0)) >= readAsToldEvery
      if (line.wished || asTold || this.#isNight(connection, line, now)) await this.#pullAll(connection, line)
      await this.#askSingly(connection, line)
      line.failures = 0
    } catch (error) {
      if (this.#stopped) return
      await this.#failed(connection, line, error)
    }
  }

  #isNight(connection: string, { triedAt }: Line, now: number): boolean {
    const last = this.#station.views.friends.pulled(connection)?.at ?? null
    if (triedAt !== null) return now >= nextNight(Math.max(triedAt, last ?? 0))
    return last === null || now >= nextNight(last)
  }

  async #pullAll(connection: string, line: Line): Promise<void> {
    line.triedAt = this.#station.now()
    line.pulling = true
    line.wished = false
    line.told = false
    try {
      await pullAll(this.#station, connection, line.api, () => this.#left(connection, line))
      line.strangers.clear()
      await this.#tryBroadcasts(connection, line)
    } catch (error) {
      // Broken off by what passes: begun again.
      if (isPassing(error)) Object.assign(line, { wished: true, triedAt: null })
      throw error
    } finally {
      line.pulling = false
    }
  }

  /** Whether the app may make broadcasts: asked for without making one. */
  async #tryBroadcasts(connection: string, line: Line): Promise<void> {
    const now = this.#station.now()
    try {
      await line.api.broadcasts(now - hour, now, null)
      if (this.#left(connection, line)) return
      await learnCapability(this.#station, connection, 'broadcasts', { able: true, code: null })
    } catch (error) {
      const meaning = meaningOf(error)
      if (meaning.is === 'later') throw error
      await learnCapability(this.#station, connection, 'broadcasts', { able: false, code: meaning.code })
    }
  }

  async #askSingly(connection: string, line: Line): Promise<void> {
    const { friends } = this.#station.views
    if (friends.capability(connection, 'contacts')?.able !== 1) return
    const left = () => this.#left(connection, line)
    for (const userid of line.members) {
      await this.#unlessRefused(() => pullMember(this.#station, connection, line.api, userid, left))
      line.members.delete(userid)
    }
    const ask = (external: string) =>
      this.#unlessRefused(() => askOne(this.#station, connection, line.api, external, left))
    for (const external of line.externals) {
      // Also told of are residents of other stations of the corp.
      if (friends.matched(connection, [external]).length > 0) await ask(external)
      line.externals.delete(external)
    }
    const unasked = friends
      .unasked(connection, askedAtOnce + line.strangers.size)
      .filter(({ contact }) => !line.strangers.has(contact))
    for (const { contact, external } of unasked) {
      await ask(external)
      if (friends.of(contact).length === 0) line.strangers.add(contact)
    }
  }

  /** What WeCom refuses for good of one of them must not hold up the others. */
  async #unlessRefused(ask: () => Promise<unknown>): Promise<void> {
    try {
      await ask()
    } catch (error) {
      if (meaningOf(error).is !== 'never') throw error
      this.#station.log(`friends: ${String(error)}`)
    }
  }

  #left(connection: string, line: Line): boolean {
    return this.#stopped || this.of(connection) !== line.api
  }

  async #failed(connection: string, line: Line, error: unknown): Promise<void> {
    this.#station.log(`friends: ${error instanceof Error ? error.message : String(error)}`)
    const now = this.#station.now()
    line.pause = { at: now, due: now + backOff[Math.min(line.failures, backOff.length - 1)]! }
    line.failures += 1
    if (isPassing(error)) return
    const able = { able: false, code: (error as ApiRefused).errcode }
    await learnCapability(this.#station, connection, 'contacts', able).catch((reason: unknown) =>
      this.#station.log(`friends: ${String(reason)}`),
    )
  }
}

/** Also what is no answer of WeCom's: the desk cannot write, or worse. */
function isPassing(error: unknown): boolean {
  return !(error instanceof ApiRefused) || meaningOf(error).is === 'later'
}
