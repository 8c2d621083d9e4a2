import type { Draft } from '../../ledger/entry.ts'
import { draft } from '../decision.ts'

/**
 * Residents' groups and common questions. The subject is a thread, or the common question itself. No entry of a
 * group says who was taken into private talk: the message number leads there for whoever may read it.
 */

export const groupMovedToPrivate = (group: string, message: number, to: string): Draft =>
  draft('group.movedToPrivate', group, { message, to })

export const threadCameFromGroup = (thread: string, group: string, message: number): Draft =>
  draft('thread.cameFromGroup', thread, { group, message })

export const colleaguePulledIn = (thread: string, user: string, reason: string): Draft =>
  draft('thread.pulledIn', thread, { user }, { reason })

export const outsiderPulledIn = (
  thread: string,
  outsider: { name: string; profession: string },
  reason: string,
): Draft => draft('thread.pulledIn', thread, {}, { ...outsider, reason })

export const commonOpened = (common: string, title: string): Draft =>
  draft('common.opened', common, {}, { title })

export const threadMerged = (thread: string, common: string): Draft =>
  draft('thread.merged', thread, { common })

export const threadUnmerged = (thread: string, common: string): Draft =>
  draft('thread.unmerged', thread, { common })

/** `threads` is how many residents or groups got it. */
export const commonAnswered = (common: string, threads: number): Draft =>
  draft('common.answered', common, { threads })
