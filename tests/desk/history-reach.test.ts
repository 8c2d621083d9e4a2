import { describe, expect, test } from 'vitest'
import type { AccountHealth } from '../../src/channels/wecom/desk.ts'
import { at } from '../support/console.ts'
import { hour, iso, minute, monday, village } from '../support/station.ts'
import { kf, linked, served, typed, type WecomVillage, wecomVillage } from '../support/wecom-village.ts'

const size = ({ desk }: WecomVillage) => desk.station.ledger.head().size
async function answer({ zhang }: WecomVillage, thread: string) {
  const { lastSeq } = await zhang.call('thread.get', { thread })
  await zhang.call('thread.answer', { thread, text: '马上到', seen: lastSeq })
}

describe('a thread as it stood', () => {
  test('says what the channel still let through then, and who served the resident in its client', async () => {
    const here = await wecomVillage()
    linked(here, 'wanghong', 'li')
    const thread = here.hears()
    const now = async () => {
      const { window, servedBy, servedElsewhere } = await here.zhang.call('thread.get', { thread })
      return { window, servedBy, servedElsewhere }
    }
    const moments: { seq: number; live: Awaited<ReturnType<typeof now>> }[] = []
    const remember = async () => moments.push({ seq: size(here), live: await now() })
    await remember()
    await answer(here, thread)
    await here.settled()
    await remember()
    here.desk.now += minute
    here.takesIn(served('colleague', here.desk.now))
    await remember()
    here.desk.now += minute
    here.takesIn(typed('我来处理', here.desk.now, 'zhaowu'))
    await remember()
    here.takesIn(served('ended', here.desk.now + minute, 'zhaowu'))
    await remember()
    here.desk.now += 2 * minute
    here.hears('还在吗')
    await remember()
    linked(here, 'wanghong', null)
    expect(moments.map(({ live }) => [live.window?.state, live.window?.left, live.servedBy?.name])).toEqual([
      ['open', 5, undefined],
      ['open', 4, undefined],
      ['open', 4, '李秀英'],
      ['open', 4, 'zhaowu'],
      ['ended', 0, undefined],
      ['open', 5, undefined],
    ])
    const daiban = await at(here.desk, 'daiban')
    for (const { seq, live } of moments) {
      const past = await daiban.call('history.thread', { thread, seq, limit: 9 })
      expect(past.thread).toMatchObject(live)
    }
  })

  test('tells a window that had closed by itself, and one opened in an earlier thread of the resident', async () => {
    const here = await wecomVillage()
    const first = here.hears()
    await answer(here, first)
    const { lastSeq } = await here.zhang.call('thread.get', { thread: first })
    await here.zhang.call('thread.close', { thread: first, disposition: 'answered', seen: lastSeq })
    await here.later(73 * hour)
    await here.zhang.call('thread.note', { thread: first, text: '没有再来' })
    const closed = size(here)
    const second = here.hears('又有事')
    expect(second).not.toBe(first)
    const daiban = await at(here.desk, 'daiban')
    const windowAt = async (thread: string, seq: number) =>
      (await daiban.call('history.thread', { thread, seq, limit: 9 })).thread.window
    expect(await windowAt(first, closed)).toMatchObject({ state: 'expired', left: 0 })
    expect(await windowAt(first, size(here))).toMatchObject({ state: 'open', left: 5 })
    expect(await windowAt(second, size(here))).toEqual({
      state: 'open',
      left: 5,
      of: 5,
      until: iso(monday + 121 * hour),
    })
  })

  test('is judged by the channel’s clock, as far as the difference was on record then', async () => {
    const here = await wecomVillage()
    const thread = here.hears('在吗', { at: monday - 49 * hour })
    const unknown = size(here)
    const fault = { what: 'clockAhead', code: null, seconds: 48 * 3600 }
    const told = (of: AccountHealth['fault'], clockAhead = 48 * hour) =>
      here.desk.station.linking.listener.health(kf, {
        ...{ fault: of, by: 'asking', lateBy: 8, askedAt: null },
        clockAhead,
      })
    told(fault)
    await here.desk.pass(minute)
    const wrong = size(here)
    const live = (await here.zhang.call('thread.get', { thread })).window
    expect(live).toMatchObject({ state: 'open', until: iso(monday + 47 * hour) })
    // What is worse is told in its place; the clock is as wrong as before.
    told({ what: 'unreachable', code: null })
    await here.desk.pass(minute)
    const cut = size(here)
    told(null, 0)
    await here.desk.pass(minute)
    const daiban = await at(here.desk, 'daiban')
    const windowAt = async (seq: number) =>
      (await daiban.call('history.thread', { thread, seq, limit: 9 })).thread.window
    expect(await windowAt(unknown)).toMatchObject({ state: 'expired' })
    expect(await windowAt(wrong)).toEqual(live)
    expect(await windowAt(cut)).toEqual(live)
    expect(await windowAt(size(here))).toMatchObject({ state: 'expired' })
  })

  test('tells neither of a channel without bounds, nor of a private thread to whoever may not read it', async () => {
    const here = await wecomVillage()
    const plain = here.desk.hears({ text: '在吗', account: village })
    const thread = here.hears()
    here.takesIn(served('colleague', here.desk.now))
    await here.zhang.call('thread.setPrivate', { thread, private: true, reason: '家事' })
    const ducha = await at(here.desk, 'ducha')
    const past = async (of: string) =>
      (await ducha.call('history.thread', { thread: of, seq: size(here), limit: 9 })).thread
    expect(await past(plain)).toMatchObject({ window: null, servedBy: null, servedElsewhere: false })
    expect(await past(thread)).toMatchObject({
      readable: false,
      window: null,
      servedBy: null,
      servedElsewhere: false,
    })
  })
})
