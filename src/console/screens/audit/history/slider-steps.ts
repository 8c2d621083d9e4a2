/** Moving through time by keys. Pure; times in ms. */

export type Step =
  | { by: 'entry'; n: 1 | -1 }
  | { by: 'time'; ms: number }
  | { by: 'end'; end: 'first' | 'last' }

const minute = 60_000
const hour = 60 * minute

/** One entry by an arrow, a minute with Shift, an hour by page keys; null where the key means nothing here. */
export function stepOf({ key, shiftKey }: { key: string; shiftKey: boolean }): Step | null {
  if (key === 'ArrowLeft' || key === 'ArrowDown')
    return shiftKey ? { by: 'time', ms: -minute } : { by: 'entry', n: -1 }
  if (key === 'ArrowRight' || key === 'ArrowUp')
    return shiftKey ? { by: 'time', ms: minute } : { by: 'entry', n: 1 }
  if (key === 'PageDown') return { by: 'time', ms: -hour }
  if (key === 'PageUp') return { by: 'time', ms: hour }
  if (key === 'Home') return { by: 'end', end: 'first' }
  if (key === 'End') return { by: 'end', end: 'last' }
  return null
}

export interface Span {
  from: number
  to: number
}
/** How much time the slider shows; `all` is everything there is. */
export const zooms = { all: null, month: 30 * 24 * hour, day: 24 * hour, hour } as const
export type Zoom = keyof typeof zooms
export const zoomNames = Object.keys(zooms) as Zoom[]

/** What the slider shows of `all` time with the moment in it. It stays where it is for as long as it holds the moment. */
export function spanAround(at: number, zoom: Zoom, all: Span, now: Span | null): Span {
  const length = zooms[zoom]
  if (length === null || all.to - all.from <= length) return all
  if (now && now.to - now.from === length && at >= now.from && at <= now.to) return now
  const from = Math.min(Math.max(at - length / 2, all.from), all.to - length)
  return { from, to: from + length }
}

export const shareOf = (at: number, { from, to }: Span) =>
  to === from ? 1 : Math.min(Math.max((at - from) / (to - from), 0), 1)
export const atShare = (share: number, { from, to }: Span) =>
  Math.round(from + Math.min(Math.max(share, 0), 1) * (to - from))
