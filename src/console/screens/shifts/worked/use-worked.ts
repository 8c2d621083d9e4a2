import { onScopeDispose, reactive, ref, watch } from 'vue'
import type { WorkedShift } from '../../../../contract/shifts.ts'
import { useConnection } from '../../../connection/connection.ts'
import { rowPages } from '../../../parts/row-pages.ts'
import { useChanges } from '../../../stores/changes.ts'
import { useSession } from '../../../stores/session.ts'

const patienceMs = 150
export type WorkedRow = Omit<WorkedShift, 'id'> & { id: string }

/** The list of shifts that were worked, newest first, and the chosen one. */
export function useWorked() {
  const connection = useConnection()
  const changes = useChanges()
  const session = useSession()
  const filter = reactive<{ user: string | null; post: string | null }>({ user: null, post: null })
  const selected = ref<string | null>(null)
  let slow: ReturnType<typeof setTimeout> | undefined

  const pages = rowPages<WorkedRow>(async (offset, limit) => {
    const { rows, total } = await connection.call('shifts.list', {
      ...(filter.user === null ? {} : { user: filter.user }),
      ...(filter.post === null ? {} : { post: filter.post }),
      offset,
      limit,
    })
    return { total, rows: rows.map((row) => ({ ...row, id: String(row.id) })) }
  })

  function restart() {
    clearTimeout(slow)
    slow = setTimeout(pages.clear, patienceMs)
    void pages.restart()
  }
  watch(filter, restart)
  restart()
  const stops = [
    changes.onChange(({ everything, subjects }) => {
      if (!session.session || session.session.locked) return
      if (everything || subjects.includes('people') || subjects.includes('handoffs')) void pages.refresh()
    }),
    watch(connection.state, (state) => {
      if (state === 'open' && pages.failed.value) void pages.refresh()
    }),
  ]
  onScopeDispose(() => {
    clearTimeout(slow)
    for (const stop of stops) stop()
  })

  return {
    filter,
    selected,
    pages,
  }
}
