import type { ItemWhy, Severity } from '../../contract/handoff.ts'
import type { Urgency } from '../../contract/values.ts'
import { hour } from '../time.ts'

/** How severe an item is, by I-PASS, and why it is on the sheet. Pure. */

/** A promise this near is as pressing as one that is past. */
export const promiseNear = 2 * hour
/** A snooze that ends within this time ends on the next shift. */
export const nextShift = 12 * hour

/** What decides. Times in ms; null: there is none. */
export interface Standing {
  /** An open alarm. */
  alarm: boolean
  /** Marked as crisis, violence or missing. */
  endangered: boolean
  marked: boolean
  waiting: boolean
  /** A live one. */
  escalation: boolean
  overdue: boolean
  urgency: Urgency | null
  promise: boolean
  promiseDeadline: number | null
  visit: boolean
  visitDue: boolean
  snoozedUntil: number | null
  private: boolean
  undelivered: boolean
  /** Whoever waits can be answered by the channel only a little longer, or no more. */
  quota: boolean
  held: boolean
  unclaimed: boolean
  /** A scam warning still in progress. */
  warning: boolean
  /** The account cannot send or receive. */
  fault: boolean
  /** Of some time its messages may be lost. */
  gap: boolean
  /** The account is switched off. */
  off: boolean
}

export const severities: readonly Severity[] = ['critical', 'serious', 'watch', 'routine']

export function severityOf(s: Standing, now: number): Severity {
  if (s.alarm || (s.endangered && s.waiting)) return 'critical'
  const urgentOverdue = s.overdue && (s.urgency === 'urgent' || s.endangered)
  const promiseSoon = s.promiseDeadline !== null && s.promiseDeadline <= now + promiseNear
  if (s.escalation || urgentOverdue || promiseSoon || s.visitDue || s.warning || s.fault || s.gap)
    return 'serious'
  const wakes = s.snoozedUntil !== null && s.snoozedUntil <= now + nextShift
  if (s.marked || s.overdue || s.private || wakes || s.undelivered || s.quota || s.off) return 'watch'
  return 'routine'
}

/** All of them, the gravest first. */
export function whyOf(s: Standing): ItemWhy[] {
  const reasons: [ItemWhy, boolean][] = [
    ['alarm', s.alarm],
    ['danger', s.endangered],
    ['escalation', s.escalation],
    ['returnVisit', s.visit],
    ['promise', s.promise],
    ['warning', s.warning],
    ['fault', s.fault || s.off],
    ['gap', s.gap],
    ['overdue', s.overdue],
    ['undelivered', s.undelivered],
    ['quota', s.quota],
    ['watched', s.marked && !s.endangered],
    ['private', s.private],
    ['waiting', s.waiting],
    ['snoozed', s.snoozedUntil !== null],
    ['held', s.held],
    ['unclaimed', s.unclaimed],
  ]
  return reasons.filter(([, so]) => so).map(([why]) => why)
}
