import { Unreachable } from './api-error.ts'

/** Lets so many through at the same time; the others wait in order. */
export class Gate {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(most: number) {
    this.#free = most
  }

  /** @throws Unreachable where nobody waits for it any more */
  async through<Result>(
    path: string,
    signal: AbortSignal | undefined,
    act: () => Promise<Result>,
  ): Promise<Result> {
    await this.#enter(path, signal)
    try {
      return await act()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free += 1
    }
  }

  #enter(path: string, signal: AbortSignal | undefined): Promise<void> {
    const stopped = () => new Unreachable('stopped', path, { sent: false })
    if (signal?.aborted) return Promise.reject(stopped())
    if (this.#free > 0) {
      this.#free -= 1
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1)
        reject(stopped())
      }
      signal?.addEventListener('abort', leave, { once: true })
      this.#waiting.push(enter)
    })
  }
}
