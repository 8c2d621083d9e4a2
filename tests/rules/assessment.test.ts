import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alarmKinds } from '../../src/contract/alarms.ts'
import { assess, assessWith, findingOf, lexicon, marked, strengthOf, version } from '../evaluation/shipped.ts'

describe('places lead back to what was written', () => {
  test.each([
    ['我想自杀', '想自杀'],
    ['我想自/杀', '想自/杀'],
    ['我想自\u200b杀啊', '想自\u200b杀'],
    ['👵🏻👨‍👩‍👧我想自-杀', '想自-杀'],
    ['我想自😭杀', '想自😭杀'],
    ['我想自殺', '想自殺'],
    ['ＷＯ ＸＩＡＮＧ ＳＩ', 'ＷＯ ＸＩＡＮＧ ＳＩ'],
    ['𝓌𝑜 xiang si', '𝓌𝑜 xiang si'],
    ['想自自自自杀', '想自自自自杀'],
  ])('%s marks %s', (text, place) => {
    expect(strengthOf(text, 'crisis')).toBe('ring')
    expect(marked(text, 'crisis').some((words) => words.includes(place) || place.includes(words))).toBe(true)
    expect(marked(text, 'crisis').join('')).toContain(place.at(-1)!)
  })

  test('places lie inside the text, in order, and do not overlap', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...'我想自杀死跳楼不没他她了。，/ 😭🔪aA４')), (signs) => {
        const text = signs.join('')
        for (const { places, discounted } of assess(text).findings) {
          let end = 0
          for (const [start, length] of places) {
            expect(start).toBeGreaterThanOrEqual(end)
            expect(length).toBeGreaterThan(0)
            end = start + length
          }
          expect(end).toBeLessThanOrEqual(text.length)
          for (const { place } of discounted) expect(place[0] + place[1]).toBeLessThanOrEqual(text.length)
        }
      }),
    )
  })
})

describe('what matched and does not count says why', () => {
  const whyOf = (text: string) => findingOf(text, 'crisis')?.discounted.map(({ why }) => why) ?? []

  test.each([
    ['我不会自杀', 'negated'],
    ['从来没想过自杀', 'negated'],
    ['想死你了', 'figurative'],
    ['累死了', 'figurative'],
    ['我在看《自杀专卖店》', 'title'],
    ['你怎么不去死', 'scolding'],
    ['员工跳楼，公司要赔偿吗', 'legal'],
  ])('%s: %s', (text, why) => {
    expect(whyOf(text)).toContain(why)
    expect(strengthOf(text, 'crisis')).not.toBe('ring')
  })

  test('要不要 and 忍不住 deny nothing', () => {
    expect(strengthOf('我要不要自杀', 'crisis')).toBe('ring')
    expect(strengthOf('忍不住想自杀', 'crisis')).toBe('ring')
    expect(strengthOf('不如自杀算了', 'crisis')).toBe('ring')
  })

  test('a word across a comma is not that word, but letters set apart on purpose are', () => {
    expect(strengthOf('东西来自，杀毒软件厂商', 'crisis')).toBe('none')
    expect(strengthOf('我想。自。杀。', 'crisis')).toBe('ring')
  })

  test('part of a longer English word or number is not a term', () => {
    expect(assess('The zishan plan, bus 4421, thesis').findings).toEqual([])
  })
})

test('one word in a long letter says less than in a short message', () => {
  const letter = `${'我们小区的路灯坏了很久，物业一直不来修，请领导派人看看。'.repeat(20)}工人抑郁了。`
  expect(findingOf('工人抑郁了', 'crisis')!.score).toBeGreaterThan(findingOf(letter, 'crisis')!.score)
  expect(strengthOf(`${letter}我不想活了`, 'crisis')).toBe('ring')
})

test('after a flood of a figure of speech the plain word still counts', () => {
  expect(strengthOf('想死你了'.repeat(500), 'crisis')).toBe('none')
  expect(strengthOf(`${'想死你了'.repeat(500)}。我想死`, 'crisis')).toBe('ring')
})

test('signs alone never ring', () => {
  for (const text of ['🔪🔪🔪', '💊🕯️', '🔪💊🕯️⚰️🩸']) {
    for (const kind of alarmKinds) expect(strengthOf(text, kind)).not.toBe('ring')
  }
})

describe('what a station changes', () => {
  test('its own words reach their strength, in any spelling', () => {
    const station = assessWith({
      words: [
        { id: 'own.bridge', kind: 'crisis', strength: 'ring', words: ['去二桥了'] },
        { id: 'own.pyramid', kind: 'fraud', strength: 'watch', words: ['某某商城'] },
        { id: 'own.land', kind: 'dispute', strength: 'ring', words: ['西坡那块地'] },
      ],
    })
    expect(findingOf('我 去/二 桥 了', 'crisis', station)).toMatchObject({
      strength: 'ring',
      rules: ['own.bridge'],
    })
    expect(strengthOf('买了某某商城的货', 'fraud', station)).toBe('watch')
    expect(strengthOf('西坡那块地', 'dispute', station)).toBe('watch')
    expect(assess('去二桥了').findings).toEqual([])
    expect(station('去二桥了').version).not.toBe(version)
  })

  test('signs that mean something in the lexicon are plain characters in a station word', () => {
    const odd = ['(a|b', '{none}', '…', '***', '去……那']
    const station = assessWith({ words: [{ id: 'own.odd', kind: 'crisis', strength: 'watch', words: odd }] })
    expect(strengthOf('去那里', 'crisis', station)).toBe('watch')
  })

  test('a silenced rule no longer counts, and is not among the reasons', () => {
    const text = '撑不下去了'
    const { rules } = findingOf(text, 'crisis')!
    const station = assessWith({ silenced: rules })
    expect(findingOf(text, 'crisis', station)?.rules ?? []).not.toEqual(expect.arrayContaining(rules))
    expect(strengthOf(text, 'crisis', station)).toBe('none')
  })

  test('an ordinary phrase never counts, but what stands beside it does', () => {
    const station = assessWith({ ordinary: ['我要跳楼了'] })
    expect(strengthOf('作业太多我要跳楼了', 'crisis', station)).toBe('none')
    expect(findingOf('作业太多我要跳楼了', 'crisis', station)!.discounted.map(({ why }) => why)).toContain(
      'ordinary',
    )
    expect(strengthOf('作业太多我要跳楼了，我真的不想活了', 'crisis', station)).toBe('ring')
  })
})

describe('any message, however strange', () => {
  test('is assessed without an error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        for (const { score } of assess(text).findings) expect(Number.isFinite(score)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  test('gives the same answer twice', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...lexicon.lists.method!.words, '不', '他', '我', '，')),
        (words) => {
          expect(assess(words.join(''))).toEqual(assess(words.join('')))
        },
      ),
    )
  })

  const floods = [
    '死',
    '自杀',
    '不想死你',
    '我想一起去死',
    '要不要',
    '想4',
    '从楼跳',
    '拿着刀砍我',
    '🔪',
    '《自杀',
    'a',
  ]
  const terms = lexicon.rules.flatMap(({ terms }) =>
    terms.flatMap((term) => term.match(/\p{Script=Han}+/gu) ?? []),
  )
  const soup = terms.map((_, i) => terms[(i * 7919) % terms.length]).join('')

  const named = [...floods, soup].map((unit) => [unit.slice(0, 12), unit] as const)
  test.each(named)('8,000 characters of %s take no longer than their length allows', (_name, unit) => {
    const text = unit.repeat(Math.ceil(8_000 / unit.length)).slice(0, 8_000)
    assess(text)
    const runs = Array.from({ length: 7 }, () => {
      const begun = process.cpuUsage()
      assess(text)
      return process.cpuUsage(begun).user / 1_000
    })
    // About 10 ms at worst on a free machine; time of the processor, because other tests run beside this one.
    expect(Math.min(...runs)).toBeLessThan(60)
  })
})
