import { describe, expect, test } from 'vitest'
import type { Push } from '../../src/contract/wire.ts'
import { entries } from '../../src/desk/decision.ts'
import { personChanged } from '../../src/desk/people/entries.ts'
import { at, type Console, window } from '../support/console.ts'
import {
  entriesOf,
  hour,
  iso,
  minute,
  monday,
  password,
  phone,
  screensFollowLedger,
  type TestStation,
  testStation,
  village,
} from '../support/station.ts'

const day = 24 * hour
const page = { offset: 0, limit: 50 }

/** Two posts; Zhang and Zhao rostered for the first one by day, Li for the second, the same people for the night after. */
async function rostered() {
  const desk = await testStation()
  const [zhang, li, daiban, ducha, guanli] = [
    await at(desk, 'zhang'),
    await at(desk, 'li'),
    await at(desk, 'daiban'),
    await at(desk, 'ducha'),
    await at(desk, 'guanli'),
  ]
  await guanli.call('post.save', { id: 'one', name: '一号岗', accounts: [village] })
  await daiban.call('post.save', { id: 'two', name: '二号岗', accounts: [phone] })
  const duty = (id: string, post: string, from: number, people: string[], kind: string | null = 'day') =>
    daiban.call('duty.save', {
      id,
      post,
      kind,
      name: kind === 'night' ? '夜班' : '白班',
      from: iso(from),
      to: iso(from + 12 * hour),
      people,
    })
  const morning = monday - 2 * hour
  await duty('day-one', 'one', morning, ['zhang', 'zhao'])
  await duty('day-two', 'two', morning, ['li'])
  await duty('night-one', 'one', morning + 12 * hour, ['daiban'], 'night')
  return { desk, zhang, li, daiban, ducha, guanli, duty, morning }
}

const lastOf = (desk: TestStation, type: string) => entriesOf(desk.station, type).at(-1)!
const nowOf = (console: Console) => console.call('shift.now', {})
const anew = async (console: Console, post?: string) => {
  await console.call('shift.signOff', {})
  await console.call('shift.signOn', post === undefined ? {} : { post })
}

describe('posts, kinds and roster', () => {
  test('are arranged by the admin and supervisors, and read by everyone', async () => {
    const { zhang, ducha, guanli } = await rostered()
    for (const console of [zhang, ducha, guanli]) {
      expect(await console.call('posts.list', {})).toEqual([
        { id: 'one', name: '一号岗', accounts: [village] },
        { id: 'two', name: '二号岗', accounts: [phone] },
      ])
      expect(await console.call('roster.list', { from: iso(monday), to: iso(monday + 1) })).toHaveLength(2)
    }
    for (const console of [zhang, ducha])
      expect(await console.refused('post.remove', { post: 'one' })).toMatchObject({ code: 'forbidden' })
  })
  test('two kinds are there from the start, until the station has its own', async () => {
    const { desk, zhang, daiban } = await rostered()
    expect(await zhang.call('shiftKinds.list', {})).toEqual([
      { id: 'day', name: '白班', from: '08:00', to: '20:00' },
      { id: 'night', name: '夜班', from: '20:00', to: '08:00' },
    ])
    const kinds = [{ id: 'long', name: '大班', from: '09:00', to: '09:00' }]
    await daiban.call('shiftKinds.change', { kinds })
    await desk.restart()
    expect(await (await at(desk, 'zhang')).call('shiftKinds.list', {})).toEqual(kinds)
  })
  test('the roster shows who is to be there and who is', async () => {
    const { zhang, morning } = await rostered()
    const roster = await zhang.call('roster.list', { from: iso(morning), to: iso(morning + day) })
    expect(roster.map(({ id }) => id)).toEqual(['day-one', 'day-two', 'night-one'])
    expect(roster[0]).toEqual({
      id: 'day-one',
      post: 'one',
      kind: 'day',
      name: '白班',
      from: iso(morning),
      to: iso(morning + 12 * hour),
      people: [
        { user: 'zhang', name: '张建国', onShift: true },
        { user: 'zhao', name: '赵敏', onShift: false },
      ],
    })
    const between = (from: number, to: number) =>
      zhang.call('roster.list', { from: iso(from), to: iso(to) }).then((duties) => duties.map(({ id }) => id))
    expect(await between(morning - hour, morning)).toEqual([])
    expect(await between(morning + 12 * hour - 1, morning + 12 * hour)).toEqual(['day-one', 'day-two'])
    expect(await between(morning + 12 * hour, morning + day)).toEqual(['night-one'])
    expect(await zhang.refused('roster.list', { from: iso(monday), to: iso(monday + 63 * day) })).toEqual({
      code: 'wrong_duration',
      mostHours: 62 * 24,
    })
  })
  test('a duty of two days is found on its second day', async () => {
    const { daiban, morning } = await rostered()
    const long = { id: 'long', post: 'two', kind: null, name: '节日', people: ['zhao'] }
    const from = morning + 2 * day
    await daiban.call('duty.save', { ...long, from: iso(from), to: iso(from + 2 * day) })
    const found = await daiban.call('roster.list', { from: iso(from + 2 * day - 1), to: iso(from + 3 * day) })
    expect(found.map(({ id }) => id)).toEqual(['long'])
  })
  test('nobody is rostered for two posts at once, and a duty may be changed without clashing with itself', async () => {
    const { daiban, duty, morning } = await rostered()
    const clash = {
      id: 'x',
      post: 'two',
      kind: null,
      name: '加班',
      from: iso(monday),
      to: iso(monday + hour),
    }
    expect(await daiban.refused('duty.save', { ...clash, people: ['zhang'] })).toMatchObject({
      code: 'on_duty_elsewhere',
      name: '张建国',
      post: '一号岗',
    })
    await duty('day-one', 'one', morning + hour, ['zhang'])
    await daiban.call('duty.remove', { duty: 'day-one' })
    await daiban.call('duty.save', { ...clash, people: ['zhang'] })
    expect(await daiban.refused('duty.remove', { duty: 'day-one' })).toMatchObject({ code: 'not_found' })
  })
  test('a day is copied to the next once; doing it again adds nothing', async () => {
    const { daiban, morning } = await rostered()
    const copy = { from: iso(morning), days: 1, to: iso(morning + day) }
    expect(await daiban.call('roster.copy', copy)).toEqual({ made: 3, already: 0, leftOut: [] })
    expect(await daiban.call('roster.copy', copy)).toEqual({ made: 0, already: 3, leftOut: [] })
    const copied = await daiban.call('roster.list', { from: iso(morning + day), to: iso(morning + 2 * day) })
    expect(copied.map(({ name, post, people }) => [name, post, people.map(({ user }) => user)])).toEqual([
      ['白班', 'one', ['zhang', 'zhao']],
      ['白班', 'two', ['li']],
      ['夜班', 'one', ['daiban']],
    ])
  })
  test('somebody who has left meanwhile is left out of the copy, and it says so', async () => {
    const { daiban, guanli, morning } = await rostered()
    await guanli.call('person.change', { user: 'zhao', name: '赵敏', role: 'officer', enabled: false })
    const copied = await daiban.call('roster.copy', { from: iso(morning), days: 1, to: iso(morning + day) })
    expect(copied).toEqual({
      made: 3,
      already: 0,
      leftOut: [{ user: 'zhao', name: '赵敏', from: iso(morning + day), why: 'gone' }],
    })
  })
  test('a post that is rostered or manned stays; free of both it goes, and comes back when saved again', async () => {
    const { desk, zhang, daiban, morning } = await rostered()
    const removing = () => daiban.refused('post.remove', { post: 'two' })
    expect(await removing()).toEqual({ code: 'in_use', what: 'post', id: 'two' })
    await daiban.call('duty.remove', { duty: 'day-two' })
    await anew(zhang, 'two')
    expect(await removing()).toMatchObject({ code: 'in_use' })
    await zhang.call('shift.signOff', {})
    await daiban.call('post.remove', { post: 'two' })
    expect(await zhang.refused('shift.signOn', { post: 'two' })).toMatchObject({ code: 'not_found' })
    expect((await zhang.call('posts.list', {})).map(({ id }) => id)).toEqual(['one'])
    await desk.pass(morning + day - desk.now)
    await daiban.call('post.remove', { post: 'one' })
    await daiban.call('post.save', { id: 'two', name: '新二号岗', accounts: [] })
    expect(await zhang.call('posts.list', {})).toEqual([{ id: 'two', name: '新二号岗', accounts: [] }])
  })
  test('a post with an open handoff stays until that is over', async () => {
    const { zhang, daiban } = await rostered()
    await daiban.call('post.save', { id: 'spare', name: '机动岗', accounts: [] })
    await anew(zhang, 'spare')
    const { handoff } = await zhang.call('handoff.start', { post: 'spare' })
    await zhang.call('shift.signOff', {})
    expect(await daiban.refused('post.remove', { post: 'spare' })).toMatchObject({ code: 'in_use' })
    await zhang.call('handoff.cancel', { handoff, reason: '不交了' })
    await daiban.call('post.remove', { post: 'spare' })
  })
  test('every console is told of a change: of the roster, and of who is on', async () => {
    const { desk, zhang, duty } = await rostered()
    const subjects = () =>
      zhang.pushes.flatMap((push: Push) => (push.push === 'changed' ? push.change.subjects : []))
    const before = subjects().length
    await duty('more', 'two', desk.now + day, ['li'])
    await anew(zhang)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(new Set(subjects().slice(before))).toEqual(new Set(['shifts', 'people']))
  })
})

describe('who is on', () => {
  test('with their post, until when, and how much is in their hands; who is missing; what comes next', async () => {
    const { desk, zhang, ducha, morning } = await rostered()
    await anew(zhang)
    const threads = [1, 2, 3].map((n) => desk.hears({ from: `居民${n}`, text: '在吗' }))
    for (const thread of threads) await zhang.call('thread.claim', { thread })
    const { lastSeq } = await zhang.call('thread.get', { thread: threads[0]! })
    await zhang.call('thread.close', { thread: threads[0]!, disposition: 'noReplyNeeded', seen: lastSeq })
    const now = await nowOf(ducha)
    expect(now.on.find(({ user }) => user === 'zhang')).toEqual({
      user: 'zhang',
      name: '张建国',
      role: 'officer',
      since: iso(monday),
      post: 'one',
      duty: 'day-one',
      until: iso(morning + 12 * hour),
      holds: 2,
    })
    expect(now.missing).toEqual([
      { user: 'zhao', name: '赵敏', duty: 'day-one', post: 'one', since: iso(morning) },
    ])
    expect(now.current.map(({ id }) => id)).toEqual(['day-one', 'day-two'])
    expect(now.next.map(({ id }) => id)).toEqual(['night-one'])
  })
  test('a post is unmanned when no officer is there or on for all; a supervisor without a post mans none', async () => {
    const { zhang, li, ducha } = await rostered()
    expect((await nowOf(ducha)).unmanned).toEqual([])
    await anew(zhang)
    await li.call('shift.signOff', {})
    expect((await nowOf(ducha)).unmanned).toEqual(['two'])
    await li.call('shift.signOn', {})
    expect((await nowOf(ducha)).unmanned).toEqual([])
  })
  test('logging in with signing on records post and duty too, and two windows at once sign on once', async () => {
    const { desk } = await rostered()
    const login = { user: 'zhao', password, signOn: true }
    await Promise.all([window(desk).call('session.login', login), window(desk).call('session.login', login)])
    const signed = entriesOf(desk.station, 'shift.signedOn').filter(({ subject }) => subject === 'zhao')
    expect(signed).toMatchObject([{ data: { post: 'one', duty: 'day-one' } }])
  })
})

describe('a worked shift', () => {
  test('runs from signing on to signing off, with what was done in it', async () => {
    const { desk, zhang, ducha } = await rostered()
    await anew(zhang)
    const id = lastOf(desk, 'shift.signedOn').seq
    const thread = desk.hears({ text: '在吗' })
    const kept = desk.hears({ from: '五组 李大海', text: '有人吗' })
    const seen = async () => (await zhang.call('thread.get', { thread })).lastSeq
    await zhang.call('thread.answer', { thread, text: '在', seen: await seen() })
    await zhang.call('thread.close', { thread, disposition: 'answered', seen: await seen() })
    await zhang.call('thread.claim', { thread: kept })
    await desk.pass(8 * hour)
    await zhang.call('shift.signOff', { reason: '提前离岗' })
    expect(lastOf(desk, 'shift.signedOff')).toMatchObject({ data: { holds: 1 } })
    const { rows, total } = await ducha.call('shifts.list', { user: 'zhang', ...page })
    expect(total).toBe(2)
    expect(rows[0]).toEqual({
      id,
      user: 'zhang',
      name: '张建国',
      post: 'one',
      duty: 'day-one',
      from: iso(monday),
      to: iso(monday + 8 * hour),
      answers: 1,
      closed: 1,
      handedOver: 0,
      tookOver: 0,
      leftHolding: 1,
    })
  })
  test('that ended in a handoff left nothing behind, although the other side signed after they had gone', async () => {
    const { desk, zhang, li, ducha } = await rostered()
    await anew(zhang, 'one')
    await anew(li, 'one')
    const kept = desk.hears({ text: '在吗' })
    await zhang.call('thread.claim', { thread: kept })
    const { handoff } = await zhang.call('handoff.start', { post: 'one' })
    const { items } = await zhang.call('handoff.get', { handoff })
    const decision = { do: 'keep', reason: '我接着办' } as const
    await zhang.call('handoff.decide', { handoff, items: items.map(({ id }) => id), decision })
    await zhang.call('handoff.sign', { handoff, side: 'outgoing', password, to: 'li', signOff: true })
    await zhang.call('shift.signOff', {})
    const of = async (user: string) => (await ducha.call('shifts.list', { user, ...page })).rows[0]
    expect(await of('zhang')).toMatchObject({ handedOver: 0, leftHolding: 1 })
    await li.call('handoff.sign', { handoff, side: 'incoming', password })
    expect(await of('zhang')).toMatchObject({ handedOver: 1, tookOver: 0, leftHolding: 0 })
    expect(await of('li')).toMatchObject({ handedOver: 0, tookOver: 1 })
  })
  test('is found by post and by time', async () => {
    const { desk, zhang, li, ducha } = await rostered()
    await anew(zhang)
    await desk.pass(hour)
    await anew(li)
    await desk.pass(hour)
    await li.call('shift.signOff', {})
    const found = async (filter: object) =>
      (await ducha.call('shifts.list', { ...filter, ...page })).rows.map(({ user, post }) => [user, post])
    expect(await found({ post: 'two' })).toEqual([['li', 'two']])
    expect(await found({ post: 'two', from: iso(desk.now) })).toEqual([])
    expect(await found({ user: 'zhang', to: iso(monday) })).toEqual([])
    expect(await found({ user: 'zhang', from: iso(desk.now) })).toEqual([['zhang', 'one']])
  })
})

describe('rule 7: somebody who was disabled is off shift', () => {
  const disable = (guanli: Console, enabled = false) =>
    guanli.call('person.change', { user: 'zhang', name: '张建国', role: 'officer', enabled })
  test('a reply, and a snooze that ends, go to the queue and not to them', async () => {
    const { desk, zhang, li, guanli } = await rostered()
    const [replied, snoozed, closed] = [1, 2, 3].map((n) => desk.hears({ from: `居民${n}`, text: '在吗' }))
    for (const thread of [replied!, snoozed!, closed!]) await zhang.call('thread.claim', { thread })
    await zhang.call('thread.snooze', { thread: snoozed!, until: iso(desk.now + minute) })
    const { lastSeq } = await zhang.call('thread.get', { thread: closed! })
    await zhang.call('thread.close', { thread: closed!, disposition: 'noReplyNeeded', seen: lastSeq })
    await disable(guanli)
    desk.hears({ from: '居民1', text: '还在吗' })
    desk.hears({ from: '居民3', text: '又来了' })
    await desk.pass(minute)
    for (const thread of [replied!, snoozed!, closed!])
      expect(await li.call('thread.get', { thread })).toMatchObject({ holder: null })
    expect((await nowOf(li)).on.map(({ user }) => user)).not.toContain('zhang')
    expect((await li.call('people.list', {})).find(({ user }) => user === 'zhang')).toMatchObject({
      onShift: false,
      onShiftSince: null,
    })
  })
  test('also in a ledger that does not say they signed off', async () => {
    const { desk, zhang, li, guanli } = await rostered()
    const thread = desk.hears({ text: '在吗' })
    await zhang.call('thread.claim', { thread })
    const admin = { user: 'guanli', role: 'admin', device: 'test-pc', now: desk.now }
    desk.station.bus.runNow(admin, () => ({
      decision: entries(personChanged('zhang', 'officer', false, '张建国')),
    }))
    desk.hears({ text: '还在吗' })
    expect(await li.call('thread.get', { thread })).toMatchObject({ holder: null })
    const [shown] = (await guanli.call('people.list', {})).filter(({ user }) => user === 'zhang')
    expect(shown).toMatchObject({ onShift: false, onShiftSince: null })
  })
  test('their shift ended with it, and enabled again they are off until they sign on', async () => {
    const { desk, zhang, ducha, guanli } = await rostered()
    const held = desk.hears({ text: '在吗' })
    await zhang.call('thread.claim', { thread: held })
    await disable(guanli)
    const [shift] = (await ducha.call('shifts.list', { user: 'zhang', ...page })).rows
    expect(shift).toMatchObject({ to: iso(desk.now), leftHolding: 1 })
    await disable(guanli, true)
    expect(desk.station.views.people.isOnShift('zhang')).toBe(false)
    await (await at(desk, 'zhang')).call('shift.signOn', {})
    expect(desk.station.views.people.isOnShift('zhang')).toBe(true)
  })
})

test('posts, roster and worked shifts are the same when made anew from the ledger', async () => {
  const { desk, zhang, daiban, morning } = await rostered()
  await daiban.call('shiftKinds.change', {
    kinds: [{ id: 'long', name: '大班', from: '09:00', to: '09:00' }],
  })
  await daiban.call('roster.copy', { from: iso(morning), days: 1, to: iso(morning + day) })
  await daiban.call('duty.remove', { duty: 'day-two' })
  await daiban.call('post.remove', { post: 'nowhere' }).catch(() => {})
  await zhang.call('thread.claim', { thread: desk.hears({ text: '在吗' }) })
  await anew(zhang)
  expect(screensFollowLedger(desk.station)).toBe(true)
})
