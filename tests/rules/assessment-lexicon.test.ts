import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compile, readLexicon } from '../../src/desk/alarms/assessment/assess.ts'
import { loadLexicon } from '../../src/desk/alarms/assessment/load.ts'
import { spell, variants } from '../../src/desk/alarms/assessment/terms.ts'
import { lexicon, lexiconFolder, noEdits, version } from '../evaluation/shipped.ts'

const changed = (change: (copy: typeof lexicon) => void) => {
  const copy = structuredClone(lexicon)
  change(copy)
  return copy
}

describe('a lexicon that is wrong is refused by name', () => {
  test.each([
    ['a weight that is no number', (l: typeof lexicon) => Object.assign(l.rules[3]!, { weight: 'heavy' })],
    ['a description that is missing', (l: typeof lexicon) => Object.assign(l.rules[3]!, { zh: '' })],
    ['a field nobody knows', (l: typeof lexicon) => Object.assign(l.rules[3]!, { wieght: 3 })],
    ['an id twice', (l: typeof lexicon) => Object.assign(l.rules[3]!, { id: l.rules[0]!.id })],
  ])('%s', (_what, change) => {
    expect(() => readLexicon(changed(change))).toThrow(/^lexicon: rules\[3\] \(/)
  })

  test('a combination or a discount for a rule that does not exist', () => {
    expect(() => readLexicon(changed((l) => l.combinations[0]!.all[0]!.push('crisis.nothing')))).toThrow(
      /combinations\[0\].*crisis\.nothing/,
    )
    expect(() => readLexicon(changed((l) => Object.assign(l.discounts[1]!, { for: ['nobody'] })))).toThrow(
      /discounts\[1\].*nobody/,
    )
  })

  test.each(['{noSuchList}', '(a|b', '(|)', '{wish'])('a term that cannot be read: %s', (term) => {
    const wrong = changed((l) => l.rules[0]!.terms.push(term))
    expect(() => compile(readLexicon(wrong), noEdits, 'x')).toThrow(`lexicon: ${lexicon.rules[0]!.id}:`)
  })

  test('lists that name each other in a circle', () => {
    const both = { zh: '圈', en: 'circle' }
    const wrong = changed((l) => {
      l.lists.one = { ...both, words: ['{two}'] }
      l.lists.two = { ...both, words: ['{one}'] }
      l.rules[0]!.terms.push('{one}')
    })
    expect(() => compile(readLexicon(wrong), noEdits, 'x')).toThrow('circle')
  })

  test('nothing at all', () => {
    expect(() => readLexicon(null)).toThrow(/^lexicon: the whole/)
  })
})

describe('files', () => {
  test('the version is the name in the data and the beginning of its hash', () => {
    expect(version).toMatch(/^2026\.\d\d(\.\d+)?\+[0-9a-f]{8}$/)
    expect(loadLexicon(lexiconFolder).version).toBe(version)
  })

  test('a file that is not JSON is named', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lexicon-'))
    writeFileSync(join(folder, 'crisis.json'), '{"rules": [')
    expect(() => loadLexicon(folder)).toThrow(/crisis\.json/)
    rmSync(folder, { recursive: true })
    const empty = mkdtempSync(join(tmpdir(), 'lexicon-'))
    expect(() => loadLexicon(empty)).toThrow(/no \.json/)
    rmSync(empty, { recursive: true })
  })

  test('every rule says in both languages what it stands for', () => {
    for (const { id, zh, en } of [...lexicon.rules, ...lexicon.combinations, ...lexicon.discounts]) {
      expect(zh, id).toMatch(/\p{Script=Han}/u)
      expect(en, id).toMatch(/^[\x20-\x7e]+$/)
    }
  })

  test('every rule is found by something', () => {
    const idle = lexicon.rules.filter(({ terms, emoji, digits }) => terms.length === 0 && !emoji && !digits)
    expect(idle).toEqual([])
  })
})

describe('how a term is written', () => {
  const lists = { far: { zh: '远', en: 'far', words: ['很远', '(非常|)远'] } }

  test('lists and choices are filled in', () => {
    expect(spell('去(了|)', {})).toEqual(['去了', '去'])
    expect(spell('{far}处', lists)).toEqual(['很远处', '非常远处', '远处'])
  })

  test('a choice that reaches further is a term of its own', () => {
    expect(variants('(拿|站在…)刀')).toEqual(['站在…刀', '(拿)刀'])
    expect(variants('想(…|)死')).toEqual(['想…死', '想()死'])
  })
})
