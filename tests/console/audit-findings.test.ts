import { describe, expect, it } from 'vitest'
import { audit as en } from '../../src/console/i18n/en/audit.ts'
import { audit as zh } from '../../src/console/i18n/zh/audit.ts'
import { anomalyKey } from '../../src/console/screens/audit/anomalies/anomaly-key.ts'
import { periodNamed, spanOf } from '../../src/console/screens/audit/anomalies/anomaly-periods.ts'
import { joinedTo, seqsTyped } from '../../src/console/screens/audit/findings/finding-draft.ts'
import { gatherSummary } from '../../src/console/screens/audit/findings/gather-summary.ts'
import { type Anomaly, anomalyKind, type Finding } from '../../src/contract/audit.ts'
import { auditSummary } from '../../src/paper/audit-summary.ts'
import { htmlOf } from '../../src/paper/paper.ts'
import { auditedDesk, handOver } from '../support/audit.ts'
import { at } from '../support/console.ts'
import { hour, monday } from '../support/station.ts'

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
    expect(summary.head?.note).toContain('\n\n— ')
    expect(summary.entries).toBe(summary.types.reduce((sum, { n }) => sum + n, 0))
    const html = htmlOf(auditSummary(summary, 'zh'))
    expect(html).toContain('答复太慢')
    expect(html).not.toContain('正文齐全')
  })
})
