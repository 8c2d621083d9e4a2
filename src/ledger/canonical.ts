/** The one byte form of an entry: RFC 8785 (JSON Canonicalization Scheme), after a strict check of the values. */

import type { Entry } from './entry.ts'

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

/** Thrown by the fast walk, which keeps no path; `explain` then walks again to name the place. */
const unfit = new Error('value has no canonical form')

/** Thrown where a key would not keep its place in a JavaScript object; `spell` then writes the text itself. */
const awkward = new Error('key has no place of its own')

/**
 * The RFC 8785 text of a JSON value. Differs from `JSON.stringify` in key order, and from lenient
 * canonicalizers in refusing what they drop or round: undefined, Map, Date, BigInt, lone surrogates,
 * integers beyond 2^53 - 1, NaN.
 *
 * One walk checks the value and brings its keys in order, then one native call writes it: JSON.stringify
 * escapes strings and prints numbers exactly as RFC 8785 asks.
 * @throws InvalidEntry naming the path of the first unfit value
 */
export function canonicalJson(value: unknown, path = '$'): string {
  try {
    return JSON.stringify(ordered(value, 0))
  } catch (error) {
    if (error !== unfit && error !== awkward) throw error
    const fault = explain(value, path, 0)
    if (fault) throw fault
    return spell(value)
  }
}

/**
 * The canonical text of an entry; its UTF-8 bytes are what is hashed and stored.
 * @throws InvalidEntry naming the field
 */
export function canonicalEntry(entry: Entry): string {
  checkEnvelope(entry)
  const { actor } = entry
  const data = canonicalJson(entry.data, 'data')
  return `{"actor":{"device":${quote(actor.device)},"role":${quote(actor.role)},"user":${quote(actor.user)}},"at":"${entry.at}","data":${data},"prev":"${entry.prev}","seq":${entry.seq},"station":${quote(entry.station)},"subject":${quote(entry.subject)},"type":${quote(entry.type)},"v":${entry.v}}`
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const LEAF = /^[0-9a-f]{64}$/

/** Checks every field but `data`. @throws InvalidEntry */
function checkEnvelope(entry: Entry): void {
  const { actor } = entry
  if (!isInstant(entry.at)) {
    throw new InvalidEntry('at', 'must be UTC in ISO 8601 with milliseconds')
  }
  if (!Number.isSafeInteger(entry.seq) || entry.seq < 1) {
    throw new InvalidEntry('seq', 'must be a safe integer from 1')
  }
  if (!Number.isSafeInteger(entry.v) || entry.v < 1) {
    throw new InvalidEntry('v', 'must be a safe integer from 1')
  }
  if (typeof entry.prev !== 'string' || !LEAF.test(entry.prev)) {
    throw new InvalidEntry('prev', 'must be 64 lower-case hex digits')
  }
  needText(entry.type, 'type')
  needText(entry.subject, 'subject')
  needText(entry.station, 'station')
  if (!isPlain(actor)) throw new InvalidEntry('actor', 'must be an object')
  needText(actor.user, 'actor.user')
  needText(actor.role, 'actor.role')
  needText(actor.device, 'actor.device')
  if (Object.keys(actor).length !== 3) throw new InvalidEntry('actor', 'has a field that is not part of it')
  if (!isPlain(entry.data)) throw new InvalidEntry('data', 'must be an object')
  if (Object.keys(entry).length !== 9) throw new InvalidEntry('$', 'has a field that is not part of an entry')
}

/** UTC, ISO 8601 with milliseconds, as `Date.toISOString` writes it. */
export function isInstant(value: unknown): boolean {
  return typeof value === 'string' && INSTANT.test(value)
}

/** @throws InvalidEntry */
export function needText(value: unknown, path: string): void {
  if (typeof value !== 'string' || !value.isWellFormed()) {
    throw new InvalidEntry(path, 'must be a well-formed string')
  }
}

/** A JSON string; the text must be known to be well-formed. */
export const quote = JSON.stringify as (text: string) => string

/** The value itself where every key is in its place already, else a copy with the keys in order. */
function ordered(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw unfit
      return value
    case 'number':
      if (!isExact(value)) throw unfit
      return value
    case 'boolean':
      return value
    case 'object':
      if (value === null) return value
      if (depth >= DEEPEST) throw unfit
      if (Array.isArray(value)) return orderedList(value, depth + 1)
      if (!isPlain(value)) throw unfit
      return orderedObject(value as Record<string, unknown>, depth + 1)
    default:
      throw unfit
  }
}

function orderedList(list: unknown[], depth: number): unknown[] {
  let copy: unknown[] | undefined
  for (let i = 0; i < list.length; i++) {
    const child = ordered(list[i], depth)
    if (child !== list[i]) copy ??= list.slice()
    if (copy) copy[i] = child
  }
  return copy ?? list
}

function orderedObject(object: Record<string, unknown>, depth: number): Record<string, unknown> {
  const keys = Object.keys(object)
  let copy: Record<string, unknown> | undefined
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!
    if (!key.isWellFormed()) throw unfit
    if (isDigit(key.charCodeAt(0)) || key === '__proto__') throw awkward
    if (i > 0 && key < keys[i - 1]!) copy = {}
  }
  if (copy) keys.sort() // by UTF-16 code units, as RFC 8785 §3.2.3 asks
  for (const key of keys) {
    const child = ordered(object[key], depth)
    if (child !== object[key]) copy ??= { ...object }
    if (copy) copy[key] = child
  }
  return copy ?? object
}

/** The canonical text spelt out piece by piece: slower, and right for every key. Same checks as `ordered`. */
function spell(value: unknown, depth = 0): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(ordered(value, depth))
  if (depth >= DEEPEST) throw unfit
  if (Array.isArray(value)) return `[${Array.from(value, (child) => spell(child, depth + 1)).join(',')}]`
  if (!isPlain(value)) throw unfit
  const members = Object.keys(value)
    .sort()
    .map((key) => {
      if (!key.isWellFormed()) throw unfit
      return `${quote(key)}:${spell((value as Record<string, unknown>)[key], depth + 1)}`
    })
  return `{${members.join(',')}}`
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
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
    const found = explain(child, `${path}.${key}`, depth + 1)
    if (found) return found
  }
  return undefined
}
