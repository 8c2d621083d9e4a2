import { copyFileSync, cpSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { VerifyResult } from '../../src/contract/proof.ts'
import { at, type Console } from '../support/console.ts'
import { ended } from '../support/exports.ts'
import { offer, takeOn } from '../support/handing-over.ts'
import {
  entriesOf,
  hour,
  screensFollowLedger,
  type TestStation,
  tempDir,
  testStation,
} from '../support/station.ts'

const day = 24 * hour

/** A station on which something has happened. */
async function busy() {
  const desk = await testStation()
  const zhang = await at(desk, 'zhang')
  for (let n = 0; n < 5; n++) {
    const thread = desk.hears({ from: `居民${n}`, text: `第${n}句` })
    await zhang.call('thread.claim', { thread })
  }
  return { desk, zhang, ducha: await at(desk, 'ducha'), daiban: await at(desk, 'daiban') }
}

async function verified(console: Console, heads: string[] = []): Promise<VerifyResult> {
  const { work } = await console.call('proof.verify', { heads })
  const { state, result } = await ended<VerifyResult>(console, work)
  expect(state).toBe('done')
  return result!
}

const headNow = async (console: Console) => {
  const { size, code } = await console.call('ledger.head', {})
  return { size, code }
}

/** What a console writes down of it when it goes. */
const memoryOf = async (console: Console) => {
  const { size, root } = await console.call('ledger.head', {})
  return { size, root }
}

function tamper({ station: { db } }: TestStation, sql: string): void {
  const triggers = db.prepare(`SELECT name FROM sqlite_master WHERE type = 'trigger'`).pluck().all()
  for (const trigger of triggers) db.exec(`DROP TRIGGER "${trigger}"`)
  db.exec(sql)
}

describe('verification in the background', () => {
  test('tells how far it is and what it found, and that it was made is an entry', async () => {
    const { desk, ducha } = await busy()
    const { size, code } = await headNow(ducha)
    const { work } = await ducha.call('proof.verify', { heads: [`${size} ${code.toLowerCase()}`] })
    const done = await ended<VerifyResult>(ducha, work)
    expect(done).toMatchObject({ kind: 'verify', state: 'done', done: size, all: size })
    expect(done.result).toMatchObject({
      unaltered: true,
      firstBad: null,
      complete: 'yes',
      size,
      code,
      heads: [{ size, code, is: 'matches', at: expect.any(String) }],
    })
    expect(entriesOf(desk.station, 'ledger.verified')).toMatchObject([
      {
        actor: { user: 'ducha' },
        data: { unaltered: true, complete: 'yes', size, firstBad: null, heads: 1 },
      },
    ])
  })

  test('names the first bad row, on screen and in the entry', async () => {
    const { desk, ducha } = await busy()
    tamper(desk, `UPDATE entry SET canonical = replace(canonical, 'sandbox', 'sandbux') WHERE seq = 2`)
    const result = await verified(ducha)
    expect(result).toMatchObject({ unaltered: false, firstBad: { seq: 2, where: 'entry' } })
    expect(entriesOf(desk.station, 'ledger.verified')).toMatchObject([
      { data: { unaltered: false, firstBad: { seq: 2, where: 'entry' } } },
    ])
  })

  test('is for those who supervise, is nobody else’s to look at, and comes one at a time', async () => {
    const { zhang, ducha, daiban } = await busy()
    expect(await zhang.refused('proof.verify', { heads: [] })).toMatchObject({ code: 'forbidden' })
    const { work } = await ducha.call('proof.verify', { heads: [] })
    expect(await daiban.refused('proof.verify', { heads: [] })).toEqual({ code: 'busy', what: 'verify' })
    expect(await daiban.refused('work.get', { work })).toMatchObject({ code: 'not_found' })
    expect(await daiban.refused('work.cancel', { work })).toMatchObject({ code: 'not_found' })
    await ended(ducha, work)
    await verified(daiban)
  })

  test('that is cancelled says nothing about the ledger', async () => {
    const { desk, ducha } = await busy()
    const { work } = await ducha.call('proof.verify', { heads: [] })
    await ducha.call('work.cancel', { work })
    expect(await ended(ducha, work)).toMatchObject({ state: 'cancelled', result: null })
    expect(entriesOf(desk.station, 'ledger.verified')).toEqual([])
  })
})

describe('one head compared', () => {
  test('as it is printed, typed badly, or scanned', async () => {
    const { desk, zhang } = await busy()
    const note = desk.station.checkpoints.make('handoff') as string
    const { size, code } = await headNow(zhang)
    desk.hears({ text: '再来一句' })
    const typed = `  ${size}：${code.replaceAll('-', ' ').toLowerCase().replaceAll('0', 'o')} `
    for (const head of [`${size} ${code}`, typed, note, note.replaceAll('\n', '\r\n').trim()])
      expect(await zhang.call('proof.compare', { head })).toMatchObject({
        is: 'matches',
        size,
        code,
        at: expect.any(String),
      })
    const is = async (head: string) => (await zhang.call('proof.compare', { head })).is
    expect(await is(`${size - 1} ${code}`)).toBe('differs')
    expect(await is(`${size + 900} ${code}`)).toBe('ahead')
    expect(await is('没有存证码')).toBe('unreadable')
    expect(await is(note.replace('duty-desk/', 'duty-dusk/'))).toBe('foreign')
    const blanks = ' '.repeat(3_900)
    const before = performance.now()
    for (const head of [blanks, `${size}${blanks}\nA\nB`]) expect(await is(head)).toBe('unreadable')
    expect(performance.now() - before).toBeLessThan(500)
    // Somebody may have mistyped a code; nothing is made of that.
    expect(entriesOf(desk.station, 'witness.contradicted')).toEqual([])
  })

  test('that was signed here and does not fit any more is an entry, and consoles are told', async () => {
    const { desk, ducha } = await busy()
    const copy = await oldCopy(desk)
    desk.hears({ text: '后来的一句' })
    const note = desk.station.checkpoints.make('handoff') as string
    await desk.close()
    const back = await testStation({ dir: copy, clock: () => desk.now })
    const auditor = await at(back, 'ducha')
    expect(await auditor.call('proof.compare', { head: note })).toMatchObject({ is: 'ahead' })
    expect(entriesOf(back.station, 'witness.contradicted')).toMatchObject([
      { actor: { user: 'ducha' }, data: { by: 'checkpoint', is: 'ahead' } },
    ])
    expect(auditor.pushes.at(-1)).toMatchObject({ change: { subjects: ['witnesses'] } })
    ducha.close()
  })
})

/** The data folder as it is now, in another place. */
async function oldCopy(desk: TestStation): Promise<string> {
  const dir = tempDir()
  await desk.station.db.backup(join(dir, 'copy.db'))
  cpSync(join(desk.dir, 'secrets'), join(dir, 'secrets'), { recursive: true })
  copyFileSync(join(dir, 'copy.db'), join(dir, 'duty-desk.db'))
  return dir
}

describe('consoles as witnesses', () => {
  test('what a console remembers is noted once a day for each device', async () => {
    const { desk, zhang, ducha } = await busy()
    const before = await memoryOf(zhang)
    expect(await zhang.call('witness.present', before)).toEqual({ is: 'matches', noted: false })
    desk.hears({ text: '又一句' })
    expect(await ducha.call('witness.present', await memoryOf(ducha))).toMatchObject({ is: 'matches' })
    expect(entriesOf(desk.station, 'witness.seen')).toHaveLength(1)
    await desk.pass(day)
    await zhang.call('witness.present', before)
    expect(entriesOf(desk.station, 'witness.seen')).toMatchObject([
      { actor: { user: 'zhang', device: 'test-pc' }, data: { size: before.size } },
      { actor: { user: 'zhang' } },
    ])
    const seen = (await ducha.call('witnesses.list', {})).filter(({ kind }) => kind === 'console')
    expect(seen).toHaveLength(2)
    // An older head does not take the place of the newest.
    expect(seen.find(({ byName }) => byName === '督察周')!.size).toBeGreaterThan(before.size)
    expect(seen.every(({ is, where }) => is === 'matches' && where === 'test-pc')).toBe(true)
  })

  test('the database put back to an old copy is noticed when the next console comes', async () => {
    const { desk, zhang } = await busy()
    const copy = await oldCopy(desk)
    desk.hears({ text: '后来的一句' })
    const remembered = await memoryOf(zhang)
    await desk.close()
    const back = await testStation({ dir: copy, clock: () => desk.now })
    const [officer, supervisor] = [await at(back, 'zhang'), await at(back, 'daiban')]
    // It has grown past the head remembered, with other entries.
    expect(await officer.call('witness.present', remembered)).toMatchObject({ is: 'ahead' })
    while (back.station.ledger.head().size < remembered.size) back.hears({ text: '别的话' })
    expect(await officer.call('witness.present', remembered)).toMatchObject({ is: 'differs' })
    expect(entriesOf(back.station, 'witness.contradicted').map(({ data }) => data)).toEqual([
      { by: 'console', size: remembered.size, root: remembered.root, is: 'ahead' },
      { by: 'console', size: remembered.size, root: remembered.root, is: 'differs' },
    ])
    expect(supervisor.pushes.at(-1)).toMatchObject({ change: { subjects: ['witnesses'] } })
    expect((await supervisor.call('witnesses.list', {}))[0]).toMatchObject({
      kind: 'console',
      byName: '张建国',
      size: remembered.size,
      is: 'differs',
    })
    expect(await officer.call('witness.present', await memoryOf(officer))).toMatchObject({ is: 'matches' })
    expect((await supervisor.call('witnesses.list', {})).map(({ is }) => is)).toContain('differs')
  })

  test('stays with supervisors and auditors until one of them has taken note, by name; another head is another matter', async () => {
    const { desk, zhang, ducha, daiban } = await busy()
    const head = (fill: string, size = 9_999) => ({ size, root: fill.repeat(32) })
    expect(await zhang.call('witness.present', head('ab'))).toEqual({ is: 'ahead', noted: false })
    expect(await zhang.call('witness.present', head('ab'))).toEqual({ is: 'ahead', noted: false })
    const listed = await daiban.call('contradictions.list', {})
    expect(listed).toMatchObject([
      { by: 'console', size: 9_999, is: 'ahead', device: 'test-pc', byName: '张建国', notedByName: null },
    ])
    expect(await zhang.refused('contradictions.list', {})).toMatchObject({ code: 'forbidden' })
    expect(await zhang.refused('contradictions.note', { upto: 1 })).toMatchObject({ code: 'forbidden' })

    // Told of after the list was read: nobody has seen that one.
    await zhang.call('witness.present', head('cd', 3))
    await ducha.call('contradictions.note', { upto: listed[0]!.seq })
    expect(await daiban.refused('contradictions.note', { upto: listed[0]!.seq })).toEqual({
      code: 'nothing_to_do',
    })
    expect(await daiban.call('contradictions.list', {})).toMatchObject([
      { size: 3, is: 'differs', notedByName: null, notedAt: null },
      { size: 9_999, notedByName: '督察周', notedAt: expect.any(String) },
    ])
    expect(daiban.pushes.at(-1)).toMatchObject({ change: { subjects: ['contradictions'] } })
    expect(await zhang.call('witness.present', head('ab'))).toEqual({ is: 'ahead', noted: true })
    expect(await zhang.call('witness.present', head('cd', 3))).toEqual({ is: 'differs', noted: false })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('a head far beyond the ledger costs nothing to refuse', async () => {
    const { zhang } = await busy()
    const far = { size: Number.MAX_SAFE_INTEGER, root: 'ab'.repeat(32) }
    expect(await zhang.call('witness.present', far)).toMatchObject({ is: 'ahead' })
  })
})

test('the witnesses are the checkpoints with what they were made for, and whether they still match', async () => {
  const { desk, zhang, ducha } = await busy()
  desk.station.checkpoints.make('hour')
  const li = await at(desk, 'li')
  const handoff = await offer(desk, zhang)
  const signed = await takeOn(li, handoff)
  const list = await ducha.call('witnesses.list', {})
  expect(list).toMatchObject([
    { kind: 'handoff', where: handoff, code: signed.code, is: 'matches', byName: '李秀英' },
    { kind: 'hour', where: null, is: 'matches' },
  ])
  tamper(desk, `UPDATE entry SET leaf = zeroblob(32) WHERE seq = ${list[1]!.size + 1}`)
  expect((await ducha.call('witnesses.list', {})).map(({ is }) => is)).toEqual(['differs', 'matches'])
})
