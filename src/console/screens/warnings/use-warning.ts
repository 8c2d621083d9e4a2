import { computed, onScopeDispose, type Ref, shallowRef, watch } from 'vue'
import { Refused } from '../../../contract/errors.ts'
import type { ContactCard } from '../../../contract/people.ts'
import type { WarningDetail } from '../../../contract/warnings.ts'
import { useMay } from '../../composables/use-may.ts'
import { useConnection } from '../../connection/connection.ts'
import { useChanges } from '../../stores/changes.ts'
import { useDirectory } from '../../stores/directory.ts'
import { useSession } from '../../stores/session.ts'

/** The chosen warning, kept as the ledger has it, and the card of the resident it is linked to. */
export function useWarning(id: Readonly<Ref<string | null>>) {
  const connection = useConnection()
  const changes = useChanges()
  const session = useSession()
  const directory = useDirectory()
  const may = useMay()
  const detail = shallowRef<WarningDetail | null>(null)
  const card = shallowRef<ContactCard | null>(null)
  const failed = shallowRef<unknown>(null)
  const loading = computed(() => id.value !== null && detail.value?.warning.id !== id.value && !failed.value)
  let asked = 0
  let cardIsOld = false

  async function refresh() {
    const of = id.value
    const mine = ++asked
    if (of === null) {
      detail.value = null
      return
    }
    try {
      const answer = await connection.call('warning.get', { warning: of })
      if (mine !== asked) return
      await readCard(answer.warning.contact)
      if (mine !== asked) return
      detail.value = answer
      failed.value = null
    } catch (error) {
      if (mine !== asked) return
      failed.value = error
    }
  }

  async function readCard(contact: string | null) {
    if (contact === (card.value?.id ?? null) && !cardIsOld) return
    cardIsOld = false
    if (contact === null) {
      card.value = null
      return
    }
    try {
      card.value = await connection.call('contact.card', { contact })
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      card.value = null
    }
  }

  /** How the reader stands to it; the core decides all the same. */
  const standing = computed(() => {
    const warning = detail.value?.warning
    if (!warning) return null
    if (warning.closedAt) return 'closed'
    if (!may.value.workThreads) return 'watch'
    if (warning.holder === null) return 'free'
    if (warning.holder === session.session?.user) return 'mine'
    if (may.value.supervise) return 'heldSupervisor'
    const person = directory.people.find(({ user }) => user === warning.holder)
    return person?.onShift ? 'heldOn' : 'heldOff'
  })
  const works = computed(
    () => standing.value !== null && !['closed', 'watch', 'heldOn'].includes(standing.value),
  )

  watch(
    id,
    () => {
      failed.value = null
      if (detail.value?.warning.id !== id.value) detail.value = null
      void refresh()
    },
    { immediate: true },
  )
  const stop = changes.onChange(({ everything, subjects }) => {
    const now = detail.value
    const touched =
      everything ||
      (id.value !== null && subjects.includes(id.value)) ||
      (now?.warning.thread && subjects.includes(now.warning.thread)) ||
      (now?.warning.contact && subjects.includes(now.warning.contact)) ||
      subjects.includes('texts')
    if (!touched) return
    cardIsOld ||= everything || (card.value !== null && subjects.includes(card.value.id))
    void refresh()
  })
  onScopeDispose(stop)
  watch(connection.state, (state) => {
    if (state === 'open' && failed.value) void refresh()
  })

  return { detail, card, failed, loading, standing, works, refresh }
}
export type OpenWarning = ReturnType<typeof useWarning>
