import { describe, expect, test } from 'vitest'
import { offeredFor } from '../../src/desk/handoff/rules.ts'
import { verifyCheckpoint } from '../../src/ledger/checkpoint.ts'
import { ed25519Verifier } from '../../src/ledger/signed-note.ts'
import { at } from '../support/console.ts'
import { handOver, hands, holders, idsOf, itemsOf, offer, sheetOf, takeOn } from '../support/handing-over.ts'
import { entriesOf, minute, password, screensFollowLedger, testStation } from '../support/station.ts'

/** Zhang holds two threads; one is a cry for help, so it is to be read back. */
async function held() {
  const desk = await testStation()
  const all = await hands(desk)
  const calm = desk.hears({ from: '一组 甲', text: '在吗' })
  const crisis = desk.hears({ from: '二组 乙', text: '我不想活了' })
  await all.zhang.call('thread.claim', { thread: calm })
  const [alarm] = await all.zhang.call('alarms.open', {})
  await all.zhang.call('alarm.acknowledge', { alarm: alarm!.id })
  return { desk, ...all, calm, crisis }
}

describe('rule 17: the other side does not come', () => {
  test('an officer left without a handoff: the supervisor writes the sheet and signs in their place, marked so', async () => {
    const { desk, zhang, li, daiban, calm, crisis } = await held()
    await zhang.call('shift.signOff', {})
    expect(await li.refused('handoff.start', { post: null, of: 'zhang' })).toEqual({
      code: 'needs_supervisor',
    })
    expect(await daiban.refused('handoff.start', { post: null, of: 'ducha' })).toMatchObject({
      code: 'not_found',
    })
    const { handoff } = await daiban.call('handoff.start', {
      post: null,
      of: 'zhang',
      reason: '他下班了没交',
    })
    expect((await sheetOf(daiban, handoff)).may).toEqual({
      prepare: true,
      outgoing: true,
      receive: false,
      onBehalf: ['outgoing'],
    })
    const items = await idsOf(daiban, handoff)
    await daiban.call('handoff.decide', { handoff, items, decision: handOver(desk) })
    const sign = { handoff, side: 'outgoing', password, to: 'li' } as const
    expect(await daiban.refused('handoff.sign', sign)).toMatchObject({ code: 'wrong_side', side: 'outgoing' })
    await daiban.call('handoff.sign', { ...sign, onBehalf: { reason: '他下班了没交' } })
    expect(
      await daiban.refused('handoff.sign', { ...sign, side: 'incoming', onBehalf: { reason: '也不在' } }),
    ).toEqual({
      code: 'needs_second_person',
    })
    expect(await takeOn(li, handoff)).toMatchObject({ moved: 2 })
    expect(Object.fromEntries(holders(desk))).toEqual({ [calm]: 'li', [crisis]: 'li' })
    expect((await sheetOf(li, handoff)).signatures).toMatchObject([
      {
        side: 'outgoing',
        user: 'daiban',
        role: 'supervisor',
        onBehalfOf: { user: 'zhang', name: '张建国' },
        reason: '他下班了没交',
      },
      { side: 'incoming', user: 'li', onBehalfOf: null, reason: null },
    ])
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('the incoming officer is out on a call: the supervisor signs, it is theirs, and what was not read back is marked', async () => {
    const { desk, zhang, daiban, calm, crisis } = await held()
    const handoff = await offer(desk, zhang)
    const sign = { handoff, side: 'incoming', password } as const
    expect(await daiban.refused('handoff.sign', sign)).toMatchObject({ code: 'wrong_side', side: 'incoming' })
    expect((await sheetOf(daiban, handoff)).may.onBehalf).toEqual(['incoming'])
    await daiban.call('handoff.sign', { ...sign, onBehalf: { reason: '他出警去了' } })
    expect(Object.fromEntries(holders(desk))).toEqual({ [calm]: 'li', [crisis]: 'li' })
    expect(entriesOf(desk.station, 'handoff.signed').at(-1)?.data).toMatchObject({
      onBehalfOf: 'li',
      lacks: { readBack: [crisis], acceptance: [crisis, calm], replies: [] },
    })
    expect(await itemsOf(daiban, handoff)).toMatchObject([
      { id: crisis, readBack: null, accepted: false, moved: { to: 'li' } },
      { id: calm, accepted: false, moved: { to: 'li' } },
    ])
  })

  test('the incoming officer never came: the supervisor who signs answers for it all', async () => {
    const { desk, zhang, daiban, calm, crisis } = await held()
    const handoff = await offer(desk, zhang, { to: 'zhao', signOff: true })
    await daiban.call('handoff.sign', { handoff, side: 'incoming', password, onBehalf: { reason: '没来' } })
    expect(Object.fromEntries(holders(desk))).toEqual({ [calm]: 'daiban', [crisis]: 'daiban' })
    expect((await itemsOf(daiban, handoff))[0]).toMatchObject({ moved: { to: 'daiban', toName: '陈所长' } })
    const { rows } = await daiban.call('promises.list', { of: 'open', user: 'daiban', offset: 0, limit: 9 })
    expect(rows).toHaveLength(2)
    const people = await daiban.call('people.list', {})
    expect(
      people
        .filter(({ onShift }) => onShift)
        .map(({ user }) => user)
        .sort(),
    ).toEqual(['daiban', 'li'])
  })

  test('nobody reads back or accepts in another’s place, a supervisor neither', async () => {
    const { desk, zhang, daiban, crisis } = await held()
    const handoff = await offer(desk, zhang)
    for (const refused of [
      await daiban.refused('handoff.readBack', { handoff, item: crisis, text: '知道' }),
      await daiban.refused('handoff.accept', { handoff, items: [crisis] }),
      await daiban.refused('handoff.question', { handoff, item: crisis, text: '怎样' }),
    ])
      expect(refused).toEqual({ code: 'wrong_side', side: 'incoming' })
  })
})

describe('rule 17: time goes by', () => {
  test('offered and not signed for half an hour it goes to the supervisor, once, restart or not', async () => {
    const { desk, zhang, li, daiban } = await held()
    const handoff = await offer(desk, zhang)
    await desk.pass(offeredFor - 1)
    expect(await daiban.call('handoffs.counts', {})).toMatchObject({ open: 1, overdue: 0, forMe: 0 })
    desk.now += 1
    await desk.restart()
    for (const wait of [0, minute, 10 * minute]) await desk.pass(wait)
    const supervisor = await at(desk, 'daiban')
    expect(await supervisor.call('handoffs.counts', {})).toMatchObject({ overdue: 1 })
    expect(entriesOf(desk.station, 'handoff.overdue')).toMatchObject([
      { subject: handoff, actor: { user: 'clock' } },
    ])
    const { rows } = await supervisor.call('handoffs.list', { of: 'open', offset: 0, limit: 9 })
    expect(rows).toMatchObject([{ id: handoff, overdue: true }])
    const taker = await at(desk, 'li')
    await takeOn(taker, handoff)
    expect(await supervisor.call('handoffs.counts', {})).toMatchObject({ overdue: 0, open: 0 })
    expect([zhang, li].length).toBe(2)
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('taken back and offered again it has half an hour again', async () => {
    const { desk, zhang, daiban } = await held()
    const handoff = await offer(desk, zhang)
    await desk.pass(offeredFor)
    await zhang.call('handoff.withdraw', { handoff })
    await zhang.call('handoff.sign', { handoff, side: 'outgoing', password, to: 'li' })
    expect(await daiban.call('handoffs.counts', {})).toMatchObject({ overdue: 0 })
    await desk.pass(offeredFor)
    expect(await daiban.call('handoffs.counts', {})).toMatchObject({ overdue: 1 })
    expect(entriesOf(desk.station, 'handoff.overdue')).toHaveLength(2)
  })
})

describe('rule 18: a correction', () => {
  test('is a record of its own with its own signature, checkpoint and code; the old one stays and names it', async () => {
    const { desk, zhang, li, zhao, ducha } = await held()
    const handoff = await offer(desk, zhang)
    const correct = { handoff, text: '漏写：一组甲的电话是 13812345678', password }
    expect(await zhang.refused('handoff.correct', correct)).toMatchObject({ code: 'wrong_state' })
    await takeOn(li, handoff)
    const before = await sheetOf(ducha, handoff)
    expect(await zhao.refused('handoff.correct', correct)).toMatchObject({ code: 'wrong_side' })
    expect(await zhang.refused('handoff.correct', { ...correct, password: 'wrong' })).toMatchObject({
      code: 'wrong_password',
    })
    const { handoff: record, code } = await zhang.call('handoff.correct', correct)
    expect(code).not.toBe(before.code)
    const after = await sheetOf(ducha, handoff)
    expect(after).toEqual({ ...before, correctedBy: [record] })
    const corrected = await sheetOf(ducha, record)
    expect(corrected).toMatchObject({
      state: 'done',
      corrects: handoff,
      code,
      text: '漏写：一组甲的电话是 138****5678',
      items: [],
      signatures: [{ user: 'zhang', side: 'outgoing' }],
    })
    const { ledger } = desk.station
    const verifier = ed25519Verifier(ledger.meta.verifier)
    expect(verifyCheckpoint(corrected.checkpoint!.note, verifier, ledger.meta.origin).size).toBe(
      entriesOf(desk.station, 'handoff.corrected')[0]!.seq,
    )
    expect(await ducha.call('handoffs.list', { of: 'finished', offset: 0, limit: 9 })).toMatchObject({
      total: 2,
      rows: [{ id: record }, { id: handoff }],
    })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('the notices that stand are those of the last handoff, whatever was corrected since', async () => {
    const { desk, zhang, li } = await held()
    const { handoff } = await zhang.call('handoff.start', { post: null })
    await zhang.call('handoff.setNotices', { handoff, notices: ['停电'] })
    await zhang.call('handoff.decide', {
      handoff,
      items: await idsOf(zhang, handoff),
      decision: handOver(desk),
    })
    await zhang.call('handoff.sign', { handoff, side: 'outgoing', password, to: 'li' })
    await takeOn(li, handoff)
    await li.call('handoff.correct', { handoff, text: '更正', password })
    const { handoff: next } = await li.call('handoff.start', { post: null })
    expect((await sheetOf(li, next)).notices).toEqual(['停电'])
  })
})
