import { describe, expect, test } from 'vitest'
import { namelessName } from '../../src/desk/people/nameless.ts'
import { connected, says } from '../support/connections.ts'
import { at } from '../support/console.ts'
import { entriesOf, iso, screensFollowLedger } from '../support/station.ts'

describe('residents of whom only an id is known', () => {
  test('are called by its end, asked for once, and then by their own name', async () => {
    const { desk, wecom, account } = await connected()
    const { listener } = wecom
    listener.takeIn(account, [says('wmA0001', '一', desk.now)], 'c1')
    desk.now += 1_000
    listener.takeIn(account, [says('wmA0002', '二', desk.now), says('wmA0003', '三', desk.now)], 'c2')
    const zhang = await at(desk, 'zhang')
    const names = async () =>
      (await zhang.call('threads.list', { queue: 'all', offset: 0, limit: 10 })).rows
        .map(({ contactName }) => contactName)
        .sort()
    expect(await names()).toEqual(['wmA0001', 'wmA0002', 'wmA0003'].map(namelessName))
    expect(listener.nameless(account, 2)).toEqual(['wmA0001', 'wmA0002'])
    const contact = desk.station.views.people.contactByExternal(account, 'wmA0002')!
    await zhang.call('contact.change', {
      contact,
      name: '王桂兰',
      villageGroup: '三组',
      household: null,
      tags: ['独居'],
    })
    const told = (external: string, name: string | null) => ({
      external,
      name,
      avatar: null,
      gender: 'unknown' as const,
    })
    listener.profiles(account, [told('wmA0001', '桂兰'), told('wmA0002', '兰姐')], ['wmA0003'])
    expect(listener.nameless(account, 10)).toEqual([])
    expect(await names()).toEqual(['三组 王桂兰', namelessName('wmA0003'), '桂兰'].sort())
    expect(entriesOf(desk.station, 'contact.profiled')).toHaveLength(3)
    listener.profiles(account, [told('wmA0001', '桂兰')], ['wmA0003'])
    expect(entriesOf(desk.station, 'contact.profiled')).toHaveLength(3)
    expect(screensFollowLedger(desk.station)).toBe(true)
    const plan = desk.station.db
      .prepare(
        `EXPLAIN QUERY PLAN SELECT external FROM contact INDEXED BY contact_nameless
         WHERE account = ? AND nameless = 1 AND external IS NOT NULL ORDER BY first_seen LIMIT ?`,
      )
      .all('a', 1) as { detail: string }[]
    expect(plan.map(({ detail }) => detail).join()).not.toMatch(/SCAN|TEMP/)
  })
})

describe('colleagues of the WeCom client', () => {
  test('are listed as they are seen, and linked to somebody of the desk', async () => {
    const { desk, wecom, admin, id, account } = await connected()
    const own = {
      event: 'own' as const,
      contact: { external: 'wmA0001', name: '' },
      conversation: 'wmA0001',
      external: 'o1',
      kind: 'text' as const,
      text: '我来看看',
      sentAt: desk.now,
      colleague: 'WangWu',
    }
    const stopped = {
      event: 'colleague' as const,
      colleague: 'ZhaoLiu',
      what: 'stopped' as const,
      contact: null,
      external: 'e1',
      at: desk.now,
    }
    wecom.listener.takeIn(account, [own, stopped], 'c1')
    expect(await admin.call('colleagues.list', { connection: id })).toEqual([
      { userid: 'WangWu', user: null, receiving: null, lastSeen: iso(desk.now) },
      { userid: 'ZhaoLiu', user: null, receiving: false, lastSeen: iso(desk.now) },
    ])
    const { colleagues } = desk.station.views.connections
    expect(colleagues.userOf(account, 'WangWu')).toBeNull()
    await admin.call('colleague.link', { connection: id, userid: 'WangWu', user: 'li' })
    expect(colleagues.userOf(account, 'WangWu')).toBe('li')
    expect(colleagues.userOf('another', 'WangWu')).toBeNull()
    await admin.call('colleague.link', { connection: id, userid: 'WangWu', user: null })
    expect(colleagues.userOf(account, 'WangWu')).toBeNull()
    expect(
      await admin.refused('colleague.link', { connection: id, userid: 'WangWu', user: 'ducha' }),
    ).toMatchObject({
      code: 'not_found',
      what: 'person',
    })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
})
