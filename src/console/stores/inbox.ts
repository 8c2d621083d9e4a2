import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { Refused } from '../../contract/errors.ts'
import { type Queue, type QueueCounts, queue as queues, type ThreadRow } from '../../contract/threads.ts'
import { useConnection } from '../connection/connection.ts'
import { rowPages } from '../parts/row-pages.ts'
import { useChanges } from './changes.ts'
import { useSession } from './session.ts'

/** After this long without an answer the rows of the former queue give way to skeletons. */
const patienceMs = 150
/** A change and the answer to the act that made it come together: the list is read once for both. */
const gatherMs = 25
/** The queue survives a reload of the window. */
const keptAs = 'duty-desk.queue'

/** The queue on screen: its rows as they scroll into view, the counts, and which thread is chosen. */
export const useInbox = defineStore('inbox', () => {
  const connection = useConnection()
  const session = useSession()
  const changes = useChanges()

  const queue = ref<Queue>(queues.catch('unclaimed').parse(sessionStorage.getItem(keptAs)))
  const account = ref<string | null>(null)
  const counts = shallowRef<QueueCounts | null>(null)
  const selected = ref<string | null>(null)
  /** Where the chosen thread is in the list, or was before it left it: `j` goes on from there. */
  const cursor = ref(-1)
  /** How many screens show the inbox; nothing is read while none does. */
  let watchers = 0
  let countsWanted = false
  let countsRunning = false
  /** Whose list it is. */
  let reader: string | undefined
  let gathering: ReturnType<typeof setTimeout> | undefined
  let slow: ReturnType<typeof setTimeout> | undefined

  const ofAccount = () => (account.value === null ? {} : { account: account.value })
  const pages = rowPages<ThreadRow>((offset, limit) =>
    connection.call('threads.list', { queue: queue.value, ...ofAccount(), offset, limit }),
  )
  const active = computed(() => session.session !== null && !session.session.locked)

  async function readCounts() {
    countsWanted = true
    if (countsRunning) return
    countsRunning = true
    try {
      while (countsWanted) {
        countsWanted = false
        counts.value = await connection.call('threads.counts', ofAccount())
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error
    } finally {
      countsRunning = false
    }
  }

  function restart() {
    cursor.value = -1
    clearTimeout(slow)
    slow = setTimeout(pages.clear, patienceMs)
    void pages.restart()
    void readCounts()
  }

  /** For another officer nothing of the former one's stays on screen. */
  function begin() {
    reader = session.session?.user
    selected.value = null
    restart()
    pages.clear()
  }

  /** The open thread is read first: the act of an officer shows there, the list follows a frame or two later. */
  function refresh() {
    if (watchers === 0 || !active.value || gathering !== undefined) return
    gathering = setTimeout(() => {
      gathering = undefined
      void pages.refresh()
      void readCounts()
    }, gatherMs)
  }

  function choose(nextQueue: Queue, nextAccount: string | null = account.value) {
    if (nextQueue === queue.value && nextAccount === account.value) return
    queue.value = nextQueue
    sessionStorage.setItem(keptAs, nextQueue)
    account.value = nextAccount
    restart()
  }

  function select(id: string | null, index = id === null ? -1 : pages.indexOf(id)) {
    selected.value = id
    if (index >= 0 || id === null) cursor.value = index
  }

  /**
   * The list moved under the officer. The place stays where the rows around it went, also when the chosen
   * thread itself jumped away because it was answered: the next one is the one that took its place.
   */
  function settle(shift: number, onScreen: boolean) {
    const index = selected.value === null ? -1 : pages.indexOf(selected.value)
    if (onScreen) cursor.value += shift
    else if (index >= 0) cursor.value = index
  }

  /** The row `step` away from the chosen one; from one that left the list, the row that took its place. */
  function beside(step: 1 | -1): { index: number; row: ThreadRow | undefined } | null {
    const total = pages.total.value ?? 0
    if (total === 0) return null
    const still = selected.value !== null && pages.row(cursor.value)?.id === selected.value
    const wanted = cursor.value < 0 ? 0 : still || step < 0 ? cursor.value + step : cursor.value
    const index = Math.min(Math.max(wanted, 0), total - 1)
    return { index, row: pages.row(index) }
  }

  changes.onChange(refresh)
  watch(connection.state, (state) => {
    if (state === 'open' && pages.failed.value) refresh()
  })
  watch(
    () => (active.value ? session.session?.user : undefined),
    (user) => {
      if (!user || watchers === 0) return
      if (user === reader) refresh()
      else begin()
    },
  )

  return {
    queue,
    account,
    counts,
    selected,
    cursor,
    total: pages.total,
    failed: pages.failed,
    row: pages.row,
    indexOf: pages.indexOf,
    show: pages.show,
    onTake: pages.onTake,
    choose,
    select,
    settle,
    beside,
    refresh,
    /** Reads from now on; returns the way to stop. */
    watch(): () => void {
      watchers++
      if (reader === session.session?.user) refresh()
      else begin()
      return () => {
        watchers--
      }
    },
  }
})
