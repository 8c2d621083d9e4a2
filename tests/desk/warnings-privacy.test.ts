import { describe, expect, test } from 'vitest'
import { rebuild } from '../../src/desk/rebuild.ts'
import { at } from '../support/console.ts'
import { entriesOf, iso, screensFollowLedger } from '../support/station.ts'
import { enter, get, known, listOf, rowOf, shift } from '../support/warnings.ts'

describe('numbers and names', () => {
  test('are masked; the whole number is an entry, for an auditor and of a closed one as well', async () => {
    const { desk, zhang, warning } = await shift({ note: '让他打 13700001111', source: '来电13600001111' })
    await zhang.call('warning.messaged', { warning, text: '回电 13500001111', by: 'phone' })
    const detail = await get(zhang, warning)
    expect(detail).toMatchObject({
      warning: { name: '王桂兰', phone: '138****5678' },
      note: '让他打 137****1111',
      source: '来电136****1111',
    })
    const all = [detail, await listOf(zhang)]
    expect(JSON.stringify(all)).not.toMatch(/13812345678|13700001111|13600001111|13500001111/)
    await zhang.call('warning.close', { warning, outcome: 'dissuaded', note: '打过 13812345678' })
    const auditor = await at(desk, 'ducha')
    expect(await auditor.call('warning.unmaskPhone', { warning })).toEqual({ phone: '13812345678' })
    expect(entriesOf(desk.station, 'warning.phoneUnmasked')).toMatchObject([
      { subject: warning, actor: { user: 'ducha' } },
    ])
    expect((await get(auditor, warning)).steps.at(-2)).toMatchObject({ text: '打过 138****5678' })
    const none = await enter(zhang, { phone: null })
    expect(await auditor.refused('warning.unmaskPhone', { warning: none })).toMatchObject({ what: 'phone' })
  })
  test('stand in content, never in the entries themselves', async () => {
    const { desk, zhang, seen, warning } = await known()
    await zhang.call('warning.messaged', { warning, text: '王桂兰请停止转账', by: 'thread', seen })
    await zhang.call('warning.messaged', { warning, text: '王桂兰请停止转账', by: 'phone' })
    const asked = { contact: null, name: '刘组长', result: 'reached' } as const
    await zhang.call('warning.neighbourAsked', { warning, ...asked })
    await zhang.call('warning.close', { warning, outcome: 'dissuaded', note: '王桂兰已识破' })
    const written = desk.station.db.prepare('SELECT canonical FROM entry').pluck().all().join('\n')
    expect(written).not.toMatch(/王桂兰|1381234|刘组长|境外|市反诈/)
  })
  test('that were erased are gone at once, and nothing breaks', async () => {
    const { desk, zhang, warning } = await shift()
    const { station } = desk
    const [first] = entriesOf(station, 'warning.entered')
    station.db
      .transaction(() => {
        const actor = { user: 'guanli', role: 'admin', device: 'test-pc' }
        const data = { seqs: [first!.seq], ground: 'PIPL 47' }
        station.ledger.append([
          { type: 'content.erased', v: 1, subject: 'ledger', data, at: iso(desk.now), actor },
        ])
        station.ledger.erase([first!.seq])
      })
      .immediate()
    station.ledger.commit()
    const gone = async () => {
      expect(await rowOf(zhang, warning)).toMatchObject({ name: null, phone: null, type: 'fakeService' })
      const detail = await get(zhang, warning)
      expect(detail).toMatchObject({ note: null, source: null, matches: [] })
      expect(detail.message).toMatch(/^您好/)
      expect(await zhang.refused('warning.unmaskPhone', { warning })).toMatchObject({ what: 'phone' })
    }
    await gone()
    rebuild(station.db, station.ledger)
    await gone()
    await zhang.call('warning.called', { warning, result: 'reached' })
    expect(screensFollowLedger(station)).toBe(true)
  })
})

describe('who may (rule 19)', () => {
  test('an auditor reads and works nothing; an admin does not see who is named', async () => {
    const { desk, warning } = await shift()
    const [auditor, admin] = [await at(desk, 'ducha'), await at(desk, 'guanli')]
    expect(await listOf(auditor)).toMatchObject({ open: 1 })
    expect((await get(auditor, warning)).warning.name).toBe('王桂兰')
    const forbidden = { code: 'forbidden' }
    expect(await auditor.refused('warning.called', { warning, result: 'busy' })).toMatchObject(forbidden)
    expect(await auditor.refused('warnings.read', { text: '张三' })).toMatchObject(forbidden)
    expect(await auditor.refused('contacts.find', { words: '张三', limit: 5 })).toMatchObject(forbidden)
    for (const refused of [
      admin.refused('warnings.list', { of: 'open', offset: 0, limit: 5 }),
      admin.refused('warning.get', { warning }),
      admin.refused('warning.unmaskPhone', { warning }),
    ])
      expect(await refused).toMatchObject(forbidden)
  })
})
