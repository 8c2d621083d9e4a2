import type { Step } from './alarms.ts'
import { command, type Page, query } from './call.ts'
import { z } from './schema.ts'
import { type Category, id, instant, nothing, reason, seq, shortText, text } from './values.ts'

/** Escalations 上报 to a desk 专席, and what is private 私密 (rules 11 and 12). */

export interface EscalationDesk {
  id: string
  name: string
  /** User names. Supervisors act for every desk, so a desk may have none. */
  members: string[]
  /** Minutes within which a matter must be accepted or declined; a shorter time of its level goes first. */
  acceptMinutes: number
}

export interface EscalationLevel {
  id: string
  name: string
  /** #rrggbb. */
  colour: string
  acceptMinutes: number
  /** Who must act: any member of the desk, or a supervisor. */
  accepts: 'members' | 'supervisor'
}

export const escalationOutcome = z.enum([
  'settled',
  'partlySettled',
  'notSettled',
  'referred',
  'caseOpened',
  'unfounded',
  'withdrawn',
])
export type EscalationOutcome = z.infer<typeof escalationOutcome>
/** Outcomes after which nobody needs to be visited again. All others need a date. */
export const needsNoVisit: ReadonlySet<EscalationOutcome> = new Set<EscalationOutcome>([
  'referred',
  'caseOpened',
  'unfounded',
  'withdrawn',
])

export const visitResult = z.enum(['kept', 'broken', 'notReached'])
export type VisitResult = z.infer<typeof visitResult>

/**
 * `offered`: the desk must accept or decline; `returned`: declined or lapsed, with the supervisor; `accepted`;
 * `visit`: resolved, the return visit 回访 still to come; `ended`.
 */
export type EscalationState = 'offered' | 'returned' | 'accepted' | 'visit' | 'ended'

export interface EscalationRow {
  id: string
  thread: string
  account: string
  /** Null where this reader may not read the thread; so is the reason. */
  contactName: string | null
  reason: string | null
  private: boolean
  readable: boolean
  category: Category | null
  desk: string
  level: string
  state: EscalationState
  returnedWhy: 'declined' | 'lapsed' | null
  raisedAt: string
  raisedByName: string
  /** By when it must be accepted. */
  dueAt: string | null
  acceptedAt: string | null
  acceptedBy: string | null
  acceptedByName: string | null
  outcome: EscalationOutcome | null
  resolvedAt: string | null
  returnVisitAt: string | null
  visitDue: boolean
  visits: number
  /** Whether this reader may accept or decline it now. */
  mayAccept: boolean
  /** Whether this reader may resolve it, or record a visit. */
  mayEnd: boolean
}

export interface EscalationCounts {
  /** Live ones (offered, returned, accepted) by desk and level. */
  desks: { [desk: string]: { [level: string]: number } }
  /** With the supervisor. */
  returned: number
  /** Offered or returned, for this reader to accept. */
  forMe: number
  visits: number
  visitsDue: number
}

const one = { escalation: id }

export const escalations = {
  'desks.list': query<{ desks: EscalationDesk[]; levels: EscalationLevel[] }>()(nothing),
  'desk.save': command<void>()(
    z.strictObject({
      id,
      name: shortText,
      members: z.array(id).max(200),
      acceptMinutes: z.number().int().min(1).max(10_080),
    }),
  ),
  /** Refused for the four the station starts with and for one with live matters. */
  'desk.remove': command<void>()(z.strictObject({ id })),
  'levels.change': command<void>()(
    z.strictObject({
      /** Most severe first. */
      levels: z
        .array(
          z.strictObject({
            id,
            name: shortText,
            colour: z.string().regex(/^#[0-9a-f]{6}$/),
            acceptMinutes: z.number().int().min(1).max(10_080),
            accepts: z.enum(['members', 'supervisor']),
          }),
        )
        .min(1)
        .max(6),
    }),
  ),
  'thread.escalate': command<{ escalation: string }>()(
    z.strictObject({ thread: id, desk: id, level: id, reason, private: z.boolean() }),
  ),
  /** Whoever accepts holds the thread. `tell` is sent to the resident in the same commit. */
  'escalation.accept': command<void>()(
    z.strictObject({ ...one, tell: z.strictObject({ text, seen: seq }).optional() }),
  ),
  'escalation.decline': command<void>()(z.strictObject({ ...one, reason })),
  /** A supervisor gives a live one to another desk or level. */
  'escalation.reassign': command<void>()(z.strictObject({ ...one, desk: id, level: id, reason })),
  'escalation.resolve': command<void>()(
    z.strictObject({ ...one, outcome: escalationOutcome, note: text, returnVisitAt: instant.nullable() }),
  ),
  'escalation.visited': command<void>()(
    z.strictObject({ ...one, result: visitResult, note: text, next: instant.nullable() }),
  ),
  /** Live ones by deadline; visits by date; ended ones newest first. */
  'escalations.list': query<Page<EscalationRow>>()(
    z.strictObject({
      of: z.enum(['live', 'visits', 'ended']),
      desk: id.optional(),
      level: id.optional(),
      offset: z.number().int().min(0).max(1_000_000),
      limit: z.number().int().min(1).max(200),
    }),
  ),
  'escalations.counts': query<EscalationCounts>()(nothing),
  'escalation.get': query<{ escalation: EscalationRow; steps: Step[] }>()(z.strictObject(one)),
}
