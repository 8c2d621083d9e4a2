import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { Refused } from '../../contract/errors.ts'
import type { Change } from '../../contract/session.ts'
import type { Thread, TimelineItem } from '../../contract/threads.ts'
import { useConnection } from '../connection/connection.ts'
import { useChanges } from './changes.ts'
import { useSession } from './session.ts'

const pageOfItems = 60
/** How far back a hit of the search is looked for so that it joins on to the newest items. */
const farthest = 2_000

/**
 * The newest items put over those already here. Without an overlap there is a gap, and then only the newest
 * are kept: a timeline never silently leaves something out.
 */
export function joined(
  held: readonly TimelineItem[],
  fresh: readonly TimelineItem[],
  freshMore: boolean,
): { items: TimelineItem[]; gap: boolean } {
  const from = fresh[0]?.seq
  const newestHeld = held.at(-1)?.seq
  if (from === undefined || newestHeld === undefined) return { items: [...fresh], gap: true }
  if (from > newestHeld && freshMore) return { items: [...fresh], gap: true }
  return { items: [...held.filter((item) => item.seq < from), ...fresh], gap: false }
}

/** The open thread: its head, and its timeline from the ledger. */
export const useThread = defineStore('thread', () => {
  const connection = useConnection()
  const changes = useChanges()
  const session = useSession()

  const id = ref<string | null>(null)
  const thread = shallowRef<Thread | null>(null)
  const items = shallowRef<TimelineItem[]>([])
  const more = ref(false)
  const readingOlder = ref(false)
  const failed = shallowRef<unknown>(null)
  /** The message the search led to. */
  const target = ref<number | null>(null)
  /** The items end before the newest: the search led far back. */
  const detached = ref(false)
  /** Texts shown in full after `message.unmask`, by `seq`; forgotten with the thread. */
  const unmasked = shallowRef(new Map<number, string>())
  /** The `lastSeq` that was on this screen; an answer names it (rule 3). 0 when the newest was not yet seen. */
  const seen = ref(0)
  const loading = computed(() => id.value !== null && thread.value?.id !== id.value && !failed.value)
  let opening = 0
  let refreshing = false
  /** Changes heard of so far. */
  let heard = 0
  let again = false

  const timeline = (of: string, limit: number, before?: number) =>
    connection.call('thread.timeline', { thread: of, limit, ...(before === undefined ? {} : { before }) })

  /** The head is read before the items, so that the items hold at least everything up to `lastSeq`. */
  async function read(of: string, at: number | null) {
    const head = await connection.call('thread.get', { thread: of })
    let page = await timeline(of, pageOfItems)
    let found = page.items
    const wants = () => at !== null && (found[0]?.seq ?? 0) > at && page.more
    while (wants() && found.length < farthest) {
      page = await timeline(of, 500, found[0]!.seq)
      found = [...page.items, ...found]
    }
    const far = wants()
    if (far) {
      page = await timeline(of, pageOfItems, at! + 1)
      found = page.items
    }
    return { head, found, more: page.more, far }
  }

  async function open(of: string, at: number | null = null) {
    if (of === id.value && at === null && !failed.value) return
    const mine = ++opening
    const another = of !== id.value
    const before = heard
    id.value = of
    failed.value = null
    const slow = setTimeout(() => {
      if (mine === opening && another) forget()
    }, 150)
    try {
      const answer = await read(of, at)
      if (mine !== opening) return
      if (another) {
        unmasked.value = new Map()
        seen.value = 0
      }
      items.value = answer.found
      more.value = answer.more
      detached.value = answer.far
      target.value = at
      thread.value = answer.head
      // It may be older than what changed while it was read.
      if (heard !== before) void refresh()
    } catch (error) {
      if (mine !== opening) return
      forget()
      failed.value = error
    } finally {
      clearTimeout(slow)
    }
  }

  function forget() {
    thread.value = null
    items.value = []
    more.value = false
    detached.value = false
    target.value = null
    seen.value = 0
    unmasked.value = new Map()
  }

  function leave() {
    opening++
    id.value = null
    failed.value = null
    forget()
  }

  async function refresh() {
    const of = id.value
    if (of === null || loading.value) return
    if (failed.value) return open(of)
    again = true
    if (refreshing) return
    refreshing = true
    try {
      while (again) {
        again = false
        await refreshOnce(of)
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error
    } finally {
      refreshing = false
    }
  }

  async function refreshOnce(of: string) {
    const mine = opening
    const head = await connection.call('thread.get', { thread: of })
    if (mine !== opening || id.value !== of) return
    /** No new words: who holds it shows without waiting for the timeline. */
    if (head.lastSeq === thread.value?.lastSeq) thread.value = head
    const size = Math.min(500, Math.max(pageOfItems, items.value.length + 1))
    const page = detached.value ? null : await timeline(of, size)
    if (mine !== opening || id.value !== of) return
    if (page) {
      const { items: now, gap } = joined(items.value, page.items, page.more)
      items.value = now
      if (gap) more.value = page.more
    }
    thread.value = head
  }

  async function older() {
    const of = id.value
    const first = items.value[0]
    if (of === null || !first || !more.value || readingOlder.value) return
    readingOlder.value = true
    const mine = opening
    try {
      const page = await timeline(of, pageOfItems, first.seq)
      if (mine !== opening || items.value[0] !== first) return
      items.value = [...page.items, ...items.value]
      more.value = page.more
    } catch (error) {
      if (!(error instanceof Refused)) throw error
    } finally {
      readingOlder.value = false
    }
  }

  /** Back from far to the newest items. */
  async function newest() {
    const of = id.value
    if (of === null) return
    const page = await timeline(of, pageOfItems)
    if (id.value !== of) return
    items.value = page.items
    more.value = page.more
    detached.value = false
    target.value = null
  }

  /** Words may be gone, also from what was read of it before. */
  async function anew(of: string) {
    unmasked.value = new Map()
    const mine = ++opening
    try {
      const answer = await read(of, target.value)
      if (mine !== opening) return
      items.value = answer.found
      more.value = answer.more
      detached.value = answer.far
      thread.value = answer.head
    } catch (error) {
      if (!(error instanceof Refused)) throw error
    }
  }

  function unmask(seq: number, text: string | null) {
    const now = new Map(unmasked.value)
    if (text === null) now.delete(seq)
    else now.set(seq, text)
    unmasked.value = now
  }

  /** The thread itself, or whoever it is with: a name that is known now stands in its head. */
  function touched({ everything, subjects }: Change, of: string): boolean {
    const contact = thread.value?.contact
    return everything || subjects.includes(of) || (contact !== undefined && subjects.includes(contact))
  }

  changes.onChange((change) => {
    heard += 1
    if (!session.session || session.session.locked) return
    const of = id.value
    if (of === null) return
    if (change.subjects.includes('erasures') && !loading.value && !failed.value) void anew(of)
    else if (touched(change, of)) void refresh()
  })
  watch(connection.state, (state) => {
    if (state === 'open' && failed.value) void refresh()
  })
  /** What came while the screen was locked was not read. */
  watch(
    () => session.session?.locked,
    (locked, before) => {
      if (before && locked === false) void refresh()
    },
  )

  return {
    id,
    thread,
    items,
    more,
    readingOlder,
    failed,
    loading,
    target,
    detached,
    unmasked,
    seen,
    open,
    leave,
    refresh,
    older,
    newest,
    unmask,
  }
})
