import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { canonicalize as otherCanonicalize } from 'json-canonicalize'
import { describe, expect, test } from 'vitest'
import { canonicalEntry, canonicalJson, InvalidEntry } from '../../src/ledger/canonical.ts'
import type { Entry, JsonObject } from '../../src/ledger/entry.ts'
import { NO_PREV } from '../../src/ledger/hash.ts'
import { scanValue } from '../../src/ledger/verify/scan.ts'

const text = fc.string({ unit: 'binary' }).filter((s) => s.isWellFormed())
const number = fc.oneof(
  fc.maxSafeInteger(),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .filter((n) => !Number.isInteger(n) || Number.isSafeInteger(n)),
)
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
    fc.oneof(text, fc.constantFrom('10', '9', '', '__proto__', '\u20ac', '\ud83d\ude00', '\ufb33')),
    tie('value'),
  ),
})).object as fc.Arbitrary<JsonObject>

const entry: Entry = {
  seq: 1,
  station: '陈集派出所',
  at: '2026-11-23T05:01:00.000Z',
  actor: { user: 'officer-1', role: 'officer', device: 'pc-1' },
  type: 'message.sent',
  v: 1,
  subject: 'thread-1',
  data: {},
  prev: NO_PREV,
}

describe('the canonical form', () => {
  test('is what two independent libraries write', () => {
    fc.assert(
      fc.property(json, (value) => {
        const ours = canonicalJson(value)
        expect(ours).toBe(canonicalize(value))
        expect(ours).toBe(otherCanonicalize(value))
      }),
      { numRuns: 2000 },
    )
  })

  test('of a whole entry is what a library writes', () => {
    const entries = fc.record({
      seq: fc.integer({ min: 1 }),
      station: text,
      at: fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((d) => d.toISOString()),
      actor: fc.record({ user: text, role: text, device: text }),
      type: text,
      v: fc.integer({ min: 1 }),
      subject: text,
      data: json,
      prev: fc.constant(NO_PREV),
    })
    fc.assert(
      fc.property(entries, (made) => {
        expect(canonicalEntry(made)).toBe(canonicalize(made))
      }),
      { numRuns: 1000 },
    )
  })

  test('orders keys by UTF-16 code units, as the RFC shows', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 }
    expect(canonicalJson(value)).toBe(
      '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}',
    )
  })

  test('keeps a text that looks like an escaped surrogate', () => {
    expect(canonicalJson({ '\\ud83d': '\\ud800' })).toBe('{"\\\\ud83d":"\\\\ud800"}')
    expect(canonicalEntry({ ...entry, subject: '\\udead' })).toContain('"\\\\udead"')
  })

  test('writes numbers as ECMAScript does', () => {
    expect(canonicalJson([0, -0, 1e21 / 1e21, 0.1, 1e-7, 5e-324, -1.5])).toBe('[0,0,1,0.1,1e-7,5e-324,-1.5]')
  })
})

describe('what has no exact canonical form is refused, with its place', () => {
  const circle: unknown[] = []
  circle.push(circle)
  test.each([
    ['a lone surrogate', { note: ['a', '\ud800'] }, 'data.note[1]'],
    ['a lone surrogate in a key', { '\udc00': 1 }, 'data'],
    ['an integer beyond 2^53', { n: 2 ** 53 }, 'data.n'],
    ['not a number', { n: Number.NaN }, 'data.n'],
    ['infinity', { n: [{ x: Number.POSITIVE_INFINITY }] }, 'data.n[0].x'],
    ['undefined', { a: undefined }, 'data.a'],
    ['a hole in a list', { a: new Array(1) }, 'data.a[0]'],
    ['a big integer', { a: 1n }, 'data.a'],
    ['a Map', { a: new Map() }, 'data.a'],
    ['a Date', { a: new Date(0) }, 'data.a'],
    ['a Buffer', { a: Buffer.alloc(1) }, 'data.a'],
    ['a function', { toJSON: () => 1 }, 'data.toJSON'],
    ['a circle', { a: circle }, /^data\.a(\[0\])+$/],
  ])('%s', (_name, data, path) => {
    const refused = catching(() => canonicalEntry({ ...entry, data: data as JsonObject }))
    expect(refused).toBeInstanceOf(InvalidEntry)
    expect((refused as InvalidEntry).path).toMatch(path)
  })

  test.each([
    ['at', { at: '2026-11-23T05:01:00Z' }],
    ['seq', { seq: 0 }],
    ['seq', { seq: 1.5 }],
    ['v', { v: 0 }],
    ['prev', { prev: 'AB'.repeat(32) }],
    ['station', { station: '\ud800' }],
    ['subject', { subject: '\ud800x' }],
    ['type', { type: 3 as unknown as string }],
    ['actor.user', { actor: { user: '\udfff', role: 'officer', device: 'pc' } }],
    ['actor.device', { actor: { user: 'a', role: 'officer' } as Entry['actor'] }],
    ['$', { extra: 1 } as Partial<Entry>],
  ])('a wrong %s', (path, change) => {
    const refused = catching(() => canonicalEntry({ ...entry, ...change }))
    expect(refused).toBeInstanceOf(InvalidEntry)
    expect((refused as InvalidEntry).path).toBe(path)
  })
})

describe('the scanner of canonical text', { timeout: 90_000 }, () => {
  const accepts = (value: string) => {
    const bytes = Buffer.from(value)
    return value.isWellFormed() && scanValue(bytes, 0) === bytes.length
  }

  /** The slow way: parse, write, compare. */
  const isCanonical = (value: string) => {
    try {
      return canonicalJson(JSON.parse(value)) === value
    } catch {
      return false
    }
  }

  test('accepts everything the writer writes', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(accepts(canonicalJson(value))).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  test('says the same as parsing and writing again, for text with one thing changed', () => {
    const piece = fc.constantFrom(
      ...'{}[]:,"\\0123456789-+.eEutrfn ab/\u0001\u007f\ud83d\ude00字'.split(''),
      '\\u001f',
      '\\u0008',
      '\\/',
      '00',
      '1.0',
      '\\ud800',
    )
    const change = fc.record({
      at: fc.nat(),
      drop: fc.nat({ max: 2 }),
      put: fc.array(piece, { maxLength: 2 }),
    })
    fc.assert(
      fc.property(json, change, (value, { at, drop, put }) => {
        const whole = canonicalJson(value)
        const from = at % (whole.length + 1)
        const changed = whole.slice(0, from) + put.join('') + whole.slice(from + drop)
        expect(accepts(changed)).toBe(isCanonical(changed))
      }),
      { numRuns: 5000 },
    )
  })

  test.each([
    ['{"a":1,"a":1}', false],
    ['{"b":1,"a":1}', false],
    ['{"a":1,"aa":1}', true],
    ['{"aa":1,"a":1}', false],
    ['{"\\"":1,"!":1}', false],
    ['{"!":1,"\\"":1}', true],
    ['{"\\n":1,"\\r":1}', true],
    // In UTF-16 the pair comes first, in UTF-8 the other.
    ['{"\ud83d\ude00":1,"\ue000":1}', true],
    ['{"\ue000":1,"\ud83d\ude00":1}', false],
    ['{"a":1,"字":1}', true],
    ['{"字":1,"a":1}', false],
    ['-0', false],
    ['0', true],
    ['01', false],
    ['-1', true],
    ['1e21', false],
    ['1e-7', true],
    ['9007199254740991', true],
    ['9007199254740992', false],
    ['1.50', false],
    ['"\\u000b"', true],
    ['"\\u000B"', false],
    ['"\\u000a"', false],
    ['"\\u0041"', false],
    ['"\\/"', false],
    ['[1, 2]', false],
    ['nul', false],
    ['', false],
  ])('%s', (value, fit) => {
    expect(accepts(value)).toBe(fit)
    expect(isCanonical(value)).toBe(fit)
  })
})

function catching(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  return undefined
}
