import { type Decision, entries, refuse } from '../decision.ts'
import { hour } from '../time.ts'
import { witnessContradicted, witnessNoted, witnessSeen } from './entries.ts'

export type Standing = 'matches' | 'differs' | 'ahead'

/** A head stands to the ledger as its root does to that of as many entries; null where there are not so many. */
export function standing(told: string, actual: string | null): Standing {
  if (actual === null) return 'ahead'
  return told === actual ? 'matches' : 'differs'
}

/**
 * A console came with a head: that it matches is said once a day for each device, that it does not each time.
 * @param noted when it was last said of this device, ms
 */
export function present(
  head: { size: number; root: string },
  is: Standing,
  noted: number | null,
  now: number,
): Decision {
  if (is !== 'matches') return entries(witnessContradicted({ by: 'console', ...head, is }))
  return noted !== null && dayOf(noted) === dayOf(now) ? entries() : entries(witnessSeen(head.size))
}

/** `waits`: whether anything told up to there is still to be taken note of. */
export function note(upto: number, waits: boolean): Decision {
  return waits ? entries(witnessNoted(upto)) : refuse({ code: 'nothing_to_do' })
}

/** Days begin at midnight in Shanghai, which keeps UTC+8 all year. */
const dayOf = (ms: number) => Math.floor((ms + 8 * hour) / (24 * hour))
