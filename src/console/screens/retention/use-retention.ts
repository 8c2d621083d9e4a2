import { onMounted, onScopeDispose, ref, shallowRef } from 'vue'
import type { Erasure, Hold, RetentionClass } from '../../../contract/retention.ts'
import { useRefusal } from '../../composables/use-refusal.ts'
import { useConnection } from '../../connection/connection.ts'
import { useChanges } from '../../stores/changes.ts'

const areas: ReadonlySet<string> = new Set(['retention', 'holds', 'erasures'])

/** Periods, holds and what was erased, renewed as they change. */
export function useRetention() {
  const connection = useConnection()
  const changes = useChanges()
  const { wordsOf } = useRefusal()
  const classes = shallowRef<RetentionClass[] | null>(null)
  const holds = shallowRef<Hold[]>([])
  const erasures = shallowRef<Erasure[]>([])
  const failed = ref<string | null>(null)

  async function read() {
    try {
      const [found, held, erased] = await Promise.all([
        connection.call('retention.get', {}),
        connection.call('holds.list', {}),
        connection.call('erasures.list', {}),
      ])
      classes.value = found.classes
      holds.value = held
      erasures.value = erased
      failed.value = null
    } catch (error) {
      failed.value = wordsOf(error)
    }
  }
  onMounted(read)
  onScopeDispose(
    changes.onChange(({ everything, subjects }) => {
      if (everything || subjects.some((subject) => areas.has(subject))) void read()
    }),
  )
  return { classes, holds, erasures, failed, read }
}
