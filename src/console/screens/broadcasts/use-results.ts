import { onScopeDispose, type Ref, ref, shallowRef, watch } from 'vue'
import type { RecipientRow, RecipientState } from '../../../contract/broadcasts.ts'
import { useRefusal } from '../../composables/use-refusal.ts'
import { useConnection } from '../../connection/connection.ts'
import { useChanges } from '../../stores/changes.ts'

export const resultRows = 25
const gatherMs = 120

/** What became of it resident by resident: one page, of one result or of one member where asked. */
export function useResults(broadcast: Readonly<Ref<string>>) {
  const connection = useConnection()
  const changes = useChanges()
  const { wordsOf } = useRefusal()
  const rows = shallowRef<RecipientRow[] | null>(null)
  const total = ref(0)
  const offset = ref(0)
  const state = ref<RecipientState | 'all'>('all')
  const task = ref<string | null>(null)
  const failed = ref('')
  let asked = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function read() {
    timer = undefined
    const mine = ++asked
    try {
      const answer = await connection.call('broadcast.results', {
        broadcast: broadcast.value,
        ...(state.value === 'all' ? {} : { state: state.value }),
        ...(task.value === null ? {} : { task: task.value }),
        offset: offset.value,
        limit: resultRows,
      })
      if (mine !== asked) return
      rows.value = answer.rows
      total.value = answer.total
      failed.value = ''
    } catch (error) {
      if (mine === asked) failed.value = wordsOf(error)
    }
  }

  watch([state, task], () => {
    offset.value = 0
    void read()
  })
  watch(broadcast, () => {
    rows.value = null
    offset.value = 0
    state.value = 'all'
    task.value = null
    void read()
  })
  const stop = changes.onChange(({ everything, subjects }) => {
    if (everything || subjects.includes(broadcast.value)) timer ??= setTimeout(read, gatherMs)
  })
  onScopeDispose(() => {
    stop()
    clearTimeout(timer)
  })
  void read()

  return {
    rows,
    total,
    offset,
    state,
    task,
    failed,
    read,
    turn(to: number) {
      offset.value = to
      void read()
    },
  }
}
export type Results = ReturnType<typeof useResults>
