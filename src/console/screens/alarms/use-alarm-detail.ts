import { type Ref, shallowRef, watch } from 'vue'
import type { AlarmRow, Step } from '../../../contract/alarms.ts'
import { useConnection } from '../../connection/connection.ts'
import { useAlarms } from '../../stores/alarms.ts'

export interface AlarmDetail {
  alarm: AlarmRow
  steps: Step[]
}

/** One alarm with its steps, read again whenever the open alarms are. */
export function useAlarmDetail(id: Readonly<Ref<string | null>>) {
  const connection = useConnection()
  const alarms = useAlarms()
  const detail = shallowRef<AlarmDetail | null>(null)
  const failed = shallowRef<unknown>(null)
  let asked = 0

  async function read() {
    const mine = ++asked
    const of = id.value
    if (of !== detail.value?.alarm.id) detail.value = null
    failed.value = null
    if (of === null) return
    try {
      const answer = await connection.call('alarm.get', { alarm: of })
      if (mine === asked) detail.value = answer
    } catch (error) {
      if (mine === asked) failed.value = error
    }
  }
  watch([id, () => alarms.open], read, { immediate: true })

  return { detail, failed, read }
}
