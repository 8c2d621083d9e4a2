import { computed, onMounted, shallowRef } from 'vue'
import { Refused } from '../../../../contract/errors.ts'
import type { Welcome } from '../../../../contract/welcome.ts'
import { useConnection } from '../../../connection/connection.ts'
import { useChanges } from '../../../stores/changes.ts'

/** The welcome words of each account whose channel can say some, read again when one of them changes. */
export function useWelcomes() {
  const connection = useConnection()
  const changes = useChanges()
  const list = shallowRef<Welcome[]>([])
  const byAccount = computed(() => new Map(list.value.map((one) => [one.account, one])))

  async function read() {
    try {
      list.value = await connection.call('welcomes.list', {})
    } catch (error) {
      // The link is down: what was read before stays, and is read anew with it.
      if (!(error instanceof Refused)) throw error
    }
  }
  onMounted(read)
  changes.onChange((change) => {
    if (change.everything || change.subjects.includes('accounts')) void read()
  })

  return { of: (account: string) => byAccount.value.get(account) ?? null }
}
