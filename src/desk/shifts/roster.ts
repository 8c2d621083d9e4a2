import type { Refusal } from '../../contract/errors.ts'
import type { Post, ShiftKind } from '../../contract/shifts.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import { hour, iso } from '../time.ts'
import * as did from './entries.ts'

/** Which posts and kinds of shift there are, and who should be where and when. Pure. */

export const longestDuty = 48 * hour

/** Where the station has set none. Times of day in Asia/Shanghai. */
export const startingKinds: readonly ShiftKind[] = [
  { id: 'day', name: '白班', from: '08:00', to: '20:00' },
  { id: 'night', name: '夜班', from: '20:00', to: '08:00' },
]

/** A duty as the rules see it. Times in ms. */
export interface DutyState {
  id: string
  post: string
  kind: string | null
  name: string
  from: number
  to: number
  people: readonly string[]
}

export function savePost(post: Post, isAccount: (account: string) => boolean): Decision {
  const accounts = [...new Set(post.accounts)]
  const unknown = accounts.find((account) => !isAccount(account))
  if (unknown !== undefined) return refuse({ code: 'not_found', what: 'account', id: unknown })
  return entries(did.postSaved(post.id, { name: post.name, accounts }))
}

/** `used`: somebody is on for it, it is rostered from now on, or a handoff of it is open. */
export function removePost(id: string, present: Post | null, used: boolean): Decision {
  if (present === null) return refuse({ code: 'not_found', what: 'post', id })
  if (used) return refuse({ code: 'in_use', what: 'post', id })
  return entries(did.postRemoved(id))
}

/** Duties have times and names of their own, so that a kind may go without a duty changing. */
export function changeKinds(kinds: readonly ShiftKind[]): Decision {
  const ids = kinds.map(({ id }) => id)
  const twice = ids.find((id, at) => ids.indexOf(id) !== at)
  if (twice !== undefined) return refuse({ code: 'already_there', what: 'shiftKind', id: twice })
  return entries(did.shiftKindsChanged(kinds))
}

export interface RosterFacts {
  isPost: (post: string) => boolean
  isKind: (kind: string) => boolean
  /** An enabled officer or supervisor. */
  works: (user: string) => boolean
  nameOf: (user: string) => string
  nameOfPost: (post: string) => string
  /** Duties that touch the times in question. */
  duties: readonly DutyState[]
}

export function saveDuty(asked: DutyState, facts: RosterFacts): Decision {
  const { isPost, isKind, works, duties } = facts
  const duty = { ...asked, people: [...new Set(asked.people)] }
  if (!isPost(duty.post)) return refuse({ code: 'not_found', what: 'post', id: duty.post })
  const before = duties.find(({ id }) => id === duty.id)
  if (duty.kind !== null && !isKind(duty.kind) && before?.kind !== duty.kind)
    return refuse({ code: 'not_found', what: 'shiftKind', id: duty.kind })
  const lasts = duty.to - duty.from
  if (lasts <= 0 || lasts > longestDuty)
    return refuse({ code: 'wrong_duration', mostHours: longestDuty / hour })
  const stranger = duty.people.find((user) => !works(user))
  if (stranger !== undefined) return refuse({ code: 'not_found', what: 'person', id: stranger })
  const clash = duty.people.map((user) => elsewhere(user, duty, facts)).find((found) => found !== null)
  return clash ? refuse(clash) : entries(saved(duty))
}

export function removeDuty(id: string, present: DutyState | null): Decision {
  return present === null ? refuse({ code: 'not_found', what: 'duty', id }) : entries(did.dutyRemoved(id))
}

/** Why somebody of a duty is not in its copy. */
export interface LeftOut {
  user: string
  /** Start of the copied duty, ms. */
  from: number
  why: 'gone' | 'elsewhere'
}

export interface Copied {
  decision: Decision
  made: number
  already: number
  leftOut: LeftOut[]
}

/**
 * The same duties so much later (`by`, ms; `ids` for them). Those there already stay; whoever no longer works, or is
 * at another post by then, is left out, and a duty that nobody is left for is not made.
 */
export function copyRoster(
  source: readonly DutyState[],
  by: number,
  ids: readonly string[],
  facts: RosterFacts,
): Copied {
  const duties = [...facts.duties]
  const made: DutyState[] = []
  const leftOut: LeftOut[] = []
  let already = 0
  for (const [at, one] of source.entries()) {
    const later = { ...one, id: ids[at]!, from: one.from + by, to: one.to + by }
    if (!facts.isPost(one.post)) continue
    if (duties.some((duty) => isSame(duty, later))) {
      already += 1
      continue
    }
    const why = (user: string) => {
      if (!facts.works(user)) return 'gone'
      return elsewhere(user, later, { ...facts, duties }) === null ? null : 'elsewhere'
    }
    const reasons = one.people.map((user) => ({ user, from: later.from, why: why(user) }))
    leftOut.push(...reasons.filter((each): each is LeftOut => each.why !== null))
    const people = reasons.filter((each) => each.why === null).map(({ user }) => user)
    if (people.length === 0) continue
    const kind = one.kind !== null && facts.isKind(one.kind) ? one.kind : null
    made.push({ ...later, kind, people })
    duties.push(made.at(-1)!)
  }
  return { decision: entries(...made.map(saved)), made: made.length, already, leftOut }
}

const isSame = (a: DutyState, b: DutyState) => a.post === b.post && a.from === b.from && a.to === b.to

/** Nobody is at two posts at once. */
function elsewhere(user: string, duty: DutyState, facts: RosterFacts): Refusal | null {
  const other = facts.duties.find(
    ({ id, post, from, to, people }) =>
      id !== duty.id && post !== duty.post && from < duty.to && duty.from < to && people.includes(user),
  )
  if (!other) return null
  return {
    code: 'on_duty_elsewhere',
    user,
    name: facts.nameOf(user),
    post: facts.nameOfPost(other.post),
    from: iso(other.from),
    to: iso(other.to),
  }
}

function saved({ id, post, kind, name, from, to, people }: DutyState) {
  return did.dutySaved(id, { post, kind, from: iso(from), to: iso(to), people: [...people] }, name)
}
