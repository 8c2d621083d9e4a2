import { onScopeDispose, ref, watch } from 'vue'
import type { HandoffPromise, HandoffRow } from '../../../contract/handoff.ts'
import { useConnection } from '../../connection/connection.ts'
import { rowPages } from '../../parts/row-pages.ts'
import { useChanges } from '../../stores/changes.ts'
import { useSession } from '../../stores/session.ts'

export const tabs = ['open', 'finished', 'promises'] as const
export type Tab = (typeof tabs)[number]
export const promisesShown = ['open', 'broken', 'all'] as const

/** The lists beside the sheet: handoffs that are open, those that are finished, and what was promised in them. */
export function useHandoffs() {
  const connection = useConnection()
  const changes = useChanges()
  const session = useSession()
  const tab = ref<Tab>('open')
  /** Whoever audits looks for what was not kept. */
  const promised = ref<(typeof promisesShown)[number]>(
    session.session?.role === 'auditor' ? 'broken' : 'open',
  )
  const rows = rowPages<HandoffRow>((offset, limit) =>
    connection.call('handoffs.list', { of: tab.value === 'finished' ? 'finished' : 'open', offset, limit }),
  )
  const promises = rowPages<HandoffPromise>((offset, limit) =>
    connection.call('promises.list', { of: promised.value, offset, limit }),
  )
  const refresh = () => (tab.value === 'promises' ? promises.refresh() : rows.refresh())

  watch(
    tab,
    (now, before) => {
      if (now === 'promises') void promises.restart()
      else {
        if (before !== undefined && before !== 'promises') rows.clear()
        void rows.restart()
      }
    },
    { immediate: true },
  )
  watch(promised, () => {
    promises.clear()
    void promises.restart()
  })
  const stops = [
    changes.onChange(({ everything, subjects }) => {
      if (!session.session || session.session.locked) return
      if (everything || subjects.includes('handoffs')) void refresh()
    }),
    watch(connection.state, (state) => {
      if (state === 'open') void refresh()
    }),
  ]
  onScopeDispose(() => {
    for (const stop of stops) stop()
  })

  return { tab, promised, rows, promises, refresh }
}
