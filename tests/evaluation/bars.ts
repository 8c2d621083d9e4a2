import type { Metrics } from './measure.ts'

/** What a release must reach. Missing a cry is worse than a bell too many, but a bell that cries wolf is muted. */
export interface Bar {
  metric: string
  atLeast?: number
  atMost?: number
}

export const bars: readonly Bar[] = [
  { metric: 'crisis.ring.recall.level7plus', atLeast: 0.92 },
  { metric: 'crisis.watch.recall.level4plus', atLeast: 0.92 },
  { metric: 'crisis.ring.falsePer1000', atMost: 5 },
  { metric: 'crisis.watch.falsePer1000', atMost: 20 },
  { metric: 'fraud.watch.recall', atLeast: 0.8 },
  { metric: 'fraud.watch.falsePer1000', atMost: 10 },
  { metric: 'all.ring.falsePer1000', atMost: 6 },
  { metric: 'assess.p99Us', atMost: 1_000 },
]

export const passes = ({ metric, atLeast, atMost }: Bar, metrics: Metrics) => {
  const value = metrics[metric]
  if (value === undefined) return false
  return (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost)
}

export const barText = ({ atLeast, atMost }: Bar) => (atLeast !== undefined ? `≥ ${atLeast}` : `≤ ${atMost}`)
