import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sentenceKey } from '../../src/console/composables/use-act-words.ts'
import { audit as en } from '../../src/console/i18n/en/audit.ts'
import { acts } from '../../src/console/i18n/zh/acts.ts'
import { audit as zh } from '../../src/console/i18n/zh/audit.ts'
import { anomalyKey } from '../../src/console/screens/audit/anomalies/anomaly-key.ts'
import { periodNamed, spanOf } from '../../src/console/screens/audit/anomalies/anomaly-periods.ts'
import { joinedTo, seqsTyped } from '../../src/console/screens/audit/findings/finding-draft.ts'
import { gatherSummary } from '../../src/console/screens/audit/findings/gather-summary.ts'
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
import { type Anomaly, anomalyKind, type Finding, recordFilter } from '../../src/contract/audit.ts'
import type { HandoffItem, ItemOutcome } from '../../src/contract/handoff.ts'
import { auditSummary } from '../../src/paper/audit-summary.ts'
import { htmlOf } from '../../src/paper/paper.ts'
import { auditedDesk, handOver } from '../support/audit.ts'
import { at } from '../support/console.ts'
import { hour, monday, root } from '../support/station.ts'

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

describe('anomalies', () => {
  const sentence = (language: object, key: string) =>
    key
      .split('.')
      .reduce<unknown>((found, part) => (found as Record<string, unknown> | undefined)?.[part], language)
  const variants: Record<string, Anomaly['facts'][]> = {
    answerAfterClose: [{ why: 'sent' }, { why: 'undelivered' }],
    longHold: [{ answered: 1 }, { answered: 0 }],
    unanswered: [{ answered: 1 }, { answered: 0 }],
    handoffUnread: [{ why: 'neverOpened' }, { why: 'tooFast' }],
    handoffOnBehalf: [{ notReadBack: 0 }, { notReadBack: 2 }],
    promiseBroken: [
      { late: null, due: 'x' },
      { late: 5, due: 'x' },
      { late: null, due: null },
    ],
    clockJump: [{ ahead: null }, { ahead: 5 }],
    coverageBreak: [
      { why: 'accountOff', until: null },
      { why: 'accountOff', until: 'x' },
      { why: 'late' },
      { why: 'notSent' },
      { why: 'stoodStill' },
    ],
    unmanned: [{ until: null }, { until: 'x' }],
    alarmLate: [
      { acknowledged: 1, alarmKind: 'crisis' },
      { acknowledged: 1, alarmKind: null },
      { acknowledged: 0, alarmKind: null },
    ],
    glassUnseen: [{ seen: 0 }, { seen: 1 }],
  }

  it('have a sentence in both languages, whatever was measured', () => {
    for (const kind of anomalyKind.options)
      for (const facts of variants[kind] ?? [{}])
        for (const language of [zh, en])
          expect(
            sentence(language.anomalies.sentences, anomalyKey(kind, facts)),
            `${kind} ${JSON.stringify(facts)}`,
          ).toBeTypeOf('string')
  })

  it('are looked for in a month unless another time is named', () => {
    const now = Date.parse('2026-11-23T00:00:00.000Z')
    expect(periodNamed('nonsense')).toBe('month')
    expect(spanOf('week', now, {})).toEqual({
      from: '2026-11-16T00:00:00.000Z',
      to: '2026-11-23T00:00:00.000Z',
    })
    const own = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z' }
    expect(spanOf('own', now, own)).toEqual(own)
    expect(spanOf('own', now, { from: own.to, to: own.from }).to).toBe('2026-11-23T00:00:00.000Z')
  })
})

describe('a finding', () => {
  it('takes numbers as people write them, and nothing else', () => {
    expect(seqsTyped('12，15-17 12、3')).toEqual([3, 12, 15, 16, 17])
    expect(seqsTyped('')).toEqual([])
    expect(seqsTyped('0')).toBeNull()
    expect(seqsTyped('9-3')).toBeNull()
    expect(seqsTyped('abc')).toBeNull()
    expect(seqsTyped('1-1000')).toBeNull()
  })

  it('that is there keeps its own words when records are added to it', () => {
    const finding = {
      id: 'f',
      title: '迟答',
      note: '看过',
      severity: 'low',
      seqs: [9],
      threads: ['t1'],
      handoffs: [],
      anomaly: null,
    } as unknown as Finding
    const seed = {
      title: '别的',
      severity: 'high',
      seqs: [3, 9],
      threads: ['t2'],
      handoffs: ['h'],
      anomaly: 'longHold:3',
    } as const
    expect(joinedTo(finding, { ...seed, seqs: [...seed.seqs], threads: ['t2'], handoffs: ['h'] })).toEqual({
      id: 'f',
      title: '迟答',
      note: '看过',
      severity: 'low',
      seqs: [3, 9],
      threads: ['t1', 't2'],
      handoffs: ['h'],
      anomaly: 'longHold:3',
    })
  })

  it('stands in the printed summary with the handoffs, their broken promises and the counts of its time', async () => {
    const { test, zhang, li, ducha, answer } = await auditedDesk()
    const thread = test.hears({ from: '一组 甲', text: '户口怎么迁' })
    await zhang.call('thread.claim', { thread })
    await answer(zhang, thread)
    const handoff = await handOver(test, zhang, { console: li, user: 'li' }, { deadline: test.now + hour })
    await test.pass(3 * hour)
    const { rows } = await ducha.call('audit.records', { filter: { types: ['thread.claimed'] }, limit: 1 })
    await ducha.call('finding.save', {
      id: 'f',
      title: '答复太慢',
      note: null,
      severity: 'high',
      seqs: [rows[0]!.seq],
      threads: [thread],
      handoffs: [handoff],
      anomaly: null,
    })
    const admin = await at(test, 'guanli')
    const summary = await gatherSummary((name, input) => ducha.call(name, input), {
      station: '柳河派出所',
      madeAt: new Date(monday).toISOString(),
      madeByName: '督察周',
      span: null,
      people: await admin.call('people.list', {}),
      findings: (await ducha.call('findings.list', { offset: 0, limit: 10 })).rows,
    })
    expect(summary.people.find(({ name }) => name === '张建国')).toMatchObject({ answers: 1 })
    expect(summary.handoffs).toMatchObject([{ id: handoff, fromName: '张建国', toName: '李秀英' }])
    expect(summary.promises.map(({ state }) => state)).toEqual(['broken'])
    expect(summary.entries).toBe(summary.types.reduce((sum, { n }) => sum + n, 0))
    const html = htmlOf(auditSummary(summary, 'zh'))
    expect(html).toContain('答复太慢')
    expect(html).not.toContain('正文齐全')
  })
})
