import { defineStore } from 'pinia'
import { ref, shallowRef, watch } from 'vue'
import { Refused } from '../../contract/errors.ts'
import type { EscalationCounts } from '../../contract/escalations.ts'
import type { Output } from '../../contract/index.ts'
import { useMay } from '../composables/use-may.ts'
import { useConnection } from '../connection/connection.ts'
import { useChanges } from './changes.ts'
import { useSession } from './session.ts'

/** A burst of changes is counted once. */
const gatherMs = 200

/** How many matters wait on the screens beside the inbox: escalations, scam warnings, overdue threads, handoffs. */
export const useMatters = defineStore('matters', () => {
  const connection = useConnection()
  const session = useSession()
  const changes = useChanges()
  const may = useMay()
  const escalations = shallowRef<EscalationCounts | null>(null)
  const warnings = shallowRef<{ open: number; overdue: number } | null>(null)
  const handoffs = shallowRef<Output<'handoffs.counts'> | null>(null)
  const overdue = ref(0)
  /** Broadcasts a supervisor has to look at. */
  const toApprove = ref(0)
  /** Threads in which a resident waits for an answer. */
  const waiting = ref(0)
  let gathering = false

  async function refresh() {
    gathering = false
    const who = session.session
    if (!who || who.locked || !may.value.readThreads) return
    try {
      const [counts, list, inbox, handed] = await Promise.all([
        connection.call('escalations.counts', {}),
        connection.call('warnings.list', { of: 'open', offset: 0, limit: 1 }),
        connection.call('threads.counts', {}),
        connection.call('handoffs.counts', {}),
      ])
      if (may.value.supervise) {
        const broadcasts = await connection.call('broadcasts.list', { of: 'open', offset: 0, limit: 1 })
        toApprove.value = broadcasts.toApprove
      }
      escalations.value = counts
      warnings.value = { open: list.open, overdue: list.overdue }
      handoffs.value = handed
      overdue.value = inbox.queues.overdue
      waiting.value = inbox.queues.waiting
    } catch (error) {
      if (!(error instanceof Refused)) throw error
    }
  }
  const soon = () => {
    if (gathering) return
    gathering = true
    setTimeout(() => void refresh(), gatherMs)
  }

  changes.onChange(soon)
  watch(() => [session.session?.user, session.session?.locked], soon, { immediate: true })

  return { escalations, warnings, handoffs, overdue, toApprove, waiting, refresh }
})
