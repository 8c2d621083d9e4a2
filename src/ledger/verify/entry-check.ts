/** One stored entry against what it must say: canonical form, number, station, link to the entry before. */

import { canonicalEntry } from '../canonical.ts'
import type { Entry } from '../entry.ts'
import type { Hash } from '../hash.ts'
import { scanObject, scanString } from './scan.ts'

export interface Expected {
  seq: number
  prev: Hash
  /** The station's name as a JSON string. */
  station: string
}

/** What later checks need to know of a sound entry. */
export interface Checked {
  /** The commitment in `data.content`, where there is one. */
  content: string | undefined
  /** The entry's type is `content.erased`. */
  erases: boolean
}

const CONTENT_KEY = '"content"'
const ERASED = '"content.erased"'

/** UTC with milliseconds, from `lastIndex` on. */
const INSTANT = /"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/y

/** The version, and the end of the entry. */
const VERSION = /[1-9]\d{0,14}\}/y

/** Reads one entry after another; one instance per run, so that nothing is allocated per entry. */
export class EntryCheck {
  readonly checked: Checked = { content: undefined, erases: false }
  #text = ''

  /**
   * Position after the entry that starts at `from`, if it is the canonical form of an entry with this number,
   * station and link; else -1. One pass over the characters, nothing parsed. `checked` then tells of it.
   */
  check(text: string, from: number, expected: Expected): number {
    this.#text = text
    this.checked.content = undefined
    this.checked.erases = false
    let at = skip(text, '{"actor":{"device":', from)
    at = scanString(text, at)
    at = skip(text, ',"role":', at)
    at = scanString(text, at)
    at = skip(text, ',"user":', at)
    at = scanString(text, at)
    at = skip(text, '},"at":', at)
    INSTANT.lastIndex = at
    at = at >= 0 && INSTANT.test(text) ? INSTANT.lastIndex : -1
    at = skip(text, ',"data":', at)
    at = at < 0 ? -1 : scanObject(text, at, 0, this.#onMember)
    at = skip(
      text,
      `,"prev":"${expected.prev}","seq":${expected.seq},"station":${expected.station},"subject":`,
      at,
    )
    at = scanString(text, at)
    at = skip(text, ',"type":', at)
    if (at < 0) return -1
    this.checked.erases = text.startsWith(ERASED, at)
    at = skip(text, ',"v":', scanString(text, at))
    VERSION.lastIndex = at
    return at >= 0 && VERSION.test(text) ? VERSION.lastIndex : -1
  }

  readonly #onMember = (keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void => {
    if (keyEnd - keyStart !== CONTENT_KEY.length || !this.#text.startsWith(CONTENT_KEY, keyStart)) return
    this.checked.content = this.#text.slice(valueStart + 1, valueEnd - 1)
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

/** Position after `expected` where it stands at `at`, else -1; -1 stays -1. */
function skip(text: string, expected: string, at: number): number {
  return at >= 0 && text.startsWith(expected, at) ? at + expected.length : -1
}
