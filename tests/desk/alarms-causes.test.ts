import { describe, expect, test } from 'vitest'
import type { Console } from '../support/console.ts'
import { at } from '../support/console.ts'
import {
  entriesOf,
  hour,
  iso,
  minute,
  password,
  resident,
  screensFollowLedger,
  type TestStation,
  testStation,
  undoneOnce,
} from '../support/station.ts'

const cry = '我不想活了'
const scam = '对方说是公安局的，让我转账到安全账户，我已经把验证码告诉他了'
const said = (text: string, from = '三组 王桂兰', external: string | null = null) =>
  resident({ text, from, external })
const openAlarms = (console: Console) => console.call('alarms.open', {})
const rung = (desk: TestStation) =>
  entriesOf(desk.station, 'alarm.raised', 'alarm.causeAdded').filter(
    ({ type, data }) => type === 'alarm.raised' || data.rings === true,
  ).length

describe('rule 10: what rings, rings', () => {
  test('in a message that is about two things, the cry that is watched rings when it is taken back', async () => {
    const desk = await testStation()
    const [zhang, chief] = [await at(desk, 'zhang'), await at(desk, 'daiban')]
    const words = [{ id: 'w1', kind: 'crisis' as const, strength: 'watch' as const, words: ['撑不下去'] }]
    await chief.call('lexicon.change', { words, silenced: [], ordinary: [] })
    const text = '邻居占我家宅基地，还打官司，天天吵架，我撑不下去'
    const thread = desk.hears({ text, external: 'both' })
    const [{ data }] = entriesOf(desk.station, 'message.assessed') as unknown as [
      { data: { kinds: object[] } },
    ]
    expect(data.kinds).toMatchObject([
      { kind: 'dispute', strength: 'watch' },
      { kind: 'crisis', strength: 'watch' },
    ])
    expect(await openAlarms(zhang)).toEqual([])
    desk.takesIn({ event: 'recall', external: 'both', at: desk.now })
    expect(await openAlarms(zhang)).toMatchObject([{ thread, kind: 'crisis', cause: 'recall' }])
  })

  test('a cry in pieces rings although something broken came in between and all was taken in anew', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const first = '这些事情我一个人想了好多好多年，我不想'
    const outcome = desk.takesIn(
      said(first),
      said('坏的\ud800', '二组 李四'),
      said('活了，今天就先说到这里吧再见'),
    )
    expect(outcome.received).toBe(2)
    expect(await openAlarms(zhang)).toMatchObject([{ kind: 'crisis', state: 'ringing' }])
  })

  test('what was taken in and undone again is no piece of what is said next', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    // Of a batch, and then alone.
    undoneOnce(desk)
    undoneOnce(desk)
    expect(() => desk.takesIn(said('我不想'))).toThrow('undone')
    desk.hears({ text: '活了三年的花' })
    expect(await openAlarms(zhang)).toEqual([])
  })

  test('a graver danger rings anew, although another one of the same thread was only just acknowledged', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    desk.hears({ text: scam })
    const [alarm] = await openAlarms(zhang)
    expect(alarm).toMatchObject({ kind: 'fraud', state: 'ringing' })
    await zhang.call('alarm.acknowledge', { alarm: alarm!.id })
    await desk.pass(2 * minute)
    desk.hears({ text: cry })
    expect(await openAlarms(zhang)).toMatchObject([{ kind: 'crisis', state: 'ringing', causes: 2 }])
    await zhang.call('alarm.acknowledge', { alarm: alarm!.id })
    desk.hears({ text: scam })
    expect(await openAlarms(zhang)).toMatchObject([{ kind: 'crisis', state: 'followed', causes: 3 }])
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('in a group one resident’s acknowledged cry does not silence another’s', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const group = { external: 'g1', name: '柳河三组群' }
    const inGroup = (text: string, from: string) => ({ ...said(text, from), conversation: 'g1', group })
    desk.takesIn(inGroup(cry, '三组 王桂兰'))
    const [alarm] = await openAlarms(zhang)
    await zhang.call('alarm.acknowledge', { alarm: alarm!.id })
    await desk.pass(minute)
    desk.takesIn(inGroup(cry, '三组 王桂兰'))
    expect(await openAlarms(zhang)).toMatchObject([{ state: 'followed' }])
    desk.takesIn(inGroup('我现在就去死', '三组 周志强'))
    expect(await openAlarms(zhang)).toMatchObject([{ state: 'ringing', causes: 3 }])
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('who has just been answered does not ring with each word, however long the talk', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const thread = desk.hears({ text: cry })
    const [alarm] = await openAlarms(zhang)
    await zhang.call('alarm.acknowledge', { alarm: alarm!.id })
    await desk.pass(14 * minute)
    const { lastSeq } = await zhang.call('thread.get', { thread })
    await zhang.call('thread.answer', { thread, text: '我在，您慢慢说', seen: lastSeq })
    await desk.pass(2 * minute)
    desk.hears({ text: cry, at: desk.now })
    expect(rung(desk)).toBe(1)
    await desk.pass(11 * minute)
    desk.hears({ text: cry, at: desk.now })
    expect(rung(desk)).toBe(2)
  })

  test('the clock was wrong and is put back: whoever rings is called all the same, once a minute', async () => {
    const desk = await testStation()
    desk.hears({ text: cry })
    const calls = () => entriesOf(desk.station, 'alarm.called').length
    await desk.alone(-3 * 60 * minute)
    expect(calls()).toBe(1)
    await desk.alone(30_000)
    expect(calls()).toBe(1)
    await desk.alone(30_000)
    expect(calls()).toBe(2)
    await desk.alone(-24 * 60 * minute)
    expect(calls()).toBe(3)
    await desk.alone(59_000)
    expect(calls()).toBe(3)
    await desk.alone(1_000)
    expect(calls()).toBe(4)
  })

  test('the clock was put back after an acknowledgement: new words ring anew', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    desk.hears({ text: cry })
    const [alarm] = await openAlarms(zhang)
    await zhang.call('alarm.acknowledge', { alarm: alarm!.id })
    desk.now -= 5 * 60 * minute
    desk.hears({ text: cry, at: desk.now })
    expect(rung(desk)).toBe(2)
  })

  test('a recall that comes before its message takes it back, and rings where that was watched', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    desk.takesIn({ event: 'recall', external: 'tired', at: desk.now })
    const thread = desk.hears({ text: '活着好累，没什么意思', external: 'tired' })
    expect(await openAlarms(zhang)).toMatchObject([{ thread, kind: 'crisis', cause: 'recall' }])
    const { items } = await zhang.call('thread.timeline', { thread, limit: 10 })
    expect(items.find(({ item }) => item === 'message')).toMatchObject({ recalledAt: iso(desk.now) })
  })
})

describe('rule 10: words written in pieces', () => {
  test('belong together by when they were said, however far apart the channel tells of them', async () => {
    const desk = await testStation()
    const say = (text: string, at: number) => desk.hears({ text, at, from: '李婶' })
    const said = desk.now
    say('我不想', said)
    desk.now += 3 * minute
    say('活了', said + 5_000)
    expect(entriesOf(desk.station, 'alarm.raised')).toHaveLength(1)
  })
  test('hours apart are no cry, though they come together after an outage', async () => {
    const desk = await testStation()
    desk.takesIn(
      resident({ text: '我不想', at: desk.now - 5 * hour, external: 'a' }),
      resident({ text: '活了', at: desk.now - hour, external: 'b' }),
    )
    expect(entriesOf(desk.station, 'alarm.raised')).toEqual([])
  })
  const rulesOf = (desk: TestStation) =>
    entriesOf(desk.station, 'message.assessed').map(({ data }) => JSON.stringify(data.kinds))

  test('are read together up to forty characters; more is a talk', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const lead = (length: number) => `${'今'.repeat(length - 3)}我不想`
    desk.takesIn(said(lead(39), '一组 钱七'), said('活了', '一组 钱七'))
    expect(await openAlarms(zhang)).toEqual([])
    desk.takesIn(said(lead(38), '二组 李四'), said('活了', '二组 李四'))
    expect(await openAlarms(zhang)).toHaveLength(1)
  })
  test('are not what a cry rings by that says it all by itself', async () => {
    const desk = await testStation()
    desk.takesIn(said('在吗'), said(cry))
    expect(rulesOf(desk)).toHaveLength(1)
    expect(rulesOf(desk)[0]).not.toContain('inPieces')
  })
  test('are read one by one where the station has silenced that rule', async () => {
    const desk = await testStation()
    const [zhang, chief] = [await at(desk, 'zhang'), await at(desk, 'daiban')]
    await chief.call('lexicon.change', { words: [], silenced: ['inPieces'], ordinary: [] })
    desk.takesIn(said('我不想'), said('活了'))
    expect(await openAlarms(zhang)).toEqual([])
  })
})

describe('rule 10: an alarm that rings anew', () => {
  test('is called from the beginning, and forgets that a contact was due', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    desk.hears({ text: cry })
    await desk.pass(minute)
    await desk.pass(minute)
    const [alarm] = await openAlarms(zhang)
    expect(alarm).toMatchObject({ calls: 2 })
    await zhang.call('alarm.acknowledge', { alarm: alarm!.id })
    await desk.pass(16 * minute)
    expect(await openAlarms(zhang)).toMatchObject([{ contactDue: true }])
    desk.hears({ text: cry, at: desk.now })
    expect(await openAlarms(zhang)).toMatchObject([{ state: 'ringing', calls: 0, calledAt: null }])
    await desk.pass(minute - 1)
    expect(await openAlarms(zhang)).toMatchObject([{ calls: 0 }])
    await desk.pass(1)
    expect(await openAlarms(zhang)).toMatchObject([{ calls: 1 }])
    expect(await zhang.call('alarms.signal', {})).toMatchObject({ ringing: 1, called: true })
    await zhang.call('alarm.acknowledge', { alarm: alarm!.id })
    expect(await openAlarms(zhang)).toMatchObject([{ state: 'followed', contactDue: false }])
    await desk.pass(16 * minute)
    expect(await openAlarms(zhang)).toMatchObject([{ contactDue: true }])
    const handed = { alarm: alarm!.id, looksAfter: 'li', nextContactAt: iso(desk.now + minute) }
    await zhang.call('alarm.follow', handed)
    expect(await openAlarms(zhang)).toMatchObject([{ contactDue: false, looksAfter: 'li' }])
  })
})

test('why a message rang is told with its numbers masked', async () => {
  const desk = await testStation()
  const zhang = await at(desk, 'zhang')
  const thread = desk.hears({ text: `${cry}，打13912345678` })
  const { seq } = entriesOf(desk.station, 'message.received')[0]!
  expect((await zhang.call('message.why', { thread, seq })).text).toBe(`${cry}，打139****5678`)
})

describe('rule 10: nobody acknowledges what they have not heard', () => {
  test('a common answer that closes does not acknowledge an alarm on the way', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const thread = desk.hears({ text: '今天怎么停电了' })
    const { common } = await zhang.call('common.open', { title: '停电', threads: [thread] })
    desk.hears({ text: cry })
    const { lastSeq } = await zhang.call('thread.get', { thread })
    const { done, left } = await zhang.call('common.answer', {
      common,
      text: '预计十点恢复',
      seen: [{ thread, seen: lastSeq }],
      close: true,
    })
    expect(done).toEqual([])
    expect(left).toMatchObject([
      { thread, refusal: { code: 'wrong_state', what: 'alarm', state: 'ringing' } },
    ])
    expect(await openAlarms(zhang)).toMatchObject([{ state: 'ringing' }])
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ closedAt: null })
  })

  test('closing a thread whose alarm rings anew acknowledges it as well', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const thread = desk.hears({ text: cry })
    const [alarm] = await openAlarms(zhang)
    await zhang.call('alarm.acknowledge', { alarm: alarm!.id })
    await desk.pass(11 * minute)
    desk.hears({ text: cry, at: desk.now })
    expect(await openAlarms(zhang)).toMatchObject([{ state: 'ringing' }])
    const { lastSeq } = await zhang.call('thread.get', { thread })
    await zhang.call('thread.close', { thread, disposition: 'handledOnSite', seen: lastSeq })
    expect(await openAlarms(zhang)).toMatchObject([{ state: 'followed', looksAfter: 'zhang' }])
  })
})

describe('rule 11: an alarm of a private thread', () => {
  async function sealed() {
    const desk = await testStation()
    const [zhang, li, chief] = [await at(desk, 'zhang'), await at(desk, 'li'), await at(desk, 'daiban')]
    const thread = desk.hears({ text: cry, external: 'cry' })
    const [alarm] = await openAlarms(zhang)
    await zhang.call('alarm.acknowledge', { alarm: alarm!.id })
    await zhang.call('thread.setPrivate', { thread, private: true, reason: '家事' })
    return { desk, zhang, li, chief, thread, alarm: alarm!.id }
  }

  test('is not taken by an officer who names himself, to read the thread by it', async () => {
    const { desk, zhang, li, thread, alarm } = await sealed()
    const mine = { alarm, looksAfter: 'li', nextContactAt: iso(desk.now + minute) }
    expect(await li.refused('alarm.follow', mine)).toEqual({ code: 'private_thread' })
    expect(await li.refused('thread.takeOver', { thread, reason: '看看' })).toEqual({
      code: 'private_thread',
    })
    await zhang.call('alarm.follow', mine)
    await li.call('thread.takeOver', { thread, reason: '我来照看' })
  })

  test('whose thread is closed is reached by whoever looks after the resident: it can be reopened', async () => {
    const { desk, zhang, li, thread, alarm } = await sealed()
    const { lastSeq } = await zhang.call('thread.get', { thread })
    await zhang.call('thread.close', { thread, disposition: 'handledOnSite', seen: lastSeq })
    expect(await li.refused('thread.reopen', { thread })).toEqual({ code: 'private_thread' })
    await zhang.call('alarm.follow', { alarm, looksAfter: 'li', nextContactAt: iso(desk.now + minute) })
    await li.call('thread.reopen', { thread })
    expect(await li.call('thread.get', { thread })).toMatchObject({ holder: 'li', readable: true })
  })

  test('tells a stranger neither the rule that rang nor the message', async () => {
    const { li, zhang, thread, alarm } = await sealed()
    const stepsOf = async (console: Console) => (await console.call('alarm.get', { alarm })).steps
    expect((await stepsOf(zhang))[0]!.data).toHaveProperty('rules')
    expect((await stepsOf(li))[0]).toMatchObject({ type: 'alarm.raised' })
    for (const { data } of await stepsOf(li)) {
      expect(data).not.toHaveProperty('rules')
      expect(data).not.toHaveProperty('message')
    }
    const { items } = await li.call('thread.timeline', { thread, limit: 50 })
    expect(JSON.stringify(items)).not.toContain('"rules"')
  })
})

test('a lexicon whose change was undone by the disk is not the one that reads on', async () => {
  const desk = await testStation()
  const [zhang, chief] = [await at(desk, 'zhang'), await at(desk, 'daiban')]
  const change = (word: string) =>
    chief.call('lexicon.change', {
      words: [{ id: 'w1', kind: 'crisis', strength: 'ring', words: [word] }],
      silenced: [],
      ordinary: [],
    })
  undoneOnce(desk)
  await expect(change('看鸭子')).rejects.toThrow()
  await change('看白鹭')
  desk.hears({ text: '我去看鸭子' })
  expect(await openAlarms(zhang)).toEqual([])
  desk.hears({ text: '我去看白鹭' })
  expect(await openAlarms(zhang)).toHaveLength(1)
})

test('an alarm closed by two people rings again for what is said after it', async () => {
  const desk = await testStation()
  const zhang = await at(desk, 'zhang')
  desk.hears({ text: cry })
  const [alarm] = await openAlarms(zhang)
  await zhang.call('alarm.acknowledge', { alarm: alarm!.id })
  const second = { user: 'li', password }
  await zhang.call('alarm.close', { alarm: alarm!.id, outcome: 'safe', note: '平安', second })
  desk.hears({ text: cry })
  expect(await openAlarms(zhang)).toMatchObject([{ state: 'ringing' }])
})
