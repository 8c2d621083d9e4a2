import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { Refused } from '../../../../contract/errors.ts'
import type { Input } from '../../../../contract/index.ts'
import type { ShiftStatistics } from '../../../../contract/shifts.ts'
import { useNow } from '../../../composables/use-time.ts'
import { useConnection } from '../../../connection/connection.ts'

export type Of = Input<'shift.statistics'>['of']
const patienceMs = 150

/** The figures of what is asked for; of what still goes on, once a minute anew. */
export function useStatistics(of: () => Of | null) {
  const connection = useConnection()
  const minute = useNow(60_000)
  const figures = shallowRef<ShiftStatistics | null>(null)
  const failed = shallowRef<unknown>(null)
  const slow = ref(false)
  let asked = 0

  async function read(from: Of | null = of()) {
    const mine = ++asked
    slow.value = false
    if (from === null) {
      figures.value = null
      return
    }
    const timer = setTimeout(() => (slow.value = mine === asked), patienceMs)
    try {
      const found = await connection.call('shift.statistics', { of: from })
      if (mine !== asked) return
      figures.value = found
      failed.value = null
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      if (mine !== asked) return
      failed.value = error
      figures.value = null
    } finally {
      clearTimeout(timer)
      if (mine === asked) slow.value = false
    }
  }
  watch(
    () => JSON.stringify(of()),
    () => void read(),
    { immediate: true },
  )
  watch(minute, () => {
    if (figures.value?.to === null) void read()
  })
  onScopeDispose(
    watch(connection.state, (state) => {
      if (state === 'open' && failed.value) void read()
    }),
  )
  onScopeDispose(() => asked++)

  return { figures, failed, slow, read: () => read() }
}
