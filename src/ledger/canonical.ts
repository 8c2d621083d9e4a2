/** The one byte form of an entry: RFC 8785 (JSON Canonicalization Scheme), after a strict check of the values. */

import type { Entry, Stamped } from './entry.ts'

/** A value that has no exact JSON form: refused before it is hashed, never silently changed. */
export class InvalidEntry extends Error {
  /** Where the value stands, e.g. `data.list[2].name`. */
  readonly path: string

  constructor(path: string, why: string) {
    super(`${path}: ${why}`)
    this.name = 'InvalidEntry'
    this.path = path
  }
}

/** Nesting beyond this is a bug or a cycle, not a record. */
const DEEPEST = 64

/** Thrown by the writer, which keeps no path; `explain` then walks again to name the place. */
const unfit = new Error('value has no canonical form')

/**
 * The RFC 8785 text of a JSON value. Differs from `JSON.stringify` in key order, and from lenient
 * canonicalizers in refusing what they drop or round: undefined, Map, Date, BigInt, lone surrogates,
 * integers beyond 2^53 - 1, NaN.
 * @throws InvalidEntry naming the path of the first unfit value
 */
export function canonicalJson(value: unknown, path = '$'): string {
  try {
    const text = write(value, 0)
    if (!mayHoldLoneSurrogate(text)) return text
  } catch (error) {
    if (error !== unfit) throw error
  }
  const fault = explain(value, path, 0)
  if (fault) throw fault
  return write(value, 0)
}

/**
 * The canonical text of an entry; its UTF-8 bytes are what is hashed and stored.
 * @throws InvalidEntry naming the field
 */
export function canonicalEntry(entry: Entry): string {
  checkEnvelope(entry)
  return writeEntry(entry)
}

/**
 * The canonical text of an entry whose envelope is checked already (`checkStamp`); checks its data and
 * that every text is well-formed. This is the path of every append, so it is written for speed.
 * @throws InvalidEntry naming the field
 */
export function writeEntry(entry: Entry): string {
  const { actor, at, data, prev, seq, station, subject, type, v } = entry
  try {
    const text = write(data, 0)
    const about = quote(subject)
    // Looked for in the two parts alone: the station's name makes the whole text a wide one, slow to search.
    if (!mayHoldLoneSurrogate(text) && !mayHoldLoneSurrogate(about)) {
      return `{"actor":{"device":${quoteOften(actor.device)},"role":${quoteOften(actor.role)},"user":${quoteOften(actor.user)}},"at":"${at}","data":${text},"prev":"${prev}","seq":${seq},"station":${quoteOften(station)},"subject":${about},"type":${quoteOften(type)},"v":${v}}`
    }
  } catch (error) {
    if (error !== unfit) throw error
  }
  const fault = explain({ actor, station, subject, type, data }, '', 0)
  if (fault) throw fault
  return write(entry, 0)
}

/** JSON.stringify writes a lone surrogate as \\udXXX; the same letters may also stand there as plain text. */
function mayHoldLoneSurrogate(text: string): boolean {
  return text.includes('\\ud')
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const LEAF = /^[0-9a-f]{64}$/

/** Checks every field but `data`. @throws InvalidEntry */
function checkEnvelope(entry: Entry): void {
  if (!isPlain(entry.actor)) throw new InvalidEntry('actor', 'must be an object')
  if (!isPlain(entry.data)) throw new InvalidEntry('data', 'must be an object')
  checkStamp(entry)
  if (!Number.isSafeInteger(entry.seq) || entry.seq < 1) {
    throw new InvalidEntry('seq', 'must be a safe integer from 1')
  }
  if (typeof entry.prev !== 'string' || !LEAF.test(entry.prev)) {
    throw new InvalidEntry('prev', 'must be 64 lower-case hex digits')
  }
  if (typeof entry.station !== 'string') throw new InvalidEntry('station', 'must be text')
  if (Object.keys(entry.actor).length !== 3)
    throw new InvalidEntry('actor', 'has a field that is not part of it')
  if (Object.keys(entry).length !== 9) throw new InvalidEntry('$', 'has a field that is not part of an entry')
}

/** Checks what a draft brings with it, but for its data. @throws InvalidEntry */
export function checkStamp(draft: Omit<Stamped, 'content'>): void {
  const { at, actor, type, v, subject } = draft
  if (typeof at !== 'string' || !INSTANT.test(at)) {
    throw new InvalidEntry('at', 'must be UTC in ISO 8601 with milliseconds')
  }
  if (!Number.isInteger(v) || v < 1 || v >= 1e15) throw new InvalidEntry('v', 'must be a whole number from 1')
  if (typeof type !== 'string') throw new InvalidEntry('type', 'must be text')
  if (typeof subject !== 'string') throw new InvalidEntry('subject', 'must be text')
  if (typeof actor.user !== 'string') throw new InvalidEntry('actor.user', 'must be text')
  if (typeof actor.role !== 'string') throw new InvalidEntry('actor.role', 'must be text')
  if (typeof actor.device !== 'string') throw new InvalidEntry('actor.device', 'must be text')
}

/** JSON.stringify escapes strings and prints numbers exactly as RFC 8785 asks. */
const quote = JSON.stringify as (text: string) => string

/** Keys, types, names of people and devices: a few texts that come again in every entry. */
const often = new Map<string, string>()
const MOST_OFTEN = 4096

function quoteOften(text: string): string {
  const known = often.get(text)
  if (known !== undefined) return known
  if (often.size === MOST_OFTEN) often.clear()
  const quoted = quote(text)
  if (mayHoldLoneSurrogate(quoted) && !text.isWellFormed()) throw unfit
  if (text.length <= 64) often.set(text, quoted)
  return quoted
}

function write(value: unknown, depth: number): string {
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'number') {
    if (!isExact(value)) throw unfit
    return String(value) // prints -0 as 0, as RFC 8785 does
  }
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (value === null) return 'null'
  if (typeof value !== 'object' || depth >= DEEPEST) throw unfit
  if (Array.isArray(value)) return writeList(value, depth + 1)
  if (!isPlain(value)) throw unfit
  return writeObject(value as Record<string, unknown>, depth + 1)
}

function writeList(list: unknown[], depth: number): string {
  let text = '['
  for (let i = 0; i < list.length; i++) text += i === 0 ? write(list[i], depth) : `,${write(list[i], depth)}`
  return `${text}]`
}

function writeObject(object: Record<string, unknown>, depth: number): string {
  const keys = inOrder(Object.keys(object))
  let text = '{'
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!
    const value = object[key]
    const written = typeof value === 'string' ? quote(value) : write(value, depth)
    text += i === 0 ? `${quoteOften(key)}:${written}` : `,${quoteOften(key)}:${written}`
  }
  return `${text}}`
}

/** Keys by UTF-16 code units, as RFC 8785 §3.2.3 asks. */
function inOrder(keys: string[]): readonly string[] {
  for (let i = 1; i < keys.length; i++) if (keys[i]! < keys[i - 1]!) return sorted(keys)
  return keys
}

/** Last seen order of keys, by first key: entries of one kind come with the same keys in the same order. */
const orders = new Map<string, { keys: readonly string[]; sorted: readonly string[] }>()

function sorted(keys: string[]): readonly string[] {
  const first = keys[0]!
  const known = orders.get(first)
  if (known && sameKeys(known.keys, keys)) return known.sorted
  const order = { keys, sorted: keys.toSorted() }
  if (orders.size === MOST_OFTEN) orders.clear()
  if (keys.length <= 32) orders.set(first, order)
  return order.sorted
}

function sameKeys(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false
  return true
}

/** Numbers that survive JSON: finite, and whole ones only where every neighbour can be told apart. */
function isExact(value: number): boolean {
  return Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value))
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** The first unfit value, named by its path; undefined where the value is fit. */
function explain(value: unknown, path: string, depth: number): InvalidEntry | undefined {
  if (typeof value === 'string') {
    return value.isWellFormed() ? undefined : new InvalidEntry(path, 'text has a lone surrogate')
  }
  if (typeof value === 'number') {
    if (isExact(value)) return undefined
    return new InvalidEntry(
      path,
      Number.isInteger(value) ? 'integer beyond 2^53 - 1' : 'number is not finite',
    )
  }
  if (typeof value === 'boolean' || value === null) return undefined
  if (typeof value !== 'object') return new InvalidEntry(path, `a value of type ${typeof value}`)
  if (depth >= DEEPEST) return new InvalidEntry(path, `nested deeper than ${DEEPEST}, or in a circle`)
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const found = explain(value[i], `${path}[${i}]`, depth + 1)
      if (found) return found
    }
    return undefined
  }
  if (!isPlain(value)) return new InvalidEntry(path, 'neither a plain object nor a list')
  for (const [key, child] of Object.entries(value)) {
    if (!key.isWellFormed()) return new InvalidEntry(path, 'a key has a lone surrogate')
    const found = explain(child, path === '' ? key : `${path}.${key}`, depth + 1)
    if (found) return found
  }
  return undefined
}
