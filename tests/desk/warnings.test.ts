import { v7 as uuid } from 'uuid'
import { describe, expect, test } from 'vitest'
import { at } from '../support/console.ts'
import { entriesOf, hour, iso, minute, screensFollowLedger } from '../support/station.ts'
import { enter, get, known, listOf, notice, registered, rowOf, shift } from '../support/warnings.ts'

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
