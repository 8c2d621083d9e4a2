import { describe, expect, test } from 'vitest'
import { type AuditSummary, auditSummary } from '../../src/paper/audit-summary.ts'
import { htmlOf } from '../../src/paper/paper.ts'
import { checkpoint } from './a-handoff.ts'
import { anAudit } from './an-audit.ts'

const languages = ['zh', 'en'] as const
const htmlFor = (summary: AuditSummary, language: 'zh' | 'en' = 'zh') =>
  htmlOf(auditSummary(summary, language))
const textOf = (html: string) =>
  html
    .replace(/<style>.*?<\/style>/gs, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
const part = (html: string, name: string) => html.split(`data-part="${name}"`).slice(1)

describe('the summary for people', () => {
  test.each(languages)(
    '%s: says station, scope, period, counts, who made it, and how to verify it',
    (language) => {
      const html = htmlFor(anAudit({ scopeTitle: '三组 王桂兰' }), language)
      const text = textOf(html)
      for (const said of [
        '隆回县公安局桃洪派出所',
        '三组 王桂兰',
        '2026-03-02 08:00:00',
        '2026-03-09 07:59:58',
        '2026-03-10 14:30:05',
        '孙丽',
        'duty-desk-2026-03-02--03-09.zip',
        '4812',
        '37',
        `node verify.mjs duty-desk-2026-03-02--03-09.zip --code ${checkpoint.size}:${checkpoint.code}`,
      ])
        expect(text).toContain(said)
      expect(part(html, 'qr')).toHaveLength(1)
    },
  )

  test('counts by type in words and by person', () => {
    const html = htmlFor(anAudit())
    const types = part(html, 'type').map(textOf)
    expect(types[0]).toMatch(/居民来信 message\.received 1904/)
    expect(types.at(-1)).toContain('future.unheardOf')
    const people = part(html, 'person').map(textOf)
    expect(people[0]).toMatch(/值班台.*2113/)
    expect(people[1]).toMatch(/陈军 值班民警 1402 711 322/)
  })

  test('lists handoffs with codes, and promises kept and broken', () => {
    const html = htmlFor(anAudit())
    const handoffs = part(html, 'handoff').map(textOf)
    expect(handoffs).toHaveLength(6)
    expect(handoffs[2]).toMatch(
      /03-04 08:12 陈军 → 刘芳 东片综合岗 20 \(2\) 兑现 11，迟 1，未兑现 2，未到期 0 45500/,
    )
    expect(handoffs[2]).toContain(checkpoint.code)
    expect(handoffs[3]).toContain('代签')
    const [broken] = part(html, 'promise').map(textOf)
    expect(broken).toMatch(/03-06 17:00 三组 王桂兰 周五前电话回复.* 刘芳 未兑现/)
  })

  test('a promise about a private thread shows a lock and its deadline', () => {
    const html = htmlFor(anAudit())
    expect(html).not.toContain('绝密')
    expect(textOf(part(html, 'promise')[1]!)).toMatch(/03-06 18:00 .*🔒/)
  })

  test('anomalies are counted, the gravest named with their records, the rest told', () => {
    const html = htmlFor(anAudit())
    expect(textOf(html)).toMatch(/办结后又答复 2 .*时钟跳变 1 .*越权尝试 5/)
    const gravest = part(html, 'anomaly').map(textOf)
    expect(gravest[0]).toMatch(/03-06 02:00 高 时钟跳变 – 45001、45002/)
    expect(gravest[1]).toContain('45106 … (8)')
    expect(html).toContain('其余 6 项未列出')
  })

  test('findings stand with note, state and outcome', () => {
    expect(textOf(part(htmlFor(anAudit()), 'finding')[0]!)).toMatch(
      /中 办结后仍在答复 居民补充材料后应重开.*孙丽 已了结 已对陈军提醒/,
    )
  })

  test('says what was left out and that verification still holds, or that nothing was', () => {
    expect(htmlFor(anAudit())).toContain('37 条记录的正文因私密未附，4 条的正文已依法删除')
    expect(htmlFor(anAudit({ withheld: 0, erased: 0 }))).toContain('所有记录的正文齐全')
  })

  test('the verdict is in plain words, good or bad', () => {
    expect(textOf(htmlFor(anAudit()))).toMatch(/未被改动 .*完整/)
    const verdict = anAudit().verdict!
    const bad = htmlFor(
      anAudit({
        verdict: {
          ...verdict,
          unaltered: false,
          firstBad: { seq: 812, where: 'leaf', what: 'bytes differ' },
          complete: 'no',
        },
      }),
    )
    expect(textOf(bad)).toMatch(/已被改动 第一处不符：leaf、第 812 条，bytes differ .*不完整/)
    expect(bad.match(/class="bad"/g)).toHaveLength(2)
    expect(htmlFor(anAudit({ verdict: null }))).toContain('制作本说明时没有核验')
    expect(htmlFor(anAudit({ verdict: { ...verdict, complete: 'unknown' } }))).toContain('完整性未知')
  })

  test('checkpoints say where each is kept and whether it agrees', () => {
    const html = htmlFor(anAudit({ heads: [{ ...anAudit().heads[1]!, is: 'differs' }] }))
    expect(textOf(part(html, 'head')[0]!)).toMatch(/其他电脑所见； PC-DUTY-2 46000 .*不符/)
  })

  test('an empty scope says so in each place', () => {
    const empty = {
      handoffs: [],
      promises: [],
      anomalies: [],
      gravest: [],
      findings: [],
      heads: [],
      head: null,
    }
    const text = textOf(
      htmlFor(anAudit({ ...empty, from: null, to: null, entries: 0, types: [], people: [] })),
    )
    for (const said of ['没有完成的交接班', '没有发现异常', '没有保存的督察发现', '没有存证码'])
      expect(text).toContain(said)
  })

  test('where nobody looked for anomalies or findings it does not say that there are none', () => {
    const text = textOf(htmlFor(anAudit({ anomalies: null, gravest: [], findings: null })))
    for (const said of ['异常', '督察发现']) expect(text).not.toContain(said)
  })

  test('what people wrote never becomes markup', () => {
    const hostile = '<script>alert(1)</script></style>'
    const html = htmlFor(
      anAudit({ station: hostile, scopeTitle: hostile, madeByName: hostile, file: hostile }),
    )
    expect(html).not.toContain('<script')
    expect(html.match(/<\/style>/g)).toHaveLength(1)
  })
})
