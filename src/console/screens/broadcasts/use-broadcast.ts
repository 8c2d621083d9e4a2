import { computed, onScopeDispose, type Ref, shallowRef, watch } from 'vue'
import type { BroadcastDetail } from '../../../contract/broadcasts.ts'
import { useConnection } from '../../connection/connection.ts'
import { useChanges } from '../../stores/changes.ts'

const gatherMs = 80

/** The chosen broadcast, kept as the ledger has it. */
export function useBroadcast(id: Readonly<Ref<string | null>>) {
  const connection = useConnection()
  const changes = useChanges()
  const detail = shallowRef<BroadcastDetail | null>(null)
  const failed = shallowRef<unknown>(null)
  const loading = computed(
    () => id.value !== null && detail.value?.broadcast.id !== id.value && failed.value === null,
  )
  let asked = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function refresh() {
    timer = undefined
    const broadcast = id.value
    const mine = ++asked
    if (broadcast === null) {
      detail.value = null
      return
    }
    try {
      const answer = await connection.call('broadcast.get', { broadcast })
      if (mine !== asked) return
      detail.value = answer
      failed.value = null
    } catch (error) {
      if (mine === asked) failed.value = error
    }
  }

  watch(
    id,
    () => {
      failed.value = null
      if (detail.value?.broadcast.id !== id.value) detail.value = null
      void refresh()
    },
    { immediate: true },
  )
  const stop = changes.onChange(({ everything, subjects }) => {
    if (id.value === null) return
    if (everything || subjects.includes(id.value)) timer ??= setTimeout(refresh, gatherMs)
  })
  watch(connection.state, (state) => {
    if (state === 'open' && failed.value) void refresh()
  })
  onScopeDispose(() => {
    stop()
    clearTimeout(timer)
  })

  return { detail, failed, loading, refresh }
}
export type OpenBroadcast = ReturnType<typeof useBroadcast>
