/** One stored entry against what it must say: canonical form, number, station, link to the entry before. */

import { canonicalEntry } from '../canonical.ts'
import type { Entry } from '../entry.ts'
import type { Hash } from '../hash.ts'
import { scanObject, scanString, skip } from './scan.ts'

export interface Expected {
  seq: number
  prev: Hash
  /** The station's name as a JSON string. */
  station: string
}

/** What later checks need to know of a sound entry. */
export interface Checked {
  /** Where the commitment in `data.content` stands, without its quotes; -1 where there is none. */
  contentStart: number
  contentEnd: number
  /** The entry's type is `content.erased`. */
  erases: boolean
}

const DEVICE = Buffer.from('{"actor":{"device":')
const ROLE = Buffer.from(',"role":')
const USER = Buffer.from(',"user":')
const AT = Buffer.from('},"at":')
const DATA = Buffer.from(',"data":')
const PREV = Buffer.from(',"prev":"')
const SEQ = Buffer.from('","seq":')
const TYPE = Buffer.from(',"type":')
const V = Buffer.from(',"v":')
const CONTENT_KEY = Buffer.from('"content"')
const ERASED = Buffer.from('"content.erased"')

/** UTC with milliseconds; each 0 is any digit. */
const INSTANT = Buffer.from('"0000-00-00T00:00:00.000Z"')

const ZERO = 48
const NINE = 57
const CLOSE_OBJECT = 125
/** Digits that a version can have; a number of so many is exact. */
const MOST_DIGITS = 15
const HEX = Buffer.from('0123456789abcdef')
const LEAF_BYTES = 32

/** Reads one entry after another; one instance per range, so that nothing is allocated per entry. */
export class EntryCheck {
  readonly checked: Checked = { contentStart: -1, contentEnd: -1, erases: false }
  readonly #station: Buffer
  #bytes: Buffer = DEVICE

  /** @param station the station's name as a JSON string */
  constructor(station: string) {
    this.#station = Buffer.from(`,"station":${station},"subject":`)
  }

  /**
   * Position after the entry that starts at `from`, if it is the canonical form of an entry with this number,
   * station and link; else -1. One pass over the bytes, nothing parsed. `checked` then tells of it.
   * @param bytes known to be UTF-8 @param prev holds, at `prevAt`, the leaf of the entry before
   */
  check(bytes: Buffer, from: number, seq: number, prev: Buffer, prevAt: number): number {
    this.#bytes = bytes
    this.checked.contentStart = -1
    this.checked.erases = false
    let at = skip(bytes, DEVICE, from)
    at = scanString(bytes, at)
    at = skip(bytes, ROLE, at)
    at = scanString(bytes, at)
    at = skip(bytes, USER, at)
    at = scanString(bytes, at)
    at = skip(bytes, AT, at)
    at = skipInstant(bytes, at)
    at = skip(bytes, DATA, at)
    at = at < 0 ? -1 : scanObject(bytes, at, 0, this.#onMember)
    at = skip(bytes, PREV, at)
    at = skipHex(bytes, prev, prevAt, at)
    at = skip(bytes, SEQ, at)
    at = skipNumber(bytes, at, seq)
    at = skip(bytes, this.#station, at)
    at = scanString(bytes, at)
    at = skip(bytes, TYPE, at)
    if (at < 0) return -1
    this.checked.erases = skip(bytes, ERASED, at) >= 0
    at = skip(bytes, V, scanString(bytes, at))
    return skipVersion(bytes, at)
  }

  readonly #onMember = (keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void => {
    if (keyEnd - keyStart !== CONTENT_KEY.length || skip(this.#bytes, CONTENT_KEY, keyStart) < 0) return
    this.checked.contentStart = valueStart + 1
    this.checked.contentEnd = valueEnd - 1
  }
}

/** The fault of an entry with which nothing else is wrong: it, or the one before, is not what it was. */
export const UNLINKED = 'does not follow the entry before it (prev)'

/** In words, what is wrong with an entry that did not pass; slow and exact. */
export function faultOf(text: string, expected: Expected): string {
  let entry: Entry
  try {
    entry = JSON.parse(text) as Entry
  } catch {
    return 'is not JSON'
  }
  if (typeof entry !== 'object' || entry === null) return 'is not an entry'
  if (entry.seq !== expected.seq) return `says it is entry ${brief(entry.seq)}`
  if (JSON.stringify(brief(entry.station)) !== expected.station) {
    return `is of another station (${brief(entry.station)})`
  }
  try {
    if (canonicalEntry(entry) !== text) return 'is not in canonical form'
  } catch (error) {
    return `is not an entry (${(error as Error).message})`
  }
  return entry.prev === expected.prev ? 'is not in canonical form' : UNLINKED
}

/** A value of unknown making, short enough to be shown. */
function brief(value: unknown): unknown {
  if (typeof value === 'string') return value.length <= 200 ? value : `${value.slice(0, 200)}…`
  return value === null || typeof value !== 'object' ? value : `a ${typeof value}`
}

// Each of these: position after what must stand at `at`, else -1; -1 stays -1.

function skipInstant(bytes: Buffer, at: number): number {
  if (at < 0 || at + INSTANT.length > bytes.length) return -1
  for (let i = 0; i < INSTANT.length; i++) {
    const byte = bytes[at + i]!
    const expected = INSTANT[i]!
    if (expected === ZERO ? byte < ZERO || byte > NINE : byte !== expected) return -1
  }
  return at + INSTANT.length
}

function skipHex(bytes: Buffer, leaf: Buffer, leafAt: number, at: number): number {
  if (at < 0 || at + 2 * LEAF_BYTES > bytes.length) return -1
  for (let i = 0; i < LEAF_BYTES; i++) {
    const byte = leaf[leafAt + i]!
    if (bytes[at + 2 * i] !== HEX[byte >> 4] || bytes[at + 2 * i + 1] !== HEX[byte & 15]) return -1
  }
  return at + 2 * LEAF_BYTES
}

function skipNumber(bytes: Buffer, from: number, number: number): number {
  if (from < 0) return -1
  let value = 0
  let at = from
  for (; isDigit(bytes, at); at++) value = value * 10 + (bytes[at]! - ZERO)
  return value === number && Number.isSafeInteger(value) && bytes[from] !== ZERO ? at : -1
}

/** The version, a number of up to 15 digits, and the end of the entry. */
function skipVersion(bytes: Buffer, from: number): number {
  if (from < 0) return -1
  let at = from
  while (isDigit(bytes, at)) at++
  const digits = at - from
  if (digits < 1 || digits > MOST_DIGITS || bytes[from] === ZERO) return -1
  return at < bytes.length && bytes[at] === CLOSE_OBJECT ? at + 1 : -1
}

function isDigit(bytes: Buffer, at: number): boolean {
  return at < bytes.length && bytes[at]! >= ZERO && bytes[at]! <= NINE
}
