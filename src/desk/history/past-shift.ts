import type { HistoryShift } from '../../contract/audit.ts'
import type { OnShift } from '../../contract/shifts.ts'
import { worksThreads } from '../people/rules.ts'
import { iso } from '../time.ts'
import type { Lookup } from './lookup.ts'
import { type PersonThen, peopleThen } from './named.ts'
import type { Standing } from './standing.ts'

/** Who was on, who held what, and what was going on. */
export type PastShift = Omit<HistoryShift, 'seq' | 'at'>

export function shiftThen(lookup: Lookup, standing: Standing): PastShift {
  const people = peopleThen(lookup, standing.seq)
  const nameOf = (user: string) => people.get(user)?.name ?? user
  const { holders, waiting, overdue, escalations } = tally(standing)
  return {
    on: onShift(lookup, standing, people).map((one) => ({
      ...one,
      holds: holders.get(one.user)?.holds ?? 0,
    })),
    holders: [...holders]
      .map(([user, of]) => ({ user, name: nameOf(user), ...of }))
      .sort((a, b) => b.holds - a.holds || inOrder(a.user, b.user)),
    open: standing.threads.size,
    waiting,
    overdue,
    alarms: [...standing.alarms.values()].map(({ alarm, thread, raisedAt, by }) => ({
      alarm,
      thread,
      raisedAt: iso(raisedAt),
      state: by === null ? 'ringing' : 'acknowledged',
      by,
      byName: by === null ? null : nameOf(by),
    })),
    escalations,
    handoffs: [...standing.handoffs],
  }
}

function tally({ threads }: Standing) {
  const holders = new Map<string, { holds: number; waiting: number }>()
  let [waiting, overdue, escalations] = [0, 0, 0]
  for (const thread of threads.values()) {
    const waits = thread.waiting_since !== null
    const awake = thread.snoozed_until === null
    if (waits && awake) waiting += 1
    if (thread.overdue && awake) overdue += 1
    if (thread.escalation !== null) escalations += 1
    if (thread.holder === null) continue
    const of = holders.get(thread.holder) ?? { holds: 0, waiting: 0 }
    of.holds += 1
    if (waits) of.waiting += 1
    holders.set(thread.holder, of)
  }
  return { holders, waiting, overdue, escalations }
}

/** By role and name, as the list of who is on now. */
function onShift(
  lookup: Lookup,
  standing: Standing,
  people: ReadonlyMap<string, PersonThen>,
): Omit<OnShift, 'holds'>[] {
  const on = [...standing.on].flatMap(([user, shift]) => {
    const person = people.get(user)
    return person && worksThreads(person) ? { user, ...person, ...shift } : []
  })
  const duties = lookup.about(
    on.flatMap(({ duty }) => duty ?? []),
    standing.seq,
  )
  return on
    .map(({ user, name, role, since, post, duty }) => {
      const saved = duties.get(duty ?? '')?.findLast(({ type }) => type.startsWith('duty.'))
      const rostered = saved?.type === 'duty.saved'
      return {
        user,
        name,
        role,
        since: iso(since),
        post,
        duty: rostered ? duty : null,
        until: rostered ? (saved.data.to as string) : null,
      }
    })
    .sort((a, b) => (a.role === b.role ? inOrder(a.name, b.name) : inOrder(a.role, b.role)))
}

const inOrder = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
