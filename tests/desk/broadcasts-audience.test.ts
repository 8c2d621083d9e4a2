import { describe, expect, test } from 'vitest'
import type { Audience } from '../../src/contract/broadcasts.ts'
import { chosenSql, meantSql } from '../../src/desk/broadcasts/audience.ts'
import { hiddenSql } from '../../src/desk/broadcasts/view.ts'
import { approve, draft, everybody, page, village } from '../support/broadcasting.ts'
import { minute } from '../support/station.ts'

describe('whom a broadcast would reach', () => {
  test('is told before it is written: how many, by whom, who not and why, and what they had this month', async () => {
    const { consoles, account, zhao } = await village()
    const ask = { audience: everybody, of: 'unreachable' as const, ...page }
    expect(await consoles.zhang.call('broadcasts.preview', ask)).toMatchObject({
      residents: 3,
      reachable: 2,
      unreachable: { notFriend: 1, quota: 0, noConnection: 0 },
      members: [
        { userid: 'LiSi', residents: 1 },
        { userid: 'ZhangSan', residents: 1 },
      ],
      quota: { of: 30, most: 0, least: 0 },
      rows: [{ contact: zhao, account, contactName: '三组 赵六', why: 'notFriend', userid: null, had: 0 }],
      total: 1,
    })
  })

  test('by village group, tag, hand-picked and left out', async () => {
    const { consoles, wang, li, account } = await village()
    const reached = async (audience: Audience) =>
      (await consoles.zhang.call('broadcasts.preview', { audience, of: 'reachable', ...page })).rows.map(
        ({ contact }) => contact,
      )
    const where = { accounts: [account], villageGroups: ['三组'], tags: [] as string[] }
    expect(await reached({ ...everybody, where })).toEqual([wang])
    expect(await reached({ ...everybody, where: { ...where, tags: ['独居'] } })).toEqual([wang])
    expect(await reached({ ...everybody, where: { ...where, tags: ['没有'] } })).toEqual([])
    expect(await reached({ where: null, also: [li], without: [] })).toEqual([li])
    expect(await reached({ ...everybody, without: [wang] })).toEqual([li])
    expect(await consoles.zhang.call('broadcasts.choices', { accounts: [account] })).toEqual({
      villageGroups: [
        { name: '三组', residents: 2 },
        { name: '五组', residents: 1 },
      ],
      tags: [{ name: '独居', residents: 1 }],
    })
  })

  test('an account worked by hand reaches nobody, and says so', async () => {
    const { desk, consoles } = await village()
    desk.hears({ from: '张三', text: '在吗' })
    const { unreachable } = await consoles.zhang.call('broadcasts.preview', {
      audience: everybody,
      of: 'reachable',
      ...page,
    })
    expect(unreachable).toMatchObject({ noConnection: 1, notFriend: 1 })
  })

  test('no table is gone through for what can be looked up', async () => {
    const { desk } = await village()
    const plan = (sql: string) =>
      (
        desk.station.db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all({
          ...{ account: '', after: 0, upto: 0, villageGroups: '[]', tags: '[]', chosen: '[]' },
          ...{ hidden: '[]', preferred: '', month: 0, broadcasts: '[]' },
        }) as { detail: string }[]
      ).map(({ detail }) => detail)
    const scanned = (sql: string) => plan(sql).filter((step) => /^SCAN \w+$/.test(step))
    const where = { accounts: ['柳河'], villageGroups: [], tags: [] }
    expect(scanned(meantSql)).toEqual([])
    expect(plan(chosenSql(where))).toEqual(['SEARCH c USING INDEX contact_group (account=?)'])
    expect(plan(chosenSql({ ...where, accounts: [] }))).toEqual([
      'SEARCH c USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)',
    ])
    expect(plan(hiddenSql)).toContain('SEARCH r USING COVERING INDEX broadcast_recipient_contact (contact=?)')
  })
})

describe('rule 11', () => {
  test('residents known only from private threads are in no row and no number of an officer’s', async () => {
    const given = await village()
    const { desk, consoles, contacts, works, wang } = given
    const thread = desk.station.views.warnings.newestThread(wang)!
    await consoles.daiban.call('thread.setPrivate', { thread, private: true, reason: '家事' })
    const ask = { audience: everybody, of: 'reachable' as const, ...page }
    const theirs = await consoles.li.call('broadcasts.preview', ask)
    expect(theirs).toMatchObject({ residents: 2, reachable: 1 })
    expect(JSON.stringify(theirs)).not.toContain('王桂兰')
    expect((await consoles.daiban.call('broadcasts.preview', ask)).reachable).toBe(2)
    expect((await consoles.li.call('broadcasts.choices', { accounts: [] })).tags).toEqual([])

    const broadcast = await draft(consoles.li)
    await approve(given, broadcast)
    await works()
    contacts.confirm('msg2')
    await works(5 * minute)
    const mine = await consoles.li.call('broadcast.get', { broadcast })
    expect(mine.broadcast.counts).toMatchObject({ members: 1, residents: 1, sent: 0, waiting: 1 })
    expect(mine.tasks).toHaveLength(1)
    expect((await consoles.daiban.call('broadcast.get', { broadcast })).broadcast.counts).toMatchObject({
      members: 2,
      residents: 2,
      sent: 1,
    })
    const results = await consoles.li.call('broadcast.results', { broadcast, ...page })
    expect(results.total).toBe(1)
    for (const told of [mine, results, await consoles.ducha.call('broadcast.get', { broadcast })])
      expect(JSON.stringify(told)).not.toMatch(/王桂兰|ZhangSan/)
  })
})
