import { describe, expect, test } from 'vitest'
import { loadLexicon } from '../../src/desk/alarms/assessment/load.ts'
import { StationLexicon } from '../../src/desk/alarms/lexicon.ts'
import { at } from '../support/console.ts'
import {
  entriesOf,
  iso,
  minute,
  password,
  phone,
  screensFollowLedger,
  testStation,
  village,
} from '../support/station.ts'

const second = 1_000
const cry = '我不想活了'

/** A station with a ringing alarm, and two officers at their consoles. */
async function ringing(text = cry) {
  const desk = await testStation()
  const [zhang, li, chief] = [await at(desk, 'zhang'), await at(desk, 'li'), await at(desk, 'daiban')]
  const thread = desk.hears({ text, external: 'cry' })
  const [alarm] = await zhang.call('alarms.open', {})
  return { desk, zhang, li, chief, thread, alarm: alarm! }
}
const typesOf = (desk: Awaited<ReturnType<typeof testStation>>) =>
  entriesOf(desk.station)
    .map(({ type }) => type)
    .filter((type) => type.startsWith('alarm.'))

describe('rule 10: a cry for help rings', () => {
  test('a ringing message raises an alarm on every console, sorted before all else', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    desk.hears({ from: '二组 李四', text: '请问户口怎么迁' })
    await desk.pass(2 * 60 * minute)
    const thread = desk.hears({ text: cry })
    const [alarm, ...more] = await zhang.call('alarms.open', {})
    expect(more).toEqual([])
    expect(alarm).toMatchObject({
      thread,
      account: village,
      kind: 'crisis',
      cause: 'message',
      state: 'ringing',
    })
    const { rows } = await zhang.call('threads.list', { queue: 'waiting', offset: 0, limit: 10 })
    expect(rows[0]).toMatchObject({
      id: thread,
      category: 'crisis',
      urgency: 'urgent',
      mark: { kind: 'crisis', strength: 'ring' },
    })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('written in pieces it rings as well; with a minute between them it does not', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    desk.hears({ from: '一组 钱七', text: '我不想' })
    await desk.pass(61 * second)
    desk.hears({ from: '一组 钱七', text: '活了三年的那盆花' })
    desk.hears({ from: '二组 李四', text: '我不想' })
    expect(await zhang.call('alarms.open', {})).toEqual([])
    await desk.pass(20 * second)
    const thread = desk.hears({ from: '二组 李四', text: '活了' })
    expect(await zhang.call('alarms.open', {})).toMatchObject([{ thread, kind: 'crisis' }])
    const [assessed] = entriesOf(desk.station, 'message.assessed').slice(-1)
    expect(assessed!.data.kinds).toMatchObject([{ rules: expect.arrayContaining(['inPieces']) }])
    const seen = entriesOf(desk.station, 'message.assessed').length
    desk.hears({ from: '二组 李四', text: '你们看昨晚的球了吗' })
    expect(entriesOf(desk.station, 'message.assessed')).toHaveLength(seen)
  })

  test('unacknowledged for 60 s it goes to the supervisors, and again', async () => {
    const { desk, zhang } = await ringing()
    await desk.pass(59 * second)
    expect(typesOf(desk)).toEqual(['alarm.raised'])
    await desk.pass(second)
    expect(typesOf(desk)).toEqual(['alarm.raised', 'alarm.called'])
    await desk.pass(30 * second)
    expect(typesOf(desk)).toEqual(['alarm.raised', 'alarm.called'])
    await desk.pass(30 * second)
    expect(typesOf(desk)).toEqual(['alarm.raised', 'alarm.called', 'alarm.called'])
    expect((await zhang.call('alarms.open', {}))[0]).toMatchObject({ calls: 2, state: 'ringing' })
    for (let n = 0; n < 60; n += 1) await desk.pass(minute)
    expect(typesOf(desk).length).toBeLessThan(20)
  })

  test('acknowledged by name once: the second officer is told, and nothing calls any more', async () => {
    const { desk, zhang, li, alarm, thread } = await ringing()
    expect(await zhang.call('alarm.acknowledge', { alarm: alarm.id })).toEqual({ thread })
    expect(await li.refused('alarm.acknowledge', { alarm: alarm.id })).toEqual({
      code: 'wrong_state',
      what: 'alarm',
      state: 'followed',
    })
    await desk.pass(5 * minute)
    expect(typesOf(desk)).toEqual(['alarm.raised', 'alarm.acknowledged'])
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ holder: 'zhang' })
    expect((await li.call('alarms.open', {}))[0]).toMatchObject({ state: 'followed', looksAfter: 'zhang' })
  })
})

describe('rule 9 and 10: what is taken back must be heard', () => {
  test('“我不想活了” recalled ten seconds later: told to two consoles at once, text kept, acknowledged once, in order', async () => {
    const desk = await testStation()
    const [zhang, li] = [await at(desk, 'zhang'), await at(desk, 'li')]
    const thread = desk.hears({ text: cry, external: 'cry' })
    await desk.pass(10 * second)
    desk.takesIn({ event: 'recall', external: 'cry', at: desk.now })
    for (const console of [zhang, li]) {
      const ringing = console.pushes.flatMap((push) => (push.push === 'changed' ? push.change.ringing : []))
      expect(ringing).toEqual([{ alarm: expect.any(String), thread, account: village, called: false }])
    }
    const [alarm] = await li.call('alarms.open', {})
    expect(alarm).toMatchObject({ recalled: true, causes: 2, state: 'ringing' })
    const { items } = await li.call('thread.timeline', { thread, limit: 10 })
    expect(items.find(({ item }) => item === 'message')).toMatchObject({
      text: cry,
      recalledAt: expect.any(String),
    })
    await desk.pass(50 * second)
    await li.call('alarm.acknowledge', { alarm: alarm!.id })
    await desk.pass(5 * minute)
    const order = entriesOf(desk.station)
      .filter(({ subject }) => subject === thread)
      .map(({ type }) => type)
    expect(order).toEqual([
      'thread.opened',
      'message.received',
      'message.assessed',
      'alarm.raised',
      'message.recalled',
      'alarm.causeAdded',
      'alarm.called',
      'alarm.acknowledged',
      'thread.claimed',
    ])
  })
})

describe('rule 10: an alarm does not end with being heard', () => {
  async function followed() {
    const { desk, zhang, li, chief, thread, alarm } = await ringing()
    await zhang.call('alarm.acknowledge', { alarm: alarm.id })
    return { desk, zhang, li, chief, thread, alarm: alarm.id }
  }
  const close = { outcome: 'safe' as const, note: '家人已到，平安' }

  test('whoever looks after the resident is reminded when the next contact is due, once', async () => {
    const { desk, zhang, alarm } = await followed()
    await desk.pass(15 * minute)
    await desk.pass(15 * minute)
    expect(typesOf(desk)).toEqual(['alarm.raised', 'alarm.acknowledged', 'alarm.contactDue'])
    expect(await zhang.call('alarms.signal', {})).toMatchObject({ ringing: 0, contactsDue: 1 })
    await zhang.call('alarm.contacted', { alarm, note: '已通话', nextContactAt: iso(desk.now + minute) })
    expect((await zhang.call('alarms.open', {}))[0]).toMatchObject({ contactDue: false })
    await desk.pass(minute)
    expect(typesOf(desk).at(-1)).toBe('alarm.contactDue')
  })
  test('it is handed to another officer by name', async () => {
    const { desk, zhang, li, alarm } = await followed()
    const nextContactAt = iso(desk.now + minute)
    await zhang.call('alarm.follow', { alarm, looksAfter: 'li', nextContactAt })
    expect((await li.call('alarms.open', {}))[0]).toMatchObject({ looksAfter: 'li', nextContactAt })
    const bad = { alarm, looksAfter: 'ducha', nextContactAt }
    expect(await zhang.refused('alarm.follow', bad)).toMatchObject({ code: 'not_found' })
  })
  test('it ends with an outcome and the password of a second person', async () => {
    const { zhang, alarm, thread, desk } = await followed()
    const asked = { alarm, ...close }
    const second = (user: string, word = password) => ({ ...asked, second: { user, password: word } })
    expect(await zhang.refused('alarm.close', second('zhang'))).toEqual({ code: 'needs_second_person' })
    expect(await zhang.refused('alarm.close', second('li', 'guessed'))).toMatchObject({
      code: 'wrong_password',
    })
    expect(await zhang.refused('alarm.close', second('ducha'))).toEqual({ code: 'needs_second_person' })
    const { lastSeq } = await zhang.call('thread.get', { thread })
    const closing = { thread, disposition: 'handledOnSite' as const, seen: lastSeq }
    await zhang.call('thread.close', closing)
    expect((await zhang.call('alarms.open', {}))[0]).toMatchObject({ state: 'followed' })
    desk.now += minute
    await zhang.call('alarm.close', second('li'))
    expect(await zhang.call('alarms.open', {})).toEqual([])
    const { rows } = await zhang.call('alarms.closed', { offset: 0, limit: 10 })
    expect(rows[0]).toMatchObject({ outcome: 'safe', closedByName: '张建国', secondName: '李秀英' })
    const { steps } = await zhang.call('alarm.get', { alarm })
    expect(steps.map(({ type }) => type)).toEqual(['alarm.raised', 'alarm.acknowledged', 'alarm.closed'])
    expect(steps.at(-1)).toMatchObject({ text: close.note, names: { li: '李秀英' } })
  })
  test('a core that was away calls what nobody acknowledged, once for all it missed', async () => {
    const { desk } = await ringing()
    await desk.restart()
    await desk.pass(60 * minute)
    await desk.pass(second)
    expect(typesOf(desk)).toEqual(['alarm.raised', 'alarm.called'])
    await desk.restart()
    await desk.pass(second)
    expect(typesOf(desk)).toEqual(['alarm.raised', 'alarm.called'])
  })
  test('a recall on a closed thread opens it again and rings', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const thread = desk.hears({ text: '活着好累，没什么意思', external: 'tired' })
    expect(await zhang.call('alarms.open', {})).toEqual([])
    const { lastSeq, mark } = await zhang.call('thread.get', { thread })
    expect(mark).toEqual({ kind: 'crisis', strength: 'watch' })
    await zhang.call('thread.close', { thread, disposition: 'noReplyNeeded', seen: lastSeq })
    desk.takesIn({ event: 'recall', external: 'tired', at: desk.now })
    expect((await zhang.call('alarms.open', {}))[0]).toMatchObject({
      thread,
      cause: 'recall',
      state: 'ringing',
    })
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ closedAt: null })
  })
})

describe('rule 10: why it rang, and why not', () => {
  test('is told for any message, as it was found then and as the lexicon says now', async () => {
    const { desk, zhang, chief, thread } = await ringing()
    const seq = entriesOf(desk.station, 'message.received')[0]!.seq
    const rang = await zhang.call('message.why', { thread, seq })
    expect(rang.recorded!.findings[0]).toMatchObject({ kind: 'crisis', strength: 'ring' })
    expect(rang.alarm).not.toBeNull()
    const [start, length] = rang.now.findings[0]!.places[0]!
    expect(cry.slice(start, start + length)).not.toBe('')
    const quiet = desk.hears({ from: '二组 李四', text: '请问户口怎么迁' })
    const { seq: other } = entriesOf(desk.station, 'message.received').at(-1)!
    expect(await zhang.call('message.why', { thread: quiet, seq: other })).toMatchObject({
      recorded: null,
      alarm: null,
    })
    await chief.call('lexicon.change', { words: [], silenced: [], ordinary: [cry] })
    const after = await zhang.call('message.why', { thread, seq })
    expect(after.recorded!.findings[0]).toMatchObject({ strength: 'ring' })
    expect(after.now.findings.find(({ kind }) => kind === 'crisis')?.strength ?? 'none').toBe('none')
    expect(after.now.version).not.toBe(after.recorded!.version)
  })
  test('what the station adds rings from then on, and its version stands in the entry', async () => {
    const desk = await testStation()
    const [zhang, chief] = [await at(desk, 'zhang'), await at(desk, 'daiban')]
    desk.hears({ from: '一组 钱七', text: '去河湾看鸭子' })
    expect(await zhang.call('alarms.open', {})).toEqual([])
    const words = [{ id: 'w1', kind: 'crisis' as const, strength: 'ring' as const, words: ['去河湾看鸭子'] }]
    const { version } = await chief.call('lexicon.change', { words, silenced: [], ordinary: [] })
    desk.hears({ from: '一组 钱七', text: '我去河湾看鸭子了' })
    expect(await zhang.call('alarms.open', {})).toHaveLength(1)
    expect(entriesOf(desk.station, 'message.assessed').at(-1)!.data.version).toBe(version)
    expect(await zhang.refused('lexicon.change', { words, silenced: [], ordinary: [] })).toMatchObject({
      code: 'forbidden',
    })
  })
  test('an old chat that is pasted is marked and does not ring', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const thread = desk.hears({ text: cry, at: desk.now - 73 * 60 * minute, account: phone })
    expect(await zhang.call('alarms.open', {})).toEqual([])
    expect((await zhang.call('thread.get', { thread })).mark).toEqual({ kind: 'crisis', strength: 'ring' })
    const seq = entriesOf(desk.station, 'message.received')[0]!.seq
    expect((await zhang.call('message.why', { thread, seq })).recorded).toMatchObject({ tooOld: true })
  })
  test('without a lexicon no message is lost, and every screen is told that nothing can ring', async () => {
    const desk = await testStation()
    Object.assign(desk.station, {
      lexicon: new StationLexicon(
        desk.station.views.alarms,
        () => loadLexicon(desk.dir),
        (line) => desk.station.log(line),
      ),
    })
    const zhang = await at(desk, 'zhang')
    const thread = desk.hears({ text: cry })
    expect((await zhang.call('thread.get', { thread })).preview).toBe(cry)
    expect((await zhang.call('alarms.signal', {})).deaf).toMatch(/lexicon/)
  })
})

test('the lock screen is told that something rings, by which account and since when, and no more', async () => {
  const { desk, zhang } = await ringing()
  await zhang.call('session.lock', {})
  expect(await zhang.call('alarms.signal', {})).toEqual({
    ringing: 1,
    since: iso(desk.now),
    accounts: ['户户通·柳河村'],
    called: false,
    contactsDue: 0,
    deaf: null,
  })
  expect(await zhang.refused('alarms.open', {})).toEqual({ code: 'locked' })
})
