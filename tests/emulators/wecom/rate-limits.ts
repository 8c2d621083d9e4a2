import { rates } from '../../../src/channels/wecom/facts.ts'
import { refuse } from './answers.ts'
import type { Clock } from './clock.ts'
import type { App } from './world.ts'

interface Window {
  from: number
  count: number
  blockedUntil: number
}

/** How often one may ask: a window that is overrun is closed for as long as the window itself lasts. */
export class RateLimits {
  readonly #windows = new Map<string, Window>()
  readonly #clock: Clock
  /** Overridden by tests that do not want to make ten thousand calls. */
  perMinute: number = rates.perCorpPerMinute
  perHour: number = rates.perCorpPerHour
  ipPerMinute: number = rates.perIpPerMinute
  ipPerHour: number = rates.perIpPerHour
  wrongSecretsPerHour: number = rates.wrongSecretsPerHour

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Counts one call of the corp on this path, or refuses it. */
  corpCall(corpid: string, path: string): void {
    if (this.#over(`${corpid} ${path} m`, this.perMinute, rates.minute)) refuse('tooFrequent')
    if (this.#over(`${corpid} ${path} h`, this.perHour, rates.hour)) refuse('tooFrequent')
  }

  ipCall(ip: string, path: string): void {
    if (this.#over(`${ip} ${path} m`, this.ipPerMinute, rates.minute)) refuse('tooFrequent')
    if (this.#over(`${ip} ${path} h`, this.ipPerHour, rates.hour)) refuse('tooFrequent')
  }

  /** `debug=1` is allowed five times a minute. */
  debugCall(corpid: string): void {
    if (this.#over(`${corpid} debug`, 5, rates.minute)) refuse('tooFrequent')
  }

  wrongSecret(ip: string): void {
    this.#over(`${ip} secret`, this.wrongSecretsPerHour, rates.hour)
  }

  /** After too many wrong secrets the address is shut out for an hour. */
  gettoken(ip: string): void {
    const window = this.#windows.get(`${ip} secret`)
    if (window && window.blockedUntil > this.#clock.now()) refuse('tooFrequent')
  }

  #over(key: string, most: number, length: number): boolean {
    const now = this.#clock.now()
    const window = this.#windows.get(key) ?? { from: now, count: 0, blockedUntil: 0 }
    this.#windows.set(key, window)
    if (now < window.blockedUntil) return true
    if (now - window.from >= length) {
      window.from = now
      window.count = 0
    }
    if (++window.count <= most) return false
    window.blockedUntil = now + length
    return true
  }
}

/** sync_msg without a good callback token: the tenth within a minute and all after it for a minute are refused. */
export function tokenlessSync(app: App, now: number): void {
  const { tokenless } = app
  if (now < tokenless.blockedUntil) refuse('tooFrequent', undefined, { msg_list: [] })
  while (tokenless.times.length && (tokenless.times[0] as number) <= now - rates.minute)
    tokenless.times.shift()
  tokenless.times.push(now)
  if (tokenless.times.length < rates.tokenlessSyncPerMinute) return
  tokenless.blockedUntil = now + rates.tokenlessSyncBlock
  tokenless.times.length = 0
  refuse('tooFrequent', undefined, { msg_list: [] })
}
