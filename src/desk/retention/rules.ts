import { type Decision, entries, refuse } from '../decision.ts'
import type { Period } from './classes.ts'
import * as did from './entries.ts'

/** What may go, and when. Pure. */

/** How a content stands. Of several that belong together the first of these counts for all. */
const standings = ['held', 'open', 'young', 'kept', 'due'] as const
/**
 * `held`: under a legal hold. `open`: of a matter that is not closed. `young`: not yet past the shortest period its
 * class may have. `kept`: not yet past its period. `due`: may go.
 */
export type Standing = (typeof standings)[number]

export function firstOf(a: Standing, b: Standing): Standing {
  return standings.indexOf(a) < standings.indexOf(b) ? a : b
}

export interface Facts {
  /** When it came in, ms. */
  at: number
  /** When its matter was closed; null where it has none, or it is open. */
  closedAt: number | null
  open: boolean
  held: boolean
  /** In use now: the present name of a person, a hold that is not lifted. */
  inUse: boolean
  /** The talk of a group is no one matter: each word has its own age, or nothing would ever grow old. */
  ofGroup: boolean
}

/** How it stands when all that is past its period is asked for. */
export function standing(facts: Facts, { months }: Period, now: number): Standing {
  if (facts.inUse || months === null || ageFrom(facts) >= monthsBefore(now, months)) return 'kept'
  if (facts.held) return 'held'
  return facts.open ? 'open' : 'due'
}

/** The same when it is asked for by name: only what the class must keep at least stays. */
export function standingAsked(facts: Facts, { minimum }: Period, now: number): Standing {
  if (facts.inUse) return 'kept'
  if (facts.held) return 'held'
  if (facts.open) return 'open'
  return ageFrom(facts) >= monthsBefore(now, minimum) ? 'young' : 'due'
}

function ageFrom({ at, closedAt, ofGroup }: Facts): number {
  return ofGroup || closedAt === null ? at : Math.max(at, closedAt)
}

/** The same day so many months earlier, or the last of that month. */
export function monthsBefore(now: number, months: number): number {
  const then = new Date(now)
  const day = then.getUTCDate()
  then.setUTCDate(1)
  then.setUTCMonth(then.getUTCMonth() - months)
  const last = new Date(Date.UTC(then.getUTCFullYear(), then.getUTCMonth() + 1, 0)).getUTCDate()
  then.setUTCDate(Math.min(day, last))
  return then.getTime()
}

export function change(
  present: ReadonlyMap<string, Period>,
  classes: readonly { id: string; months: number | null }[],
): Decision {
  for (const { id, months } of classes) {
    const period = present.get(id)
    if (period === undefined) return refuse({ code: 'not_found', what: 'retentionClass', id })
    if (months !== null && months < period.minimum)
      return refuse({ code: 'too_short', minimum: period.minimum })
  }
  const changed = classes.filter(({ id, months }) => present.get(id)!.months !== months)
  return changed.length === 0 ? refuse({ code: 'nothing_to_do' }) : entries(did.retentionChanged(changed))
}

export interface HoldState extends did.HeldThing {
  id: string
  /** `seq` of the entry that lifted it. */
  lifted: number | null
}

/** `known`: whether there is such a thread or contact. Two inquiries may each hold the same. */
export function place(hold: string, of: did.HeldThing, known: boolean, reason: string): Decision {
  if (!known) return refuse({ code: 'not_found', what: of.kind, id: of.thread ?? of.contact ?? '' })
  return entries(did.holdPlaced(hold, of, reason))
}

export function lift(id: string, hold: HoldState | null, reason: string): Decision {
  if (hold === null) return refuse({ code: 'not_found', what: 'hold', id })
  if (hold.lifted !== null) return refuse({ code: 'nothing_to_do' })
  const { kind, thread, contact } = hold
  return entries(did.holdLifted(id, { kind, thread, contact }, reason))
}

export interface Found {
  digest: string
  contents: number
  lines: number
  /** A hold that keeps some of it. */
  heldBy: string | null
}

/** What was previewed is erased, and nothing else. */
export function erase(asked: did.ErasureData & { digest: string }, found: Found): Decision {
  if (found.contents === 0 && found.lines === 0)
    return refuse(
      found.heldBy === null ? { code: 'nothing_to_do' } : { code: 'legal_hold', hold: found.heldBy },
    )
  if (found.digest !== asked.digest) return refuse({ code: 'preview_outdated' })
  const { run, scope, ground } = asked
  const { contents, lines } = found
  return entries(did.erasureStarted(run, { scope, ground }, { contents, lines }))
}
