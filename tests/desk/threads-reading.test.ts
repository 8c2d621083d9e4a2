import { describe, expect, test } from 'vitest'
import type { MessageItem } from '../../src/contract/threads.ts'
import { at } from '../support/console.ts'
import { entriesOf, iso, testStation } from '../support/station.ts'
import { shift } from '../support/threads.ts'

test('a timeline is read page by page, oldest first, with nothing left out', async () => {
  const { desk, zhang, thread } = await shift()
  for (let n = 0; n < 250; n += 1) desk.hears({ text: `第${n}句` })
  await zhang.call('thread.note', { thread, text: '记一下' })
  const read: number[] = []
  let before: number | undefined
  for (;;) {
    const page: { items: { seq: number }[]; more: boolean } = await zhang.call('thread.timeline', {
      thread,
      limit: 60,
      ...(before === undefined ? {} : { before }),
    })
    read.unshift(...page.items.map(({ seq }) => seq))
    before = page.items[0]!.seq
    if (!page.more) break
  }
  const all = entriesOf(desk.station).filter(({ subject }) => subject === thread)
  expect(read).toEqual(all.map(({ seq }) => seq))
})

test('rule 9: a recalled message keeps its text on the desk, marked with the time', async () => {
  const desk = await testStation()
  const zhang = await at(desk, 'zhang')
  const thread = desk.hears({ text: '我不想活了', external: 'cry' })
  desk.takesIn({ event: 'recall', external: 'cry', at: desk.now + 40_000 })
  const { items } = await zhang.call('thread.timeline', { thread, limit: 10 })
  const message = items.find((item): item is MessageItem => item.item === 'message')
  expect(message).toMatchObject({ text: '我不想活了', recalledAt: iso(desk.now + 40_000) })
  const list = await zhang.call('threads.list', { queue: 'all', offset: 0, limit: 10 })
  expect(list.rows[0]).toMatchObject({ preview: '我不想活了', lastRecalled: true })
  const found = await zhang.call('search.messages', { words: '不想活', offset: 0, limit: 10 })
  expect(found.hits).toMatchObject([{ recalled: true }])
})

test('a preview never ends in half an emoji', async () => {
  const desk = await testStation()
  const zhang = await at(desk, 'zhang')
  for (const lead of [0, 1]) desk.hears({ from: `居民${lead}`, text: '在'.repeat(lead) + '🐂'.repeat(60) })
  const { rows } = await zhang.call('threads.list', { queue: 'all', offset: 0, limit: 10 })
  expect(rows.map(({ preview }) => [preview!.isWellFormed(), preview!.length])).toEqual([
    [true, 80],
    [true, 79],
  ])
})

describe('rule 20: phone and ID numbers', () => {
  const text = '我叫王桂兰，电话13812345678，身份证350128198802034567'
  const masked = '我叫王桂兰，电话138****5678，身份证350128********4567'

  test('are masked in the timeline, the list, the search and the news', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const thread = desk.hears({ text, title: '请打 138 1234 5678' })
    const { items } = await zhang.call('thread.timeline', { thread, limit: 10 })
    expect(items.find((item) => item.item === 'message')).toMatchObject({
      text: masked,
      masked: true,
      title: '请打 138 **** 5678',
    })
    expect(await zhang.call('thread.get', { thread })).toMatchObject({
      preview: masked,
      title: '请打 138 **** 5678',
    })
    const list = await zhang.call('threads.list', { queue: 'all', offset: 0, limit: 10 })
    expect(list.rows[0]).toMatchObject({ preview: masked })
    const found = await zhang.call('search.messages', { words: '桂兰', offset: 0, limit: 10 })
    expect(found.hits).toMatchObject([{ excerpt: masked, marks: [[3, 2]] }])
    const refusal = await zhang.refused('thread.answer', { thread, text: '在', seen: 0 })
    expect(refusal).toMatchObject({ news: [{ text: masked }] })
  })
  test('are masked where a reason or a closing note holds them', async () => {
    const { zhang, li, thread, seen } = await shift()
    await zhang.call('thread.claim', { thread })
    await li.call('thread.takeOver', { thread, reason: '他让打13812345678' })
    await li.call('thread.close', { thread, disposition: 'handledByPhone', seen, note: '已打13812345678' })
    const { items } = await zhang.call('thread.timeline', { thread, limit: 50 })
    expect(items.flatMap((item) => (item.item === 'act' && item.text ? [item.text] : []))).toEqual([
      '他让打138****5678',
      '已打138****5678',
    ])
  })
  test('cut off at the end of a preview are masked all the same', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    for (let lead = 62; lead <= 80; lead += 1)
      desk.hears({ from: `居民${lead}`, text: '在'.repeat(lead) + text.slice(8) })
    const { rows } = await zhang.call('threads.list', { queue: 'all', offset: 0, limit: 100 })
    expect(rows).toHaveLength(19)
    for (const { preview } of rows) {
      expect(preview).not.toMatch(/1381|3501281/)
      expect(preview!.length).toBeLessThanOrEqual(80)
    }
  })
  test('are not found out by searching for them: the excerpt stays masked', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    desk.hears({ text })
    const found = await zhang.call('search.messages', { words: '13812345678', offset: 0, limit: 10 })
    expect(found.hits).toMatchObject([{ excerpt: masked }])
  })
  test('are shown whole when asked for, and that is an entry', async () => {
    const desk = await testStation()
    const auditor = await at(desk, 'ducha')
    const thread = desk.hears({ text })
    const [message] = entriesOf(desk.station, 'message.received')
    expect(await auditor.call('message.unmask', { thread, seq: message!.seq })).toEqual({ text })
    expect(entriesOf(desk.station, 'message.unmasked')).toMatchObject([
      { subject: thread, actor: { user: 'ducha', role: 'auditor' }, data: { message: message!.seq } },
    ])
    const other = desk.hears({ from: '别人', text: '在' })
    expect(await auditor.refused('message.unmask', { thread: other, seq: message!.seq })).toMatchObject({
      code: 'not_found',
    })
  })
  test('on a resident’s card are masked; the whole number is an entry', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const { contact } = await zhang.call('thread.get', { thread: desk.hears({ text: '在' }) })
    const card = { contact, name: '三组 王桂兰', villageGroup: '柳河村三组', household: null, tags: ['独居'] }
    expect(await zhang.refused('contact.unmaskPhone', { contact })).toMatchObject({
      code: 'not_found',
      what: 'phone',
    })
    await zhang.call('contact.change', { ...card, phone: '13812345678' })
    await zhang.call('contact.change', { ...card, tags: ['独居', '老人'] })
    expect(await zhang.call('contact.card', { contact })).toMatchObject({
      phone: '138****5678',
      tags: ['独居', '老人'],
    })
    expect(entriesOf(desk.station, 'contact.phoneUnmasked')).toEqual([])
    expect(await zhang.call('contact.unmaskPhone', { contact })).toEqual({ phone: '13812345678' })
    expect(entriesOf(desk.station, 'contact.phoneUnmasked')).toHaveLength(1)
    await zhang.call('contact.change', { ...card, phone: null })
    expect(await zhang.call('contact.card', { contact })).toMatchObject({ phone: null })
  })
  test('nothing of a resident stands in the entries themselves', async () => {
    const { desk, zhang, li, thread, seen } = await shift(text)
    const { contact } = await zhang.call('thread.get', { thread })
    await zhang.call('contact.change', {
      contact,
      name: '王桂兰',
      villageGroup: '三组',
      household: '3栋',
      phone: '13812345678',
      tags: ['独居'],
    })
    await zhang.call('thread.note', { thread, text: '打过 13812345678' })
    await zhang.call('thread.claim', { thread })
    await li.call('thread.takeOver', { thread, reason: '王桂兰要找我' })
    await li.call('thread.close', { thread, disposition: 'handledByPhone', seen, note: '王桂兰说好了' })
    const entries = desk.station.db
      .prepare('SELECT canonical FROM entry WHERE seq > 1')
      .pluck()
      .all()
      .join('\n')
    expect(entries).not.toMatch(/王桂兰|1381234|350128|独居|3栋/)
  })
})
