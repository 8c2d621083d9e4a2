import { canonicalEntry, canonicalJson, InvalidEntry } from '../canonical.ts'
import type { Entry, Json } from '../entry.ts'
import { contentCommitment, type Hash, leafHash, NO_PREV, SALT_BYTES } from '../hash.ts'
import { CONTENT_ERASED, erasedSeqs } from '../sqlite/ledger.ts'
import { BLOCK } from '../sqlite/schema.ts'
import { Frontier } from '../tree.ts'
import type { Finding } from './verdict.ts'

/** A row as it lies in a database or a bundle; nothing about it is believed yet. A bundle stores no leaf. */
export type RawRow = readonly [seq: unknown, canonical: unknown, leaf: unknown, salt: unknown, body: unknown]

/** What the check of some consecutive entries found out. */
export interface RangeReport {
  firstBad: Finding | null
  count: number
  /** Root of each block of 256 entries, from the start of the range, which is the start of a block. */
  blocks: Hash[]
  /** Leaves after the last whole block. */
  rest: Hash[]
  /** Entries that commit to content which is not there; an erasure must name each. */
  withoutContent: number[]
  /** Entries that `content.erased` entries name. */
  erased: number[]
  lastLeaf: Hash
  /** `prev` of the first entry: the range before must end in it. */
  firstPrev: Hash
}

/** Checks consecutive entries one by one: bytes, leaf, number, link, station, content. Stops at the first bad one. */
export class RangeCheck {
  readonly report: RangeReport = {
    firstBad: null,
    count: 0,
    blocks: [],
    rest: [],
    withoutContent: [],
    erased: [],
    lastLeaf: NO_PREV,
    firstPrev: NO_PREV,
  }
  readonly #station: string
  #expected: number
  #block = new Frontier()

  constructor(station: string, from: number) {
    this.#station = station
    this.#expected = from
  }

  /** False once something is wrong. */
  take([number, canonical, stored, salt, body]: RawRow): boolean {
    const { report } = this
    const seq = this.#expected
    const bad = (where: Finding['where'], what: string) => {
      report.firstBad = { seq, where, what }
      return false
    }
    if (number !== seq) return bad('entry', 'is missing')
    if (typeof canonical !== 'string') return bad('entry', 'has no text')
    const leaf = leafHash(canonical)
    if (stored !== null && !(Buffer.isBuffer(stored) && stored.toString('hex') === leaf)) {
      return bad('entry', 'its text is not what was hashed')
    }
    const entry = parsed(canonical)
    if (typeof entry === 'string') return bad('entry', entry)
    if (entry.seq !== seq) return bad('entry', `says it is entry ${entry.seq}`)
    if (entry.station !== this.#station) return bad('entry', `is of another station (${entry.station})`)
    if (report.count === 0) {
      report.firstPrev = entry.prev
      if (seq === 1 && entry.prev !== NO_PREV) return bad('entry', 'the first entry has one before it')
    } else if (entry.prev !== report.lastLeaf) return bad('entry', 'does not follow the entry before it')
    const fault = this.#contentFault(entry, salt, body)
    if (fault !== null) return bad('content', fault)
    if (entry.type === CONTENT_ERASED) report.erased.push(...erasedSeqs(entry.data))
    this.#add(leaf)
    return true
  }

  #add(leaf: Hash): void {
    const { report } = this
    report.lastLeaf = leaf
    report.count += 1
    this.#expected += 1
    this.#block.append(leaf)
    report.rest.push(leaf)
    if (this.#block.size === BLOCK) {
      report.blocks.push(this.#block.root())
      report.rest = []
      this.#block = new Frontier()
    }
  }

  #contentFault(entry: Entry, salt: unknown, body: unknown): string | null {
    const commitment = entry.data.content
    const absent = salt === null && body === null
    if (commitment === undefined) return absent ? null : 'content that its entry does not know'
    if (absent) {
      this.report.withoutContent.push(entry.seq)
      return null
    }
    if (!(salt instanceof Uint8Array) || salt.length !== SALT_BYTES || typeof body !== 'string')
      return 'content is damaged'
    if (contentCommitment(salt, body) !== commitment) return 'content is not what its entry committed to'
    return isCanonical(body) ? null : 'content is not in canonical form'
  }
}

function parsed(canonical: string): Entry | string {
  try {
    const entry = JSON.parse(canonical) as Entry
    // Nearly always both hold, and native code has done the work; the slow way then says what is so.
    if (JSON.stringify(entry) === canonical && inOrder(entry)) return entry
    return canonicalEntry(entry) === canonical ? entry : 'is not in canonical form'
  } catch (error) {
    if (error instanceof SyntaxError) return 'is not JSON'
    if (error instanceof InvalidEntry || error instanceof TypeError)
      return `is not an entry (${error.message})`
    throw error
  }
}

/** Whether the keys of every object stand in the order of RFC 8785. */
function inOrder(value: object): boolean {
  let before = ''
  const list = Array.isArray(value)
  for (const key in value) {
    if (!list && key < before) return false
    before = key
    const child = (value as Record<string, unknown>)[key]
    if (typeof child === 'object' && child !== null && !inOrder(child)) return false
  }
  return true
}

function isCanonical(body: string): boolean {
  try {
    return canonicalJson(JSON.parse(body) as Json) === body
  } catch {
    return false
  }
}
