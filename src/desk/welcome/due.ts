import type { Due } from '../due.ts'
import type { Station } from '../station/station.ts'

/** What was about to leave when the desk was stopped, or could not be put on record then, is told as far as it is known. */
export function welcomesDue({ welcoming }: Station): Due[] {
  return [
    {
      ripe: (_now, limit) => welcoming.forgotten(limit),
      decide: (welcome) => welcoming.settling(welcome),
    },
  ]
}
