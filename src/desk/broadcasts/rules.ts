import type { BroadcastState, BroadcastTask } from '../../contract/broadcasts.ts'
import { broadcastTextBytes } from '../../contract/broadcasts.ts'
import type { Role } from '../../contract/call.ts'
import type { Draft } from '../../ledger/entry.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import { hour, iso, minute } from '../time.ts'
import * as did from './entries.ts'
import type { Reach } from './reach.ts'

/**
 * Broadcasts 群发: drafted by one person, approved by a supervisor who wrote none of it, confirmed by each member in WeCom,
 * followed until all is known. Pure.
 */

export interface Broadcast {
  id: string
  state: BroadcastState
  /** `seq` of the entry whose words are the present ones. */
  version: number
  /** Users. */
  writers: readonly string[]
}

export interface Task {
  id: string
  broadcast: string
  connection: string
  userid: string
  state: BroadcastTask['state']
  code: number | null
  msgid: string | null
  residents: number
  sent: number
  not_friend: number
  quota: number
  unsent: number
  /** ms. */
  created_at: number | null
  confirmed_at: number | null
}

interface Person {
  user: string
  role: Role
}

export function draft(id: string, written: did.Written): Decision {
  return whyNotWritten(written) ?? entries(did.broadcastDrafted(id, written))
}

/** Anybody who works threads may better a draft; whoever does approves it no longer. */
export function change(broadcast: Broadcast, version: number, written: did.Written): Decision {
  const { id, state } = broadcast
  if (state !== 'drafted' && state !== 'declined') return wrongState(broadcast)
  return outdated(broadcast, version) ?? whyNotWritten(written) ?? entries(did.broadcastChanged(id, written))
}

function whyNotWritten({ text, attachments }: did.Written): Decision | null {
  if (text === null && attachments.length === 0)
    return refuse({ code: 'invalid', issues: [{ path: 'text', message: 'neither text nor attachment' }] })
  const bytes = text === null ? 0 : new TextEncoder().encode(text).length
  return bytes > broadcastTextBytes
    ? refuse({ code: 'too_long', mostBytes: broadcastTextBytes, bytes })
    : null
}

/** Members with more than `perTask` residents get several tasks; entries hold `perEntry` residents at most. */
export interface Sizes {
  perTask: number
  perEntry: number
}

export interface Approving {
  version: number
  /** As many as the supervisor saw. */
  reachable: number
  /** As it is now. */
  reach: Reach
  taskId: () => string
  sizes: Sizes
}

/** Never by one person: whoever wrote of it does not approve it. */
export function approve(broadcast: Broadcast, by: Person, approving: Approving): Decision {
  const { id, state, writers } = broadcast
  if (state !== 'drafted') return wrongState(broadcast)
  if (by.role !== 'supervisor') return refuse({ code: 'needs_supervisor' })
  if (writers.includes(by.user)) return refuse({ code: 'own_draft' })
  const { version, reach } = approving
  const old = outdated(broadcast, version)
  if (old !== null) return old
  const { reachable } = reach
  if (reachable !== approving.reachable || reachable === 0)
    return refuse({ code: 'audience_changed', reachable })
  const tasks = planned(approving)
  const plans = tasks.map(({ contacts, ...task }) => ({ ...task, residents: contacts.length }))
  return entries(
    did.broadcastApproved(id, { version, residents: reachable, tasks: plans }),
    ...tasks.flatMap(({ task, contacts }) => addressed(id, task, contacts, approving.sizes.perEntry)),
  )
}

function planned({ reach, taskId, sizes }: Approving) {
  const reached = reach.rows.filter(({ why }) => why === null)
  const byMember = Map.groupBy(reached, ({ connection, userid }) => `${connection}\n${userid}`)
  return reach.members.flatMap(({ connection, userid }) => {
    const contacts = byMember.get(`${connection}\n${userid}`)!.map(({ contact }) => contact)
    return pieces(contacts, sizes.perTask).map((some) => ({
      task: taskId(),
      connection,
      userid,
      contacts: some,
    }))
  })
}

function addressed(id: string, task: string, contacts: readonly string[], perEntry: number): Draft[] {
  return pieces(contacts, perEntry).map((some, at) =>
    did.broadcastAddressed(id, { task, from: at * perEntry, contacts: some }),
  )
}

export function decline(broadcast: Broadcast, by: Person, version: number, reason: string): Decision {
  if (broadcast.state !== 'drafted') return wrongState(broadcast)
  if (by.role !== 'supervisor') return refuse({ code: 'needs_supervisor' })
  return outdated(broadcast, version) ?? entries(did.broadcastDeclined(broadcast.id, reason))
}

/** A draft is its writers' to drop, and a supervisor's; what is on its way anybody's who works, since haste matters. */
export function cancel(broadcast: Broadcast, by: Person, reason: string): Decision {
  if (!mayCancel(broadcast, by))
    return isOver(broadcast.state) ? wrongState(broadcast) : refuse({ code: 'needs_supervisor' })
  return entries(did.broadcastCancelled(broadcast.id, reason))
}

export function mayCancel({ state, writers }: Broadcast, by: Person): boolean {
  if (isOver(state) || (by.role !== 'officer' && by.role !== 'supervisor')) return false
  const isDraft = state === 'drafted' || state === 'declined'
  return !isDraft || by.role === 'supervisor' || writers.includes(by.user)
}

export function isOver(state: BroadcastState): boolean {
  return state === 'finished' || state === 'cancelled' || state === 'failed'
}

/** Tasks that nothing more happens to. */
export function isTaskOver(state: Task['state']): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled'
}

/** Once all its tasks are over it is finished, or failed where none was ever made. */
export function settle(broadcast: Broadcast, tasks: readonly Task[]): Decision {
  const goesOn = broadcast.state === 'approved' || broadcast.state === 'sending'
  if (!goesOn || tasks.some(({ state }) => !isTaskOver(state))) return refuse({ code: 'nothing_to_do' })
  if (tasks.every(({ msgid }) => msgid === null)) {
    const codes = new Set(tasks.flatMap(({ code }) => (code === null ? [] : [code])))
    return entries(did.broadcastFailed(broadcast.id, [...codes]))
  }
  const sum = (count: (task: Task) => number) => tasks.reduce((all, task) => all + count(task), 0)
  return entries(
    did.broadcastFinished(broadcast.id, {
      residents: sum(({ residents }) => residents),
      sent: sum(({ sent }) => sent),
      notFriend: sum(({ not_friend }) => not_friend),
      quota: sum(({ quota }) => quota),
      unsent: sum(({ unsent }) => unsent),
    }),
  )
}

export interface Result {
  n: number
  state: 'sent' | 'notFriend' | 'quota'
  /** ms. */
  at: number
}

/** What is new of the results, in entries of `perEntry` at most. */
export function progress(task: Task, results: readonly Result[], perEntry: number): Draft[] {
  return pieces(results, perEntry).map((some) => {
    const places = (state: Result['state']) => some.filter((one) => one.state === state)
    return did.broadcastProgressed(task.broadcast, {
      task: task.id,
      sent: places('sent').map(({ n, at }) => ({ n, at: iso(at) })),
      notFriend: places('notFriend').map(({ n }) => n),
      quota: places('quota').map(({ n }) => n),
    })
  })
}

/** So long (ms) the desk waits for a member to confirm, and after that for WeCom to say what became of the rest. */
export interface Patience {
  confirmation: number
  results: number
}

export function isLapsed(task: Task, now: number, { confirmation, results }: Patience): boolean {
  if (task.state === 'created') return now - (task.created_at ?? now) >= confirmation
  return task.state === 'confirmed' && now - (task.confirmed_at ?? now) >= results
}

/** ms until WeCom is asked again how a task stands: often at first, then less and less. */
export function askAgainAfter(task: Task, now: number): number {
  if (task.state === 'confirmed') {
    return now - (task.confirmed_at ?? now) < 15 * minute ? minute : 30 * minute
  }
  const age = now - (task.created_at ?? now)
  if (age < 2 * hour) return 5 * minute
  return age < 24 * hour ? 30 * minute : 2 * hour
}

function outdated({ version }: Broadcast, seen: number): Decision | null {
  return seen === version ? null : refuse({ code: 'draft_changed', version })
}

function wrongState({ state }: Broadcast): Decision {
  return refuse({ code: 'wrong_state', what: 'broadcast', state })
}

function pieces<T>(all: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / most) }, (_, at) =>
    all.slice(at * most, (at + 1) * most),
  )
}
