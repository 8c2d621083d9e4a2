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

/** Thrown by the fast writer, which keeps no path; `explain` then walks again to name the place. */
const unfit = new Error('value has no canonical form')

/**
 * The RFC 8785 text of a JSON value. Differs from `JSON.stringify` in key order, and from lenient
 * canonicalizers in refusing what they drop or round: undefined, Map, Date, BigInt, lone surrogates,
 * integers beyond 2^53 - 1, NaN.
 * @throws InvalidEntry naming the path of the first unfit value
 */
export function canonicalJson(value: unknown, path = '$'): string {
  try {
    return write(value, 0)
  } catch (error) {
    if (error === unfit) throw explain(value, path, 0) ?? new InvalidEntry(path, 'no canonical form')
    throw error
  }
}

/**
 * The canonical text of an entry; its UTF-8 bytes are what is hashed and stored.
 * @throws InvalidEntry naming the field
 */
export function canonicalEntry(entry: Entry): string {
  checkEnvelope(entry)
  return envelope(entry, canonicalJson(entry.data, 'data'))
}

/** The fixed envelope around `data` that is already canonical; the caller has checked the fields. */
export function envelope(entry: Entry, data: string): string {
  const { actor } = entry
  return `{"actor":{"device":${quote(actor.device)},"role":${quote(actor.role)},"user":${quote(actor.user)}},"at":"${entry.at}","data":${data},"prev":"${entry.prev}","seq":${entry.seq},"station":${quote(entry.station)},"subject":${quote(entry.subject)},"type":${quote(entry.type)},"v":${entry.v}}`
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const LEAF = /^[0-9a-f]{64}$/

/** Checks every field but `data`. @throws InvalidEntry */
export function checkEnvelope(entry: Entry): void {
  const { actor } = entry
  if (typeof entry.at !== 'string' || !INSTANT.test(entry.at)) {
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

function needText(value: unknown, path: string): void {
  if (typeof value !== 'string' || !value.isWellFormed()) {
    throw new InvalidEntry(path, 'must be a well-formed string')
  }
}

/** JSON.stringify escapes strings exactly as RFC 8785 asks, once they are known to be well-formed. */
const quote = JSON.stringify as (text: string) => string

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw unfit
      return quote(value)
    case 'number':
      if (!isExact(value)) throw unfit
      return value === 0 ? '0' : String(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      if (value === null) return 'null'
      if (depth >= DEEPEST) throw unfit
      if (Array.isArray(value)) return writeArray(value, depth + 1)
      if (!isPlain(value)) throw unfit
      return writeObject(value as Record<string, unknown>, depth + 1)
    default:
      throw unfit
  }
}

function writeArray(list: unknown[], depth: number): string {
  let text = '['
  for (let i = 0; i < list.length; i++) text += i === 0 ? write(list[i], depth) : `,${write(list[i], depth)}`
  return `${text}]`
}

function writeObject(object: Record<string, unknown>, depth: number): string {
  const keys = Object.keys(object)
  for (let i = 1; i < keys.length; i++) {
    if (keys[i]! < keys[i - 1]!) {
      keys.sort() // by UTF-16 code units, as RFC 8785 §3.2.3 asks
      break
    }
  }
  let text = '{'
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!
    if (!key.isWellFormed()) throw unfit
    text += `${i === 0 ? '' : ','}${quote(key)}:${write(object[key], depth)}`
  }
  return `${text}}`
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
