import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { WarningRow } from '../../../contract/warnings.ts'
import { useConnection } from '../../connection/connection.ts'
import { rowPages } from '../../parts/row-pages.ts'
import { useChanges } from '../../stores/changes.ts'

export type WarningsOf = 'open' | 'closed'

const patienceMs = 150
const gatherMs = 60

/** The warnings at the left, as they scroll into view: open ones with what is late first, or the closed ones. */
export function useWarnings() {
  const connection = useConnection()
  const changes = useChanges()
  const of = ref<WarningsOf>('open')
  const counts = shallowRef<{ open: number; overdue: number } | null>(null)
  /** Where the chosen one is or was, so that `j` goes on from there when it has left the list. */
  const cursor = ref(-1)
  let slow: ReturnType<typeof setTimeout> | undefined
  let gathering: ReturnType<typeof setTimeout> | undefined

  const pages = rowPages<WarningRow>(async (offset, limit) => {
    const answer = await connection.call('warnings.list', { of: of.value, offset, limit })
    counts.value = { open: answer.open, overdue: answer.overdue }
    return answer
  })

  function restart() {
    clearTimeout(slow)
    slow = setTimeout(pages.clear, patienceMs)
    return pages.restart()
  }

  function choose(which: WarningsOf) {
    if (which === of.value) return
    of.value = which
    cursor.value = -1
    void restart()
  }

  /** The row `step` away from the chosen one; from one that left the list, the row that took its place. */
  function beside(step: 1 | -1, selected: string | null): WarningRow | undefined {
    const total = pages.total.value ?? 0
    if (total === 0) return undefined
    const at = selected === null ? -1 : pages.indexOf(selected)
    const from = at >= 0 ? at : step > 0 ? cursor.value - 1 : cursor.value
    const index = Math.min(Math.max(from + step, 0), total - 1)
    cursor.value = index
    return pages.row(index)
  }

  const stop = changes.onChange((change) => {
    if (!change.everything && !change.subjects.includes('warnings')) return
    gathering ??= setTimeout(() => {
      gathering = undefined
      void pages.refresh()
    }, gatherMs)
  })
  watch(connection.state, (state) => {
    if (state === 'open' && pages.failed.value) void pages.refresh()
  })
  onScopeDispose(() => {
    stop()
    clearTimeout(slow)
    clearTimeout(gathering)
  })
  void restart()

  return {
    of,
    counts,
    cursor,
    total: pages.total,
    failed: pages.failed,
    row: pages.row,
    indexOf: pages.indexOf,
    show: pages.show,
    refresh: pages.refresh,
    onTake: pages.onTake,
    choose,
    beside,
  }
}
export type Warnings = ReturnType<typeof useWarnings>
