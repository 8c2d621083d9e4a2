import type { Role } from '../../contract/call.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import { threadClaimed } from '../threads/entries.ts'
import { iso, minute } from '../time.ts'
import * as did from './entries.ts'

/** Rule 11: who reads a private thread. Pure. */

export interface Reader {
  user: string
  role: Role
  /** Desks whose member this is. */
  desks: ReadonlySet<string>
  /** Threads this auditor has broken the glass of, still in time. */
  glass: ReadonlySet<string>
}

/** What of a thread decides who may read it. */
export interface Guarded {
  id: string
  private: 0 | 1
  holder: string | null
  last_holder: string | null
  closed_at: number | null
  desk: string | null
  alarm_by: string | null
}

/**
 * A private thread's text is readable by its holder (of a closed one, whoever held it last), the members of its
 * desk and supervisors; by an auditor only through broken glass; by an admin never.
 */
export function mayRead(thread: Guarded, reader: Reader): boolean {
  if (reader.role === 'admin') return false
  if (thread.private === 0 || reader.role === 'supervisor') return true
  if (reader.role === 'auditor') return reader.glass.has(thread.id)
  const holder = thread.closed_at === null ? thread.holder : thread.last_holder
  return holder === reader.user || (thread.desk !== null && reader.desks.has(thread.desk))
}

/** Who has acknowledged the alarm of a thread must reach the resident, whatever else is private about it. */
export function mayHold(thread: Guarded, reader: Reader): boolean {
  return mayRead(thread, reader) || thread.alarm_by === reader.user
}

/**
 * Making a thread private covers all that was said in it and the earlier threads it continues (`earlier`).
 * Only a supervisor lifts it, and never while a private matter is with a desk.
 */
export function setPrivate(
  thread: Guarded & { escalation: string | null },
  earlier: readonly Guarded[],
  by: Reader,
  asked: { private: boolean; reason: string; desk: string | null },
): Decision {
  if (asked.private) {
    if (thread.private === 1) return refuse({ code: 'nothing_to_do' })
    const free = thread.holder === null && thread.closed_at === null
    return entries(
      // Whoever makes it private is the one to go on with it, or nobody but a supervisor could.
      ...(free ? [threadClaimed(thread.id, by.user)] : []),
      // A live matter's desk stays whom it was given to.
      did.threadMadePrivate(
        thread.id,
        { desk: thread.escalation === null ? asked.desk : null, coveredBy: null },
        asked.reason,
      ),
      ...covering(thread.id, earlier),
    )
  }
  if (thread.private === 0) return refuse({ code: 'nothing_to_do' })
  if (by.role !== 'supervisor') return refuse({ code: 'needs_supervisor' })
  if (thread.escalation !== null) return refuse({ code: 'escalation_live', escalation: thread.escalation })
  return entries(did.threadMadePublic(thread.id, asked.reason))
}

/** The entries that put earlier threads under the privacy of a later one. */
export function covering(later: string, earlier: readonly Guarded[]) {
  return earlier
    .filter((thread) => thread.private === 0)
    .map((thread) => did.threadMadePrivate(thread.id, { desk: null, coveredBy: later }, null))
}

export function breakGlass(
  thread: Guarded,
  reader: Reader,
  glass: string,
  asked: { reason: string; minutes: number },
  now: number,
): Decision {
  if (thread.private === 0 || reader.glass.has(thread.id)) return refuse({ code: 'nothing_to_do' })
  return entries(did.glassBroken(thread.id, glass, iso(now + asked.minutes * minute), asked.reason))
}
