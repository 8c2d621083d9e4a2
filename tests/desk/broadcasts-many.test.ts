import { describe, expect, test } from 'vitest'
import { gather, isStill } from '../../src/desk/broadcasts/gathering.ts'
import { approve, day, draft, everybody, page, typesOf, village } from '../support/broadcasting.ts'
import { screensFollowLedger } from '../support/station.ts'

/** An audience is gathered while others work, and its residents become rows after the commit that approved it. */

type Village = Awaited<ReturnType<typeof village>>

const byOf = ({ desk }: Village, user = 'daiban') => {
  const role = user === 'daiban' ? ('supervisor' as const) : ('officer' as const)
  return { user, role, device: 'test-pc', now: desk.now }
}
const asking = { audience: everybody, preferred: 'zhang' }

/** Nothing becomes a row unless somebody asks for it. */
const withoutIndexing = ({ desk }: Village) => {
  desk.station.indexing.grown = () => {}
}

describe('what was gathered', () => {
  test('still stands when residents write, are answered and claimed', async () => {
    const given = await village()
    const { desk, consoles } = given
    const found = await gather(desk.station, asking, byOf(given))
    expect(found).toMatchObject({ reachable: 2, unreachable: { notFriend: 1 } })
    const { rows } = await consoles.zhang.call('threads.list', { queue: 'all', ...page })
    const thread = rows[0]!.id
    await consoles.zhang.call('thread.claim', { thread })
    await consoles.zhang.call('thread.note', { thread, text: '记一下' })
    expect(isStill(desk.station, found, asking, byOf(given))).toBe(true)
  })

  test.each<[string, (given: Village) => unknown]>([
    ['a new resident', ({ resident }) => resident('wm9')],
    [
      'a new friend',
      async ({ contacts, consoles, zhao }) => {
        contacts.befriend('ZhangSan', 'wm3')
        await consoles.zhang.call('friends.pull', { contact: zhao })
      },
    ],
    [
      'another tag',
      ({ consoles, wang }) =>
        consoles.zhang.call('contact.change', {
          ...{ contact: wang, name: '王桂兰', villageGroup: '三组', household: null, phone: null, tags: [] },
        }),
    ],
  ])('stands no more after %s', async (_what, happens) => {
    const given = await village()
    const found = await gather(given.desk.station, asking, byOf(given))
    await happens(given)
    expect(isStill(given.desk.station, found, asking, byOf(given))).toBe(false)
  })

  test('stands no more for whom a resident has become private, nor in another month', async () => {
    const given = await village()
    const { desk, consoles, wang } = given
    const station = desk.station
    const officers = await gather(station, asking, byOf(given, 'li'))
    const chiefs = await gather(station, asking, byOf(given))
    const thread = station.views.warnings.newestThread(wang)!
    await consoles.daiban.call('thread.setPrivate', { thread, private: true, reason: '家事' })
    expect(isStill(station, officers, asking, byOf(given, 'li'))).toBe(false)
    expect(isStill(station, chiefs, asking, byOf(given))).toBe(true)
    const later = { ...byOf(given), now: desk.now + 31 * day }
    expect(isStill(station, chiefs, asking, later)).toBe(false)
  })

  test('is not sent when a friend comes in between: the supervisor is asked again', async () => {
    const given = await village()
    const { desk, contacts, consoles, works, zhao } = given
    const broadcast = await draft(consoles.zhang)
    const { version } = await consoles.daiban.call('broadcast.get', { broadcast })
    const { bus } = desk.station
    const run = bus.run.bind(bus)
    const pull = async () => {
      bus.run = run
      contacts.befriend('ZhangSan', 'wm3')
      await consoles.zhang.call('friends.pull', { contact: zhao })
      await works()
    }
    bus.run = async (...job) => {
      await pull()
      return run(...job)
    }
    expect(await consoles.daiban.refused('broadcast.approve', { broadcast, version, reachable: 2 })).toEqual({
      code: 'audience_changed',
      reachable: 3,
    })
    expect(typesOf(given)).not.toContain('broadcast.approved')
  })
})

describe('residents a broadcast is addressed to', () => {
  test('are there for whoever asks right after the commit, and hidden from whom they are hidden', async () => {
    const given = await village()
    const { desk, consoles, wang } = given
    withoutIndexing(given)
    const thread = desk.station.views.warnings.newestThread(wang)!
    await consoles.daiban.call('thread.setPrivate', { thread, private: true, reason: '家事' })
    const broadcast = await draft(consoles.zhang)
    await approve(given, broadcast)
    expect(desk.station.views.broadcasts.parts.isLeft()).toBe(true)
    const of = async (console: Village['consoles']['li']) =>
      (await console.call('broadcast.get', { broadcast })).broadcast.counts
    expect(await of(consoles.li)).toMatchObject({ members: 1, residents: 1, waiting: 1 })
    expect(await of(consoles.daiban)).toMatchObject({ members: 2, residents: 2, waiting: 2 })
    const results = { broadcast, ...page }
    expect((await consoles.daiban.call('broadcast.results', results)).total).toBe(2)
    expect((await consoles.li.call('broadcast.results', results)).total).toBe(1)
    expect(desk.station.views.broadcasts.parts.isLeft()).toBe(false)
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('are written to after a restart that came before they were rows', async () => {
    const given = await village()
    const { desk, contacts } = given
    withoutIndexing(given)
    const broadcast = await draft(given.consoles.zhang)
    await approve(given, broadcast)
    expect(desk.station.views.broadcasts.parts.isLeft()).toBe(true)
    await desk.restart()
    await given.desk.station.linking.settled()
    await given.works()
    expect(contacts.made.flatMap(({ externals }) => externals).sort()).toEqual(['wm1', 'wm2'])
  })

  test('wait as long as nothing can be written, and nothing is said to have failed', async () => {
    const given = await village()
    const { desk, contacts, consoles, works } = given
    withoutIndexing(given)
    const broadcast = await draft(consoles.zhang)
    await approve(given, broadcast)
    desk.station.readOnly = { since: desk.now, reason: 'SQLITE_FULL' }
    expect((await consoles.daiban.call('broadcast.results', { broadcast, ...page })).total).toBe(0)
    desk.station.readOnly = null
    await works()
    expect(contacts.made).toHaveLength(2)
    expect(typesOf(given)).not.toContain('broadcast.taskFailed')
  })
})
