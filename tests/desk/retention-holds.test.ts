import { describe, expect, test } from 'vitest'
import type { Console } from '../support/console.ts'
import { erase, finished } from '../support/erasing.ts'
import {
  contactOf,
  due,
  ground,
  longMatters,
  matter,
  month,
  staffed,
  wordsIn,
} from '../support/old-matters.ts'
import { privateStation } from '../support/private-station.ts'
import { password, phone, resident, screensFollowLedger } from '../support/station.ts'

describe('a legal hold', () => {
  const ways = {
    'on the thread': (thread: string) => ({ kind: 'thread', thread }) as const,
    'on the resident': (_: string, contact: string) => ({ kind: 'contact', contact }) as const,
    'on everything': () => ({ kind: 'everything' }) as const,
  }
  test.each(Object.entries(ways))('%s keeps words, card and all, until it is lifted', async (_way, of) => {
    const { desk, zhang, daiban, ducha, guanli } = await staffed()
    const thread = await matter(desk, zhang, { text: '请问几点上班', from: '三组 王桂兰' })
    const other = await matter(desk, zhang, { text: '周末开门吗', from: '二组 李四' })
    const { hold } = await daiban.call('hold.place', {
      of: of(thread, contactOf(desk, thread)),
      reason: '法院调取',
    })
    await desk.pass(37 * month)
    const everything = of(thread, '').kind === 'everything'
    const preview = await guanli.call('erasure.preview', { scope: due })
    expect(preview).toMatchObject(everything ? { contents: 0, held: 10 } : { contents: 5, held: 5 })
    const { digest } = preview
    if (everything)
      expect(await guanli.refused('erasure.run', { scope: due, digest, ground, password })).toEqual({
        code: 'legal_hold',
        hold,
      })
    else await erase(guanli, due)
    expect(await wordsIn(ducha, thread)).toContain('请问几点上班')
    expect((await wordsIn(ducha, other)).includes('周末开门吗')).toBe(everything)
    expect(await ducha.call('contact.card', { contact: contactOf(desk, thread) })).toMatchObject({
      name: '三组 王桂兰',
    })
    expect(await ducha.call('holds.list', {})).toMatchObject([
      { id: hold, reason: '法院调取', liftedAt: null },
    ])
    await daiban.call('hold.lift', { hold, reason: '结案' })
    expect(await daiban.refused('hold.lift', { hold, reason: '结案' })).toEqual({ code: 'nothing_to_do' })
    await erase(guanli, due)
    expect(await wordsIn(ducha, thread)).toEqual([])
    expect((await ducha.call('holds.list', {}))[0]).toMatchObject({ liftedByName: '陈所长' })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('on a resident keeps the warnings about them and what they said in a group', async () => {
    const { desk, zhang, daiban, guanli } = await staffed()
    const group = { external: 'group:三组', name: '三组群' }
    const { threads } = desk.takesIn(
      { ...resident({ text: '我被骗了', from: '三组 王桂兰' }), conversation: group.external, group },
      { ...resident({ text: '谁家的牛', from: '三组 赵六' }), conversation: group.external, group },
    )
    const thread = threads[0]!
    const contact = desk.station.views.people.contactByExternal('liuhe', '三组 王桂兰')!
    const { warning } = await zhang.call('warning.enter', {
      name: '王桂兰',
      phone: '13812345678',
      type: 'fakeJob',
      contact,
      source: null,
      note: null,
    } as never)
    await zhang.call('warning.claim', { warning })
    await zhang.call('warning.close', { warning, outcome: 'dissuaded', note: '已劝阻' } as never)
    const { lastSeq } = await zhang.call('thread.get', { thread })
    await zhang.call('thread.close', { thread, disposition: 'noReplyNeeded', seen: lastSeq })
    await daiban.call('hold.place', { of: { kind: 'contact', contact }, reason: '诈骗案' })
    await desk.pass(61 * month)
    await erase(guanli, due)
    expect(await wordsIn(zhang, thread)).toEqual(['我被骗了'])
    expect((await zhang.call('warnings.list', { of: 'closed', offset: 0, limit: 9 })).rows[0]?.name).toBe(
      '王桂兰',
    )
  })

  test('placed while an erasure is under way is kept to at once', async () => {
    const { desk, zhang, daiban, guanli } = await staffed()
    const threads = await longMatters(desk, zhang)
    await desk.pass(37 * month)
    const { digest } = await guanli.call('erasure.preview', { scope: due })
    const { work } = await guanli.call('erasure.run', { scope: due, digest, ground, password })
    const last = threads.at(-1)!
    await daiban.call('hold.place', { of: { kind: 'thread', thread: last }, reason: '刚立案' })
    expect(await finished(guanli, work)).toMatchObject({ state: 'done' })
    expect(await wordsIn(daiban, last)).toContain('第899句')
    expect(await daiban.call('contact.card', { contact: contactOf(desk, last) })).toMatchObject({
      name: '三组 丙',
    })
    expect(await wordsIn(daiban, threads[0]!)).toEqual([])
  }, 60_000)

  test('placed in that moment keeps lines kept aside as well', async () => {
    const { desk, zhang, daiban, guanli } = await staffed()
    const kept = () => desk.station.db.prepare('SELECT count(*) FROM aside').pluck().get()
    const { threads } = await zhang.call('paste.import', {
      account: phone,
      text: '选到一半的一行\n三组 王桂兰  今天 09:05\n在吗',
      contactName: '三组 王桂兰',
    })
    const thread = threads[0]!
    await zhang.call('thread.claim', { thread })
    const { lastSeq: seen } = await zhang.call('thread.get', { thread })
    await zhang.call('thread.close', { thread, disposition: 'handledByPhone', seen })
    await desk.pass(13 * month)
    expect(kept()).toBe(1)
    const { digest } = await guanli.call('erasure.preview', { scope: due })
    const run = desk.station.bus.run.bind(desk.station.bus)
    let moments = 0
    desk.station.bus.run = (async (by, id, what) => {
      // The first thing the erasure does by itself, once it has looked at what there is.
      if (by.user === 'guanli' && id === null && moments++ === 0)
        await daiban.call('hold.place', { of: { kind: 'everything' }, reason: '刚立案' })
      return run(by, id, what)
    }) as typeof desk.station.bus.run
    const { work } = await guanli.call('erasure.run', { scope: due, digest, ground, password })
    expect(await finished(guanli, work)).toMatchObject({ state: 'done' })
    expect(moments).toBeGreaterThan(0)
    expect(kept()).toBe(1)
  })

  test('on a private thread says neither who nor why to those who may not read it', async () => {
    const { consoles } = await privateStation()
    const { daiban, ducha, guanli } = consoles
    const seen = async (reader: Console) =>
      (await reader.call('holds.list', {})).map(({ title, reason }) => [title, reason])
    for (const reader of [ducha, guanli])
      expect(await seen(reader)).toEqual([
        [null, null],
        [null, null],
      ])
    for (const [title, reason] of await seen(daiban))
      expect([title, reason]).toEqual(['三组 MIWEN-name 王桂兰', 'MIWEN-hold 王桂兰被打'])
  })
})
