import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { RecordFilter, RecordRow } from '../../../../contract/audit.ts'
import { useConnection } from '../../../connection/connection.ts'
import { useChanges } from '../../../stores/changes.ts'
import { useSession } from '../../../stores/session.ts'

const pageOfRows = 100
/** Fewer than this below the last row on screen, and the next page is read. */
const ahead = 60

/**
 * Records of a filter, newest first. They stay as they were read, because each look is a record itself; that there are
 * newer ones is said, and reading them is the auditor's to ask for.
 */
export function useRecords(filter: () => RecordFilter) {
  const connection = useConnection()
  const changes = useChanges()
  const session = useSession()
  const rows = shallowRef<RecordRow[] | null>(null)
  const more = ref(false)
  const failed = shallowRef<unknown>(null)
  const total = ref<number | null>(null)
  const newer = ref(false)
  let asked = 0
  let reading = false

  const key = computed(() => JSON.stringify(filter()))

  async function restart() {
    const mine = ++asked
    reading = true
    failed.value = null
    total.value = null
    const slow = setTimeout(() => {
      if (mine === asked) rows.value = null
    }, 150)
    try {
      const page = await connection.call('audit.records', { filter: filter(), limit: pageOfRows })
      if (mine !== asked) return
      rows.value = page.rows
      more.value = page.more
      newer.value = false
    } catch (error) {
      if (mine !== asked) return
      rows.value = null
      failed.value = error
    } finally {
      clearTimeout(slow)
      if (mine === asked) reading = false
    }
    void count(mine)
  }

  /** Beside the page, because over a long time it takes longer. */
  async function count(mine: number) {
    if (failed.value) return
    try {
      const summary = await connection.call('audit.summary', { filter: filter() })
      if (mine === asked) total.value = summary.total
    } catch {
      // The rows are there all the same; only their number is not said.
    }
  }

  async function readOn() {
    const last = rows.value?.at(-1)
    if (!last || !more.value || reading) return
    const mine = asked
    reading = true
    try {
      const page = await connection.call('audit.records', {
        filter: filter(),
        before: last.seq,
        limit: pageOfRows,
      })
      if (mine !== asked) return
      rows.value = [...(rows.value ?? []), ...page.rows]
      more.value = page.more
    } catch (error) {
      if (mine === asked) failed.value = error
    } finally {
      if (mine === asked) reading = false
    }
  }

  watch(key, () => void restart(), { immediate: true })
  const stops = [
    changes.onChange(({ everything, subjects }) => {
      if (everything || subjects.some((subject) => subject !== 'audit')) newer.value = true
    }),
    watch(connection.state, (state) => {
      if (state === 'open' && failed.value) void restart()
    }),
    watch(
      () => session.session?.locked,
      (locked, before) => {
        if (before && locked === false) void restart()
      },
    ),
  ]
  onScopeDispose(() => {
    asked++
    for (const stop of stops) stop()
  })

  return {
    rows,
    more,
    failed,
    /** Null while they are being counted. */
    total,
    newer,
    restart,
    readOn,
    /** The last row on screen. */
    show(index: number) {
      if (rows.value && index + ahead >= rows.value.length) void readOn()
    },
  }
}
