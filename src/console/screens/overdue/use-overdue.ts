import { computed, onScopeDispose, reactive, ref, shallowRef, watch } from 'vue'
import type { ThreadRow } from '../../../contract/threads.ts'
import { useNow } from '../../composables/use-time.ts'
import { useConnection } from '../../connection/connection.ts'
import { useChanges } from '../../stores/changes.ts'
import { useDirectory } from '../../stores/directory.ts'
import {
  byAge,
  byHolder,
  type HolderFilter,
  holderMatches,
  type OverdueSort,
  sorted,
} from './overdue-rows.ts'

const pageSize = 200
/** Far more than a station has; past it the supervisor chooses an account first. */
export const mostRows = 10_000
/** All of them are read anew, so not at every word that comes in. */
const gatherMs = 400
const restMs = 2_000

/** All overdue threads: only so can they be sorted by any of their sides, counted, and selected as one. */
export function useOverdue() {
  const connection = useConnection()
  const changes = useChanges()
  const directory = useDirectory()
  const now = useNow(15_000)
  const rows = shallowRef<ThreadRow[] | null>(null)
  const total = ref(0)
  const failed = shallowRef<unknown>(null)
  const account = ref<string | null>(null)
  const filters = reactive<{ holder: HolderFilter; sort: OverdueSort }>({ holder: 'any', sort: 'age' })
  let asked = 0
  let readAt = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const page = (offset: number) =>
    connection.call('threads.list', {
      queue: 'overdue',
      offset,
      limit: pageSize,
      ...(account.value === null ? {} : { account: account.value }),
    })

  async function refresh() {
    clearTimeout(timer)
    timer = undefined
    const mine = ++asked
    try {
      const first = await page(0)
      const found = new Map(first.rows.map((row) => [row.id, row]))
      const end = Math.min(first.total, mostRows)
      for (let offset = pageSize; offset < end; offset += pageSize) {
        if (mine !== asked) return
        for (const row of (await page(offset)).rows) found.set(row.id, row)
      }
      if (mine !== asked) return
      rows.value = [...found.values()]
      total.value = first.total
      failed.value = null
      readAt = Date.now()
    } catch (error) {
      if (mine === asked) failed.value = error
    }
  }
  const soon = () => {
    timer ??= setTimeout(() => void refresh(), Math.max(gatherMs, readAt + restMs - Date.now()))
  }

  const stop = changes.onChange(soon)
  onScopeDispose(() => {
    stop()
    clearTimeout(timer)
  })
  watch(connection.state, (state) => {
    if (state === 'open' && failed.value) void refresh()
  })
  watch(account, () => void refresh())
  void refresh()

  const onShift = computed(
    () => new Set(directory.people.filter((person) => person.onShift).map(({ user }) => user)),
  )
  const shown = computed(() =>
    sorted(
      (rows.value ?? []).filter((row) => holderMatches(row, filters.holder, onShift.value)),
      filters.sort,
    ),
  )
  const ages = computed(() => byAge(shown.value, now.value))
  const holders = computed(() => byHolder(rows.value ?? [], onShift.value))
  const longestMs = computed(() =>
    (rows.value ?? []).reduce(
      (most, row) => Math.max(most, now.value - Date.parse(row.waitingSince ?? row.lastAt)),
      0,
    ),
  )

  return {
    rows,
    total,
    failed,
    account,
    filters,
    now,
    onShift,
    shown,
    ages,
    holders,
    longestMs,
    refresh,
    filtered: computed(() => account.value !== null || filters.holder !== 'any'),
    clearFilters() {
      account.value = null
      filters.holder = 'any'
    },
  }
}
export type Overdue = ReturnType<typeof useOverdue>
