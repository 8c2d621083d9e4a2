import type { InboundEvent } from '../channel.ts'
import type { Allowance } from './allowance.ts'
import type { SyncPage, WecomApi } from './api.ts'
import { ApiRefused, Unreachable } from './api-error.ts'
import type { BoundAccount, Listener } from './desk.ts'
import { errorCodes } from './error-codes.ts'
import { sync } from './facts.ts'
import { type Fault, faultOf, pauseAfter } from './faults.ts'
import { inOrder } from './in-order.ts'
import { readItem } from './reading/item.ts'

/** Of a callback: opens sync_msg without the strict limit until then (ms). */
export interface NewsToken {
  value: string
  until: number
}

export interface PumpWorld {
  api: Pick<WecomApi, 'syncMessages'>
  listener: Pick<Listener, 'clock' | 'log' | 'readSoFar' | 'takeIn' | 'asked' | 'gap'>
  /** ms this machine's clock is ahead of WeCom's, as far as that is known. */
  clockAhead(): number
  allowance: Allowance
  /** There is something to fetch, and no token to fetch it with. */
  hurry(account: string): void
  /** A page was taken in. */
  taken(account: string, page: { events: readonly InboundEvent[]; more: boolean; byNews: boolean }): void
  /** So many times in a row it went wrong. */
  failed(account: string, fault: Fault, failures: number): void
}

interface Page {
  events: InboundEvent[]
  /** Where it was asked from, and where it leads. */
  from: string | null
  cursor: string
  more: boolean
  byNews: boolean
}

/** A token about to end is not used any more. */
const tokenMargin = 10_000
/** An answer may say that there is more and lead nowhere; so often it is asked again before that is a fault. */
const standingStillTries = 5
/**
 * News that bring nothing: so many in a row are answered at once, as when one fetch took what several told of. Whoever goes
 * on telling of nothing is listened to less and less (ms), so that a relay gone wrong uses up no limit of WeCom.
 */
const vainNewsFree = 20
const vainNewsPause = { least: 250, most: 2_000 }
/** After so long (ms) without one the count begins anew. */
const vainNewsForgotten = 10_000
/** ms after what cannot have happened, has. */
const longestPause = 60_000
/** How long (ms) a call under way is waited for when the connection is stopped. */
const lastCall = 5_000

/**
 * Reads one account, page after page and never two at once: a page, then what it says and how far it leads in one commit
 * of the desk, then the next.
 */
export class Pump {
  readonly #bound: BoundAccount
  readonly #world: PumpWorld
  readonly #stopping = new AbortController()
  #running: Promise<void> | null = null
  #token: NewsToken | null = null
  /** Told of news that no page has been asked for since. */
  #news = false
  /** One page without a token is granted. */
  #granted = false
  #underWay = false
  /** Fetched, and not yet taken in by the desk. */
  #inHand: Page | null = null
  /** Messages asked for at once; null for as many as WeCom gives. */
  #limit: number | null = null
  /** Its cursor was refused. */
  #anew = false
  #standingStill = 0
  #failures = 0
  /** News in a row that brought nothing. */
  #vain = 0
  #vainAt = Number.NEGATIVE_INFINITY
  #gapTold: number | null = null
  #retry: (() => void) | null = null
  #stopped = false

  constructor(bound: BoundAccount, world: PumpWorld) {
    this.#bound = bound
    this.#world = world
  }

  get bound(): BoundAccount {
    return this.#bound
  }

  /** There is something to fetch. Told several times while it is fetching, it looks once more. */
  news(token: NewsToken | null): void {
    if (this.#stopped) return
    if (token) this.#token = token
    this.#news = true
    this.#run()
  }

  /** One page without a token is granted. @returns false where it is not needed, or not of use now */
  turn(): boolean {
    if (this.#stopped || this.#underWay || this.#inHand || this.#retry) return false
    if (this.#news && this.#usableToken()) return false
    this.#granted = true
    this.#run()
    return true
  }

  /** Waits for the page in hand. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#retry?.()
    const abort = this.#world.listener.clock.after(lastCall, () => this.#stopping.abort())
    await this.#running
    abort()
  }

  #run(): void {
    if (this.#running || this.#retry) return
    this.#running = this.#read()
      .catch((error: unknown) => {
        this.#world.listener.log(`wecom ${this.#bound.account}: ${named(error)} while reading`)
        this.#retry = this.#world.listener.clock.after(longestPause, () => this.#again())
      })
      .finally(() => {
        this.#running = null
        if (!this.#stopped && (this.#news || this.#granted)) this.#run()
      })
  }

  async #read(): Promise<void> {
    // In a later turn of the loop: whoever told of the news is not to wait for what it leads to.
    await null
    while (!this.#stopped && !this.#retry) {
      const token = this.#usableToken()
      if (this.#inHand) this.#offer(this.#inHand)
      else if (token !== null && this.#news) {
        if (this.#pausesForNothing()) return
        this.#news = false
        await this.#fetch(token)
      } else if (this.#granted) {
        this.#granted = false
        await this.#fetch(null)
      } else {
        if (!this.#news || this.#waitsWithToken()) return
        this.#news = false
        this.#world.hurry(this.#bound.account)
      }
    }
    if (this.#stopped && this.#inHand) this.#offer(this.#inHand)
  }

  #usableToken(): string | null {
    const { listener, allowance } = this.#world
    const now = listener.clock.now()
    if (this.#token && this.#token.until - tokenMargin <= now) this.#token = null
    if (!this.#token || allowance.riskFrom(now) > now) return null
    return this.#token.value
  }

  /** WeCom allows nothing for a moment: a token that outlasts it is kept, which is sooner than a turn without one. */
  #waitsWithToken(): boolean {
    const { listener, allowance } = this.#world
    const now = listener.clock.now()
    const open = allowance.riskFrom(now)
    if (!this.#token || open <= now || open > this.#token.until - tokenMargin) return false
    this.#retry = listener.clock.after(open - now, () => this.#again())
    return true
  }

  /** It was told of nothing too often: the next look waits a little. */
  #pausesForNothing(): boolean {
    const { clock } = this.#world.listener
    const since = clock.now() - this.#vainAt
    if (since < 0 || since >= vainNewsForgotten) this.#vain = 0
    if (this.#vain < vainNewsFree) return false
    const { least, most } = vainNewsPause
    const left = Math.min(most, least * 2 ** Math.min(this.#vain - vainNewsFree, 10)) - since
    if (left <= 0) return false
    this.#retry = clock.after(left, () => this.#again())
    return true
  }

  async #fetch(token: string | null): Promise<void> {
    const { api, listener } = this.#world
    const { account, openKfid } = this.#bound
    const signal = this.#stopping.signal
    let from: string | null = null
    this.#underWay = true
    try {
      from = this.#anew ? null : listener.readSoFar(account).cursor || null
      const limit = this.#limit === null ? {} : { limit: this.#limit }
      const page = await api.syncMessages({ openKfid, cursor: from, token, signal, ...limit })
      const events = inOrder(
        readAll(page, openKfid, listener.clock.now() - Math.min(this.#world.clockAhead(), 0)),
      )
      const cursor = page.cursor ?? from ?? ''
      this.#inHand = { events, from, cursor, more: page.more, byNews: token !== null }
    } catch (error) {
      this.#refused(error, from, token !== null)
    } finally {
      this.#underWay = false
    }
  }

  /** Where the desk cannot take it, it is kept and offered again. */
  #offer(page: Page): void {
    const { listener } = this.#world
    const { account } = this.#bound
    const now = listener.clock.now()
    try {
      this.#tellGap(now)
      if (page.events.length > 0 || page.cursor !== page.from)
        listener.takeIn(account, page.events, page.cursor)
      if (!page.more) listener.asked(account, now)
    } catch (error) {
      listener.log(
        `wecom ${account}: the desk could not take in a page, it is offered again: ${named(error)}`,
      )
      this.#later({ what: 'ledger', code: null, why: null, whole: false, passing: false })
      return
    }
    this.#inHand = null
    this.#anew = false
    if (!page.more) this.#limit = null
    this.#takenIn(page)
  }

  #takenIn(page: Page): void {
    const { account } = this.#bound
    const { events, more, byNews } = page
    if (events.length > 0 || more) this.#vain = 0
    else if (byNews) {
      this.#vain += 1
      this.#vainAt = this.#world.listener.clock.now()
    }
    if (more && this.#token) this.#news = true
    this.#standingStill = more && page.cursor === (page.from ?? '') ? this.#standingStill + 1 : 0
    if (this.#standingStill >= standingStillTries) {
      this.#later({ what: 'stuck', code: null, why: null, whole: false, passing: false })
      return
    }
    this.#failures = 0
    this.#world.taken(account, { events, more: more && !this.#news, byNews })
  }

  /** WeCom keeps messages for three days: what came before that, and after all of it was last read, may be lost. */
  #tellGap(now: number): void {
    const { listener } = this.#world
    const { account } = this.#bound
    const { askedAt, wholeAt = askedAt } = listener.readSoFar(account)
    if (wholeAt === null || now - wholeAt <= sync.retention || this.#gapTold === wholeAt) return
    listener.gap(account, wholeAt, now - sync.retention)
    this.#gapTold = wholeAt
  }

  #refused(error: unknown, from: string | null, byNews: boolean): void {
    const { listener, allowance, hurry } = this.#world
    const { account } = this.#bound
    const code = error instanceof ApiRefused ? error.errcode : null
    if (byNews) this.#news = true
    if (byNews && code === errorCodes.invalidSyncToken) {
      allowance.made(listener.clock.now())
      this.#token = null
      listener.log(`wecom ${account}: the callback token was not good any more`)
    } else if (from !== null && code === errorCodes.invalidParameter) {
      listener.log(`wecom ${account}: its cursor was refused; it is read anew, as far back as WeCom keeps it`)
      this.#anew = true
      if (!byNews) hurry(account)
    } else if (!(this.#stopped && error instanceof Unreachable)) {
      if (error instanceof Unreachable && error.why === 'tooBig')
        this.#limit = Math.max(1, Math.ceil((this.#limit ?? sync.limitDefault) / 8))
      this.#anew = false
      this.#later(faultOf(error))
    }
  }

  /** Tries again after a while, the longer the oftener it went wrong. */
  #later(fault: Fault): void {
    this.#failures += 1
    if (!this.#stopped)
      this.#retry = this.#world.listener.clock.after(pauseAfter(fault, this.#failures), () => this.#again())
    this.#world.failed(this.#bound.account, fault, this.#failures)
  }

  #again(): void {
    this.#retry = null
    if (this.#inHand || (this.#news && this.#usableToken())) this.#run()
    else this.#world.hurry(this.#bound.account)
  }
}

function readAll(page: SyncPage, openKfid: string, now: number): InboundEvent[] {
  return page.messages.flatMap((item) => readItem(item, { openKfid, now }))
}

/** Its kind and no more: what the desk says of a page may hold words of it. */
function named(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}
