import type { Learnt } from '../threads/entries.ts'

/**
 * What a resident's reply window stands on, as the entries have made it: pure, and the same in whatever order the
 * channel delivered. Times in ms.
 */
export interface WindowState {
  /** When they wrote last, as the channel says; null where they never did. */
  heardAt: number | null
  /**
   * Messages of the desk since then: their number, and when the channel took them; null while that is not known.
   * `overtaken`: they have written since it was said, and whether it leaves before or after that is not known. `unsure`: it
   * failed without a clear no, and takes no place until the channel says that it had been taken.
   */
  sends: readonly (readonly [message: number, at: number | null, how?: 'overtaken' | 'unsure'])[]
  /** The channel refused what by this count it should have let through. */
  learnt: 'spent' | 'expired' | null
  /** When a colleague's conversation with them was ended: the next word is theirs. */
  endedAt: number | null
}

export const unwritten: WindowState = { heardAt: null, sends: [], learnt: null, endedAt: null }

/** The channel tells times in whole seconds; a word that comes after an answer of the same second was said after it. */
const wholeSecond = 1_000

/**
 * Their newest word opens the window anew; one that comes late changes nothing. What was taken after it counts on, and
 * so does what has not left yet. A message the desk sent once it had heard them counts by the order of the ledger
 * alone, so that two clocks that differ never give a place too many.
 */
export function heard(state: WindowState, at: number): WindowState {
  if (state.heardAt !== null && at < state.heardAt) return state
  return {
    ...state,
    heardAt: at,
    sends: state.sends
      .filter(([, taken]) => taken === null || taken >= at + wholeSecond)
      .map((each) => (each[1] === null ? [each[0], null, 'overtaken'] : each)),
    learnt: null,
    // A word of the second in which the conversation was ended, told after the end, was said after it.
    endedAt: state.endedAt !== null && state.endedAt < at + wholeSecond ? null : state.endedAt,
  }
}

/** It takes its place as soon as it is queued, not only when it leaves. */
export function sent(state: WindowState, message: number): WindowState {
  const others = state.sends.filter(([each, , how]) => each !== message || how !== 'unsure')
  return { ...state, sends: [...others, [message, null]] }
}

export function accepted(state: WindowState, message: number, at: number): WindowState {
  return changed(state, message, [[message, at]])
}

/**
 * Refused, it gives its place back; taken and lost on the way, it does not. What it teaches is of no more use once the
 * resident has written since.
 */
export function failed(
  state: WindowState,
  message: number,
  { at, taken, unsure, learnt }: { at: number; taken: boolean; unsure?: boolean; learnt: Learnt | undefined },
): WindowState {
  const sent = state.sends.findLast(([each]) => each === message)
  if (sent === undefined) return state
  const then = changed(state, message, taken ? [[message, at]] : unsure ? [[message, at, 'unsure']] : [])
  if (sent[2] === 'overtaken') return then
  if (learnt === 'windowSpent') return { ...then, learnt: 'spent' }
  if (learnt === 'windowExpired') return { ...then, learnt: 'expired' }
  return then
}

export function ended(state: WindowState, at: number): WindowState {
  return { ...state, endedAt: Math.max(at, state.endedAt ?? at) }
}

/** It is the desk's again, as the channel itself says. */
export function resumed(state: WindowState): WindowState {
  return { ...state, endedAt: null }
}

/** Places that are taken, or may be any moment. */
export function placesOf({ sends }: WindowState): number {
  return sends.filter(([, , how]) => how !== 'unsure').length
}

function changed(state: WindowState, message: number, to: WindowState['sends']): WindowState {
  const isOpen = (taken: number | null, how?: string) => taken === null || how === 'unsure'
  const at = state.sends.findLastIndex(([each, taken, how]) => each === message && isOpen(taken, how))
  return at < 0 ? state : { ...state, sends: state.sends.toSpliced(at, 1, ...to) }
}
