import { Refused } from '../../contract/errors.ts'
import type { Input } from '../../contract/index.ts'
import type { Station } from '../station/station.ts'
import { hour } from '../time.ts'
import type { Asked } from './statistics.ts'

/** Which time, accounts and people a question is about. */

const longestSpan = 62 * 24 * hour

/** @throws Refused where it ends before it begins, or is too long */
export function spanOf(from: string, to: string): { from: number; to: number } {
  const span = { from: Date.parse(from), to: Date.parse(to) }
  if (span.to <= span.from || span.to - span.from > longestSpan)
    throw new Refused({ code: 'wrong_duration', mostHours: longestSpan / hour })
  return span
}

/** @throws Refused where there is no such shift, duty or post */
export function askedOf(station: Station, of: Input<'shift.statistics'>['of'], now: number): Asked {
  const { shifts, tally } = station.views
  if (of.kind === 'worked') {
    const row = shifts.worked(of.shift)
    if (row === null) throw notFound('shift', String(of.shift))
    const { id, user, signed_on: from, signed_off: to, off_seq } = row
    return {
      from,
      to,
      accounts: shifts.accountsOf(row.post),
      people: [],
      own: { user, from: id, to: off_seq ?? tally.watermark() },
    }
  }
  if (of.kind === 'duty') {
    const duty = shifts.duty(of.duty)
    if (duty === null) throw notFound('duty', of.duty)
    const { from, to, post, people } = duty
    return { from, to: now < to ? null : to, accounts: shifts.accountsOf(post), people, own: null }
  }
  if (of.post !== undefined && shifts.post(of.post) === null) throw notFound('post', of.post)
  const { from, to } = spanOf(of.from, of.to)
  const accounts = shifts.accountsOf(of.post ?? null)
  return { from, to: now < to ? null : to, accounts, people: [], own: null }
}

function notFound(what: string, id: string): Refused {
  return new Refused({ code: 'not_found', what, id })
}
