/** Checks a run of entries that starts on a block, with the contents beside them. Knows nothing of files. */

import { hash } from 'node:crypto'
import type { JsonObject } from '../entry.ts'
import { CONTENT_ERASED, erasedSeqs } from '../erasure.ts'
import { contentCommitment, type Hash, leafAndBytes, SALT_BYTES } from '../hash.ts'
import { BLOCK } from '../sqlite/schema.ts'
import { Frontier } from '../tree.ts'
import { EntryCheck, faultOf, UNLINKED } from './entry-check.ts'
import type { Finding } from './verdict.ts'

export interface RangeStart {
  /** First entry; one more than a multiple of 256. */
  from: number
  /** Leaf hash of the entry before. */
  prev: Hash
  station: string
  /** Sizes within the range at which the root will be asked for, ascending. */
  sizes: readonly number[]
}

/** What a range adds to the whole; plain values, so that it can be sent between threads. */
export interface RangeReport {
  /** The first few. */
  findings: Finding[]
  /** Roots of the complete blocks of 256 entries. */
  blocks: Hash[]
  /** The edge of the last, incomplete block at each size asked for. */
  edges: { size: number; nodes: Hash[] }[]
  /** Entries whose content is not there. */
  missing: number[]
  /** Entries named by `content.erased` entries of this range. */
  erased: number[]
  /** Leaf hash of the last entry. */
  last: Hash
}

/** Entries that follow each other, fetched as one. */
export interface EntryRun {
  count: number
  /** Each canonical text with a zero byte in front: just what a leaf is the hash of. Known to be UTF-8. */
  bytes: Buffer
  /** The stored leaf hashes, 32 bytes each. */
  leaves: Buffer
}

/** The contents of those entries, fetched as one. */
export interface ContentRun {
  seqs: readonly number[]
  /** Salt and body of each, one after another: just what a commitment is the hash of. */
  bytes: Buffer
  /** Where each ends in `bytes`. */
  ends: readonly number[]
}

const LEAF_BYTES = 32

/** Enough to see what kind of damage it is. */
const MOST_FINDINGS = 20

export class RangeCheck {
  readonly report: RangeReport
  readonly #start: RangeStart
  readonly #entry: EntryCheck
  readonly #expected: { seq: number; prev: Hash; station: string }
  #block = new Frontier()
  #nextSize = 0
  /** Where the last gap begins. */
  #gapAt = 0
  /** The link of the last entry, where it did not fit. */
  #loose: Finding | undefined

  constructor(start: RangeStart) {
    this.#start = start
    const station = JSON.stringify(start.station)
    this.#expected = { seq: start.from, prev: start.prev, station }
    this.#entry = new EntryCheck(station)
    this.report = { findings: [], blocks: [], edges: [], missing: [], erased: [], last: start.prev }
  }

  /** Number of the entry that must come next. */
  get next(): number {
    return this.#expected.seq
  }

  /**
   * The next entry.
   * @param leaf the leaf hash stored beside it, hex; null where none is stored
   * @param salt salt and body of the content stored beside it; null where there is none
   */
  entry(seq: number, canonical: unknown, leaf: Hash | null, salt: unknown, body: unknown): void {
    const expected = this.#expected
    if (seq !== expected.seq) {
      this.gap()
      expected.seq = seq
    }
    if (typeof canonical !== 'string') {
      this.found({ seq, where: 'entry', what: 'is not stored as text' })
      canonical = String(canonical)
    }
    const text = canonical as string
    const { leaf: hash, bytes } = leafAndBytes(text)
    if (leaf !== null && leaf !== hash) {
      this.found({ seq, where: 'entry', what: 'its text is not what was hashed (leaf)' })
    }
    if (this.#isSound(text, bytes)) {
      this.#blameLoose()
      this.#contentOf(seq, text, this.#commitmentIn(bytes), salt, body)
    } else {
      const finding: Finding = { seq, where: 'entry', what: faultOf(text, expected) }
      this.found(finding)
      this.#loose = finding.what === UNLINKED ? finding : undefined
      // Neither this nor a gap before it undoes an erasure, or the erased text would be the first bad thing named.
      this.report.erased.push(...erasedBy(text))
    }
    this.#grow(seq, hash)
    this.report.last = hash
    expected.prev = hash
    expected.seq = seq + 1
  }

  /**
   * A run of entries that is expected to be sound, with their contents. Much faster than `entry` one by one,
   * and says nothing but yes or no: on false nothing was taken in, and `entry` finds out what is wrong.
   */
  run({ count, bytes, leaves }: EntryRun, contents: ContentRun): boolean {
    if (leaves.length !== count * LEAF_BYTES) return false
    const hex = leaves.toString('hex')
    const hashes: Hash[] = []
    const missing: number[] = []
    const erased: number[] = []
    let prev: Buffer = Buffer.from(this.#expected.prev, 'hex')
    let [prevAt, at, content] = [0, 0, 0]
    for (let row = 0; row < count; row++) {
      const seq = this.#expected.seq + row
      const end = this.#entry.check(bytes, at + 1, seq, prev, prevAt)
      if (end < 0 || (end < bytes.length && bytes[end] !== 0)) return false
      const leaf = hash('sha256', bytes.subarray(at, end), 'hex')
      if (!hex.startsWith(leaf, row * leaf.length)) return false
      const commitment = this.#commitmentIn(bytes)
      if (contents.seqs[content] === seq) {
        if (commitment !== contentHash(contents, content++)) return false
      } else if (commitment !== undefined) {
        missing.push(seq)
      }
      if (this.#entry.checked.erases) erased.push(...erasedBy(bytes.toString('utf8', at + 1, end)))
      hashes.push(leaf)
      prev = leaves
      prevAt = row * LEAF_BYTES
      at = end
    }
    if (at !== bytes.length || content !== contents.seqs.length) return false
    this.#blameLoose()
    for (const leaf of hashes) this.#grow(this.#expected.seq++, leaf)
    this.#expected.prev = this.report.last = hashes.at(-1) ?? this.#expected.prev
    this.report.missing.push(...missing)
    this.report.erased.push(...erased)
    return true
  }

  /** The link of the last entry did not fit: the entry behind the range tells whether it is to blame for that. */
  get isOpen(): boolean {
    return this.#loose !== undefined
  }

  /** Number and text of the entry behind the range. */
  entryBehind(seq: number, canonical: unknown): void {
    if (!this.#loose || seq !== this.#expected.seq || typeof canonical !== 'string') return
    if (this.#isSound(canonical, leafAndBytes(canonical).bytes)) this.#blameLoose()
  }

  /** It is known from elsewhere that the last entry is as it was. */
  lastIsProved(): void {
    this.#blameLoose()
  }

  /** A content with no entry to belong to. */
  orphan(seq: number): void {
    this.found({ seq, where: 'content', what: 'is there without an entry that tells of it' })
  }

  /** The entry that must come next is not there. Said before what was left in the gap: there is no room for many findings. */
  gap(): void {
    const { seq } = this.#expected
    if (this.#gapAt === seq) return
    this.#gapAt = seq
    this.found({ seq, where: 'entry', what: 'is missing' })
  }

  found(finding: Finding): void {
    if (this.report.findings.length < MOST_FINDINGS) this.report.findings.push(finding)
  }

  /**
   * An entry was not linked to the one before it, and the next is linked to it: so it is as it was, and the one
   * before was changed. Where nothing follows, or that does not fit either, the row of the link stands.
   */
  #blameLoose(): void {
    const loose = this.#loose
    this.#loose = undefined
    if (loose?.seq === undefined || loose.seq <= 1) return
    loose.seq--
    loose.what = 'is not what the entry after it was linked to (prev)'
  }

  /** The text, encoded as `bytes`, is the entry expected next. */
  #isSound(text: string, bytes: Buffer): boolean {
    const { seq, prev } = this.#expected
    // Half a surrogate pair becomes other bytes, which alone would look sound.
    return (
      text.isWellFormed() && this.#entry.check(bytes, 0, seq, Buffer.from(prev, 'hex'), 0) === bytes.length
    )
  }

  /** The commitment of the entry just checked; undefined where it has none. */
  #commitmentIn(bytes: Buffer): string | undefined {
    const { contentStart, contentEnd } = this.#entry.checked
    return contentStart < 0 ? undefined : bytes.toString('utf8', contentStart, contentEnd)
  }

  #contentOf(seq: number, text: string, content: string | undefined, salt: unknown, body: unknown): void {
    if (content === undefined) {
      if (body !== null) this.orphan(seq)
    } else if (body === null) {
      this.report.missing.push(seq)
    } else if (typeof body !== 'string' || !(salt instanceof Uint8Array) || salt.length !== SALT_BYTES) {
      this.found({ seq, where: 'content', what: 'is not stored as text with a salt of 32 bytes' })
    } else if (contentCommitment(salt, body) !== content) {
      this.found({ seq, where: 'content', what: 'is not what the entry tells of (commitment)' })
    }
    if (this.#entry.checked.erases) this.report.erased.push(...erasedBy(text))
  }

  #grow(seq: number, leaf: Hash): void {
    this.#block.append(leaf)
    if (seq === this.#start.sizes[this.#nextSize]) {
      this.#nextSize++
      // A complete block is among the blocks already, so its edge is empty.
      this.report.edges.push({ size: seq, nodes: this.#block.size === BLOCK ? [] : this.#block.nodes() })
    }
    if (this.#block.size === BLOCK) {
      this.report.blocks.push(this.#block.root())
      this.#block = new Frontier()
    }
  }
}

function contentHash({ bytes, ends }: ContentRun, at: number): Hash {
  return hash('sha256', bytes.subarray(at === 0 ? 0 : ends[at - 1], ends[at]), 'hex')
}

function erasedBy(text: string): number[] {
  try {
    const { type, data } = JSON.parse(text) as { type: string; data: JsonObject }
    return type === CONTENT_ERASED ? erasedSeqs(data) : []
  } catch {
    return [] // not an entry, which is a finding already
  }
}
