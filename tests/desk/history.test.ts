import { describe, expect, test } from 'vitest'
import type { Refused } from '../../src/contract/errors.ts'
import type { Queue } from '../../src/contract/threads.ts'
import { draft, entries } from '../../src/desk/decision.ts'
import { nearest } from '../../src/desk/history/marks.ts'
import { byRank, type OpenQueue, standsIn } from '../../src/desk/threads/queues.ts'
import type { ThreadState } from '../../src/desk/threads/thread.ts'
import { busyStation } from '../support/busy-station.ts'
import { at, type Console, refusalOf } from '../support/console.ts'
import { seeded } from '../support/random.ts'
import { record, replayed } from '../support/recordings.ts'
import { hour, iso, minute, resident, type TestStation, testStation } from '../support/station.ts'

const page = { offset: 0, limit: 50 }
const size = (desk: TestStation) => desk.station.ledger.head().size
const inboxAt = (console: Console, seq: number, queue: Queue = 'all') =>
  console.call('history.inbox', { seq, queue, ...page })

describe('the inbox as it stood', () => {
  test('shows who held what, and goes on changing with every entry after it', async () => {
    const desk = await testStation()
    const thread = desk.hears({ text: '楼上半夜还在打麻将' })
    const [zhang, daiban] = [await at(desk, 'zhang'), await at(desk, 'daiban')]
    const arrived = size(desk)
    await zhang.call('thread.claim', { thread })
    const claimed = size(desk)
    const { seq } = await zhang.call('thread.answer', { thread, text: '马上来', seen: arrived })
    await zhang.call('thread.close', { thread, disposition: 'answered', seen: seq })
    expect((await inboxAt(daiban, arrived)).page).toMatchObject({
      rows: [{ id: thread, holder: null, lastFrom: 'resident', preview: '楼上半夜还在打麻将' }],
      total: 1,
    })
    expect((await inboxAt(daiban, claimed)).page.rows).toMatchObject([
      { holder: 'zhang', holderName: '张建国' },
    ])
    expect((await inboxAt(daiban, size(desk))).page).toEqual({ rows: [], total: 0 })
    expect((await inboxAt(daiban, size(desk), 'closed')).page).toMatchObject({
      rows: [{ id: thread }],
      total: 1,
    })
    expect((await inboxAt(daiban, claimed, 'closed')).page).toEqual({ rows: [], total: 0 })
  })

  test('calls residents and officers what they were called then, with the tags of then', async () => {
    const desk = await testStation()
    const thread = desk.hears({ from: '三组 王桂兰', text: '在吗' })
    const [zhang, daiban, guanli] = [
      await at(desk, 'zhang'),
      await at(desk, 'daiban'),
      await at(desk, 'guanli'),
    ]
    await zhang.call('thread.claim', { thread })
    const before = size(desk)
    const { contact } = await zhang.call('thread.get', { thread })
    const card = { contact, villageGroup: '五组', household: null, tags: ['独居'] }
    await zhang.call('contact.change', { ...card, name: '王桂花' })
    await guanli.call('person.change', { user: 'zhang', name: '张队', role: 'officer', enabled: true })
    expect((await inboxAt(daiban, before)).page.rows).toMatchObject([
      { contactName: '三组 王桂兰', holderName: '张建国', tags: [] },
    ])
    expect((await inboxAt(daiban, size(desk))).page.rows).toMatchObject([
      { contactName: '五组 王桂花', holderName: '张队', tags: ['独居'] },
    ])
    const { items } = await daiban.call('history.thread', { thread, seq: before, limit: 10 })
    expect(items).toMatchObject([
      { type: 'thread.opened' },
      { authorName: '三组 王桂兰' },
      { actorName: '张建国' },
    ])
  })

  test('masks numbers as the live list does, and shows nothing of what has been erased since', async () => {
    const desk = await testStation()
    const thread = desk.hears({ text: '我的电话 13812345678' })
    const daiban = await at(desk, 'daiban')
    const seq = size(desk)
    expect((await inboxAt(daiban, seq)).page.rows[0]!.preview).toBe('我的电话 138****5678')
    const { bus, ledger } = desk.station
    const { contact, last_message } = desk.station.views.threads.thread(thread)!
    const [card] = ledger.bySubject(contact, 1)
    const seqs = [last_message, card!.entry.seq]
    bus.runNow({ user: 'core', role: 'system', device: 'test-pc', now: desk.now }, () => ({
      decision: entries(draft('content.erased', 'erasure', { seqs, ground: '第四十七条' })),
      write: () => void ledger.erase(seqs),
    }))
    expect((await inboxAt(daiban, seq)).page.rows).toMatchObject([{ preview: null, contactName: '—' }])
    const past = await daiban.call('history.thread', { thread, seq, limit: 10 })
    const message = past.items.find((item) => item.item === 'message')
    expect(message).toMatchObject({ text: null, authorName: '—' })
    expect(JSON.stringify(past)).not.toContain('王桂兰')
  })

  test('knows a thread that was closed when the last mark was made and has been reopened since', async () => {
    const desk = await testStation()
    const thread = desk.hears({ from: '三组 王桂兰', text: '路灯不亮' })
    const zhang = await at(desk, 'zhang')
    await zhang.call('thread.categorise', { thread, category: 'noise', urgency: 'priority' })
    await zhang.call('thread.claim', { thread })
    const closing = { thread, disposition: 'noReplyNeeded', note: '转供电所' } as const
    await zhang.call('thread.close', {
      ...closing,
      seen: (await zhang.call('thread.get', { thread })).lastSeq,
    })
    for (let n = 0; n < nearest; n += 500) {
      const some = Array.from({ length: 500 }, (_, of) => n + of)
      desk.takesIn(...some.map((of) => resident({ from: `居民${of % 40}`, text: `第${of}句` })))
      desk.station.indexing.finish()
    }
    await desk.station.history.follow()
    const [mark] = desk.station.db.prepare('SELECT seq FROM past_mark').pluck().all() as number[]
    expect(mark).toBeGreaterThan(nearest - 1)
    await zhang.call('thread.reopen', { thread, reason: '又灭了' })
    await desk.restart()
    const live = await record(desk, seeded(1))
    expect(live.lists.find(({ queue }) => queue === 'mine' || queue === 'all')).toBeDefined()
    expect(await replayed(desk, live)).toEqual(live)
    const rows = await everyRow(await at(desk, 'daiban'), live.seq)
    expect(rows.find(({ id }) => id === thread)).toMatchObject({
      category: 'noise',
      urgency: 'priority',
      holder: 'zhang',
      closedAt: null,
    })
  })

  test('each queue of SQL holds the same threads in the same order as the same queue of a past state', async () => {
    const desk = await testStation()
    const busy = await busyStation(desk, seeded(3))
    for (let step = 0; step < 600; step += 1) await busy.step()
    const all = desk.station.db.prepare('SELECT * FROM thread').all() as ThreadState[]
    const queues: OpenQueue[] = ['unclaimed', 'mine', 'waiting', 'escalated', 'overdue', 'snoozed', 'all']
    const reader = desk.station.access.reader({ user: 'zhang', role: 'officer' })
    for (const queue of queues) {
      const past = all.filter((thread) => standsIn(queue, thread, 'zhang')).sort(byRank)
      const live = desk.station.inbox.list({ queue }, reader, 0, 200)
      expect([queue, live.rows.map(({ id }) => id)]).toEqual([queue, past.map(({ id }) => id)])
    }
  })
})

async function everyRow(console: Console, seq: number) {
  const rows = []
  for (let offset = 0; ; offset += 200) {
    const { page: one } = await console.call('history.inbox', { seq, queue: 'all', offset, limit: 200 })
    rows.push(...one.rows)
    if (one.rows.length < 200) return rows
  }
}

describe('a thread as it stood', () => {
  test('a message recalled later is not recalled yet, an answer not delivered yet', async () => {
    const desk = await testStation()
    const thread = desk.hears({ text: '我说错了', external: 'said' })
    const [zhang, daiban] = [await at(desk, 'zhang'), await at(desk, 'daiban')]
    const before = size(desk)
    desk.takesIn({ event: 'recall', external: 'said', at: desk.now })
    const recalled = size(desk)
    await zhang.call('thread.answer', { thread, text: '没关系', seen: recalled })
    const answered = size(desk)
    await expect.poll(() => size(desk)).toBeGreaterThan(answered)
    const messages = async (seq: number) => {
      const past = await daiban.call('history.thread', { thread, seq, limit: 50 })
      return past.items.filter((item) => item.item === 'message')
    }
    expect(await messages(before)).toMatchObject([{ text: '我说错了', recalledAt: null }])
    expect(await messages(recalled)).toMatchObject([{ text: '我说错了', recalledAt: iso(desk.now) }])
    expect((await messages(answered)).at(-1)).toMatchObject({ text: '没关系', delivery: 'queued' })
    expect((await messages(size(desk))).at(-1)).toMatchObject({ delivery: 'accepted' })
  })

  test('is read page by page, and is not there before it was opened', async () => {
    const desk = await testStation()
    const early = size(desk)
    const thread = desk.hears({ text: '第0句' })
    for (let n = 1; n < 12; n += 1) desk.hears({ text: `第${n}句` })
    const seq = size(desk)
    desk.hears({ text: '后来的' })
    const daiban = await at(desk, 'daiban')
    const said: (string | null)[] = []
    for (let before: number | undefined, more = true; more; ) {
      const part = await daiban.call('history.thread', {
        thread,
        seq,
        limit: 5,
        ...(before ? { before } : {}),
      })
      said.unshift(...part.items.flatMap((item) => (item.item === 'message' ? item.text : [])))
      before = part.items[0]!.seq
      more = part.more
    }
    expect(said).toEqual(Array.from({ length: 12 }, (_, n) => `第${n}句`))
    expect(await daiban.refused('history.thread', { thread, seq: early, limit: 5 })).toMatchObject({
      code: 'not_found',
    })
  })
})

describe('the moment asked for', () => {
  test('a clock put back: each entry can be reached, and a time means the last entry up to it', async () => {
    const desk = await testStation()
    const daiban = await at(desk, 'daiban')
    const from = size(desk)
    const times = [0, 60, 120, 30, 45, 200, 10]
    for (const minutes of times) {
      desk.now += minutes * minute
      desk.hears({ from: '三组 王桂兰', text: `${minutes}`, at: desk.now })
      desk.now -= minutes * minute
    }
    const started = desk.now
    const lastSeq = (upTo: number) =>
      [...desk.station.ledger.iterate()].findLast(({ entry }) => Date.parse(entry.at) <= upTo)!.entry.seq
    for (const minutes of [...times, 300]) {
      const time = started + minutes * minute
      const { seq } = await daiban.call('history.position', { at: iso(time) })
      expect([minutes, seq]).toEqual([minutes, lastSeq(time)])
    }
    const shown = new Set<string | null>()
    for (let seq = 1; seq <= size(desk); seq += 1) {
      const { at: time } = await daiban.call('history.position', { seq })
      expect(time).toBe(desk.station.ledger.entry(seq)!.entry.at)
      const { page: one, ...state } = await inboxAt(daiban, seq)
      expect([state.seq, state.at]).toEqual([seq, time])
      if (seq > from) shown.add(one.rows[0]?.preview ?? null)
    }
    for (const minutes of times) expect(shown).toContain(`${minutes}`)
    expect(await daiban.call('history.bounds', {})).toEqual({
      firstAt: desk.station.ledger.entry(1)!.entry.at,
      lastAt: iso(started + 200 * minute),
      size: size(desk),
    })
  })

  test('before the first entry and after the last there is nothing', async () => {
    const desk = await testStation()
    const daiban = await at(desk, 'daiban')
    for (const seq of [0, size(desk) + 1])
      expect((await refusalOf(inboxAt(daiban, seq))).code).toBe('not_found')
    expect(await daiban.refused('history.position', { at: '2001-01-01T00:00:00.000Z' })).toMatchObject({
      code: 'not_found',
    })
  })

  test('drawn along, the slider is answered for the latest moment only; other pages of one moment all are', async () => {
    const desk = await testStation()
    for (let n = 0; n < 60; n += 1) desk.hears({ from: `居民${n}`, text: '在吗' })
    const daiban = await at(desk, 'daiban')
    const seqs = Array.from({ length: 40 }, (_, n) => size(desk) - n)
    const drawn = await Promise.allSettled(seqs.map((seq) => inboxAt(daiban, seq)))
    expect(drawn.at(-1)).toMatchObject({ status: 'fulfilled', value: { seq: seqs.at(-1) } })
    const void_ = drawn.filter((one) => one.status === 'rejected')
    expect(void_.length).toBeGreaterThan(30)
    for (const { reason } of void_)
      expect((reason as Refused).refusal).toEqual({ code: 'busy', what: 'history' })
    const seq = size(desk)
    const parts = await Promise.all(
      [0, 20, 40].map((offset) => daiban.call('history.inbox', { seq, queue: 'all', offset, limit: 20 })),
    )
    expect(new Set(parts.flatMap(({ page: { rows } }) => rows.map(({ id }) => id))).size).toBe(60)
  })
})

describe('a shift as it stood', () => {
  test('says who was on, who held what, which alarms rang', async () => {
    const desk = await testStation()
    const [zhang, li, daiban] = [await at(desk, 'zhang'), await at(desk, 'li'), await at(desk, 'daiban')]
    const thread = desk.hears({ text: '我不想活了' })
    const rang = size(desk)
    const [alarm] = await zhang.call('alarms.open', {})
    await zhang.call('alarm.acknowledge', { alarm: alarm!.id })
    const acknowledged = size(desk)
    await li.call('shift.signOff', {})
    await desk.pass(hour)
    const shift = (seq: number) => daiban.call('history.shift', { seq })
    expect(await shift(rang)).toMatchObject({
      on: [{ user: 'zhang' }, { user: 'li' }, { user: 'daiban' }],
      alarms: [{ thread, state: 'ringing', by: null, byName: null }],
      open: 1,
      waiting: 1,
      overdue: 0,
    })
    const then = await shift(acknowledged)
    expect(then.alarms).toMatchObject([{ state: 'acknowledged', by: 'zhang', byName: '张建国' }])
    expect(then.holders).toEqual([{ user: 'zhang', name: '张建国', holds: 1, waiting: 1 }])
    expect((await shift(size(desk))).on.map(({ user }) => user)).toEqual(['zhang', 'daiban'])
    expect((await shift(size(desk))).overdue).toBe(1)
  })
})
