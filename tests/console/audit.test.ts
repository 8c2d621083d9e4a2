import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sentenceKey } from '../../src/console/composables/use-act-words.ts'
import { acts } from '../../src/console/i18n/zh/acts.ts'
import { countsOf, followed } from '../../src/console/screens/audit/handoffs/outcome-marks.ts'
import { latest } from '../../src/console/screens/audit/history/latest.ts'
import { atShare, shareOf, spanAround, stepOf } from '../../src/console/screens/audit/history/slider-steps.ts'
import { fieldOf, instantOf } from '../../src/console/screens/audit/local-instant.ts'
import { checkRaw } from '../../src/console/screens/audit/raw-check.ts'
import { bucketAt, fullest, spanOfBuckets } from '../../src/console/screens/audit/records/density.ts'
import {
  chipsOf,
  filterOf,
  narrowed,
  typeGroups,
} from '../../src/console/screens/audit/records/record-filter.ts'
import { recordFilter } from '../../src/contract/audit.ts'
import type { HandoffItem, ItemOutcome } from '../../src/contract/handoff.ts'
import { auditedDesk } from '../support/audit.ts'
import { hour, root } from '../support/station.ts'

const minute = 60_000

/** Every type of entry that any part of the desk can write, read from the source itself. */
function writtenTypes(): string[] {
  const types = new Set<string>()
  for (const folder of ['desk', 'hosts', 'ledger'])
    for (const file of readdirSync(join(root, 'src', folder), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue
      const source = readFileSync(join(root, 'src', folder, file), 'utf8')
      for (const [, type] of source.matchAll(/draft\(\s*'([a-zA-Z]+\.[a-zA-Z]+)'/g)) types.add(type!)
    }
  return [...types].sort()
}

describe('the records', () => {
  it('have a sentence and a group for every type of entry the desk can write', () => {
    const types = writtenTypes()
    expect(types.length).toBeGreaterThan(100)
    const groups = Object.values(typeGroups).flat() as string[]
    for (const type of types) {
      const [, area = '', did = ''] = sentenceKey(type, {}).split('.')
      const sentences = (acts as unknown as Record<string, Record<string, string>>)[area]
      expect(sentences?.[did], `a sentence for ${type}`).toBeTypeOf('string')
      expect(groups.includes(`${area}.`) || groups.includes(type), `a group for ${type}`).toBe(true)
    }
  })

  it('are narrowed by what the address says, and a mangled address narrows nothing', () => {
    const place = {
      part: 'records',
      thread: 't1',
      person: 'zhang',
      groups: 'handoffs,nonsense,access',
      from: '2026-11-20T00:00:00.000Z',
      shift: '17',
      fromSeq: '-3',
      to: 'yesterday',
    }
    const filter = filterOf(place)
    expect(filter).toEqual({
      thread: 't1',
      person: 'zhang',
      shift: 17,
      from: '2026-11-20T00:00:00.000Z',
      types: ['handoff.', 'session.', 'access.'],
    })
    expect(recordFilter.safeParse(filter).success).toBe(true)
    expect(chipsOf(place)).toEqual(['thread', 'shift', 'person', 'groups', 'from'])
    expect(filterOf({ types: 'drop table', account: '' })).toEqual({})
  })

  it('lose one filter at a time, and with it what was chosen', () => {
    const place = { part: 'records', person: 'zhang', account: 'liuhe', record: '12' }
    expect(narrowed(place, { person: null })).toEqual({ part: 'records', account: 'liuhe' })
    expect(narrowed(place, { groups: 'alarms' })).toEqual({
      part: 'records',
      person: 'zhang',
      account: 'liuhe',
      groups: 'alarms',
    })
  })

  it('are asked for by the time of China, to the second', () => {
    expect(instantOf('2026-11-20T03:14:05')).toBe('2026-11-19T19:14:05.000Z')
    expect(instantOf('2026-11-20T03:14')).toBe('2026-11-19T19:14:00.000Z')
    expect(instantOf('2026-11')).toBeNull()
    expect(fieldOf('2026-11-19T19:14:05.678Z')).toBe('2026-11-20T03:14:05')
  })

  it('are chosen by bars that join without a gap', () => {
    const none = { messages: 0, acts: 0, refusals: 0 }
    const density = {
      from: 0,
      to: 999,
      buckets: [none, { ...none, acts: 3 }, none, { ...none, messages: 9 }],
    }
    expect(spanOfBuckets(density, 1, 0)).toEqual({ from: 0, to: 499 })
    expect(spanOfBuckets(density, 2, 3)).toEqual({ from: 500, to: 999 })
    expect([0, 249, 250, 999, 5_000].map((ms) => bucketAt(density, ms))).toEqual([0, 0, 1, 3, 3])
    expect(fullest(density, 1)).toEqual([3])
    expect(fullest(density, 9)).toEqual([1, 3])
  })
})

describe('a raw entry', () => {
  const sha = async (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())

  it('is checked in the page as the ledger made it, and a single changed letter shows', async () => {
    const { test, zhang, ducha } = await auditedDesk()
    const thread = test.hears({ from: '一组 甲', text: '户口怎么迁' })
    await zhang.call('thread.claim', { thread })
    for (let n = 0; n < 5; n++) await zhang.call('thread.note', { thread, text: `看过 ${n}` })
    await test.station.checkpoints.make('hour')
    const { size } = test.station.ledger.head()
    for (let seq = 1; seq < size; seq++) {
      const record = await ducha.call('audit.record', { seq })
      const checks = await checkRaw(record, sha)
      expect(checks.leaf, `leaf ${seq}`).toBe(true)
      if (record.proof) expect(checks.proof, `proof ${seq}`).toBe(true)
      if (record.body) expect(checks.content, `content ${seq}`).toBe(true)
    }
    const note = (await ducha.call('audit.records', { filter: { types: ['note.added'] }, limit: 1 })).rows[0]!
    const record = await ducha.call('audit.record', { seq: note.seq })
    expect(record.proof, 'a proof').not.toBeNull()
    expect(record.body, 'its words').not.toBeNull()
    const lies = {
      ...record,
      canonical: record.canonical!.replace('zhang', 'zhanq'),
      body: { ...record.body!, json: record.body!.json.replace('看过', '没看') },
      proof: { ...record.proof!, hashes: record.proof!.hashes.toReversed() },
    }
    expect(await checkRaw(lies, sha)).toEqual({ leaf: false, proof: false, content: false })
    const sealed = { ...record, canonical: null, body: null, proof: null }
    expect(await checkRaw(sealed, sha)).toEqual({ leaf: null, proof: null, content: null })
  })
})

describe('the time slider', () => {
  const press = (key: string, shiftKey = false) => stepOf({ key, shiftKey })

  it('goes by an entry, a minute, an hour, and to the ends', () => {
    expect(press('ArrowLeft')).toEqual({ by: 'entry', n: -1 })
    expect(press('ArrowRight', true)).toEqual({ by: 'time', ms: minute })
    expect(press('PageDown')).toEqual({ by: 'time', ms: -hour })
    expect(press('PageUp')).toEqual({ by: 'time', ms: hour })
    expect(press('Home')).toEqual({ by: 'end', end: 'first' })
    expect(press('j')).toBeNull()
  })

  it('shows a part of the time that stays still for as long as the moment is in it', () => {
    const all = { from: 0, to: 100 * hour }
    const day = spanAround(50 * hour, 'day', all, null)
    expect(day).toEqual({ from: 38 * hour, to: 62 * hour })
    expect(spanAround(60 * hour, 'day', all, day)).toBe(day)
    expect(spanAround(63 * hour, 'day', all, day)).toEqual({ from: 51 * hour, to: 75 * hour })
    expect(spanAround(99 * hour, 'day', all, null)).toEqual({ from: 76 * hour, to: 100 * hour })
    expect(spanAround(1, 'month', all, null)).toEqual(all)
    expect(atShare(shareOf(41 * hour, day), day)).toBe(41 * hour)
    expect(shareOf(5, { from: 5, to: 5 })).toBe(1)
  })

  it('dragged fast asks for the first and the last place, and takes the last alone', async () => {
    const asked: number[] = []
    const taken: number[] = []
    const failed: unknown[] = []
    const answers = new Map<number, (how: 'answer' | 'fail') => void>()
    const moments = latest(
      (at: number) => {
        asked.push(at)
        return new Promise<number>((resolve, reject) => {
          answers.set(at, (how) => (how === 'answer' ? resolve(at) : reject(new Error(String(at)))))
        })
      },
      (answer) => taken.push(answer),
      (error) => failed.push(error),
    )
    const settled = () => new Promise((resolve) => setImmediate(resolve))
    for (let at = 1; at <= 9; at++) moments.put(at)
    answers.get(1)!('answer')
    await settled()
    answers.get(9)!('answer')
    await settled()
    expect(asked).toEqual([1, 9])
    expect(taken).toEqual([9])
    moments.put(10)
    moments.put(11)
    answers.get(10)!('fail')
    await settled()
    answers.get(11)!('fail')
    await settled()
    expect(failed).toHaveLength(1)
    moments.put(12)
    moments.stop()
    answers.get(12)!('answer')
    await settled()
    expect(taken).toEqual([9])
  })
})

describe('what became of a handoff', () => {
  const item = (id: string) => ({ id }) as HandoffItem
  const outcome = (id: string, state: 'open' | 'kept' | 'late' | 'broken' | null) =>
    ({ item: id, promise: state && { state } }) as ItemOutcome

  it('is counted, and what went wrong stands first', () => {
    const outcomes = [outcome('a', 'kept'), outcome('b', null), outcome('c', 'broken'), outcome('d', 'late')]
    expect(countsOf(outcomes)).toEqual({ promised: 3, kept: 1, late: 1, broken: 1, open: 0 })
    const rows = followed(['a', 'b', 'c', 'd', 'e'].map(item), outcomes)
    expect(rows.map((row) => [row.item.id, row.mark])).toEqual([
      ['c', 'broken'],
      ['d', 'late'],
      ['a', 'kept'],
      ['b', 'none'],
      ['e', 'none'],
    ])
  })
})
