import { describe, expect, test } from 'vitest'
import { everythingTold, leaked } from '../support/privacy-walk.ts'
import { privateStation } from '../support/private-station.ts'
import { iso, minute, phone } from '../support/station.ts'

describe('rule 11: an auditor breaks the glass', () => {
  test('with a reason, for one thread, for a time; the supervisor is told, and all of it is on record', async () => {
    const station = await privateStation()
    const { desk, consoles, threads } = station
    const { ducha, daiban } = consoles
    expect((await ducha.call('thread.get', { thread: threads.secret })).readable).toBe(false)
    const asked = { thread: threads.secret, reason: '核查投诉', minutes: 30 }
    expect(await consoles.li.refused('glass.break', asked)).toMatchObject({ code: 'forbidden' })
    expect(await ducha.call('glass.break', asked)).toEqual({ until: iso(desk.now + 30 * minute) })
    const read = await ducha.call('thread.timeline', { thread: threads.secret, limit: 500 })
    expect(JSON.stringify(read)).toContain('MIWEN-message')
    const other = desk.station.db
      .prepare('SELECT id FROM thread WHERE account = ?')
      .pluck()
      .get(phone) as string
    expect((await ducha.call('thread.get', { thread: other })).readable).toBe(false)
    const [notice] = await daiban.call('glass.list', {})
    expect(notice).toMatchObject({ auditorName: '督察周', reason: '核查投诉', unseen: true })
    await daiban.call('glass.seen', { glass: notice!.id })
    expect((await daiban.call('glass.list', {}))[0]).toMatchObject({ unseen: false })
    await desk.pass(30 * minute)
    expect((await ducha.call('thread.get', { thread: threads.secret })).readable).toBe(false)
    const { text } = await everythingTold(station, ducha, 'query')
    expect(leaked(text, station.inside)).toEqual([])
    const types = [...desk.station.ledger.iterate()].map(({ entry }) => entry.type)
    expect(types.filter((type) => type.startsWith('glass.'))).toEqual(['glass.broken', 'glass.seen'])
  })
})
