import type { Due } from '../due.ts'
import type { Station } from '../station/station.ts'
import { type FaultOf, recordTurn } from './rules.ts'

/** A fault goes on record once it has lasted, and again when it is over. */
export function connectionsDue({ views, linking }: Station): Due[] {
  const recorded = (of: FaultOf, id: string) => views.connections.faultOf(of, id)
  return [
    {
      ripe: (now, limit) => linking.standings.ripe(now, limit, recorded),
      decide: (key, now) => {
        const standing = linking.standings.named(key)!
        const { of, id } = standing
        return recordTurn(of, id, recorded(of, id), standing, now)
      },
    },
  ]
}
