import type { ApiWorld } from './api.ts'
import { ApiRefused } from './api-error.ts'
import { errorCodes } from './error-codes.ts'
import { assumed } from './facts.ts'

export interface FetchedToken {
  token: string
  seconds: number
}

interface HeldToken {
  token: string
  /** ms */
  fetchedAt: number
  /** From then on a new one is asked for. */
  renewAt: number
  endsAt: number
}

const second = 1_000
const minute = 60 * second

/** A new token is asked for when the old one has less than this left: from then on WeCom gives another. */
const renewBefore = assumed.tokenReusedWhileSecondsLeft * second
/** While the old one still serves, a failed renewal is tried again after this. */
const renewAgainAfter = 30 * second
/** Tokens refused so often within a minute are not the fault of the tokens: gettoken has a limit of its own. */
const mostRefusedPerMinute = 60

/** Pauses after gettoken refused, doubling: many wrong secrets block the whole address for an hour. */
const pauses: Record<'busy' | 'limit' | 'settings', { first: number; longest: number }> = {
  busy: { first: second, longest: minute },
  limit: { first: minute, longest: 5 * minute },
  settings: { first: minute, longest: 30 * minute },
}

/** The access token of one app. However many ask at the same time, WeCom is asked once. */
export class AccessTokens {
  readonly #fetch: () => Promise<FetchedToken>
  readonly #world: ApiWorld
  #held: HeldToken | null = null
  #fetching: Promise<string> | null = null
  #refused: { error: ApiRefused; until: number; times: number } | null = null
  #dropped: number[] = []

  constructor(fetch: () => Promise<FetchedToken>, world: ApiWorld) {
    this.#fetch = fetch
    this.#world = world
  }

  /** @throws ApiRefused (also without asking, during a pause), Unreachable */
  async get(): Promise<string> {
    const now = this.#world.clock.now()
    const held = this.#held
    // A clock put back says nothing of how old the token is.
    const serves = held !== null && now >= held.fetchedAt && now < held.endsAt
    if (serves && now < held.renewAt) return held.token
    if (this.#refused !== null && now < this.#refused.until) {
      if (serves) return held.token
      throw this.#refused.error
    }
    this.#fetching ??= this.#renew().finally(() => {
      this.#fetching = null
    })
    try {
      return await this.#fetching
    } catch (error) {
      if (!serves || this.#held !== held) throw error
      held.renewAt = now + renewAgainAfter
      return held.token
    }
  }

  /**
   * WeCom refused this token. Only the one that was refused goes: another caller may have fetched a new one meanwhile.
   * @returns whether it is worth trying with another
   */
  drop(stale: string): boolean {
    const now = this.#world.clock.now()
    if (this.#held?.token !== stale) return true
    this.#dropped = this.#dropped.filter((at) => at > now - minute && at <= now)
    if (this.#dropped.length >= mostRefusedPerMinute) return false
    this.#dropped.push(now)
    this.#held = null
    return true
  }

  async #renew(): Promise<string> {
    const { clock, log } = this.#world
    try {
      const { token, seconds } = await this.#fetch()
      const now = clock.now()
      const life = seconds * second
      // A token that was handed out before comes with what is left of it.
      const renewAt = now + Math.max(life - renewBefore, life / 2)
      this.#held = { token, fetchedAt: now, renewAt, endsAt: now + life }
      this.#refused = null
      return token
    } catch (error) {
      if (error instanceof ApiRefused) {
        const { first, longest } = pauses[pauseAfter(error.errcode)]
        const times = this.#refused?.error.errcode === error.errcode ? this.#refused.times + 1 : 1
        const pause = Math.min(longest, first * 2 ** (times - 1))
        this.#refused = { error, until: clock.now() + pause, times }
        log(`wecom: gettoken was refused (${error.errcode}), next try in ${pause / second} s`)
      }
      throw error
    }
  }
}

function pauseAfter(errcode: number): keyof typeof pauses {
  if (errcode === errorCodes.systemBusy || errcode === errorCodes.tooManyAtOnce) return 'busy'
  return errcode === errorCodes.tooFrequent ? 'limit' : 'settings'
}
