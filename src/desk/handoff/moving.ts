import type { Draft } from '../../ledger/entry.ts'
import { alarmFollowed } from '../alarms/entries.ts'
import { type AlarmState, firstContactWithin } from '../alarms/rules.ts'
import type { Matter } from '../escalations/rules.ts'
import type { ThreadState } from '../threads/thread.ts'
import { iso } from '../time.ts'
import type { WarningState } from '../warnings/warning.ts'
import * as did from './entries.ts'
import { type ItemState, idWithin, type LeftWhy } from './item.ts'

/** Rule 16: what moves with the second signature, and what stays because it has gone elsewhere meanwhile. Pure. */

/** What an item is now. */
export interface Present {
  thread: ThreadState | null
  /** The thread's open alarm. */
  alarm: AlarmState | null
  /** The thread's newest matter that is not ended. */
  matter: Matter | null
  warning: WarningState | null
  /** Free, and private to others than the outgoing officer (rule 11). */
  barred: boolean
}

export const nothingPresent: Present = {
  thread: null,
  alarm: null,
  matter: null,
  warning: null,
  barred: false,
}

type Ends = { from: string; to: string | null }

/**
 * Why an item has gone from the outgoing officer since the freeze point: nobody decides of it any more, and it is not
 * handed over. A free thread goes with the handoff: that is how it gets an owner. Not a private one that the outgoing
 * officer may not read: holding it would open it to the next, so it stays in the queue for its desk.
 */
export function leftWhy(item: ItemState, { from, to }: Ends, now: Present): LeftWhy | null {
  if (item.kind === 'account') return null
  const theirs = (holder: string | null) => holder !== null && holder !== from && holder !== to
  if (item.kind === 'warning') {
    if (now.warning === null || now.warning.closed_at !== null) return 'closed'
    return theirs(now.warning.holder) ? 'heldByOther' : null
  }
  const { thread } = now
  if (thread === null) return 'gone'
  // Another's already at the freeze point, or closed: it was there for its alarm or its visit alone.
  if (item.closed || theirs(item.holder)) {
    if (followedBy(now, from) || hasVisitOf(now, from)) return null
    if (item.closed && thread.closed_at === null) return theirs(thread.holder) ? 'heldByOther' : null
    return 'gone'
  }
  if (thread.closed_at !== null) return followedBy(now, from) ? null : 'closed'
  if (now.barred) return 'private'
  return theirs(thread.holder) ? 'heldByOther' : null
}

/** What the item's move to its new owner takes. */
export function moves(
  item: ItemState,
  handoff: { id: string; from: string },
  to: string,
  present: Present,
  now: number,
): Draft[] {
  const { from, id } = handoff
  const { thread, alarm, matter, warning } = present
  const drafts: Draft[] = []
  const theirs = thread !== null && (thread.holder === null || thread.holder === from)
  if (theirs && thread.closed_at === null)
    drafts.push(did.threadHandedOver(thread.id, { from: thread.holder, to, handoff: id }))
  if (matter !== null && matter.accepted_by === from)
    drafts.push(did.escalationHandedOver(matter.thread, { escalation: matter.id, from, to, handoff: id }))
  if (alarm !== null && followedBy(present, from))
    drafts.push(alarmFollowed(alarm.thread, alarm.id, to, nextContact(alarm, now)))
  if (warning !== null && warning.holder === from)
    drafts.push(did.warningHandedOver(idWithin(item.id), { holder: to, from, handoff: id }))
  return drafts
}

const followedBy = ({ alarm }: Present, user: string) =>
  alarm !== null && alarm.state === 'followed' && alarm.looks_after === user

/** An open thread in nobody's hands, of which this officer has not even the alarm. */
export const isFree = (now: Present, user: string) =>
  now.thread !== null && now.thread.closed_at === null && now.thread.holder === null && !followedBy(now, user)

const hasVisitOf = ({ matter }: Present, user: string) =>
  matter?.state === 'visit' && matter.accepted_by === user

/** As it was agreed; where that is past already, as soon as after an alarm. */
function nextContact({ next_contact_at }: AlarmState, now: number): string {
  const agreed = next_contact_at ?? 0
  return iso(agreed > now ? agreed : now + firstContactWithin)
}
