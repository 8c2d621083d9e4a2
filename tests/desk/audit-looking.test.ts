import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Entry } from '../../src/ledger/entry.ts'
import { leafHash } from '../../src/ledger/hash.ts'
import { verifyInclusion } from '../../src/ledger/proofs.ts'
import { allRecords } from '../support/audit.ts'
import { at } from '../support/console.ts'
import { entriesOf, minute, type TestStation, testStation } from '../support/station.ts'

describe('looking is on record', () => {
  const views = (desk: TestStation) => entriesOf(desk.station, 'audit.viewed')

  test('once for a filter, whatever the page, and again after ten minutes', async () => {
    const desk = await testStation()
    const ducha = await at(desk, 'ducha')
    const thread = desk.hears({ text: '户口怎么迁' })
    await allRecords(ducha, { thread, person: 'zhang' }, 1)
    await ducha.call('audit.records', { filter: { person: 'zhang', thread }, limit: 50 })
    expect(views(desk)).toMatchObject([
      { actor: { user: 'ducha', role: 'auditor' }, subject: 'audit', data: { thread, person: 'zhang' } },
    ])
    await ducha.call('audit.records', { filter: { thread }, limit: 50 })
    expect(views(desk)).toHaveLength(2)
    await desk.pass(10 * minute)
    await ducha.call('audit.records', { filter: { thread }, limit: 50 })
    expect(views(desk)).toHaveLength(3)
    const daiban = await at(desk, 'daiban')
    await daiban.call('audit.records', { filter: { thread }, limit: 50 })
    expect(views(desk).at(-1)).toMatchObject({ actor: { user: 'daiban', role: 'supervisor' } })
  })

  test('and stands among the records of what was looked at', async () => {
    const desk = await testStation()
    const ducha = await at(desk, 'ducha')
    const thread = desk.hears({ text: '户口怎么迁' })
    const [newest] = await allRecords(ducha, { thread })
    expect(newest).toMatchObject({ type: 'audit.viewed', actorName: '督察周', data: { thread } })
  })

  test('while nothing can be written it is read all the same', async () => {
    const desk = await testStation()
    const ducha = await at(desk, 'ducha')
    const thread = desk.hears({ text: '户口怎么迁' })
    await desk.station.auditing.settle()
    desk.station.readOnly = { since: desk.now, reason: 'disk full' }
    expect((await allRecords(ducha, { thread })).length).toBeGreaterThan(1)
    expect(views(desk)).toEqual([])
  })
})

describe('one entry as it is stored', () => {
  test('can be checked without the desk: leaf, link, commitment, proof to a checkpoint', async () => {
    const desk = await testStation()
    const ducha = await at(desk, 'ducha')
    desk.hears({ text: '电话 13812345678' })
    const { seq } = entriesOf(desk.station, 'message.received')[0]!
    expect((await ducha.call('audit.record', { seq })).proof).toBeNull()
    desk.station.checkpoints.make('test')
    for (let n = 0; n < 20; n += 1) desk.hears({ text: `第${n}句` })
    const raw = await ducha.call('audit.record', { seq })
    expect(leafHash(raw.canonical!)).toBe(raw.leaf)
    expect(raw.row.seq).toBe(seq)
    const entry = JSON.parse(raw.canonical!) as Entry
    expect(entry.prev).toBe(raw.prev)
    expect((await ducha.call('audit.record', { seq: seq - 1 })).leaf).toBe(raw.prev)
    const salted = Buffer.concat([Buffer.from(raw.body!.salt, 'base64'), Buffer.from(raw.body!.json)])
    expect(createHash('sha256').update(salted).digest('hex')).toBe(entry.data.content)
    expect(raw.row.text).toBe('电话 138****5678')
    expect(raw.body!.json).toContain('13812345678')
    const { size, root, hashes, code, note } = raw.proof!
    expect(verifyInclusion(raw.leaf, seq - 1, size, hashes, root)).toBe(true)
    expect(note).toContain(String(size))
    expect(code).toMatch(/^([0-9A-Z]{4}-){4}[0-9A-Z]{4}$/)
    expect((await ducha.call('audit.record', { seq: size + 1 })).proof).toBeNull()
    expect(await ducha.refused('audit.record', { seq: 100_000 })).toMatchObject({ code: 'not_found' })
  })

  test('whole numbers in it were looked at, and that is on record; an entry without words needs none', async () => {
    const desk = await testStation()
    const [zhang, ducha] = [await at(desk, 'zhang'), await at(desk, 'ducha')]
    const thread = desk.hears({ text: '电话 13812345678' })
    await zhang.call('thread.claim', { thread })
    const { seq } = entriesOf(desk.station, 'message.received')[0]!
    const claimed = entriesOf(desk.station, 'thread.claimed')[0]!
    expect((await ducha.call('audit.record', { seq: claimed.seq })).body).toBeNull()
    expect(entriesOf(desk.station, 'audit.viewed')).toEqual([])
    for (let n = 0; n < 3; n += 1) await ducha.call('audit.record', { seq })
    expect(entriesOf(desk.station, 'audit.viewed').map(({ data }) => data)).toEqual([{ raw: seq }])
  })

  test('of erased words it says that they were there', async () => {
    const desk = await testStation()
    const ducha = await at(desk, 'ducha')
    const thread = desk.hears({ text: '要删的话' })
    const { seq } = entriesOf(desk.station, 'message.received')[0]!
    const { station } = desk
    station.bus.runNow({ user: 'core', role: 'system', device: 'test-pc', now: desk.now }, () => ({
      decision: {
        entries: [
          {
            type: 'content.erased',
            v: 1,
            subject: 'run',
            data: { seqs: [seq], ground: '到期', scope: 'due', run: 'r' },
          },
        ],
      },
      write: () => void station.ledger.erase([seq]),
    }))
    const row = (await allRecords(ducha, { thread })).find((each) => each.seq === seq)
    expect(row).toMatchObject({ text: null, content: 'erased' })
    expect((await ducha.call('audit.record', { seq })).body).toBeNull()
  })
})
