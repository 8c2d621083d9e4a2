import type { BoundAccount, ConnectionSettings, WecomConnection } from '../../channels/wecom/desk.ts'
import type { Probe } from '../../contract/connections.ts'
import type { Appended } from '../../ledger/entry.ts'
import type { Station } from '../station/station.ts'
import { minute } from '../time.ts'
import { guarded } from './guarded.ts'
import { KeptSecrets } from './kept-secrets.ts'
import { LastTests } from './last-tests.ts'
import { StationListener } from './listener.ts'
import { ReadingPlaces } from './read-so-far.ts'
import { Standings } from './standings.ts'
import type { ConnectionRow } from './view.ts'
import type { Wecom, WecomLines } from './wecom.ts'

/** What could not be opened (a secret that cannot be read now) is tried again after so many ms. */
const triedAgainAfter = minute

interface Link {
  /** What it was opened with; null where it could not be. */
  connection: WecomConnection | null
  wrong: 'noSecret' | 'broken' | null
  opened: string
  served: string
}

/** Keeps the connections that the ledger says there are: opens, changes and closes them while the desk runs. */
export class Linking {
  readonly secrets: KeptSecrets
  readonly standings = new Standings()
  readonly places: ReadingPlaces
  readonly tests: LastTests
  readonly lines: WecomLines
  readonly wecom: Wecom
  readonly listener: StationListener
  readonly #station: Station
  readonly #links = new Map<string, Link>()
  #following: Promise<void> = Promise.resolve()
  #waiting = false
  #started = false
  #again: NodeJS.Timeout | null = null

  constructor(station: Station, wecom: Wecom) {
    this.#station = station
    this.wecom = wecom
    this.places = new ReadingPlaces(station.db)
    this.tests = new LastTests(station.db)
    this.secrets = new KeptSecrets(station.options.secrets, (name) => station.views.connections.isNamed(name))
    this.listener = new StationListener(station, this)
    this.lines = wecom.lines(this.listener)
  }

  start(): void {
    this.#started = true
    this.follow()
  }

  /** @returns once no page is under way any more */
  async stop(): Promise<void> {
    this.#started = false
    if (this.#again) clearTimeout(this.#again)
    await this.#following
    await this.lines.stop()
    this.#links.clear()
    await this.secrets.tidy().catch(() => {})
  }

  committed(appended: readonly Appended[]): void {
    const told = (type: string) => /^(connection|account)\.(added|changed)$/.test(type)
    if (appended.some(({ entry }) => told(entry.type))) this.follow()
  }

  /** What the ledger says now is what is connected, soon. */
  follow(): void {
    if (!this.#started || this.#waiting) return
    this.#waiting = true
    this.#following = this.#following.then(async () => {
      this.#waiting = false
      try {
        await this.#followNow()
      } catch (error) {
        this.listener.log(`connections: ${error instanceof Error ? error.message : String(error)}`)
        this.#tryAgain()
      }
    })
  }

  /** Settled once all that the ledger said until now is done; for tests and for whoever must see it done. */
  async settled(): Promise<void> {
    await this.#following
  }

  /** What the API calls need, with the secrets of it; null where one is not on this machine. */
  async settingsOf(row: ConnectionRow): Promise<ConnectionSettings | null> {
    const { id, corpid, apiBase, ca, kept } = row
    const secret = await this.secrets.get(kept.secret)
    const login = await this.secrets.get(kept.proxy)
    const token = await this.secrets.get(kept.relay)
    if (secret === null || (kept.proxy !== null && login === null)) return null
    const relay = row.relay !== null && token !== null ? { url: row.relay, token } : null
    const settings = guarded({ id, corpid, secret, apiBase, ca, proxy: login ?? row.proxy, relay })
    this.listener.hide(settings)
    return settings
  }

  /** Whether its secrets are on this machine. */
  async hasSecret(row: ConnectionRow): Promise<boolean> {
    return (await this.settingsOf(row).catch(() => null)) !== null
  }

  async #followNow(): Promise<void> {
    const { views } = this.#station
    for (const row of views.connections.connections()) {
      if (!this.#started) return
      await this.#open(row)
      this.#serve(row.id)
    }
    if ([...this.#links.values()].some(({ wrong }) => wrong !== null)) this.#tryAgain()
  }

  async #open(row: ConnectionRow): Promise<void> {
    const { id, corpid, apiBase, ca, proxy, relay, kept, enabled } = row
    const opened = JSON.stringify([corpid, apiBase, ca, proxy, relay, kept])
    const present = this.#links.get(id)
    if (present && present.wrong === null && present.opened === opened && enabled) return
    if (present?.connection) await this.lines.close(id)
    this.#links.delete(id)
    if (!enabled) {
      this.#forget(id)
      return
    }
    if (present?.opened !== opened) this.#forget(id)
    const link: Link = { connection: null, wrong: null, opened, served: '' }
    this.#links.set(id, link)
    try {
      const settings = await this.settingsOf(row)
      if (settings === null) link.wrong = 'noSecret'
      else link.connection = this.lines.open(settings)
    } catch (error) {
      link.wrong = 'broken'
      this.listener.log(`connection ${id}: ${error instanceof Error ? error.message : String(error)}`)
    }
    if (link.wrong !== null) this.listener.connectionHealth(id, { ok: false, code: null, why: link.wrong })
    else if (present?.wrong) {
      // What the desk itself had against it is over; the rest the connector will say.
      this.listener.connectionHealth(id, { ok: true, code: null, why: null })
      for (const { account } of this.accountsOf(id)) this.standings.forget('account', account)
    }
  }

  #serve(id: string): void {
    const link = this.#links.get(id)
    const wrong = link === undefined ? 'connectionOff' : link.wrong
    const bound: BoundAccount[] = []
    for (const { account, openKfid, enabled } of this.accountsOf(id)) {
      if (!enabled) this.standings.forget('account', account)
      else if (wrong !== null) this.listener.atFault(account, { what: wrong, code: null })
      else bound.push({ account, openKfid })
    }
    const served = JSON.stringify(bound)
    if (!link?.connection || link.served === served) return
    link.served = served
    link.connection.serve(bound)
  }

  /** What an attempt has shown; `id` null where there is no connection yet. */
  learn(id: string | null, asked: Parameters<LastTests['keep']>[1], probes: readonly Probe[]): void {
    try {
      this.tests.keep(id, asked, this.#station.now(), probes)
    } catch (error) {
      // The result is worth the same to whoever asked for it.
      this.listener.log(`connections: a test could not be kept: ${String(error)}`)
    }
    if (id !== null) this.#station.feed.tell(['connections'], this.#station.ledger.head().size)
  }

  /** The desk's accounts that are reached through it. */
  accountsOf(id: string): (BoundAccount & { enabled: boolean })[] {
    return this.#station.views.accounts
      .accounts()
      .filter(({ connection }) => connection === id)
      .map((one) => ({ account: one.id, openKfid: one.openKfid!, enabled: one.enabled }))
  }

  /** What was told of it belongs to settings that are no more. */
  #forget(id: string): void {
    this.standings.forget('connection', id)
    this.standings.forget('relay', id)
    this.listener.forgetConnection(id)
    for (const { account } of this.accountsOf(id)) {
      this.standings.forget('account', account)
      this.listener.forget(account)
    }
  }

  #tryAgain(): void {
    if (!this.#started) return
    if (this.#again) clearTimeout(this.#again)
    this.#again = setTimeout(() => this.follow(), triedAgainAfter)
    this.#again.unref()
  }
}
