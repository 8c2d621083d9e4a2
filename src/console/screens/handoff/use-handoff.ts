import type { Handoff } from '../../../contract/handoff.ts'
import { useKept } from '../../composables/use-kept.ts'
import { useConnection } from '../../connection/connection.ts'

/** One handoff as both sides see it. */
export function useHandoff(id: () => string | null) {
  const connection = useConnection()
  const { kept, failed, read } = useKept<Handoff>({
    id,
    idOf: (handoff) => handoff.id,
    read: (handoff) => connection.call('handoff.get', { handoff }),
    shows: (subjects, found) => {
      const threads = new Set(found?.items.map(({ thread }) => thread))
      return subjects.some((subject) => threads.has(subject))
    },
  })
  return { handoff: kept, failed, read }
}
