import { v7 as uuid } from 'uuid'
import type { Role } from '../../contract/call.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import type { By, Commit } from '../route.ts'
import type { Station } from '../station/station.ts'
import { onThread } from '../threads/routes.ts'
import { onWarning } from './deciding.ts'
import * as rules from './rules.ts'

/**
 * The prepared message by the resident's own thread: the newest one there is, or a new one. What the thread refuses
 * (it moved on, somebody else holds it, it is private) refuses the whole, and the warning stays as it was.
 */
export function sendByThread(
  station: Station,
  { warning, text, seen }: { warning: string; text: string; seen: number },
  by: By,
): Commit<{ thread: string | null }> {
  const held = onWarning(station, warning, by, rules.hold)
  if ('refused' in held.decision) return held
  const { warnings, people, threads } = station.views
  const to = people.contact(warnings.warning(warning)?.contact ?? '')
  if (to === null) return { decision: refuse({ code: 'not_found', what: 'contact', id: warning }) }

  const newest = warnings.newestThread(to.id)
  // Erased: nothing says any more where a first word would go.
  if (newest === null && to.external === '')
    return { decision: refuse({ code: 'not_found', what: 'contact', id: to.id }) }
  const thread = newest ?? uuid()
  const officer = { user: by.user, role: by.role as Role }
  const said: Decision =
    newest === null
      ? rules.writeFirst(
          thread,
          { account: to.account, contact: to.id, external: to.external },
          officer,
          {
            text,
            delivery: station.channels.deliveryOf(to.account),
            reach: station.reaching.of({ account: to.account, contact: to.id }, by.now),
          },
          by.now,
        )
      : onThread(
          station,
          by,
          newest,
          (there) => {
            const delivery = station.channels.deliveryOf(there.account)
            const reach = station.reaching.of(there, by.now)
            return rules.writeInThread(there, officer, { text, seen, delivery, reach }, by.now)
          },
          { seen },
        ).decision
  if ('refused' in said) return { decision: said }
  return {
    decision: entries(...held.decision.entries, ...said.entries),
    // Which entry the message became is known once it is appended.
    steps: [
      () =>
        onWarning(station, warning, by, (facts) => {
          const message = threads.thread(thread)!.last_message
          return rules.messaged(facts, { by: 'thread', thread, message })
        }),
    ],
    result: () => ({ thread }),
  }
}
