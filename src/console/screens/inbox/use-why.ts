import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import type { Why } from '../../../contract/alarms.ts'
import { useConnection } from '../../connection/connection.ts'

/** The message whose pane is open: one at a time, wherever it was opened. */
const asked = ref<{ thread: string; seq: number } | null>(null)

export function useWhyPane() {
  return {
    isOpen: (seq: number) => asked.value?.seq === seq,
    open: (thread: string, seq: number) => {
      asked.value = { thread, seq }
    },
    close: () => {
      asked.value = null
    },
  }
}

/** Why one message rang, was marked, or neither; read anew each time the pane opens. */
export function useWhy(thread: string, seq: number) {
  const connection = useConnection()
  const why = shallowRef<Why | null>(null)
  const failed = shallowRef<unknown>(null)
  let gone = false

  async function read() {
    failed.value = null
    try {
      const answer = await connection.call('message.why', { thread, seq })
      if (!gone) why.value = answer
    } catch (error) {
      if (!gone) failed.value = error
    }
  }
  void read()
  onScopeDispose(() => {
    gone = true
  })

  const title = computed(() => {
    if (!why.value) return 'titleNone'
    if (why.value.alarm) return 'titleRing'
    return why.value.recorded ? 'titleWatch' : 'titleNone'
  })
  /** What the ledger has, first; of the present lexicon only what differs from it. */
  const now = computed(() => {
    const { recorded, now } = why.value ?? {}
    if (!now) return []
    if (recorded?.version !== now.version) return now.findings
    const known = new Set(recorded.findings.map(({ kind }) => kind))
    return now.findings.filter(({ kind }) => !known.has(kind))
  })
  const same = computed(() => why.value?.recorded?.version === why.value?.now.version)
  /** The words alone were only to be watched; taking them back is what rang. */
  const rangByRecall = computed(
    () =>
      why.value !== null &&
      why.value.alarm !== null &&
      !why.value.recorded?.findings.some(({ strength }) => strength === 'ring'),
  )

  return { why, failed, read, title, now, same, rangByRecall }
}
