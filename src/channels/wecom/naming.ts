import type { WecomApi } from './api.ts'
import { ApiRefused, Unreachable } from './api-error.ts'
import type { Listener, Profile } from './desk.ts'
import { customers } from './facts.ts'

export interface NamingWorld {
  api: Pick<WecomApi, 'customers'>
  listener: Pick<Listener, 'clock' | 'log' | 'nameless' | 'profiles'>
}

/** ms; those who write within it are asked for together. */
const gathering = 1_000
const shortestPause = 15_000
const longestPause = 10 * 60_000

/**
 * Learns what residents call themselves. WeCom tells it only within 48 hours of their last word, so they are asked for
 * as soon as they are first seen.
 */
export class Naming {
  readonly #world: NamingWorld
  /** Accounts in which somebody may be without a name. */
  readonly #due = new Set<string>()
  #timer: (() => void) | null = null
  #running: Promise<void> | null = null
  #failures = 0
  #stopped = false

  constructor(world: NamingWorld) {
    this.#world = world
  }

  look(account: string): void {
    this.#due.add(account)
    this.#soon(gathering)
  }

  leave(account: string): void {
    this.#due.delete(account)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#timer?.()
    await this.#running
  }

  #soon(ms: number): void {
    if (this.#timer || this.#running || this.#stopped) return
    this.#timer = this.#world.listener.clock.after(ms, () => {
      this.#timer = null
      this.#running = this.#ask().finally(() => {
        this.#running = null
        if (this.#due.size > 0) this.#soon(this.#failures > 0 ? this.#pause() : gathering)
      })
    })
  }

  async #ask(): Promise<void> {
    for (const account of [...this.#due]) {
      if (this.#stopped) return
      try {
        this.#due.delete(account)
        if (await this.#askFor(account)) this.#due.add(account)
        this.#failures = 0
      } catch (error) {
        this.#due.add(account)
        this.#failures += 1
        const why =
          error instanceof ApiRefused || error instanceof Unreachable ? error.message : 'the desk said no'
        this.#world.listener.log(`wecom ${account}: names not learnt: ${why}`)
        return
      }
    }
  }

  /** @returns whether there are more to ask for */
  async #askFor(account: string): Promise<boolean> {
    const { api, listener } = this.#world
    const asked = listener.nameless(account, customers.batch)
    if (asked.length === 0) return false
    const answer = await api.customers(asked)
    const known = answer.known.filter(({ external }) => asked.includes(external))
    const told = new Set(known.map(({ external }: Profile) => external))
    listener.profiles(
      account,
      known,
      asked.filter((external) => !told.has(external)),
    )
    return asked.length === customers.batch
  }

  #pause(): number {
    return Math.min(longestPause, shortestPause * 2 ** Math.min(this.#failures - 1, 10))
  }
}
