import type { Decision } from '../decision.ts'
import type { Station } from '../station/station.ts'
import { earliest, signOff, signOn } from './rules.ts'

/** Signing on and off with the facts as they are within the commit; for the calls, the login and the handoff. */

export function signingOn(station: Station, user: string, post: string | undefined, now: number): Decision {
  const { people, shifts } = station.views
  return signOn(
    {
      user,
      onShift: people.isOnShift(user),
      post,
      isPost: (id) => shifts.post(id) !== null,
      duties: shifts.duties(now, now + earliest + 1),
    },
    now,
  )
}

export function signingOff(station: Station, user: string, reason?: string): Decision {
  const { people, threads } = station.views
  return signOff(user, people.isOnShift(user), { holds: threads.heldBy(user), reason })
}
