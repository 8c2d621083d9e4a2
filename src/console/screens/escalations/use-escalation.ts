import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { Step } from '../../../contract/alarms.ts'
import { Refused } from '../../../contract/errors.ts'
import type { EscalationRow } from '../../../contract/escalations.ts'
import { useConnection } from '../../connection/connection.ts'
import { useChanges } from '../../stores/changes.ts'
import { useSession } from '../../stores/session.ts'

/** One escalation and its steps, kept as the ledger has it. */
export function useEscalation(id: () => string | null) {
  const connection = useConnection()
  const changes = useChanges()
  const session = useSession()
  const row = shallowRef<EscalationRow | null>(null)
  const steps = shallowRef<Step[]>([])
  const failed = shallowRef<unknown>(null)
  const reading = ref(false)
  let asked = 0

  async function read() {
    const of = id()
    const mine = ++asked
    if (of === null || !session.session || session.session.locked) return
    reading.value = true
    try {
      const found = await connection.call('escalation.get', { escalation: of })
      if (mine !== asked) return
      row.value = found.escalation
      steps.value = found.steps
      failed.value = null
    } catch (error) {
      if (mine === asked) failed.value = error
      if (!(error instanceof Refused)) throw error
    } finally {
      if (mine === asked) reading.value = false
    }
  }

  watch(
    id,
    (now) => {
      if (row.value?.id !== now) {
        row.value = null
        steps.value = []
      }
      failed.value = null
      if (now !== null) void read()
    },
    { immediate: true },
  )
  const stop = changes.onChange(({ everything, subjects }) => {
    if (id() === null) return
    const thread = row.value?.thread
    if (everything || subjects.includes('escalations') || (thread && subjects.includes(thread))) void read()
  })
  const stopLink = watch(connection.state, (state) => {
    if (state === 'open' && failed.value) void read()
  })
  onScopeDispose(() => {
    stop()
    stopLink()
  })

  return {
    /** Null while another one is being read. */
    row: computed(() => (row.value?.id === id() ? row.value : null)),
    steps,
    failed,
    reading,
    read,
  }
}
