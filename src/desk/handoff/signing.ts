import { isSevere } from '../../contract/handoff.ts'
import type { Draft } from '../../ledger/entry.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import * as did from './entries.ts'
import type { Actor, Colleague, HandoffState, ItemState, LeftWhy } from './item.ts'
import { about, wrongState } from './rules.ts'

/** Rules 16 and 17: two signatures by two people; with the second one ownership moves. Pure. */

export interface OutgoingSignature {
  /** As asked for, null where nobody was named. */
  to: string | null
  colleague: Colleague | null
  signOff: boolean
  /** Why a supervisor signs in the outgoing officer's place. */
  onBehalf: string | null
}

/** An item with why it has gone from the outgoing officer meanwhile. */
export interface Standing {
  item: ItemState
  left: LeftWhy | null
}

export function signOutgoing(
  handoff: HandoffState,
  by: Actor,
  asked: OutgoingSignature,
  items: readonly Standing[],
): Decision {
  if (handoff.state !== 'preparing') return wrongState(handoff)
  const behalf = inPlaceOf(handoff.from, by, asked.onBehalf)
  if (behalf === 'wrong') return refuse({ code: 'wrong_side', side: 'outgoing' })
  const { to, colleague } = asked
  if (to === null || !colleague?.works) return refuse({ code: 'not_found', what: 'person', id: to ?? '' })
  // Who signs for one side can never sign for the other.
  if (to === handoff.from || to === by.user) return refuse({ code: 'needs_second_person' })
  const open = items.filter(({ item, left }) => item.decision === null && left === null)
  if (open.length > 0)
    return refuse({ code: 'handoff_unfinished', lacks: 'decisions', items: open.map(({ item }) => item.id) })
  // A later freeze point may have found severe what was decided as none.
  const endless = items.filter(({ item, left }) => left === null && lacksDeadline(item))
  if (endless.length > 0) return refuse({ code: 'needs_deadline', items: endless.map(({ item }) => item.id) })
  const signing = { side: 'outgoing', to, onBehalfOf: behalf, signOff: asked.signOff } as const
  return entries(did.handoffSigned(handoff.id, signing, behalf === null ? null : asked.onBehalf))
}

export interface IncomingSignature {
  onBehalf: string | null
  /** The incoming officer who was named. */
  named: Colleague
  /** Whoever signs. */
  signer: Colleague
}

/** What the second signature does besides moving the items; `drafts` moves one of them to `to`. */
export interface Completion {
  /** To sign this person on, who is off shift. */
  signOn: (user: string) => Draft[]
  /** `parted`: threads that have just left this person's hands. */
  signOff: (user: string, parted: readonly string[]) => Draft[]
  moves: (item: ItemState, to: string) => Draft[]
}

export function signIncoming(
  handoff: HandoffState & { to: string },
  by: Actor,
  asked: IncomingSignature,
  items: readonly Standing[],
  completion: Completion,
): Decision {
  if (handoff.state !== 'offered') return wrongState(handoff)
  if (by.user === handoff.from || by.user === handoff.signedBy) return refuse({ code: 'needs_second_person' })
  const behalf = inPlaceOf(handoff.to, by, asked.onBehalf)
  if (behalf === 'wrong') return refuse({ code: 'wrong_side', side: 'incoming' })
  const lacks = lacking(items)
  if (behalf === null) {
    for (const what of ['replies', 'readBack', 'acceptance'] as const)
      if (lacks[what].length > 0)
        return refuse({ code: 'handoff_unfinished', lacks: what, items: lacks[what] })
  }
  // In the place of somebody who is not there, whoever signs answers for it all.
  const owner = behalf === null || asked.named.onShift ? asked.named : asked.signer
  // Disabled, or given another role, while the password was being checked.
  if (!owner.works) return refuse({ code: 'not_found', what: 'person', id: owner.user })
  const signing = { side: 'incoming', to: handoff.to, onBehalfOf: behalf } as const
  const signed = did.handoffSigned(
    handoff.id,
    behalf === null ? signing : { ...signing, lacks },
    behalf === null ? null : asked.onBehalf,
  )
  return entries(
    signed,
    ...(owner.onShift ? [] : completion.signOn(owner.user)),
    ...completing(handoff, owner.user, items, completion),
  )
}

/** The last entry is `handoff.completed`: the checkpoint of its commit ends with it. */
function completing(
  handoff: HandoffState & { to: string },
  to: string,
  items: readonly Standing[],
  completion: Completion,
): Draft[] {
  const given = items.filter(({ item }) => item.decision === null || item.decision.do === 'handOver')
  const moved = given.filter(({ left }) => left === null)
  const gone = given.flatMap(({ item, left }) => (left === null ? [] : [{ item, left }]))
  const moving = moved.flatMap(({ item }) => completion.moves(item, to))
  const parted = moving.filter(({ type, data }) => type === 'thread.handedOver' && data.from === handoff.from)
  const partedIds = parted.map(({ subject }) => subject)
  return [
    ...moving,
    ...gone.map(({ item, left }) => did.handoffItemLeft(handoff.id, about(item), left)),
    ...(handoff.signOff ? completion.signOff(handoff.from, partedIds) : []),
    did.handoffCompleted(handoff.id, { from: handoff.from, to, moved: moved.length, left: gone.length }),
  ]
}

/** What the incoming officer has still to do; of what has gone elsewhere nothing. */
export function lacking(items: readonly Standing[]) {
  const given = items.filter(({ item, left }) => item.decision?.do === 'handOver' && left === null)
  const ids = (those: readonly Standing[]) => those.map(({ item }) => item.id)
  return {
    replies: ids(items.filter(({ item }) => item.questions > 0)),
    readBack: ids(given.filter(({ item }) => isSevere(item.severity) && !item.readBack)),
    acceptance: ids(given.filter(({ item }) => !item.accepted)),
  }
}

const lacksDeadline = ({ severity, decision }: ItemState) =>
  isSevere(severity) && decision?.do === 'handOver' && decision.deadline === null

/** Null: it is this person's own signature. */
function inPlaceOf(side: string, by: Actor, reason: string | null): string | 'wrong' | null {
  if (by.user === side) return null
  return by.role === 'supervisor' && reason !== null ? side : 'wrong'
}
