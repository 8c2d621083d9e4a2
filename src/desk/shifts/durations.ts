/** What many durations come to. Pure. */

export interface Durations {
  /** Of an even number the mean of the two in the middle, whole ms. */
  median: number | null
  /** Nine in ten took no longer (nearest rank). */
  p90: number | null
  worst: number | null
  counted: number
}

export function durationsOf(all: Float64Array): Durations {
  const sorted = all.toSorted()
  const counted = sorted.length
  if (counted === 0) return { median: null, p90: null, worst: null, counted }
  const upper = Math.floor(counted / 2)
  const lower = Math.ceil(counted / 2) - 1
  return {
    median: Math.round((sorted[lower]! + sorted[upper]!) / 2),
    p90: sorted[Math.ceil(counted * 0.9) - 1]!,
    worst: sorted[counted - 1]!,
    counted,
  }
}
