/**
 * Proof that entries standing one after another are in the tree: the audit paths (RFC 6962 §2.1.1) of the first and
 * the last of them. The subtrees between the two paths are made anew from the entries, so that none of these can be
 * missing or changed: a million entries in a row need no more than two paths.
 */

import { type Hash, nodeHash } from './hash.ts'
import { split, verifyInclusion } from './proofs.ts'
import { Frontier } from './tree.ts'

export class RunProof {
  readonly #first: number
  readonly #last: number
  readonly #size: number
  /** Leaves of each subtree that lies wholly within the run, from left to right. */
  readonly #widths: number[] = []
  readonly #roots: Hash[] = []
  #growing = new Frontier()
  #firstLeaf: Hash | undefined
  #lastLeaf: Hash = ''

  /** Leaves `first` to `last` (from 0, both within) of the tree of `size`. @throws RangeError where it has no such */
  constructor(first: number, last: number, size: number) {
    const numbers = [first, last, size].every((n) => Number.isSafeInteger(n))
    if (!numbers || first < 0 || last < first || last >= size) {
      throw new RangeError(`no leaves ${first} to ${last} in a tree of ${size}`)
    }
    this.#first = first
    this.#last = last
    this.#size = size
    this.#measure(0, size)
  }

  /** The next leaf of the run. */
  push(leaf: Hash): void {
    this.#firstLeaf ??= leaf
    this.#lastLeaf = leaf
    this.#growing.append(leaf)
    if (this.#growing.size < this.#widths[this.#roots.length]!) return
    this.#roots.push(this.#growing.root())
    this.#growing = new Frontier()
  }

  /** True if the first leaf given is that of the tree with this root. */
  firstStands(firstPath: readonly Hash[], root: Hash): boolean {
    return (
      this.#firstLeaf !== undefined &&
      verifyInclusion(this.#firstLeaf, this.#first, this.#size, firstPath, root)
    )
  }

  /** The same of the last. */
  lastStands(lastPath: readonly Hash[], root: Hash): boolean {
    return verifyInclusion(this.#lastLeaf, this.#last, this.#size, lastPath, root)
  }

  /**
   * Which leaves are not those of the tree with this root, going by these two audit paths: the first, the last, or some
   * of them; null where all are. Call when all leaves were given.
   */
  fault(firstPath: readonly Hash[], lastPath: readonly Hash[], root: Hash): 'first' | 'last' | 'some' | null {
    if (this.#firstLeaf === undefined || this.#roots.length !== this.#widths.length) return 'some'
    const size = this.#size
    if (!this.firstStands(firstPath, root)) return 'first'
    if (!this.lastStands(lastPath, root)) return 'last'
    const left = siblings(this.#first, size, firstPath).left
    const right = siblings(this.#last, size, lastPath).right
    const inside = this.#roots[Symbol.iterator]()
    const fold = (low: number, high: number): Hash => {
      if (high <= this.#first) return left.shift()!
      if (low > this.#last) return right.pop()!
      if (low >= this.#first && high - 1 <= this.#last) return inside.next().value!
      const middle = low + split(high - low)
      return nodeHash(fold(low, middle), fold(middle, high))
    }
    return fold(0, size) === root ? null : 'some'
  }

  #measure(low: number, high: number): void {
    if (high <= this.#first || low > this.#last) return
    if (low >= this.#first && high - 1 <= this.#last) {
      this.#widths.push(high - low)
      return
    }
    const middle = low + split(high - low)
    this.#measure(low, middle)
    this.#measure(middle, high)
  }
}

/** What an audit path that has been verified says of the subtrees to both sides of its leaf; the widest come first. */
function siblings(index: number, size: number, path: readonly Hash[]): { left: Hash[]; right: Hash[] } {
  const found: { left: Hash[]; right: Hash[] } = { left: [], right: [] }
  let [low, high] = [0, size]
  for (let at = path.length - 1; high - low > 1; at--) {
    const middle = low + split(high - low)
    if (index < middle) {
      found.right.push(path[at]!)
      high = middle
    } else {
      found.left.push(path[at]!)
      low = middle
    }
  }
  return found
}
