import type { Refusal } from '../../contract/errors.ts'
import type { HandoffDecision, HandoffState as StateName } from '../../contract/handoff.ts'
import { inNoPost } from '../../contract/shifts.ts'
import type { Draft } from '../../ledger/entry.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import type { By, Commit } from '../route.ts'
import { signOff } from '../shifts/rules.ts'
import { signingOn } from '../shifts/signing.ts'
import type { Station } from '../station/station.ts'
import { threadReturned } from '../threads/entries.ts'
import { explained } from '../threads/routes.ts'
import { close } from '../threads/rules.ts'
import { type Asked, decide } from './deciding.ts'
import type { Actor, Colleague, HandoffState, ItemState } from './item.ts'
import { isFree, leftWhy, moves } from './moving.ts'
import { presentOf, standingOf } from './present.ts'
import type { Frozen } from './rules.ts'
import { itemsOf } from './sheet.ts'
import { signIncoming, signOutgoing } from './signing.ts'
import { type HandoffRecord, itemStateOf, stateOf } from './view.ts'

/** Acts on a handoff with the facts as they are within the commit. */

export const actor = (by: By): Actor => ({ user: by.user, role: by.role })

const noHandoff = (id: string): Decision => refuse({ code: 'not_found', what: 'handoff', id })

export function onHandoff<R = void>(
  { views }: Station,
  id: string,
  then: (handoff: HandoffState, row: HandoffRecord) => Decision,
  result?: Commit<R>['result'],
): Commit<R> {
  const row = views.handoffs.one(id)
  if (row === null) return { decision: noHandoff(id) }
  const decision = then(stateOf(row, signerOf(views, id)), row)
  return result ? { decision, result } : { decision }
}

function signerOf(views: Station['views'], handoff: string): string | null {
  const outgoing = views.handoffs.listing.signatures(handoff).find(({ side }) => side === 'outgoing')
  return outgoing?.user ?? null
}

export function itemOf({ views }: Station, handoff: string, item: string): ItemState | null {
  const record = views.handoffs.item(handoff, item)
  return record === null ? null : itemStateOf(record)
}

/** The sheet as it stands now. */
export function freeze(station: Station, from: string, post: string | null, now: number): Frozen {
  const { handoffs } = station.views
  const accounts = accountsOf(station, post)
  const items = itemsOf(handoffs.gathering.facts(station, from, accounts, now), from, now)
  return {
    frozenSeq: station.ledger.head().size,
    items,
    queue: handoffs.gathering.queue(from, accounts, items),
  }
}

/** What is handed over with a post; none is all of them. */
function accountsOf({ views: { shifts, accounts } }: Station, post: string | null): string[] {
  const own = shifts.accountsOf(post)
  const all = accounts.accounts().map(({ id }) => id)
  return own.length === 0 ? [] : [...own, ...inNoPost(shifts.posts(), all).filter((id) => !own.includes(id))]
}

export function colleague({ views }: Station, user: string): Colleague | null {
  const person = views.people.person(user)
  if (person === null) return null
  const works = person.enabled === 1 && (person.role === 'officer' || person.role === 'supervisor')
  return { user, works, onShift: views.people.isOnShift(user) }
}

export function deciding(
  station: Station,
  by: By,
  id: string,
  items: readonly string[],
  decision: HandoffDecision & { seen?: number | undefined },
): Commit<{ refused: { item: string; refusal: Refusal }[] }> {
  const row = station.views.handoffs.one(id)
  if (row === null) return { decision: noHandoff(id) }
  const asked = [...new Set(items)].map((item): Asked => {
    const state = itemOf(station, id, item)
    if (state === null) return { id: item, item: null, left: false, free: false }
    const present = presentOf(station, row.from_user, state)
    const left = leftWhy(state, { from: row.from_user, to: row.to_user }, present) !== null
    return { id: item, item: state, left, free: isFree(present, row.from_user) }
  })
  const wanted = plain(decision)
  const done = decide(
    stateOf(row, null),
    actor(by),
    asked,
    wanted,
    (item) => closing(station, by, item, decision),
    by.now,
  )
  return { decision: done.decision, result: () => ({ refused: done.refused }) }
}

/** Without what is not of the decision itself. */
function plain(decision: HandoffDecision & { seen?: number | undefined }): HandoffDecision {
  const { seen: _seen, ...wanted } = decision
  if (wanted.do === 'handOver') return { ...wanted, ifThen: wanted.ifThen || null }
  return wanted.do === 'close' ? { ...wanted, note: wanted.note || null } : wanted
}

/** By the thread's own rule; whoever may not read it does not close it (rule 11). */
function closing(
  station: Station,
  by: By,
  item: ItemState,
  decision: HandoffDecision & { seen?: number | undefined },
): Decision {
  const thread = station.views.threads.thread(item.thread as string)!
  if (decision.do !== 'close') return entries()
  if (!station.access.mayRead(thread, station.access.reader(by))) return refuse({ code: 'private_thread' })
  const { disposition, note } = plain(decision) as HandoffDecision & { do: 'close' }
  const seen = decision.seen ?? item.lastSeq
  const officer = { user: by.user, role: by.role as 'officer' | 'supervisor' }
  const how = { disposition: disposition as Parameters<typeof close>[2]['disposition'], seen, note }
  const closed = close(thread, officer, how, by.now)
  return 'refused' in closed ? refuse(explained(station, thread.id, closed.refused, seen)) : closed
}

export interface Signing {
  handoff: string
  side: 'outgoing' | 'incoming'
  to?: string | undefined
  signOff?: boolean | undefined
  onBehalf?: { reason: string } | undefined
}
type Signed = { state: StateName; code: string | null; moved: number; left: number }

/** With the second signature all of it in this one commit, its checkpoint included. */
export function signing(station: Station, by: By, asked: Signing): Commit<Signed> {
  const { handoffs } = station.views
  const row = handoffs.one(asked.handoff)
  if (row === null) return { decision: noHandoff(asked.handoff) }
  const handoff = stateOf(row, signerOf(station.views, row.id))
  const items = handoffs.items(row.id).map((record) => standingOf(station, row, itemStateOf(record)))
  const onBehalf = asked.onBehalf?.reason ?? null
  if (asked.side === 'outgoing') {
    const to = asked.to ?? null
    const named = to === null ? null : colleague(station, to)
    const signature = { to, colleague: named, signOff: asked.signOff ?? false, onBehalf }
    return {
      decision: signOutgoing(handoff, actor(by), signature, items),
      result: () => ({ state: 'offered', code: null, moved: 0, left: 0 }),
    }
  }
  if (handoff.to === null)
    return { decision: refuse({ code: 'wrong_state', what: 'handoff', state: row.state }) }
  const decision = signIncoming(
    { ...handoff, to: handoff.to },
    actor(by),
    {
      onBehalf,
      named: colleague(station, handoff.to)!,
      signer: colleague(station, by.user)!,
    },
    items,
    {
      signOn: (user) => draftsOf(signingOn(station, user, row.post ?? undefined, by.now)),
      signOff: (_user, parted) => leaving(station, row, parted),
      moves: (item, to) =>
        moves(item, { id: row.id, from: row.from_user }, to, presentOf(station, row.from_user, item), by.now),
    },
  )
  return {
    decision,
    write: () => void station.checkpoints.make('handoff'),
    result: (appended) => {
      const { moved, left } = appended.at(-1)!.entry.data as { moved: number; left: number }
      return { state: 'done', code: codeNow(station), moved, left }
    },
  }
}

/** Of the checkpoint just made; null where this machine has no signing key. */
export function codeNow({ checkpoints, ledger }: Station): string | null {
  return checkpoints.noteAt(ledger.head().size)?.code ?? null
}

/**
 * Off shift, unless they have come for another one since they signed. What came into their hands after the freeze point
 * belongs to the next shift (rule 14): it goes to the queue and not home with them, but for what they said they keep.
 */
function leaving({ views }: Station, row: HandoffRecord, parted: readonly string[]): Draft[] {
  const { people, shifts, threads, handoffs } = views
  const user = row.from_user
  const shift = shifts.open().find((open) => open.user === user)
  if (shift === undefined || shift.signed_on > (row.offered_at ?? 0)) return []
  const staying = new Set([...parted, ...handoffs.kept(row.id)])
  const later = handoffs.gathering
    .heldBy(views, user)
    .filter(({ id, held_since }) => (held_since ?? 0) > row.frozen_at && !staying.has(id))
  const holds = Math.max(0, threads.heldBy(user) - parted.length - later.length)
  return [
    ...later.map(({ id }) => threadReturned(id, user)),
    ...draftsOf(signOff(user, people.isOnShift(user), { holds })),
  ]
}

/** Nothing where it is so already. */
const draftsOf = (decision: Decision): Draft[] => ('entries' in decision ? decision.entries : [])
