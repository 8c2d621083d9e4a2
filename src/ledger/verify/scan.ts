/**
 * Reading canonical JSON in its bytes without building its values: is this, byte by byte, what RFC 8785 prescribes?
 * Parsing and writing again gives the same answer at many times the cost, and is what the tests hold this against.
 * The bytes must be known to be UTF-8: then no half of a surrogate pair can stand in them.
 */

const QUOTE = 34
const COMMA = 44
const MINUS = 45
const ZERO = 48
const NINE = 57
const COLON = 58
const OPEN_LIST = 91
const BACKSLASH = 92
const CLOSE_LIST = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

/** Beyond this the writer refuses as well. */
const DEEPEST = 64
/** Whole numbers of up to 15 digits need no second look. */
const SAFE_DIGITS = 15
/** After a backslash: `"` `\` b f n r t. */
const SHORT_ESCAPES = '"\\bfnrt'

const TRUE = Buffer.from('true')
const NULL = Buffer.from('null')
const FALSE = Buffer.from('false')

/** A member of an object being scanned: where its key and value stand in the bytes. */
export type OnMember = (keyStart: number, keyEnd: number, valueStart: number, valueEnd: number) => void

/** Position after `expected` where it stands at `at`, else -1; -1 stays -1. */
export function skip(bytes: Buffer, expected: Buffer, at: number): number {
  const length = expected.length
  if (at < 0 || at + length > bytes.length) return -1
  for (let i = 0; i < length; i++) if (bytes[at + i] !== expected[i]) return -1
  return at + length
}

/** Position after the canonical value that starts at `from`, or -1 where there is none. */
export function scanValue(bytes: Buffer, from: number, depth = 0): number {
  const first = byteAt(bytes, from)
  if (first === QUOTE) return scanString(bytes, from)
  if (first === OPEN_OBJECT) return scanObject(bytes, from, depth)
  if (first === OPEN_LIST) return scanList(bytes, from, depth)
  if (first === MINUS || isDigit(first)) return scanNumber(bytes, from)
  const after = skip(bytes, TRUE, from)
  if (after >= 0) return after
  return Math.max(skip(bytes, NULL, from), skip(bytes, FALSE, from))
}

/** As `scanValue`, for a string. */
export function scanString(bytes: Buffer, from: number): number {
  if (from < 0 || byteAt(bytes, from) !== QUOTE) return -1
  const length = bytes.length
  for (let at = from + 1; at < length; at++) {
    const byte = bytes[at]!
    if (byte === QUOTE) return at + 1
    if (byte < 0x20) return -1
    if (byte === BACKSLASH) {
      at = scanEscape(bytes, at)
      if (at < 0) return -1
    }
  }
  return -1
}

/** As `scanValue`, for an object; tells of each member at its top level. */
export function scanObject(bytes: Buffer, from: number, depth: number, onMember?: OnMember): number {
  if (depth >= DEEPEST || byteAt(bytes, from) !== OPEN_OBJECT) return -1
  let at = from + 1
  if (byteAt(bytes, at) === CLOSE_OBJECT) return at + 1
  let lastStart = -1
  let lastEnd = -1
  for (;;) {
    const keyEnd = scanString(bytes, at)
    if (keyEnd < 0 || byteAt(bytes, keyEnd) !== COLON) return -1
    if (lastStart >= 0 && !keysAscend(bytes, lastStart, lastEnd, at, keyEnd)) return -1
    const end = scanValue(bytes, keyEnd + 1, depth + 1)
    if (end < 0) return -1
    onMember?.(at, keyEnd, keyEnd + 1, end)
    lastStart = at
    lastEnd = keyEnd
    const next = byteAt(bytes, end)
    if (next === CLOSE_OBJECT) return end + 1
    if (next !== COMMA) return -1
    at = end + 1
  }
}

function scanList(bytes: Buffer, from: number, depth: number): number {
  if (depth >= DEEPEST) return -1
  let at = from + 1
  if (byteAt(bytes, at) === CLOSE_LIST) return at + 1
  for (;;) {
    const end = scanValue(bytes, at, depth + 1)
    if (end < 0) return -1
    const next = byteAt(bytes, end)
    if (next === CLOSE_LIST) return end + 1
    if (next !== COMMA) return -1
    at = end + 1
  }
}

/** Position of the last byte of the escape that starts at `at`, or -1. */
function scanEscape(bytes: Buffer, at: number): number {
  const letter = textOf(bytes, at + 1, at + 2)
  if (letter !== 'u') return letter !== '' && SHORT_ESCAPES.includes(letter) ? at + 1 : -1
  const digits = textOf(bytes, at + 2, at + 6)
  if (!/^00[01][0-9a-f]$/.test(digits)) return -1
  const code = Number.parseInt(digits, 16)
  const hasShortForm = code === 8 || code === 9 || code === 10 || code === 12 || code === 13
  return hasShortForm ? -1 : at + 5
}

function scanNumber(bytes: Buffer, from: number): number {
  let at = from
  if (byteAt(bytes, at) === MINUS) at++
  const first = at
  while (isDigit(byteAt(bytes, at))) at++
  const plain = !isNumberMark(byteAt(bytes, at))
  const digits = at - first
  if (plain && digits > 0 && digits <= SAFE_DIGITS) {
    if (bytes[first] !== ZERO) return at
    return digits === 1 && first === from ? at : -1 // neither 01 nor -0
  }
  while (isDigit(byteAt(bytes, at)) || isNumberMark(byteAt(bytes, at))) at++
  const token = textOf(bytes, from, at)
  const value = Number(token)
  const exact = Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value))
  return exact && String(value) === token && token !== '' ? at : -1
}

/** True if the first key comes before the second by UTF-16 code units; both with their quotes. */
function keysAscend(bytes: Buffer, aStart: number, aEnd: number, bStart: number, bEnd: number): boolean {
  const shorter = Math.min(aEnd - aStart, bEnd - bStart) - 1
  for (let i = 1; i < shorter; i++) {
    const a = bytes[aStart + i]!
    const b = bytes[bStart + i]!
    // Escapes stand for other characters, and beyond ASCII bytes are not always in the order of UTF-16.
    if (a === BACKSLASH || b === BACKSLASH || a > 0x7f || b > 0x7f) {
      return JSON.parse(textOf(bytes, aStart, aEnd)) < JSON.parse(textOf(bytes, bStart, bEnd))
    }
    if (a !== b) return a < b
  }
  return aEnd - aStart < bEnd - bStart
}

/** The byte, or 0 beyond the end: what nothing canonical holds. */
function byteAt(bytes: Buffer, at: number): number {
  return at < bytes.length ? bytes[at]! : 0
}

function textOf(bytes: Buffer, from: number, to: number): string {
  return bytes.toString('utf8', from, to)
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE
}

/** `.` `+` `-` `E` `e`: the rest of what a number can hold. */
function isNumberMark(byte: number): boolean {
  return byte === 46 || byte === 43 || byte === 45 || byte === 69 || byte === 101
}
