import type { Role } from '../../contract/call.ts'
import { type Decision, refuse } from '../decision.ts'
import type { By } from '../route.ts'
import type { Station } from '../station/station.ts'
import type { Facts } from './rules.ts'

/** Decides on a warning as it stands now, and puts the holder's name into a refusal given in bare facts. */
export function onWarning(
  { views }: Station,
  id: string,
  by: By,
  decide: (facts: Facts) => Decision,
): { decision: Decision } {
  const warning = views.warnings.warning(id)
  if (!warning) return { decision: refuse({ code: 'not_found', what: 'warning', id }) }
  const decision = decide({
    warning,
    by: { user: by.user, role: by.role as Role },
    holderOnShift: views.people.isOnShift(warning.holder),
    minutes: views.settings.settings().warningMinutes,
    now: by.now,
  })
  if (!('refused' in decision) || decision.refused.code !== 'already_claimed') return { decision }
  const holderName = views.people.nameOf(decision.refused.holder)
  return { decision: refuse({ ...decision.refused, holderName }) }
}
