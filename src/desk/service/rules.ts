import { assumed, sendFailures, sending } from '../../channels/wecom/facts.ts'
import type { Refusal } from '../../contract/errors.ts'
import type { ReplyWindow } from '../../contract/threads.ts'
import type { Draft } from '../../ledger/entry.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import { type Learnt, threadClaimed, threadWoken } from '../threads/entries.ts'
import type { ThreadState } from '../threads/thread.ts'
import { iso } from '../time.ts'
import * as did from './entries.ts'
import { placesOf, type WindowState } from './window.ts'

/** What the channel lets through to a resident, and who else is answering them. Pure. Times in ms. */

/** Who serves a resident in the channel's own client, as it was last told. */
export interface ServiceState {
  state: did.ServedBy
  /** By the channel's own id; null where nobody, or not known who. */
  colleague: string | null
  since: number
  /** When that was so. */
  at: number
  /** When the resident or the colleague last said a word. */
  wordAt: number
  /** `seq` of the wish to end it that the channel has not answered yet. */
  endAsked: number | null
}

/**
 * 还可回复 3 条, 剩 31 小时: at most so many messages within 48 h of the resident's last word. The channel counts by its own
 * clock: `ahead` is how far this machine's, by which `now` and `until` are told, is before it.
 */
export function windowOf(state: WindowState, now: number, ahead = 0): ReplyWindow {
  const { heardAt, learnt, endedAt } = state
  const shut = (state: ReplyWindow['state']): ReplyWindow => ({
    state,
    left: 0,
    of: sending.messagesPerWindow,
    until: null,
  })
  if (heardAt === null) return shut('unwritten')
  if (endedAt !== null && endedAt > heardAt) return shut('ended')
  const until = heardAt + sending.window + ahead
  if (learnt === 'expired' || now >= until) return shut('expired')
  const left = sending.messagesPerWindow - placesOf(state)
  if (learnt === 'spent' || left <= 0) return shut('spent')
  return { state: 'open', left, of: sending.messagesPerWindow, until: iso(until) }
}

/** What a reason teaches of the window, besides what the channel says it does. */
export function learntOf(reason: string): Learnt | undefined {
  return teaches[reason]
}
const teaches: Readonly<Record<string, Learnt>> = {
  ended: 'windowExpired',
  [`fail_${sendFailures.overFiveMessages}`]: 'windowSpent',
  [`fail_${sendFailures.sessionExpired}`]: 'windowExpired',
  [`fail_${sendFailures.sessionClosed}`]: 'windowExpired',
}

const elsewhere: ReadonlySet<did.ServedBy> = new Set(['waiting', 'colleague', 'unsure'])

/** Whether the channel's own client has the conversation now; 48 h without a word from either side end it silently. */
export function isServed(service: ServiceState | null, now: number): service is ServiceState {
  return service !== null && elsewhere.has(service.state) && !isIdle(service, now)
}

/** Whether it had ended by itself by then. */
export function isIdle({ at, wordAt }: Pick<ServiceState, 'at' | 'wordAt'>, then: number): boolean {
  return assumed.idleSessionEndsSilently && then >= Math.max(at, wordAt) + sending.window
}

/** What stands between the desk and a resident at this moment; null on channels that set no bounds. */
export interface Reach {
  window: ReplyWindow
  served: { colleague: string; name: string; since: string } | null
}

/** Why the channel would not let this through: asked before anything is queued. `text` is null where it is no text. */
export function unsendable(reach: Reach | null | undefined, text: string | null): Refusal | null {
  if (!reach) return null
  if (reach.served !== null) return { code: 'served_elsewhere', ...reach.served }
  if (reach.window.state !== 'open') return { code: 'window_closed', window: reach.window }
  const bytes = text === null ? 0 : Buffer.byteLength(text)
  return bytes > sending.textBytes ? { code: 'too_long', mostBytes: sending.textBytes, bytes } : null
}

/** Why what is queued already must not leave any more: one of the words of `connections.delivery`. */
export function unleavable(state: WindowState, served: boolean, now: number, ahead = 0): string | null {
  if (served) return 'elsewhere'
  const { state: is } = windowOf(state, now, ahead)
  // Its own place is among those that are taken: spent it is only where the channel says so.
  if (is === 'spent') return state.learnt === 'spent' ? 'windowSpent' : null
  if (is === 'open') return null
  return is === 'ended' ? 'ended' : 'windowExpired'
}

/** A colleague of the channel's client, and who that is at this desk. */
export interface Linked {
  user: string
  /** Enabled, on shift, and allowed to hold this thread (rules 7 and 11). */
  mayHold: boolean
}

/** Whoever picks up a free thread in the channel's own client holds it here too; a held one stays with its holder. */
export function picksUp(thread: ThreadState | null, linked: Linked | null): Draft[] {
  if (thread === null || thread.closed_at !== null || thread.holder !== null) return []
  if (!linked?.mayHold) return []
  const waking = thread.snoozed_until === null ? [] : [threadWoken(thread.id, 'officer')]
  return [...waking, threadClaimed(thread.id, linked.user, 'wecom')]
}

/** The desk wants the resident's next word for itself. Another's thread is theirs to decide, or a supervisor's. */
export function endElsewhere(
  thread: ThreadState,
  by: { user: string; role: string },
  { service, served }: { service: ServiceState | null; served: boolean },
  reason: string,
): Decision {
  if (!served || service === null) return refuse({ code: 'nothing_to_do' })
  if (service.endAsked !== null) return refuse({ code: 'busy', what: 'serviceEnd' })
  if (thread.holder !== null && thread.holder !== by.user && by.role !== 'supervisor') {
    const since = thread.held_since === null ? null : iso(thread.held_since)
    return refuse({ code: 'not_holder', holder: thread.holder, holderName: null, since })
  }
  return entries(did.serviceEndAsked(thread.id, service.colleague, reason))
}
