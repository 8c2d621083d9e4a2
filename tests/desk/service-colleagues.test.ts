import { describe, expect, test } from 'vitest'
import { at } from '../support/console.ts'
import { entriesOf, hour, iso, minute, monday, screensFollowLedger } from '../support/station.ts'
import { answer, kf, linked, served, typed, wang, wecomVillage, whyNot } from '../support/wecom-village.ts'

describe('a colleague who answers in the WeCom client', () => {
  test('is shown on the list and the thread, and nothing is sent over their head', async () => {
    const at = await wecomVillage()
    const thread = at.hears()
    at.takesIn(served('colleague', monday + minute))
    const since = iso(monday + minute)
    expect(await at.zhang.call('thread.get', { thread })).toMatchObject({
      servedElsewhere: true,
      servedBy: { colleague: 'wanghong', user: null, name: 'wanghong', since },
      holder: null,
    })
    const { rows } = await at.zhang.call('threads.list', { queue: 'all', offset: 0, limit: 10 })
    expect(rows).toMatchObject([{ id: thread, servedElsewhere: true }])
    expect(await whyNot(at, thread)).toEqual({
      code: 'served_elsewhere',
      colleague: 'wanghong',
      name: 'wanghong',
      since,
    })
    expect(entriesOf(at.desk.station, 'service.changed')).toMatchObject([
      { subject: thread, data: { state: 'colleague', colleague: 'wanghong', user: null, at: since } },
    ])
  })
  test('is known by what they type, under their own name', async () => {
    const at = await wecomVillage()
    const thread = at.hears()
    at.takesIn(typed('您好，我来处理', monday + minute))
    expect(await whyNot(at, thread)).toMatchObject({ code: 'served_elsewhere', colleague: 'wanghong' })
    const { items } = await at.zhang.call('thread.timeline', { thread, limit: 10 })
    expect(items.at(-1)).toMatchObject({ authorName: 'wanghong', author: 'wecom:wanghong', fromClient: true })
  })
  test('once they have ended it, the next word is the resident’s, and then the desk may answer', async () => {
    const at = await wecomVillage()
    const thread = at.hears()
    at.takesIn(served('colleague', monday + minute), served('ended', monday + 2 * minute))
    expect(await at.zhang.call('thread.get', { thread })).toMatchObject({
      servedBy: null,
      servedElsewhere: false,
      window: { state: 'ended' },
    })
    expect(await whyNot(at, thread)).toMatchObject({ code: 'window_closed', window: { state: 'ended' } })
    at.hears('还有一事', { at: monday + 3 * minute })
    await answer(at, thread)
    expect(screensFollowLedger(at.desk.station)).toBe(true)
  })
  test('what is told late changes nothing: neither a word typed before the end, nor an older turn', async () => {
    const at = await wecomVillage()
    const thread = at.hears()
    at.takesIn(served('colleague', monday + minute), served('ended', monday + 5 * minute))
    at.takesIn(typed('再见', monday + 5 * minute), served('colleague', monday + 2 * minute, 'zhaomin'))
    expect(await at.zhang.call('thread.get', { thread })).toMatchObject({ servedBy: null })
    at.takesIn(typed('我又来了', monday + 6 * minute))
    expect(await at.zhang.call('thread.get', { thread })).toMatchObject({
      servedBy: { colleague: 'wanghong' },
    })
  })
  test('48 hours without a word end it silently', async () => {
    const at = await wecomVillage()
    const thread = at.hears()
    at.takesIn(served('colleague', monday + minute))
    at.hears('嗯', { at: monday + hour })
    await at.later(49 * hour - 1)
    expect(await at.zhang.call('thread.get', { thread })).toMatchObject({ servedElsewhere: true })
    at.desk.now += 1
    expect(await at.zhang.call('thread.get', { thread })).toMatchObject({
      servedElsewhere: false,
      servedBy: null,
    })
    at.hears('两天后又来', { at: at.desk.now })
    await answer(at, thread)
  })
  test('of a resident without a thread is remembered, and holds when they write', async () => {
    const at = await wecomVillage()
    at.takesIn(served('colleague', monday))
    expect(entriesOf(at.desk.station, 'thread.opened', 'service.changed')).toEqual([])
    expect(entriesOf(at.desk.station, 'contact.served')).toMatchObject([{ data: { colleague: 'wanghong' } }])
    const thread = at.hears()
    expect(await whyNot(at, thread)).toMatchObject({ code: 'served_elsewhere' })
    expect(screensFollowLedger(at.desk.station)).toBe(true)
  })
  test('told twice is told once', async () => {
    const at = await wecomVillage()
    at.hears()
    at.takesIn(served('colleague', monday + minute))
    at.takesIn(served('colleague', monday + minute))
    expect(entriesOf(at.desk.station, 'service.changed')).toHaveLength(1)
  })
  test('takes back what they typed: it is marked so, and no alarm is raised', async () => {
    const at = await wecomVillage()
    const thread = at.hears()
    at.takesIn(typed('我不想活了', monday + minute))
    at.takesIn({ event: 'recall', external: `typed-${monday + minute}`, at: monday + 2 * minute })
    const { items } = await at.zhang.call('thread.timeline', { thread, limit: 10 })
    expect(items.at(-1)).toMatchObject({ text: '我不想活了', recalledAt: iso(monday + 2 * minute) })
    expect(entriesOf(at.desk.station, 'message.recalled')).toMatchObject([{ data: { side: 'desk' } }])
    expect(entriesOf(at.desk.station, 'alarm.raised')).toEqual([])
  })
  test('begins and stops receiving: on record, by their account', async () => {
    const at = await wecomVillage()
    at.takesIn(
      {
        event: 'colleague',
        colleague: 'wanghong',
        what: 'stopped',
        contact: null,
        external: 'c1',
        at: monday,
      },
      {
        event: 'colleague',
        colleague: 'wanghong',
        what: 'shutOut',
        contact: { external: wang, name: '' },
        external: 'c2',
        at: monday,
      },
    )
    const [added] = entriesOf(at.desk.station, 'contact.added')
    expect(entriesOf(at.desk.station, 'colleague.changed')).toMatchObject([
      { subject: kf, data: { colleague: 'wanghong', what: 'stopped', contact: null } },
      { subject: kf, data: { colleague: 'wanghong', what: 'shutOut', contact: added!.subject } },
    ])
  })
})

describe('a colleague who is an officer of this desk', () => {
  test('picks up a free thread there and holds it here, in one commit', async () => {
    const at = await wecomVillage()
    linked(at, 'lixiuying', 'li')
    const thread = at.hears()
    const { size } = at.desk.station.ledger.head()
    at.takesIn(served('colleague', monday + minute, 'lixiuying'))
    expect(at.desk.station.ledger.head().size).toBe(size + 2)
    expect(await at.zhang.call('thread.get', { thread })).toMatchObject({
      holder: 'li',
      holderName: '李秀英',
      servedBy: { colleague: 'lixiuying', user: 'li', name: '李秀英' },
    })
    expect(entriesOf(at.desk.station, 'thread.claimed')).toMatchObject([
      { actor: { user: kf, role: 'channel' }, data: { holder: 'li', via: 'wecom' } },
    ])
  })
  test('does so too by typing; what they type is theirs', async () => {
    const at = await wecomVillage()
    linked(at, 'lixiuying', 'li')
    const thread = at.hears()
    at.takesIn(typed('我来', monday + minute, 'lixiuying'))
    const { items } = await at.zhang.call('thread.timeline', { thread, limit: 10 })
    expect(items.at(-2)).toMatchObject({ author: 'li', authorName: '李秀英', fromClient: true })
    expect(await at.zhang.call('thread.get', { thread })).toMatchObject({ holder: 'li', waitingSince: null })
  })
  test('takes nothing out of another’s hands: the holder stays, and sees who answers', async () => {
    const at = await wecomVillage()
    linked(at, 'lixiuying', 'li')
    const thread = at.hears()
    await at.zhang.call('thread.claim', { thread })
    at.takesIn(served('colleague', monday + minute, 'lixiuying'))
    expect(await at.zhang.call('thread.get', { thread })).toMatchObject({
      holder: 'zhang',
      servedBy: { user: 'li', name: '李秀英' },
    })
    expect(await whyNot(at, thread)).toMatchObject({ code: 'served_elsewhere', name: '李秀英' })
  })
  test('holds nothing while off shift (rule 7)', async () => {
    const at = await wecomVillage()
    linked(at, 'zhaomin', 'zhao')
    const thread = at.hears()
    at.takesIn(served('colleague', monday + minute, 'zhaomin'))
    expect(await at.zhang.call('thread.get', { thread })).toMatchObject({
      holder: null,
      servedBy: { user: 'zhao' },
    })
  })
  test('holds no private thread they may not read (rule 11)', async () => {
    const village = await wecomVillage()
    linked(village, 'lixiuying', 'li')
    const thread = village.hears()
    const { zhang } = village
    await zhang.call('thread.escalate', {
      thread,
      desk: 'mediation',
      level: 'red',
      reason: '家事',
      private: true,
    })
    await zhang.call('thread.release', { thread })
    village.takesIn(served('colleague', monday + minute, 'lixiuying'))
    expect(entriesOf(village.desk.station, 'thread.claimed').map(({ data }) => data.holder)).toEqual([
      'zhang',
    ])
    const li = await at(village.desk, 'li')
    expect(await li.call('thread.get', { thread })).toMatchObject({
      readable: false,
      servedElsewhere: false,
      servedBy: null,
      window: null,
    })
  })
})
