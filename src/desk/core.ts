import { byHandChannel } from '../channels/by-hand/channel.ts'
import { SandboxChannel, type Listener as SandboxListener } from '../channels/sandbox/channel.ts'
import type { Role } from '../contract/call.ts'
import { Refused } from '../contract/errors.ts'
import type { StationState } from '../contract/station.ts'
import { realWecom, type Wecom } from './connections/wecom.ts'
import { entries } from './decision.ts'
import { seedDemo } from './demo/seed.ts'
import { addStartingTexts } from './demo/starting-texts.ts'
import { hashPassword } from './people/credentials.ts'
import { passwordSet, personAdded } from './people/entries.ts'
import { hasStation } from './station/database-file.ts'
import { createStation, isDemo, openStation } from './station/opening.ts'
import type { Secrets } from './station/secrets.ts'
import type { Station } from './station/station.ts'
import { takeIn } from './threads/inbound.ts'
import { iso } from './time.ts'

export interface DeskOptions {
  /** The data folder of the station. */
  dir: string
  secrets: Secrets
  /** Name of this machine, as it stands in entries. */
  device: string
  /** Folder with the demo station, quick replies and checklists. */
  resources: string
  version: string
  /** ms since 1970; the machine's clock unless a test has its own. */
  clock?: () => number
  log?: (line: string) => void
  /** The way to WeCom; the real one unless a test has its own. */
  wecom?: Wecom
}

/** What the shell may tell a person who is not looking at a window: no text, no resident's name. `place` is a thread. */
export type Notice =
  | { kind: 'message'; account: string; waiting: number; place: string }
  | { kind: 'alarm'; account: string; waiting: number; place: string }
  | { kind: 'waiting'; waiting: number }

const systemActor = { user: 'core', role: 'system', device: 'core' }

/** The station core: before its first run without a station, afterwards with one. */
export class Desk {
  readonly options: Required<DeskOptions>
  #station: Station | null = null
  #opening: Promise<void> | null = null
  readonly #onStation = new Set<(station: Station) => void>()
  readonly #onNotice = new Set<(notice: Notice) => void>()

  constructor(options: DeskOptions) {
    this.options = { clock: Date.now, log: () => {}, wecom: realWecom, ...options }
  }

  get station(): Station | null {
    return this.#station
  }

  /** Told once the station is there, at once if it is already. */
  onStation(fn: (station: Station) => void): () => void {
    if (this.#station) fn(this.#station)
    else this.#onStation.add(fn)
    return () => this.#onStation.delete(fn)
  }

  onNotice(fn: (notice: Notice) => void): () => void {
    this.#onNotice.add(fn)
    return () => this.#onNotice.delete(fn)
  }

  state(): StationState {
    const { version } = this.options
    const station = this.#station
    if (!station) return { name: null, demo: false, people: [], version, readOnly: null }
    const demo = isDemo(station)
    return {
      name: station.ledger.meta.station,
      demo,
      people: station.views.people
        .people()
        .filter((person) => person.enabled)
        .map(({ user, name, role }) => ({ user, name, role, demoPassword: demo ? demoPassword : null })),
      version,
      readOnly: station.readOnly && { since: iso(station.readOnly.since), reason: station.readOnly.reason },
    }
  }

  async openDemo(): Promise<void> {
    await this.#first(async () => {
      const station = await seedDemo(this.options)
      this.#adopt(station)
    })
  }

  async openNew(first: { name: string; admin: string; adminName: string; password: string }): Promise<void> {
    await this.#first(async () => {
      const hash = await hashPassword(first.password)
      const station = await createStation(this.options, { name: first.name, demo: false })
      const by = { ...systemActor, now: this.options.clock() }
      station.bus.runNow(by, () => ({
        decision: entries(
          personAdded(first.admin, 'admin' satisfies Role, first.adminName),
          passwordSet(first.admin),
        ),
        write: () => station.credentials.set(first.admin, hash),
      }))
      addStartingTexts(station, this.options.resources, by)
      this.#adopt(station)
    })
  }

  async close(): Promise<void> {
    await this.#opening?.catch(() => {})
    await this.#station?.close()
    this.#station = null
  }

  /** Opens what is in the data folder; nothing when it is empty. */
  async openExisting(): Promise<void> {
    if (hasStation(this.options.dir)) this.#adopt(await openStation(this.options))
  }

  #adopt(station: Station): void {
    station.channels.serve(byHandChannel)
    station.channels.serve(station.linking.lines)
    station.channels.serve(new SandboxChannel(sandboxOf(station), this.options.resources))
    station.feed.listen((change) => {
      const waiting = station.inbox.counts('').queues.waiting
      const named = (account: string) => station.views.accounts.account(account)?.name ?? ''
      for (const { thread, account } of change.ringing)
        this.#notice({ kind: 'alarm', account: named(account), waiting, place: thread })
      const newest = change.arrived.at(-1)
      if (newest)
        this.#notice({ kind: 'message', account: named(newest.account), waiting, place: newest.thread })
      else this.#notice({ kind: 'waiting', waiting })
    })
    this.#station = station
    station.start()
    for (const listener of this.#onStation) listener(station)
    this.#onStation.clear()
  }

  #notice(notice: Notice): void {
    for (const listener of this.#onNotice) listener(notice)
  }

  async #first(open: () => Promise<void>): Promise<void> {
    if (this.#station) throw new Refused({ code: 'station_exists' })
    if (this.#opening) throw new Refused({ code: 'busy', what: 'station' })
    this.#opening = open()
    try {
      await this.#opening
    } finally {
      this.#opening = null
    }
  }
}

/** The invented people's password, shown on the login screen of the demo station only. */
export const demoPassword = 'demo-1234'

export async function openDesk(options: DeskOptions): Promise<Desk> {
  const desk = new Desk(options)
  await desk.openExisting()
  return desk
}

function sandboxOf(station: Station): SandboxListener {
  return {
    now: () => station.now(),
    log: (line) => station.log(line),
    takeIn: (account, events) => void takeIn(station, account, events),
  }
}
