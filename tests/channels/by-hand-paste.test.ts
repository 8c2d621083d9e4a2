import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Paste, parsePaste } from '../../src/channels/by-hand/paste.ts'

/** Monday 23 November 2026, 15:00 in Shanghai. */
const now = new Date('2026-11-23T07:00:00.000Z')
const ownNames = ['柳河派出所', '张警官']
const read = (text: string): Paste => parsePaste(text, { now, ownNames })
const brief = (text: string) => read(text).messages.map((m) => `${m.name}|${m.sentAt}|${m.text}`)
const when = (header: string) => read(`${header}\n你好`).messages[0]?.sentAt

describe('the time of a header', () => {
  it.each([
    ['王桂兰 2026-11-23 14:05', '2026-11-23T06:05:00.000Z', true],
    ['王桂兰  2026-11-23 14:05:09', '2026-11-23T06:05:09.000Z', true],
    ['王桂兰 2026/11/23 14:05', '2026-11-23T06:05:00.000Z', true],
    ['王桂兰 2026/1/3 4:05', '2026-01-02T20:05:00.000Z', true],
    ['王桂兰 2026年11月23日 14:05', '2026-11-23T06:05:00.000Z', true],
    ['王桂兰 2026年11月23日 星期一 下午2:05', '2026-11-23T06:05:00.000Z', true],
    ['王桂兰 11月23日 14:05', '2026-11-23T06:05:00.000Z', false],
    ['王桂兰 11月24日 14:05', '2025-11-24T06:05:00.000Z', false],
    ['王桂兰 11-23 14:05', '2026-11-23T06:05:00.000Z', false],
    ['王桂兰 2-29 14:05', '2024-02-29T06:05:00.000Z', false],
    ['王桂兰 14:05', '2026-11-23T06:05:00.000Z', false],
    ['王桂兰 15:01', '2026-11-23T07:01:00.000Z', false],
    ['王桂兰 23:40', '2026-11-22T15:40:00.000Z', false],
    ['王桂兰 昨天 14:05', '2026-11-22T06:05:00.000Z', false],
    ['王桂兰 前天 14:05', '2026-11-21T06:05:00.000Z', false],
    ['王桂兰 昨天 晚上9:05', '2026-11-22T13:05:00.000Z', false],
    ['王桂兰 星期三 下午 2:05', '2026-11-18T06:05:00.000Z', false],
    ['王桂兰 周三 14:05', '2026-11-18T06:05:00.000Z', false],
    ['王桂兰 星期日 14:05', '2026-11-22T06:05:00.000Z', false],
    ['王桂兰 周一 14:05', '2026-11-23T06:05:00.000Z', false],
    ['王桂兰 周一 16:05', '2026-11-16T08:05:00.000Z', false],
    ['王桂兰 上午 9:05', '2026-11-23T01:05:00.000Z', false],
    ['王桂兰 上午 12:05', '2026-11-22T16:05:00.000Z', false],
    ['王桂兰 下午2:05', '2026-11-23T06:05:00.000Z', false],
    ['王桂兰 晚上 9:05', '2026-11-22T13:05:00.000Z', false],
    ['王桂兰 凌晨 1:05', '2026-11-22T17:05:00.000Z', false],
    ['王桂兰 中午 12:05', '2026-11-23T04:05:00.000Z', false],
    ['王桂兰 中午 1:05', '2026-11-23T05:05:00.000Z', false],
    ['王桂兰 2:05 PM', '2026-11-23T06:05:00.000Z', false],
    ['王桂兰 Yesterday 14:05', '2026-11-22T06:05:00.000Z', false],
    ['王桂兰\t14:05', '2026-11-23T06:05:00.000Z', false],
    ['王桂兰　１４：０５', '2026-11-23T06:05:00.000Z', false],
    ['\u200B王桂兰\u00A0\u200E14:05\u200E', '2026-11-23T06:05:00.000Z', false],
    ['王桂兰\n2026-11-23 14:05', '2026-11-23T06:05:00.000Z', true],
    ['王桂兰：\n昨天 14:05', '2026-11-22T06:05:00.000Z', false],
  ])('%s', (header, sentAt, exact) => {
    expect(read(`${header}\n你好`)).toMatchObject({
      messages: [{ name: '王桂兰', sentAt, timeIsExact: exact, text: '你好', kind: 'text', line: 1 }],
      aside: [],
    })
  })

  it('of a weekday and of yesterday is reckoned in Shanghai, not where the PC thinks it is', () => {
    const justAfterMidnight = new Date('2026-11-22T16:10:00.000Z')
    const at = (header: string) =>
      parsePaste(`${header}\n你好`, { now: justAfterMidnight, ownNames }).messages[0]?.sentAt
    expect(at('王桂兰 昨天 23:50')).toBe('2026-11-22T15:50:00.000Z')
    expect(at('王桂兰 23:50')).toBe('2026-11-22T15:50:00.000Z')
    expect(at('王桂兰 0:05')).toBe('2026-11-22T16:05:00.000Z')
  })

  it.each([
    '王桂兰 2026-13-23 14:05',
    '王桂兰 25:05',
    '王桂兰 14:65',
    '王桂兰 2026-02-30 14:05',
    '王桂兰14:05',
  ])('that cannot be, as in "%s", makes no header', (header) => {
    expect(when(header)).toBeUndefined()
    expect(read(`${header}\n你好`).aside).toHaveLength(2)
  })
})

describe('the name of a header', () => {
  it.each([
    '三组 王桂兰',
    'A0 建材 小李 138',
    '🌻阳光🌻',
    '👨‍👩‍👧一家人',
    'Lily Wang',
    '2组-陈自在',
    '[玫瑰]小芳[玫瑰]',
    '明天会更好',
  ])('may be "%s"', (name) => {
    const paste = `${name} 14:05\n你好\n\n张警官 14:06\n您好，请讲\n\n${name} 14:07\n谢谢\n`
    expect(read(paste).messages.map((m) => [m.name, m.fromDesk, m.text])).toEqual([
      [name, false, '你好'],
      ['张警官', true, '您好，请讲'],
      [name, false, '谢谢'],
    ])
  })

  it('is the same name however many spaces are in it', () => {
    expect(read('三组   王桂兰　 14:05\n你好').messages[0]?.name).toBe('三组 王桂兰')
    expect(
      parsePaste('柳河 派出所 14:05\n好', { now, ownNames: ['柳河　派出所'] }).messages[0]?.fromDesk,
    ).toBe(true)
  })
})

describe('the layout of a paste', () => {
  it('may have headers and texts without blank lines', () => {
    expect(brief('王桂兰 14:05\n你好\n李强 14:06\n我也问一下\n王桂兰 14:07\n嗯')).toEqual([
      '王桂兰|2026-11-23T06:05:00.000Z|你好',
      '李强|2026-11-23T06:06:00.000Z|我也问一下',
      '王桂兰|2026-11-23T06:07:00.000Z|嗯',
    ])
  })

  it('may have the name and the time on lines of their own', () => {
    expect(brief('三组 王桂兰\n14:05\n你好\n\n张警官\n14:06\n请讲\n再见')).toEqual([
      '三组 王桂兰|2026-11-23T06:05:00.000Z|你好',
      '张警官|2026-11-23T06:06:00.000Z|请讲\n再见',
    ])
  })

  it('may be a chat-record export with its date separators', () => {
    const paste =
      '微信聊天记录如下：\n\n—————  2026-11-21  —————\n\n王桂兰  14:05\n\n你好\n\n张警官  23:59\n\n请讲\n\n—————  2026-11-22  —————\n\n王桂兰  00:03\n\n[图片]\n'
    const { messages, aside } = read(paste)
    expect(messages.map((m) => [m.name, m.sentAt, m.timeIsExact, m.kind])).toEqual([
      ['王桂兰', '2026-11-21T06:05:00.000Z', true, 'text'],
      ['张警官', '2026-11-21T15:59:00.000Z', true, 'text'],
      ['王桂兰', '2026-11-21T16:03:00.000Z', true, 'image'],
    ])
    expect(aside.map((a) => [a.line, a.reason])).toEqual([
      [1, 'export-title'],
      [3, 'date-line'],
      [13, 'date-line'],
    ])
  })

  it('may carry no times at all, only names with a colon', () => {
    const { messages } = read(
      '王桂兰:\n需要的材料：\n有哪些\n\n张警官：\n如下：\n\n身份证：\n原件\n\n王桂兰:\n好的',
    )
    expect(messages.map((m) => [m.name, m.text, m.timeIsExact])).toEqual([
      ['王桂兰', '需要的材料：\n有哪些', false],
      ['张警官', '如下：\n\n身份证：\n原件', false],
      ['王桂兰', '好的', false],
    ])
    expect(read('——— 2026-11-20 ———\n王桂兰:\n你好').messages[0]?.sentAt).toBe('2026-11-19T16:00:00.000Z')
  })

  it('may come from Windows, with CRLF and marks that cannot be seen', () => {
    expect(brief('\uFEFF王桂兰 14:05\r\n你好\r\n\r\n再问一句\r\n\r\n张警官 14:06\r\n请讲\r\n')).toEqual([
      '王桂兰|2026-11-23T06:05:00.000Z|你好\n\n再问一句',
      '张警官|2026-11-23T06:06:00.000Z|请讲',
    ])
  })

  it('may be several selections one below the other, not in order', () => {
    expect(
      brief('三组 王桂兰 14:05\n你好\n\n四组 李强 9:10\n早上好\n\n阳光 2026-11-20 9:10\n在吗'),
    ).toHaveLength(3)
  })
})

describe("a line of somebody's text that looks like a header", () => {
  const around = (line: string) =>
    `王桂兰 9:10\n我想说一下\n${line}\n就这样\n\n张警官 9:12\n好的\n\n王桂兰 9:13\n谢谢\n`
  it.each([
    '明天 14:05 见',
    '明天 14:05',
    '约在下午 2:05',
    '开会 14:30',
    '开会 9:11',
    '会议定在 2026-11-25 14:05',
    '上次报警 2026-11-20 14:05',
    '通话时长 12:05',
    '张警官 9:11',
    '14:05',
    '李强\n14:05',
    '—————  2026-11-20  —————',
    '地址：',
    '他撤回了一条消息',
  ])('stays in the text: %s', (line) => {
    expect(brief(around(line))).toEqual([
      `王桂兰|2026-11-23T01:10:00.000Z|我想说一下\n${line}\n就这样`,
      '张警官|2026-11-23T01:12:00.000Z|好的',
      '王桂兰|2026-11-23T01:13:00.000Z|谢谢',
    ])
  })

  it('stays in the text after a blank line too, and where messages are not parted by blank lines', () => {
    expect(brief('王桂兰 9:10\n我想说\n\n开会 14:30\n大家都来\n\n张警官 9:12\n好的')).toHaveLength(2)
    expect(
      brief('王桂兰 9:10\n我想说\n开会 14:30\n大家都来\n张警官 9:12\n好的\n王桂兰 9:13\n嗯'),
    ).toHaveLength(3)
  })
})

describe('what is not text', () => {
  it.each([
    ['[图片]', 'image'],
    ['[Photo]', 'image'],
    ['[语音] 12"', 'voice'],
    ["[Voice] 3''", 'voice'],
    ['[视频]', 'video'],
    ['[文件] 出生证明.pdf', 'file'],
    ['[位置] 柳河村村委会', 'location'],
    ['[链接] 一键领取补贴', 'link'],
    ['[动画表情]', 'sticker'],
    ['【图片】', 'image'],
    ['[微笑]', 'text'],
    ['[不认识的]', 'text'],
    ['"王桂兰" 撤回了一条消息', 'system'],
  ])('%s is %s and keeps its words', (text, kind) => {
    expect(read(`王桂兰 14:05\n${text}\n`).messages).toMatchObject([{ kind, text, name: '王桂兰' }])
  })

  it('a recall between messages is a notice of its own, at the time of the message before', () => {
    const { messages, aside } = read(
      '王桂兰 14:05\n我不想活了\n\n"王桂兰" 撤回了一条消息\n\n你撤回了一条消息\n\n张警官 14:06\n我在，你说',
    )
    expect(messages.map((m) => [m.name, m.kind, m.sentAt.slice(11, 16), m.fromDesk, m.text])).toEqual([
      ['王桂兰', 'text', '06:05', false, '我不想活了'],
      ['王桂兰', 'system', '06:05', false, '"王桂兰" 撤回了一条消息'],
      ['柳河派出所', 'system', '06:05', true, '你撤回了一条消息'],
      ['张警官', 'text', '06:06', true, '我在，你说'],
    ])
    expect(aside).toEqual([])
  })

  it('a recall is seen without blank lines around it', () => {
    const paste = '王桂兰 14:05\n我不想活了\n"王桂兰" 撤回了一条消息\n王桂兰 14:06\n没事了'
    expect(read(paste).messages.map((m) => m.kind)).toEqual(['text', 'system', 'text'])
  })
})

describe('what cannot be assigned is set aside, never lost', () => {
  it('nothing in it is a header', () => {
    expect(read('你好\n\n再见')).toEqual({
      messages: [],
      aside: [
        { line: 1, text: '你好', reason: 'no-header' },
        { line: 3, text: '再见', reason: 'no-header' },
      ],
    })
    expect(read('')).toEqual({ messages: [], aside: [] })
    expect(read(' \n　\n\u200B')).toEqual({ messages: [], aside: [] })
  })

  it('the tail of a message above the first header, and a header with nothing below', () => {
    const { messages, aside } = read('…的证明要带吗\n\n王桂兰 14:05\n你好\n\n张警官 14:06\n')
    expect(messages).toHaveLength(1)
    expect(aside.map((a) => [a.line, a.reason])).toEqual([
      [1, 'before-first-header'],
      [6, 'header-without-text'],
    ])
  })

  it('text below a recall notice', () => {
    expect(read('王桂兰 14:05\n好\n\n"王桂兰" 撤回了一条消息\n后来呢').aside).toEqual([
      { line: 5, text: '后来呢', reason: 'after-notice' },
    ])
  })
})

describe('the external id', () => {
  const ids = (text: string, at = now) =>
    parsePaste(text, { now: at, ownNames }).messages.map((m) => m.externalId)
  const first = '王桂兰 13:05\n在吗\n\n王桂兰 14:05\n好的\n\n王桂兰 14:05\n好的\n'
  const later = '\n张警官 14:06\n请带身份证\n'

  it('recognises an overlapping selection', () => {
    const whole = ids(first + later)
    expect(new Set(whole).size).toBe(4)
    expect(ids(first)).toEqual(whole.slice(0, 3))
    expect(ids(`王桂兰 14:05\n好的\n\n王桂兰 14:05\n好的\n${later}`)).toEqual(whole.slice(1))
  })

  it('is the same in another form, on another day, with seconds, CRLF or a stray space', () => {
    const [id] = ids('三组 王桂兰 14:05\n你好\n再见')
    const tomorrow = new Date(now.getTime() + 86_400_000)
    expect(ids('三组 王桂兰 昨天 14:05\n你好\n再见', tomorrow)).toEqual([id])
    expect(ids('三组  王桂兰  2026-11-23 14:05:39\r\n你好 \r\n再见\r\n')).toEqual([id])
    expect(ids('三组 王桂兰\n2026年11月23日 下午2:05\n\u200B你好\n再见')).toEqual([id])
  })

  it('differs by name, minute, kind and text', () => {
    const all = [
      '王桂兰 14:05\n好',
      '李强 14:05\n好',
      '王桂兰 14:06\n好',
      '王桂兰 14:05\n好的',
      '王桂兰 14:05\n[图片]',
    ]
    expect(new Set(all.flatMap((text) => ids(text))).size).toBe(5)
  })
})

it('ten thousand messages are read in under 200 ms', () => {
  const paste = Array.from({ length: 10_000 }, (_, i) => {
    const minute = String(i % 60).padStart(2, '0')
    const hour = String(Math.floor(i / 60) % 24).padStart(2, '0')
    const day = String(1 + Math.floor(i / 1440)).padStart(2, '0')
    return `${1 + (i % 9)}组 王桂兰${i % 500} 2026-11-${day} ${hour}:${minute}\n您好，我想问一下第 ${i} 件事。\n明天 14:05 来得及吗？\n`
  }).join('\n')
  const { messages, aside } = read(paste)
  expect(messages).toHaveLength(10_000)
  expect(aside).toEqual([])
  // The best of a few runs: how long the reading takes, not how busy the machine is just now.
  let took = Number.POSITIVE_INFINITY
  for (let run = 0; run < 5; run++) {
    const started = performance.now()
    read(paste)
    took = Math.min(took, performance.now() - started)
  }
  expect(took).toBeLessThan(200)
})

describe('whatever is pasted', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '王桂兰 14:05',
      '三组 李强  昨天 9:10',
      '张警官',
      '14:06',
      '2026-11-20 14:05',
      '开会 14:30',
      '',
      ' ',
      '　',
      '—————  2026-11-20  —————',
      '"王桂兰" 撤回了一条消息',
      '你撤回了一条消息',
      '[图片]',
      '[语音] 12"',
      '王桂兰:',
      '你好',
      '张警官 2026/11/22 08:00:01',
      '微信聊天记录如下：',
      '\u200B',
      '星期三 下午 2:05',
      '\uD800',
      '一 2026-99-99 14:05',
    ),
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.string({ unit: fc.constantFrom(...'王桂兰 :：1245/-年月日周三下午[]"\t　—') }),
  )
  const paste = fc
    .array(fc.tuple(piece, fc.constantFrom('\n', '\r\n', '\n\n', '\r')), { maxLength: 30 })
    .map((parts) => parts.flat().join(''))
  const unseen = /[\p{Cc}\p{Cf}]/gu
  const plain = (text: string) => text.toWellFormed().replace(unseen, '').trim()

  it('never throws, and every line is in a message or set aside', () => {
    fc.assert(
      fc.property(paste, (text) => {
        const { messages, aside } = read(text)
        const asideLines = new Set(aside.map((a) => a.line))
        text.split(/\r\n|\n|\r/).forEach((raw, index) => {
          const line = plain(raw)
          const number = index + 1
          if (line === '' || asideLines.has(number)) return
          const message = messages.filter((m) => m.line <= number).at(-1)
          const isHeader = message && (message.line === number || message.line === number - 1)
          const inText = message?.text.split('\n').some((kept) => plain(kept) === line)
          expect(isHeader || inText, `line ${number} of ${JSON.stringify(text)}`).toBe(true)
        })
      }),
      { numRuns: 3000 },
    )
  })

  it('ids are unique within a paste, times are real, names and texts are not blank', () => {
    fc.assert(
      fc.property(paste, (text) => {
        const { messages } = read(text)
        expect(new Set(messages.map((m) => m.externalId)).size).toBe(messages.length)
        for (const m of messages) {
          expect(new Date(m.sentAt).toISOString()).toBe(m.sentAt)
          expect(m.name.trim()).not.toBe('')
          expect(m.text.trim()).not.toBe('')
          expect(m.text.isWellFormed() && m.name.isWellFormed()).toBe(true)
        }
      }),
    )
  })
})
