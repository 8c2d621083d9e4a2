import { describe, expect, test } from 'vitest'
import { handOver, heldBy, itemsOf, night, offer, sheetOf, takeOn } from '../support/handing-over.ts'
import { entriesOf, iso, password, screensFollowLedger } from '../support/station.ts'

describe('rule 11: a private thread on the sheet', () => {
  const locked = {
    private: true,
    readable: false,
    title: '🔒',
    summary: null,
    category: 'dispute',
    decision: { do: 'handOver', nextAction: '', ifThen: null },
  }
  async function withSecret() {
    const given = await night()
    const { desk, zhang } = given
    const thread = await heldBy(zhang, desk, '一组 甲', '丈夫打我')
    await zhang.call('thread.categorise', { thread, category: 'dispute', urgency: 'priority' })
    await zhang.call('thread.setPrivate', { thread, private: true, reason: '家事' })
    const { handoff } = await zhang.call('handoff.start', { post: null })
    const decision = { ...handOver(desk, '联系妇联'), ifThen: '再打就出警' }
    await zhang.call('handoff.decide', { handoff, items: [thread], decision })
    await zhang.call('handoff.sign', { handoff, side: 'outgoing', password, to: 'li' })
    return { ...given, thread, handoff, deadline: decision.deadline }
  }

  test('is a lock with its category and times to all who may not read it, the incoming officer too until it is hers', async () => {
    const { desk, zhang, li, zhao, daiban, ducha, thread, handoff, deadline } = await withSecret()
    const waitingSince = iso(desk.now)
    for (const console of [li, zhao, ducha])
      expect(await itemsOf(console, handoff)).toMatchObject([{ ...locked, waitingSince }])
    expect((await itemsOf(li, handoff))[0]?.decision).toMatchObject({ deadline })
    for (const console of [zhang, daiban])
      expect(await itemsOf(console, handoff)).toMatchObject([
        {
          readable: true,
          title: '一组 甲',
          summary: '丈夫打我',
          decision: { nextAction: '联系妇联', ifThen: '再打就出警' },
        },
      ])
    await li.call('handoff.readBack', { handoff, item: thread, text: '联系妇联' })
    const { question } = await li.call('handoff.question', { handoff, item: thread, text: '伤得重吗' })
    await zhang.call('handoff.reply', { handoff, question, text: '不重' })
    expect(JSON.stringify(await sheetOf(ducha, handoff))).not.toMatch(/妇联|伤得重|不重|丈夫|甲/)
    expect((await itemsOf(zhang, handoff))[0]).toMatchObject({
      readBack: { text: '联系妇联' },
      questions: [{ text: '伤得重吗', reply: { text: '不重' } }],
    })
    await takeOn(li, handoff)
    expect(await itemsOf(li, handoff)).toMatchObject([
      { readable: true, decision: { nextAction: '联系妇联' } },
    ])
    expect(await itemsOf(zhang, handoff)).toMatchObject([locked])
    expect(await ducha.call('promises.list', { of: 'open', offset: 0, limit: 10 })).toMatchObject({
      rows: [{ title: '🔒', readable: false, nextAction: null, deadline }],
    })
    expect(JSON.stringify(await ducha.call('handoff.outcomes', { handoff }))).not.toContain('妇联')
  })

  test('is opened by an auditor’s broken glass, and that a supervisor read it is on record', async () => {
    const { desk, daiban, ducha, thread, handoff } = await withSecret()
    await ducha.call('glass.break', { thread, reason: '核查投诉', minutes: 30 })
    expect(await itemsOf(ducha, handoff)).toMatchObject([{ readable: true, summary: '丈夫打我' }])
    await sheetOf(daiban, handoff)
    expect(entriesOf(desk.station, 'thread.viewed').map(({ actor }) => actor.user)).toEqual([
      'ducha',
      'daiban',
    ])
  })

  test('is not closed from the sheet by who may not read it, though it is on the sheet for its danger', async () => {
    const { desk, zhang, daiban } = await night()
    const thread = await heldBy(daiban, desk, '一组 甲', '他拿刀要砍我')
    await daiban.call('thread.setPrivate', { thread, private: true, reason: '家事' })
    await daiban.call('thread.release', { thread })
    const { handoff } = await zhang.call('handoff.start', { post: null })
    expect(await itemsOf(zhang, handoff)).toMatchObject([{ id: thread, readable: false }])
    const decision = { do: 'close', disposition: 'noReplyNeeded', note: null } as const
    expect(await zhang.call('handoff.decide', { handoff, items: [thread], decision })).toEqual({
      refused: [{ item: thread, refusal: { code: 'private_thread' } }],
    })
  })

  test('has a promise that is not said to be done by who may not read it', async () => {
    const { desk, li, zhao, handoff } = await withSecret()
    await takeOn(li, handoff)
    const { rows } = await li.call('promises.list', { of: 'open', offset: 0, limit: 10 })
    expect(await zhao.refused('promise.done', { promise: rows[0]!.id, note: '办了' })).toEqual({
      code: 'private_thread',
    })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
})

describe('who has seen the sheet', () => {
  test('the first look of the incoming officer is an entry, and nobody else’s is', async () => {
    const { desk, zhang, li, daiban } = await night()
    await heldBy(zhang, desk, '一组 甲')
    const handoff = await offer(desk, zhang)
    for (const console of [zhang, daiban]) await sheetOf(console, handoff)
    expect(entriesOf(desk.station, 'handoff.opened')).toEqual([])
    await Promise.all([sheetOf(li, handoff), sheetOf(li, handoff)])
    await sheetOf(li, handoff)
    expect(entriesOf(desk.station, 'handoff.opened')).toMatchObject([
      { subject: handoff, actor: { user: 'li' } },
    ])
  })
})
