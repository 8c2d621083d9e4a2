import { shallowRef, watch } from 'vue'
import type { Step } from '../../../contract/alarms.ts'
import { Refused } from '../../../contract/errors.ts'
import { useConnection } from '../../connection/connection.ts'
import { useAlarms } from '../../stores/alarms.ts'

/** What was noted at the last contact with each resident who is looked after. */
export function useLastNotes() {
  const connection = useConnection()
  const alarms = useAlarms()
  const notes = shallowRef(new Map<string, Step | null>())
  let asked = 0

  async function noteOf(alarm: string): Promise<[string, Step | null]> {
    const { steps } = await connection.call('alarm.get', { alarm })
    return [alarm, steps.findLast(({ type }) => type === 'alarm.contacted') ?? null]
  }

  watch(
    () => alarms.followed,
    async (followed) => {
      const mine = ++asked
      try {
        const found = await Promise.all(followed.map(({ id }) => noteOf(id)))
        if (mine === asked) notes.value = new Map(found)
      } catch (error) {
        // The rows stay without notes; opening one says what is wrong.
        if (!(error instanceof Refused)) throw error
      }
    },
    { immediate: true },
  )

  return notes
}
