import { computed, onScopeDispose, ref, watch } from 'vue'
import type { EscalationRow } from '../../../contract/escalations.ts'
import { useConnection } from '../../connection/connection.ts'
import { rowPages } from '../../parts/row-pages.ts'
import { useChanges } from '../../stores/changes.ts'
import { useSession } from '../../stores/session.ts'

export const tabs = ['live', 'visits', 'ended'] as const
export type Tab = (typeof tabs)[number]

/** After this long without an answer the rows of the former list give way to skeletons. */
const patienceMs = 150

/** The list of escalations on screen: which of them, its pages, and the chosen one. */
export function useEscalations() {
  const connection = useConnection()
  const changes = useChanges()
  const session = useSession()
  const tab = ref<Tab>('live')
  const desk = ref<string | null>(null)
  const level = ref<string | null>(null)
  const selected = ref<string | null>(null)
  /** Where the chosen one is in the list, or was before it left it: `j` goes on from there. */
  const cursor = ref(-1)
  let slow: ReturnType<typeof setTimeout> | undefined
  /** The rows shown are those of the former filter; a step asked for meanwhile is made in the list that comes. */
  let stale = false
  let asked: 1 | -1 | null = null

  const pages = rowPages<EscalationRow>((offset, limit) =>
    connection.call('escalations.list', {
      of: tab.value,
      ...(desk.value === null ? {} : { desk: desk.value }),
      ...(level.value === null ? {} : { level: level.value }),
      offset,
      limit,
    }),
  )
  const filtered = computed(() => desk.value !== null || level.value !== null)

  function restart() {
    cursor.value = -1
    stale = true
    asked = null
    clearTimeout(slow)
    slow = setTimeout(pages.clear, patienceMs)
    void pages.restart()
  }
  watch([tab, desk, level], restart)
  void pages.restart()

  function select(id: string | null) {
    selected.value = id
    if (id !== null) cursor.value = Math.max(pages.indexOf(id), -1)
  }

  /** The row `step` away from the chosen one; from one that left the list, the row that took its place. */
  function move(step: 1 | -1): number {
    if (stale) {
      asked = step
      return -1
    }
    const total = pages.total.value ?? 0
    if (total === 0) return -1
    const still = selected.value !== null && pages.row(cursor.value)?.id === selected.value
    const wanted = cursor.value < 0 ? 0 : still || step < 0 ? cursor.value + step : cursor.value
    const index = Math.min(Math.max(wanted, 0), total - 1)
    const row = pages.row(index)
    if (row) {
      selected.value = row.id
      cursor.value = index
    }
    return index
  }

  const stops = [
    pages.onTake(() => {
      stale = false
      const index = selected.value === null ? -1 : pages.indexOf(selected.value)
      if (index >= 0) cursor.value = index
      if (asked !== null) move(asked)
      asked = null
    }),
    changes.onChange(({ everything, subjects }) => {
      if (!session.session || session.session.locked) return
      if (everything || subjects.some((subject) => subject === 'escalations' || isShown(subject)))
        void pages.refresh()
    }),
    watch(connection.state, (state) => {
      if (state === 'open' && pages.failed.value) void pages.refresh()
    }),
  ]
  onScopeDispose(() => {
    clearTimeout(slow)
    for (const stop of stops) stop()
  })

  /** Its category or who may read it may have changed. */
  function isShown(thread: string): boolean {
    const end = Math.min(pages.total.value ?? 0, 200)
    for (let index = 0; index < end; index++) if (pages.row(index)?.thread === thread) return true
    return false
  }

  return { tab, desk, level, selected, cursor, filtered, pages, select, move }
}
