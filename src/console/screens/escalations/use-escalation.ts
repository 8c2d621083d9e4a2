import { computed } from 'vue'
import type { Output } from '../../../contract/index.ts'
import { useKept } from '../../composables/use-kept.ts'
import { useConnection } from '../../connection/connection.ts'

/** One escalation and its steps. */
export function useEscalation(id: () => string | null) {
  const connection = useConnection()
  const { kept, failed, read } = useKept<Output<'escalation.get'>>({
    id,
    idOf: ({ escalation }) => escalation.id,
    read: (escalation) => connection.call('escalation.get', { escalation }),
    shows: (subjects, found) =>
      subjects.includes('escalations') || (found !== null && subjects.includes(found.escalation.thread)),
  })
  return {
    row: computed(() => kept.value?.escalation ?? null),
    steps: computed(() => kept.value?.steps ?? []),
    failed,
    read,
  }
}
