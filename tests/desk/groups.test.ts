import { describe, expect, test } from 'vitest'
import type { MessageItem } from '../../src/contract/threads.ts'
import { draft, entries } from '../../src/desk/decision.ts'
import { at, type Console, until } from '../support/console.ts'
import {
  entriesOf,
  hour,
  iso,
  monday,
  resident,
  type Said,
  screensFollowLedger,
  type TestStation,
  testStation,
} from '../support/station.ts'

const group = { external: 'g1', name: '柳河三组群' }
const inGroup = (said: Partial<Said> & { text: string }) => ({
  ...resident(said),
  conversation: group.external,
  group,
})
const line = '这件事我们单独沟通，请大家先不要讨论'

const seenOf = async (console: Console, thread: string) =>
  (await console.call('thread.get', { thread })).lastSeq
const typesOf = (desk: TestStation, thread: string) =>
  entriesOf(desk.station)
    .filter(({ subject }) => subject === thread)
    .map(({ type }) => type)
const messagesOf = async (console: Console, thread: string) =>
  (await console.call('thread.timeline', { thread, limit: 50 })).items.filter(
    (item): item is MessageItem => item.item === 'message',
  )

/** Two neighbours quarrelling in their group, and the officers. */
async function quarrel() {
  const desk = await testStation()
  const [zhang, li] = [await at(desk, 'zhang'), await at(desk, 'li')]
  const { threads } = desk.takesIn(
    inGroup({ from: '三组 王桂兰', text: '他家的墙砌到我家来了', external: 'm1' }),
    inGroup({ from: '三组 周志强', text: '你胡说', external: 'm2' }),
  )
  const thread = threads[0] as string
  const [first, second] = entriesOf(desk.station, 'message.received').map(({ seq }) => seq)
  const seen = await seenOf(zhang, thread)
  return { desk, zhang, li, thread, first: first!, second: second!, seen }
}

/** A matter of this thread is private with the mediation desk. */
function makePrivate(desk: TestStation, thread: string): void {
  const by = { user: 'daiban', role: 'supervisor', device: 'test-pc', now: desk.now }
  const data = { desk: 'mediation', coveredBy: null }
  desk.station.bus.runNow(by, () => ({
    decision: entries(draft('thread.madePrivate', thread, data, { reason: '家事' })),
  }))
}

describe('rule 11: a group does not tell whose a private thread is', () => {
  test('neither the group’s line nor the private thread’s own links the two for those who may not read it', async () => {
    const { desk, zhang, li, thread, first, seen } = await quarrel()
    const { thread: to } = await zhang.call('group.moveToPrivate', { thread, message: first, seen, line })
    const acts = async (console: Console, of: string) =>
      JSON.stringify(
        (await console.call('thread.timeline', { thread: of, limit: 50 })).items.filter(
          ({ item }) => item === 'act',
        ),
      )
    expect(await acts(li, thread)).toContain(to)
    makePrivate(desk, to)
    expect(await acts(zhang, thread)).toContain(to)
    expect(await acts(li, thread)).not.toContain(to)
    const sealed = await acts(li, to)
    for (const told of [thread, `"message":${first}`, desk.station.views.threads.thread(to)!.contact])
      expect(sealed).not.toContain(told)
    expect(sealed).toContain('thread.cameFromGroup')
  })
})

describe('a residents’ group', () => {
  test('is one thread of its own kind: its contact is the group, its words are the speakers’', async () => {
    const { desk, zhang, thread } = await quarrel()
    const shown = await zhang.call('thread.get', { thread })
    expect(shown).toMatchObject({ kind: 'group', contactName: '柳河三组群' })
    expect((await messagesOf(zhang, thread)).map(({ authorName, text }) => [authorName, text])).toEqual([
      ['三组 王桂兰', '他家的墙砌到我家来了'],
      ['三组 周志强', '你胡说'],
    ])
    expect(await zhang.call('contact.card', { contact: shown.contact })).toMatchObject({
      name: '柳河三组群',
      villageGroup: null,
    })
    expect(entriesOf(desk.station, 'thread.opened')).toMatchObject([
      { data: { kind: 'group', contact: shown.contact } },
    ])
    expect(entriesOf(desk.station, 'contact.added')).toHaveLength(3)
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
  test('does not change what a direct thread says of itself', async () => {
    const { desk } = await quarrel()
    desk.hears({ from: '三组 王桂兰', text: '私下说一句' })
    const [, direct] = entriesOf(desk.station, 'thread.opened')
    expect(direct!.data).not.toHaveProperty('kind')
    expect(direct!.data).not.toHaveProperty('private')
    expect(entriesOf(desk.station, 'contact.added')).toHaveLength(3)
  })
  test('is answered as a whole', async () => {
    const { desk, zhang, thread, seen } = await quarrel()
    await zhang.call('thread.answer', { thread, text: '都先停手', seen })
    await until(() => desk.sent.length > 0)
    expect(desk.sent).toMatchObject([{ contactExternal: 'g1', conversation: 'g1', text: '都先停手' }])
  })
  test('takes back a message of one of its members', async () => {
    const { desk, zhang, thread, second } = await quarrel()
    desk.takesIn({ event: 'recall', external: 'm2', at: desk.now })
    const items = await messagesOf(zhang, thread)
    expect(items.find(({ seq }) => seq === second)).toMatchObject({
      text: '你胡说',
      recalledAt: iso(desk.now),
    })
  })
  test('is reopened, and continued after 72 hours, as a group (rule 5); returned by an officer off shift (rule 7)', async () => {
    const { desk, zhang, thread, seen } = await quarrel()
    await zhang.call('thread.close', { thread, disposition: 'noReplyNeeded', seen })
    desk.now += 71 * hour
    expect(desk.takesIn(inGroup({ text: '又吵了', at: desk.now })).threads).toEqual([thread])
    const later = await at(desk, 'zhang')
    expect(await later.call('thread.get', { thread })).toMatchObject({ holder: 'zhang', closedAt: null })
    const again = { thread, disposition: 'noReplyNeeded', seen: await seenOf(later, thread) } as const
    await later.call('thread.close', again)
    desk.now += 73 * hour
    const [next] = desk.takesIn(inGroup({ from: '三组 周志强', text: '怎么没人管', at: desk.now })).threads
    const last = await at(desk, 'zhang')
    expect(await last.call('thread.get', { thread: next! })).toMatchObject({
      kind: 'group',
      continues: thread,
      contactName: '柳河三组群',
    })
    await last.call('thread.claim', { thread: next! })
    await last.call('shift.signOff', {})
    desk.takesIn(inGroup({ text: '在吗', at: desk.now }))
    expect(typesOf(desk, next!).slice(-2)).toEqual(['thread.returned', 'message.received'])
  })
  test('hears the account’s own words from its phone, first word or later', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const own = {
      event: 'own',
      contact: group,
      conversation: 'g1',
      group,
      external: 'o1',
      kind: 'text',
      text: '明天停水，请大家储水',
      sentAt: desk.now,
    } as const
    const [thread] = desk.takesIn(own).threads
    desk.takesIn(inGroup({ text: '收到' }))
    expect(await zhang.call('thread.get', { thread: thread! })).toMatchObject({
      kind: 'group',
      contactName: '柳河三组群',
    })
    expect((await messagesOf(zhang, thread!)).map(({ from }) => from)).toEqual(['desk', 'resident'])
    expect(entriesOf(desk.station, 'contact.added')).toHaveLength(2)
  })
})

describe('what continues a private thread', () => {
  test('is private from its first word, with the same desk', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const thread = desk.hears({ text: '我想私下说' })
    await zhang.call('thread.close', {
      thread,
      disposition: 'handledByPhone',
      seen: await seenOf(zhang, thread),
    })
    makePrivate(desk, thread)
    desk.now += 73 * hour
    const later = desk.hears({ text: '又来找我了', at: desk.now })
    expect(later).not.toBe(thread)
    expect(entriesOf(desk.station, 'thread.opened').at(-1)!.data).toMatchObject({
      continues: thread,
      private: true,
      desk: 'mediation',
    })
    const [li, daiban] = [await at(desk, 'li'), await at(desk, 'daiban')]
    expect(await li.call('thread.get', { thread: later })).toMatchObject({ private: true, readable: false })
    expect(await daiban.call('thread.get', { thread: later })).toMatchObject({ readable: true })
  })
})

describe('rule 13: moving to private talk', () => {
  test('opens the one-to-one thread with who wrote the message and leaves the line, in one commit', async () => {
    const { desk, zhang, li, thread, first, seen } = await quarrel()
    const pushed = li.pushes.length
    const moved = await zhang.call('group.moveToPrivate', {
      thread,
      message: first,
      seen,
      line,
      greeting: '您好，我是张警官',
    })
    expect(moved.opened).toBe(true)
    expect(typesOf(desk, thread).slice(-3)).toEqual([
      'thread.claimed',
      'message.sent',
      'group.movedToPrivate',
    ])
    expect(typesOf(desk, moved.thread)).toEqual([
      'thread.opened',
      'thread.claimed',
      'thread.cameFromGroup',
      'message.sent',
    ])
    expect(await zhang.call('thread.get', { thread: moved.thread })).toMatchObject({
      kind: 'direct',
      contactName: '三组 王桂兰',
      holder: 'zhang',
    })
    await until(() => desk.sent.length === 2)
    expect(desk.sent.map(({ conversation, text }) => [conversation, text]).sort()).toEqual([
      ['g1', line],
      ['三组 王桂兰', '您好，我是张警官'],
    ])
    const changes = li.pushes.slice(pushed).flatMap((push) => (push.push === 'changed' ? [push.change] : []))
    expect(changes[0]!.subjects).toEqual(expect.arrayContaining([thread, moved.thread]))
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
  test('what they answer comes into that thread', async () => {
    const { desk, zhang, thread, first, seen } = await quarrel()
    const moved = await zhang.call('group.moveToPrivate', { thread, message: first, seen, line })
    expect(desk.hears({ text: '好的，我说给你听' })).toBe(moved.thread)
    expect(typesOf(desk, moved.thread)).not.toContain('message.sent')
  })
  test('links the newest thread there is: open, or closed and then reopened by the officer', async () => {
    const { desk, zhang, thread, first, seen } = await quarrel()
    const direct = desk.hears({ text: '有人吗' })
    const open = await zhang.call('group.moveToPrivate', { thread, message: first, seen, line })
    expect(open).toEqual({ thread: direct, opened: false })
    expect(typesOf(desk, direct).slice(-2)).toEqual(['thread.claimed', 'thread.cameFromGroup'])
    const disposition = 'noReplyNeeded'
    await zhang.call('thread.close', { thread: direct, disposition, seen: await seenOf(zhang, direct) })
    const again = { thread, message: first, seen: await seenOf(zhang, thread), line }
    expect(await zhang.call('group.moveToPrivate', again)).toEqual({ thread: direct, opened: false })
    expect(await zhang.call('thread.get', { thread: direct })).toMatchObject({
      holder: 'zhang',
      closedAt: null,
    })
  })
  test('does neither of the two when one cannot be done', async () => {
    const { desk, zhang, li, thread, first, seen } = await quarrel()
    const direct = desk.hears({ text: '有人吗' })
    await li.call('thread.claim', { thread: direct })
    const size = desk.station.ledger.head().size
    const input = { thread, message: first, seen, line }
    expect(await zhang.refused('group.moveToPrivate', input)).toEqual({
      code: 'not_holder',
      holder: 'li',
      holderName: '李秀英',
      since: iso(desk.now),
    })
    makePrivate(desk, direct)
    expect(await zhang.refused('group.moveToPrivate', input)).toEqual({ code: 'private_thread' })
    expect(desk.station.ledger.head().size).toBe(size + 1)
    expect(desk.sent).toEqual([])
    // Who holds it answers there already.
    await expect(li.call('group.moveToPrivate', input)).resolves.toEqual({ thread: direct, opened: false })
  })
  test('is refused with what is new in the group', async () => {
    const { desk, zhang, thread, first, seen } = await quarrel()
    desk.takesIn(inGroup({ from: '三组 周志强', text: '来啊' }))
    expect(await zhang.refused('group.moveToPrivate', { thread, message: first, seen, line })).toMatchObject({
      code: 'thread_moved_on',
      news: [{ text: '来啊', authorName: '三组 周志强' }],
    })
  })
  test('is of a resident’s message of this group', async () => {
    const { desk, zhang, thread, first, seen } = await quarrel()
    const direct = desk.hears({ from: '五组 李强', text: '在吗' })
    const elsewhere = desk.station.ledger.head().size
    const { seq: own } = await zhang.call('thread.answer', { thread, text: '都先停手', seen })
    for (const message of [elsewhere, own, 999]) {
      expect(await zhang.refused('group.moveToPrivate', { thread, message, seen: own, line })).toEqual({
        code: 'not_found',
        what: 'message',
        id: String(message),
      })
    }
    expect(
      await zhang.refused('group.moveToPrivate', {
        thread: direct,
        message: elsewhere,
        seen: elsewhere,
        line,
      }),
    ).toEqual({ code: 'wrong_state', what: 'thread', state: 'direct' })
    expect(
      await zhang.refused('group.moveToPrivate', { thread: 'x', message: first, seen, line }),
    ).toMatchObject({ code: 'not_found', what: 'thread' })
  })
  test('names nobody in the group', async () => {
    const { desk, zhang, thread, first, seen } = await quarrel()
    const naming = { thread, message: first, seen, line: '王桂兰请看私信' }
    expect(await zhang.refused('group.moveToPrivate', naming)).toMatchObject({
      code: 'invalid',
      issues: [{ path: 'line' }],
    })
    await zhang.call('group.moveToPrivate', { ...naming, line })
    const said = entriesOf(desk.station, 'group.movedToPrivate')
    expect(said[0]!.data).toEqual({ message: first, to: expect.any(String) })
  })
})

describe('somebody pulled in', () => {
  test('is on record: a colleague by user, a professional from outside by name', async () => {
    const { desk, zhang, thread } = await quarrel()
    await zhang.call('thread.pullIn', { thread, who: { user: 'li' }, reason: '熟悉两家' })
    await zhang.call('thread.pullIn', {
      thread,
      who: { name: '陈律师', profession: '律师' },
      reason: '界址要看证',
    })
    const pulled = entriesOf(desk.station, 'thread.pulledIn')
    expect(pulled.map(({ data }) => data.user)).toEqual(['li', undefined])
    expect(pulled.map(({ seq }) => desk.station.ledger.entry(seq)!.content)).toEqual([
      { reason: '熟悉两家' },
      { name: '陈律师', profession: '律师', reason: '界址要看证' },
    ])
    const { items } = await zhang.call('thread.timeline', { thread, limit: 20 })
    expect(items.at(-2)).toMatchObject({
      type: 'thread.pulledIn',
      names: { li: '李秀英' },
      text: '熟悉两家',
    })
  })
  test('works at the desk', async () => {
    const { desk, zhang, thread } = await quarrel()
    for (const user of ['nobody', 'ducha', 'guanli']) {
      expect(await zhang.refused('thread.pullIn', { thread, who: { user }, reason: '看看' })).toEqual({
        code: 'not_found',
        what: 'person',
        id: user,
      })
    }
    await zhang.call('thread.pullIn', { thread, who: { user: 'daiban' }, reason: '请定' })
    const guanli = await at(desk, 'guanli')
    await guanli.call('person.change', { user: 'li', role: 'officer', enabled: false, name: '李秀英' })
    const pull = { thread, who: { user: 'li' }, reason: '看看' }
    expect(await zhang.refused('thread.pullIn', pull)).toMatchObject({ code: 'not_found' })
  })
  test('is not pulled in by who may not read it', async () => {
    const { desk, zhang, thread } = await quarrel()
    makePrivate(desk, thread)
    const pull = { thread, who: { user: 'li' }, reason: '看看' }
    expect(await zhang.refused('thread.pullIn', pull)).toEqual({ code: 'private_thread' })
  })
})

test('a group’s clock counts from what was said in it', async () => {
  const { desk, zhang, thread } = await quarrel()
  expect(await zhang.call('thread.get', { thread })).toMatchObject({ waitingSince: iso(monday) })
  await desk.pass(hour)
  expect(await zhang.call('thread.get', { thread })).toMatchObject({ overdue: true })
})
