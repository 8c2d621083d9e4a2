import type { Finding } from '../../../contract/alarms.ts'

export interface ScoreScale {
  /** Shares of the bar's length, 0 to 1. */
  score: number
  watch: number
  /** Null for a kind that never rings: its threshold lies where no message comes to. */
  ring: number | null
}

/** A ring threshold this many times above that for watching is there to say: never. */
const outOfReach = 8

/** Where score and thresholds stand on a bar that has room for all of them. */
export function scoreScale({ score, thresholds }: Pick<Finding, 'score' | 'thresholds'>): ScoreScale {
  const { watch, ring } = thresholds
  const rings = ring < watch * outOfReach
  const whole = Math.max(score * 1.06, (rings ? ring : watch * 2) * 1.3)
  return { score: score / whole, watch: watch / whole, ring: rings ? ring / whole : null }
}
