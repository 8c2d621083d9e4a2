import { describe, expect, test } from 'vitest'
import { at, browserAt, host, until } from '../support/console.ts'
import { hour, iso, monday, testStation } from '../support/station.ts'
import { queuesOf, shift, typesOf } from '../support/threads.ts'

describe('rule 1: a thread has at most one holder', () => {
  test('of many claims in one tick one wins, and every other is told who holds it and since when', async () => {
    const desk = await testStation()
    const consoles = await Promise.all(
      ['zhang', 'li', 'zhao', 'daiban'].flatMap((user) => [at(desk, user), at(desk, user)]),
    )
    const threads = Array.from({ length: 40 }, (_, n) => desk.hears({ from: `居民${n}`, text: '在吗' }))
    for (const thread of threads) {
      const answers = await Promise.allSettled(
        consoles.map((console) => console.call('thread.claim', { thread })),
      )
      const won = answers.filter((answer) => answer.status === 'fulfilled')
      expect(won).toHaveLength(1)
      const { holder } = won[0]!.value
      const told = answers
        .filter((answer) => answer.status === 'rejected')
        .map(({ reason }) => reason.refusal)
      const holderName = desk.station.views.people.nameOf(holder)
      expect(told).toEqual(
        told.map(() => ({ code: 'already_claimed', holder, holderName, since: iso(desk.now) })),
      )
      expect(typesOf(desk, thread).filter((type) => type === 'thread.claimed')).toHaveLength(1)
    }
  })
  test('a claim on a thread that is not there is refused', async () => {
    const { zhang } = await shift()
    expect(await zhang.refused('thread.claim', { thread: 'x' })).toEqual({
      code: 'not_found',
      what: 'thread',
      id: 'x',
    })
  })
})

describe('rule 2: answering needs the hold', () => {
  test('answering a free thread claims it in the same commit', async () => {
    const { desk, zhang, thread, seen } = await shift()
    const before = desk.station.ledger.head().size
    const { seq, delivery } = await zhang.call('thread.answer', { thread, text: '马上过去', seen })
    expect(delivery).toBe('queued')
    expect(seq).toBe(before + 2)
    expect(typesOf(desk, thread).slice(-2)).toEqual(['thread.claimed', 'message.sent'])
    expect(await zhang.call('thread.get', { thread })).toMatchObject({
      holder: 'zhang',
      waitingSince: null,
      lastFrom: 'desk',
    })
  })
  test('another’s thread is not answered: the officer is told who holds it', async () => {
    const { desk, zhang, li, thread, seen } = await shift()
    await zhang.call('thread.claim', { thread })
    expect(await li.refused('thread.answer', { thread, text: '在', seen })).toEqual({
      code: 'not_holder',
      holder: 'zhang',
      holderName: '张建国',
      since: iso(desk.now),
    })
  })
  test('taking over and answering is one act; the former holder is told at once who and why', async () => {
    const { desk, zhang, thread, seen } = await shift()
    const { url } = await host(desk)
    const li = await browserAt(url, 'li')
    await zhang.call('thread.claim', { thread })
    await li.call('thread.answer', { thread, text: '我来', seen, takeOver: { reason: '张警官出警了' } })
    expect(typesOf(desk, thread).slice(-2)).toEqual(['thread.takenOver', 'message.sent'])
    await until(() =>
      zhang.pushes.some((push) => push.push === 'changed' && push.change.takenOver.length > 0),
    )
    const told = zhang.pushes.flatMap((push) => (push.push === 'changed' ? push.change.takenOver : []))
    expect(told).toEqual([{ thread, from: 'zhang', byName: '李秀英', reason: '张警官出警了' }])
    expect(await zhang.refused('thread.answer', { thread, text: '在', seen: seen + 9 })).toMatchObject({
      code: 'not_holder',
      holder: 'li',
    })
  })
  test('a takeover without an answer is told in the same way', async () => {
    const { zhang, li, thread } = await shift()
    await zhang.call('thread.claim', { thread })
    await li.call('thread.takeOver', { thread, reason: '交班' })
    await until(() =>
      zhang.pushes.some((push) => push.push === 'changed' && push.change.takenOver[0]?.from === 'zhang'),
    )
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ holder: 'li' })
  })
})

describe('each act has its way back', () => {
  test('claimed and given back', async () => {
    const { desk, zhang, thread } = await shift()
    await zhang.call('thread.claim', { thread })
    await zhang.call('thread.release', { thread, reason: '要出警' })
    expect(await queuesOf(zhang)).toMatchObject({ unclaimed: 1, mine: 0 })
    expect(typesOf(desk, thread).slice(-2)).toEqual(['thread.claimed', 'thread.released'])
  })
  test('snoozed and woken', async () => {
    const { desk, zhang, thread } = await shift()
    await zhang.call('thread.claim', { thread })
    await zhang.call('thread.snooze', { thread, until: iso(desk.now + hour) })
    await zhang.call('thread.wake', { thread })
    expect(await queuesOf(zhang)).toMatchObject({ snoozed: 0, mine: 1, waiting: 1 })
    expect(await zhang.refused('thread.wake', { thread })).toEqual({ code: 'nothing_to_do' })
  })
  test('closed and reopened: it waits as long as it did', async () => {
    const { zhang, thread, seen } = await shift()
    await zhang.call('thread.close', { thread, disposition: 'advert', seen })
    expect(await queuesOf(zhang)).toMatchObject({ all: 0 })
    await zhang.call('thread.reopen', { thread, reason: '点错了' })
    expect(await zhang.call('thread.get', { thread })).toMatchObject({
      closedAt: null,
      holder: 'zhang',
      waitingSince: iso(monday),
    })
    expect(await zhang.refused('thread.reopen', { thread })).toEqual({ code: 'thread_open' })
  })
  test('transferred there and back', async () => {
    const { zhang, li, thread } = await shift()
    await zhang.call('thread.claim', { thread })
    await zhang.call('thread.transfer', { thread, to: 'li' })
    await li.call('thread.transfer', { thread, to: 'zhang', reason: '他熟悉' })
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ holder: 'zhang' })
    expect(await zhang.refused('thread.transfer', { thread, to: 'zhao' })).toEqual({
      code: 'recipient_off_shift',
      user: 'zhao',
      name: '赵敏',
    })
    expect(await zhang.refused('thread.transfer', { thread, to: 'ducha' })).toMatchObject({
      code: 'not_found',
      what: 'person',
    })
  })
  test('signed on and off', async () => {
    const { desk, zhang } = await shift()
    await zhang.call('shift.signOff', {})
    expect(await zhang.refused('shift.signOff', {})).toEqual({ code: 'nothing_to_do' })
    await zhang.call('shift.signOn', {})
    expect(await zhang.refused('shift.signOn', {})).toEqual({ code: 'nothing_to_do' })
    expect(desk.station.views.people.isOnShift('zhang')).toBe(true)
  })
})
