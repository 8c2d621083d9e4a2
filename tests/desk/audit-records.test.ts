import { describe, expect, test } from 'vitest'
import type { RecordFilter } from '../../src/contract/audit.ts'
import { Beside } from '../../src/desk/audit/beside.ts'
import { Filtering } from '../../src/desk/audit/filtering.ts'
import { pageSql } from '../../src/desk/audit/pages.ts'
import type { Entry } from '../../src/ledger/entry.ts'
import { allRecords, handOver } from '../support/audit.ts'
import { busyStation } from '../support/busy-station.ts'
import { at, type Console } from '../support/console.ts'
import { type Random, seeded } from '../support/random.ts'
import { entriesOf, hour, iso, phone, type TestStation, testStation, village } from '../support/station.ts'

/** Entries about a thread or an account, told from the ledger alone. */
function placesOf(entries: readonly Entry[], accounts: ReadonlySet<string>) {
  const accountOf = new Map<string, string>()
  for (const { type, subject, data } of entries)
    if (type === 'thread.opened') accountOf.set(subject, data.account as string)
  return ({ subject, data }: Entry) => {
    const named = (data.thread as string | null | undefined) ?? subject
    const thread = accountOf.has(named) ? named : null
    const account = (data.account as string | undefined) ?? subject
    return {
      thread,
      account: thread === null ? (accounts.has(account) ? account : null) : accountOf.get(thread)!,
    }
  }
}

/** The same filter by looking at every entry there is. */
function scan(entries: readonly Entry[], filter: RecordFilter): number[] {
  const placeOf = placesOf(entries, new Set([village, phone]))
  const worked = filter.shift === undefined ? null : entries[filter.shift - 1]!
  const left =
    worked &&
    entries.find((e) => e.seq > worked.seq && e.type === 'shift.signedOff' && e.subject === worked.subject)
  return entries
    .filter((entry) => {
      const { thread, account } = placeOf(entry)
      const time = Date.parse(entry.at)
      return (
        (filter.thread === undefined || filter.thread === thread) &&
        (filter.account === undefined || filter.account === account) &&
        (filter.person === undefined || filter.person === entry.actor.user) &&
        (filter.handoff === undefined || [entry.subject, entry.data.handoff].includes(filter.handoff)) &&
        (filter.types === undefined ||
          filter.types.length === 0 ||
          filter.types.some((type) =>
            type.endsWith('.') ? entry.type.startsWith(type) : entry.type === type,
          )) &&
        (filter.from === undefined || time >= Date.parse(filter.from)) &&
        (filter.to === undefined || time <= Date.parse(filter.to)) &&
        (filter.fromSeq === undefined || entry.seq >= filter.fromSeq) &&
        (filter.toSeq === undefined || entry.seq <= filter.toSeq) &&
        (worked === null ||
          (entry.actor.user === worked.subject &&
            entry.seq >= worked.seq &&
            entry.seq <= (left?.seq ?? Number.MAX_SAFE_INTEGER)))
      )
    })
    .map(({ seq }) => seq)
    .reverse()
}

function filterFrom(random: Random, entries: readonly Entry[], handoff: string): RecordFilter {
  const one = random.one(entries)
  const later = entries[Math.min(entries.length - 1, one.seq + random.below(400))]!
  const signedOn = entries.filter(({ type }) => type === 'shift.signedOn')
  const threads = entries.filter(({ type }) => type === 'thread.opened')
  const filter: RecordFilter = {}
  if (random() < 0.2) filter.thread = random.one(threads).subject
  if (random() < 0.3)
    filter.person = random.one(['zhang', 'li', 'zhao', 'daiban', 'guanli', village, 'clock'])
  if (random() < 0.3) filter.account = random.one([village, phone])
  if (random() < 0.2) filter.shift = random.one(signedOn).seq
  if (random() < 0.1) filter.handoff = handoff
  if (random() < 0.4)
    filter.types = random.one([
      ['message.received'],
      ['thread.'],
      ['thread.claimed', 'thread.closed', 'alarm.'],
      ['contact.', 'access.denied'],
      ['nothing.happened'],
      [one.type],
      [],
    ])
  if (random() < 0.3) filter.from = one.at
  if (random() < 0.3) filter.to = later.at
  if (random() < 0.15) filter.fromSeq = one.seq
  if (random() < 0.15) filter.toSeq = later.seq
  return filter
}

/** A few days at a busy station, whose clock was set back once, with a handoff. */
async function busy(
  steps: number,
): Promise<{ desk: TestStation; ducha: Console; handoff: string; random: Random }> {
  const desk = await testStation()
  const random = seeded(11)
  const station = await busyStation(desk, random)
  for (let n = 0; n < steps; n += 1) {
    await station.step()
    // The records follow a little at a time, as they do.
    if (n % 10 === 0) await desk.station.auditing.settle()
  }
  desk.now -= 3 * hour
  for (let n = 0; n < steps / 2; n += 1) await station.step()
  const [from, to] = [await at(desk, 'daiban'), await at(desk, 'zhang')]
  const open = desk.station.db.prepare('SELECT id FROM handoff WHERE ended_seq IS NULL').pluck().all()
  for (const left of open as string[])
    await from.call('handoff.cancel', { handoff: left, reason: '重新交接' })
  const handoff = await handOver(desk, from, { console: to, user: 'zhang' })
  for (let n = 0; n < steps / 2; n += 1) await station.step()
  return { desk, ducha: await at(desk, 'ducha'), handoff, random }
}

describe('every filter finds what looking at every entry finds', () => {
  test('on a busy station, page by page, and counts the same', { timeout: 120_000 }, async () => {
    const { desk, ducha, handoff, random } = await busy(400)
    const before = entriesOf(desk.station)
    const last = before.length
    let matched = 0
    const met = new Set<string>()
    const names = [
      'account',
      'from',
      'fromSeq',
      'handoff',
      'person',
      'shift',
      'thread',
      'to',
      'toSeq',
      'types',
    ]
    // No dice promise that each has found something.
    for (let n = 0; n < 100 || (met.size < names.length && n < 500); n += 1) {
      const filter = { toSeq: last, ...filterFrom(random, before, handoff) }
      const expected = scan(before, filter).filter((seq) => seq <= (filter.toSeq ?? last))
      const rows = await allRecords(ducha, filter, random.one([40, 200]))
      expect(
        rows.map(({ seq }) => seq),
        JSON.stringify(filter),
      ).toEqual(expected)
      const { total, types } = await ducha.call('audit.summary', { filter })
      const byType = Map.groupBy(expected, (seq) => before[seq - 1]!.type)
      expect(
        [total, Object.fromEntries(types.map(({ type, n }) => [type, n]))],
        JSON.stringify(filter),
      ).toEqual([expected.length, Object.fromEntries([...byType].map(([type, seqs]) => [type, seqs.length]))])
      matched += expected.length > 0 ? 1 : 0
      for (const name of expected.length > 0 ? Object.keys(filter) : []) met.add(name)
    }
    expect(matched).toBeGreaterThan(40)
    expect([...met].sort()).toEqual(names)
  })

  test('each entry says where it belongs, who did it by name, and what was said', async () => {
    const desk = await testStation()
    const [zhang, ducha] = [await at(desk, 'zhang'), await at(desk, 'ducha')]
    const thread = desk.hears({ text: '电话 13812345678，户口怎么迁' })
    await zhang.call('thread.claim', { thread })
    await zhang.call('thread.transfer', { thread, to: 'li', reason: '李秀英熟悉' })
    const [moved, claimed, received, opened] = await allRecords(ducha, {
      thread,
      types: ['thread.', 'message.'],
    })
    expect(moved).toMatchObject({
      type: 'thread.transferred',
      actor: 'zhang',
      actorName: '张建国',
      role: 'officer',
      device: 'test-pc',
      thread,
      account: village,
      contactName: '三组 王桂兰',
      data: { from: 'zhang', to: 'li' },
      names: { zhang: '张建国', li: '李秀英' },
      text: '李秀英熟悉',
      content: 'present',
    })
    expect(moved?.data).not.toHaveProperty('content')
    expect(claimed).toMatchObject({ text: null, content: 'none' })
    expect(received).toMatchObject({ text: '电话 138****5678，户口怎么迁', actorName: '户户通·柳河村' })
    // The conversation's id at the channel is content, and nothing to read.
    expect(opened).toMatchObject({ type: 'thread.opened', text: null, content: 'present' })
    expect(
      (await allRecords(ducha, { types: ['person.added'] })).find(({ subject }) => subject === 'li'),
    ).toMatchObject({
      names: { li: '李秀英' },
      text: '李秀英',
      thread: null,
      contactName: null,
    })
  })

  test('who holds which thread is told by the records as by the inbox', async () => {
    const { desk } = await busy(160)
    const { db } = desk.station
    await desk.station.auditing.settle()
    const held = db
      .prepare('SELECT thread, holder FROM record_hold WHERE until IS NULL ORDER BY 1')
      .raw()
      .all()
    const holders = db
      .prepare('SELECT id, holder FROM thread WHERE holder IS NOT NULL ORDER BY 1')
      .raw()
      .all()
    expect(held).toEqual(holders)
    expect(held.length).toBeGreaterThan(0)
    const ended = db.prepare('SELECT count(*) FROM record_hold WHERE until IS NOT NULL').pluck().get()
    expect(ended).toBeGreaterThan(5)
    const overlapping = db
      .prepare(
        `SELECT count(*) FROM record_hold a JOIN record_hold b ON b.thread = a.thread AND b.seq > a.seq
         WHERE ifnull(a.until, 9e15) > b.seq`,
      )
      .pluck()
      .get()
    expect(overlapping).toBe(0)
  })

  test('a shift that was none is not found', async () => {
    const desk = await testStation()
    const ducha = await at(desk, 'ducha')
    expect(await ducha.refused('audit.records', { filter: { shift: 1 }, limit: 9 })).toEqual({
      code: 'not_found',
      what: 'shift',
      id: '1',
    })
  })

  test('each page is read along an index', async () => {
    const desk = await testStation()
    await desk.station.auditing.settle()
    const filtering = new Filtering(desk.station.db)
    const plans = {
      seq: {},
      thread: { thread: 'x' },
      handoff: { handoff: 'x' },
      actor: { person: 'x', account: 'y', from: iso(0) },
      account: { account: 'x', types: ['person.added'] },
      types: { types: ['person.added'] },
    } as const
    for (const [plan, filter] of Object.entries(plans)) {
      const narrowed = filtering.narrow(filter as RecordFilter)!
      const sql = pageSql(plan as keyof typeof plans, narrowed).replaceAll(/@\w+/g, '?')
      const details = desk.station.db
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...Array(sql.split('?').length - 1).fill(null))
        .map((row) => (row as { detail: string }).detail)
        .join('\n')
      expect(details, plan).toMatch(
        plan === 'seq'
          ? /SEARCH r USING INTEGER PRIMARY KEY/
          : new RegExp(`INDEX record_of_${plan === 'types' ? 'type' : plan} `),
      )
      expect(details, plan).not.toMatch(/SCAN r\b/)
      if (plan === 'seq' || plan === 'thread' || plan === 'handoff')
        expect(details).not.toContain('TEMP B-TREE')
    }
  })
})

describe('entries by time', () => {
  test('each is in the bucket of its time, as what it is', async () => {
    const { desk, ducha } = await busy(100)
    await ducha.refused('thread.claim', { thread: 'x' })
    const all = entriesOf(desk.station)
    const times = all.map((entry) => Date.parse(entry.at))
    const counted = await ducha.call('audit.density', { buckets: 37 })
    expect([counted.from, counted.to]).toEqual([iso(Math.min(...times)), iso(Math.max(...times))])
    const spread = (from: number, to: number, n: number) => {
      const buckets = Array.from({ length: n }, () => ({ messages: 0, acts: 0, refusals: 0 }))
      for (const [index, time] of times.entries()) {
        if (time < from || time > to) continue
        const { type } = all[index]!
        const what = ['message.received', 'message.sent'].includes(type)
          ? 'messages'
          : ['access.denied', 'session.refused'].includes(type)
            ? 'refusals'
            : 'acts'
        buckets[Math.floor(((time - from) * n) / (to - from + 1))]![what] += 1
      }
      return buckets
    }
    expect(counted.buckets).toEqual(spread(Math.min(...times), Math.max(...times), 37))
    expect(counted.buckets.reduce((sum, { refusals }) => sum + refusals, 0)).toBeGreaterThan(0)
    const [from, to] = [times[100]!, times[300]!].sort((a, b) => a - b) as [number, number]
    const part = await ducha.call('audit.density', { from: iso(from), to: iso(to), buckets: 10 })
    expect(part.buckets).toEqual(spread(from, to, 10))
    const beside = new Beside(desk.station.db, desk.station.options.file, 0)
    const span = { from, to }
    expect((await beside.ask({ about: 'density', span, buckets: 10 })).buckets).toEqual(part.buckets)
    await beside.stop()
  })

  test('a moment in which nothing happened is empty', async () => {
    const desk = await testStation()
    const ducha = await at(desk, 'ducha')
    const long = iso(desk.now - 900 * hour)
    const { buckets } = await ducha.call('audit.density', { from: long, to: long, buckets: 3 })
    expect(buckets).toEqual(Array(3).fill({ messages: 0, acts: 0, refusals: 0 }))
  })
})
