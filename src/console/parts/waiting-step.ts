/** How far a wait has come on its way to being overdue; the colour step of an age. */
export type WaitingStep = 'new' | 'going' | 'soon' | 'over'

/** Thirds of the time allowed for the thread's urgency. The core alone says `overdue`; this only paints. */
export function waitingStep(waitedMs: number, allowedMinutes: number, overdue: boolean): WaitingStep {
  if (overdue) return 'over'
  const share = waitedMs / (allowedMinutes * 60_000)
  if (share >= 2 / 3) return 'soon'
  return share >= 1 / 3 ? 'going' : 'new'
}
