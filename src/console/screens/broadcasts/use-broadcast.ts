import { computed, type Ref } from 'vue'
import type { BroadcastDetail } from '../../../contract/broadcasts.ts'
import { useKept } from '../../composables/use-kept.ts'
import { useConnection } from '../../connection/connection.ts'

/** The chosen broadcast. */
export function useBroadcast(id: Readonly<Ref<string | null>>) {
  const connection = useConnection()
  const { kept, failed, read } = useKept<BroadcastDetail>({
    id: () => id.value,
    idOf: ({ broadcast }) => broadcast.id,
    read: (broadcast) => connection.call('broadcast.get', { broadcast }),
  })
  const loading = computed(() => id.value !== null && kept.value === null && failed.value === null)
  return { detail: kept, failed, loading, refresh: read }
}
export type OpenBroadcast = ReturnType<typeof useBroadcast>
