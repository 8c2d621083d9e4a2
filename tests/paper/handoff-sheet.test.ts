import { describe, expect, test } from 'vitest'
import type { Handoff, HandoffItem } from '../../src/contract/handoff.ts'
import { handoffSheet } from '../../src/paper/handoff-sheet.ts'
import { htmlOf } from '../../src/paper/paper.ts'
import { wordsIn } from '../../src/paper/words/words.ts'
import {
  aHandoff,
  checkpoint,
  closedItem,
  copy,
  criticalItem,
  faultItem,
  keptItem,
  names,
  plainItem,
} from './a-handoff.ts'

const languages = ['zh', 'en'] as const
const htmlFor = (handoff: Handoff, language: 'zh' | 'en' = 'zh') =>
  htmlOf(handoffSheet(handoff, names, copy, language))
/** What a reader sees, without markup and style. */
const textOf = (html: string) =>
  html
    .replace(/<style>.*?<\/style>/gs, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
const bodyOf = (html: string) => html.slice(html.indexOf('<body>'))
const withItems = (...items: HandoffItem[]) => aHandoff(0, { items })
const part = (html: string, name: string) => html.split(`data-part="${name}"`).slice(1)

describe('the handoff sheet', () => {
  test.each(languages)('%s: says station, post, who to whom, freeze point and times', (language) => {
    const text = textOf(htmlFor(aHandoff(8), language))
    for (const said of [
      '隆回县公安局桃洪派出所',
      '东片综合岗',
      '陈军',
      '刘芳',
      '2026-03-09 07:45:12', // Beijing time of the freeze point
      '48090',
      '2026-03-09 07:40:00',
      '2026-03-09 08:02:30',
      '2026-03-09 08:12:44',
      '2026-03-09 08:21',
      '0197c1d2-7a40-7c11-9d58-2f6f0b9f3e22',
    ])
      expect(text).toContain(said)
  })

  test('counts what was handed over, kept, closed, read back and asked', () => {
    const html = bodyOf(htmlFor(aHandoff(60)))
    const said = [...html.matchAll(/<li><strong>(\d+)<\/strong><span>([^<]+)<\/span>/g)].map(
      ([, n, name]) => `${name} ${n}`,
    )
    expect(said).toEqual([
      '事项 60',
      '须复述 3',
      '已复述 3',
      '移交 58',
      '留办 1',
      '办结 1',
      '已接收 60',
      '提问 1',
      '队列 12',
    ])
  })

  test.each(languages)(
    '%s: a severe item has its mark, why, source beside the read-back, and what is to be done',
    (language) => {
      const words = wordsIn(language).sheet
      const html = htmlFor(withItems(criticalItem), language)
      const [card] = part(html, 'severe-item')
      const text = textOf(card!)
      for (const said of [
        words.severities.critical,
        '五组 李秀英',
        '我不想活了，孩子也不理我。',
        '李秀英夜里说过轻生的话又撤回',
        '八点半前给其女儿打电话',
        '如电话不通，立即请村支书上门',
        '女儿的电话是登记的那个吗？',
        '是，夜里通过话。',
        '每两小时联系一次',
        '调解专席',
        '红',
        '03-09 08:30', // the deadline
        '03-09 09:30', // by when the desk must accept
        '03-09 02:12', // the alarm
        '03-09 08:08', // the read-back
        words.why.alarm.slice(1),
        words.why.danger,
        words.why.promise,
      ])
        expect(text).toContain(said)
      expect(card!.indexOf('我不想活了')).toBeLessThan(card!.indexOf('李秀英夜里说过'))
    },
  )

  test('severe items stand first whatever was decided of them, and nothing stands twice', () => {
    const severeKept = { ...keptItem, id: 'severe-kept', severity: 'serious' as const, title: '留办的重点' }
    const html = htmlFor(withItems(criticalItem, severeKept, plainItem, keptItem, closedItem, faultItem))
    const places = ['五组 李秀英', '留办的重点', '三组 王桂兰', '一组 赵德厚', '二组 孙小军', '西村户户通']
      .map((title) => `<strong><bdi>${title}</bdi></strong>`)
      .map((title) => [html.indexOf(title), html.lastIndexOf(title)])
    expect(places.map(([first]) => first)).toEqual(places.map(([first]) => first).toSorted((a, b) => a! - b!))
    for (const [first, last] of places) {
      expect(first).toBeGreaterThan(0)
      expect(last).toBe(first)
    }
  })

  test('severity is told without colour: by word, rule and weight', () => {
    const html = htmlFor(aHandoff(60))
    for (const word of ['危急', '严重', '关注', '一般']) expect(bodyOf(html)).toContain(`>${word}</span>`)
    const colours = [...html.matchAll(/#([0-9a-f]{3,6})\b/gi)].map(([, hex]) => hex!)
    const grey = (hex: string) =>
      hex.length === 3
        ? new Set(hex).size === 1
        : hex.slice(0, 2) === hex.slice(2, 4) && hex.slice(2, 4) === hex.slice(4)
    expect(colours.filter((hex) => !grey(hex))).toEqual(['8a929c']) // behind the sheet, on screen only
  })

  test('an account says since when it is faulty, and of which time messages may be lost', () => {
    const sheet = aHandoff(8)
    const trouble = {
      fault: { what: 'token', code: 40_001, since: '2026-11-23T19:12:00.000Z' },
      gaps: [{ from: '2026-11-20T01:00:00.000Z', to: '2026-11-20T05:30:00.000Z' }],
    }
    const items = sheet.items.map((item) => (item.kind === 'account' ? { ...item, trouble } : item))
    const [accounts] = part(htmlFor({ ...sheet, items }), 'accounts')
    expect(textOf(accounts!)).toMatch(/03:12.*起收信故障（token 40001）.*09:00.*至.*13:30.*的来信可能有丢失/)
  })

  test('kept items say why, closed ones how, faults what is wrong, and notices stand there', () => {
    const html = htmlFor(aHandoff(8))
    const [keep] = part(html, 'keep')
    expect(keep).toContain('已约上午十点本人到所做笔录')
    const [close] = part(html, 'close')
    expect(textOf(close!)).toContain('无需答复')
    expect(close).toContain('失主已到所领回')
    const [accounts] = part(html, 'accounts')
    expect(textOf(accounts!)).toMatch(/西村户户通.*账号故障.*03:12 起收不到新消息.*请村干部重新扫码登录/)
    const [notices] = part(html, 'notices')
    expect(notices).toContain('寻找走失老人张福生')
  })

  test('lists the queue, and says where it lists only a part', () => {
    const html = htmlFor(aHandoff(3))
    expect(part(html, 'queued')).toHaveLength(12)
    expect(textOf(html)).toContain('03-09 05:03')
    expect(html).not.toContain('只列出前')
    const long = aHandoff(3)
    long.queue.threads = 640
    expect(htmlFor(long)).toContain('只列出前 12 个')
  })

  test('what did not move says so, and why', () => {
    const html = htmlFor(withItems({ ...plainItem, moved: { left: 'heldByOther' } }))
    expect(html).toContain('未移交：签名前已由他人承办')
    expect(htmlFor(withItems(plainItem))).not.toContain('未移交')
  })

  test('both signatures stand there with name, role, time and whom somebody signed for, and room for ink', () => {
    const html = htmlFor(aHandoff(3))
    const [outgoing] = part(html, 'signature-outgoing')
    expect(textOf(outgoing!)).toMatch(/陈军.*值班民警.*2026-03-09 08:02:30/)
    const [incoming] = part(html, 'signature-incoming')
    expect(textOf(incoming!)).toMatch(/周建国.*带班领导.*代 刘芳 签.*2026-03-09 08:12:44.*刘芳在现场处置警情/)
    expect(html.match(/手写签名/g)).toHaveLength(2)
    expect(html).not.toContain('未签名')
  })

  test('the code stands large with its size, as it is typed to compare, and on every page', () => {
    const html = htmlFor(aHandoff(3))
    const [seal] = part(html, 'seal')
    expect(seal!.replace(/<[^>]+>/g, '')).toContain(checkpoint.code)
    expect(seal).toContain(`<dd>${checkpoint.size}</dd>`)
    expect(html).toContain(String.raw`\a 48213\20 FNE3\2d M6FG\2d X2S4\2d CZAW\2d 78CZ`)
    expect(part(html, 'qr')).toHaveLength(1)
  })

  test('where the machine has no signing key it says that there is no code', () => {
    const html = htmlFor(aHandoff(3, { checkpoint: null, code: null }))
    expect(html).toContain('没有存证码')
    expect(part(html, 'qr')).toHaveLength(0)
  })

  test.each([
    ['preparing', '草稿 · 未签名'],
    ['offered', '待接班签名'],
    ['cancelled', '已取消'],
  ] as const)('one that is %s is watermarked as not signed', (state, mark) => {
    const html = htmlFor(aHandoff(3, { state, checkpoint: null, code: null, signatures: [] }))
    expect(part(html, 'watermark')[0]).toContain(mark)
    expect(html).toContain('未签名')
    expect(part(htmlFor(aHandoff(3)), 'watermark')).toHaveLength(0)
  })

  test('what nobody decided yet is listed as such on a draft', () => {
    const html = htmlFor({ ...withItems({ ...plainItem, decision: null }), state: 'preparing' })
    expect(part(html, 'undecided')[0]).toContain('三组 王桂兰')
    expect(part(html, 'handOver')).toHaveLength(0)
  })

  test('what was settled elsewhere before the signatures needed no decision, and is not called undecided', () => {
    const gone = { ...plainItem, decision: null, moved: { left: 'closed' as const } }
    const html = htmlFor(withItems(gone, { ...gone, severity: 'serious', title: '重点' }))
    expect(part(html, 'gone')[0]).toContain('未移交：签名前已办结')
    expect(part(html, 'undecided')).toHaveLength(0)
    expect(bodyOf(html)).not.toContain('未决定')
  })

  test('a correction names the sheet it corrects, and a corrected sheet its corrections', () => {
    const corrected = htmlFor(aHandoff(3, { correctedBy: ['corr-1', 'corr-2'] }))
    expect(corrected).toContain('corr-1、corr-2')
    const correction = htmlFor(
      aHandoff(0, {
        corrects: 'first-sheet',
        text: '第 3 项期限应为 3 月 10 日',
        to: null,
        toName: null,
        offeredAt: null,
        signatures: aHandoff(0).signatures.slice(0, 1),
      }),
    )
    expect(correction).toContain('交接班更正单')
    expect(correction).toContain('first-sheet')
    expect(part(correction, 'correction')[0]).toContain('第 3 项期限应为 3 月 10 日')
    expect(textOf(part(correction, 'signature-outgoing')[0]!)).toMatch(/更正人.*陈军.*2026-03-09 08:02:30/)
    for (const other of ['没有须复述', '未签名', '尚未指定', '<dt>接班', '交接时点'])
      expect(bodyOf(correction)).not.toContain(other)
  })

  test('years other than that of the handoff are written out', () => {
    const made = { ...plainItem.decision!, do: 'handOver' as const, nextAction: 'x', ifThen: null }
    const html = htmlFor(
      withItems({ ...plainItem, decision: { ...made, deadline: '2027-01-02T01:00:00.000Z' } }),
    )
    expect(html).toContain('2027-01-02 09:00')
  })
})

describe('what is private', () => {
  const secret: HandoffItem = {
    ...criticalItem,
    title: '绝密标题',
    accountName: '绝密账号',
    summary: '绝密摘要',
    promise: { id: 'p', nextAction: '绝密承诺', deadline: null },
    decision: {
      ...plainItem.decision!,
      do: 'handOver',
      nextAction: '绝密动作',
      deadline: '2026-03-09T00:30:00.000Z',
      ifThen: '绝密如果',
    },
    readBack: { text: '绝密复述', at: '2026-03-09T00:08:00.000Z', byName: '刘芳' },
    questions: [
      {
        id: 'q',
        text: '绝密提问',
        byName: '刘芳',
        at: '2026-03-09T00:06:00.000Z',
        reply: { text: '绝密答复', byName: '陈军', at: '2026-03-09T00:07:00.000Z' },
      },
    ],
  }
  const keep = { do: 'keep' as const, reason: '绝密理由', at: plainItem.decision!.at, byName: '陈军' }
  const close = {
    do: 'close' as const,
    disposition: 'answered',
    note: '绝密说明',
    at: keep.at,
    byName: '陈军',
  }

  test.each([
    ['to this reader', { private: true, readable: false }],
    ['though this reader may read it on screen', { private: true, readable: true }],
    ['though it is not marked so', { private: false, readable: false }],
  ])('%s stays off paper: a lock, its category and times', (_name, how) => {
    const of = (changed: Partial<HandoffItem>): HandoffItem => ({ ...secret, ...how, ...changed })
    const items = [
      of({}),
      of({ decision: keep }),
      of({ decision: close }),
      of({ severity: 'routine' }),
      of({ severity: 'routine', decision: null }),
      of({ severity: 'routine', decision: keep }),
      of({ severity: 'routine', decision: close }),
    ]
    for (const language of languages) {
      const html = htmlFor(withItems(...items), language)
      expect(html).not.toContain('绝密')
      expect(html).toContain('🔒')
      const text = textOf(part(html, 'severe-item')[0]!)
      expect(text).toContain(wordsIn(language).shared.categories.crisis)
      expect(text).toContain('03-09 08:30')
    }
  })
})

describe('what people wrote', () => {
  const hostile = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>&lt;</style></td>\u0000`
  const everywhere = (value: unknown): unknown => {
    if (typeof value === 'string')
      return /^\d{4}-\d\d-\d\dT/.test(value) || codes.has(value) ? value : `${hostile}${value}`
    if (Array.isArray(value)) return value.map(everywhere)
    if (value && typeof value === 'object')
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, everywhere(one)]))
    return value
  }
  const codes = new Set([
    'done',
    'critical',
    'serious',
    'watch',
    'routine',
    'handOver',
    'keep',
    'close',
    'account',
    'thread',
    'outgoing',
    'incoming',
  ])

  test.each(languages)('%s: never becomes markup, style or script', (language) => {
    const handoff = everywhere(aHandoff(60)) as Handoff
    const html = htmlOf(
      handoffSheet(handoff, everywhere(names) as typeof names, { ...copy, printedByName: hostile }, language),
    )
    const tags = new Set([...html.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, tag]) => tag!.toLowerCase()))
    for (const tag of ['script', 'img', 'iframe', 'a', 'link', 'object', 'form'])
      expect(tags).not.toContain(tag)
    expect(html.match(/<style/g)).toHaveLength(1)
    expect(html.match(/<\/style>/g)).toHaveLength(1)
    expect(html.match(/<[^>]+\son\w+\s*=/i)?.[0]).toBeUndefined()
    expect(html).not.toContain('\u0000')
    const style = /<style>(.*)<\/style>/s.exec(html)![1]!
    expect(style).not.toMatch(/[<>]script|alert\(/)
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  })

  test('keeps its lines, and its direction of writing stays within it', () => {
    const html = htmlFor(withItems({ ...plainItem, title: '\u202eevil', summary: '一行\n二行' }))
    expect(html).toContain('<bdi>\u202eevil</bdi>')
    expect(html).toContain('<bdi class="text">一行\n二行</bdi>')
  })

  test('a code of the contract that looks like a property of every object is printed as it is', () => {
    const html = htmlFor(
      withItems({
        ...plainItem,
        escalation: { desk: 'constructor', level: 'toString', state: 'valueOf', dueAt: null },
      }),
    )
    expect(html).toContain('上报constructor（toString），valueOf')
  })
})

describe('the file', () => {
  test.each(languages)('%s: needs nothing beside it and can load or run nothing', (language) => {
    const html = htmlFor(aHandoff(8), language)
    expect(html).toMatch(/^<!doctype html>\n<html lang="(zh-CN|en)">/)
    expect(html).toContain('default-src &#39;none&#39;')
    expect(html).not.toMatch(/https?:|url\(|@import|src=|href=/)
    expect(html).toContain('counter(page)')
    expect(html).toContain('counter(pages)')
  })

  test('is the same for the same facts', () => {
    expect(htmlFor(aHandoff(60))).toBe(htmlFor(aHandoff(60)))
  })
})
