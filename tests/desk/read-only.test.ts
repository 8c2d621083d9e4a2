import { describe, expect, test } from 'vitest'
import { verifyDatabase } from '../../src/ledger/verify/verify.ts'
import { at, cookieOf, host, openSocket, until } from '../support/console.ts'
import { fillDisk, freeDisk } from '../support/full-disk.ts'
import {
  entriesOf,
  resident,
  screensFollowLedger,
  type TestStation,
  testStation,
} from '../support/station.ts'

const long = '请带上户口簿和身份证'.repeat(300)

describe('rule 21: while the ledger cannot be written', () => {
  test('acts are refused in one clear way and nothing of them is done', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const thread = desk.hears({ text: '在吗' })
    fillDisk(desk)
    const before = desk.station.ledger.head()
    const unwritable = { code: 'ledger_unwritable', reason: 'SQLITE_FULL' }
    expect(await zhang.refused('thread.note', { thread, text: long })).toEqual(unwritable)
    expect(await zhang.refused('thread.claim', { thread })).toEqual(unwritable)
    expect(await zhang.refused('thread.draft', { thread, text: long })).toEqual(unwritable)
    expect(desk.station.ledger.head()).toEqual(before)
    expect(await zhang.call('station.state', {})).toMatchObject({ readOnly: { reason: 'SQLITE_FULL' } })
    freeDisk(desk)
  })
  test('every console is told when it begins and when it is over', async () => {
    const desk = await testStation()
    const { url } = await host(desk)
    const socket = await openSocket(url, { origin: url, cookie: await cookieOf(url, 'zhang') })
    const thread = desk.hears({ text: '在吗' })
    fillDisk(desk)
    await socket.refused('thread.note', { thread, text: long })
    await until(() => socket.pushes.some((push) => push.push === 'readOnly' && push.reason === 'SQLITE_FULL'))
    freeDisk(desk)
    await until(() => socket.pushes.some((push) => push.push === 'readOnly' && push.reason === null))
    await socket.call('thread.note', { thread, text: long })
    expect(await socket.call('station.state', {})).toMatchObject({ readOnly: null })
  })
  test('whole numbers stay masked, since looking at them could not be put on record', async () => {
    const desk = await testStation()
    const [ducha, zhang] = [await at(desk, 'ducha'), await at(desk, 'zhang')]
    const thread = desk.hears({ text: '我的电话 13812345678' })
    const seq = desk.station.views.threads.thread(thread)!.last_message
    await ducha.call('audit.records', { filter: {}, limit: 1 })
    fillDisk(desk)
    await zhang.refused('thread.note', { thread, text: long })
    const { row, body } = await ducha.call('audit.record', { seq })
    expect([row.text, body]).toEqual(['我的电话 138****5678', null])
    freeDisk(desk)
  })
  test('everything can be read, searched and found as before', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const thread = desk.hears({ text: '楼上半夜还在打麻将' })
    desk.takesIn(
      ...Array.from({ length: 2_500 }, (_, n) => resident({ from: `居民${n % 50}`, text: `第${n}次说麻将` })),
    )
    fillDisk(desk)
    await zhang.refused('thread.note', { thread, text: long })
    expect((await zhang.call('threads.list', { queue: 'all', offset: 0, limit: 10 })).rows).toHaveLength(10)
    expect((await zhang.call('thread.timeline', { thread, limit: 10 })).items).not.toHaveLength(0)
    expect(await zhang.call('search.messages', { words: '麻将', offset: 0, limit: 10 })).toMatchObject({
      total: 2_501,
    })
    expect((await zhang.call('changes.since', { seq: 0 })).seq).toBe(desk.station.ledger.head().size)
    freeDisk(desk)
  })
  test('the desk stays up: what it does by itself in the background waits', async () => {
    const desk = await testStation()
    desk.takesIn(
      ...Array.from({ length: 1_000 }, (_, n) => resident({ from: `居民${n % 50}`, text: `第${n}次说麻将` })),
    )
    fillDisk(desk)
    expect(desk.station.db.prepare('SELECT seq FROM search_watermark').pluck().get()).toBe(0)
    await until(() => desk.logged.some((line) => line.startsWith('indexing: SqliteError')))
    freeDisk(desk)
    await until(() => desk.station.db.prepare('SELECT seq FROM search_watermark').pluck().get() !== 0, 8_000)
  })
})

test('an act of many that the disk refuses takes none of the others’ acknowledgements away', async () => {
  const desk = await testStation()
  const zhang = await at(desk, 'zhang')
  const threads = Array.from({ length: 50 }, (_, n) => desk.hears({ from: `居民${n}`, text: '在吗' }))
  const acknowledged: number[] = []
  const { db } = desk.station
  for (let round = 0; round < 2; round += 1) {
    db.pragma(`max_page_count = ${(db.pragma('page_count', { simple: true }) as number) + 4}`)
    const notes = await Promise.allSettled(
      threads.map((thread, n) => zhang.call('thread.note', { thread, text: `${long}${round}-${n}` })),
    )
    const single = await Promise.allSettled([
      zhang.call('thread.note', { thread: threads[0]!, text: `短${round}` }),
    ])
    for (const note of [...notes, ...single])
      if (note.status === 'fulfilled') acknowledged.push(note.value.seq)
    freeDisk(desk)
    await until(() => desk.station.readOnly === null)
    const { seq } = await zhang.call('thread.note', { thread: threads[0]!, text: `好了${round}` })
    acknowledged.push(seq)
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(2)
  await desk.restart()
  const notes = entriesOf(desk.station, 'note.added').map(({ seq }) => seq)
  expect(notes).toEqual(acknowledged)
  expect(screensFollowLedger(desk.station)).toBe(true)
  const verdict = await verifyDatabase(desk.station.options.file, {})
  expect(verdict.unaltered).toEqual({ ok: true })
}, 60_000)

describe('a commit that fails at its very end', () => {
  /** The last step of the commit fails, when all has been decided, appended and projected. */
  function failing(desk: TestStation): { mend(): void } {
    const { db } = desk.station
    db.exec(`
      CREATE TABLE nobody (id INTEGER PRIMARY KEY);
      CREATE TABLE late (id INTEGER REFERENCES nobody DEFERRABLE INITIALLY DEFERRED);
      CREATE TEMP TRIGGER fails_late AFTER INSERT ON main.entry BEGIN INSERT INTO late VALUES (1); END;
    `)
    return { mend: () => db.exec('DROP TRIGGER fails_late; DROP TABLE late; DROP TABLE nobody') }
  }

  test('was acknowledged to nobody, and nothing of it is left in mind or on disk', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const thread = desk.hears({ text: '在吗' })
    const before = {
      head: desk.station.ledger.head(),
      thread: await zhang.call('thread.get', { thread }),
      queues: await zhang.call('threads.counts', {}),
    }
    zhang.pushes.length = 0
    const broken = failing(desk)
    const { lastSeq: seen } = before.thread
    expect(await zhang.refused('thread.claim', { thread })).toMatchObject({ code: 'broken' })
    expect(await zhang.refused('thread.answer', { thread, text: '在', seen })).toMatchObject({
      code: 'broken',
    })
    expect(() => desk.hears({ text: '还在吗' })).toThrow('FOREIGN KEY')
    broken.mend()
    expect(zhang.pushes).toEqual([])
    expect(desk.sent).toEqual([])
    expect({
      head: desk.station.ledger.head(),
      thread: await zhang.call('thread.get', { thread }),
      queues: await zhang.call('threads.counts', {}),
    }).toEqual(before)
    await zhang.call('thread.claim', { thread })
    await zhang.call('thread.answer', { thread, text: '在', seen })
    expect(screensFollowLedger(desk.station)).toBe(true)
    expect((await verifyDatabase(desk.station.options.file, {})).unaltered).toEqual({ ok: true })
  })
  test('of many acts at once is none of them', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const threads = Array.from({ length: 20 }, (_, n) => desk.hears({ from: `居民${n}`, text: '在吗' }))
    const broken = failing(desk)
    const claims = await Promise.allSettled(threads.map((thread) => zhang.call('thread.claim', { thread })))
    expect(claims.filter(({ status }) => status === 'fulfilled')).toEqual([])
    broken.mend()
    expect((await zhang.call('threads.counts', {})).queues).toMatchObject({ unclaimed: 20, mine: 0 })
    await Promise.all(threads.map((thread) => zhang.call('thread.claim', { thread })))
    expect((await zhang.call('threads.counts', {})).queues).toMatchObject({ unclaimed: 0, mine: 20 })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
})
