import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readWarnings } from '../../src/desk/warnings/paste.ts'

/** What was read, as one line each: name, phone, type. */
const brief = (text: string) =>
  readWarnings(text).notices.map(({ name, phone, type }) => `${name ?? '-'} ${phone ?? '-'} ${type}`)
const asideOf = (text: string) => readWarnings(text).aside.map(({ line, reason }) => `${line} ${reason}`)

describe('one notice', () => {
  test.each([
    ['姓名：张三 电话：13812345678 疑似类型：冒充客服', '张三 13812345678 fakeService'],
    ['姓名:张三,电话:13812345678,类型:刷单', '张三 13812345678 fakeJob'],
    ['姓名：张三\n电话：13812345678\n疑似类型：虚假投资理财', '张三 13812345678 investment'],
    ['电话：13812345678\n姓名：张三\n疑似类型：虚假投资理财', '张三 13812345678 investment'],
    ['姓名张三电话13812345678类型贷款', '张三 13812345678 loan'],
    ['受害人：欧阳小红（女，34岁） 手机号码：138 1234 5678 手法：裸聊', '欧阳小红 13812345678 nudeChat'],
    ['姓名：阿依古丽·买买提 手机：13812345678 类型：网络购物', '阿依古丽·买买提 13812345678 shopping'],
    ['姓名：张某某 电话：13812345678', '张某某 13812345678 other'],
    [
      '【预警】辖区居民李四（身份证430524199001011234，手机 139-0000-1234）疑似正在遭受刷单返利诈骗，请立即劝阻',
      '李四 13900001234 fakeJob',
    ],
    [
      '【反诈预警】柳河村三组村民王桂兰疑似遭受冒充公检法诈骗，联系电话13900001234。',
      '王桂兰 13900001234 fakePolice',
    ],
    [
      '县公安局反诈中心预警：王桂兰，女，67岁，13900001234，正在与境外号码通话，疑似冒充客服',
      '王桂兰 13900001234 fakeService',
    ],
    ['请公安机关立即劝阻：群众赵六 13900001234 涉网络贷款', '赵六 13900001234 loan'],
    ['柳河村三组王桂兰 13900001234 杀猪盘', '王桂兰 13900001234 romance'],
    ['张三\t13812345678\t炒股', '张三 13812345678 investment'],
    ['13812345678 张三 兼职刷单', '张三 13812345678 fakeJob'],
    ['张三，男，45岁，身份证430524198001011234，13812345678，游戏装备交易', '张三 13812345678 game'],
    ['姓名：张三 电话：＋８６　１３８１２３４５６７８ 疑似类型：冒充公安', '张三 13812345678 fakePolice'],
    ['张三 +86 138-1234-5678 退款', '张三 13812345678 fakeService'],
    ['张三 008613812345678 快递丢失理赔', '张三 13812345678 fakeService'],
    ['姓名：张三 电话：0739-8212345 类型：征信', '张三 0739-8212345 loan'],
    ['姓名：张三 电话：8212345 类型：虚拟币', '张三 8212345 investment'],
    ['张三\n13812345678\n刷单', '张三 13812345678 fakeJob'],
    ['姓名：张三 疑似类型：法院传票', '张三 - fakePolice'],
    ['13812345678', '- 13812345678 other'],
    ['姓名\t张三\n电话\t13812345678\n类型\t刷单', '张三 13812345678 fakeJob'],
    ['我们辖区柳河村5组的易海燕，电话是18712345678，像是网恋炒股', '易海燕 18712345678 romance'],
    [
      '【高危预警】2026-11-23 10:15 居民：陈建国，手机号：13812345678，疑似遭受“冒充公检法”诈骗，对方号码：00852-61234567，请15分钟内见面。联系人：王警官 13900001234',
      '陈建国 13812345678 fakePolice',
    ],
    [
      '紧急劝阻指令\n受害人姓名：刘小红\n身份证号：430524199001011234\n联系电话：15812345678\n诈骗类型：刷单返利类\n预警时间：2026-11-23 09:30:00\n处置要求：立即见面劝阻',
      '刘小红 15812345678 fakeJob',
    ],
    [
      '请核实：用户谭志强（18912345678）疑似正在与诈骗分子通话，类型：冒充银行客服征信。',
      '谭志强 18912345678 fakeService',
    ],
    [
      '预警编号\t姓名\t手机号\t诈骗类型\t所属辖区\n20261123001\t胡桂英\t13512345678\t虚假征信\t柳河',
      '胡桂英 13512345678 loan',
    ],
  ])('%s', (text, expected) => {
    expect(brief(text)).toEqual([expected])
  })

  test('the number of the swindler or of an office is nobody’s to be warned', () => {
    expect(brief('张三接到诈骗电话：13700000000，本人手机13812345678，冒充客服')).toEqual([
      '张三 13812345678 fakeService',
    ])
    expect(brief('居民张三疑似刷单，对方号码 13700000000，手机13812345678。反馈电话：13611112222')).toEqual([
      '张三 13812345678 fakeJob',
    ])
    expect(brief('有情况请拨打值班电话：0739-8212345')).toEqual([])
  })

  test('an identity card number is no phone', () => {
    expect(brief('姓名：张三 身份证：430524199001011234 类型：刷单')).toEqual(['张三 - fakeJob'])
    expect(readWarnings('姓名：张三 号码：430524199001011234').notices).toMatchObject([
      { phone: null, rest: '号码：430524199001011234' },
    ])
  })

  test('a masked number cannot be called, and is kept in the note', () => {
    expect(readWarnings('姓名：张三 电话：138****5678 类型：刷单').notices).toMatchObject([
      { name: '张三', phone: null, rest: '电话：138****5678 类型：刷单' },
    ])
  })

  test('a second number of the same person makes no second notice', () => {
    const { notices } = readWarnings('姓名：张三\n电话：13812345678\n家属电话：13700000000\n类型：刷单')
    expect(notices).toMatchObject([{ phone: '13812345678', rest: '家属电话：13700000000\n类型：刷单' }])
  })

  test('what was understood is not in the rest, and a sentence stays whole', () => {
    const rest = (text: string) => readWarnings(text).notices[0]?.rest
    expect(rest('姓名：张三 电话：13812345678 疑似类型：冒充客服')).toBe('疑似类型：冒充客服')
    expect(rest('1、张三，13812345678，刷单，柳河村三组')).toBe('刷单，柳河村三组')
    const sentence = '辖区居民李四（手机 139-0000-1234）疑似正在遭受刷单返利诈骗，请立即劝阻'
    expect(rest(sentence)).toBe(sentence)
  })
})

describe('the kind of scam', () => {
  test.each([
    ['刷单', 'fakeJob'],
    ['网络兼职', 'fakeJob'],
    ['冒充京东客服', 'fakeService'],
    ['退款', 'fakeService'],
    ['快递理赔', 'fakeService'],
    ['冒充公检法', 'fakePolice'],
    ['自称公安', 'fakePolice'],
    ['法院', 'fakePolice'],
    ['虚假贷款', 'loan'],
    ['虚假征信', 'loan'],
    ['投资理财', 'investment'],
    ['虚拟币', 'investment'],
    ['炒股', 'investment'],
    ['网络交友', 'romance'],
    ['杀猪盘', 'romance'],
    ['裸聊', 'nudeChat'],
    ['虚假购物', 'shopping'],
    ['游戏交易', 'game'],
    ['冒充领导', 'other'],
  ])('%s is %s', (words, type) => {
    expect(readWarnings(`张三 13812345678 ${words}`).notices[0]?.type).toBe(type)
    expect(readWarnings(`姓名：张三 电话：13812345678 类型：${words}`).notices[0]?.type).toBe(type)
  })
  test('who sends the notice is not what it warns of', () => {
    expect(brief('县公安局反诈中心：张三 13812345678 疑似被骗')).toEqual(['张三 13812345678 other'])
  })
})

describe('several notices in one paste', () => {
  const three = ['张三 13812345678 fakeJob', '李四 13900001234 loan', '王桂兰 13700001111 romance']
  test.each([
    ['one in each line', '张三 13812345678 刷单\n李四 13900001234 贷款\n王桂兰 13700001111 交友'],
    ['numbered', '1、张三，13812345678，刷单\n2、李四，13900001234，贷款\n（3）王桂兰，13700001111，交友'],
    ['numbered with dots', '1.张三 13812345678 刷单\n2.李四 13900001234 贷款\n3. 王桂兰 13700001111 交友'],
    [
      'numbered, over several lines',
      '1、姓名：张三\n电话：13812345678\n类型：刷单\n2、姓名：李四\n电话：13900001234\n类型：贷款\n3、姓名：王桂兰\n电话：13700001111\n类型：交友',
    ],
    [
      'labelled, with no blank line between',
      '姓名：张三\n电话：13812345678\n类型：刷单\n姓名：李四\n电话：13900001234\n类型：贷款\n姓名：王桂兰\n电话：13700001111\n类型：交友',
    ],
    [
      'labelled, the phone first',
      '电话：13812345678\n姓名：张三\n类型：刷单\n电话：13900001234\n姓名：李四\n类型：贷款\n电话：13700001111\n姓名：王桂兰\n类型：交友',
    ],
    [
      'with blank lines',
      '姓名：张三\n电话：13812345678\n类型：刷单\n\n李四 13900001234 贷款\n\n\n村民王桂兰（13700001111）疑似网络交友诈骗',
    ],
    ['without labels', '张三\n13812345678\n刷单\n李四\n13900001234\n贷款\n王桂兰\n13700001111\n交友'],
    ['in one line', '张三，13812345678，刷单；李四，13900001234，贷款；王桂兰，13700001111，交友。'],
    [
      'in one paragraph',
      '今日预警3人。居民张三（13812345678）疑似刷单。居民李四（13900001234）疑似贷款诈骗，请尽快见面。村民王桂兰（13700001111）疑似交友诈骗。',
    ],
    [
      'a table from a sheet',
      '序号\t姓名\t联系电话\t疑似类型\t住址\n1\t张三\t13812345678\t刷单\t一组\n2\t李四\t13900001234\t贷款\t二组\n3\t王桂兰\t13700001111\t交友\t',
    ],
    [
      'a table in other order',
      '诈骗类型\t手机号\t受害人姓名\n刷单\t13812345678\t张三\n贷款\t139 0000 1234\t李四\n交友\t+8613700001111\t王桂兰',
    ],
    [
      'a table with commas',
      '姓名，电话，类型\n张三，13812345678，刷单\n李四，13900001234，贷款\n王桂兰，13700001111，交友',
    ],
    [
      'a table with blanks',
      '姓名 电话 类型\n张三 13812345678 刷单\n李四 13900001234 贷款\n王桂兰 13700001111 交友',
    ],
  ])('%s', (_shape, text) => {
    expect(brief(text)).toEqual(three)
  })

  test('the other cells of a table are the note', () => {
    const text = '姓名\t电话\t类型\t住址\n张三\t13812345678\t刷单\t柳河村　一组'
    expect(readWarnings(text)).toEqual({
      notices: [
        {
          name: '张三',
          phone: '13812345678',
          type: 'fakeJob',
          rest: '类型：刷单，住址：柳河村　一组',
          lines: [2],
        },
      ],
      aside: [{ line: 1, text: '姓名\t电话\t类型\t住址', reason: 'table-head' }],
    })
  })

  test('a row whose number is masked keeps it in the note', () => {
    expect(readWarnings('姓名\t电话\t类型\n张三\t138****5678\t刷单').notices).toMatchObject([
      { name: '张三', phone: null, type: 'fakeJob', rest: '电话：138****5678，类型：刷单' },
    ])
  })
})

describe('what belongs to no notice', () => {
  test('comes back with its line and the reason', () => {
    const text = '各派出所：\n请注意查收\n\n1、张三，13812345678，刷单\n\n市反诈中心'
    expect(brief(text)).toEqual(['张三 13812345678 fakeJob'])
    expect(readWarnings(text).aside).toEqual([
      { line: 1, text: '各派出所：', reason: 'not-a-notice' },
      { line: 2, text: '请注意查收', reason: 'not-a-notice' },
      { line: 6, text: '市反诈中心', reason: 'not-a-notice' },
    ])
  })
  test('lines below a notice are its note', () => {
    const { notices, aside } = readWarnings('1、张三，13812345678，刷单\n要求：\n1、立即见面\n2、当日反馈')
    expect(notices).toMatchObject([{ rest: '刷单\n要求：\n1、立即见面\n2、当日反馈', lines: [1, 2, 3, 4] }])
    expect(aside).toEqual([])
  })
  test('a heading before the first notice is no name', () => {
    expect(asideOf('高危预警\n1、张三，13812345678，刷单')).toEqual(['1 not-a-notice'])
  })
  test('nothing at all is nothing', () => {
    expect(readWarnings(' \n\t\n')).toEqual({ notices: [], aside: [] })
    expect(asideOf('今天天气很好')).toEqual(['1 not-a-notice'])
  })
})

describe('whatever is pasted', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '姓名：张三',
      '电话：13812345678',
      '姓名\t电话\t类型',
      '张三\t13812345678\t刷单',
      '1、李四，139-0000-1234，贷款；',
      '居民王桂兰（１３７００００１１１１）疑似',
      '身份证430524199001011234',
      '\t',
      '，',
      '。',
      ' ',
      '①',
      '\u200B',
    ),
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.string({ unit: fc.constantFrom(...'张三姓名电话：:13812345678，；。、|\t -') }),
  )
  const paste = fc
    .array(fc.tuple(piece, fc.constantFrom('', '\n', '\r\n', '\n\n', '\r')), { maxLength: 30 })
    .map((parts) => parts.flat().join(''))

  test('it never throws, and every line is in a notice or set aside', () => {
    fc.assert(
      fc.property(paste, (text) => {
        const { notices, aside } = readWarnings(text)
        const known = new Set([...notices.flatMap(({ lines }) => lines), ...aside.map(({ line }) => line)])
        for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
          if (/[\p{L}\p{N}]/u.test(line)) expect(known.has(index + 1), `line ${index + 1}`).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('no long number is lost: it is the phone or in the note', () => {
    fc.assert(
      fc.property(paste, (text) => {
        const { notices, aside } = readWarnings(text)
        const digits = (said: string) => said.normalize('NFKC').replace(/\D/g, '')
        const kept = digits(
          [
            ...notices.flatMap(({ phone, name, rest }) => [phone ?? '', name ?? '', rest]),
            ...aside.map((a) => a.text),
          ].join(),
        )
        for (const [number] of text.matchAll(/(?<![0-9+ -])\d{6,}(?![0-9])/g)) {
          expect(kept.includes(number.replace(/^(?:00)?86(?=1\d{10}$)/, '')), number).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    ['digits', '1'],
    ['phones', '13812345678 '],
    ['blanks', ' '],
    ['labels', '姓名 '],
    ['labels with numbers', '电话：1 '],
    ['name after name', '居民张'],
    ['stops', '；'],
    ['tabs', '\t'],
    ['lines', '1、\n'],
    ['people', '张三，13812345678；'],
    ['names', '张三\n'],
    ['swindlers', '诈骗电话：13812345678'],
  ])('50,000 characters of %s are read in no time', (_what, unit) => {
    const read = (length: number) => {
      const text = `姓名\t电话\n${unit.repeat(Math.ceil(length / unit.length)).slice(0, length)}`
      const start = performance.now()
      readWarnings(text)
      return performance.now() - start
    }
    // The best of a few runs: how long the reading takes, not how busy the machine is just now.
    expect(Math.min(read(50_000), read(50_000), read(50_000))).toBeLessThan(1_000)
  })
})
