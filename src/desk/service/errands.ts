import { ApiRefused } from '../../channels/wecom/api-error.ts'
import type { WecomConnection } from '../../channels/wecom/desk.ts'
import { errorCodes } from '../../channels/wecom/error-codes.ts'
import { type SessionState, sessionStates } from '../../channels/wecom/facts.ts'
import type { Appended } from '../../ledger/entry.ts'
import { entries, refuse } from '../decision.ts'
import type { Commit } from '../route.ts'
import type { Station } from '../station/station.ts'
import { lasts, type Pause } from '../time.ts'
import { linkedUser } from './colleagues.ts'
import { contactServed, type ServedBy, serviceChanged, serviceEndFailed } from './entries.ts'
import type { Errand } from './view.ts'

/** What of a connection is needed to ask who serves a resident, and to end it. */
export type ServiceLine = Pick<WecomConnection, 'serviceOf' | 'endService'>

/** ms before the n-th new try; a wish to end it is given up after the last, a question is asked on. */
export const backOff: readonly number[] = [2_000, 5_000, 15_000, 60_000, 300_000]
/** Asked at the same time. */
const atOnce = 4

const stateOf: Readonly<Record<SessionState, ServedBy>> = {
  [sessionStates.fresh]: 'desk',
  [sessionStates.assistant]: 'desk',
  [sessionStates.pool]: 'waiting',
  [sessionStates.servicer]: 'colleague',
  [sessionStates.ended]: 'ended',
}
/** What there is to end. */
const endable: ReadonlySet<ServedBy> = new Set(['waiting', 'colleague'])
/** Said for the moment, not for good. */
const passing: ReadonlySet<number> = new Set([
  errorCodes.systemBusy,
  errorCodes.tooFrequent,
  errorCodes.tooManyAtOnce,
])

/**
 * Ends conversations in the channel's own client for officers who asked for it, and asks who serves a resident where a
 * refused message taught that somebody does. What is to be done stands in the tables, so that a restart forgets nothing.
 */
export class Errands {
  readonly #station: Station
  readonly #lineOf: (account: string) => ServiceLine | null
  readonly #tries = new Map<string, Pause & { tries: number }>()
  readonly #running = new Set<string>()
  #timer: NodeJS.Timeout | null = null
  #stopped = false

  constructor(station: Station, lineOf: (account: string) => ServiceLine | null) {
    this.#station = station
    this.#lineOf = lineOf
  }

  /** What was put on record may be something to ask or to end. */
  committed(appended: readonly Appended[]): void {
    if (appended.some(({ entry }) => entry.type === 'service.endAsked' || entry.data.learnt === 'elsewhere'))
      this.poke()
  }

  /** There may be something to ask. */
  poke(): void {
    this.#in(0)
  }

  stop(): void {
    this.#stopped = true
    if (this.#timer) clearTimeout(this.#timer)
  }

  #in(ms: number): void {
    if (this.#stopped) return
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#round(), ms)
    this.#timer.unref()
  }

  #round(): void {
    if (this.#stopped || this.#station.readOnly) return
    const now = this.#station.now()
    let next = Number.POSITIVE_INFINITY
    for (const errand of this.#station.views.service.errands()) {
      const key = keyOf(errand)
      const tried = this.#tries.get(key)
      if (this.#running.has(key)) continue
      if (tried && lasts(tried, now)) next = Math.min(next, tried.due)
      else if (this.#running.size < atOnce) void this.#run(key, errand)
    }
    if (next < Number.POSITIVE_INFINITY) this.#in(Math.min(next - now, 60_000))
  }

  async #run(key: string, errand: Errand): Promise<void> {
    this.#running.add(key)
    try {
      const commit = await this.#asked(key, errand)
      if (this.#stopped || commit === null) return
      const { account } = errand
      const by = { user: account, role: 'channel', device: 'core', now: this.#station.now() }
      this.#station.bus.runAll(by, [() => (isStill(this.#station, errand) ? commit : gone)])
      this.#tries.delete(key)
    } catch (error) {
      this.#station.log(`service: ${String(error)}`)
      this.#later(key)
    } finally {
      this.#running.delete(key)
      this.poke()
    }
  }

  /** What came of it; null: nothing yet, to be tried again. */
  async #asked(key: string, errand: Errand): Promise<Commit<void> | null> {
    const line = this.#lineOf(errand.account)
    const external = this.#station.views.people.contact(errand.contact)?.external || null
    const ends = errand.end_asked !== null
    if (external === null)
      return ends ? this.#failed(errand, 'erased', null) : this.#turned(errand, 'desk', null)
    if (line === null) return this.#later(key) || !ends ? null : this.#failed(errand, 'connection', null)
    try {
      const { state, colleague } = await line.serviceOf(errand.account, external)
      // Asked first: a wish that was fulfilled unheard must not end what the resident has begun since.
      if (!ends || !endable.has(stateOf[state])) return this.#turned(errand, stateOf[state], colleague)
      await line.endService(errand.account, external)
      return this.#turned(errand, 'ended', errand.colleague)
    } catch (error) {
      const code = error instanceof ApiRefused ? error.errcode : null
      if (ends && code === errorCodes.sessionEnded) return this.#turned(errand, 'ended', errand.colleague)
      if (ends && code !== null && !passing.has(code)) return this.#failed(errand, 'refused', code)
      this.#station.log(`service: ${String(error)}`)
      return this.#later(key) || !ends ? null : this.#failed(errand, 'unreachable', code)
    }
  }

  /** False once it has been tried often enough. */
  #later(key: string): boolean {
    const tries = this.#tries.get(key)?.tries ?? 0
    const wait = backOff[Math.min(tries, backOff.length - 1)] as number
    const at = this.#station.now()
    this.#tries.set(key, { tries: tries + 1, at, due: at + wait })
    return tries < backOff.length
  }

  /** No time of the channel's: it is so after all that is known. */
  #turned({ account, contact, thread }: Errand, state: ServedBy, colleague: string | null): Commit<void> {
    const data = { state, colleague, user: linkedUser(this.#station, account, colleague), at: null }
    return {
      decision: entries(thread === null ? contactServed(contact, data) : serviceChanged(thread, data)),
    }
  }

  #failed({ thread }: Errand, why: string, code: number | null): Commit<void> {
    return { decision: entries(serviceEndFailed(thread as string, why, code)) }
  }
}

const keyOf = ({ contact, end_asked }: Errand) => `${contact} ${end_asked ?? 'who'}`

/** Meanwhile the channel itself may have said more. */
function isStill({ views }: Station, errand: Errand): boolean {
  const now = views.service.service(errand.contact)
  return now !== null && now.endAsked === errand.end_asked && now.state === errand.state
}
const gone: Commit<void> = { decision: refuse({ code: 'nothing_to_do' }) }
