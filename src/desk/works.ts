import { v7 as uuid } from 'uuid'
import { Refused } from '../contract/errors.ts'
import type { Work } from '../contract/proof.ts'
import { hour, iso } from './time.ts'

/** How long the outcome of a finished work may still be asked for. */
const kept = hour

interface Running {
  work: Work
  user: string
  abort: AbortController
}

export interface Doing {
  progress(done: number, all: number): void
  signal: AbortSignal
}

/** What takes longer than a second: goes on in the background, shows how far it is, can be cancelled. */
export class Works {
  readonly #now: () => number
  readonly #log: (line: string) => void
  readonly #works = new Map<string, Running>()

  constructor(now: () => number, log: (line: string) => void) {
    this.#now = now
    this.#log = log
  }

  /** Begins at once; what it throws becomes its `error`. @returns its id */
  start(kind: Work['kind'], user: string, work: (doing: Doing) => Promise<unknown>): string {
    this.#forget()
    const id = uuid()
    const abort = new AbortController()
    const shown: Work = {
      id,
      kind,
      state: 'running',
      done: 0,
      all: 0,
      startedAt: iso(this.#now()),
      endedAt: null,
      result: null,
      error: null,
    }
    this.#works.set(id, { work: shown, user, abort })
    const progress = (done: number, all: number) => Object.assign(shown, { done, all })
    const ended = (how: Partial<Work>) => Object.assign(shown, how, { endedAt: iso(this.#now()) })
    work({ progress, signal: abort.signal }).then(
      (result) => ended({ state: 'done', result }),
      (error: unknown) => {
        if (abort.signal.aborted) return ended({ state: 'cancelled' })
        this.#log(`${kind}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
        return ended({ state: 'failed', error: error instanceof Error ? error.message : String(error) })
      },
    )
    return id
  }

  /** @throws Refused where there is none of this user's */
  get(id: string, user: string): Work {
    return { ...this.#of(id, user).work }
  }

  isRunning(kind: Work['kind']): boolean {
    return [...this.#works.values()].some(({ work }) => work.kind === kind && work.state === 'running')
  }

  cancel(id: string, user: string): void {
    this.#of(id, user).abort.abort()
  }

  stop(): void {
    for (const { abort } of this.#works.values()) abort.abort()
  }

  #of(id: string, user: string): Running {
    const found = this.#works.get(id)
    if (found?.user !== user) throw new Refused({ code: 'not_found', what: 'work', id })
    return found
  }

  #forget(): void {
    for (const [id, { work }] of this.#works) {
      if (work.endedAt !== null && Date.parse(work.endedAt) + kept < this.#now()) this.#works.delete(id)
    }
  }
}
