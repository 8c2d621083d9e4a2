import { describe, expect, test } from 'vitest'
import { at } from '../support/console.ts'
import {
  handOver,
  heldBy,
  holders,
  idsOf,
  itemsOf,
  keep,
  night,
  offer,
  takeOn,
} from '../support/handing-over.ts'
import { entriesOf, hour, minute, password, screensFollowLedger } from '../support/station.ts'

describe('rule 11: a private thread nobody holds', () => {
  async function lockedInQueue() {
    const given = await night()
    const { desk, daiban } = given
    const thread = await heldBy(daiban, desk, '一组 甲', '他拿刀要砍我')
    await daiban.call('thread.setPrivate', { thread, private: true, reason: '家事' })
    await daiban.call('thread.release', { thread })
    return { ...given, thread }
  }

  test('is not opened to the next officer by the handoff of one who may not read it, and stays in the queue', async () => {
    const { desk, zhang, li, thread } = await lockedInQueue()
    const handoff = await offer(desk, zhang)
    expect(await takeOn(li, handoff)).toMatchObject({ moved: 0, left: 1 })
    expect(holders(desk).has(thread)).toBe(false)
    expect(await itemsOf(li, handoff)).toMatchObject([
      { id: thread, readable: false, title: '🔒', moved: { left: 'private' } },
    ])
    expect(await li.call('promises.list', { of: 'open', offset: 0, limit: 5 })).toMatchObject({ total: 0 })
    expect(entriesOf(desk.station, 'handoff.itemLeft').map(({ data }) => data.why)).toEqual(['private'])
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('goes with the handoff of a supervisor, who may give it to anybody', async () => {
    const { desk, daiban, li, thread } = await lockedInQueue()
    await takeOn(li, await offer(desk, daiban))
    expect(holders(desk).get(thread)).toBe('li')
  })
})

describe('rule 16: what was read back and accepted', () => {
  test('by one officer is not the next one’s: offered to somebody else it is all to be done anew', async () => {
    const { desk, zhang, li, zhao } = await night()
    const thread = await heldBy(zhang, desk, '一组 甲', '我不想活了')
    const handoff = await offer(desk, zhang)
    await li.call('handoff.readBack', { handoff, item: thread, text: '要回电话' })
    await li.call('handoff.accept', { handoff, items: [thread] })
    await zhang.call('handoff.withdraw', { handoff })
    await zhang.call('handoff.sign', { handoff, side: 'outgoing', password, to: 'zhao' })
    expect(await itemsOf(zhao, handoff)).toMatchObject([{ readBack: null, accepted: false }])
    expect(await zhao.refused('handoff.sign', { handoff, side: 'incoming', password })).toMatchObject({
      code: 'handoff_unfinished',
      lacks: 'readBack',
    })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('stays when it is offered to the same officer again', async () => {
    const { desk, zhang, li } = await night()
    const thread = await heldBy(zhang, desk, '一组 甲', '我不想活了')
    const handoff = await offer(desk, zhang)
    await li.call('handoff.readBack', { handoff, item: thread, text: '要回电话' })
    await li.call('handoff.accept', { handoff, items: [thread] })
    await zhang.call('handoff.withdraw', { handoff })
    await zhang.call('handoff.sign', { handoff, side: 'outgoing', password, to: 'li' })
    expect(await takeOn(li, handoff)).toMatchObject({ moved: 1 })
    expect(entriesOf(desk.station, 'handoff.itemAccepted')).toHaveLength(1)
  })

  test('is to be done anew where a later freeze point found the item changed', async () => {
    const { desk, zhang, li } = await night()
    const [first, second] = [await heldBy(zhang, desk, '一组 甲'), await heldBy(zhang, desk, '二组 乙')]
    const handoff = await offer(desk, zhang)
    await li.call('handoff.accept', { handoff, items: [first, second] })
    await zhang.call('handoff.withdraw', { handoff })
    desk.hears({ from: '一组 甲', text: '情况变了' })
    await zhang.call('handoff.refreeze', { handoff })
    const accepted = new Map((await itemsOf(zhang, handoff)).map((one) => [one.id, one.accepted]))
    expect([accepted.get(first), accepted.get(second)]).toEqual([false, true])
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
})

describe('rule 15: a deadline', () => {
  test('is asked for where a later freeze point found the item severe', async () => {
    const { desk, zhang } = await night()
    const thread = await heldBy(zhang, desk, '一组 甲')
    const { handoff } = await zhang.call('handoff.start', { post: null })
    const decision = { do: 'handOver', nextAction: '回复', deadline: null, ifThen: null } as const
    await zhang.call('handoff.decide', { handoff, items: [thread], decision })
    desk.hears({ from: '一组 甲', text: '我不想活了' })
    await zhang.call('handoff.refreeze', { handoff })
    expect(await zhang.refused('handoff.sign', { handoff, side: 'outgoing', password, to: 'li' })).toEqual({
      code: 'needs_deadline',
      items: [thread],
    })
  })
})

describe('what comes back to the outgoing officer undecided', () => {
  test('goes with the handoff, and the record says so', async () => {
    const { desk, zhang, li, daiban } = await night()
    const thread = await heldBy(zhang, desk, '一组 甲')
    const { handoff } = await zhang.call('handoff.start', { post: null })
    await daiban.call('thread.takeOver', { thread, reason: '我去现场' })
    await zhang.call('handoff.sign', { handoff, side: 'outgoing', password, to: 'li' })
    await daiban.call('thread.transfer', { thread, to: 'zhang', reason: '还是你办' })
    expect(await takeOn(li, handoff)).toMatchObject({ moved: 1, left: 0 })
    expect(holders(desk).get(thread)).toBe('li')
    expect(await itemsOf(li, handoff)).toMatchObject([{ decision: null, moved: { to: 'li' } }])
  })
})

describe('what was promised at an earlier handoff', () => {
  test('is the next owner’s to keep once it is handed on, and no longer the former one’s', async () => {
    const { desk, zhang, li, zhao } = await night()
    await heldBy(zhang, desk, '一组 甲')
    await desk.pass(minute)
    const first = await offer(desk, zhang)
    await takeOn(li, first)
    await desk.pass(hour)
    const { handoff } = await li.call('handoff.start', { post: null })
    const decision = handOver(desk, '再打一次', 12 * hour)
    await li.call('handoff.decide', { handoff, items: await idsOf(li, handoff), decision })
    await li.call('handoff.sign', { handoff, side: 'outgoing', password, to: 'zhao' })
    await takeOn(zhao, handoff)
    const open = async (user: string) =>
      (await zhao.call('promises.list', { of: 'open', user, offset: 0, limit: 5 })).total
    expect([await open('li'), await open('zhao')]).toEqual([0, 2])
    await desk.pass(8 * hour)
    expect(await li.call('handoffs.counts', {})).toMatchObject({ promisesDue: 0 })
    expect(await zhao.call('handoffs.counts', {})).toMatchObject({ promisesDue: 1 })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('and broken by whoever gives it away stays theirs on record', async () => {
    const { desk, zhang, li, zhao } = await night()
    await heldBy(zhang, desk, '一组 甲')
    await takeOn(li, await offer(desk, zhang))
    await desk.pass(9 * hour)
    await takeOn(zhao, await offer(desk, li, { to: 'zhao' }))
    expect(await zhao.call('promises.list', { of: 'broken', offset: 0, limit: 5 })).toMatchObject({
      rows: [{ to: 'li', state: 'broken' }],
    })
  })

  test('stays with whoever keeps the thread', async () => {
    const { desk, zhang, li, zhao } = await night()
    await heldBy(zhang, desk, '一组 甲')
    await takeOn(li, await offer(desk, zhang))
    const { handoff } = await li.call('handoff.start', { post: null })
    await li.call('handoff.decide', { handoff, items: await idsOf(li, handoff), decision: keep })
    await li.call('handoff.sign', { handoff, side: 'outgoing', password, to: 'zhao' })
    await takeOn(zhao, handoff)
    expect((await li.call('promises.list', { of: 'open', user: 'li', offset: 0, limit: 5 })).total).toBe(1)
  })
})

describe('rule 20: words a console has shown masked', () => {
  test('and sends back unchanged stay as they were written', async () => {
    const { desk, zhang } = await night()
    const item = await heldBy(zhang, desk, '一组 甲')
    const { handoff } = await zhang.call('handoff.start', { post: null })
    const decision = { ...handOver(desk, '回 13812345678'), ifThen: '不接就打 13987654321' }
    await zhang.call('handoff.decide', { handoff, items: [item], decision })
    await zhang.call('handoff.setNotices', { handoff, notices: ['电工 13812345678'] })
    const shown = await zhang.call('handoff.get', { handoff })
    expect(shown).toMatchObject({
      notices: ['电工 138****5678'],
      items: [{ decision: { nextAction: '回 138****5678', ifThen: '不接就打 139****4321' } }],
    })
    const { nextAction, ifThen } = shown.items[0]!.decision as typeof decision
    const later = { ...decision, nextAction, ifThen, deadline: handOver(desk, '', 2 * hour).deadline }
    await zhang.call('handoff.decide', { handoff, items: [item], decision: later })
    await zhang.call('handoff.setNotices', { handoff, notices: [...shown.notices, '停电'] })
    const contents = desk.station.db
      .prepare(
        `SELECT body FROM content JOIN entry USING (seq) WHERE canonical ->> '$.type' = ? ORDER BY seq DESC`,
      )
      .pluck()
    expect(JSON.parse(contents.get('handoff.itemDecided') as string)).toEqual({
      nextAction: '回 13812345678',
      ifThen: '不接就打 13987654321',
    })
    expect(JSON.parse(contents.get('handoff.noticesSet') as string)).toEqual({
      notices: ['电工 13812345678', '停电'],
    })
  })
})

describe('rule 14: what comes after the freeze point', () => {
  const closing = { do: 'close', disposition: 'noReplyNeeded', note: null } as const

  test('goes to the queue when the outgoing officer goes home with the second signature', async () => {
    const { desk, zhang, li } = await night()
    const [closed, kept] = [await heldBy(zhang, desk, '一组 甲'), await heldBy(zhang, desk, '二组 乙')]
    const { handoff } = await zhang.call('handoff.start', { post: null })
    await zhang.call('handoff.decide', { handoff, items: [closed], decision: closing })
    await zhang.call('handoff.decide', { handoff, items: [kept], decision: keep })
    await zhang.call('handoff.sign', { handoff, side: 'outgoing', password, to: 'li', signOff: true })
    await desk.pass(minute)
    // Reopened to him, as he is still on shift.
    desk.hears({ from: '一组 甲', text: '还有件事' })
    expect(holders(desk).get(closed)).toBe('zhang')
    const later = await heldBy(zhang, desk, '三组 丙')
    // Of a console that is not watched for threads without a holder.
    await takeOn(await at(desk, 'li'), handoff)
    expect(Object.fromEntries(holders(desk))).toEqual({ [kept]: 'zhang' })
    expect(
      entriesOf(desk.station, 'thread.returned')
        .map(({ subject }) => subject)
        .toSorted(),
    ).toEqual([closed, later].toSorted())
    expect(entriesOf(desk.station, 'shift.signedOff')).toMatchObject([{ data: { user: 'zhang', holds: 1 } }])
    expect((await li.call('threads.list', { queue: 'unclaimed', offset: 0, limit: 5 })).total).toBe(2)
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('an officer who has come for another shift since is not sent home by a late signature', async () => {
    const { desk, zhang, li } = await night()
    await heldBy(zhang, desk, '一组 甲')
    const handoff = await offer(desk, zhang, { signOff: true })
    await zhang.call('shift.signOff', {})
    await desk.pass(12 * hour)
    await zhang.call('shift.signOn', {})
    await takeOn(li, handoff)
    expect(desk.station.views.people.isOnShift('zhang')).toBe(true)
  })
})

describe('rule 15: what nobody holds', () => {
  test('is not kept before it is claimed, so that no record says somebody goes on with it', async () => {
    const { desk, zhang } = await night()
    const thread = desk.hears({ from: '一组 甲', text: '我不想活了' })
    const { handoff } = await zhang.call('handoff.start', { post: null })
    const asked = { handoff, items: [thread], decision: keep }
    expect(await zhang.call('handoff.decide', asked)).toMatchObject({
      refused: [{ item: thread, refusal: { code: 'not_holder', holder: null } }],
    })
    await zhang.call('thread.claim', { thread })
    expect(await zhang.call('handoff.decide', asked)).toEqual({ refused: [] })
  })
})
