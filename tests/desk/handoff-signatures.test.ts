import { describe, expect, test } from 'vitest'
import {
  evening,
  handOver,
  holders,
  idsOf,
  itemsOf,
  offer,
  sheetOf,
  takeOn,
} from '../support/handing-over.ts'
import { entriesOf, password, screensFollowLedger } from '../support/station.ts'

describe('rule 16: signatures', () => {
  test('need one’s own password; a wrong one is an entry, and soon makes one wait', async () => {
    const { desk, zhang } = await evening()
    const { handoff } = await zhang.call('handoff.start', { post: null })
    await zhang.call('handoff.decide', {
      handoff,
      items: await idsOf(zhang, handoff),
      decision: handOver(desk),
    })
    const wrong = { handoff, side: 'outgoing', password: 'not mine', to: 'li' } as const
    expect(await zhang.refused('handoff.sign', wrong)).toMatchObject({ code: 'wrong_password' })
    expect(entriesOf(desk.station, 'session.refused')).toMatchObject([
      { subject: 'zhang', data: { why: 'password' } },
    ])
    for (let tries = 0; tries < 3; tries += 1) await zhang.refused('handoff.sign', wrong)
    expect(await zhang.refused('handoff.sign', { ...wrong, password })).toMatchObject({
      code: 'too_many_attempts',
    })
    expect(await sheetOf(zhang, handoff)).toMatchObject({ state: 'preparing', signatures: [] })
  })

  test('two people: nobody signs both sides, and nobody but the one who was named', async () => {
    const { desk, zhang, li, zhao } = await evening()
    const { handoff } = await zhang.call('handoff.start', { post: null })
    const items = await idsOf(zhang, handoff)
    expect(
      await zhang.refused('handoff.sign', { handoff, side: 'outgoing', password, to: 'li' }),
    ).toMatchObject({
      code: 'handoff_unfinished',
      lacks: 'decisions',
    })
    await zhang.call('handoff.decide', { handoff, items, decision: handOver(desk) })
    const sign = { handoff, side: 'outgoing', password } as const
    expect(await zhang.refused('handoff.sign', { ...sign, to: 'zhang' })).toEqual({
      code: 'needs_second_person',
    })
    expect(await zhang.refused('handoff.sign', { ...sign, to: 'ducha' })).toMatchObject({ code: 'not_found' })
    expect(await zhang.refused('handoff.sign', sign)).toMatchObject({ code: 'not_found' })
    expect(await li.refused('handoff.sign', { ...sign, to: 'li' })).toMatchObject({ code: 'wrong_side' })
    await zhang.call('handoff.sign', { ...sign, to: 'li' })
    const incoming = { handoff, side: 'incoming', password } as const
    expect(await zhang.refused('handoff.sign', incoming)).toEqual({ code: 'needs_second_person' })
    expect(await zhao.refused('handoff.sign', incoming)).toMatchObject({ code: 'wrong_side' })
  })

  test('who comes from home is on shift from the second signature on; who gives it goes, if so said', async () => {
    const { desk, zhang, zhao } = await evening()
    const handoff = await offer(desk, zhang, { to: 'zhao', signOff: true })
    await takeOn(zhao, handoff)
    const people = await zhao.call('people.list', {})
    const onShift = (user: string) => people.find((person) => person.user === user)!.onShift
    expect([onShift('zhao'), onShift('zhang')]).toEqual([true, false])
    expect(entriesOf(desk.station).at(-1)?.type).toBe('handoff.completed')
    const [left] = entriesOf(desk.station, 'shift.signedOff').slice(-1)
    expect(left).toMatchObject({ subject: 'zhang', data: { holds: 0 } })
  })

  test('taken back before the other side signs: what was accepted of what stays as it is stays accepted', async () => {
    const { desk, zhang, li, calm, noisy, crisis } = await evening()
    const handoff = await offer(desk, zhang)
    await li.call('handoff.readBack', { handoff, item: crisis, text: '八点前打' })
    await li.call('handoff.accept', { handoff, items: [crisis, calm, noisy] })
    await zhang.call('handoff.withdraw', { handoff })
    expect(await li.refused('handoff.sign', { handoff, side: 'incoming', password })).toMatchObject({
      code: 'wrong_state',
    })
    const again = handOver(desk)
    await zhang.call('handoff.decide', { handoff, items: [crisis, calm], decision: again })
    await zhang.call('handoff.decide', { handoff, items: [noisy], decision: handOver(desk, '上门看看') })
    await zhang.call('handoff.sign', { handoff, side: 'outgoing', password, to: 'li' })
    expect((await itemsOf(li, handoff)).map(({ id, accepted }) => [id, accepted])).toEqual([
      [crisis, true],
      [calm, true],
      [noisy, false],
    ])
    await li.call('handoff.accept', { handoff, items: [noisy] })
    expect(await li.call('handoff.sign', { handoff, side: 'incoming', password })).toMatchObject({ moved: 3 })
  })

  test('cancelled, all stays where it is, and a new one may begin', async () => {
    const { desk, zhang, li } = await evening()
    const handoff = await offer(desk, zhang)
    const before = holders(desk)
    expect(await zhang.refused('handoff.start', { post: null })).toEqual({ code: 'handoff_open', handoff })
    expect(await li.refused('handoff.cancel', { handoff, reason: '不接' })).toMatchObject({
      code: 'wrong_side',
    })
    await zhang.call('handoff.cancel', { handoff, reason: '弄错了' })
    expect(holders(desk)).toEqual(before)
    expect(await sheetOf(li, handoff)).toMatchObject({ state: 'cancelled', doneAt: null, code: null })
    expect(await li.call('handoffs.counts', {})).toMatchObject({ forMe: 0, open: 0 })
    await zhang.call('handoff.start', { post: null })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
})
