import type { Due } from '../due.ts'
import type { Station } from '../station/station.ts'
import { visitDue } from './ending.ts'
import { lapse } from './rules.ts'

/** Rule 12 by the clock: what nobody accepted in time goes to the supervisor; return visits come back by themselves. */
export function escalationsDue(station: Station): Due[] {
  const { views } = station
  const found = (id: string) => views.escalations.one(id)!
  return [
    {
      ripe: (now, limit) => views.escalations.lapsing(now, limit),
      decide: (id, now) => lapse(found(id), now),
    },
    {
      ripe: (now, limit) => views.escalations.visiting(now, limit),
      decide: (id, now) => {
        const matter = found(id)
        const thread = views.threads.thread(matter.thread)!
        const takers = [matter.accepted_by, thread.holder, thread.last_holder]
        const ready = takers.filter((user) => user !== null && isReady(station, user, thread))
        return visitDue(matter, thread, new Set(ready as string[]), now)
      },
    },
  ]
}

type HeldThread = Parameters<Station['access']['mayHold']>[0]

/** On shift, and allowed to hold it: a private thread opens to nobody by coming back (rules 7 and 11). */
function isReady({ views, access }: Station, user: string, thread: HeldThread): boolean {
  const person = views.people.person(user)
  if (person === null || !views.people.isOnShift(user)) return false
  const works = person.role === 'officer' || person.role === 'supervisor'
  return works && access.mayHold(thread, access.reader(person))
}
