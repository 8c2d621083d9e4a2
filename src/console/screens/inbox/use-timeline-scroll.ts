import { nextTick, onActivated, onBeforeUnmount, onDeactivated, onMounted, type Ref, ref, watch } from 'vue'
import { useThread } from '../../stores/thread.ts'

/** This near the end counts as at the end. */
const nearPx = 40
const nearTopPx = 160

/** Keeps the place in the timeline: at the end while reading the end, still where older items come in above. */
export function useTimelineScroll(scroller: Readonly<Ref<HTMLElement | null>>) {
  const store = useThread()
  const atEnd = ref(false)
  /** Messages that came while the officer was reading further up. */
  const fresh = ref(0)
  let observer: ResizeObserver | null = null
  /** Another screen is in front: nothing here is seen, and the place has to be found again afterwards. */
  let hidden = false
  let kept = 0
  let endWhenBack = false

  function look() {
    const element = scroller.value
    if (!element || hidden) return
    kept = element.scrollTop
    atEnd.value = !store.detached && element.scrollHeight - element.scrollTop - element.clientHeight <= nearPx
    if (atEnd.value) fresh.value = 0
    if (element.scrollTop < nearTopPx && element.scrollHeight > element.clientHeight) void readOlder()
  }

  async function readOlder() {
    const element = scroller.value
    if (!element || !store.more || store.readingOlder || store.loading) return
    const id = store.id
    const fromEnd = element.scrollHeight - element.scrollTop
    await store.older()
    await nextTick()
    if (store.id === id) element.scrollTop = element.scrollHeight - fromEnd
  }

  function toEnd() {
    const element = scroller.value
    if (!element) return
    element.scrollTop = element.scrollHeight
    look()
  }

  async function toNewest() {
    if (store.detached) await store.newest()
    await nextTick()
    toEnd()
  }

  function toTarget(): boolean {
    const found = scroller.value?.querySelector(`[data-seq="${store.target}"]`)
    found?.scrollIntoView({ block: 'center' })
    look()
    return found !== null && found !== undefined
  }

  watch(
    [() => store.thread?.id, () => store.target],
    async () => {
      fresh.value = 0
      await nextTick()
      if (store.target === null || !toTarget()) toEnd()
    },
    { flush: 'post', immediate: true },
  )
  watch(
    () => store.items,
    (now, before) => {
      const last = before.at(-1)?.seq ?? 0
      const stay = atEnd.value
      if (stay) void nextTick(toEnd)
      else if (before.length > 0 && now[0] && now[0].seq <= last)
        fresh.value += now.filter((item) => item.seq > last && item.item === 'message').length
    },
    { flush: 'pre' },
  )
  onDeactivated(() => {
    hidden = true
    endWhenBack = atEnd.value
    atEnd.value = false
  })
  onActivated(() => {
    if (!hidden) return
    hidden = false
    if (endWhenBack) toEnd()
    else if (scroller.value) scroller.value.scrollTop = kept
    look()
  })
  onMounted(() => {
    const element = scroller.value
    if (!element) return
    element.addEventListener('scroll', look, { passive: true })
    /** The composer grows, the window shrinks, an image loads: the end stays in view. */
    observer = new ResizeObserver(() => (atEnd.value ? toEnd() : look()))
    observer.observe(element)
    if (element.firstElementChild) observer.observe(element.firstElementChild)
  })
  onBeforeUnmount(() => {
    scroller.value?.removeEventListener('scroll', look)
    observer?.disconnect()
  })

  return { atEnd, fresh, toNewest, readOlder }
}
