import { type Decision, entries } from '../decision.ts'
import type { Station } from '../station/station.ts'
import { messageFailed } from './entries.ts'
import { factsOf } from './inbound.ts'
import { undelivered } from './rules.ts'

/** A message of the desk did not arrive: that, and what it means for its thread. */
export function notArriving(
  station: Station,
  { thread, message, reason }: { thread: string; message: number; reason: string },
  how: Parameters<typeof messageFailed>[3],
): Decision {
  const facts = factsOf(station, station.views.threads.thread(thread))
  // Of what was erased before it could leave nothing is left to be answered.
  const opening = facts === null || reason === 'erased' ? [] : undelivered(facts, message)
  return entries(...opening, messageFailed(thread, message, reason, how))
}
