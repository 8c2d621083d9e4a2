import { onMounted, ref, shallowRef } from 'vue'
import type { Connection } from '../../../../contract/connections.ts'
import { useRefusal } from '../../../composables/use-refusal.ts'
import { useConnection } from '../../../connection/connection.ts'
import { useChanges } from '../../../stores/changes.ts'

/** The connections of the station, read again when one of them changes. */
export function useConnections() {
  const link = useConnection()
  const changes = useChanges()
  const { wordsOf } = useRefusal()
  const list = shallowRef<Connection[] | null>(null)
  const failed = ref('')

  async function read() {
    try {
      list.value = await link.call('connections.list', {})
      failed.value = ''
    } catch (error) {
      failed.value = wordsOf(error)
    }
  }
  onMounted(read)
  changes.onChange((change) => {
    if (
      change.everything ||
      ['connections', 'accounts', 'friends'].some((each) => change.subjects.includes(each))
    )
      void read()
  })

  return { list, failed, read }
}
