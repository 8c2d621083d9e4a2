import { ref, shallowRef, triggerRef } from 'vue'
import type { Page } from '../../contract/call.ts'

export const pageSize = 100
/** Pages kept beside the visible ones; the rest are read again when scrolled to. */
const keptPages = 20

interface Held<Row> {
  rows: Row[]
  /** The stamp the list had when this page was asked for; older than the list's own means stale. */
  stamp: number
}

/**
 * A long list read page by page as it scrolls into view. What is on screen stays until its newer version is
 * here, so a change never flickers, and pages that belong together are replaced together.
 */
export function rowPages<Row extends { id: string }>(
  load: (offset: number, limit: number) => Promise<Page<Row>>,
) {
  const total = ref<number | null>(null)
  const failed = shallowRef<unknown>(null)
  const pages = shallowRef(new Map<number, Held<Row>>())
  const listeners = new Set<() => void>()
  let stamp = 0
  /** Counts lists: an answer meant for the list before `restart` is thrown away. */
  let list = 0
  let clearOnArrival = false
  let first = 0
  let last = pageSize - 1
  let running = false

  function row(index: number): Row | undefined {
    return pages.value.get(Math.floor(index / pageSize))?.rows[index % pageSize]
  }

  function indexOf(id: string): number {
    for (const [page, held] of pages.value) {
      const at = held.rows.findIndex((candidate) => candidate.id === id)
      if (at >= 0) return page * pageSize + at
    }
    return -1
  }

  function missing(): number[] {
    const wanted: number[] = []
    const end = total.value === null || clearOnArrival ? 0 : Math.max(0, total.value - 1)
    for (
      let page = Math.floor(first / pageSize);
      page <= Math.floor(Math.min(last, Math.max(end, first)) / pageSize);
      page++
    ) {
      const held = pages.value.get(page)
      if (!held || held.stamp < stamp || clearOnArrival) wanted.push(page)
    }
    return wanted
  }

  async function run() {
    if (running) return
    running = true
    try {
      for (let wanted = missing(); wanted.length > 0; wanted = missing()) {
        const asked = stamp
        const of = list
        const answers = await Promise.all(wanted.map((page) => load(page * pageSize, pageSize)))
        if (of !== list) continue
        take(wanted, answers, asked)
      }
      failed.value = null
    } catch (error) {
      failed.value = error
    } finally {
      running = false
    }
  }

  function take(wanted: number[], answers: Page<Row>[], asked: number) {
    if (clearOnArrival) pages.value.clear()
    clearOnArrival = false
    wanted.forEach((page, i) => {
      pages.value.set(page, { rows: answers[i]!.rows, stamp: asked })
    })
    total.value = answers[0]!.total
    forgetFarPages()
    triggerRef(pages)
    for (const listener of listeners) listener()
  }

  function forgetFarPages() {
    const middle = Math.floor((first + last) / 2 / pageSize)
    const byDistance = [...pages.value.keys()].sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))
    for (const page of byDistance.slice(keptPages)) pages.value.delete(page)
  }

  return {
    total,
    failed,
    row,
    indexOf,
    /** The row `step` away from the one that is chosen, and where it is; the first where none of the list is. */
    beside(chosen: string | null, step: 1 | -1): { row: Row; index: number } | undefined {
      const at = chosen === null ? -1 : indexOf(chosen)
      const index = at < 0 ? 0 : Math.min(Math.max(at + step, 0), (total.value ?? 1) - 1)
      const found = row(index)
      return found && { row: found, index }
    },
    /** The rows on screen, by index; what is missing or stale among them is read. */
    show(from: number, to: number) {
      first = Math.max(0, from)
      last = Math.max(first, to)
      return run()
    },
    /** Something changed: read again what is on screen, and the rest when it is scrolled to. */
    refresh() {
      stamp++
      return run()
    },
    /** Another list altogether. The old rows stay until the first page of the new one is here, or `clear`. */
    restart() {
      list++
      stamp++
      first = 0
      last = pageSize - 1
      clearOnArrival = true
      return run()
    },
    /** Nothing of the old list any more: rows show as loading. */
    clear() {
      if (!clearOnArrival) return
      pages.value = new Map()
      total.value = null
    },
    onTake(listener: () => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
export type RowPages<Row extends { id: string }> = ReturnType<typeof rowPages<Row>>
