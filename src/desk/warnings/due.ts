import { refuse } from '../decision.ts'
import type { Due } from '../due.ts'
import type { Station } from '../station/station.ts'
import { overdue } from './rules.ts'

/** A step that was not done in time goes to the top of the list, where the supervisor sees it. */
export function warningsDue({ views }: Station): Due[] {
  return [
    {
      ripe: (now, limit) => views.warnings.ripe(now, limit),
      decide: (id, now) => {
        const warning = views.warnings.warning(id)
        return warning === null ? refuse({ code: 'nothing_to_do' }) : overdue(warning, now)
      },
    },
  ]
}
