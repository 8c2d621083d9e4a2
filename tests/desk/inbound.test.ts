import { describe, expect, test } from 'vitest'
import { at, until } from '../support/console.ts'
import { entriesOf, monday, resident, screensFollowLedger, testStation } from '../support/station.ts'

const said = (n: number, external = `m${n}`) => resident({ from: `居民${n % 3}`, text: `第${n}句`, external })

describe('what a channel delivers', () => {
  test('twice is there once', async () => {
    const desk = await testStation()
    expect(desk.takesIn(said(1), said(2))).toMatchObject({ received: 2, duplicates: 0 })
    expect(desk.takesIn(said(2), said(3), said(3))).toMatchObject({ received: 1, duplicates: 2 })
    expect(entriesOf(desk.station, 'message.received')).toHaveLength(3)
  })
  test('twice with a restart in between is there once', async () => {
    const desk = await testStation()
    desk.takesIn(said(1))
    await desk.restart()
    expect(desk.takesIn(said(1))).toMatchObject({ received: 0, duplicates: 1 })
  })
  test('with the same id on another account is another message', async () => {
    const desk = await testStation()
    desk.hears({ text: '在', external: 'm1' })
    desk.hears({ text: '在', external: 'm1', account: 'phone' })
    expect(entriesOf(desk.station, 'message.received')).toHaveLength(2)
  })
  test('together is one commit: consoles hear of it once', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const events = Array.from({ length: 60 }, (_, n) => said(n))
    expect(desk.takesIn(...events)).toMatchObject({ received: 60, duplicates: 0 })
    await until(() => zhang.pushes.some((push) => push.push === 'changed'))
    const changes = zhang.pushes.flatMap((push) => (push.push === 'changed' ? [push.change] : []))
    expect(changes.map(({ seq, arrived }) => [seq, arrived.length])).toEqual([
      [desk.station.ledger.head().size, 60],
    ])
  })
  test('together is one commit: a disk that fails in the middle takes none of it', async () => {
    const desk = await testStation()
    const size = desk.station.ledger.head().size
    const { db } = desk.station
    // A page or two are left: enough for the first of them, not for all.
    db.pragma(`max_page_count = ${(db.pragma('page_count', { simple: true }) as number) + 12}`)
    const events = Array.from({ length: 400 }, (_, n) =>
      resident({ from: `居民${n}`, text: '很长'.repeat(300), external: `m${n}` }),
    )
    expect(() => desk.takesIn(...events)).toThrow(/full/)
    db.pragma('max_page_count = 1000000')
    const there = desk.station.ledger.head().size - size
    expect(there).toBe(0)
    expect(desk.takesIn(...events)).toMatchObject({ received: 400 })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
  test('comes in the order given, each to the thread of its conversation', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const { threads } = desk.takesIn(...Array.from({ length: 9 }, (_, n) => said(n)))
    expect(threads).toHaveLength(3)
    const { items } = await zhang.call('thread.timeline', { thread: threads[1]!, limit: 20 })
    expect(items.flatMap((item) => (item.item === 'message' ? [item.text] : []))).toEqual([
      '第1句',
      '第4句',
      '第7句',
    ])
  })
  test('of a resident seen for the first time makes a contact, with its place and tags, once', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const event = said(1)
    const contact = { external: 'wx-1', name: '王桂兰', villageGroup: '三组', tags: ['独居'] }
    const { threads } = desk.takesIn(
      { ...event, contact },
      { ...said(2), contact: { ...contact, name: '改名了' } },
    )
    const thread = await zhang.call('thread.get', { thread: threads[0]! })
    expect(await zhang.call('contact.card', { contact: thread.contact })).toMatchObject({
      name: '王桂兰',
      villageGroup: '三组',
      tags: ['独居'],
    })
    expect(entriesOf(desk.station, 'contact.added')).toHaveLength(1)
  })
  test('of a resident whose id ends in the middle of a character is heard all the same', async () => {
    const desk = await testStation()
    const contact = { external: 'wm😀abc', name: '' }
    expect(desk.takesIn({ ...said(1), contact })).toMatchObject({ received: 1 })
    expect(entriesOf(desk.station, 'message.received')).toHaveLength(1)
  })
  test('from the account’s own phone is the desk’s word: nobody waits any more', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const thread = desk.hears({ text: '在吗' })
    const from = { external: '三组 王桂兰', name: '三组 王桂兰' }
    const own = {
      event: 'own',
      contact: from,
      conversation: from.external,
      external: 'o1',
      kind: 'text',
      text: '在',
      sentAt: desk.now,
    } as const
    expect(desk.takesIn(own, own)).toMatchObject({ received: 1, duplicates: 1 })
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ lastFrom: 'desk', waitingSince: null })
    const { items } = await zhang.call('thread.timeline', { thread, limit: 9 })
    expect(items.at(-1)).toMatchObject({
      item: 'message',
      from: 'desk',
      authorName: '户户通·柳河村',
      delivery: 'sentByHand',
    })
  })
})

describe('a recall', () => {
  test('twice is one', async () => {
    const desk = await testStation()
    desk.takesIn(said(1))
    const recall = { event: 'recall', external: 'm1', at: monday } as const
    expect(desk.takesIn(recall, recall)).toMatchObject({ received: 1, duplicates: 1 })
    expect(entriesOf(desk.station, 'message.recalled')).toHaveLength(1)
  })
  test('of a message the desk never had is kept aside with its reason', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const outcome = desk.takesIn(said(1), { event: 'recall', external: 'unknown', at: monday })
    expect(outcome).toMatchObject({ received: 1, duplicates: 0 })
    expect(await zhang.call('aside.list', { limit: 10 })).toMatchObject([
      { account: 'liuhe', source: 'channel', text: 'unknown', reason: 'recall_of_unknown_message' },
    ])
  })
  test('that came before its message, in a commit that was undone, still holds after a restart', async () => {
    const desk = await testStation()
    const { db } = desk.station
    db.pragma(`max_page_count = ${(db.pragma('page_count', { simple: true }) as number) + 12}`)
    const events = Array.from({ length: 400 }, (_, n) =>
      resident({ from: `居民${n}`, text: '很长'.repeat(300), external: `m${n}` }),
    )
    const early = { event: 'recall', external: 'early', at: monday } as const
    expect(() => desk.takesIn(early, ...events)).toThrow(/full/)
    db.pragma('max_page_count = 1000000')
    desk.takesIn(early, ...events)
    desk.takesIn(early)
    await desk.restart()
    const zhang = await at(desk, 'zhang')
    expect(await zhang.call('aside.list', { limit: 10 })).toHaveLength(1)
    desk.takesIn(said(1, 'early'))
    expect(entriesOf(desk.station, 'message.recalled')).toHaveLength(1)
  })
  test('by a colleague that comes before what they typed is taken when that comes', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const thread = desk.hears({ text: '在吗' })
    desk.takesIn({ event: 'recall', external: 'o1', at: monday })
    const from = { external: '三组 王桂兰', name: '三组 王桂兰' }
    const sent = {
      conversation: from.external,
      external: 'o1',
      kind: 'text',
      text: '在',
      sentAt: desk.now,
    } as const
    desk.takesIn({ event: 'own', contact: from, colleague: 'lisi', ...sent })
    const { items } = await zhang.call('thread.timeline', { thread, limit: 9 })
    const told = items.find((item) => item.item === 'message' && item.from === 'desk')
    expect(told).toMatchObject({ text: '在', recalledAt: expect.any(String) })
    expect(entriesOf(desk.station, 'alarm.raised')).toEqual([])
  })
  test('in the same batch as its message is taken', async () => {
    const desk = await testStation()
    expect(desk.takesIn(said(1), { event: 'recall', external: 'm1', at: monday })).toMatchObject({
      received: 2,
    })
  })
})

test('a message that no ledger could hold is kept aside and holds nothing up', async () => {
  const desk = await testStation()
  const zhang = await at(desk, 'zhang')
  const half = { ...said(2), text: '半个表情\ud83d' }
  expect(desk.takesIn(said(1), half, said(3))).toMatchObject({ received: 2, duplicates: 0 })
  const [aside] = await zhang.call('aside.list', { limit: 10 })
  expect(aside).toMatchObject({ source: 'channel', reason: expect.stringContaining('text') })
  expect(aside!.text).toContain('半个表情')
  expect(screensFollowLedger(desk.station)).toBe(true)
})

describe('a message that breaks the desk', () => {
  const broken = async () => {
    const desk = await testStation()
    const { people } = desk.station.views
    const known = people.contactByExternal.bind(people)
    const breaks = (what: (external: string) => boolean) => {
      people.contactByExternal = (account, external) => {
        if (what(external)) throw new TypeError('a bug of the desk')
        return known(account, external)
      }
    }
    return { desk, breaks }
  }
  test('is kept aside and holds nothing up, also where it comes alone', async () => {
    const { desk, breaks } = await broken()
    const zhang = await at(desk, 'zhang')
    breaks((external) => external === 'poison')
    const poison = { ...said(1), contact: { external: 'poison', name: '' }, text: '很长'.repeat(5_000) }
    const head = desk.station.ledger.head().size
    // It might be a hiccup.
    for (const _ of [1, 2]) expect(() => desk.takesIn(poison)).toThrow('a bug of the desk')
    expect(desk.takesIn(poison)).toMatchObject({ received: 0 })
    expect(desk.station.ledger.head().size).toBe(head)
    const [aside] = await zhang.call('aside.list', { limit: 10 })
    expect(aside).toMatchObject({ reason: 'a bug of the desk' })
    expect(aside!.text).toContain(poison.text)
    expect(desk.takesIn(said(2))).toMatchObject({ received: 1 })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
  test('as every other would is not taken in, and comes again', async () => {
    const { desk, breaks } = await broken()
    breaks(() => true)
    for (let times = 0; times < 10; times += 1)
      expect(() => desk.takesIn(said(1))).toThrow('a bug of the desk')
    breaks(() => false)
    expect(desk.takesIn(said(1))).toMatchObject({ received: 1 })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
})

test('what is kept aside shows no whole numbers either', async () => {
  const desk = await testStation()
  const zhang = await at(desk, 'zhang')
  desk.station.aside.keep({
    account: null,
    source: 'paste',
    line: 3,
    text: '打13812345678',
    reason: 'no-header',
  })
  expect(await zhang.call('aside.list', { limit: 10 })).toMatchObject([
    { line: 3, text: '打138****5678', reason: 'no-header' },
  ])
})
