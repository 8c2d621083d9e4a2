import type { Refusal } from '../../contract/errors.ts'
import { type HandoffDecision, isSevere } from '../../contract/handoff.ts'
import type { Draft } from '../../ledger/entry.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import { maskText } from '../people/masking.ts'
import { iso } from '../time.ts'
import * as did from './entries.ts'
import type { Actor, HandoffState, ItemState } from './item.ts'
import { about, notPreparing } from './rules.ts'

/** Rule 15: what is to become of each item. Pure. */

export interface Decided {
  decision: Decision
  refused: { item: string; refusal: Refusal }[]
}

/** An item as it was asked for, null where the sheet has none of that id. */
export interface Asked {
  id: string
  item: ItemState | null
  /** Its thread has been closed, or taken by somebody else, since the freeze point. */
  left: boolean
  /** Nobody holds it, nor looks after its alarm: there is nothing to keep. */
  free: boolean
}

/**
 * One decision for many items, in one commit. What forbids it for all of them refuses it whole; what forbids it for
 * one leaves that one out and says why. An item that is decided so already stays as it is, with what was accepted.
 * `close`: the thread's own rule.
 */
export function decide(
  handoff: HandoffState,
  by: Actor,
  asked: readonly Asked[],
  decision: HandoffDecision,
  close: (item: ItemState) => Decision,
  now: number,
): Decided {
  const not = notPreparing(handoff, by) ?? unfit(asked, decision, now)
  if (not) return { decision: not, refused: [] }
  const drafts: Draft[] = []
  const refused: Decided['refused'] = []
  for (const one of asked) {
    const done = decideOne(handoff.id, one, decision, close)
    if ('refused' in done) refused.push({ item: one.id, refusal: done.refused })
    else drafts.push(...done.entries)
  }
  return { decision: entries(...drafts), refused }
}

/** Whoever hands over something severe says until when it must be done. */
function unfit(asked: readonly Asked[], decision: HandoffDecision, now: number): Decision | null {
  if (decision.do !== 'handOver') return null
  const { deadline } = decision
  if (deadline !== null)
    return Date.parse(deadline) <= now ? refuse({ code: 'in_the_past', at: iso(Date.parse(deadline)) }) : null
  const severe = asked.filter(({ item }) => item !== null && isSevere(item.severity))
  return severe.length === 0 ? null : refuse({ code: 'needs_deadline', items: severe.map(({ id }) => id) })
}

function decideOne(
  handoff: string,
  { id, item, left, free }: Asked,
  decision: HandoffDecision,
  close: (item: ItemState) => Decision,
): Decision {
  if (item === null) return refuse({ code: 'not_found', what: 'item', id })
  // What was closed from the sheet is closed.
  if (item.decision?.do === 'close' && left)
    return refuse({ code: 'wrong_state', what: 'item', state: 'close' })
  if (decision.do === 'close') {
    if (item.kind !== 'thread' || item.closed)
      return refuse({ code: 'wrong_state', what: item.kind, state: item.closed ? 'closed' : 'open' })
    const closing = close(item)
    if ('refused' in closing) return closing
    return entries(...closing.entries, did.handoffItemDecided(handoff, about(item), decision))
  }
  // Kept by nobody it would be on record as somebody's.
  if (decision.do === 'keep' && free)
    return refuse({ code: 'not_holder', holder: null, holderName: null, since: null })
  const wanted = asWritten(item.decision, decision)
  if (isSame(item, wanted)) return entries()
  return entries(did.handoffItemDecided(handoff, about(item), wanted))
}

/** A console is told masked words (rule 20): where they come back unchanged, those that were written stay. */
function asWritten(present: HandoffDecision | null, wanted: HandoffDecision): HandoffDecision {
  if (present?.do === 'handOver' && wanted.do === 'handOver')
    return {
      ...wanted,
      nextAction: unmasked(present.nextAction, wanted.nextAction),
      ifThen: wanted.ifThen === null ? null : unmasked(present.ifThen ?? '', wanted.ifThen),
    }
  if (present?.do === 'keep' && wanted.do === 'keep')
    return { ...wanted, reason: unmasked(present.reason, wanted.reason) }
  return wanted
}

const unmasked = (written: string, said: string) => (maskText(written).text === said ? written : said)

function isSame({ decision: present }: ItemState, wanted: HandoffDecision): boolean {
  if (present === null) return false
  if (present.do === 'handOver' && wanted.do === 'handOver')
    return (
      present.nextAction === wanted.nextAction &&
      present.deadline === wanted.deadline &&
      present.ifThen === wanted.ifThen
    )
  return present.do === 'keep' && wanted.do === 'keep' && present.reason === wanted.reason
}

export function undecide(handoff: HandoffState, by: Actor, asked: readonly Asked[]): Decision {
  const not = notPreparing(handoff, by)
  if (not) return not
  const drafts: Draft[] = []
  for (const { id, item } of asked) {
    if (item === null) return refuse({ code: 'not_found', what: 'item', id })
    if (item.decision?.do === 'close') return refuse({ code: 'wrong_state', what: 'item', state: 'close' })
    if (item.decision !== null) drafts.push(did.handoffItemUndecided(handoff.id, about(item)))
  }
  return drafts.length === 0 ? refuse({ code: 'nothing_to_do' }) : entries(...drafts)
}
