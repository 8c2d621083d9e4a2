import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SearchResult } from '../../src/contract/search.ts'
import type { SearchQuestion } from '../../src/desk/search/find.ts'
import type { Station } from '../../src/desk/station/station.ts'
import { at } from '../support/console.ts'
import {
  entriesOf,
  iso,
  minute,
  monday,
  phone,
  resident,
  root,
  type TestStation,
  testStation,
} from '../support/station.ts'

/** Real messages of residents with the replies of the offices, where the shared data is at hand. */
const recordsFile = join(root, '..', 'shared', 'data', 'resident_messages_with_replies.jsonl')

/** Everything that was ever written, read from the ledger itself: what a full scan looks through. */
interface Text {
  seq: number
  folded: string
  sentAt: number
}
function textsOf(station: Station): Text[] {
  return [...station.ledger.iterate()]
    .filter(({ entry }) => ['message.received', 'message.sent', 'note.added'].includes(entry.type))
    .map(({ entry, content }) => ({
      seq: entry.seq,
      folded: folded(content?.text as string),
      sentAt: Date.parse((entry.data.sentAt as string | undefined) ?? entry.at),
    }))
}
/** Letters of either case are the same, full-width ones too. */
function folded(text: string): string {
  return [...text.replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))]
    .map((c) => (c.toLowerCase().length === c.length ? c.toLowerCase() : c))
    .join('')
}
function scan(texts: readonly Text[], words: string): number[] {
  const each = folded(words)
    .split(/\s+/)
    .filter((word) => word !== '')
  return texts
    .filter((text) => each.every((word) => text.folded.includes(word)))
    .map(({ seq }) => seq)
    .reverse()
}
const everyone = () => true
/** Every page of the result, and that each says the same total. */
function pages(station: Station, question: Omit<SearchQuestion, 'offset' | 'limit'>, limit = 100): number[] {
  const seqs: number[] = []
  for (let offset = 0; ; offset += limit) {
    const { hits, total } = station.search.find({ ...question, offset, limit }, everyone)
    seqs.push(...hits.map(({ seq }) => seq))
    if (hits.length < limit) {
      expect(seqs).toHaveLength(total)
      return seqs
    }
  }
}

const built = [
  '户口迁移要带哪些材料？',
  '孩子出生落户怎么办',
  '户籍窗口周末上班吗',
  '电动车在3号楼下被偷了',
  '楼上半夜还在打麻将，吵得睡不着',
  '有人冒充客服让我转账到 6222 0212',
  'APP 下载链接 http://a.cn/x?id=1&b=2',
  'App又更新了',
  'ＡＰＰ打不开（苹果）',
  '我家的牛跑丢了，🐂🐂',
  '谢谢👍👍🏻',
  '👨‍👩‍👧 一家三口',
  '他说"马上到"，没来',
  '100%是骗子_真的',
  'a AND b OR NOT c NEAR(d) *',
  '^开头 {大括号} [方] (圆) -减 +加 :冒',
  "it's O'Brien",
  '户',
  '口',
  ' 户 口 ',
  'ß ẞ İ ı Σ ς',
  '\ue056\ue057 老手机的表情',
  'V',
  '\ue076',
  '\ue0ff',
  '\ue0fe\ue156',
  '\u{10ffff}尾',
  'é e\u0301',
  '一\n二\n三',
  '\t制表',
  'NULL\u0000之后',
  '零宽\u200b空格',
  '户户户户',
  'ababab',
  'AbAb',
  'ﬁ 连字',
  '①②③',
  'ㄅㄆㄇ',
  'かな',
  '한글',
]
/** Whatever a person might type, and what should not surprise the index. */
const typed = [
  '户口',
  '落户',
  '户',
  '口',
  '麻将',
  '半夜还在',
  'app',
  'APP',
  'ａｐｐ',
  'App 更新',
  '牛',
  '🐂',
  '🐂🐂',
  '👍',
  '👍🏻',
  '👨‍👩‍👧',
  '"马上到"',
  '"',
  '""',
  '%',
  '_',
  '100%',
  'AND',
  'OR',
  'NOT',
  'a AND b',
  'NEAR(d)',
  '*',
  '户*',
  '^',
  '^开头',
  '{',
  '}',
  '(',
  ')',
  ':',
  '-',
  '+',
  '-减',
  'words:户',
  "'",
  "O'Brien",
  "o'b",
  ';--',
  'a',
  'v',
  'V',
  '\ue056',
  '\ue057 老',
  '\ue076',
  '\ue0ff',
  '\ue0fe',
  '\ue156',
  '\u{10ffff}',
  '尾',
  'ß',
  'i',
  'ı',
  'σ',
  'ς',
  'é',
  'e',
  '\u0301',
  '一 二',
  '二',
  '制表',
  '\u0000',
  '之后',
  '零宽',
  '\u200b',
  '户户',
  '户户户',
  'aba',
  'abab',
  'bab',
  'ﬁ',
  'fi',
  '①',
  'かな',
  '한',
  '口　户',
  '户 户',
  '没有这句话',
  '户口迁移要带哪些材料？',
  '料？',
  '？',
  '6222',
  '62 22',
  'http://a.cn/x?id=1&b=2',
  '😀',
  ...Array.from({ length: 9 }, (_, n) => String(n)),
]

async function stationWithBuilt(): Promise<TestStation> {
  const desk = await testStation()
  for (const [n, text] of built.entries()) desk.hears({ from: `居民${n % 7}`, text, at: monday + n })
  return desk
}

describe('a search finds exactly what a full scan finds', () => {
  test.each([
    ['when all is indexed', (station: Station) => station.indexing.finish()],
    ['when nothing is indexed yet', () => {}],
    [
      'when a part is indexed',
      (station: Station) => void station.db.transaction(() => station.views.search.catchUp(17))(),
    ],
  ])('for everything a person might type, %s', async (_when, index) => {
    const desk = await stationWithBuilt()
    desk.station.indexing.stop()
    index(desk.station)
    const texts = textsOf(desk.station)
    for (const words of typed) {
      for (const limit of [1, 3, 100])
        expect([words, pages(desk.station, { words }, limit)]).toEqual([words, scan(texts, words)])
    }
  })
  test('for a hundred words at once, and for one of two hundred characters', async () => {
    const desk = await stationWithBuilt()
    const long = '很长的一句话'.repeat(33)
    desk.hears({ text: `${long}完` })
    desk.station.indexing.finish()
    expect(pages(desk.station, { words: long })).toHaveLength(1)
    expect(pages(desk.station, { words: [...long].slice(0, 100).join(' ') })).toHaveLength(1)
    const many = Array.from({ length: 100 }, (_, n) => String.fromCodePoint(0x4e00 + n)).join(' ')
    expect(pages(desk.station, { words: many })).toEqual([])
  })
})

describe.skipIf(!existsSync(recordsFile))(
  'in real messages of residents (skipped where the shared data is not at hand)',
  () => {
    const later: (() => void | Promise<void>)[] = []
    let desk: TestStation
    let texts: Text[]
    let words: string[]

    beforeAll(async () => {
      desk = await testStation({ later: (clearUp) => later.push(clearUp) })
      const records = readFileSync(recordsFile, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { id: string; text: string; reply?: string })
      desk.takesIn(
        ...records.flatMap(({ id, text, reply }) =>
          [text, reply].flatMap((said, n) =>
            said ? [resident({ from: id, text: said, external: `${id}-${n}` })] : [],
          ),
        ),
      )
      texts = textsOf(desk.station)
      words = sampled(
        records.map(({ text }) => text),
        500,
      )
    })
    afterAll(async () => {
      for (const clearUp of later.reverse()) await clearUp()
    })

    test('500 words of two and three characters: the same number and the same messages, page by page', () => {
      desk.station.indexing.finish()
      expect(new Set(words).size).toBe(500)
      for (const word of words)
        expect([word, pages(desk.station, { words: word })]).toEqual([word, scan(texts, word)])
    })
    test('two words together, and single characters', () => {
      for (let n = 0; n < 20; n += 1) {
        const both = `${words[n]} ${words[499 - n]}`
        expect([both, pages(desk.station, { words: both })]).toEqual([both, scan(texts, both)])
        const one = words[n]![0]!
        expect([one, pages(desk.station, { words: one })]).toEqual([one, scan(texts, one)])
      }
    })
    test('the count of what was searched is all there is', () => {
      const { searched } = desk.station.search.find({ words: words[0]!, offset: 0, limit: 1 }, everyone)
      expect(searched).toBe(texts.length)
    })
  },
)

/** Words as they stand in the texts, spread over all of them; the same every time. */
function sampled(texts: readonly string[], many: number): string[] {
  const words = new Set<string>()
  for (let n = 0; words.size < many; n += 1) {
    const text = texts[(n * 7_919) % texts.length]!.replace(/\s+/g, '')
    const from = (n * 104_729) % Math.max(1, text.length - 3)
    const word = text.slice(from, from + 2 + (n % 2))
    if (word.length >= 2 && word.isWellFormed()) words.add(word)
  }
  return [...words]
}

describe('what a search may be narrowed to', () => {
  const setUp = async () => {
    const desk = await testStation()
    const [zhang, li] = [await at(desk, 'zhang'), await at(desk, 'li')]
    const wang = desk.hears({ from: '王桂兰', text: '户口怎么迁', at: monday - 60 * minute })
    const other = desk.hears({ from: '李强', text: '户口丢了', account: phone, at: monday - 30 * minute })
    await zhang.call('thread.note', { thread: wang, text: '户口在外地' })
    desk.now += minute
    await li.call('thread.answer', {
      thread: other,
      text: '补户口簿即可',
      seen: (await li.call('thread.get', { thread: other })).lastSeq,
    })
    const find = async (over: object) => {
      const found = await zhang.call('search.messages', { words: '户口', offset: 0, limit: 10, ...over })
      expect(found.total).toBe(found.hits.length)
      return found.hits.map(({ from, authorName }) => `${from} ${authorName}`)
    }
    const contact = (await zhang.call('thread.get', { thread: wang })).contact
    return { desk, find, contact }
  }
  const all = ['desk 李秀英', 'note 张建国', 'resident 李强', 'resident 王桂兰']

  test.each(['indexed', 'not indexed'])('an account, a resident, an officer, a time (%s)', async (how) => {
    const { desk, find, contact } = await setUp()
    desk.station.indexing.stop()
    if (how === 'indexed') desk.station.indexing.finish()
    expect(await find({})).toEqual(all)
    expect(await find({ account: phone })).toEqual([all[0], all[2]])
    expect(await find({ contact })).toEqual([all[1], all[3]])
    expect(await find({ author: 'zhang' })).toEqual([all[1]])
    expect(await find({ author: 'li', account: phone })).toEqual([all[0]])
    expect(await find({ author: contact })).toEqual([])
    expect(await find({ from: iso(monday) })).toEqual([all[0], all[1]])
    expect(await find({ until: iso(monday) })).toEqual([all[2], all[3]])
    expect(await find({ from: iso(monday - 30 * minute), until: iso(monday - 30 * minute + 1) })).toEqual([
      all[2],
    ])
  })
})

describe('a search says', () => {
  test('how many texts it looked through, and since when, indexed or not', async () => {
    const desk = await stationWithBuilt()
    desk.hears({ text: '很久以前', at: monday - 1_000 * minute })
    const ask = (): SearchResult => desk.station.search.find({ words: '户口', offset: 0, limit: 1 }, everyone)
    const told = { searched: built.length + 1, since: iso(monday - 1_000 * minute) }
    desk.station.indexing.stop()
    expect(ask()).toMatchObject(told)
    desk.station.db.transaction(() => desk.station.views.search.catchUp(5))()
    expect(ask()).toMatchObject(told)
    desk.station.indexing.finish()
    expect(ask()).toMatchObject(told)
    expect((await testStation()).station.search.find({ words: '户', offset: 0, limit: 1 }, everyone)).toEqual(
      {
        hits: [],
        total: 0,
        searched: 0,
        since: null,
      },
    )
  })
  test('where the words stand in the excerpt', async () => {
    const desk = await testStation()
    const text = `${'前'.repeat(60)}ＡＰＰ的户口和app${'后'.repeat(300)}户口`
    desk.hears({ text })
    const [hit] = desk.station.search.find({ words: 'App 户口', offset: 0, limit: 1 }, everyone).hits
    expect(hit!.marks.map(([start, length]) => hit!.excerpt.slice(start, start + length))).toEqual([
      'ＡＰＰ',
      '户口',
      'app',
    ])
    expect(hit!.excerpt).toMatch(/^…前+ＡＰＰ.*…$/)
    expect(hit!.excerpt.length).toBeLessThan(170)
  })
  test('nothing half: an excerpt never ends in half an emoji', async () => {
    const desk = await testStation()
    for (let lead = 0; lead < 4; lead += 1) {
      const before = `${'🐂'.repeat(50)}${'在'.repeat(lead)}`
      desk.hears({ from: `居民${lead}`, text: `${before}户口${'在'.repeat(lead % 3)}${'🐂'.repeat(90)}` })
    }
    const { hits } = desk.station.search.find({ words: '户口', offset: 0, limit: 10 }, everyone)
    expect(hits).toHaveLength(4)
    for (const { excerpt, marks } of hits) {
      expect(excerpt.isWellFormed()).toBe(true)
      expect(marks.map(([start, length]) => excerpt.slice(start, start + length))).toEqual(['户口'])
    }
  })
  test('the same while the index is catching up behind it', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    for (let n = 0; n < 2_400; n += 400) {
      desk.takesIn(
        ...Array.from({ length: 400 }, (_, m) => resident({ from: `居民${m}`, text: `第${n + m}次问户口` })),
      )
      const found = await zhang.call('search.messages', { words: '户口', offset: 0, limit: 100 })
      expect(found).toMatchObject({ total: n + 400, searched: n + 400 })
      expect(found.hits.map(({ seq }) => seq)).toEqual(
        entriesOf(desk.station, 'message.received')
          .map(({ seq }) => seq)
          .reverse()
          .slice(0, 100),
      )
      await new Promise((resolve) => setTimeout(resolve, 60))
    }
  })
})
