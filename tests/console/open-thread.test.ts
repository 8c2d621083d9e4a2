import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it, vi } from 'vitest'
import { nextTick, ref } from 'vue'
import { type Connection, setConnection } from '../../src/console/connection/connection.ts'
import { useSession } from '../../src/console/stores/session.ts'
import { useThread } from '../../src/console/stores/thread.ts'
import type { Change, Session } from '../../src/contract/session.ts'
import type { Push } from '../../src/contract/wire.ts'

const zhang: Session = { user: 'zhang', name: '张磊', role: 'officer', locked: false, onShift: true }

/** A core that answers when told to: with the head as it was when it was asked. */
let named: string
let asked: string[]
let answers: (() => void)[]
let push: (frame: Push) => void

const changed = (seq: number, subjects: string[]) => {
  const change: Change = { seq, everything: false, subjects, arrived: [], ringing: [], takenOver: [] }
  push({ push: 'changed', change })
}
const answered = async () => {
  while (answers.length) {
    answers.shift()!()
    for (let i = 0; i < 10; i++) await Promise.resolve()
  }
}

beforeEach(async () => {
  setActivePinia(createPinia())
  named = '未知'
  asked = []
  answers = []
  const takers: ((frame: Push) => void)[] = []
  push = (frame) => {
    for (const take of takers) take(frame)
  }
  const atOnce: Record<string, unknown> = {
    'session.get': zhang,
    'station.state': { name: '柳河', demo: true, people: [], version: '', readOnly: null },
  }
  const calls: Record<string, (input: { thread: string }) => unknown> = {
    'thread.get': ({ thread }) => ({ id: thread, lastSeq: 7, contact: 'c1', contactName: named }),
    'thread.timeline': () => ({ items: [], more: false }),
  }
  setConnection({
    state: ref('open'),
    call: ((name: string, input: { thread: string }) => {
      if (name in atOnce) return Promise.resolve(atOnce[name])
      asked.push(name)
      const answer = calls[name]!(input)
      return new Promise((done) => answers.push(() => done(answer)))
    }) as unknown as Connection['call'],
    onPush: (take) => {
      takers.push(take)
      return () => {}
    },
    login: async () => zhang,
    logout: async () => {},
  })
  useSession().session = zhang
  await nextTick()
})

const shown = () => (useThread().thread as { contactName?: string } | null)?.contactName

it('a change told while a thread is being read shows in it', async () => {
  const opening = useThread().open('t1')
  named = '柳河三组王秀英'
  changed(8, ['c1'])
  await answered()
  await opening
  await answered()
  await vi.waitFor(() => expect(shown()).toBe('柳河三组王秀英'))
  expect(asked.filter((name) => name === 'thread.get')).toHaveLength(2)
})

it('a thread nothing happened to while it was read is read once', async () => {
  const opening = useThread().open('t1')
  await answered()
  await opening
  await answered()
  expect(shown()).toBe('未知')
  expect(asked).toEqual(['thread.get', 'thread.timeline'])
})

it('another thread opened meanwhile is the one that shows, and a late answer of the first changes nothing', async () => {
  const thread = useThread()
  void thread.open('t1')
  const second = thread.open('t2')
  const [first, ...rest] = answers.splice(0)
  for (const answer of rest) answer()
  await vi.waitFor(() => expect(answers).toHaveLength(1))
  first!()
  await answered()
  await second
  await answered()
  expect(thread.thread?.id).toBe('t2')
})

it('a name learnt of the resident shows in the open thread', async () => {
  const opening = useThread().open('t1')
  await answered()
  await opening
  named = '柳河三组王秀英'
  changed(9, ['someone-else'])
  await answered()
  expect(shown()).toBe('未知')
  changed(10, ['c1'])
  await vi.waitFor(() => expect(answers.length).toBeGreaterThan(0))
  await answered()
  expect(shown()).toBe('柳河三组王秀英')
})
