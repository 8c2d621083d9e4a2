/** Entries by time, as the buckets of a chart. Pure; times in ms. */

export interface Density {
  from: number
  to: number
  buckets: { messages: number; acts: number; refusals: number }[]
}

export const startOfBucket = ({ from, to, buckets }: Density, index: number) =>
  Math.floor(from + (index * (to - from + 1)) / Math.max(1, buckets.length))

/** Both buckets included, whichever was chosen first; to the last millisecond before the next one. */
export function spanOfBuckets(density: Density, one: number, other: number): { from: number; to: number } {
  const [first, last] = one <= other ? [one, other] : [other, one]
  return { from: startOfBucket(density, first), to: startOfBucket(density, last + 1) - 1 }
}

/** The bucket a moment lies in, at the ends the outermost. */
export function bucketAt({ from, to, buckets }: Density, at: number): number {
  const share = (at - from) / (to - from + 1)
  return Math.min(Math.max(Math.floor(share * buckets.length), 0), Math.max(0, buckets.length - 1))
}

export const entriesIn = ({ messages, acts, refusals }: Density['buckets'][number]) =>
  messages + acts + refusals

/** For the table beside the chart: the fullest ones, in the order of time. */
export function fullest(density: Density, most: number): number[] {
  return density.buckets
    .map((bucket, index) => ({ index, n: entriesIn(bucket) }))
    .filter(({ n }) => n > 0)
    .sort((a, b) => b.n - a.n)
    .slice(0, most)
    .map(({ index }) => index)
    .sort((a, b) => a - b)
}
