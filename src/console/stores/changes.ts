import { defineStore } from 'pinia'
import { watch } from 'vue'
import { Refused } from '../../contract/errors.ts'
import type { Change } from '../../contract/session.ts'
import { useConnection } from '../connection/connection.ts'
import { useSession } from './session.ts'

export type TakenOver = Change['takenOver'][number]
export type Arrived = Change['arrived'][number]

const GATHER = 80

export function merged(a: Change, b: Change): Change {
  return {
    seq: Math.max(a.seq, b.seq),
    everything: a.everything || b.everything,
    subjects: [...new Set([...a.subjects, ...b.subjects])],
    arrived: [...a.arrived, ...b.arrived],
    ringing: [...a.ringing, ...b.ringing],
    takenOver: [...a.takenOver, ...b.takenOver],
  }
}

/**
 * What the ledger pushed. The first of a burst is told at once, so that an act shows without delay; the rest
 * of it is gathered. After a lost link the gap is fetched, so a listener misses nothing however long it was.
 */
export const useChanges = defineStore('changes', () => {
  const connection = useConnection()
  const session = useSession()
  const listeners = new Set<(change: Change) => void>()
  const takenOverListeners = new Set<(taken: TakenOver) => void>()
  const arrivedListeners = new Set<(arrived: Arrived[]) => void>()

  let seen = 0
  /** The entry after which something may be missing. */
  let gapFrom: number | null = null
  let gathered: Change | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  function take(change: Change) {
    seen = Math.max(seen, change.seq)
    gathered = gathered ? merged(gathered, change) : change
    if (timer === undefined) tell()
  }

  function tell() {
    const change = gathered
    gathered = null
    timer = change ? setTimeout(tell, GATHER) : undefined
    if (!change) return
    for (const listen of [...listeners]) listen(change)
    if (change.arrived.length > 0) for (const listen of [...arrivedListeners]) listen(change.arrived)
    for (const taken of change.takenOver)
      if (taken.from === session.session?.user) for (const listen of [...takenOverListeners]) listen(taken)
  }

  async function fillGap() {
    if (gapFrom === null) return
    const from = gapFrom
    try {
      const change = await connection.call('changes.since', { seq: from })
      if (gapFrom === from) gapFrom = null
      take(change)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
    }
  }

  function hello(seq: number) {
    const known = seen
    if (known === 0 || seq < known) {
      seen = seq
      if (known > 0) take({ seq, everything: true, subjects: [], arrived: [], ringing: [], takenOver: [] })
      return
    }
    if (gapFrom === null && seq > known) gapFrom = known
    void fillGap()
  }

  connection.onPush((push) => {
    if (push.push === 'hello') hello(push.seq)
    if (push.push === 'changed') take(push.change)
  })

  /** While locked the core answered no questions, so the screens read anew. */
  watch(
    () => session.session?.locked,
    (locked, before) => {
      if (before && locked === false)
        take({ seq: seen, everything: true, subjects: [], arrived: [], ringing: [], takenOver: [] })
    },
  )

  const listenerOf =
    <Listener>(set: Set<Listener>) =>
    (listen: Listener) => {
      set.add(listen)
      return () => {
        set.delete(listen)
      }
    }

  return {
    onChange: listenerOf(listeners),
    /** A thread was taken from the officer who sits here (rule 2). */
    onTakenOver: listenerOf(takenOverListeners),
    onArrived: listenerOf(arrivedListeners),
  }
})
