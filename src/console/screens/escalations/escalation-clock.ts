import type { Step } from '../../../contract/alarms.ts'

export type ClockTone = 'calm' | 'soon' | 'over'

/** Less than a third of the time left is soon, with five minutes as the least. */
export function toneOf(raisedAt: string, dueAt: string, now: number): ClockTone {
  const due = Date.parse(dueAt)
  if (due <= now) return 'over'
  const whole = due - Date.parse(raisedAt)
  return due - now < Math.max(whole / 3, 5 * 60_000) ? 'soon' : 'calm'
}

/** Which sentence tells a step, where its data decides between two. */
export function stepKey(type: string, data: Step['data']): string {
  if (type === 'escalation.resolved' && data.returnVisitAt) return 'escalation.resolvedVisit'
  if (type === 'escalation.visited' && data.next) return 'escalation.visitedNext'
  return type
}
