import { setTimeout as sleep } from 'node:timers/promises'
import { Refused } from '../../src/contract/errors.ts'
import type { Elsewhere, Served } from '../support/served.ts'

/** An officer who answers whoever waits, and comes back after every crash of the core. */
export class Officer {
  readonly #served: Served
  readonly #user: string
  readonly #password: string
  #stopped = false
  #working: Promise<void> | null = null
  /** Answers the core acknowledged, by their words. */
  readonly acknowledged = new Set<string>()
  /** Said without an answer from the core: it may have them or not. */
  readonly unknown = new Set<string>()
  refused = 0
  #said = 0

  constructor(served: Served, user: string, password: string) {
    this.#served = served
    this.#user = user
    this.#password = password
  }

  start(): void {
    this.#working = this.#work()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#working
  }

  async #work(): Promise<void> {
    while (!this.#stopped) {
      let desk: Elsewhere | null = null
      try {
        desk = await this.#served.login(this.#user, this.#password)
        while (!this.#stopped) await this.#round(desk)
      } catch {
        await sleep(300)
      } finally {
        desk?.close()
      }
    }
  }

  async #round(desk: Elsewhere): Promise<void> {
    const page = { offset: 0, limit: 20 }
    const { rows } = await desk.call('threads.list', { queue: 'waiting', ...page })
    for (const { id } of rows) {
      if (this.#stopped) return
      const { lastSeq } = await desk.call('thread.get', { thread: id })
      await this.#answer(desk, id, lastSeq)
    }
    await sleep(rows.length === 0 ? 300 : 50)
  }

  async #answer(desk: Elsewhere, thread: string, seen: number): Promise<void> {
    this.#said += 1
    const text = `已收到，正在办理 〔${this.#user}-${this.#said}〕`
    this.unknown.add(text)
    try {
      await desk.call('thread.answer', { thread, text, seen })
      this.acknowledged.add(text)
      this.unknown.delete(text)
    } catch (error) {
      if (!(error instanceof Refused) || error.refusal.code === 'disconnected') throw error
      this.unknown.delete(text)
      this.refused += 1
    }
  }
}
