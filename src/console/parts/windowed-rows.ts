import { computed, onActivated, onBeforeUnmount, onMounted, type Ref, ref } from 'vue'

/** Chromium stops laying out an element somewhat above 33 million px; a list higher than this is cut. */
const tallest = 30_000_000

/** Which rows of a fixed height are in view, for a list that is far too long to be in the document. */
export function useWindowedRows(options: {
  scroller: Readonly<Ref<HTMLElement | null>>
  total: () => number
  rowHeight: number
  overscan?: number
}) {
  const { scroller, rowHeight } = options
  const overscan = options.overscan ?? 6
  const scrollTop = ref(0)
  const viewport = ref(0)
  let observer: ResizeObserver | null = null

  const reachable = computed(() => Math.min(options.total(), Math.floor(tallest / rowHeight)))
  const height = computed(() => reachable.value * rowHeight)
  const firstVisible = computed(() => Math.floor(scrollTop.value / rowHeight))
  const lastVisible = computed(() =>
    Math.min(reachable.value - 1, Math.ceil((scrollTop.value + viewport.value) / rowHeight) - 1),
  )
  const first = computed(() => Math.max(0, firstVisible.value - overscan))
  const last = computed(() => Math.min(reachable.value - 1, lastVisible.value + overscan))
  const indices = computed(() => {
    const list: number[] = []
    for (let index = first.value; index <= last.value; index++) list.push(index)
    return list
  })

  function onScroll() {
    scrollTop.value = scroller.value?.scrollTop ?? 0
  }

  function scrollTo(top: number) {
    const element = scroller.value
    if (!element) return
    element.scrollTop = top
    scrollTop.value = element.scrollTop
  }

  function scrollToRow(index: number) {
    const top = index * rowHeight
    if (top < scrollTop.value) scrollTo(top)
    else if (top + rowHeight > scrollTop.value + viewport.value) scrollTo(top + rowHeight - viewport.value)
  }

  onMounted(() => {
    const element = scroller.value
    if (!element) return
    viewport.value = element.clientHeight
    element.addEventListener('scroll', onScroll, { passive: true })
    observer = new ResizeObserver(() => {
      if (element.clientHeight > 0) viewport.value = element.clientHeight
    })
    observer.observe(element)
  })
  /** A kept screen comes back scrolled to its top, without saying so. */
  onActivated(() => {
    if (scroller.value) scroller.value.scrollTop = scrollTop.value
  })
  onBeforeUnmount(() => {
    scroller.value?.removeEventListener('scroll', onScroll)
    observer?.disconnect()
  })

  return {
    indices,
    first,
    last,
    firstVisible,
    lastVisible,
    reachable,
    height,
    scrollTop,
    scrollTo,
    scrollToRow,
  }
}

/**
 * How many rows the list moved under the reader: the shift most of the rows on screen made. Rows that went
 * elsewhere on their own (a new message took one to the top) do not count against the many that moved alike.
 */
export function commonShift(before: Map<string, number>, indexOf: (id: string) => number): number {
  const votes = new Map<number, number>()
  for (const [id, index] of before) {
    const now = indexOf(id)
    if (now >= 0) votes.set(now - index, (votes.get(now - index) ?? 0) + 1)
  }
  let shift = 0
  let most = 0
  for (const [candidate, count] of votes) {
    if (count > most || (count === most && Math.abs(candidate) < Math.abs(shift))) {
      shift = candidate
      most = count
    }
  }
  return shift
}
