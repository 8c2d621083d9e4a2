import { hour, minute } from '../../time.ts'
import { type Found, found, type Kind, type Severity, type Span } from './found.ts'

/**
 * The clock of the machine was set. Order is seq, so a time before that of the entry it follows shows it. A leap forward
 * looks like a quiet night until it is set back: then both ends are named.
 */

export interface Jump {
  seq: number
  at: number
  /** Time of the entry it follows. */
  before: number
}

export const clockJump: Kind = (db) => {
  const jumps = db.prepare<[{ last: number }], Jump>(
    'SELECT seq, at, before FROM record_jump WHERE seq <= @last ORDER BY seq',
  )
  return ({ from, to, last }: Span) => setBack(jumps.all({ last })).filter(({ at }) => at >= from && at <= to)
}

/** How long a clock may have been ahead before somebody set it back (ms). */
const ahead = 48 * hour

/** Each time it was set back, with the leap forward it made good. */
export function setBack(jumps: readonly Jump[]): Found[] {
  const leaps: Jump[] = []
  const told: Found[] = []
  for (const jump of jumps) {
    const by = jump.before - jump.at
    if (by <= 0) {
      leaps.push(jump)
      continue
    }
    // It was ahead by as much as it was set back, or somewhat more while nothing happened.
    const leap = leaps.findLast(
      (one) => one.at - one.before >= by && one.at - one.before < by + hour && jump.before - one.at < ahead,
    )
    const severity: Severity = by > 5 * minute ? 'high' : by > minute ? 'middle' : 'low'
    told.push(
      found('clockJump', jump, {
        severity,
        seqs: leap ? [leap.seq, jump.seq - 1, jump.seq] : [jump.seq - 1, jump.seq],
        facts: { back: by, ahead: leap ? jump.before - leap.at : null },
      }),
    )
  }
  return told
}
