import type { Mark } from './marks.ts'
import { type Answers, type Asked, Past } from './past.ts'

/** What the core and whoever looks into the past say to each other; by messages, so that a thread may lie between. */

export type ToPast = { id: number; asked: Asked } | { follow: number } | { callOff: number }
export type FromPast =
  | { ready: true }
  | { id: number; answer: Answers[Asked['what']] | true }
  | { id: number; error: string }
  | { mark: Mark }

export interface Serving {
  hear(said: ToPast): void
  close(): void
}

export function serve(file: string, say: (said: FromPast) => void): Serving {
  const past = new Past(file)
  const running = new Map<number, AbortController>()
  const run = (id: number, work: (signal: AbortSignal) => Promise<Answers[Asked['what']] | true>) => {
    const abort = new AbortController()
    running.set(id, abort)
    work(abort.signal)
      .then(
        (answer) => say({ id, answer }),
        (error: unknown) =>
          abort.signal.aborted || say({ id, error: String((error as Error)?.stack ?? error) }),
      )
      .finally(() => running.delete(id))
  }
  say({ ready: true })
  return {
    hear(said) {
      if ('callOff' in said) running.get(said.callOff)?.abort()
      else if ('asked' in said) run(said.id, (signal) => past.answer(said.asked, signal))
      else run(said.follow, (signal) => past.follow((mark) => say({ mark }), signal).then(() => true))
    },
    close() {
      for (const abort of running.values()) abort.abort()
      past.close()
    },
  }
}
