import type { Role } from '../../contract/call.ts'
import type { Duty, OnShift, Post, ShiftNow } from '../../contract/shifts.ts'

const hour = 3_600_000

/** The next moment at which who should be on changes by the roster alone, ms; infinite where it never does. */
export function turnsAt({ current, next }: ShiftNow): number {
  return Math.min(
    ...current.map(({ to }) => Date.parse(to)),
    ...next.map(({ from }) => Date.parse(from)),
    Number.POSITIVE_INFINITY,
  )
}

/** How long somebody has stayed past the planned end, ms; null while in time or without one. */
export function overtime({ until }: Pick<OnShift, 'until'>, now: number): number | null {
  return until !== null && Date.parse(until) <= now ? now - Date.parse(until) : null
}

/** The duty this person comes for: the one that goes on, or begins within the hour. */
export function expectedDuty(user: string, { current, next }: ShiftNow, now: number): Duty | null {
  const own = (duties: readonly Duty[]) =>
    duties.filter(({ people }) => people.some((one) => one.user === user))
  const soon = own(next).filter(({ from }) => Date.parse(from) <= now + hour)
  const first = soon.toSorted((a, b) => Date.parse(a.from) - Date.parse(b.from))[0]
  return own(current).at(-1) ?? first ?? null
}

/**
 * Whoever is rostered, or can only come for all accounts, is not asked. An officer who is not is offered the post that
 * nobody is at; null is all accounts.
 */
export function signingOn(
  who: { user: string; role: Role },
  now: ShiftNow | null,
  posts: readonly Post[],
  at: number,
): { ask: boolean; post: string | null } {
  if (now === null || posts.length === 0) return { ask: false, post: null }
  const duty = expectedDuty(who.user, now, at)
  if (duty) return { ask: false, post: duty.post }
  return { ask: true, post: who.role === 'officer' ? (now.unmanned[0] ?? null) : null }
}
