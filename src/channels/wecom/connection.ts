import type { InboundEvent, InMedia, Outgoing, SendResult } from '../channel.ts'
import { Allowance } from './allowance.ts'
import { openApi, type WecomApi } from './api.ts'
import { ApiRefused } from './api-error.ts'
import type { ContactsApi } from './contacts/contacts.ts'
import { openContacts } from './contacts/open.ts'
import type {
  BoundAccount,
  ConnectionSettings,
  FetchedMedia,
  Listener,
  WecomConnection,
  WelcomeTold,
  WelcomeWords,
} from './desk.ts'
import { errorCodes } from './error-codes.ts'
import { sessionStates } from './facts.ts'
import { byOthers, type Fault, pauseAfter } from './faults.ts'
import { Naming } from './naming.ts'
import { Polling } from './polling.ts'
import { whyRefused } from './probing.ts'
import { Pump } from './pump.ts'
import { hearRelay, type RelayHearing } from './relay-hearing.ts'
import { Sending } from './sending.ts'
import { Standing } from './standing.ts'
import { notSaid, Welcoming } from './welcoming.ts'

/** So many failures in a row without a single success, over all accounts, before an address is called unreachable. */
const passingFailures = 3

interface Served {
  bound: BoundAccount
  pump: Pump
  standing: Standing
}

/** One corp and its app: its accounts are read, their residents named, and what is sent leaves here. */
export class Connection implements WecomConnection {
  readonly settings: ConnectionSettings
  readonly contacts: ContactsApi
  readonly #listener: Listener
  readonly #api: WecomApi
  readonly #allowance = new Allowance()
  readonly #polling: Polling
  readonly #naming: Naming
  readonly #sending: Sending
  readonly #welcoming: Welcoming
  readonly #relay: RelayHearing
  readonly #served = new Map<string, Served>()
  readonly #leaving = new Set<Promise<void>>()
  #recalled = false
  /** Failures of the whole connection since the last success. */
  #failures = 0
  /** When (ms) WeCom first said "too often" since the last success. */
  #tooOftenSince: number | null = null
  #wellSaid: string | null = null

  constructor(settings: ConnectionSettings, listener: Listener) {
    const { clock } = listener
    const log = (line: string) => listener.log(line)
    this.settings = settings
    this.#listener = listener
    this.#api = openApi(settings, { clock, log })
    this.contacts = openContacts(this.#api)
    const ask = (account: string) => this.#served.get(account)?.pump.turn() ?? false
    this.#polling = new Polling({ clock, allowance: this.#allowance, ask })
    this.#naming = new Naming({ api: this.#api, listener })
    const openKfidOf = (account: string) => this.#served.get(account)?.bound.openKfid ?? null
    this.#sending = new Sending({ api: this.#api, clock, log, openKfidOf })
    const closedUntil = () => this.#allowance.closedUntil(clock.now())
    this.#welcoming = new Welcoming({ api: this.#api, clock, log, closedUntil })
    this.#relay = hearRelay(settings, listener, {
      clockAhead: () => this.#api.calls.clockAhead ?? 0,
      reliable: (is) => {
        this.#polling.relay(is)
        for (const { standing } of this.#served.values()) standing.look()
      },
      news: (openKfid, token) => {
        for (const { bound, pump } of this.#served.values())
          if (openKfid === bound.openKfid) pump.news(token)
          // A token serves one account; tried with every other it would be one of the few calls allowed without.
          else if (openKfid === null) pump.news(this.#served.size === 1 ? token : null)
      },
    })
  }

  serves(account: string): boolean {
    return this.#served.has(account)
  }

  serve(accounts: readonly BoundAccount[]): void {
    for (const [account, { bound }] of this.#served) {
      const still = accounts.some((one) => one.account === account && one.openKfid === bound.openKfid)
      if (!still) this.#leave(account)
    }
    this.#recallAsking(accounts)
    for (const bound of accounts) if (!this.#served.has(bound.account)) this.#begin(bound)
    this.#polling.serve([...this.#served.keys()])
    for (const { standing } of this.#served.values()) standing.look()
  }

  async send(message: Outgoing): Promise<SendResult> {
    const result = await this.#sending.send(message)
    if (!result.sent && result.reason === 'tooFrequent') this.#welcoming.giveWay()
    return result
  }

  async welcome(account: string, words: WelcomeWords): Promise<WelcomeTold> {
    return this.serves(account) ? this.#welcoming.say(words) : notSaid('connection')
  }

  fetchMedia(
    _account: string,
    media: InMedia,
    mostBytes: number,
    signal: AbortSignal,
  ): Promise<FetchedMedia> {
    return this.#api.downloadMedia(media.id, mostBytes, signal)
  }

  async serviceOf(account: string, external: string) {
    const { state, servicer } = await this.#api.serviceState(this.#openKfid(account), external)
    return { state, colleague: servicer }
  }

  async endService(account: string, external: string): Promise<void> {
    await this.#api.changeServiceState(this.#openKfid(account), external, { state: sessionStates.ended })
  }

  async stop(): Promise<void> {
    this.#relay.stop()
    this.#polling.stop()
    for (const account of [...this.#served.keys()]) this.#leave(account)
    await Promise.all([...this.#leaving, this.#naming.stop()])
    await this.#api.close()
  }

  /** WeCom's minute goes on while the desk is started again. */
  #recallAsking(accounts: readonly BoundAccount[]): void {
    if (this.#recalled) return
    this.#recalled = true
    const listener = this.#listener
    const asked = accounts.map(({ account }) => listener.readSoFar(account).askedAt)
    this.#allowance.recall(
      asked.filter((at) => at !== null),
      listener.clock.now(),
    )
  }

  #openKfid(account: string): string {
    const served = this.#served.get(account)
    if (!served) throw new ApiRefused(errorCodes.openKfidNotFound, '', 'not served by this connection')
    return served.bound.openKfid
  }

  #begin(bound: BoundAccount): void {
    const { account } = bound
    const listener = this.#listener
    const pump = new Pump(bound, {
      api: this.#api,
      listener,
      clockAhead: () => this.#api.calls.clockAhead ?? 0,
      allowance: this.#allowance,
      hurry: (one) => this.#polling.hurry(one),
      taken: (_, page) => this.#taken(account, page),
      failed: (_, fault, failures) => this.#failed(account, fault, failures),
    })
    const standing = new Standing(
      listener.clock,
      () => ({
        by: this.#relay.reliable ? 'relay' : 'asking',
        lateBy: this.#polling.lateBy(account),
        clockAhead: this.#api.calls.clockAhead,
        askedAt: this.#polling.askedAt(account) ?? listener.readSoFar(account).askedAt,
        relayMissed: this.#relay.missed,
      }),
      (health) => listener.health(account, health),
    )
    this.#served.set(account, { bound, pump, standing })
    this.#naming.look(account)
  }

  #leave(account: string): void {
    const served = this.#served.get(account)
    if (!served) return
    this.#served.delete(account)
    this.#naming.leave(account)
    served.standing.stop()
    const left = served.pump.stop().finally(() => this.#leaving.delete(left))
    this.#leaving.add(left)
  }

  #taken(account: string, page: { events: readonly InboundEvent[]; more: boolean; byNews: boolean }): void {
    this.#failures = 0
    this.#tooOftenSince = null
    this.#say(null)
    this.#relay.fetched(page)
    this.#polling.asked(account, page.more)
    this.#served.get(account)?.standing.well()
    if (page.events.some(({ event }) => event === 'message' || event === 'entered'))
      this.#naming.look(account)
  }

  #failed(account: string, refused: Fault, failures: number): void {
    const now = this.#listener.clock.now()
    if (refused.what === 'overLimit') this.#tooOftenSince ??= now
    const fault = byOthers(refused, now - (this.#tooOftenSince ?? now))
    this.#served.get(account)?.standing.failed(fault, failures)
    if (!fault.whole) return
    this.#failures += 1
    if (fault.passing) {
      if (this.#failures >= passingFailures) this.#say(fault)
      return
    }
    this.#allowance.close(now, pauseAfter(refused, failures))
    this.#say(fault)
  }

  #say(fault: Fault | null): void {
    const said = fault === null ? 'ok' : `${fault.what} ${fault.code} ${fault.why}`
    if (said === this.#wellSaid) return
    this.#wellSaid = said
    const { id } = this.settings
    if (fault !== null) this.#listener.log(`wecom ${id}: ${said}`)
    const code = fault?.code ?? null
    const why = fault?.why ?? (code === null ? null : whyRefused(code))
    this.#listener.connectionHealth(id, { ok: fault === null, code, why })
  }
}
