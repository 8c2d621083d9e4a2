import type { ShiftKind } from '../../contract/shifts.ts'
import type { Draft } from '../../ledger/entry.ts'
import { draft } from '../decision.ts'

/**
 * Who is on shift, and who should be. What a duty is called may name people, and why one left: content. Whoever signs
 * on or off is named in the data too: with a handoff, or when somebody is disabled, another one does it.
 */

export const shiftSignedOn = (user: string, at: { post: string | null; duty: string | null }): Draft =>
  draft('shift.signedOn', user, { user, ...at })

/** `holds`: how many threads are still in the hands of whoever leaves. */
export const shiftSignedOff = (user: string, holds: number, reason: string | null): Draft =>
  draft('shift.signedOff', user, { user, holds }, reason === null ? undefined : { reason })

export const postSaved = (post: string, data: { name: string; accounts: string[] }): Draft =>
  draft('post.saved', post, data)

export const postRemoved = (post: string): Draft => draft('post.removed', post)

export const shiftKindsChanged = (kinds: readonly ShiftKind[]): Draft =>
  draft('shiftKinds.changed', 'shiftKinds', { kinds: kinds.map((kind) => ({ ...kind })) })

export const dutySaved = (
  duty: string,
  data: { post: string; kind: string | null; from: string; to: string; people: string[] },
  name: string,
): Draft => draft('duty.saved', duty, data, { name })

export const dutyRemoved = (duty: string): Draft => draft('duty.removed', duty)
