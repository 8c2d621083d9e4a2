// What DESIGN §5 says of an entry: its fields, its leaf, its link to the one before, and its commitment to content.
import { createHash } from 'node:crypto'
import { type Json, jcs, readCanonical } from './canonical.ts'
import { type Hash, leafHash } from './tree.ts'

export interface Entry {
  readonly seq: number
  readonly station: string
  readonly at: string
  readonly actor: { readonly user: string; readonly role: string; readonly device: string }
  readonly type: string
  readonly v: number
  readonly subject: string
  readonly data: { readonly [name: string]: Json }
  readonly prev: string
}

export const FIRST_PREV = '0'.repeat(64)

const FIELDS = ['actor', 'at', 'data', 'prev', 'seq', 'station', 'subject', 'type', 'v']
const UTC_MS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const hasExactly = (value: Record<string, unknown>, names: readonly string[]) =>
  Object.keys(value).sort().join() === [...names].sort().join()

/** DESIGN §5: integers safe. */
const isExact = (value: Json): boolean =>
  typeof value === 'number'
    ? !Number.isInteger(value) || Number.isSafeInteger(value)
    : typeof value !== 'object' || value === null || Object.values(value).every(isExact)

export function readEntry(canonical: string): Entry | undefined {
  const value: unknown = readCanonical(canonical)
  if (!isObject(value) || !hasExactly(value, FIELDS)) return undefined
  const { seq, station, at, actor, type, v, subject, data, prev } = value
  const words = [station, type, subject].every((word) => typeof word === 'string')
  const wholeNumbers = [seq, v].every((n) => Number.isSafeInteger(n) && (n as number) >= 1)
  const time = typeof at === 'string' && UTC_MS.test(at) && new Date(at).toISOString() === at
  const by = isObject(actor) && hasExactly(actor, ['user', 'role', 'device'])
  const link = typeof prev === 'string' && /^[0-9a-f]{64}$/.test(prev)
  return words && wholeNumbers && time && by && link && isObject(data) && isExact(data as Json)
    ? (value as unknown as Entry)
    : undefined
}

export const leafOf = (canonical: string): Hash => leafHash(Buffer.from(canonical))

export const commitment = (salt: Buffer, content: Json): string =>
  createHash('sha256').update(salt).update(jcs(content)).digest('hex')

export interface Walked {
  readonly leaves: readonly Hash[]
  /** By row; nothing where a line is not an entry. */
  readonly entries: readonly (Entry | undefined)[]
  readonly badRow?: number
}

/**
 * An unbroken chain from the first entry, or its first bad row. Where a link does not fit although the next one
 * does, the entry before it is the one that was changed: two witnesses stand against it.
 */
export function walk(lines: readonly string[], station: string): Walked {
  const leaves = lines.map(leafOf)
  const entries = lines.map(readEntry)
  const linkFits = (row: number) =>
    entries[row - 1]?.prev === (row === 1 ? FIRST_PREV : leaves[row - 2]?.toString('hex'))
  for (let row = 1; row <= lines.length; row++) {
    const entry = entries[row - 1]
    if (entry?.seq !== row || entry.station !== station) return { leaves, entries, badRow: row }
    if (!linkFits(row)) return { leaves, entries, badRow: row > 1 && linkFits(row + 1) ? row - 1 : row }
  }
  return { leaves, entries }
}
