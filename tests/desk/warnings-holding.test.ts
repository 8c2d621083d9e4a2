import { describe, expect, test } from 'vitest'
import type { Input } from '../../src/contract/index.ts'
import { at } from '../support/console.ts'
import { entriesOf, iso, minute } from '../support/station.ts'
import { get, rowOf, shift, typesOf } from '../support/warnings.ts'

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
