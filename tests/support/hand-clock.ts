import type { Clock } from '../../src/channels/wecom/desk.ts'

/** A clock that stands still until a test moves it; what is due then happens in its order. */
export interface HandClock extends Clock {
  pass(ms: number): void
  /** How long until the next thing is due; null if nothing is. */
  readonly next: number | null
}

export function handClock(start: number): HandClock {
  let now = start
  const due: { at: number; then: () => void }[] = []
  const first = (before: number) =>
    due.filter(({ at }) => at <= before).sort((one, other) => one.at - other.at)[0]
  return {
    now: () => now,
    after(ms, then) {
      const timer = { at: now + ms, then }
      due.push(timer)
      return () => {
        const index = due.indexOf(timer)
        if (index >= 0) due.splice(index, 1)
      }
    },
    pass(ms) {
      const end = now + ms
      for (let timer = first(end); timer; timer = first(end)) {
        now = Math.max(now, timer.at)
        due.splice(due.indexOf(timer), 1)
        timer.then()
      }
      now = end
    },
    get next() {
      const timer = first(Number.POSITIVE_INFINITY)
      return timer ? timer.at - now : null
    },
  }
}
