import { v7 as uuid } from 'uuid'
import { describe, expect, test } from 'vitest'
import { at, type Console } from '../support/console.ts'
import { entriesOf, hour, minute, phone, resident, screensFollowLedger, village } from '../support/station.ts'
import { get, known, notice, registered, rowOf, shift, typesOf } from '../support/warnings.ts'

describe('the message by the resident’s thread', () => {
  const text = '请立即停止转账'

  test('is a message of that thread, which its sender then holds', async () => {
    const { desk, zhang, thread, seen, warning } = await known()
    await zhang.call('warning.called', { warning, result: 'busy' })
    const { lastSeq } = await get(zhang, warning)
    expect(lastSeq).toBe(seen)
    expect(await zhang.call('warning.messaged', { warning, text, by: 'thread', seen: lastSeq! })).toEqual({
      thread,
    })
    const [sent] = entriesOf(desk.station, 'message.sent')
    expect(sent).toMatchObject({ subject: thread, data: { purpose: 'warning', delivery: 'queued' } })
    expect(entriesOf(desk.station, 'warning.messaged')).toMatchObject([
      { subject: warning, data: { by: 'thread', thread, message: sent!.seq, next: 'reply' } },
    ])
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ holder: 'zhang' })
    expect(await rowOf(zhang, warning)).toMatchObject({ thread, step: 'reply' })
    await expect.poll(() => desk.sent).toMatchObject([{ text, conversation: '三组 王桂兰' }])
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
  test('claims thread and warning in one commit, and is one commit when sent twice', async () => {
    const { desk, zhang, thread, seen, warning } = await known()
    const before = desk.station.ledger.head().size
    const command = uuid()
    const said = { warning, text, by: 'thread', seen } as const
    await zhang.call('warning.messaged', said, command)
    await zhang.call('warning.messaged', said, command)
    const made = entriesOf(desk.station).slice(before)
    expect(made.slice(0, 4).map(({ type, subject }) => [type, subject])).toEqual([
      ['warning.claimed', warning],
      ['thread.claimed', thread],
      ['message.sent', thread],
      ['warning.messaged', warning],
    ])
    expect(entriesOf(desk.station, 'message.sent')).toHaveLength(1)
  })
  test('is refused with what is new where the resident has written since (rule 3)', async () => {
    const { desk, zhang, seen, warning } = await known()
    desk.hears({ text: '有人说我快递丢了要退钱' })
    const before = desk.station.ledger.head().size
    expect(await zhang.refused('warning.messaged', { warning, text, by: 'thread', seen })).toMatchObject({
      code: 'thread_moved_on',
      news: [{ text: '有人说我快递丢了要退钱' }],
    })
    expect(await zhang.refused('warning.messaged', { warning, text, by: 'thread' })).toMatchObject({
      code: 'thread_moved_on',
    })
    expect(desk.station.ledger.head().size).toBe(before)
    expect(await rowOf(zhang, warning)).toMatchObject({ step: 'call', holder: null })
  })
  test('is refused where another officer holds the thread, with the name', async () => {
    const { zhang, li, thread, seen, warning } = await known()
    await li.call('thread.claim', { thread })
    expect(await zhang.refused('warning.messaged', { warning, text, by: 'thread', seen })).toMatchObject({
      code: 'not_holder',
      holder: 'li',
      holderName: '李秀英',
    })
    expect(await rowOf(zhang, warning)).toMatchObject({ step: 'call' })
  })
  test('is refused in a private thread to whoever may not read it (rule 11)', async () => {
    const { desk, zhang, li, thread, seen, warning } = await known()
    await li.call('thread.claim', { thread })
    await li.call('thread.setPrivate', { thread, private: true, reason: '家庭纠纷' })
    expect(await zhang.refused('warning.messaged', { warning, text, by: 'thread', seen })).toEqual({
      code: 'private_thread',
    })
    expect(entriesOf(desk.station, 'message.sent')).toEqual([])
  })
  test('reopens a closed thread', async () => {
    const { desk, zhang, thread, seen, warning } = await known()
    await zhang.call('thread.close', { thread, disposition: 'withdrawn', seen })
    await zhang.call('warning.messaged', { warning, text, by: 'thread', seen })
    expect(typesOf(desk, thread).slice(-3)).toContain('thread.reopened')
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ closedAt: null, holder: 'zhang' })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
  test('goes by the newest of the resident’s threads', async () => {
    const { desk, zhang, thread, seen, contact, warning } = await known()
    await zhang.call('thread.close', { thread, disposition: 'withdrawn', seen })
    desk.now += 80 * hour
    const newer = desk.hears({ text: '在吗', at: desk.now })
    expect(newer).not.toBe(thread)
    const later = await at(desk, 'zhang')
    const { lastSeq } = await get(later, warning)
    await later.call('warning.messaged', { warning, text, by: 'thread', seen: lastSeq! })
    expect(await rowOf(later, warning)).toMatchObject({ thread: newer, contact })
  })
  test('opens a thread where the resident has none, and the answer comes in there', async () => {
    const { desk, zhang, warning } = await shift()
    const [contact] = registered(desk, { name: '王桂兰' })
    await zhang.call('warning.link', { warning, contact: contact! })
    expect(await get(zhang, warning)).toMatchObject({ lastSeq: null })
    const { thread } = await zhang.call('warning.messaged', { warning, text, by: 'thread' })
    expect(typesOf(desk, thread!).slice(0, 3)).toEqual(['thread.opened', 'thread.claimed', 'message.sent'])
    await expect.poll(() => desk.sent).toMatchObject([{ text, conversation: 'wx-王桂兰' }])
    const answered = resident({ from: 'wx-王桂兰', text: '我没转钱', at: desk.now })
    expect(desk.takesIn(answered).threads).toEqual([thread])
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
  test('on an account worked by hand waits to be copied', async () => {
    const { desk, zhang, warning } = await shift()
    const [contact] = registered(desk, { name: '王桂兰', account: phone })
    await zhang.call('warning.link', { warning, contact: contact! })
    await zhang.call('warning.messaged', { warning, text, by: 'thread' })
    expect(entriesOf(desk.station, 'message.sent')).toMatchObject([{ data: { delivery: 'copyByHand' } }])
  })
  test('needs to know whose thread', async () => {
    const { zhang, warning } = await shift()
    expect(await zhang.refused('warning.messaged', { warning, text, by: 'thread', seen: 0 })).toMatchObject({
      code: 'not_found',
      what: 'contact',
    })
  })
  test('goes nowhere where nothing says any more where to', async () => {
    const { desk, zhang, warning } = await shift()
    const [contact] = registered(desk, { name: '王桂兰', external: '' })
    await zhang.call('warning.link', { warning, contact: contact! })
    expect(await zhang.refused('warning.messaged', { warning, text, by: 'thread' })).toMatchObject({
      code: 'not_found',
      what: 'contact',
    })
  })
  test('never goes to a group: it can be neither linked nor found', async () => {
    const { desk, zhang, warning } = await shift()
    const group = { external: 'g1', name: '柳河三组王桂兰群' }
    desk.takesIn({ ...resident({ text: '大家好' }), conversation: 'g1', group })
    const contact = desk.station.views.people.contactByExternal(village, 'g1')!
    const nobody = { code: 'not_found', what: 'contact', id: contact }
    expect(await zhang.refused('warning.link', { warning, contact })).toEqual(nobody)
    expect(await zhang.refused('warning.enter', { ...notice, contact })).toEqual(nobody)
    expect(await zhang.refused('warning.link', { warning, contact: 'x' })).toMatchObject({ id: 'x' })
    expect(await zhang.call('contacts.find', { words: group.name, limit: 10 })).toEqual([])
  })
  test('what the resident writes after it is shown among the steps', async () => {
    const { desk, zhang, li, thread, seen, warning } = await known()
    await zhang.call('warning.messaged', { warning, text, by: 'thread', seen })
    await desk.pass(minute)
    desk.hears({ text: '我没转钱，有人叫我打13912345678', at: desk.now })
    const last = async (console: Console) => (await get(console, warning)).steps.at(-1)
    const answer = {
      type: 'message.received',
      actorName: '三组 王桂兰',
      data: { thread },
      text: '我没转钱，有人叫我打139****5678',
    }
    expect(await last(li)).toMatchObject(answer)
    await zhang.call('thread.setPrivate', { thread, private: true, reason: '家庭纠纷' })
    expect(await last(zhang)).toMatchObject(answer)
    expect(await last(li)).toMatchObject({ type: 'message.received', actorName: '🔒', text: null })
    await zhang.call('warning.replied', { warning, result: 'answered' })
    expect(await rowOf(zhang, warning)).toMatchObject({ step: 'outcome' })
  })
  test('what the desk itself writes, or anybody after the warning is closed, is no answer to it', async () => {
    const { desk, zhang, thread, seen, warning } = await known()
    await zhang.call('warning.messaged', { warning, text, by: 'thread', seen })
    const { lastSeq } = await zhang.call('thread.get', { thread })
    await zhang.call('thread.answer', { thread, text: '看到请回电', seen: lastSeq })
    await zhang.call('warning.close', { warning, outcome: 'dissuaded', note: '已当面劝住' })
    await desk.pass(minute)
    desk.hears({ text: '谢谢', at: desk.now })
    expect((await get(zhang, warning)).steps.map(({ type }) => type)).not.toContain('message.received')
  })
  test('has the station’s own words, with what they name filled in', async () => {
    const { desk, zhang, warning } = await shift({ name: '{officer}王桂兰', type: 'other' })
    const supervisor = await at(desk, 'daiban')
    const texts = await supervisor.call('texts.get', {})
    await supervisor.call('texts.change', {
      ...texts,
      warning: '{name}您好，{station}{officer}提醒：{type}诈骗！{name}请回电。{其他}',
    })
    expect((await get(zhang, warning)).message).toBe(
      '{officer}王桂兰您好，柳河派出所张建国提醒：电信网络诈骗！{officer}王桂兰请回电。{其他}',
    )
  })
})
