import { verifyCheckpoint } from '../checkpoint.ts'
import { type Hash, NO_PREV, nodeHash } from '../hash.ts'
import { rootAt, type SubtreeHash } from '../proofs.ts'
import { ed25519Verifier } from '../signed-note.ts'
import { BLOCK, STORED_LEVEL } from '../sqlite/schema.ts'
import { rootOf } from '../tree.ts'
import type { RangeReport } from './range.ts'
import type { Finding } from './verdict.ts'

/** The ranges of a ledger put together: one tree over all, and what only the whole can show. */
export class Whole {
  readonly size: number
  readonly firstBad: Finding | null
  readonly #levels: Hash[][]
  readonly #subtree: SubtreeHash

  /**
   * @param leavesOf the stored leaves of one block, by its index; they are checked already
   */
  constructor(reports: readonly RangeReport[], leavesOf: (block: number) => Hash[]) {
    this.size = reports.reduce((sum, report) => sum + report.count, 0)
    this.firstBad =
      reports.map((report) => report.firstBad).find((bad) => bad !== null) ??
      brokenJoint(reports) ??
      unnamedLoss(reports)
    this.#levels = [reports.flatMap((report) => report.blocks)]
    for (let below = this.#levels[0]!; below.length > 1; below = this.#levels.at(-1)!) {
      const level: Hash[] = []
      for (let i = 0; i + 1 < below.length; i += 2) level.push(nodeHash(below[i]!, below[i + 1]!))
      this.#levels.push(level)
    }
    const cache = new Map<number, Hash[]>()
    this.#subtree = (level, index) => {
      const stored = level >= STORED_LEVEL ? this.#levels[level - STORED_LEVEL]?.[index] : undefined
      if (stored !== undefined) return stored
      const width = 2 ** level
      const block = Math.floor((index * width) / BLOCK)
      let leaves = cache.get(block)
      if (!leaves) {
        leaves = leavesOf(block)
        cache.set(block, leaves)
      }
      const start = index * width - block * BLOCK
      return rootOf(leaves.slice(start, start + width))
    }
  }

  /** Root over the first `size` entries, hex. */
  rootAt(size: number): Hash {
    return rootAt(size, this.#subtree)
  }

  /** A stored node of the tree that is not what the entries make. The stored tree may lag behind the entries. */
  treeFault(nodes: Iterable<{ level: number; idx: number; hash: Hash }>): Finding | null {
    for (const { level, idx, hash } of nodes) {
      if (this.#levels[level - STORED_LEVEL]?.[idx] !== hash) {
        return { where: 'tree', what: `node ${level}/${idx} is not that of its entries` }
      }
    }
    return null
  }

  /** A stored checkpoint that this ledger does not bear out. */
  checkpointFault(notes: Iterable<string>, meta: { origin: string; verifier: string }): Finding | null {
    const verifier = ed25519Verifier(meta.verifier)
    let number = 0
    for (const note of notes) {
      number += 1
      const bad = (what: string): Finding => ({ where: 'checkpoint', what: `checkpoint ${number} ${what}` })
      try {
        const { size, root } = verifyCheckpoint(note, verifier, meta.origin)
        if (size > this.size)
          return { seq: this.size + 1, ...bad(`tells of ${size} entries, ${this.size} are here`) }
        if (this.rootAt(size) !== root.toString('hex')) return bad(`has another root at ${size} entries`)
      } catch (error) {
        return bad(`is not valid: ${(error as Error).message}`)
      }
    }
    return null
  }
}

function brokenJoint(reports: readonly RangeReport[]): Finding | null {
  let before: Hash = NO_PREV
  let seq = 1
  for (const report of reports) {
    if (report.count > 0 && report.firstPrev !== before) {
      return { seq, where: 'entry', what: 'does not follow the entry before it' }
    }
    if (report.count > 0) before = report.lastLeaf
    seq += report.count
  }
  return null
}

/** Content that is gone although no erasure names it. */
function unnamedLoss(reports: readonly RangeReport[]): Finding | null {
  const erased = new Set(reports.flatMap((report) => report.erased))
  const seq = reports.flatMap((report) => report.withoutContent).find((each) => !erased.has(each))
  return seq === undefined ? null : { seq, where: 'content', what: 'is missing and no erasure names it' }
}
