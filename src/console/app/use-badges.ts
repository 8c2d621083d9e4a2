import { type ComputedRef, computed } from 'vue'
import { useAlarms } from '../stores/alarms.ts'
import { useMatters } from '../stores/matters.ts'
import type { Screen } from '../stores/navigation.ts'

export interface Badge {
  count: number
  tone: 'danger' | 'warn' | 'plain'
}

/** How much is to be done on each screen, for the navigation rail. */
export function useBadges(): ComputedRef<Partial<Record<Screen, Badge>>> {
  const alarms = useAlarms()
  const matters = useMatters()
  return computed(() => {
    const badges: Partial<Record<Screen, Badge>> = {}
    const ringing = alarms.open.filter(({ state }) => state === 'ringing').length
    if (alarms.open.length > 0)
      badges.alarms = { count: alarms.open.length, tone: ringing > 0 ? 'danger' : 'warn' }
    const { escalations, warnings, overdue, handoffs, toApprove } = matters
    const due = (escalations?.forMe ?? 0) + (escalations?.visitsDue ?? 0)
    if (due > 0) badges.escalations = { count: due, tone: 'warn' }
    if (warnings && warnings.open > 0)
      badges.warnings = { count: warnings.open, tone: warnings.overdue > 0 ? 'danger' : 'warn' }
    const handed = (handoffs?.forMe ?? 0) + (handoffs?.overdue ?? 0) + (handoffs?.promisesDue ?? 0)
    if (handed > 0) badges.handoff = { count: handed, tone: handoffs?.overdue ? 'danger' : 'warn' }
    if (toApprove > 0) badges.broadcasts = { count: toApprove, tone: 'warn' }
    if (overdue > 0) badges.overdue = { count: overdue, tone: 'danger' }
    return badges
  })
}
