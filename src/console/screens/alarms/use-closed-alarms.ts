import { computed, onMounted, onScopeDispose, ref, shallowRef } from 'vue'
import type { AlarmRow } from '../../../contract/alarms.ts'
import type { Page } from '../../../contract/call.ts'
import { useConnection } from '../../connection/connection.ts'
import { useChanges } from '../../stores/changes.ts'

export const closedPerPage = 20

/** The closed alarms, newest first, one page of them. */
export function useClosedAlarms() {
  const connection = useConnection()
  const offset = ref(0)
  const page = shallowRef<Page<AlarmRow> | null>(null)
  const failed = shallowRef<unknown>(null)
  let asked = 0

  async function read() {
    const mine = ++asked
    try {
      const answer = await connection.call('alarms.closed', { offset: offset.value, limit: closedPerPage })
      if (mine !== asked) return
      page.value = answer
      failed.value = null
    } catch (error) {
      if (mine === asked) failed.value = error
    }
  }
  function turn(pages: 1 | -1) {
    offset.value = Math.max(0, offset.value + pages * closedPerPage)
    return read()
  }

  onScopeDispose(
    useChanges().onChange((change) => {
      if (change.everything || change.subjects.includes('alarms')) void read()
    }),
  )
  onMounted(read)

  return {
    page,
    failed,
    read,
    turn,
    from: computed(() => offset.value + 1),
    until: computed(() => offset.value + (page.value?.rows.length ?? 0)),
    isFirst: computed(() => offset.value === 0),
    isLast: computed(() => offset.value + closedPerPage >= (page.value?.total ?? 0)),
  }
}
