import type { Station } from '../station/station.ts'
import type { ThreadState } from '../threads/thread.ts'
import { type ItemState, idWithin } from './item.ts'
import { leftWhy, type Present } from './moving.ts'
import type { Standing } from './signing.ts'
import type { HandoffRecord } from './view.ts'

/** What an item is now, within the commit too. */
export function presentOf(
  station: Station,
  from: string,
  { kind, thread: id, id: item }: ItemState,
): Present {
  const { views } = station
  const thread = id === null ? null : views.threads.thread(id)
  return {
    thread,
    alarm: thread === null || thread.alarm === null ? null : views.alarms.alarm(thread.alarm),
    // Asked for by few items, and a sheet has a thousand.
    get matter() {
      return id === null
        ? null
        : (views.escalations.ofThread(id).find(({ state }) => state !== 'ended') ?? null)
    },
    warning: kind === 'warning' ? views.warnings.warning(idWithin(item)) : null,
    barred:
      thread !== null && thread.private === 1 && thread.holder === null && !mayHold(station, thread, from),
  }
}

function mayHold({ views, access }: Station, thread: ThreadState, user: string): boolean {
  const person = views.people.person(user)
  return person !== null && access.mayHold(thread, access.reader(person))
}

/** Each with why it has gone from the outgoing officer meanwhile. */
export function standingOf(
  station: Station,
  { from_user, to_user }: Pick<HandoffRecord, 'from_user' | 'to_user'>,
  item: ItemState,
): Standing {
  const ends = { from: from_user, to: to_user }
  return { item, left: leftWhy(item, ends, presentOf(station, from_user, item)) }
}
