import type { ThreadState } from './thread.ts'

/**
 * Whether a resident waits for the desk, and since when (rule 8): one who has written since the last answer, and one whose
 * last answer did not arrive. Such a one waits as long as if it had never been said. Pure.
 */

/** Being told of a delay, greeted or warned is no answer: who waited goes on waiting (rule 8). */
export const noAnswer: ReadonlySet<unknown> = new Set(['delay', 'greeting', 'warning'])
/** Whether a message sent for this purpose answers whoever waits. */
export const isAnswer = (purpose: unknown) => !noAnswer.has(purpose)

/** The desk's last answer did not arrive: it failed, or is to be sent once more after it had. */
export const isOwed = ({ answer_state }: Pick<ThreadState, 'answer_state'>) =>
  answer_state === 'failed' || answer_state === 'again'

/** Nobody waits any more, whatever they waited for. */
export function settled(thread: ThreadState): void {
  thread.waiting_since = null
  thread.clock_since = null
  thread.asked_since = null
  thread.told_at = null
  thread.told_by = null
  thread.overdue = 0
}

export function waits(thread: ThreadState, since: number): void {
  if (isOwed(thread)) thread.asked_since ??= since
  thread.waiting_since ??= since
  thread.clock_since ??= since
}

/** `queued`: it has still to leave. What did not, was said by a person who saw it leave. */
export function answered(
  thread: ThreadState,
  { message, sentAt, queued }: { message: number; sentAt: number; queued: boolean },
): void {
  if (queued) owes(thread, sentAt)
  thread.answer = queued ? message : null
  thread.answer_state = queued ? 'queued' : null
  if (!queued) {
    thread.owed_since = null
    thread.owed_told = null
  }
  const { told_by } = thread
  settled(thread)
  // That one may still turn out not to have arrived either.
  if (queued) thread.told_by = told_by
}

/** What an answer ends, and what is owed should it not arrive. One said before the last had arrived is part of that one. */
function owes(thread: ThreadState, sentAt: number): void {
  const before = thread.answer_state === 'queued' ? thread.owed_since : null
  const since = earlier(thread.waiting_since, before)
  thread.owed_told = thread.waiting_since === null && before !== null ? thread.owed_told : thread.told_at
  thread.owed_since = since ?? sentAt
}

export function arrived(thread: ThreadState, message: number): void {
  if (thread.answer !== message) return
  const owed = isOwed(thread)
  thread.answer_state = 'accepted'
  if (!owed) return
  const { asked_since, told_at, told_by } = thread
  settled(thread)
  if (asked_since === null) return
  waits(thread, asked_since)
  // What they were told before they asked was said of something else.
  if (told_at === null || told_at < asked_since) return
  thread.told_at = told_at
  thread.told_by = told_by
  thread.clock_since = told_at
}

export function failed(thread: ThreadState, message: number): void {
  if (thread.told_by === message) untold(thread)
  if (thread.answer !== message) return
  const known = isOwed(thread)
  thread.answer_state = 'failed'
  if (!known && thread.closed_at === null) goesOnWaiting(thread)
}

export function sentAgain(thread: ThreadState, message: number): void {
  if (thread.answer === message) thread.answer_state = 'again'
}

/** As if the answer had never been said. */
export function goesOnWaiting(thread: ThreadState): void {
  thread.asked_since = thread.waiting_since
  thread.waiting_since = earlier(thread.waiting_since, thread.owed_since)
  thread.told_at ??= thread.owed_told
  thread.clock_since = thread.told_at ?? thread.waiting_since
}

/** Whoever was to be told of the delay does not know of it: the clock counts on from where it stood. */
function untold(thread: ThreadState): void {
  if (thread.told_at === null || thread.told_at === thread.owed_told) thread.owed_told = null
  thread.told_at = null
  thread.told_by = null
  thread.clock_since = thread.waiting_since
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b)
}
