import { describe, expect, test } from 'vitest'
import { category } from '../../src/contract/values.ts'
import { classOf, classOfPrefix, startingPeriods } from '../../src/desk/retention/classes.ts'
import { holdPlaced } from '../../src/desk/retention/entries.ts'
import * as rules from '../../src/desk/retention/rules.ts'
import { typesWithContent } from '../support/content-types.ts'

const now = Date.parse('2026-11-23T02:00:00.000Z')
const period = { months: 36, minimum: 6 }
const monthsAgo = (months: number) => rules.monthsBefore(now, months)

function facts(over: Partial<rules.Facts> = {}): rules.Facts {
  const at = monthsAgo(37)
  return { at, closedAt: at, open: false, held: false, inUse: false, ofGroup: false, ...over }
}

describe('what is past its period may go', () => {
  test('from the day after, and not on the day', () => {
    const said = (at: number) => rules.standing(facts({ at, closedAt: at }), period, now)
    expect(said(monthsAgo(36) - 1)).toBe('due')
    expect(said(monthsAgo(36))).toBe('kept')
  })
  test('the period runs from when the matter was closed; in the talk of a group from when each word was said', () => {
    const closedAt = monthsAgo(10)
    expect(rules.standing(facts({ closedAt }), period, now)).toBe('kept')
    expect(rules.standing(facts({ closedAt, ofGroup: true }), period, now)).toBe('due')
  })
  test('a word put in after the closing has its own age', () => {
    expect(rules.standing(facts({ at: monthsAgo(10) }), period, now)).toBe('kept')
  })
  test('never what is held, open, in use, or of a class without a period', () => {
    expect(rules.standing(facts({ held: true, open: true }), period, now)).toBe('held')
    expect(rules.standing(facts({ open: true, closedAt: null }), period, now)).toBe('open')
    expect(rules.standing(facts({ inUse: true, held: true }), period, now)).toBe('kept')
    expect(rules.standing(facts(), { months: null, minimum: 6 }, now)).toBe('kept')
  })
})

describe('what is asked for by name', () => {
  test('goes before its period is over, but not before the shortest one', () => {
    const said = (at: number) => rules.standingAsked(facts({ at, closedAt: at }), period, now)
    expect(said(monthsAgo(6) - 1)).toBe('due')
    expect(said(monthsAgo(6))).toBe('young')
  })
  test('not while held, open or in use', () => {
    expect(rules.standingAsked(facts({ held: true }), period, now)).toBe('held')
    expect(rules.standingAsked(facts({ open: true }), period, now)).toBe('open')
    expect(rules.standingAsked(facts({ inUse: true }), period, now)).toBe('kept')
  })
})

test('of a resident’s card and words the one that must stay longest decides', () => {
  expect(rules.firstOf('due', 'young')).toBe('young')
  expect(rules.firstOf('held', 'open')).toBe('held')
  expect(rules.firstOf('due', 'due')).toBe('due')
})

test('months are those of the calendar', () => {
  const at = (text: string) => Date.parse(text)
  expect(rules.monthsBefore(at('2027-03-31T05:00:00.000Z'), 1)).toBe(at('2027-02-28T05:00:00.000Z'))
  expect(rules.monthsBefore(at('2028-02-29T00:00:00.000Z'), 12)).toBe(at('2027-02-28T00:00:00.000Z'))
  expect(rules.monthsBefore(at('2026-11-23T02:00:00.000Z'), 36)).toBe(at('2023-11-23T02:00:00.000Z'))
})

describe('the periods', () => {
  test('no shorter than the law and the desk need; what did not change is said', () => {
    expect(rules.change(startingPeriods, [{ id: 'handoffs', months: 11 }])).toEqual({
      refused: { code: 'too_short', minimum: 12 },
    })
    expect(rules.change(startingPeriods, [{ id: 'thread.cows', months: 12 }])).toMatchObject({
      refused: { code: 'not_found' },
    })
    expect(rules.change(startingPeriods, [{ id: 'thread.none', months: 36 }])).toEqual({
      refused: { code: 'nothing_to_do' },
    })
    expect(
      rules.change(startingPeriods, [
        { id: 'thread.none', months: null },
        { id: 'thread.hukou', months: 36 },
      ]),
    ).toMatchObject({ entries: [{ data: { classes: [{ id: 'thread.none', months: null }] } }] })
  })
  test('every category has one, and none that documents an act may be shorter than half a year', () => {
    for (const each of [...category.options, 'none']) expect(startingPeriods.has(`thread.${each}`)).toBe(true)
    for (const { months, minimum } of startingPeriods.values()) {
      expect(minimum).toBeGreaterThanOrEqual(6)
      expect(months ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(minimum)
    }
  })
})

describe('legal holds', () => {
  const of = { kind: 'thread', thread: 't', contact: null } as const
  test('are placed on what there is, as often as anybody needs', () => {
    expect(rules.place('h', of, false, '案件')).toMatchObject({
      refused: { code: 'not_found', what: 'thread' },
    })
    expect(rules.place('h', of, true, '案件')).toEqual({ entries: [holdPlaced('h', of, '案件')] })
  })
  test('are lifted once', () => {
    expect(rules.lift('h', null, '结案')).toMatchObject({ refused: { code: 'not_found' } })
    expect(rules.lift('h', { ...of, id: 'h', lifted: 9 }, '结案')).toEqual({
      refused: { code: 'nothing_to_do' },
    })
    expect(rules.lift('h', { ...of, id: 'h', lifted: null }, '结案')).toMatchObject({
      entries: [{ type: 'hold.lifted', content: { reason: '结案' } }],
    })
  })
})

describe('an erasure', () => {
  const asked = { run: 'r', scope: 'due', ground: '到期', digest: 'd' } as const
  test('is of what was previewed, and of nothing else', () => {
    const found = { digest: 'd', contents: 3, lines: 0, heldBy: null }
    expect(rules.erase(asked, { ...found, digest: 'other' })).toEqual({
      refused: { code: 'preview_outdated' },
    })
    expect(rules.erase(asked, found)).toMatchObject({ entries: [{ data: { ground: '到期', contents: 3 } }] })
  })
  test('of nothing is refused, saying which hold keeps it', () => {
    const nothing = { digest: 'd', contents: 0, lines: 0 }
    expect(rules.erase(asked, { ...nothing, heldBy: 'h' })).toEqual({
      refused: { code: 'legal_hold', hold: 'h' },
    })
    expect(rules.erase(asked, { ...nothing, heldBy: null })).toEqual({ refused: { code: 'nothing_to_do' } })
  })
})

test('every entry that has content has a class, and every class a period', () => {
  const types = typesWithContent()
  expect(types).toEqual(expect.arrayContaining(['message.received', 'contact.added', 'warning.entered']))
  const unsorted = types.filter((type) => !Object.hasOwn(classOfPrefix, type.split('.')[0]!))
  expect(unsorted, 'a prefix of retention/classes.ts').toEqual([])
  for (const type of types) {
    const kind = classOf(type)
    expect(startingPeriods.has(kind === 'thread' ? 'thread.none' : kind)).toBe(true)
  }
})
test('what a later desk may bring is kept no longer than anything else', () => {
  expect(classOf('omen.seen')).toBe('other')
})
