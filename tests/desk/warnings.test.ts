import { v7 as uuid } from 'uuid'
import { describe, expect, test } from 'vitest'
import type { Input } from '../../src/contract/index.ts'
import { entries } from '../../src/desk/decision.ts'
import { contactAdded } from '../../src/desk/people/entries.ts'
import { rebuild } from '../../src/desk/rebuild.ts'
import { queries } from '../../src/desk/warnings/register.ts'
import { at, type Console } from '../support/console.ts'
import {
  entriesOf,
  hour,
  iso,
  minute,
  phone,
  resident,
  screensFollowLedger,
  type TestStation,
  testStation,
  village,
} from '../support/station.ts'

const notice: Input<'warning.enter'> = {
  name: '王桂兰',
  phone: '13812345678',
  type: 'fakeService',
  source: '市反诈中心',
  note: '与境外号码通话 20 分钟',
  contact: null,
}
const enter = async (console: Console, over: Partial<Input<'warning.enter'>> = {}) =>
  (await console.call('warning.enter', { ...notice, ...over })).warning
const get = async (console: Console, warning: string) => console.call('warning.get', { warning })
const rowOf = async (console: Console, warning: string) => (await get(console, warning)).warning
const listOf = (console: Console, of: 'open' | 'closed' = 'open') =>
  console.call('warnings.list', { of, offset: 0, limit: 50 })
const typesOf = (desk: TestStation, subject: string) =>
  entriesOf(desk.station)
    .filter((entry) => entry.subject === subject)
    .map(({ type }) => type)

interface Neighbour {
  name: string
  villageGroup?: string | null
  phone?: string | null
  tags?: string[]
  account?: string
  external?: string
}
/** Puts people into the register; answers their ids. */
function registered(desk: TestStation, ...people: Neighbour[]): string[] {
  const ids = people.map(() => uuid())
  desk.station.bus.runNow({ user: 'core', role: 'system', device: 'core', now: desk.now }, () => ({
    decision: entries(
      ...people.map(
        (
          { name, account = village, external = `wx-${name}`, villageGroup = null, phone = null, tags = [] },
          n,
        ) =>
          contactAdded(ids[n]!, account, {
            name,
            external,
            villageGroup,
            household: null,
            phone,
            tags,
          }),
      ),
    ),
  }))
  return ids
}

/** A station, two officers and a warning nobody works yet. */
async function shift(over: Partial<Input<'warning.enter'>> = {}) {
  const desk = await testStation()
  const [zhang, li] = [await at(desk, 'zhang'), await at(desk, 'li')]
  return { desk, zhang, li, warning: await enter(zhang, over) }
}
/** The same about a resident of the register who has written before. */
async function known() {
  const desk = await testStation()
  const [zhang, li] = [await at(desk, 'zhang'), await at(desk, 'li')]
  const thread = desk.hears({ text: '户口本丢了怎么补' })
  const { contact, lastSeq: seen } = await zhang.call('thread.get', { thread })
  const warning = await enter(zhang, { contact })
  return { desk, zhang, li, thread, contact, seen, warning }
}

describe('reaching somebody in time', () => {
  test('from the call to the outcome, each step with its clock', async () => {
    const { desk, zhang, warning } = await shift()
    const now = () => rowOf(zhang, warning)
    expect(await now()).toMatchObject({
      step: 'call',
      dueAt: iso(desk.now + 5 * minute),
      holder: null,
      enteredAt: iso(desk.now),
      enteredByName: '张建国',
    })
    await desk.pass(minute)
    await zhang.call('warning.called', { warning, result: 'busy' })
    expect(await now()).toMatchObject({
      step: 'message',
      stepSince: iso(desk.now),
      dueAt: iso(desk.now + 5 * minute),
      calls: 1,
      holder: 'zhang',
      holderName: '张建国',
    })
    await zhang.call('warning.messaged', { warning, text: '请立即停止转账', by: 'phone' })
    expect(await now()).toMatchObject({ step: 'reply', dueAt: iso(desk.now + 10 * minute), thread: null })
    await desk.pass(10 * minute)
    await zhang.call('warning.replied', { warning, result: 'silent' })
    expect(await now()).toMatchObject({ step: 'neighbour', dueAt: iso(desk.now + 15 * minute) })
    await zhang.call('warning.neighbourAsked', {
      warning,
      contact: null,
      name: '刘组长',
      result: 'willTell',
    })
    expect(await now()).toMatchObject({ step: 'visit', dueAt: iso(desk.now + hour) })
    await desk.pass(20 * minute)
    await zhang.call('warning.visited', { warning, result: 'met' })
    expect(await now()).toMatchObject({ step: 'outcome', dueAt: iso(desk.now + 2 * hour) })
    await zhang.call('warning.close', { warning, outcome: 'lossStopped', note: '已止付 3 万元' })
    expect(await now()).toMatchObject({
      closedAt: iso(desk.now),
      outcome: 'lossStopped',
      dueAt: null,
      overdue: false,
    })
    const { steps } = await get(zhang, warning)
    expect(steps.map(({ type, text, actorName }) => [type, text, actorName])).toEqual([
      ['warning.entered', '与境外号码通话 20 分钟', '张建国'],
      ['warning.claimed', null, '张建国'],
      ['warning.called', null, '张建国'],
      ['warning.messaged', '请立即停止转账', '张建国'],
      ['warning.overdue', null, 'clock'],
      ['warning.replied', null, '张建国'],
      ['warning.neighbourAsked', '刘组长', '张建国'],
      ['warning.visited', null, '张建国'],
      ['warning.closed', '已止付 3 万元', '张建国'],
    ])
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('the times are the station’s, as they were when the step began', async () => {
    const { desk, zhang, warning } = await shift()
    const admin = await at(desk, 'guanli')
    const settings = await admin.call('settings.get', {})
    const warningMinutes = { ...settings.warningMinutes, call: 1, message: 30 }
    await admin.call('settings.change', { ...settings, warningMinutes })
    expect(await rowOf(zhang, warning)).toMatchObject({ dueAt: iso(desk.now + 5 * minute) })
    await zhang.call('warning.called', { warning, result: 'off' })
    expect(await rowOf(zhang, warning)).toMatchObject({ dueAt: iso(desk.now + 30 * minute) })
    expect(await rowOf(zhang, await enter(zhang))).toMatchObject({ dueAt: iso(desk.now + minute) })
  })

  test('a warning that is not there is not found', async () => {
    const { zhang } = await shift()
    const missing = { code: 'not_found', what: 'warning', id: 'x' }
    expect(await zhang.refused('warning.get', { warning: 'x' })).toEqual(missing)
    expect(await zhang.refused('warning.claim', { warning: 'x' })).toEqual(missing)
    expect(await zhang.refused('warning.unmaskPhone', { warning: 'x' })).toEqual(missing)
    expect(await zhang.refused('warning.messaged', { warning: 'x', text: '在', by: 'thread' })).toEqual(
      missing,
    )
  })

  test('the same command sent twice is one call', async () => {
    const { desk, zhang, warning } = await shift()
    const command = uuid()
    await zhang.call('warning.called', { warning, result: 'busy' }, command)
    await zhang.call('warning.called', { warning, result: 'busy' }, command)
    expect(entriesOf(desk.station, 'warning.called')).toHaveLength(1)
    const again = uuid()
    const first = await zhang.call('warning.enter', notice, again)
    expect(await zhang.call('warning.enter', notice, again)).toEqual(first)
    expect(entriesOf(desk.station, 'warning.entered')).toHaveLength(2)
  })
})

describe('whoever works it holds it', () => {
  test('the first act claims it in the same commit, and another officer is told who has it', async () => {
    const { desk, zhang, li, warning } = await shift()
    await zhang.call('warning.called', { warning, result: 'busy' })
    const since = iso(desk.now)
    expect(typesOf(desk, warning)).toEqual(['warning.entered', 'warning.claimed', 'warning.called'])
    await desk.pass(minute)
    const told = { code: 'already_claimed', holder: 'zhang', holderName: '张建国', since }
    expect(await li.refused('warning.claim', { warning })).toEqual(told)
    expect(await li.refused('warning.called', { warning, result: 'busy' })).toEqual(told)
    expect(await li.refused('warning.messaged', { warning, text: '在吗', by: 'phone' })).toEqual(told)
    expect(await li.refused('warning.messaged', { warning, text: '在吗', by: 'thread' })).toEqual(told)
    expect(await li.refused('warning.close', { warning, outcome: 'lost', note: '已转账' })).toEqual(told)
    expect(typesOf(desk, warning)).toHaveLength(3)
  })
  test('of many who call at once one has it', async () => {
    const { desk, zhang, li, warning } = await shift()
    const answers = await Promise.allSettled(
      [zhang, li, zhang, li].map((console) => console.call('warning.claim', { warning })),
    )
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(entriesOf(desk.station, 'warning.claimed')).toHaveLength(1)
  })
  test('a supervisor helps without taking it, or takes it over by claiming', async () => {
    const { desk, zhang, warning } = await shift()
    await zhang.call('warning.claim', { warning })
    const supervisor = await at(desk, 'daiban')
    await supervisor.call('warning.called', { warning, result: 'noAnswer' })
    expect(await rowOf(zhang, warning)).toMatchObject({ holder: 'zhang', calls: 1 })
    await supervisor.call('warning.claim', { warning })
    expect(await rowOf(zhang, warning)).toMatchObject({ holder: 'daiban', holderName: '陈所长' })
    const { steps } = await get(zhang, warning)
    expect(steps.at(-1)).toMatchObject({ names: { daiban: '陈所长', zhang: '张建国' } })
    expect(await zhang.refused('warning.called', { warning, result: 'busy' })).toMatchObject({
      code: 'already_claimed',
      holder: 'daiban',
    })
  })
  test('nobody is lost because whoever held it went off shift', async () => {
    const { zhang, li, warning } = await shift()
    await zhang.call('warning.claim', { warning })
    await zhang.call('shift.signOff', {})
    await li.call('warning.called', { warning, result: 'reached' })
    expect(await rowOf(li, warning)).toMatchObject({ holder: 'li', step: 'outcome' })
  })
  test('a closed one refuses everything', async () => {
    const { desk, zhang, warning } = await shift()
    await zhang.call('warning.close', { warning, outcome: 'notAtRisk', note: '本人已识破' })
    const before = desk.station.ledger.head().size
    const closed = { code: 'wrong_state', what: 'warning', state: 'closed' }
    expect(await zhang.refused('warning.claim', { warning })).toEqual(closed)
    expect(await zhang.refused('warning.link', { warning, contact: null })).toEqual(closed)
    expect(await zhang.refused('warning.called', { warning, result: 'reached' })).toEqual(closed)
    expect(await zhang.refused('warning.messaged', { warning, text: '在', by: 'phone' })).toEqual(closed)
    expect(await zhang.refused('warning.messaged', { warning, text: '在', by: 'thread' })).toEqual(closed)
    expect(await zhang.refused('warning.replied', { warning, result: 'read' })).toEqual(closed)
    const asked = { contact: null, name: '刘组长', result: 'reached' } as const
    expect(await zhang.refused('warning.neighbourAsked', { warning, ...asked })).toEqual(closed)
    expect(await zhang.refused('warning.visited', { warning, result: 'met' })).toEqual(closed)
    expect(await zhang.refused('warning.close', { warning, outcome: 'lost', note: '补记' })).toEqual(closed)
    expect(desk.station.ledger.head().size).toBe(before)
  })
  test('closing needs an outcome and a note', async () => {
    const { zhang, warning } = await shift()
    expect(await zhang.refused('warning.close', { warning, outcome: 'dissuaded', note: ' ' })).toMatchObject({
      code: 'invalid',
    })
    const none = { warning, note: '已劝住' } as unknown as Input<'warning.close'>
    expect(await zhang.refused('warning.close', none)).toMatchObject({ code: 'invalid' })
  })
})

describe('a step that is not done in time', () => {
  test('is overdue once, stands first in the list, and is over with the next step', async () => {
    const { desk, zhang, warning } = await shift()
    await desk.pass(4 * minute)
    const second = await enter(zhang, { name: '李四' })
    await desk.pass(minute - 1)
    expect(await listOf(zhang)).toMatchObject({ open: 2, overdue: 0, total: 2 })
    await desk.pass(1)
    await desk.pass(minute)
    await desk.pass(minute)
    expect(entriesOf(desk.station, 'warning.overdue')).toMatchObject([
      { subject: warning, data: { step: 'call' }, actor: { user: 'clock' } },
    ])
    expect(desk.station.views.warnings.ripe(desk.now, 10)).toEqual([])
    const third = await enter(zhang, { name: '赵六' })
    await zhang.call('warning.called', { warning: second, result: 'reached' })
    const list = await listOf(zhang)
    expect(list).toMatchObject({ open: 3, overdue: 1 })
    expect(list.rows.map(({ id, overdue }) => [id, overdue])).toEqual([
      [warning, true],
      [third, false],
      [second, false],
    ])
    await zhang.call('warning.called', { warning, result: 'busy' })
    expect(await listOf(zhang)).toMatchObject({ overdue: 0 })
    await desk.pass(5 * minute)
    expect(entriesOf(desk.station, 'warning.overdue').map(({ data }) => data.step)).toEqual([
      'call',
      'message',
      'call',
    ])
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
  test('a stop of the desk loses nothing, and what fell due meanwhile is marked exactly once', async () => {
    const { desk, zhang, warning } = await shift()
    await zhang.call('warning.called', { warning, result: 'busy' })
    await zhang.call('warning.messaged', { warning, text: '请停止转账', by: 'phone' })
    const before = await get(zhang, warning)
    await desk.restart()
    const later = await at(desk, 'zhang')
    expect(await get(later, warning)).toEqual(before)
    desk.now += hour
    await desk.restart()
    await desk.pass(0)
    await desk.restart()
    await desk.pass(minute)
    expect(entriesOf(desk.station, 'warning.overdue')).toMatchObject([{ data: { step: 'reply' } }])
    expect(await rowOf(await at(desk, 'li'), warning)).toMatchObject({ overdue: true, step: 'reply' })
  })
  test('closed ones are listed newest first and never fall due', async () => {
    const { desk, zhang, warning } = await shift()
    const second = await enter(zhang, { name: '李四' })
    await zhang.call('warning.close', { warning: second, outcome: 'dissuaded', note: '已劝住' })
    await desk.pass(minute)
    await zhang.call('warning.close', { warning, outcome: 'unreachable', note: '人在外地' })
    await desk.pass(24 * hour)
    expect(entriesOf(desk.station, 'warning.overdue')).toEqual([])
    const { rows, ...counts } = await listOf(zhang, 'closed')
    expect(rows.map(({ id }) => id)).toEqual([warning, second])
    expect(counts).toEqual({ total: 2, open: 0, overdue: 0 })
    const page = await zhang.call('warnings.list', { of: 'closed', offset: 1, limit: 1 })
    expect(page.rows.map(({ id }) => id)).toEqual([second])
  })
})

describe('the message by the resident’s thread', () => {
  const text = '请立即停止转账'

  test('is a message of that thread, which its sender then holds', async () => {
    const { desk, zhang, thread, seen, warning } = await known()
    await zhang.call('warning.called', { warning, result: 'busy' })
    const { lastSeq } = await get(zhang, warning)
    expect(lastSeq).toBe(seen)
    expect(await zhang.call('warning.messaged', { warning, text, by: 'thread', seen: lastSeq! })).toEqual({
      thread,
    })
    const [sent] = entriesOf(desk.station, 'message.sent')
    expect(sent).toMatchObject({ subject: thread, data: { purpose: 'warning', delivery: 'queued' } })
    expect(entriesOf(desk.station, 'warning.messaged')).toMatchObject([
      { subject: warning, data: { by: 'thread', thread, message: sent!.seq, next: 'reply' } },
    ])
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ holder: 'zhang' })
    expect(await rowOf(zhang, warning)).toMatchObject({ thread, step: 'reply' })
    await expect.poll(() => desk.sent).toMatchObject([{ text, conversation: '三组 王桂兰' }])
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
  test('claims thread and warning in one commit, and is one commit when sent twice', async () => {
    const { desk, zhang, thread, seen, warning } = await known()
    const before = desk.station.ledger.head().size
    const command = uuid()
    const said = { warning, text, by: 'thread', seen } as const
    await zhang.call('warning.messaged', said, command)
    await zhang.call('warning.messaged', said, command)
    const made = entriesOf(desk.station).slice(before)
    expect(made.slice(0, 4).map(({ type, subject }) => [type, subject])).toEqual([
      ['warning.claimed', warning],
      ['thread.claimed', thread],
      ['message.sent', thread],
      ['warning.messaged', warning],
    ])
    expect(entriesOf(desk.station, 'message.sent')).toHaveLength(1)
  })
  test('is refused with what is new where the resident has written since (rule 3)', async () => {
    const { desk, zhang, seen, warning } = await known()
    desk.hears({ text: '有人说我快递丢了要退钱' })
    const before = desk.station.ledger.head().size
    expect(await zhang.refused('warning.messaged', { warning, text, by: 'thread', seen })).toMatchObject({
      code: 'thread_moved_on',
      news: [{ text: '有人说我快递丢了要退钱' }],
    })
    expect(await zhang.refused('warning.messaged', { warning, text, by: 'thread' })).toMatchObject({
      code: 'thread_moved_on',
    })
    expect(desk.station.ledger.head().size).toBe(before)
    expect(await rowOf(zhang, warning)).toMatchObject({ step: 'call', holder: null })
  })
  test('is refused where another officer holds the thread, with the name', async () => {
    const { zhang, li, thread, seen, warning } = await known()
    await li.call('thread.claim', { thread })
    expect(await zhang.refused('warning.messaged', { warning, text, by: 'thread', seen })).toMatchObject({
      code: 'not_holder',
      holder: 'li',
      holderName: '李秀英',
    })
    expect(await rowOf(zhang, warning)).toMatchObject({ step: 'call' })
  })
  test('is refused in a private thread to whoever may not read it (rule 11)', async () => {
    const { desk, zhang, li, thread, seen, warning } = await known()
    await li.call('thread.claim', { thread })
    await li.call('thread.setPrivate', { thread, private: true, reason: '家庭纠纷' })
    expect(await zhang.refused('warning.messaged', { warning, text, by: 'thread', seen })).toEqual({
      code: 'private_thread',
    })
    expect(entriesOf(desk.station, 'message.sent')).toEqual([])
  })
  test('reopens a closed thread', async () => {
    const { desk, zhang, thread, seen, warning } = await known()
    await zhang.call('thread.close', { thread, disposition: 'withdrawn', seen })
    await zhang.call('warning.messaged', { warning, text, by: 'thread', seen })
    expect(typesOf(desk, thread).slice(-3)).toContain('thread.reopened')
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ closedAt: null, holder: 'zhang' })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
  test('goes by the newest of the resident’s threads', async () => {
    const { desk, zhang, thread, seen, contact, warning } = await known()
    await zhang.call('thread.close', { thread, disposition: 'withdrawn', seen })
    desk.now += 80 * hour
    const newer = desk.hears({ text: '在吗', at: desk.now })
    expect(newer).not.toBe(thread)
    const later = await at(desk, 'zhang')
    const { lastSeq } = await get(later, warning)
    await later.call('warning.messaged', { warning, text, by: 'thread', seen: lastSeq! })
    expect(await rowOf(later, warning)).toMatchObject({ thread: newer, contact })
  })
  test('opens a thread where the resident has none, and the answer comes in there', async () => {
    const { desk, zhang, warning } = await shift()
    const [contact] = registered(desk, { name: '王桂兰' })
    await zhang.call('warning.link', { warning, contact: contact! })
    expect(await get(zhang, warning)).toMatchObject({ lastSeq: null })
    const { thread } = await zhang.call('warning.messaged', { warning, text, by: 'thread' })
    expect(typesOf(desk, thread!).slice(0, 3)).toEqual(['thread.opened', 'thread.claimed', 'message.sent'])
    await expect.poll(() => desk.sent).toMatchObject([{ text, conversation: 'wx-王桂兰' }])
    const answered = resident({ from: 'wx-王桂兰', text: '我没转钱', at: desk.now })
    expect(desk.takesIn(answered).threads).toEqual([thread])
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
  test('on an account worked by hand waits to be copied', async () => {
    const { desk, zhang, warning } = await shift()
    const [contact] = registered(desk, { name: '王桂兰', account: phone })
    await zhang.call('warning.link', { warning, contact: contact! })
    await zhang.call('warning.messaged', { warning, text, by: 'thread' })
    expect(entriesOf(desk.station, 'message.sent')).toMatchObject([{ data: { delivery: 'copyByHand' } }])
  })
  test('needs to know whose thread', async () => {
    const { zhang, warning } = await shift()
    expect(await zhang.refused('warning.messaged', { warning, text, by: 'thread', seen: 0 })).toMatchObject({
      code: 'not_found',
      what: 'contact',
    })
  })
  test('goes nowhere where nothing says any more where to', async () => {
    const { desk, zhang, warning } = await shift()
    const [contact] = registered(desk, { name: '王桂兰', external: '' })
    await zhang.call('warning.link', { warning, contact: contact! })
    expect(await zhang.refused('warning.messaged', { warning, text, by: 'thread' })).toMatchObject({
      code: 'not_found',
      what: 'contact',
    })
  })
  test('never goes to a group: it can be neither linked nor found', async () => {
    const { desk, zhang, warning } = await shift()
    const group = { external: 'g1', name: '柳河三组王桂兰群' }
    desk.takesIn({ ...resident({ text: '大家好' }), conversation: 'g1', group })
    const contact = desk.station.views.people.contactByExternal(village, 'g1')!
    const nobody = { code: 'not_found', what: 'contact', id: contact }
    expect(await zhang.refused('warning.link', { warning, contact })).toEqual(nobody)
    expect(await zhang.refused('warning.enter', { ...notice, contact })).toEqual(nobody)
    expect(await zhang.refused('warning.link', { warning, contact: 'x' })).toMatchObject({ id: 'x' })
    expect(await zhang.call('contacts.find', { words: group.name, limit: 10 })).toEqual([])
  })
  test('what the resident writes after it is shown among the steps', async () => {
    const { desk, zhang, li, thread, seen, warning } = await known()
    await zhang.call('warning.messaged', { warning, text, by: 'thread', seen })
    await desk.pass(minute)
    desk.hears({ text: '我没转钱，有人叫我打13912345678', at: desk.now })
    const last = async (console: Console) => (await get(console, warning)).steps.at(-1)
    const answer = {
      type: 'message.received',
      actorName: '三组 王桂兰',
      data: { thread },
      text: '我没转钱，有人叫我打139****5678',
    }
    expect(await last(li)).toMatchObject(answer)
    await zhang.call('thread.setPrivate', { thread, private: true, reason: '家庭纠纷' })
    expect(await last(zhang)).toMatchObject(answer)
    expect(await last(li)).toMatchObject({ type: 'message.received', actorName: '🔒', text: null })
    await zhang.call('warning.replied', { warning, result: 'answered' })
    expect(await rowOf(zhang, warning)).toMatchObject({ step: 'outcome' })
  })
  test('what the desk itself writes, or anybody after the warning is closed, is no answer to it', async () => {
    const { desk, zhang, thread, seen, warning } = await known()
    await zhang.call('warning.messaged', { warning, text, by: 'thread', seen })
    const { lastSeq } = await zhang.call('thread.get', { thread })
    await zhang.call('thread.answer', { thread, text: '看到请回电', seen: lastSeq })
    await zhang.call('warning.close', { warning, outcome: 'dissuaded', note: '已当面劝住' })
    await desk.pass(minute)
    desk.hears({ text: '谢谢', at: desk.now })
    expect((await get(zhang, warning)).steps.map(({ type }) => type)).not.toContain('message.received')
  })
  test('has the station’s own words, with what they name filled in', async () => {
    const { desk, zhang, warning } = await shift({ name: '{officer}王桂兰', type: 'other' })
    const supervisor = await at(desk, 'daiban')
    const texts = await supervisor.call('texts.get', {})
    await supervisor.call('texts.change', {
      ...texts,
      warning: '{name}您好，{station}{officer}提醒：{type}诈骗！{name}请回电。{其他}',
    })
    expect((await get(zhang, warning)).message).toBe(
      '{officer}王桂兰您好，柳河派出所张建国提醒：电信网络诈骗！{officer}王桂兰请回电。{其他}',
    )
  })
})

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

describe('a pasted notice', () => {
  test('is read, with whom of the register it may be, and nothing is entered by it', async () => {
    const { desk, zhang } = await known()
    const [contact] = registered(desk, { name: '李四', phone: '13900001234' })
    const before = desk.station.ledger.head().size
    const text = '各派出所：\n\n1、姓名：张三 电话：13812345678 疑似类型：刷单\n2、李四，13900001234，贷款'
    expect(await zhang.call('warnings.read', { text })).toMatchObject({
      found: [
        { name: '张三', phone: '13812345678', type: 'fakeJob', rest: '疑似类型：刷单', matches: [] },
        { name: '李四', phone: '13900001234', type: 'loan', matches: [{ id: contact, why: 'phone' }] },
      ],
      aside: [{ line: 1, text: '各派出所：', reason: 'not-a-notice' }],
    })
    expect(desk.station.ledger.head().size).toBe(before)
  })
})

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
