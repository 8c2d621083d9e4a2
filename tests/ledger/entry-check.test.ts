import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalEntry } from '../../src/ledger/canonical.ts'
import type { Entry, JsonObject } from '../../src/ledger/entry.ts'
import { EntryCheck } from '../../src/ledger/verify/entry-check.ts'
import { RangeCheck } from '../../src/ledger/verify/range-check.ts'

const STATION = '陈集派出所'
const PREV = '0123456789abcdef'.repeat(4)

const entry: Entry = {
  seq: 1207,
  station: STATION,
  at: '2026-11-23T05:01:00.000Z',
  actor: { user: 'chenjun', role: 'officer', device: 'pc-1' },
  type: 'thread.claimed',
  v: 1,
  subject: 'thread-7',
  data: { content: 'c0'.repeat(32), list: [1, '二', { a: null }], n: -0.5 },
  prev: PREV,
}

const check = new EntryCheck(JSON.stringify(STATION))

/** As a range is checked: read in one pass, beginning somewhere in the middle of other bytes. */
function fast(text: string, seq = entry.seq): boolean {
  const bytes = Buffer.from(`\0${text}`)
  return (
    text.isWellFormed() && check.check(bytes, 1, seq, Buffer.from(`00${PREV}`, 'hex'), 1) === bytes.length
  )
}

/** By the letter: parsed, written again and compared. */
function slow(text: string, seq = entry.seq): boolean {
  try {
    const parsed = JSON.parse(text) as Entry
    const { station, prev } = parsed
    return canonicalEntry(parsed) === text && parsed.seq === seq && station === STATION && prev === PREV
  } catch {
    return false
  }
}

describe('an entry read in one pass', { timeout: 90_000 }, () => {
  const text = fc.string({ unit: 'grapheme' })
  const number = fc.double({ min: -1e9, max: 1e9, noNaN: true })
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constant(null),
      fc.boolean(),
      number,
      text,
      fc.array(tie('value')),
      tie('object'),
    ),
    object: fc.dictionary(
      fc.oneof(text, fc.constantFrom('\u20ac', '\ud83d\ude00', '\ufb33', 'content')),
      tie('value'),
    ),
  })).object as fc.Arbitrary<JsonObject>

  test('is accepted with whatever data the writer writes', () => {
    fc.assert(
      fc.property(json, fc.integer({ min: 1 }), (data, seq) => {
        expect(fast(canonicalEntry({ ...entry, seq, data }), seq)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  test('with one thing changed is judged as by parsing and writing it again', () => {
    const piece = fc.constantFrom(
      ...'{}[]:,"\\0123456789-+.eEutaZT f\u0001\u007f字é'.split(''),
      '00',
      '\\ud800',
      '😀',
    )
    const change = fc.record({
      at: fc.nat(),
      drop: fc.nat({ max: 2 }),
      put: fc.array(piece, { maxLength: 2 }),
    })
    const whole = canonicalEntry(entry)
    fc.assert(
      fc.property(change, ({ at, drop, put }) => {
        const from = at % (whole.length + 1)
        const changed = whole.slice(0, from) + put.join('') + whole.slice(from + drop)
        expect([changed, fast(changed)]).toEqual([changed, slow(changed)])
      }),
      { numRuns: 8000 },
    )
  })

  test.each<[string, string, string]>([
    ['its number with a zero in front', '"seq":1207', '"seq":01207'],
    ['a longer number', '"seq":1207', '"seq":12070'],
    ['its number with a fraction', '"seq":1207', '"seq":1207.0'],
    ['its number as a power', '"seq":1207', '"seq":1207e0'],
    ['no number', '"seq":1207', '"seq":'],
    ['version 0', '"v":1', '"v":0'],
    ['a version with a zero in front', '"v":1', '"v":01'],
    ['a version of sixteen digits', '"v":1', '"v":1000000000000000'],
    ['no version', '"v":1', '"v":'],
    ['a link in capitals', PREV, PREV.toUpperCase()],
    ['another link', PREV, `1${PREV.slice(1)}`],
    ['a link one digit short', PREV, PREV.slice(1)],
    ['a time without milliseconds', '05:01:00.000Z', '05:01:00Z'],
    ['a time with a letter in it', '05:01:00.000Z', '05:0l:00.000Z'],
    ['a time with what follows the digits', '05:01:00.000Z', '05:01:0:.000Z'],
    ['a station with more behind it', STATION, `${STATION}二`],
    ['half a character', 'chenjun', 'chen\ud83djun'],
    ['more behind it', '"v":1}', '"v":1} '],
    ['no end', '"v":1}', '"v":1'],
  ])('with %s is refused', (_, from, to) => {
    const text = canonicalEntry(entry).replace(from, to)
    expect(text).not.toBe(canonicalEntry(entry))
    expect([fast(text), slow(text)]).toEqual([false, false])
  })

  test('of the largest number there is accepted, and of none beyond', () => {
    const largest = canonicalEntry({ ...entry, seq: Number.MAX_SAFE_INTEGER })
    expect(fast(largest, Number.MAX_SAFE_INTEGER)).toBe(true)
    expect(fast(largest.replace('740991', '740992'), 2 ** 53)).toBe(false)
  })

  test('cut off anywhere is refused', () => {
    const whole = Buffer.from(canonicalEntry(entry))
    const prev = Buffer.from(PREV, 'hex')
    for (let end = 0; end < whole.length; end++) {
      expect(check.check(whole.subarray(0, end), 0, entry.seq, prev, 0)).toBe(-1)
    }
  })

  test('with half a character in it is not sound, though its bytes alone would look so', () => {
    const first = canonicalEntry({ ...entry, seq: 1, prev: '0'.repeat(64) })
    const range = new RangeCheck({ from: 1, prev: '0'.repeat(64), station: STATION, sizes: [] })
    range.entry(1, first.replace('chenjun', 'chen\ud83djun'), null, null, null)
    expect(range.report.findings).toMatchObject([{ seq: 1, where: 'entry' }])
  })
})
