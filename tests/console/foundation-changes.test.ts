import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick, ref } from 'vue'
import { type Connection, setConnection } from '../../src/console/connection/connection.ts'
import type { LinkState } from '../../src/console/connection/transport.ts'
import { useChanges } from '../../src/console/stores/changes.ts'
import { useSession } from '../../src/console/stores/session.ts'
import { Refused } from '../../src/contract/errors.ts'
import type { Change, Session } from '../../src/contract/session.ts'
import type { Push } from '../../src/contract/wire.ts'

const zhang: Session = { user: 'zhang', name: '张磊', role: 'officer', locked: false, onShift: true }
const change = (seq: number, subjects: string[], more: Partial<Change> = {}): Change => ({
  seq,
  everything: false,
  subjects,
  arrived: [],
  ringing: [],
  takenOver: [],
  ...more,
})

describe('what the ledger pushed', () => {
  let push: (frame: Push) => void
  let since: (seq: number) => Promise<Change>
  let told: Change[]
  const state = ref<LinkState>('open')

  beforeEach(() => {
    vi.useFakeTimers()
    setActivePinia(createPinia())
    const takers: ((frame: Push) => void)[] = []
    push = (frame) => {
      for (const take of takers) take(frame)
    }
    since = async () => change(0, [])
    const calls: Record<string, (input: { seq: number }) => Promise<unknown>> = {
      'changes.since': ({ seq }) => since(seq),
      'session.get': async () => zhang,
      'station.state': async () => ({ name: '柳河', demo: true, people: [], version: '', readOnly: null }),
    }
    setConnection({
      state,
      call: ((name: string, input: never) => calls[name]!(input)) as Connection['call'],
      onPush: (take) => {
        takers.push(take)
        return () => {}
      },
      login: async () => zhang,
      logout: async () => {},
    })
    told = []
    useChanges().onChange((one) => told.push(one))
  })
  afterEach(() => vi.useRealTimers())

  it('tells the first of a burst at once and gathers the rest for 80 ms', async () => {
    push({ push: 'changed', change: change(1, ['a']) })
    expect(told).toHaveLength(1)
    push({ push: 'changed', change: change(2, ['b']) })
    push({ push: 'changed', change: change(3, ['b', 'c']) })
    expect(told).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(80)
    expect(told).toHaveLength(2)
    expect(told[1]).toMatchObject({ seq: 3, subjects: ['b', 'c'] })
    await vi.advanceTimersByTimeAsync(80)
    push({ push: 'changed', change: change(4, ['d']) })
    expect(told).toHaveLength(3)
  })

  it('fetches the gap after a lost link', async () => {
    push({ push: 'hello', version: '1', seq: 10 })
    expect(told).toHaveLength(0)
    const asked: number[] = []
    since = async (seq) => {
      asked.push(seq)
      return change(15, ['missed'])
    }
    push({ push: 'hello', version: '1', seq: 15 })
    await vi.advanceTimersByTimeAsync(100)
    expect(asked).toEqual([10])
    expect(told.map((one) => one.subjects)).toEqual([['missed']])
  })

  it('remembers the gap when fetching it was cut off as well, whatever was pushed in between', async () => {
    push({ push: 'hello', version: '1', seq: 10 })
    since = async () => {
      throw new Refused({ code: 'disconnected' })
    }
    push({ push: 'hello', version: '1', seq: 15 })
    push({ push: 'changed', change: change(16, ['new']) })
    await vi.advanceTimersByTimeAsync(100)
    const asked: number[] = []
    since = async (seq) => {
      asked.push(seq)
      return change(20, ['missed'])
    }
    push({ push: 'hello', version: '1', seq: 20 })
    await vi.advanceTimersByTimeAsync(200)
    expect(asked).toEqual([10])
  })

  it('reads everything anew when the ledger is another one', () => {
    push({ push: 'hello', version: '1', seq: 10 })
    push({ push: 'hello', version: '1', seq: 2 })
    expect(told).toMatchObject([{ seq: 2, everything: true }])
  })

  it('reads everything anew after the console was unlocked', async () => {
    const session = useSession()
    await vi.advanceTimersByTimeAsync(0)
    session.session = { ...zhang, locked: true }
    await nextTick()
    session.session = zhang
    await nextTick()
    expect(told).toMatchObject([{ everything: true }])
  })

  it('tells a take-over only to the former holder', async () => {
    await vi.advanceTimersByTimeAsync(0)
    const taken: string[] = []
    useChanges().onTakenOver((one) => taken.push(one.thread))
    const from = (user: string, thread: string) => ({ thread, from: user, byName: '刘芳', reason: '在现场' })
    push({
      push: 'changed',
      change: change(1, ['t1'], { takenOver: [from('zhang', 't1'), from('chen', 't2')] }),
    })
    expect(taken).toEqual(['t1'])
  })
})
