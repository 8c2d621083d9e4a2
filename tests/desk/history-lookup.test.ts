import { describe, expect, test } from 'vitest'
import { Refused } from '../../src/contract/errors.ts'
import { History } from '../../src/desk/history/history.ts'
import { endOfTime } from '../../src/desk/threads/timeline.ts'
import { busyStation } from '../support/busy-station.ts'
import { at, type Console } from '../support/console.ts'
import { seeded } from '../support/random.ts'
import { record, replayed } from '../support/recordings.ts'
import { phone, resident, type TestStation, testStation, village } from '../support/station.ts'

const page = { offset: 0, limit: 50 }
const size = (desk: TestStation) => desk.station.ledger.head().size
const inboxAt = (console: Console, seq: number) =>
  console.call('history.inbox', { seq, queue: 'all', ...page })

describe('where it is looked up', () => {
  test('a machine that gives no thread for it answers all the same, and says so in its log', async () => {
    const desk = await testStation()
    const thread = desk.hears({ text: '在吗', account: village })
    desk.hears({ from: '四组 李四', text: '在吗', account: phone })
    const history = new History(desk.station, new URL('file:///nowhere/history-worker.js'))
    const seq = size(desk)
    const ask = (account: string) =>
      history.ask({ what: 'inbox', seq, queue: 'all', account, me: 'daiban', ...page }, `lane ${account}`)
    const [one] = await Promise.all([ask(village), ask(phone)])
    expect(one.page.rows.map(({ id }) => id)).toEqual([thread])
    expect(desk.logged.join('\n')).toContain('history-worker.js')
    const asked = { what: 'thread', seq, at: desk.now, thread, before: endOfTime, limit: 9 } as const
    const past = await history.ask(asked, 'lane')
    expect(past?.lines.length).toBe(2)
    await history.stop()
  })

  test('what lags behind the ledger is not needed: the newest entries are found as well', async () => {
    const desk = await testStation()
    desk.station.indexing.stop()
    const busy = await busyStation(desk, seeded(5))
    for (let step = 0; step < 150; step += 1) await busy.step()
    desk.station.indexing.stop()
    const live = await record(desk, seeded(2))
    expect(await replayed(desk, live)).toEqual(live)
    desk.station.indexing.finish()
    expect(await replayed(desk, live)).toEqual(live)
  })

  test('rule 21: while nothing can be written the past is shown all the same, up to the newest entry', async () => {
    const desk = await testStation()
    desk.station.indexing.stop()
    desk.station.indexing.grown = () => {}
    // Of so many there is no room to take note.
    desk.takesIn(
      ...Array.from({ length: 1_500 }, (_, n) => resident({ from: '四组 李四', text: `第${n}句` })),
    )
    const thread = desk.hears({ from: '三组 王桂兰', text: '在吗' })
    const [zhang, daiban, guanli] = [
      await at(desk, 'zhang'),
      await at(desk, 'daiban'),
      await at(desk, 'guanli'),
    ]
    await zhang.call('thread.claim', { thread })
    await guanli.call('person.change', { user: 'zhang', name: '张队', role: 'officer', enabled: true })
    const seq = size(desk)
    const { db } = desk.station
    db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true })}`)
    // What free room there is inside the pages goes as well.
    expect(() => {
      for (;;) desk.takesIn(resident({ from: '填充', text: '满'.repeat(900) }))
    }).toThrow('full')
    const { page: one } = await inboxAt(daiban, seq)
    expect(one.rows.find(({ id }) => id === thread)).toMatchObject({
      contactName: '三组 王桂兰',
      holderName: '张队',
      preview: '在吗',
    })
    expect(desk.logged.join('\n')).toContain('history: SqliteError')
    db.pragma('max_page_count = 10000000')
  })

  test('a question that is still open when the station closes is refused, not left hanging', async () => {
    const desk = await testStation()
    desk.hears({ text: '在吗' })
    const asked = desk.station.history.ask({ what: 'shift', seq: 1 }, 'lane')
    await Promise.all([desk.close(), expect(asked).rejects.toThrow(Refused)])
  })
})
