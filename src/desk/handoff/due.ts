import { refuse } from '../decision.ts'
import type { Due } from '../due.ts'
import type { Station } from '../station/station.ts'
import { fallDue } from './promises.ts'
import { offeredFor, overdue } from './rules.ts'
import { stateOf } from './view.ts'

/** Rule 17: a handoff nobody signs goes to the supervisor; and what was promised at one is not forgotten. */
export function handoffsDue({ views }: Station): Due[] {
  return [
    {
      ripe: (now, limit) => views.handoffs.overdue(now - offeredFor, limit),
      decide: (id, now) => overdue(stateOf(views.handoffs.one(id)!, null), now),
    },
    {
      ripe: (now, limit) => views.promises.ripe(now, limit),
      decide: (id, now) => {
        const promise = views.promises.one(id)
        if (promise === null) return refuse({ code: 'nothing_to_do' })
        const thread = promise.thread === null ? null : views.threads.thread(promise.thread)
        return fallDue(promise, thread, views.people.isOnShift(thread?.holder ?? null), now)
      },
    },
  ]
}
