import { v7 as uuid } from 'uuid'
import { describe, expect, test } from 'vitest'
import { parseCheckpoint, verifyCheckpoint } from '../../src/ledger/checkpoint.ts'
import { shortCode } from '../../src/ledger/short-code.ts'
import { ed25519Verifier } from '../../src/ledger/signed-note.ts'
import { at } from '../support/console.ts'
import {
  evening,
  handOver,
  holders,
  idsOf,
  itemsOf,
  keep,
  offer,
  sheetOf,
  takeOn,
} from '../support/handing-over.ts'
import {
  entriesOf,
  hour,
  iso,
  minute,
  password,
  screensFollowLedger,
  type TestStation,
  undoneOnce,
} from '../support/station.ts'

const typesSince = (desk: TestStation, seq: number) =>
  entriesOf(desk.station)
    .filter((entry) => entry.seq > seq)
    .map(({ type }) => type)
const size = (desk: TestStation) => desk.station.ledger.head().size

describe('rules 14 to 16: a shift is handed over', () => {
  test('the whole way: frozen, decided, signed, read back, asked, accepted, signed: and then it is the other’s', async () => {
    const { desk, zhang, li, calm, noisy, crisis, alarm } = await evening()
    const { handoff } = await zhang.call('handoff.start', { post: null })
    expect((await itemsOf(zhang, handoff)).map(({ id, severity }) => [id, severity])).toEqual([
      [crisis, 'critical'],
      [calm, 'routine'],
      [noisy, 'routine'],
    ])
    await zhang.call('handoff.decide', { handoff, items: [crisis, calm], decision: handOver(desk) })
    await zhang.call('handoff.decide', { handoff, items: [noisy], decision: keep })
    await zhang.call('handoff.setNotices', { handoff, notices: ['二号警车在修'] })
    expect(await zhang.call('handoff.sign', { handoff, side: 'outgoing', password, to: 'li' })).toEqual({
      state: 'offered',
      code: null,
      moved: 0,
      left: 0,
    })
    expect(await li.call('handoffs.counts', {})).toMatchObject({ forMe: 1, open: 1 })

    expect(await li.refused('handoff.sign', { handoff, side: 'incoming', password })).toMatchObject({
      code: 'handoff_unfinished',
      lacks: 'readBack',
      items: [crisis],
    })
    await li.call('handoff.readBack', { handoff, item: crisis, text: '她已平静，八点前再打一次' })
    const { question } = await li.call('handoff.question', { handoff, item: calm, text: '材料发了吗' })
    expect(await li.refused('handoff.sign', { handoff, side: 'incoming', password })).toMatchObject({
      lacks: 'replies',
      items: [calm],
    })
    await zhang.call('handoff.reply', { handoff, question, text: '发了，等她回' })
    expect(await li.refused('handoff.sign', { handoff, side: 'incoming', password })).toMatchObject({
      lacks: 'acceptance',
    })
    await li.call('handoff.accept', { handoff, items: [crisis, calm] })
    const signed = await li.call('handoff.sign', { handoff, side: 'incoming', password })
    expect(signed).toMatchObject({ state: 'done', moved: 2, left: 0 })

    expect(Object.fromEntries(holders(desk))).toEqual({ [crisis]: 'li', [calm]: 'li', [noisy]: 'zhang' })
    expect((await li.call('alarm.get', { alarm })).alarm).toMatchObject({
      looksAfter: 'li',
      state: 'followed',
    })
    const record = await sheetOf(zhang, handoff)
    expect(record).toMatchObject({
      state: 'done',
      fromName: '张建国',
      toName: '李秀英',
      code: signed.code,
      notices: ['二号警车在修'],
      counts: { items: 3, decided: 3, severe: 1, readBack: 1, accepted: 2, questions: 0 },
      signatures: [
        { side: 'outgoing', user: 'zhang', onBehalfOf: null },
        { side: 'incoming', user: 'li', onBehalfOf: null },
      ],
    })
    expect(record.items).toMatchObject([
      {
        id: crisis,
        readBack: { text: '她已平静，八点前再打一次', byName: '李秀英' },
        accepted: true,
        moved: { to: 'li' },
      },
      {
        id: calm,
        questions: [
          { text: '材料发了吗', byName: '李秀英', reply: { text: '发了，等她回', byName: '张建国' } },
        ],
        moved: { to: 'li' },
      },
      {
        id: noisy,
        decision: { do: 'keep', reason: '我熟悉这件事' },
        accepted: false,
        moved: { left: 'kept' },
      },
    ])
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('the second signature is one commit, and its checkpoint is of just these entries', async () => {
    const { desk, zhang, li } = await evening()
    const handoff = await offer(desk, zhang)
    for (const { id } of await itemsOf(li, handoff))
      await li.call('handoff.readBack', { handoff, item: id, text: '知道了' })
    await li.call('handoff.accept', { handoff, items: await idsOf(li, handoff) })
    const before = size(desk)
    const commits: number[] = []
    desk.station.feed.listen(({ seq }) => commits.push(seq))
    const { code } = await li.call('handoff.sign', { handoff, side: 'incoming', password })
    expect(typesSince(desk, before)).toEqual([
      'handoff.signed',
      'thread.handedOver',
      'alarm.followed',
      'thread.handedOver',
      'thread.handedOver',
      'handoff.completed',
    ])
    expect(commits).toEqual([size(desk)])
    const { checkpoint } = await sheetOf(li, handoff)
    expect(checkpoint).toMatchObject({ size: size(desk), code })
    const { ledger } = desk.station
    const note = verifyCheckpoint(checkpoint!.note, ed25519Verifier(ledger.meta.verifier), ledger.meta.origin)
    expect(note).toMatchObject({ size: size(desk) })
    expect(shortCode(note.root)).toBe(code)
    expect(note.root.equals(ledger.rootAt(size(desk)))).toBe(true)
    // Found by its size for ever, however many come after it.
    for (let more = 0; more < 5; more += 1) {
      desk.hears({ from: `四组 ${more}`, text: '在吗' })
      desk.station.checkpoints.make('hour')
    }
    expect((await sheetOf(li, handoff)).code).toBe(code)
    expect(parseCheckpoint((await sheetOf(li, handoff)).checkpoint!.note).size).toBe(checkpoint!.size)
  })

  test('undone at its very end, nothing has moved and no checkpoint was made; signed again it is done once', async () => {
    const { desk, zhang, li } = await evening()
    const handoff = await offer(desk, zhang)
    const before = holders(desk)
    undoneOnce(desk)
    await expect(takeOn(li, handoff)).rejects.toThrow()
    expect(holders(desk)).toEqual(before)
    expect(desk.station.ledger.checkpoints().filter(({ reason }) => reason === 'handoff')).toEqual([])
    expect(await sheetOf(li, handoff)).toMatchObject({ state: 'offered', code: null })
    const { moved } = await takeOn(li, handoff)
    expect(moved).toBe(3)
    expect(entriesOf(desk.station, 'handoff.completed')).toHaveLength(1)
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('the same signature sent twice is one, with the same code, after a restart too', async () => {
    const { desk, zhang, li } = await evening()
    const handoff = await offer(desk, zhang)
    for (const { id } of await itemsOf(li, handoff))
      await li.call('handoff.readBack', { handoff, item: id, text: '知道了' })
    await li.call('handoff.accept', { handoff, items: await idsOf(li, handoff) })
    const command = uuid()
    const first = await li.call('handoff.sign', { handoff, side: 'incoming', password }, command)
    await desk.restart()
    const later = await at(desk, 'li')
    expect(await later.call('handoff.sign', { handoff, side: 'incoming', password }, command)).toEqual(first)
    expect(await later.refused('handoff.sign', { handoff, side: 'incoming', password })).toMatchObject({
      code: 'wrong_state',
    })
  })

  test('goes on after a restart where it stood, at every step', async () => {
    const desk = (await evening()).desk
    const step = async <R>(
      user: 'zhang' | 'li',
      act: (console: Awaited<ReturnType<typeof at>>) => Promise<R>,
    ) => {
      const done = await act(await at(desk, user))
      await desk.restart()
      return done
    }
    const { handoff } = await step('zhang', (zhang) => zhang.call('handoff.start', { post: null }))
    const items = await step('zhang', (zhang) => idsOf(zhang, handoff))
    await step('zhang', (zhang) => zhang.call('handoff.decide', { handoff, items, decision: handOver(desk) }))
    await step('zhang', (zhang) =>
      zhang.call('handoff.sign', { handoff, side: 'outgoing', password, to: 'li' }),
    )
    for (const item of items)
      await step('li', (li) => li.call('handoff.readBack', { handoff, item, text: '知道了' }))
    await step('li', (li) => li.call('handoff.accept', { handoff, items }))
    const { moved } = await step('li', (li) =>
      li.call('handoff.sign', { handoff, side: 'incoming', password }),
    )
    expect(moved).toBe(3)
    expect(new Set(holders(desk).values())).toEqual(new Set(['li']))
  })

  test('without the signing key it is done all the same, and has no code', async () => {
    const { desk, zhang, li } = await evening()
    const handoff = await offer(desk, zhang)
    desk.station.checkpoints.make = () => null
    expect(await takeOn(li, handoff)).toMatchObject({ state: 'done', code: null, moved: 3 })
    expect(await sheetOf(li, handoff)).toMatchObject({ code: null, checkpoint: null })
  })

  test('a thread is marked as just handed over, in the inbox and after a restart', async () => {
    const { desk, zhang, li, calm } = await evening()
    await desk.pass(5 * minute)
    await takeOn(li, await offer(desk, zhang))
    const handedOverAt = iso(desk.now)
    expect((await li.call('thread.get', { thread: calm })).handedOverAt).toBe(handedOverAt)
    const { rows } = await li.call('threads.list', { queue: 'mine', offset: 0, limit: 10 })
    expect(rows.map((row) => row.handedOverAt)).toEqual([handedOverAt, handedOverAt, handedOverAt])
    await desk.restart()
    expect((await (await at(desk, 'li')).call('thread.get', { thread: calm })).handedOverAt).toBe(
      handedOverAt,
    )
    const { items } = await (await at(desk, 'li')).call('thread.timeline', { thread: calm, limit: 20 })
    expect(items.at(-1)).toMatchObject({
      item: 'act',
      type: 'thread.handedOver',
      names: { zhang: '张建国', li: '李秀英' },
    })
  })
})

describe('an unfinished handoff locks nobody out', () => {
  test('threads are answered, taken over and closed meanwhile; what has gone stays where it is, and the sheet says so', async () => {
    const { desk, zhang, li, daiban, calm, noisy, crisis, alarm } = await evening()
    const handoff = await offer(desk, zhang)
    const seen = async (thread: string) => (await daiban.call('thread.get', { thread })).lastSeq
    await zhang.call('thread.answer', { thread: calm, text: '材料单发您了', seen: await seen(calm) })
    await zhang.call('thread.close', { thread: calm, disposition: 'answered', seen: await seen(calm) })
    await daiban.call('thread.takeOver', { thread: noisy, reason: '我去现场' })
    await zhang.call('alarm.contacted', { alarm, note: '已通话', nextContactAt: iso(desk.now + hour) })
    expect((await itemsOf(li, handoff)).map(({ id, moved }) => [id, moved])).toEqual([
      [crisis, null],
      [calm, { left: 'closed' }],
      [noisy, { left: 'heldByOther' }],
    ])
    expect(await takeOn(li, handoff)).toMatchObject({ moved: 1, left: 2 })
    expect(Object.fromEntries(holders(desk))).toEqual({ [crisis]: 'li', [noisy]: 'daiban' })
    expect(entriesOf(desk.station, 'handoff.itemLeft').map(({ data }) => [data.thread, data.why])).toEqual([
      [calm, 'closed'],
      [noisy, 'heldByOther'],
    ])
    expect((await itemsOf(li, handoff)).map(({ moved }) => moved)).toEqual([
      { to: 'li', toName: '李秀英' },
      { left: 'closed' },
      { left: 'heldByOther' },
    ])
  })

  test('what was closed or taken before anybody decided needs no decision', async () => {
    const { desk, zhang, li, daiban, calm, noisy, crisis } = await evening()
    const { handoff } = await zhang.call('handoff.start', { post: null })
    await daiban.call('thread.takeOver', { thread: noisy, reason: '我去现场' })
    const { lastSeq } = await zhang.call('thread.get', { thread: calm })
    await zhang.call('thread.close', { thread: calm, disposition: 'noReplyNeeded', seen: lastSeq })
    await zhang.call('handoff.decide', { handoff, items: [crisis], decision: handOver(desk) })
    expect((await sheetOf(zhang, handoff)).counts).toMatchObject({ items: 3, decided: 3 })
    await zhang.call('handoff.sign', { handoff, side: 'outgoing', password, to: 'li' })
    expect(await takeOn(li, handoff)).toMatchObject({ moved: 1, left: 2 })
  })
})

describe('rule 15: closed from the sheet', () => {
  test('in one commit, each by the rule of every closing: a thread that has moved on stays, with its news', async () => {
    const { desk, zhang, calm, noisy, crisis } = await evening()
    for (const thread of [calm, noisy]) {
      const { lastSeq } = await zhang.call('thread.get', { thread })
      await zhang.call('thread.answer', { thread, text: '已办好', seen: lastSeq })
    }
    const { handoff } = await zhang.call('handoff.start', { post: null })
    desk.hears({ from: '二组 乙', text: '又开始了' })
    const decision = { do: 'close', disposition: 'answered', note: '已答复' } as const
    const { refused } = await zhang.call('handoff.decide', {
      handoff,
      items: [calm, noisy, crisis],
      decision,
    })
    expect(refused).toMatchObject([
      { item: noisy, refusal: { code: 'thread_moved_on', news: [{ text: '又开始了' }] } },
      { item: crisis, refusal: { code: 'needs_reason_for_silence' } },
    ])
    expect(await zhang.call('thread.get', { thread: calm })).toMatchObject({ disposition: 'answered' })
    const { lastSeq } = await zhang.call('thread.get', { thread: noisy })
    const after = { ...decision, disposition: 'handledByPhone', seen: lastSeq } as const
    expect(await zhang.call('handoff.decide', { handoff, items: [noisy], decision: after })).toEqual({
      refused: [],
    })
    expect(await zhang.refused('handoff.undecide', { handoff, items: [calm] })).toMatchObject({
      code: 'wrong_state',
    })
    expect((await itemsOf(zhang, handoff)).find(({ id }) => id === calm)).toMatchObject({
      decision: { do: 'close', disposition: 'answered', note: '已答复' },
      moved: { left: 'closed' },
    })
  })
})
