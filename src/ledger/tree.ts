/** The Merkle tree over the leaves (RFC 6962 §2.1), kept as a compact range so that appending is cheap. */

import { EMPTY_ROOT, type Hash, nodeHash } from './hash.ts'

/** Called with each subtree that has just become complete: `2^level` leaves from `index * 2^level`. */
export type OnNode = (level: number, index: number, hash: Hash) => void

/**
 * The right edge of a growing tree: at most one complete subtree per level, which is all that is needed
 * to append and to know the root.
 */
export class Frontier {
  #size: number
  /** By level; meaningful only where `size` has that bit set. */
  readonly #nodes: Hash[]

  constructor(size = 0, nodes: Hash[] = []) {
    this.#size = size
    this.#nodes = nodes
  }

  /**
   * Rebuilds the edge of a tree of `size` leaves from its complete subtrees.
   * @param node gives the hash of the complete subtree `index` of `level`
   */
  static from(size: number, node: (level: number, index: number) => Hash): Frontier {
    const nodes: Hash[] = []
    for (let level = 0, left = size; left > 0; level++, left = Math.floor(left / 2)) {
      nodes.push(left % 2 === 1 ? node(level, left - 1) : '')
    }
    return new Frontier(size, nodes)
  }

  /** Number of leaves. */
  get size(): number {
    return this.#size
  }

  /** Adds one leaf; amortised one node hash. */
  append(leaf: Hash, onNode?: OnNode): void {
    let hash = leaf
    let level = 0
    let index = this.#size
    while (index % 2 === 1) {
      hash = nodeHash(this.#nodes[level]!, hash)
      level++
      index = (index - 1) / 2
      onNode?.(level, index, hash)
    }
    this.#nodes[level] = hash
    this.#size++
  }

  /** Root over all leaves; at most one node hash per level. */
  root(): Hash {
    if (this.#size === 0) return EMPTY_ROOT
    let hash: Hash | undefined
    for (let level = 0, left = this.#size; left > 0; level++, left = Math.floor(left / 2)) {
      if (left % 2 === 0) continue
      const node = this.#nodes[level]!
      hash = hash === undefined ? node : nodeHash(node, hash)
    }
    return hash!
  }

  /** By level; filled where the size has that bit set. With the size, all that makes a frontier. */
  nodes(): Hash[] {
    return this.#nodes.slice()
  }

  clone(): Frontier {
    return new Frontier(this.#size, this.#nodes.slice())
  }
}

/** Root over a list of leaves. */
export function rootOf(leaves: Iterable<Hash>): Hash {
  const frontier = new Frontier()
  for (const leaf of leaves) frontier.append(leaf)
  return frontier.root()
}
