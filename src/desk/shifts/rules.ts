import { type Decision, entries, refuse } from '../decision.ts'
import { hour } from '../time.ts'
import { shiftSignedOff, shiftSignedOn } from './entries.ts'
import type { DutyState } from './roster.ts'

/** Who is on shift decides where messages, snoozes and reopened threads go (rules 5 and 7). Pure. */

/** Whoever comes up to this long before a duty comes for it. */
export const earliest = hour

export interface SigningOn {
  user: string
  onShift: boolean
  /** Undefined: that of the duty this officer has now, or no post in particular. */
  post: string | undefined
  isPost: (post: string) => boolean
  /** Duties that touch the time from now until `earliest` later. */
  duties: readonly DutyState[]
}

export function signOn({ user, onShift, post, isPost, duties }: SigningOn, now: number): Decision {
  if (onShift) return refuse({ code: 'nothing_to_do' })
  if (post !== undefined && !isPost(post)) return refuse({ code: 'not_found', what: 'post', id: post })
  const own = duties.filter((duty) => isPost(duty.post) && (post === undefined || duty.post === post))
  const duty = dutyOf(user, own, now)
  return entries(shiftSignedOn(user, { post: post ?? duty?.post ?? null, duty: duty?.id ?? null }))
}

export function signOff(
  user: string,
  onShift: boolean,
  leaving: { holds: number; reason?: string | undefined },
): Decision {
  if (!onShift) return refuse({ code: 'nothing_to_do' })
  return entries(shiftSignedOff(user, leaving.holds, leaving.reason ?? null))
}

/** The duty this person has now, of several the one that began last; else the next, where it begins soon. */
function dutyOf(user: string, duties: readonly DutyState[], now: number): DutyState | null {
  const own = duties.filter(({ people }) => people.includes(user)).toSorted((a, b) => a.from - b.from)
  const running = own.filter(({ from, to }) => from <= now && now < to)
  return running.at(-1) ?? own.find(({ from }) => now < from && from <= now + earliest) ?? null
}
