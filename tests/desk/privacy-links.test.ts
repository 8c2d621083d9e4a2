import { describe, expect, test } from 'vitest'
import { entries } from '../../src/desk/decision.ts'
import { privateContents, privateIds } from '../../src/desk/privacy/withheld.ts'
import { messageFailed } from '../../src/desk/threads/entries.ts'
import { at } from '../support/console.ts'
import { entriesOf, minute, phone, resident, testStation, undoneOnce } from '../support/station.ts'

/** A name here and a number there, which put together say whose a private thread is (rule 11). */

const reason = '家事'

async function three() {
  const desk = await testStation()
  const [zhang, li, chief] = [await at(desk, 'zhang'), await at(desk, 'li'), await at(desk, 'daiban')]
  return { desk, zhang, li, chief }
}

describe('rule 11: nothing leads from a name to a private thread', () => {
  test('a scam warning names whom it is about, and not the thread once that is private', async () => {
    const { desk, zhang, li } = await three()
    const thread = desk.hears({ text: '有人让我转账' })
    const contact = desk.station.views.threads.thread(thread)!.contact
    const about = { name: '王桂兰', phone: '13812345678', source: null, note: null, type: 'other' as const }
    const { warning } = await zhang.call('warning.enter', { ...about, contact })
    const { lastSeq } = await zhang.call('thread.get', { thread })
    await zhang.call('warning.messaged', { warning, text: '请停止转账', by: 'thread', seen: lastSeq })
    desk.hears({ text: '好的我知道了' })
    const told = async (console: typeof li) =>
      JSON.stringify([
        await console.call('warnings.list', { of: 'open', offset: 0, limit: 10 }),
        await console.call('warning.get', { warning }),
      ])
    expect(await told(li)).toContain(thread)
    await zhang.call('thread.setPrivate', { thread, private: true, reason })
    expect(await told(zhang)).toContain(thread)
    const heard = await told(li)
    expect(heard).not.toContain(thread)
    for (const { seq } of entriesOf(desk.station, 'message.received', 'message.sent'))
      expect(heard).not.toMatch(new RegExp(`"(message|lastSeq)":${seq}\\b`))
    expect(heard).toContain('王桂兰')
  })

  test('a thread linked to a common question does not say to which, once it is private', async () => {
    const { desk, zhang, li } = await three()
    const thread = desk.hears({ text: '离婚户口怎么迁' })
    const { common } = await zhang.call('common.open', { title: '离婚后迁户口', threads: [thread] })
    await zhang.call('thread.claim', { thread })
    await zhang.call('thread.setPrivate', { thread, private: true, reason })
    const told = async (console: typeof li) =>
      JSON.stringify([
        await console.call('thread.get', { thread }),
        await console.call('threads.list', { queue: 'all', offset: 0, limit: 10 }),
        await console.call('thread.timeline', { thread, limit: 50 }),
      ])
    expect(await told(zhang)).toContain(common)
    expect(await told(li)).not.toContain(common)
  })

  test('a paste into a private chat does not tell a stranger which thread it went to', async () => {
    const { zhang, li } = await three()
    const paste = (console: typeof li, text: string) =>
      console.call('paste.import', { account: phone, text, contactName: '赵六' })
    const { threads } = await paste(zhang, '赵六  今天 09:05\n分家的事')
    await zhang.call('thread.claim', { thread: threads[0]! })
    await zhang.call('thread.setPrivate', { thread: threads[0]!, private: true, reason })
    const again = await paste(li, '赵六  今天 09:06\n再说一句')
    expect(again).toMatchObject({ imported: 1, threads: [] })
    expect((await paste(zhang, '赵六  今天 09:07\n还有')).threads).toEqual(threads)
  })

  test('a pasted chat of which no line could be read is as private as the thread it is of', async () => {
    const { zhang, li } = await three()
    const paste = (text: string) => zhang.call('paste.import', { account: phone, text, contactName: '赵六' })
    const { threads } = await paste('赵六  今天 09:05\n分家的事')
    await zhang.call('thread.claim', { thread: threads[0]! })
    await zhang.call('thread.setPrivate', { thread: threads[0]!, private: true, reason })
    await paste('他又打她了，选到一半的一行')
    const aside = async (console: typeof li) =>
      JSON.stringify(await console.call('aside.list', { limit: 50 }))
    expect(await aside(zhang)).toContain('他又打她了')
    expect(await aside(li)).not.toContain('他又打她了')
  })
})

describe('rule 11: of a private thread a stranger is told', () => {
  test('no number of its resident, no title, nothing of a failed delivery, and no draft of their own', async () => {
    const { desk, zhang, li } = await three()
    const thread = desk.hears({ text: '家里的事' })
    const { contact } = desk.station.views.threads.thread(thread)!
    await li.call('thread.draft', { thread, text: '半句' })
    const { lastSeq } = await zhang.call('thread.get', { thread })
    const { seq } = await zhang.call('thread.answer', { thread, text: '收到', seen: lastSeq })
    const by = { user: 'core', role: 'system', device: 'test-pc', now: desk.now }
    desk.station.bus.runNow(by, () => ({ decision: entries(messageFailed(thread, seq, '王桂兰已拉黑')) }))
    const told = async (console: typeof li) =>
      JSON.stringify([
        await console.call('thread.get', { thread }),
        await console.call('threads.list', { queue: 'all', offset: 0, limit: 10 }),
        await console.call('thread.timeline', { thread, limit: 50 }),
      ])
    for (const word of [contact, '半句', '已拉黑']) expect(await told(li)).toContain(word)
    await zhang.call('thread.setPrivate', { thread, private: true, reason })
    for (const word of [contact, '半句', '已拉黑']) expect(await told(li)).not.toContain(word)
    expect(await told(zhang)).toContain(contact)
  })

  test('not that a resident spoke in it, where it is a group', async () => {
    const { desk, zhang, li, chief } = await three()
    const group = { external: 'g1', name: '三组群' }
    const event = { ...resident({ text: '他家的墙', from: '三组 周志强' }), conversation: 'g1', group }
    const of = desk.takesIn(event).threads[0]!
    const { lastSeq } = await zhang.call('thread.get', { thread: of })
    const { seq: message } = entriesOf(desk.station, 'message.received')[0]!
    const moved = { thread: of, message, seen: lastSeq, line: '我们单独谈' }
    const { thread } = await zhang.call('group.moveToPrivate', moved)
    const acts = async (console: typeof li) =>
      JSON.stringify(await console.call('thread.timeline', { thread, limit: 50 }))
    expect(await acts(li)).toContain(of)
    await chief.call('thread.setPrivate', { thread: of, private: true, reason })
    expect(await acts(chief)).toContain(of)
    expect(await acts(li)).not.toContain(of)
    expect(JSON.stringify(await li.call('thread.timeline', { thread: of, limit: 50 }))).not.toContain(thread)
  })

  test('no way to its messages by the number of another thread', async () => {
    const { zhang, li } = await three()
    const paste = async (who: string) =>
      (
        await zhang.call('paste.import', {
          account: phone,
          text: `${who}  今天 09:05\n分家`,
          contactName: who,
        })
      ).threads[0]!
    const [thread, other] = [await paste('赵六'), await paste('钱七')]
    const { lastSeq } = await zhang.call('thread.get', { thread })
    const { seq } = await zhang.call('thread.answer', { thread, text: '收到', seen: lastSeq })
    await zhang.call('thread.setPrivate', { thread, private: true, reason })
    const refusal = { code: 'not_found', what: 'message' }
    for (const call of ['message.markSentByHand', 'message.unmask', 'message.why'] as const)
      expect(await li.refused(call, { thread: other, seq })).toMatchObject(refusal)
  })
})

describe('rule 11: an export names nobody of a private thread', () => {
  const bodies = (desk: Awaited<ReturnType<typeof testStation>>) => {
    const { db } = desk.station
    const withheld = new Set(privateContents(db, privateIds(db)))
    return JSON.stringify(
      [...desk.station.ledger.iterate()]
        .filter(({ entry }) => !withheld.has(entry.seq))
        .map(({ content }) => content),
    )
  }
  test('nor those who spoke in a private group', async () => {
    const { desk, chief } = await three()
    const group = { external: 'g1', name: '三组群' }
    const event = { ...resident({ text: '他家的墙', from: '三组 周志强' }), conversation: 'g1', group }
    const [thread] = desk.takesIn(event).threads
    expect(bodies(desk)).toContain('周志强')
    await chief.call('thread.setPrivate', { thread: thread!, private: true, reason })
    expect(bodies(desk)).not.toContain('周志强')
    expect(bodies(desk)).not.toContain('三组群')
  })
  test('nor in the warning about them', async () => {
    const { desk, zhang } = await three()
    const thread = desk.hears({ text: '有人让我转账' })
    const contact = desk.station.views.threads.thread(thread)!.contact
    const about = { name: '王桂兰', phone: null, source: null, note: null, type: 'other' as const }
    await zhang.call('warning.enter', { ...about, contact })
    await zhang.call('warning.enter', { ...about, name: '陈大明', contact: null })
    await zhang.call('thread.setPrivate', { thread, private: true, reason })
    expect(bodies(desk)).not.toContain('王桂兰')
    expect(bodies(desk)).toContain('陈大明')
  })
  test('nor in one whose message is in their thread, though it was taken for somebody else’s since', async () => {
    const { desk, zhang } = await three()
    const thread = desk.hears({ text: '有人让我转账' })
    const contact = desk.station.views.threads.thread(thread)!.contact
    const about = { name: '陈大明', phone: null, source: null, note: null, type: 'other' as const }
    const { warning } = await zhang.call('warning.enter', { ...about, contact })
    const { lastSeq } = await zhang.call('thread.get', { thread })
    await zhang.call('warning.messaged', { warning, text: '请停止转账', by: 'thread', seen: lastSeq })
    await zhang.call('warning.link', { warning, contact: null })
    expect(bodies(desk)).toContain('陈大明')
    await zhang.call('thread.setPrivate', { thread, private: true, reason })
    expect(bodies(desk)).not.toContain('陈大明')
  })
})

describe('rule 11: what was answered before is not answered again to who may read it no longer', () => {
  test('the news in a common answer are told once, and kept nowhere but in the ledger', async () => {
    const { desk, zhang, li } = await three()
    const thread = desk.hears({ text: '今天怎么停电了' })
    const { common } = await zhang.call('common.open', { title: '停电', threads: [thread] })
    const { lastSeq } = await li.call('thread.get', { thread })
    desk.hears({ text: 'MIWEN 他又打我' })
    const input = { common, text: '十点恢复', seen: [{ thread, seen: lastSeq }], close: false }
    const command = '0190f0a0-0000-7000-8000-000000000001'
    expect(JSON.stringify(await li.call('common.answer', input, command))).toContain('MIWEN')
    await zhang.call('thread.setPrivate', { thread, private: true, reason })
    const again = await li.call('common.answer', input, command)
    expect(again).toMatchObject({
      done: [],
      left: [{ thread, refusal: { code: 'thread_moved_on', news: [] } }],
    })
    const kept = desk.station.db.prepare('SELECT result FROM command').pluck().all()
    expect(JSON.stringify(kept)).not.toContain('MIWEN')
  })
})

describe('who reads a private thread is on record', () => {
  test('although the commit that was to say so was undone: the next look says it', async () => {
    const { desk, zhang, chief } = await three()
    const thread = desk.hears({ text: '家里的事' })
    await zhang.call('thread.claim', { thread })
    await zhang.call('thread.setPrivate', { thread, private: true, reason })
    const look = () => chief.call('thread.timeline', { thread, limit: 10 })
    undoneOnce(desk)
    await expect(look()).rejects.toThrow()
    await look()
    expect(entriesOf(desk.station, 'thread.viewed')).toHaveLength(1)
    await look()
    expect(entriesOf(desk.station, 'thread.viewed')).toHaveLength(1)
    desk.now += 11 * minute
    await look()
    expect(entriesOf(desk.station, 'thread.viewed')).toHaveLength(2)
  })

  test('its holder’s own looks are not; and while nothing can be written it is read all the same', async () => {
    const { desk, zhang, chief } = await three()
    const thread = desk.hears({ text: '家里的事' })
    await zhang.call('thread.claim', { thread })
    await zhang.call('thread.setPrivate', { thread, private: true, reason })
    await zhang.call('thread.timeline', { thread, limit: 10 })
    desk.station.readOnly = { since: desk.now, reason: 'SQLITE_FULL' }
    const read = await chief.call('thread.timeline', { thread, limit: 10 })
    expect(JSON.stringify(read)).toContain('家里的事')
    expect(entriesOf(desk.station, 'thread.viewed')).toEqual([])
  })

  test('an auditor breaks the glass of an earlier thread by itself; a supervisor has seen it once', async () => {
    const { desk, zhang, chief } = await three()
    const ducha = await at(desk, 'ducha')
    const earlier = desk.hears({ text: '上回的事' })
    const { lastSeq } = await zhang.call('thread.get', { thread: earlier })
    await zhang.call('thread.close', { thread: earlier, disposition: 'noReplyNeeded', seen: lastSeq })
    await desk.pass(100 * 60 * minute)
    const thread = desk.hears({ text: '又来了', at: desk.now })
    await zhang.call('thread.claim', { thread })
    const nowhere = { thread, private: true, reason, desk: 'nowhere' }
    expect(await zhang.refused('thread.setPrivate', nowhere)).toMatchObject({
      code: 'not_found',
      what: 'desk',
    })
    await zhang.call('thread.setPrivate', { thread, private: true, reason })
    expect((await ducha.call('thread.get', { thread: earlier })).readable).toBe(false)
    await ducha.call('glass.break', { thread: earlier, reason: '核查', minutes: 30 })
    expect((await ducha.call('thread.get', { thread: earlier })).readable).toBe(true)
    expect((await ducha.call('thread.get', { thread })).readable).toBe(false)
    const [glass] = await chief.call('glass.list', {})
    await chief.call('glass.seen', { glass: glass!.id })
    expect(await chief.refused('glass.seen', { glass: glass!.id })).toEqual({ code: 'nothing_to_do' })
  })

  test('who stops being of the desk in the very commit that notes the look is told nothing', async () => {
    const { desk, zhang, li, chief } = await three()
    const thread = desk.hears({ text: '家里的事' })
    const { desks } = await chief.call('desks.list', {})
    const mediation = desks.find(({ id }) => id === 'mediation')!
    await chief.call('desk.save', { ...mediation, members: ['li'] })
    await zhang.call('thread.claim', { thread })
    await zhang.call('thread.setPrivate', { thread, private: true, reason, desk: 'mediation' })
    const [, read] = await Promise.all([
      chief.call('desk.save', { ...mediation, members: [] }),
      li.call('thread.timeline', { thread, limit: 10 }),
    ])
    expect(JSON.stringify(read)).not.toContain('家里的事')
  })
})
