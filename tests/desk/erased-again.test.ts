import { describe, expect, test } from 'vitest'
import { openDatabase } from '../../src/ledger/sqlite/open.ts'
import { at } from '../support/console.ts'
import { erase } from '../support/erasing.ts'
import { hour, phone, resident, screensFollowLedger, testStation } from '../support/station.ts'

/** A channel that is read anew brings again what it still has: what was erased here is not taken in a second time. */

const half = 7 * 31 * 24 * hour
const from = '三组 王桂兰'
const secret = '家里分地的事'

/** One page of a channel: what the resident said, what was answered on the phone, and what was taken back. */
const page = (sentAt: number) => {
  const words = { ...resident({ from, text: secret, external: 'msg-1' }), sentAt }
  const taken = { ...resident({ from, text: `${secret}，算了`, external: 'msg-2' }), sentAt }
  const own = { ...taken, event: 'own', text: '您别急', external: 'msg-3' } as const
  return [words, taken, own, { event: 'recall', external: 'msg-2', at: sentAt }] as const
}

async function erased() {
  const desk = await testStation()
  const zhang = await at(desk, 'zhang')
  const sentAt = desk.now
  const [thread] = desk.takesIn(...page(sentAt)).threads
  const { lastSeq: seen } = await zhang.call('thread.get', { thread: thread! })
  await zhang.call('thread.claim', { thread: thread! })
  await zhang.call('thread.close', { thread: thread!, disposition: 'handledByPhone', seen })
  await desk.pass(half)
  const done = await erase(await at(desk, 'guanli'), { kind: 'thread', thread: thread! })
  expect(done).toMatchObject({ state: 'done' })
  return { desk, sentAt, thread: thread! }
}

describe('a page that comes again after its words were erased', () => {
  test('brings nothing new and nothing readable, also after a restart and when screens are made anew', async () => {
    const { desk, sentAt, thread } = await erased()
    const comesAgain = async () => {
      const { size } = desk.station.ledger.head()
      expect(desk.takesIn(...page(sentAt))).toEqual({ received: 0, duplicates: 4, threads: [] })
      expect(desk.station.ledger.head().size).toBe(size)
      const zhang = await at(desk, 'zhang')
      const told = JSON.stringify([
        await zhang.call('thread.timeline', { thread, limit: 50 }),
        await zhang.call('threads.list', { queue: 'all', offset: 0, limit: 50 }),
        await zhang.call('search.messages', { words: '分地', offset: 0, limit: 10 }),
        await zhang.call('aside.list', { limit: 50 }),
      ])
      expect(told).not.toContain('分地')
      expect(told).not.toContain('msg-')
    }
    await comesAgain()
    await desk.restart()
    await comesAgain()
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('does not keep the next word of the same resident out', async () => {
    const { desk, thread } = await erased()
    const next = desk.hears({ from, text: '请问户口', external: 'msg-4' })
    expect(next).not.toBe(thread)
    expect(desk.hears({ from, text: '另一个号上', external: 'msg-1', account: phone })).toBeTruthy()
  })

  test('is known by a hash alone: no id of a message is kept', async () => {
    const { desk } = await erased()
    const { file } = desk.station.options
    await desk.close()
    const db = openDatabase(file, { readonly: true })
    const kept = db.prepare('SELECT hash FROM erased_message').pluck().all() as Buffer[]
    expect(kept.map((each) => each.length)).toEqual([16, 16, 16])
    db.close()
  })
})

test('of what was pasted by hand not even a hash is kept: its id is made of the words', async () => {
  const desk = await testStation()
  const zhang = await at(desk, 'zhang')
  const paste = { account: phone, text: `赵六  今天 09:05\n${secret}`, contactName: '赵六' }
  const { threads } = await zhang.call('paste.import', paste)
  await zhang.call('thread.claim', { thread: threads[0]! })
  const { lastSeq: seen } = await zhang.call('thread.get', { thread: threads[0]! })
  await zhang.call('thread.close', { thread: threads[0]!, disposition: 'handledByPhone', seen })
  await desk.pass(half)
  await erase(await at(desk, 'guanli'), { kind: 'thread', thread: threads[0]! })
  expect(desk.station.db.prepare('SELECT count(*) FROM erased_message').pluck().get()).toBe(0)
})
