import type { EscalationLevel, EscalationOutcome, VisitResult } from '../../contract/escalations.ts'
import type { Draft } from '../../ledger/entry.ts'
import { draft } from '../decision.ts'

/**
 * What can have happened to a matter given to a desk. The subject is the thread's id, so that it all shows in the
 * thread's timeline; reasons and notes may name residents and are content. Desks and levels are the station's own.
 */

export const threadEscalated = (
  thread: string,
  data: { escalation: string; desk: string; level: string; private: boolean; dueAt: string },
  reason: string,
): Draft => draft('thread.escalated', thread, data, { reason })

export const escalationAccepted = (thread: string, escalation: string): Draft =>
  draft('escalation.accepted', thread, { escalation })

/** `desk` is where it goes: to the supervisor. */
export const escalationDeclined = (thread: string, escalation: string, desk: string, reason: string): Draft =>
  draft('escalation.declined', thread, { escalation, desk }, { reason })

/** Nobody accepted or declined it in time. */
export const escalationLapsed = (thread: string, escalation: string, desk: string): Draft =>
  draft('escalation.lapsed', thread, { escalation, desk })

export const escalationReassigned = (
  thread: string,
  data: { escalation: string; desk: string; level: string; dueAt: string },
  reason: string,
): Draft => draft('escalation.reassigned', thread, data, { reason })

export const escalationResolved = (
  thread: string,
  data: { escalation: string; outcome: EscalationOutcome; returnVisitAt: string | null },
  note: string,
): Draft => draft('escalation.resolved', thread, data, { note })

export const escalationVisitDue = (thread: string, escalation: string): Draft =>
  draft('escalation.visitDue', thread, { escalation })

export const escalationVisited = (
  thread: string,
  data: { escalation: string; result: VisitResult; next: string | null },
  note: string,
): Draft => draft('escalation.visited', thread, data, { note })

export const escalationDeskSaved = (
  id: string,
  desk: { name: string; members: string[]; acceptMinutes: number },
): Draft => draft('escalationDesk.saved', id, desk)

export const escalationDeskRemoved = (id: string): Draft => draft('escalationDesk.removed', id)

export const escalationLevelsChanged = (levels: readonly EscalationLevel[]): Draft =>
  draft('escalationLevels.changed', 'levels', { levels: levels.map((level) => ({ ...level })) })
