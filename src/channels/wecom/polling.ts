import { type Allowance, pace } from './allowance.ts'
import type { Clock } from './desk.ts'

/** With the relay every account is looked at now and then all the same: a callback may be dropped. */
const reconciledEvery = 5 * 60_000
/** s from a callback to the message on screen, at most, while all is well. */
const relayLateBy = 3

export interface PollingWorld {
  clock: Clock
  allowance: Allowance
  /** Asks for one page of this account without a callback token; false where it is being read just now anyway. */
  ask(account: string): boolean
}

interface Turn {
  due: number
  /** There is something to fetch, or may be: it need not keep the even pace, only the limit. */
  urgent: boolean
  askedAt: number | null
  /** Served since; ms. */
  since: number
}

/** How late (s) a message may be where so many accounts of one app are asked in turn. */
export function pollingEvery(accounts: number): number {
  return Math.ceil((Math.max(accounts, 1) * pace) / 1000)
}

/**
 * Whose turn it is to be asked without a callback token. Few such calls are allowed in a minute for all accounts
 * together, so they are spread evenly, the most overdue first.
 */
export class Polling {
  readonly #world: PollingWorld
  readonly #turns = new Map<string, Turn>()
  #relay = false
  #lastAsked = Number.NEGATIVE_INFINITY
  #timer: (() => void) | null = null
  #stopped = false

  constructor(world: PollingWorld) {
    this.#world = world
  }

  /** These and no others, each of them soon. */
  serve(accounts: readonly string[]): void {
    const now = this.#world.clock.now()
    for (const account of this.#turns.keys()) if (!accounts.includes(account)) this.#turns.delete(account)
    for (const account of accounts)
      if (!this.#turns.has(account))
        this.#turns.set(account, { due: now, urgent: true, askedAt: null, since: now })
    this.#look()
  }

  /** Once it is (again) there, everything is asked for once: what it heard meanwhile is not known. */
  relay(connected: boolean): void {
    if (connected === this.#relay) return
    this.#relay = connected
    const now = this.#world.clock.now()
    for (const turn of this.#turns.values()) {
      if (connected) this.#soon(turn, now)
      else turn.due = Math.min(turn.due, Math.max(now, (turn.askedAt ?? now) + this.#every()))
    }
    this.#look()
  }

  /** There is something to fetch. */
  hurry(account: string): void {
    const turn = this.#turns.get(account)
    if (!turn) return
    this.#soon(turn, this.#world.clock.now())
    this.#look()
  }

  /** It was asked, by token or without; `more` where there is more to fetch. */
  asked(account: string, more: boolean): void {
    const turn = this.#turns.get(account)
    if (!turn) return
    const now = this.#world.clock.now()
    turn.askedAt = now
    turn.urgent = more
    turn.due = more ? now : now + this.#every()
    this.#look()
  }

  askedAt(account: string): number | null {
    return this.#turns.get(account)?.askedAt ?? null
  }

  /** s that a message may be late now: as long as an account waits for its turn, and longer where that did not come. */
  lateBy(account: string): number {
    const turn = this.#turns.get(account)
    const now = this.#world.clock.now()
    if (!turn) return 0
    const unasked = Math.max(now, this.#world.allowance.closedUntil(now)) - (turn.askedAt ?? turn.since)
    // The relay keeps its promise as long as whatever it tells of is fetched.
    const promised = this.#relay ? relayLateBy * 1000 : this.#every()
    const kept = this.#relay && unasked <= this.#every() + pace
    return Math.ceil((kept ? promised : Math.max(promised, unasked)) / 1000)
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.()
    this.#timer = null
  }

  #every(): number {
    const spread = Math.max(this.#turns.size, 1) * pace
    return this.#relay ? Math.max(reconciledEvery, spread) : spread
  }

  #soon(turn: Turn, now: number): void {
    turn.due = Math.min(turn.due, now)
    turn.urgent = true
  }

  /** Grants what may be granted now, and comes back when the next may be. */
  #look(): void {
    this.#timer?.()
    this.#timer = null
    if (this.#stopped) return
    const { clock } = this.#world
    for (let next = this.#next(); next !== null; next = this.#next()) {
      const [account, turn, at] = next
      const now = clock.now()
      if (at > now) {
        this.#timer = clock.after(at - now, () => this.#look())
        return
      }
      turn.urgent = false
      turn.due = now + this.#every()
      if (!this.#world.ask(account)) continue
      this.#lastAsked = now
      this.#world.allowance.made(now)
    }
  }

  /** Who is next, and when; of those who may be asked at the same time, the most overdue. */
  #next(): [string, Turn, number] | null {
    const now = this.#world.clock.now()
    const open = Math.max(now, this.#world.allowance.openAt(now))
    const paced = Math.max(open, Math.min(this.#lastAsked, now) + pace)
    // An account with much to fetch takes what is left over, not what others are waiting for.
    const crowded = [...this.#turns.values()].some(({ urgent, due }) => !urgent && due <= now)
    let best: [string, Turn, number] | null = null
    for (const [account, turn] of this.#turns) {
      const at = Math.max(turn.due, turn.urgent && !crowded ? open : paced)
      if (best === null || at < best[2] || (at === best[2] && turn.due < best[1].due))
        best = [account, turn, at]
    }
    return best
  }
}
