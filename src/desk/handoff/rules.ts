import type { Draft } from '../../ledger/entry.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import { maskText } from '../people/masking.ts'
import { minute } from '../time.ts'
import * as did from './entries.ts'
import type { Actor, Colleague, FrozenItem, FrozenQueue, HandoffState, ItemState } from './item.ts'

/**
 * Rules 14 to 18: how a handoff begins, what the incoming side does with it, how it ends without being signed. What is
 * decided of the items: `deciding.ts`; the signatures: `signing.ts`; what they move: `moving.ts`. Pure.
 */

/** Offered and not signed for so long (ms), it goes to the supervisor. */
export const offeredFor = 30 * minute
/** Items to an entry: a screen that shows an entry whole still can. */
const itemsOfPart = 100

export interface Frozen {
  frozenSeq: number
  items: readonly FrozenItem[]
  queue: FrozenQueue
}

export interface Starting extends Frozen {
  handoff: string
  post: string | null
  from: Colleague | null
  /** As it was asked for. */
  of: string
  reason: string | null
  /** The handoff of the same officer and post that is open. */
  open: string | null
  /** `seq` of the notices that are standing. */
  notices: number | null
}

/** One's own, or a supervisor's for an officer who has left without one. */
export function start(asked: Starting, by: Actor): Decision {
  const { handoff, of, from, post, open, notices, reason } = asked
  if (of !== by.user && by.role !== 'supervisor') return refuse({ code: 'needs_supervisor' })
  if (!from?.works) return refuse({ code: 'not_found', what: 'person', id: of })
  if (open !== null) return refuse({ code: 'handoff_open', handoff: open })
  return entries(
    did.handoffStarted(handoff, { post, from: of, frozenSeq: asked.frozenSeq, notices }, reason),
    ...freezing(handoff, asked),
  )
}

function freezing(handoff: string, { frozenSeq, items, queue }: Frozen): Draft[] {
  const parts = Math.max(1, Math.ceil(items.length / itemsOfPart))
  return Array.from({ length: parts }, (_, part) =>
    did.handoffFrozen(handoff, {
      frozenSeq,
      part,
      parts,
      items: items.slice(part * itemsOfPart, (part + 1) * itemsOfPart),
      queue: part === 0 ? queue : null,
    }),
  )
}

export function refreeze(handoff: HandoffState, by: Actor, frozen: Frozen): Decision {
  return notPreparing(handoff, by) ?? entries(...freezing(handoff.id, frozen))
}

export function setNotices(
  handoff: HandoffState,
  by: Actor,
  present: readonly string[],
  asked: readonly string[],
): Decision {
  const not = notPreparing(handoff, by)
  if (not) return not
  // A console is told masked words (rule 20): what comes back unchanged stays as it was written.
  const notices = asked.map((said) => present.find((written) => maskText(written).text === said) ?? said)
  const same = notices.length === present.length && notices.every((notice, at) => notice === present[at])
  return same ? refuse({ code: 'nothing_to_do' }) : entries(did.handoffNoticesSet(handoff.id, notices))
}

/** Signed again when what was to be changed is changed. */
export function withdraw(handoff: HandoffState, by: Actor): Decision {
  if (handoff.state !== 'offered') return wrongState(handoff)
  if (!isOutgoing(handoff, by)) return refuse({ code: 'wrong_side', side: 'outgoing' })
  return entries(did.handoffWithdrawn(handoff.id))
}

export function cancel(handoff: HandoffState, by: Actor, reason: string): Decision {
  if (!isOpen(handoff)) return wrongState(handoff)
  if (!isOutgoing(handoff, by)) return refuse({ code: 'wrong_side', side: 'outgoing' })
  return entries(did.handoffCancelled(handoff.id, reason))
}

export function open(handoff: HandoffState, by: Actor, already: boolean): Decision {
  const first = handoff.state === 'offered' && handoff.to === by.user && !already
  return first ? entries(did.handoffOpened(handoff.id)) : refuse({ code: 'nothing_to_do' })
}

/** In own words, and again as often as need be. */
export function readBack(handoff: HandoffState, by: Actor, item: ItemState | null, text: string): Decision {
  const not = notReceiving(handoff, by, item)
  return not ?? entries(did.handoffItemReadBack(handoff.id, about(item as ItemState), text))
}

export function accept(handoff: HandoffState, by: Actor, items: readonly (ItemState | null)[]): Decision {
  for (const item of items) {
    const not = notReceiving(handoff, by, item)
    if (not) return not
  }
  const anew = (items as readonly ItemState[]).filter(({ accepted }) => !accepted)
  if (anew.length === 0) return refuse({ code: 'nothing_to_do' })
  return entries(...anew.map((item) => did.handoffItemAccepted(handoff.id, about(item))))
}

/** Of anything on the sheet, also of what is kept or closed. */
export function question(
  handoff: HandoffState,
  by: Actor,
  item: ItemState | null,
  asked: { question: string; text: string },
): Decision {
  const not = notReceivingAt(handoff, by)
  if (not) return not
  if (item === null) return refuse({ code: 'not_found', what: 'item', id: '' })
  return entries(did.handoffItemQuestioned(handoff.id, about(item), asked.question, asked.text))
}

export function reply(
  handoff: HandoffState,
  by: Actor,
  asked: { id: string; item: string; thread: string | null; replied: boolean } | null,
  id: string,
  text: string,
): Decision {
  if (!isOpen(handoff)) return wrongState(handoff)
  if (!isOutgoing(handoff, by)) return refuse({ code: 'wrong_side', side: 'outgoing' })
  // A supervisor who takes over does not answer what they asked.
  if (by.user === handoff.to) return refuse({ code: 'wrong_side', side: 'outgoing' })
  if (asked === null) return refuse({ code: 'not_found', what: 'question', id })
  if (asked.replied) return refuse({ code: 'nothing_to_do' })
  const { item, thread } = asked
  return entries(did.handoffQuestionReplied(handoff.id, { item, thread }, asked.id, text))
}

/** By the clock, once for each time it is offered. */
export function overdue(handoff: HandoffState, now: number): Decision {
  const ripe =
    handoff.state === 'offered' && !handoff.overdue && (handoff.offeredAt ?? now) + offeredFor <= now
  return ripe ? entries(did.handoffOverdue(handoff.id)) : refuse({ code: 'nothing_to_do' })
}

/** Rule 18: what was signed stays as it is; who took part in it, or a supervisor, may put a record beside it. */
export function correct(handoff: HandoffState, by: Actor, record: string, text: string): Decision {
  if (handoff.state !== 'done') return wrongState(handoff)
  const tookPart = by.user === handoff.from || by.user === handoff.to || by.role === 'supervisor'
  if (!tookPart) return refuse({ code: 'wrong_side', side: 'outgoing' })
  return entries(did.handoffCorrected(record, handoff.id, text))
}

export const about = ({ id, thread }: Pick<ItemState, 'id' | 'thread'>): did.About => ({ item: id, thread })

export const isOpen = ({ state }: HandoffState) => state === 'preparing' || state === 'offered'

/** A supervisor may do whatever the outgoing officer may. */
export const isOutgoing = ({ from }: Pick<HandoffState, 'from'>, by: Actor) =>
  by.user === from || by.role === 'supervisor'

export const wrongState = ({ state }: HandoffState): Decision =>
  refuse({ code: 'wrong_state', what: 'handoff', state })

export function notPreparing(handoff: HandoffState, by: Actor): Decision | null {
  if (handoff.state !== 'preparing') return wrongState(handoff)
  return isOutgoing(handoff, by) ? null : refuse({ code: 'wrong_side', side: 'outgoing' })
}

/** Nobody reads back or accepts in another's place. */
function notReceivingAt(handoff: HandoffState, by: Actor): Decision | null {
  if (handoff.state !== 'offered') return wrongState(handoff)
  return by.user === handoff.to ? null : refuse({ code: 'wrong_side', side: 'incoming' })
}

function notReceiving(handoff: HandoffState, by: Actor, item: ItemState | null): Decision | null {
  const not = notReceivingAt(handoff, by)
  if (not) return not
  if (item === null) return refuse({ code: 'not_found', what: 'item', id: '' })
  if (item.decision?.do === 'handOver') return null
  return refuse({ code: 'wrong_state', what: 'item', state: item.decision?.do ?? 'undecided' })
}
