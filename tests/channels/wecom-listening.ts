import type { InboundEvent } from '../../src/channels/channel.ts'
import type { SyncPage, SyncQuestion } from '../../src/channels/wecom/api.ts'
import { ApiRefused } from '../../src/channels/wecom/api-error.ts'
import type { AccountHealth, Clock, Listener, Profile, ReadSoFar } from '../../src/channels/wecom/desk.ts'
import type { HandClock } from '../support/hand-clock.ts'

/** What a desk would do for the connector, in memory: each message once, and everything written down. */
export class Desk implements Listener {
  readonly clock: Clock
  readonly lines: string[] = []
  readonly taken: { account: string; event: InboundEvent }[] = []
  readonly gaps: { account: string; from: number; to: number }[] = []
  readonly healths: { account: string; health: AccountHealth }[] = []
  readonly connections: { ok: boolean; code: number | null; why: string | null }[] = []
  readonly relayStates: string[] = []
  readonly named: Profile[] = []
  readonly unknown: string[] = []
  readonly contacts: unknown[] = []
  readonly far = new Map<string, ReadSoFar>()
  duplicates = 0
  pages = 0
  /** The ledger cannot be written. */
  broken = false
  readonly #seen = new Set<string>()
  readonly #nameless = new Map<string, Set<string>>()

  constructor(clock: Clock) {
    this.clock = clock
  }

  log(line: string): void {
    this.lines.push(line)
  }

  readSoFar(account: string): ReadSoFar {
    return this.far.get(account) ?? { cursor: null, askedAt: null }
  }

  takeIn(account: string, events: readonly InboundEvent[], cursor: string): void {
    if (this.broken) throw new Error('disk full')
    this.pages += 1
    for (const event of events) {
      const external = event.event === 'recall' ? `recall ${event.external}` : event.external
      const key = `${account} ${external}`
      if (external !== null && this.#seen.has(key)) {
        this.duplicates += 1
        continue
      }
      this.#seen.add(key)
      this.taken.push({ account, event })
      if (event.event === 'message') this.#meet(account, event.contact.external)
    }
    this.far.set(account, { cursor, askedAt: this.clock.now() })
  }

  asked(account: string, at: number): void {
    this.far.set(account, { ...this.readSoFar(account), askedAt: at })
  }

  gap(account: string, from: number, to: number): void {
    this.gaps.push({ account, from, to })
  }

  health(account: string, health: AccountHealth): void {
    this.healths.push({ account, health })
  }

  connectionHealth(_: string, state: { ok: boolean; code: number | null; why: string | null }): void {
    this.connections.push(state)
  }

  relayState(_: string, state: string): void {
    this.relayStates.push(state)
  }

  nameless(account: string, most: number): string[] {
    return [...(this.#nameless.get(account) ?? [])].slice(0, most)
  }

  profiles(account: string, known: readonly Profile[], unknown: readonly string[]): void {
    this.named.push(...known)
    this.unknown.push(...unknown)
    for (const one of known) this.#nameless.get(account)?.delete(one.external)
    for (const one of unknown) this.#nameless.get(account)?.delete(one)
  }

  contactsChanged(_: string, ids: unknown): void {
    this.contacts.push(ids)
  }

  #meet(account: string, external: string): void {
    const known = [...this.named.map((one) => one.external), ...this.unknown]
    if (known.includes(external)) return
    this.#nameless.set(account, (this.#nameless.get(account) ?? new Set()).add(external))
  }

  /** What stands in the timeline of all, or of one account. */
  texts(account?: string): string[] {
    return this.taken
      .filter((one) => account === undefined || one.account === account)
      .flatMap(({ event }) => ('text' in event ? [event.text] : []))
  }
}

type Answer = Partial<SyncPage> | Error | ((question: SyncQuestion) => Partial<SyncPage> | Error)

/** kf/sync_msg, answering what it was told to; after that, that there is nothing new. */
export class Sync {
  readonly asked: (SyncQuestion & { at: number })[] = []
  readonly answers: Answer[] = []
  readonly #clock: Clock
  /** Answers only when let go. */
  held: (() => void)[] | null = null
  atOnce = 0
  mostAtOnce = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  readonly syncMessages = async (question: SyncQuestion): Promise<SyncPage> => {
    this.asked.push({ ...question, at: this.#clock.now() })
    const answer = this.answers.shift() ?? {}
    this.atOnce += 1
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce)
    if (this.held) await new Promise<void>((resolve) => this.held?.push(resolve))
    else await null
    this.atOnce -= 1
    const said = typeof answer === 'function' ? answer(question) : answer
    if (said instanceof Error) throw said
    return { messages: [], cursor: question.cursor ?? 'c0', more: false, ...said }
  }
}

export const refused = (code: number): ApiRefused => new ApiRefused(code, '/cgi-bin/kf/sync_msg', 'no')

export const textItem = (msgid: string, seconds: number, text = msgid, resident = 'wm1') => ({
  msgid,
  open_kfid: 'wk1',
  external_userid: resident,
  send_time: seconds,
  origin: 3,
  msgtype: 'text',
  text: { content: text },
})

/** Lets everything happen that is only waiting for its turn. */
export async function settled(): Promise<void> {
  for (let n = 0; n < 3; n++) await new Promise((resolve) => setImmediate(resolve))
}

/** Moves the clock from one thing that is due to the next, and lets each happen. */
export async function passing(clock: HandClock, ms: number): Promise<void> {
  await settled()
  let left = ms
  while (left > 0) {
    const step = Math.min(left, Math.max(clock.next ?? left, 1))
    clock.pass(step)
    left -= step
    await settled()
  }
}
