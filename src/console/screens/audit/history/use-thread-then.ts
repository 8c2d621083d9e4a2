import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { Thread, TimelineItem } from '../../../../contract/threads.ts'
import { useConnection } from '../../../connection/connection.ts'
import { latest } from './latest.ts'

const pageOfItems = 60

/** A thread as it stood after an entry; another moment of it replaces this one without a gap. */
export function useThreadThen(thread: () => string | null, seq: () => number) {
  const connection = useConnection()
  const head = shallowRef<Thread | null>(null)
  const items = shallowRef<TimelineItem[]>([])
  const more = ref(false)
  const failed = shallowRef<unknown>(null)

  const asking = latest(
    (asked: { thread: string; seq: number; before?: number }) =>
      connection.call('history.thread', { ...asked, limit: pageOfItems }),
    (found, { before }) => {
      head.value = found.thread
      items.value = before === undefined ? found.items : [...found.items, ...items.value]
      more.value = found.more
      failed.value = null
    },
    (error) => {
      forget()
      failed.value = error
    },
  )
  onScopeDispose(asking.stop)

  function forget() {
    head.value = null
    items.value = []
    more.value = false
  }
  function read() {
    const of = thread()
    failed.value = null
    if (of === null) return forget()
    if (head.value?.id !== of) forget()
    asking.put({ thread: of, seq: seq() })
  }
  function older() {
    const of = thread()
    const first = items.value[0]
    if (of !== null && first) asking.put({ thread: of, seq: seq(), before: first.seq })
  }
  watch([thread, seq], read, { immediate: true })

  return { head, items, more, failed, older, read }
}
