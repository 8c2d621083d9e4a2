import { describe, expect, test } from 'vitest'
import { at } from '../support/console.ts'
import { entriesOf, minute, phone, testStation, village } from '../support/station.ts'

/** Monday 23 November 2026, 10:00 in Shanghai, is now. */
const chat = `这一行没有头

三组 王桂兰  昨天 14:05
派出所吗？楼上又吵了

张警官  昨天 14:07
好的，我们过去看看

三组 王桂兰  昨天 14:30
谢谢
电话13812345678
`

async function desk() {
  const station = await testStation()
  return { station, zhang: await at(station, 'zhang') }
}

describe('a chat pasted from the phone', () => {
  test('is shown before anything is imported', async () => {
    const { station, zhang } = await desk()
    const size = station.station.ledger.head().size
    const preview = await zhang.call('paste.preview', { account: phone, text: chat })
    expect(preview.messages).toMatchObject([
      {
        name: '三组 王桂兰',
        contact: null,
        sentAt: '2026-11-22T06:05:00.000Z',
        fromDesk: false,
        duplicate: false,
        line: 3,
      },
      { name: '张警官', sentAt: '2026-11-22T06:07:00.000Z', fromDesk: true, duplicate: false },
      { name: '三组 王桂兰', text: '谢谢\n电话13812345678' },
    ])
    expect(preview.newContacts).toEqual(['三组 王桂兰'])
    expect(preview.aside).toEqual([{ line: 1, text: '这一行没有头', reason: 'before-first-header' }])
    expect(station.station.ledger.head().size).toBe(size)
  })
  test('is imported in one commit: the resident’s words and the desk’s own', async () => {
    const { station, zhang } = await desk()
    const outcome = await zhang.call('paste.import', { account: phone, text: chat })
    expect(outcome).toMatchObject({ imported: 3, duplicates: 0, aside: 1 })
    const [thread] = outcome.threads
    expect(outcome.threads).toHaveLength(1)
    const { items } = await zhang.call('thread.timeline', { thread: thread!, limit: 20 })
    expect(
      items.flatMap((item) => (item.item === 'message' ? [[item.from, item.text, item.sentAt]] : [])),
    ).toEqual([
      ['resident', '派出所吗？楼上又吵了', '2026-11-22T06:05:00.000Z'],
      ['desk', '好的，我们过去看看', '2026-11-22T06:07:00.000Z'],
      ['resident', '谢谢\n电话138****5678', '2026-11-22T06:30:00.000Z'],
    ])
    const [imported] = entriesOf(station.station, 'paste.imported')
    expect(imported).toMatchObject({
      subject: phone,
      actor: { user: 'zhang' },
      data: { messages: 3, aside: 1 },
    })
    const changes = zhang.pushes.filter((push) => push.push === 'changed' && push.change.arrived.length > 0)
    expect(changes).toMatchObject([{ change: { arrived: [{ thread }, { thread }] } }])
  })
  test('again brings only duplicates, and what is new below them', async () => {
    const { zhang } = await desk()
    await zhang.call('paste.import', { account: phone, text: chat })
    const again = await zhang.call('paste.preview', { account: phone, text: chat })
    expect(again.messages.map(({ duplicate }) => duplicate)).toEqual([true, true, true])
    expect(again.newContacts).toEqual([])
    expect(await zhang.call('paste.import', { account: phone, text: chat })).toMatchObject({
      imported: 0,
      duplicates: 3,
      threads: [],
    })
    const longer = `${chat}\n三组 王桂兰  今天 9:15\n又来了\n`
    expect(await zhang.call('paste.import', { account: phone, text: longer })).toMatchObject({
      imported: 1,
      duplicates: 3,
    })
  })
  test('keeps the lines that could not be read where they can be listed', async () => {
    const { zhang } = await desk()
    await zhang.call('paste.import', { account: phone, text: chat })
    expect(await zhang.call('aside.list', { limit: 10 })).toMatchObject([
      { account: phone, source: 'paste', line: 1, text: '这一行没有头', reason: 'before-first-header' },
    ])
  })
  test('with the same words to two residents in one minute is two messages', async () => {
    const { station, zhang } = await desk()
    const text = '张警官  昨天 14:07\n好的'
    for (const contactName of ['三组 王桂兰', '五组 李强']) {
      expect(await zhang.call('paste.import', { account: phone, text, contactName })).toMatchObject({
        imported: 1,
        duplicates: 0,
      })
      expect(await zhang.call('paste.import', { account: phone, text, contactName })).toMatchObject({
        imported: 0,
        duplicates: 1,
      })
    }
    expect(entriesOf(station.station, 'message.sent')).toHaveLength(2)
    expect(entriesOf(station.station, 'thread.opened')).toHaveLength(2)
  })
  test('with the same words from two residents of one name is two messages', async () => {
    const { zhang } = await desk()
    const text = '王桂兰  昨天 14:05\n好的'
    for (const contactName of ['三组 王桂兰', '五组 王桂兰']) {
      expect(await zhang.call('paste.import', { account: phone, text, contactName })).toMatchObject({
        imported: 1,
        duplicates: 0,
      })
    }
  })
  test('still knows a resident whom the desk has labelled since', async () => {
    const { zhang } = await desk()
    const { threads } = await zhang.call('paste.import', {
      account: phone,
      text: '桂兰  昨天 14:05\n在吗',
      contactName: '桂兰',
    })
    const { contact } = await zhang.call('thread.get', { thread: threads[0]! })
    await zhang.call('contact.change', {
      contact,
      name: '三组 王桂兰',
      villageGroup: '三组',
      household: null,
      tags: [],
    })
    const later = await zhang.call('paste.import', { account: phone, text: '三组 王桂兰  今天 9:05\n又来了' })
    expect(later.threads).toEqual(threads)
  })
  test('of a group makes each resident’s words a thread of their own; own words to nobody are kept aside', async () => {
    const { zhang } = await desk()
    const text =
      '三组 王桂兰  昨天 14:05\n停水了\n\n五组 李强  昨天 14:06\n我家也是\n\n张警官  昨天 14:07\n在修了'
    const outcome = await zhang.call('paste.import', { account: phone, text })
    expect(outcome).toMatchObject({ imported: 2, aside: 1 })
    expect(outcome.threads).toHaveLength(2)
    expect(await zhang.call('aside.list', { limit: 10 })).toMatchObject([
      { text: '在修了', reason: 'own-words-to-nobody' },
    ])
  })
  test('is not for an account that has a channel', async () => {
    const { zhang } = await desk()
    for (const account of [village, 'nowhere']) {
      expect(await zhang.refused('paste.import', { account, text: chat })).toEqual({
        code: 'channel_cannot',
        account,
        what: 'paste',
      })
      expect(await zhang.refused('paste.preview', { account, text: chat })).toEqual({
        code: 'channel_cannot',
        account,
        what: 'paste',
      })
    }
  })
})

describe('a residents’ group pasted from the phone', () => {
  const group = '柳河三组群'
  const text =
    '三组 王桂兰  昨天 14:05\n停水了\n\n五组 李强  昨天 14:06\n我家也是\n\n张警官  昨天 14:07\n在修了'

  test('is one thread: everybody speaks as themselves, own words are the desk’s', async () => {
    const { station, zhang } = await desk()
    const preview = await zhang.call('paste.preview', { account: phone, text, group })
    expect(preview.messages.map(({ fromDesk, contact }) => [fromDesk, contact])).toEqual([
      [false, null],
      [false, null],
      [true, null],
    ])
    expect(preview.aside).toEqual([])
    const outcome = await zhang.call('paste.import', { account: phone, text, group })
    expect(outcome).toMatchObject({ imported: 3, duplicates: 0, aside: 0 })
    expect(outcome.threads).toHaveLength(1)
    const thread = outcome.threads[0]!
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ kind: 'group', contactName: group })
    expect(station.station.views.threads.thread(thread)!.conversation).toBe('group:柳河三组群')
    const { items } = await zhang.call('thread.timeline', { thread, limit: 20 })
    expect(
      items.flatMap((item) => (item.item === 'message' ? [[item.from, item.authorName, item.text]] : [])),
    ).toEqual([
      ['resident', '三组 王桂兰', '停水了'],
      ['resident', '五组 李强', '我家也是'],
      ['desk', '张警官的手机', '在修了'],
    ])
  })
  test('again, overlapping, brings only what is new', async () => {
    const { zhang } = await desk()
    const { threads } = await zhang.call('paste.import', { account: phone, text, group })
    const longer = `${text.slice(text.indexOf('五组'))}\n\n三组 王桂兰  今天 9:15\n来水了`
    const preview = await zhang.call('paste.preview', { account: phone, text: longer, group })
    expect(preview.messages.map(({ duplicate }) => duplicate)).toEqual([true, true, false])
    expect(preview.newContacts).toEqual([])
    expect(await zhang.call('paste.import', { account: phone, text: longer, group })).toMatchObject({
      imported: 1,
      duplicates: 2,
      threads,
    })
  })
  test('is not the talk with one of its members: the same words there are other words', async () => {
    const { station, zhang } = await desk()
    const { threads } = await zhang.call('paste.import', { account: phone, text, group })
    const alone = '三组 王桂兰  昨天 14:05\n停水了'
    const direct = await zhang.call('paste.import', { account: phone, text: alone })
    expect(direct).toMatchObject({ imported: 1, duplicates: 0 })
    expect(direct.threads).not.toEqual(threads)
    expect(await zhang.call('thread.get', { thread: direct.threads[0]! })).toMatchObject({ kind: 'direct' })
    // Two residents and the group.
    expect(entriesOf(station.station, 'contact.added')).toHaveLength(3)
  })
  test('is known again by the label the desk has given it, and never taken for a resident of that name', async () => {
    const { zhang } = await desk()
    const { threads } = await zhang.call('paste.import', { account: phone, text, group })
    const { contact } = await zhang.call('thread.get', { thread: threads[0]! })
    const card = { contact, name: '三组大家庭', villageGroup: null, household: null, tags: [] }
    await zhang.call('contact.change', card)
    const more = '三组 王桂兰  今天 9:15\n来水了'
    const later = await zhang.call('paste.import', { account: phone, text: more, group: '三组大家庭' })
    expect(later.threads).toEqual(threads)
    const same = '三组大家庭  今天 9:20\n在吗'
    const direct = await zhang.call('paste.import', { account: phone, text: same })
    expect(await zhang.call('thread.get', { thread: direct.threads[0]! })).toMatchObject({ kind: 'direct' })
  })
  test('is not with one contact as well', async () => {
    const { zhang } = await desk()
    const both = { account: phone, text, group, contactName: '三组 王桂兰' }
    const refusal = { code: 'invalid', issues: [{ path: 'group', message: expect.any(String) }] }
    expect(await zhang.refused('paste.preview', both)).toEqual(refusal)
    expect(await zhang.refused('paste.import', both)).toEqual(refusal)
  })
  test('is moved to private talk where an officer can copy both from', async () => {
    const { station, zhang } = await desk()
    const { threads } = await zhang.call('paste.import', { account: phone, text, group })
    const thread = threads[0]!
    const { lastSeq } = await zhang.call('thread.get', { thread })
    const [first] = entriesOf(station.station, 'message.received')
    const moved = await zhang.call('group.moveToPrivate', {
      thread,
      message: first!.seq,
      seen: lastSeq,
      line: '这件事我们单独谈',
      greeting: '您好',
    })
    const { items } = await zhang.call('thread.timeline', { thread: moved.thread, limit: 20 })
    expect(items.at(-1)).toMatchObject({ text: '您好', delivery: 'copyByHand' })
    const answer = '三组 王桂兰  今天 10:01\n您好'
    const pasted = await zhang.call('paste.import', { account: phone, text: answer })
    expect(pasted.threads).toEqual([moved.thread])
  })
})

describe('an answer on an account worked by hand', () => {
  test('is copied over and then marked as sent, once', async () => {
    const { station, zhang } = await desk()
    const { threads } = await zhang.call('paste.import', { account: phone, text: chat })
    const thread = threads[0]!
    const { lastSeq } = await zhang.call('thread.get', { thread })
    const { seq, delivery } = await zhang.call('thread.answer', { thread, text: '马上到', seen: lastSeq })
    expect(delivery).toBe('copyByHand')
    await zhang.call('message.markSentByHand', { thread, seq })
    const { items } = await zhang.call('thread.timeline', { thread, limit: 50 })
    expect(items.find((item) => item.seq === seq)).toMatchObject({ delivery: 'sentByHand' })
    expect(await zhang.refused('message.markSentByHand', { thread, seq })).toEqual({ code: 'nothing_to_do' })
    expect(entriesOf(station.station, 'message.sentByHand')).toMatchObject([
      { actor: { user: 'zhang' }, data: { message: seq } },
    ])
    expect(station.sent).toEqual([])
  })
  test('of the channel cannot be marked so', async () => {
    const { station, zhang } = await desk()
    const thread = station.hears({ text: '在吗' })
    const [message] = entriesOf(station.station, 'message.received')
    expect(await zhang.refused('message.markSentByHand', { thread, seq: message!.seq })).toEqual({
      code: 'nothing_to_do',
    })
    expect(await zhang.refused('message.markSentByHand', { thread, seq: 999 })).toMatchObject({
      code: 'not_found',
    })
  })
})

test('a pasted chat of yesterday is counted from when it was said', async () => {
  const { station, zhang } = await desk()
  await zhang.call('paste.import', { account: phone, text: chat })
  await station.pass(minute)
  expect((await zhang.call('threads.counts', {})).queues).toMatchObject({ waiting: 1, overdue: 1 })
})
