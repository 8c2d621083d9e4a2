import { describe, expect, test } from 'vitest'
import type { Refused } from '../../src/contract/errors.ts'
import { at, type Console, refusalOf } from '../support/console.ts'
import { privateStation } from '../support/private-station.ts'
import { type TestStation, testStation } from '../support/station.ts'

const page = { offset: 0, limit: 50 }
const size = (desk: TestStation) => desk.station.ledger.head().size
const inboxAt = (console: Console, seq: number) =>
  console.call('history.inbox', { seq, queue: 'all', ...page })

describe('rule 11 in the past', () => {
  test('of what is private now an auditor is shown nothing, however early the moment; a supervisor all', async () => {
    const { desk, consoles, threads, inside, outside } = await privateStation()
    const told = async (console: Console) => {
      let text = ''
      for (let seq = 1; seq <= size(desk); seq += 7) {
        text += JSON.stringify(await inboxAt(console, seq))
        text += JSON.stringify(await console.call('history.shift', { seq }))
        for (const thread of Object.values(threads))
          text += await console
            .call('history.thread', { thread, seq, limit: 100 })
            .then(JSON.stringify, (error: Refused) => error.message)
      }
      return text
    }
    const auditor = await told(consoles.ducha)
    expect(inside.filter((word) => auditor.includes(word))).toEqual([])
    expect(auditor).toContain('🔒')
    expect(outside.filter((word) => !auditor.includes(word))).toEqual([])
    const supervisor = await told(consoles.daiban)
    for (const word of ['MIWEN-message', 'MIWEN-note', 'MIWEN-tag']) expect(supervisor).toContain(word)
  })

  test('what was private then stays withheld after it has been opened, and is told by that moment alone', async () => {
    const desk = await testStation()
    const thread = desk.hears({ text: 'GONGKAI-message' })
    const [zhang, daiban, ducha] = [
      await at(desk, 'zhang'),
      await at(desk, 'daiban'),
      await at(desk, 'ducha'),
    ]
    await zhang.call('thread.claim', { thread })
    const open = size(desk)
    await zhang.call('thread.setPrivate', { thread, private: true, reason: '家事' })
    const closed = size(desk)
    await daiban.call('thread.setPrivate', { thread, private: false, reason: '无需保密' })
    const readable = async (console: Console, seq: number) => {
      const [row] = (await inboxAt(console, seq)).page.rows
      const past = await console.call('history.thread', { thread, seq, limit: 50 })
      expect(past.thread.readable).toBe(row!.readable)
      expect(JSON.stringify(past).includes('GONGKAI')).toBe(row!.readable)
      return row!.readable
    }
    expect(await readable(ducha, open)).toBe(true)
    expect(await readable(ducha, closed)).toBe(false)
    expect(await readable(ducha, size(desk))).toBe(true)
    expect(await readable(daiban, closed)).toBe(true)
  })

  test('broken glass opens the past of that thread too, and reading it is on record', async () => {
    const { desk, consoles, threads } = await privateStation()
    const seq = size(desk)
    const asked = { thread: threads.secret, seq, limit: 100 }
    const read = async () => JSON.stringify(await consoles.ducha.call('history.thread', asked))
    expect(await read()).not.toContain('MIWEN-message')
    await consoles.ducha.call('glass.break', { thread: threads.secret, reason: '核查投诉', minutes: 30 })
    expect(await read()).toContain('MIWEN-message')
    expect(desk.station.ledger.entry(size(desk))!.entry).toMatchObject({
      type: 'thread.viewed',
      subject: threads.secret,
      actor: { user: 'ducha' },
    })
  })

  test('officers and admins are not asked into the past', async () => {
    const desk = await testStation()
    const thread = desk.hears({ text: '在吗' })
    for (const user of ['zhang', 'guanli']) {
      const console = await at(desk, user)
      expect((await refusalOf(inboxAt(console, 1))).code).toBe('forbidden')
      for (const refusal of [
        console.refused('history.thread', { thread, seq: 1, limit: 5 }),
        console.refused('history.shift', { seq: 1 }),
        console.refused('history.position', { seq: 1 }),
        console.refused('history.bounds', {}),
      ])
        expect(await refusal).toMatchObject({ code: 'forbidden' })
    }
  })
})
