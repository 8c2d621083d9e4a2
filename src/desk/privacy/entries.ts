import type { Draft } from '../../ledger/entry.ts'
import { draft } from '../decision.ts'

/** Privacy of threads. The subject is the thread; reasons may name residents, so they are content. */

export const threadMadePrivate = (
  thread: string,
  data: { desk: string | null; coveredBy: string | null },
  reason: string | null,
): Draft => draft('thread.madePrivate', thread, data, reason === null ? undefined : { reason })

export const threadMadePublic = (thread: string, reason: string): Draft =>
  draft('thread.madePublic', thread, {}, { reason })

export const glassBroken = (thread: string, glass: string, until: string, reason: string): Draft =>
  draft('glass.broken', thread, { glass, until }, { reason })

export const glassSeen = (thread: string, glass: string): Draft => draft('glass.seen', thread, { glass })

/** Somebody who neither holds it nor answers for it read a private thread; said once in a while, not at each look. */
export const threadViewed = (thread: string): Draft => draft('thread.viewed', thread)
