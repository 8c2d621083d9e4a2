import type { ReplyWindow } from '../../../contract/threads.ts'

const hour = 3_600_000

/** As it stands now: one that was open when it was read may have closed since. */
export function windowNow({ state, until }: ReplyWindow, now: number): ReplyWindow['state'] {
  return state === 'open' && until !== null && Date.parse(until) <= now ? 'expired' : state
}

/** How long it stays open: whole hours, and minutes within the last. */
export function remaining(
  { until }: ReplyWindow,
  now: number,
): { unit: 'hours'; h: number } | { unit: 'minutes'; m: number } {
  const left = until === null ? 0 : Math.max(0, Date.parse(until) - now)
  return left >= hour
    ? { unit: 'hours', h: Math.floor(left / hour) }
    : { unit: 'minutes', m: Math.ceil(left / 60_000) }
}
