import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { WarningRow } from '../../../contract/warnings.ts'
import { useNow, useTime } from '../../composables/use-time.ts'

const hour = 3_600_000

/** The running clock of a step: how long is left, or by how much it is over. */
export function useClock(current: () => WarningRow | undefined | null) {
  const { t } = useI18n()
  const time = useTime()
  const now = useNow(1_000)

  const leftMs = computed(() => {
    const due = current()?.dueAt
    return due ? Date.parse(due) - now.value : null
  })
  /** The core says `overdue` at its own tick; a clock that has run out shows so at once. */
  const late = computed(() => (current()?.overdue ?? false) || (leftMs.value !== null && leftMs.value <= 0))
  const words = computed(() => {
    const left = leftMs.value
    if (left === null) return ''
    const length = Math.abs(left) < hour ? time.countdown(Math.abs(left)) : time.length(Math.abs(left))
    return late.value ? t('warnings.list.over', { over: length }) : t('warnings.list.left', { left: length })
  })
  /** Running out: the last third, or the last minute. */
  const soon = computed(() => {
    const row = current()
    if (!row?.dueAt || leftMs.value === null || late.value) return false
    const whole = Date.parse(row.dueAt) - Date.parse(row.stepSince)
    return leftMs.value < Math.max(60_000, whole / 3)
  })
  return { now, leftMs, late, soon, words }
}
