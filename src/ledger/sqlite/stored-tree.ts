/**
 * The Merkle tree of a stored ledger. It grows when a root or a proof is asked for, and when the desk is
 * idle, not at every append: nobody needs the root of a burst of messages while it comes in.
 */

import type { Hash } from '../hash.ts'
import { nodeHash } from '../hash.ts'
import { rootAt } from '../proofs.ts'
import { Frontier } from '../tree.ts'
import { BLOCK, STORED_LEVEL } from './schema.ts'
import type { Statements } from './statements.ts'

export class StoredTree {
  readonly #sql: Statements
  /** Covers committed entries only, and perhaps not the newest. */
  #frontier: Frontier
  /** Complete subtrees found since the last `store`, in the order they became complete. */
  #unstored: { level: number; index: number; hash: Hash }[] = []

  /** Starts from the stored subtrees. */
  constructor(sql: Statements) {
    this.#sql = sql
    this.#frontier = Frontier.from(storedBlocks(sql) * BLOCK, (level, index) => this.subtree(level, index))
  }

  /** Entries the tree covers by now. */
  get size(): number {
    return this.#frontier.size
  }

  /** Takes in committed entries up to `size`. */
  grow(size: number): void {
    this.#take(this.#frontier, size, (level, index, hash) => {
      if (level >= STORED_LEVEL) this.#unstored.push({ level, index, hash })
    })
  }

  /**
   * Root over `size` entries, of which the first `committed` are committed. The others may yet be rolled
   * back, so they are taken into a copy.
   */
  root(size: number, committed: number): Hash {
    this.grow(committed)
    if (size === committed) return this.#frontier.root()
    const ahead = this.#frontier.clone()
    this.#take(ahead, size)
    return ahead.root()
  }

  /** Root over any earlier size. */
  rootAt(size: number): Hash {
    return rootAt(size, this.subtree)
  }

  /** Writes the subtrees that became complete; in a transaction of its own, never the caller's. */
  store(): void {
    for (const { level, index, hash } of this.#unstored) {
      this.#sql.insertNode.run(level, index, Buffer.from(hash, 'hex'))
    }
    this.#unstored = []
  }

  /** Hash of a complete subtree: looked up where it is stored, else folded from what is below it. */
  readonly subtree = (level: number, index: number): Hash => {
    if (level >= STORED_LEVEL) {
      const stored = this.#sql.node.get(level, index)
      if (stored) return stored.hash
      if (level > STORED_LEVEL) {
        return nodeHash(this.subtree(level - 1, index * 2), this.subtree(level - 1, index * 2 + 1))
      }
    }
    const width = 2 ** level
    const folded = new Frontier()
    for (const { leaf } of this.#sql.leaves.all(index * width + 1, (index + 1) * width)) folded.append(leaf)
    return folded.root()
  }

  #take(frontier: Frontier, size: number, onNode?: Parameters<Frontier['append']>[1]): void {
    while (frontier.size < size) {
      const from = frontier.size + 1
      const rows = this.#sql.leaves.all(from, Math.min(size, frontier.size + 16 * BLOCK))
      if (rows.length === 0) throw new Error(`entry ${from} is missing`)
      for (const { leaf } of rows) frontier.append(leaf, onNode)
    }
  }
}

/** Number of stored subtrees of the lowest stored level: they cover the ledger from its start, without gaps. */
export function storedBlocks(sql: Statements): number {
  return sql.countNodes.get(STORED_LEVEL)!.count
}
