import type { Due } from '../due.ts'
import type { Station } from '../station/station.ts'
import { expired } from './rules.ts'

/** The channel keeps files for three days: what has not come by then never will. */
export function mediaDue({ views }: Station): Due[] {
  return [
    {
      ripe: (now, limit) => views.media.expiring(now, limit).map(String),
      decide: (id, now) => expired(views.media.one(Number(id))!, now),
    },
  ]
}
