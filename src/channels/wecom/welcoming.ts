import type { WecomApi } from './api.ts'
import { ApiRefused, Unreachable } from './api-error.ts'
import type { Clock, WelcomeTold, WelcomeWords } from './desk.ts'
import { errorCodes } from './error-codes.ts'
import { assumed, rates, sending } from './facts.ts'
import { Gate } from './gate.ts'
import { failed } from './send-failures.ts'

export interface WelcomingWorld {
  api: Pick<WecomApi, 'sendOnEvent'>
  clock: Clock
  log(line: string): void
  /** Until then (ms) this connection asks WeCom nothing. */
  closedUntil(): number
}

/** Of the calls in flight together, so that an answer always finds a way through (`calls.ts`). */
const atOnce = 2

/** What is said to residents who have just opened a conversation. Answers come first, and nothing is said twice. */
export class Welcoming {
  readonly #world: WelcomingWorld
  readonly #gate = new Gate(atOnce)
  #silentUntil = 0

  constructor(world: WelcomingWorld) {
    this.#world = world
  }

  /** WeCom had too much to do for an answer. */
  giveWay(): void {
    this.#silentUntil = this.#world.clock.now() + rates.minute
  }

  say(words: WelcomeWords): Promise<WelcomeTold> {
    return this.#gate.through(path, undefined, () => this.#now(words))
  }

  async #now({ code, id, text, until }: WelcomeWords): Promise<WelcomeTold> {
    const { api, clock } = this.#world
    const now = clock.now()
    if (now >= until) return notSaid('late')
    if (now < this.#silentUntil) return notSaid('tooFrequent')
    if (now < this.#world.closedUntil()) return notSaid('connection')
    if (text.trim() === '' || Buffer.byteLength(text) > sending.textBytes) return notSaid('refused')
    try {
      await api.sendOnEvent(code, id, { msgtype: 'text', text: { content: text } })
      return { sent: true }
    } catch (error) {
      return this.#failed(error)
    }
  }

  #failed(error: unknown): WelcomeTold {
    if (!(error instanceof ApiRefused || error instanceof Unreachable)) throw error
    const refused = error instanceof ApiRefused ? error.errcode : null
    this.#world.log(`wecom: no welcome: ${error.path}: ${refused ?? (error as Unreachable).why}`)
    if (refused === errorCodes.tooFrequent) this.giveWay()
    const { reason, unsure = false } = failed(error)
    if (refused === assumed.spentCode) return notSaid('spent', refused)
    return notSaid(ownWords.has(reason) ? reason : 'refused', refused, unsure)
  }
}

const path = '/cgi-bin/kf/send_msg_on_event'
/** What `send-failures.ts` says of a failure and `welcome.why` says too; the rest is told by its code. */
const ownWords: ReadonlySet<string> = new Set(['unreachable', 'busy', 'tooFrequent', 'connection'])

export const notSaid = (why: string, code: number | null = null, unsure = false): WelcomeTold => ({
  sent: false,
  why,
  code,
  unsure,
})
