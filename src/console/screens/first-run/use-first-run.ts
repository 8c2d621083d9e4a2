import { ref } from 'vue'
import { useRefusal } from '../../composables/use-refusal.ts'
import { useConnection } from '../../connection/connection.ts'
import { useSession } from '../../stores/session.ts'

export interface NewStation {
  name: string
  admin: string
  adminName: string
  password: string
}

/** The two ways to begin. */
export function useFirstRun() {
  const connection = useConnection()
  const store = useSession()
  const { wordsOf } = useRefusal()
  const busy = ref(false)
  const error = ref<string | null>(null)

  async function attempt(begin: () => Promise<void>) {
    if (busy.value) return
    busy.value = true
    error.value = null
    try {
      await begin()
    } catch (refused) {
      error.value = wordsOf(refused)
      await store.refresh()
    } finally {
      busy.value = false
    }
  }

  return {
    busy,
    error,
    openDemo: () =>
      attempt(async () => {
        await connection.call('station.openDemo', {})
        await store.refresh()
      }),
    openStation: (station: NewStation) =>
      attempt(async () => {
        await connection.call('station.open', station)
        await store.login(station.admin, station.password, false)
        await store.refresh()
      }),
  }
}
