import { onScopeDispose, type Ref, watch } from 'vue'
import { useThread } from '../../stores/thread.ts'

/** Nobody has read what appeared less than this ago, even with it before their eyes. */
const readingMs = 1_000

/**
 * What the officer has seen: the newest of the thread counts only when the end of the timeline was on screen
 * of a visible window for a moment. A window on a second screen behind another sees nothing.
 */
export function useSeen(atEnd: Readonly<Ref<boolean>>) {
  const store = useThread()
  let timer: ReturnType<typeof setTimeout> | undefined

  const onDisplay = () =>
    atEnd.value && !store.loading && !store.detached && document.visibilityState === 'visible'

  function look() {
    clearTimeout(timer)
    const thread = store.thread
    if (!thread || thread.lastSeq <= store.seen || !onDisplay()) return
    /** A thread just opened is read as a whole; only what comes later can slip in unseen. */
    if (store.seen === 0) store.seen = thread.lastSeq
    else timer = setTimeout(read, readingMs, thread.id, thread.lastSeq)
  }

  function read(id: string, seq: number) {
    if (store.thread?.id === id && onDisplay()) store.seen = Math.max(store.seen, seq)
    look()
  }

  watch([() => store.thread?.id, () => store.thread?.lastSeq, () => store.loading, atEnd], look, {
    flush: 'post',
  })
  document.addEventListener('visibilitychange', look)
  onScopeDispose(() => {
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', look)
  })
}
