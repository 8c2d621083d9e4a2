import { describe, expect, test } from 'vitest'
import { headToPresent, type Memory, recalled, remembering } from '../../src/console/app/remembered-heads.ts'
import { askedAt, type ScopeAsked, scopeOf } from '../../src/console/screens/proof/export-scope.ts'
import { isWholeHead } from '../../src/console/screens/proof/whole-head.ts'

describe('what an export is asked for', () => {
  const now = Date.parse('2026-11-23T02:00:00.000Z')
  const asked = (over: Partial<ScopeAsked>) => scopeOf({ ...askedAt({}, now), ...over })

  test('is the last week, unless the place names a thread, a handoff or a shift', () => {
    expect(scopeOf(askedAt({}, now))).toEqual({
      kind: 'period',
      from: '2026-11-16T02:00:00.000Z',
      to: '2026-11-23T02:00:00.000Z',
    })
    expect(scopeOf(askedAt({ part: 'proof', thread: 't' }, now))).toEqual({ kind: 'thread', thread: 't' })
    expect(scopeOf(askedAt({ handoff: 'h' }, now))).toEqual({ kind: 'handoff', handoff: 'h' })
    expect(scopeOf(askedAt({ shift: '41' }, now))).toEqual({ kind: 'shift', shift: 41 })
  })

  test('is nothing while a part of it is missing', () => {
    expect(asked({ kind: 'whole' })).toEqual({ kind: 'whole' })
    for (const kind of ['shift', 'handoff', 'thread'] as const) expect(asked({ kind })).toBeNull()
    expect(asked({ to: null })).toBeNull()
    expect(asked({ from: null })).toBeNull()
  })

  test('is nothing where the end is not after the beginning', () => {
    const { from } = askedAt({}, now)
    expect(asked({ to: from })).toBeNull()
    expect(asked({ to: '2026-11-16T01:59:59.999Z' })).toBeNull()
    expect(asked({ to: '2026-11-16T02:00:00.001Z' })).not.toBeNull()
  })
})

describe('Enter compares', () => {
  const note = 'duty-desk/liuhe\n171\nm7vlJ1lD==\n\n— duty-desk/liuhe AAAAbbbb=='

  test('a printed code, as typed with full-width signs too', () => {
    for (const typed of ['171 AAAA-BBBB-CCCC-DDDD-EEEE', ' 1,284 abcd', '１７１：ＡＡＡＡ', '171: A'])
      expect(isWholeHead(typed), typed).toBe(true)
    for (const typed of ['', '171', '171 ', 'AAAA-BBBB']) expect(isWholeHead(typed), typed).toBe(false)
  })

  test('a signed checkpoint only when a scanner has typed its last line', () => {
    const lines = note.split('\n')
    for (let n = 1; n < lines.length; n++) expect(isWholeHead(lines.slice(0, n).join('\n'))).toBe(false)
    expect(isWholeHead(note)).toBe(true)
    expect(isWholeHead(`${note.replaceAll('\n', '\r\n')}\r\n`)).toBe(true)
  })
})

describe('a computer that has seen the ledger', () => {
  const ours = 'duty-desk/liuhe'
  const head = (size: number, fill = 'a') => ({ size, root: fill.repeat(64) })
  const seen: Memory = { [ours]: { newest: head(40), contradicted: [] } }

  test('remembers the newest head of each ledger, and says it when it comes again', () => {
    const first = remembering({}, ours, head(40), null)
    expect(headToPresent({}, ours)).toBeNull()
    expect(headToPresent(first, ours)).toEqual(head(40))
    const other = remembering(first, 'duty-desk/shiqiao', head(7, 'b'), null)
    const later = remembering(other, ours, head(52, 'c'), { is: 'matches', noted: false })
    expect(headToPresent(later, ours)).toEqual(head(52, 'c'))
    expect(headToPresent(later, 'duty-desk/shiqiao')).toEqual(head(7, 'b'))
  })

  test('says nothing of a ledger that was still empty', () => {
    expect(headToPresent(remembering({}, ours, head(0), null), ours)).toBeNull()
  })

  test.each(['ahead', 'differs'] as const)(
    'keeps a head that is contradicted (%s) until somebody has looked',
    (is) => {
      expect(remembering(seen, ours, head(30, 'd'), { is, noted: false })).toEqual(seen)
      const noted = remembering(seen, ours, head(30, 'd'), { is, noted: true })
      expect(headToPresent(noted, ours)).toEqual(head(30, 'd'))
      expect(noted[ours]!.contradicted).toEqual([head(40)])
      const later = remembering(noted, ours, head(31, 'e'), { is: 'matches', noted: false })
      expect(later[ours]!.contradicted).toEqual([head(40)])
    },
  )

  test('takes what is no memory for none', () => {
    for (const kept of [null, '', 'x', '[]', 'null', '7', '{"a":1}', '{"a":{"newest":{"size":1}}}'])
      expect(recalled(kept), String(kept)).toEqual({})
    const half = { ...seen, [`${ours}/2`]: { newest: { size: 3, root: 'zz' }, contradicted: [] } }
    expect(recalled(JSON.stringify(half))).toEqual(seen)
  })
})
