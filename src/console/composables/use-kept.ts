import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import { Refused } from '../../contract/errors.ts'
import { useConnection } from '../connection/connection.ts'
import { useChanges } from '../stores/changes.ts'
import { useSession } from '../stores/session.ts'

/** The chosen one of many, kept as the ledger has it: read when it is chosen, and whenever something it shows changed. */
export function useKept<Kept>(options: {
  id: () => string | null
  idOf: (kept: Kept) => string
  read: (id: string) => Promise<Kept>
  /** What it shows besides itself is among what changed. */
  shows?: (subjects: readonly string[], kept: Kept | null) => boolean
}) {
  const { id, idOf, shows } = options
  const connection = useConnection()
  const changes = useChanges()
  const session = useSession()
  const found = shallowRef<Kept | null>(null)
  const failed = shallowRef<unknown>(null)
  const kept = computed(() => (found.value !== null && idOf(found.value) === id() ? found.value : null))
  let asked = 0

  async function read() {
    const of = id()
    const mine = ++asked
    if (of === null || !session.session || session.session.locked) return
    try {
      const answer = await options.read(of)
      if (mine !== asked) return
      found.value = answer
      failed.value = null
    } catch (error) {
      if (mine === asked) failed.value = error
      if (!(error instanceof Refused)) throw error
    }
  }

  watch(
    id,
    () => {
      if (kept.value === null) found.value = null
      failed.value = null
      void read()
    },
    { immediate: true },
  )
  const stops = [
    changes.onChange(({ everything, subjects }) => {
      const of = id()
      if (of !== null && (everything || subjects.includes(of) || shows?.(subjects, kept.value))) void read()
    }),
    watch(connection.state, (state) => {
      if (state === 'open' && failed.value) void read()
    }),
  ]
  onScopeDispose(() => {
    for (const stop of stops) stop()
  })

  /** `kept` is null while another one is being read. */
  return { kept, failed, read }
}
