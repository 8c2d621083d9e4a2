import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { app as enApp } from '../../src/console/i18n/en/app.ts'
import { app as zhApp } from '../../src/console/i18n/zh/app.ts'
import { auditSummary } from '../../src/paper/audit-summary.ts'
import { handoffSheet } from '../../src/paper/handoff-sheet.ts'
import { markup } from '../../src/paper/node.ts'
import { en } from '../../src/paper/words/en.ts'
import { entryTypeName } from '../../src/paper/words/entry-types.ts'
import { filled, wordOf } from '../../src/paper/words/words.ts'
import { zh } from '../../src/paper/words/zh.ts'
import { aHandoff, copy, names } from './a-handoff.ts'
import { anAudit } from './an-audit.ts'

const root = join(import.meta.dirname, '..', '..')
const han = /\p{Script=Han}/u

function flat(words: object, under = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(words))
    if (typeof value === 'string') found.set(`${under}${key}`, value)
    else for (const [inner, text] of flat(value, `${under}${key}.`)) found.set(inner, text)
  return found
}

/** All text of facts replaced by Latin letters, so that only the paper's own words could be Chinese. */
const latin = <T>(facts: T): T => JSON.parse(JSON.stringify(facts).replace(/[^ -~]+/g, 'x')) as T

describe('the words on paper', () => {
  test('both languages have the same keys, the same blanks, and nothing is left empty', () => {
    const chinese = flat(zh)
    const english = flat(en)
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort())
    const blanks = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()
    for (const [key, text] of chinese) {
      expect(blanks(english.get(key)!), key).toEqual(blanks(text))
      if (!key.startsWith('shared.page')) expect(english.get(key), key).not.toBe('')
    }
  })

  test('no Chinese is left in an English paper apart from data, no English in a Chinese one', () => {
    for (const [key, text] of flat(en)) expect(text, key).not.toMatch(han)
    const sheet = handoffSheet(latin(aHandoff(60)), latin(names), latin(copy), 'en')
    const draft = handoffSheet(
      latin({ ...aHandoff(60), state: 'preparing' as const, checkpoint: null }),
      latin(names),
      latin(copy),
      'en',
    )
    const summary = auditSummary(latin(anAudit()), 'en')
    for (const paper of [sheet, draft, summary]) {
      expect(markup(paper.body)).not.toMatch(han)
      expect(paper.title).not.toMatch(han)
    }
    const codeOnly = /Node\.js|verify\.mjs/g
    for (const [key, text] of flat(zh))
      expect(text.replace(codeOnly, '').replace(/\{\w+\}/g, ''), key).not.toMatch(/[A-Za-z]{3,}/)
  })

  test('are those of the screen for categories, dispositions, urgencies and roles', () => {
    for (const [paper, screen] of [
      [zh, zhApp],
      [en, enApp],
    ] as const) {
      expect(paper.shared.categories).toEqual(screen.categories)
      expect(paper.shared.dispositions).toEqual(screen.dispositions)
      expect(paper.shared.urgencies).toEqual(screen.urgencies)
      expect(screen.roles).toMatchObject(paper.shared.roles)
    }
  })

  test('name every kind of record the desk can make', () => {
    const types = new Set(
      globSync('src/desk/**/*entries.ts', { cwd: root }).flatMap((file) =>
        [...readFileSync(join(root, file), 'utf8').matchAll(/'([a-zA-Z]+\.[a-z][A-Za-z]+)'/g)].map(
          ([, type]) => type!,
        ),
      ),
    )
    expect(types.size).toBeGreaterThan(70)
    expect([...types].filter((type) => entryTypeName(type, 'zh') === type)).toEqual([])
    for (const type of types) {
      expect(entryTypeName(type, 'zh'), type).toMatch(han)
      expect(entryTypeName(type, 'en'), type).not.toMatch(han)
    }
  })

  test('a blank without a fact and a code without a word stay as they are', () => {
    expect(filled('{a} {b} {toString}', { a: 1 })).toBe('1 {b} {toString}')
    expect(wordOf({ a: 'x' }, 'constructor')).toBe('constructor')
    expect(entryTypeName('toString', 'zh')).toBe('toString')
  })
})
