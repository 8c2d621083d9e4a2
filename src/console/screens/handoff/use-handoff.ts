import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { Refused } from '../../../contract/errors.ts'
import type { Handoff } from '../../../contract/handoff.ts'
import { useConnection } from '../../connection/connection.ts'
import { useChanges } from '../../stores/changes.ts'
import { useSession } from '../../stores/session.ts'

/** One handoff as both sides see it, kept as the ledger has it. */
export function useHandoff(id: () => string | null) {
  const connection = useConnection()
  const changes = useChanges()
  const session = useSession()
  const handoff = shallowRef<Handoff | null>(null)
  const failed = shallowRef<unknown>(null)
  const reading = ref(false)
  let asked = 0

  async function read() {
    const of = id()
    const mine = ++asked
    if (of === null || !session.session || session.session.locked) return
    reading.value = true
    try {
      const found = await connection.call('handoff.get', { handoff: of })
      if (mine !== asked) return
      handoff.value = found
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
      if (handoff.value?.id !== now) handoff.value = null
      failed.value = null
      if (now !== null) void read()
    },
    { immediate: true },
  )
  const stops = [
    changes.onChange(({ everything, subjects }) => {
      const of = id()
      if (of === null) return
      const threads = new Set(handoff.value?.items.map(({ thread }) => thread))
      if (everything || subjects.some((subject) => subject === of || threads.has(subject))) void read()
    }),
    watch(connection.state, (state) => {
      if (state === 'open' && failed.value) void read()
    }),
    watch(
      () => session.session?.locked,
      (locked) => {
        if (!locked) void read()
      },
    ),
  ]
  onScopeDispose(() => {
    for (const stop of stops) stop()
  })

  return {
    /** Null while another one is being read. */
    handoff: computed(() => (handoff.value?.id === id() ? handoff.value : null)),
    failed,
    reading,
    read,
  }
}
