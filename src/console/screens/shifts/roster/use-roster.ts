import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { Refused } from '../../../../contract/errors.ts'
import type { Duty } from '../../../../contract/shifts.ts'
import { useNow } from '../../../composables/use-time.ts'
import { useConnection } from '../../../connection/connection.ts'
import { useChanges } from '../../../stores/changes.ts'
import { useNavigation } from '../../../stores/navigation.ts'
import { useSession } from '../../../stores/session.ts'
import { dateOf, daysLater, isDate, mondayOf, startOf, weekFrom } from '../days.ts'

const patienceMs = 150
export const isoStart = (date: string): string => new Date(startOf(date)).toISOString()

/** The week on screen, which stands in the address, and its duties. */
export function useRoster() {
  const connection = useConnection()
  const changes = useChanges()
  const session = useSession()
  const navigation = useNavigation()
  const now = useNow(15_000)

  const today = computed(() => dateOf(now.value))
  const monday = computed(() => {
    const asked = navigation.place.week
    return mondayOf(isDate(asked) ? asked : today.value)
  })
  const days = computed(() => weekFrom(monday.value))
  const duties = shallowRef<Duty[] | null>(null)
  const failed = shallowRef<unknown>(null)
  /** Reading takes long enough to be shown. */
  const slow = ref(false)
  let asked = 0

  async function read() {
    const mine = ++asked
    const week = monday.value
    const timer = setTimeout(() => (slow.value = mine === asked), patienceMs)
    try {
      const found = await connection.call('roster.list', {
        from: isoStart(week),
        to: isoStart(daysLater(week, 7)),
      })
      if (mine !== asked) return
      duties.value = found
      failed.value = null
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      if (mine === asked) failed.value = error
    } finally {
      clearTimeout(timer)
      if (mine === asked) slow.value = false
    }
  }
  watch(
    monday,
    () => {
      duties.value = null
      void read()
    },
    { immediate: true },
  )
  const stops = [
    changes.onChange(({ everything, subjects }) => {
      if (!session.session || session.session.locked) return
      if (everything || subjects.includes('shifts') || subjects.includes('people')) void read()
    }),
    watch(connection.state, (state) => {
      if (state === 'open' && failed.value) void read()
    }),
  ]
  onScopeDispose(() => {
    for (const stop of stops) stop()
  })

  return {
    now,
    today,
    monday,
    days,
    duties,
    failed,
    slow,
    read,
    /** By so many weeks; 0 is the present one. */
    turn(by: -1 | 0 | 1) {
      const week = by === 0 ? mondayOf(today.value) : daysLater(monday.value, by * 7)
      navigation.go('shifts', { part: 'roster', week }, 'replace')
    },
  }
}
