import { describe, expect, test } from 'vitest'
import { queries } from '../../src/desk/warnings/register.ts'
import { at } from '../support/console.ts'
import { entriesOf, phone, testStation } from '../support/station.ts'
import { enter, get, registered, rowOf } from '../support/warnings.ts'

describe('whom it is about, and whom to ask', () => {
  const group = '柳河村 三组'
  async function village3() {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const ids = registered(
      desk,
      { name: '王桂兰', villageGroup: group, phone: '138-1234-5678' },
      { name: '安顺', villageGroup: group },
      { name: '白秀', villageGroup: group, phone: '13900000001' },
      { name: '周组长', villageGroup: group, tags: ['三组组长'] },
      { name: '赵志愿', villageGroup: group, phone: '13900000002', tags: ['党员', '反诈志愿者'] },
      { name: '李强', villageGroup: '柳河村 四组', tags: ['网格员'] },
      { name: '郑强', villageGroup: group, account: phone, tags: ['网格员'] },
      { name: '三组 刘桂兰', phone: '0739-8212345' },
    )
    return { desk, zhang, ids }
  }

  test('while none is linked, those with the same phone and then those with the same name', async () => {
    const { zhang, ids } = await village3()
    const byPhone = await get(zhang, await enter(zhang, { name: '老王', phone: '+86 13812345678' }))
    expect(byPhone.matches).toMatchObject([
      { id: ids[0], why: 'phone', phone: '138-****-5678', accountName: '户户通·柳河村' },
    ])
    const byName = await get(zhang, await enter(zhang, { name: '刘桂兰', phone: null }))
    expect(byName.matches).toMatchObject([{ id: ids[7], why: 'name' }])
    const both = await get(zhang, await enter(zhang, { name: '王桂兰', phone: '13812345678' }))
    expect(both.matches.map(({ id, why }) => [id, why])).toEqual([[ids[0], 'phone']])
    expect(both.neighbours).toEqual([])
  })
  test('once linked, village contacts of the same group first, then others who can be rung', async () => {
    const { zhang, ids } = await village3()
    const { matches, neighbours } = await get(zhang, await enter(zhang, { contact: ids[0]! }))
    expect(matches).toEqual([])
    expect(neighbours.map(({ name, why, phone: number }) => [name, why, number])).toEqual([
      ['赵志愿', 'villageContact', '139****0002'],
      ['周组长', 'villageContact', null],
      ['白秀', 'neighbour', '139****0001'],
      ['安顺', 'neighbour', null],
    ])
  })
  test('at most eight are named', async () => {
    const { desk, zhang, ids } = await village3()
    registered(desk, ...Array.from({ length: 20 }, (_, n) => ({ name: `邻居${n}`, villageGroup: group })))
    expect((await get(zhang, await enter(zhang, { contact: ids[0]! }))).neighbours).toHaveLength(8)
    expect((await get(zhang, await enter(zhang, { contact: ids[7]! }))).neighbours).toEqual([])
  })
  test('who was asked is on record by contact, the name in content', async () => {
    const { desk, zhang, ids } = await village3()
    const warning = await enter(zhang, { contact: ids[0]! })
    const asked = { warning, contact: ids[4]!, name: null, result: 'reached' } as const
    await zhang.call('warning.neighbourAsked', asked)
    expect((await get(zhang, warning)).steps.at(-1)).toMatchObject({
      text: '赵志愿',
      data: { contact: ids[4] },
    })
    expect(await zhang.refused('warning.neighbourAsked', { ...asked, contact: 'x' })).toMatchObject({
      code: 'not_found',
      what: 'contact',
    })
    expect(await zhang.refused('warning.neighbourAsked', { ...asked, contact: null })).toMatchObject({
      code: 'invalid',
    })
    expect(entriesOf(desk.station, 'warning.neighbourAsked')).toHaveLength(1)
  })
  test('linking is on record and can be taken back', async () => {
    const { desk, zhang, ids } = await village3()
    const warning = await enter(zhang)
    await zhang.call('warning.link', { warning, contact: ids[0]! })
    expect(await rowOf(zhang, warning)).toMatchObject({ contact: ids[0] })
    expect(await zhang.refused('warning.link', { warning, contact: ids[0]! })).toEqual({
      code: 'nothing_to_do',
    })
    await zhang.call('warning.link', { warning, contact: null })
    expect(await rowOf(zhang, warning)).toMatchObject({ contact: null })
    expect(entriesOf(desk.station, 'warning.linked').map(({ data }) => data)).toEqual([
      { contact: ids[0] },
      { contact: null },
    ])
  })
  test('the register is searched by phone, by name, or by village group', async () => {
    const { zhang, ids } = await village3()
    const find = async (words: string, limit = 20) =>
      (await zhang.call('contacts.find', { words, limit })).map(({ id }) => id)
    expect(await find('13812345678')).toEqual([ids[0]])
    expect(await find('138 1234 5678')).toEqual([ids[0]])
    expect(await find('07398212345')).toEqual([ids[7]])
    expect(await find('1381234567')).toEqual([])
    expect(await find('王桂兰')).toEqual([ids[0]])
    expect(await find('桂兰')).toEqual([ids[0], ids[7]])
    expect(await find('三组 王桂兰')).toEqual([ids[0]])
    expect(await find('四组 王桂兰')).toEqual([])
    expect(await find(group)).toHaveLength(6)
    expect(await find(group, 2)).toHaveLength(2)
    expect(await find('没有这个人')).toEqual([])
    expect(JSON.stringify(await zhang.call('contacts.find', { words: '王桂兰', limit: 5 }))).not.toContain(
      '1234',
    )
  })
  test('by an index of the register, however large it is', async () => {
    const { desk } = await village3()
    const { db } = desk.station
    db.exec('CREATE INDEX IF NOT EXISTS contact_name_end ON contact (substr(name, -2))')
    const plan = (sql: string) =>
      (db.prepare(`EXPLAIN QUERY PLAN ${sql.replace(/[?]|@\w+/g, "'x'")}`).all() as { detail: string }[])
        .map(({ detail }) => detail)
        .join('\n')
    expect(plan(queries.byPhone)).toContain('SEARCH c USING INDEX contact_phone (phone=?)')
    expect(plan(queries.byName)).toContain('SEARCH c USING INDEX contact_name_end (<expr>=?)')
    for (const query of [queries.byGroup, queries.near])
      expect(plan(query)).toContain('SEARCH c USING INDEX contact_group (account=? AND village_group=?)')
    const open = 'FROM warning w WHERE w.closed_at IS NULL ORDER BY w.overdue DESC, w.due_at, w.n LIMIT 1'
    expect(plan(`SELECT * ${open}`)).toBe('SCAN w USING INDEX warning_open')
  })
})
