import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { BroadcastRow } from '../../../contract/broadcasts.ts'
import { useMay } from '../../composables/use-may.ts'
import { useConnection } from '../../connection/connection.ts'
import { useChanges } from '../../stores/changes.ts'
import { useSession } from '../../stores/session.ts'
import { waitingFirst } from './results.ts'

export const tabs = ['open', 'ended', 'all'] as const
export type Tab = (typeof tabs)[number]

const pageSize = 50
const gatherMs = 80

/** The list at the left: as many pages as were asked for, read anew when something changes. */
export function useBroadcasts() {
  const connection = useConnection()
  const changes = useChanges()
  const session = useSession()
  const may = useMay()
  const of = ref<Tab>('open')
  const read = shallowRef<BroadcastRow[] | null>(null)
  const total = ref(0)
  const counts = shallowRef<{ toApprove: number; open: number } | null>(null)
  const failed = shallowRef<unknown>(null)
  let wanted = pageSize
  let asked = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function refresh() {
    timer = undefined
    const mine = ++asked
    try {
      const rows: BroadcastRow[] = []
      for (;;) {
        const limit = Math.min(pageSize, wanted - rows.length)
        const answer = await connection.call('broadcasts.list', {
          of: of.value,
          offset: rows.length,
          limit,
        })
        if (mine !== asked) return
        rows.push(...answer.rows)
        total.value = answer.total
        counts.value = { toApprove: answer.toApprove, open: answer.open }
        if (rows.length >= Math.min(wanted, answer.total) || answer.rows.length === 0) break
      }
      read.value = rows
      failed.value = null
    } catch (error) {
      if (mine === asked) failed.value = error
    }
  }

  function choose(tab: Tab) {
    if (tab === of.value) return
    of.value = tab
    wanted = pageSize
    read.value = null
    void refresh()
  }

  const rows = computed(
    () =>
      read.value && waitingFirst(read.value, may.value.supervise ? (session.session?.user ?? null) : null),
  )

  const stop = changes.onChange(({ everything, subjects }) => {
    if (everything || subjects.includes('broadcasts')) timer ??= setTimeout(refresh, gatherMs)
  })
  watch(connection.state, (state) => {
    if (state === 'open' && failed.value) void refresh()
  })
  onScopeDispose(() => {
    stop()
    clearTimeout(timer)
  })
  void refresh()

  return {
    of,
    rows,
    total,
    counts,
    failed,
    refresh,
    choose,
    left: computed(() => Math.max(0, total.value - (read.value?.length ?? 0))),
    more() {
      wanted += pageSize
      void refresh()
    },
    /** The row `step` away from the chosen one. */
    beside(step: 1 | -1, selected: string | null): BroadcastRow | undefined {
      const list = rows.value ?? []
      const at = list.findIndex(({ id }) => id === selected)
      return list[Math.min(Math.max(at < 0 ? 0 : at + step, 0), list.length - 1)]
    },
  }
}
export type Broadcasts = ReturnType<typeof useBroadcasts>
