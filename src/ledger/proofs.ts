/** Inclusion and consistency proofs (made as RFC 6962 §2.1.1-2, checked as RFC 9162 §2.1.3.2 and §2.1.4.2). */

import { EMPTY_ROOT, type Hash, nodeHash } from './hash.ts'

/** Hash of the complete subtree of `2^level` leaves that starts at leaf `index * 2^level`. */
export type SubtreeHash = (level: number, index: number) => Hash

/** A `SubtreeHash` over leaves in memory; for tests, vectors and bundles small enough to hold. */
export function subtreesOf(leaves: readonly Hash[]): SubtreeHash {
  const subtree: SubtreeHash = (level, index) =>
    level === 0 ? leaves[index]! : nodeHash(subtree(level - 1, index * 2), subtree(level - 1, index * 2 + 1))
  return subtree
}

/** Root of the first `size` leaves. */
export function rootAt(size: number, subtree: SubtreeHash): Hash {
  return size === 0 ? EMPTY_ROOT : rangeHash(0, size, subtree)
}

/**
 * Proof that leaf `index` (from 0) is in the tree of `size` leaves; nearest sibling first.
 * @throws RangeError where the tree has no such leaf
 */
export function inclusionProof(index: number, size: number, subtree: SubtreeHash): Hash[] {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) {
    throw new RangeError(`no leaf ${index} in a tree of ${size}`)
  }
  const proof: Hash[] = []
  let [low, high] = [0, size]
  while (high - low > 1) {
    const middle = low + split(high - low)
    if (index < middle) {
      proof.push(rangeHash(middle, high, subtree))
      high = middle
    } else {
      proof.push(rangeHash(low, middle, subtree))
      low = middle
    }
  }
  return proof.reverse()
}

/**
 * Proof that the tree of `from` leaves is a prefix of the tree of `to` leaves.
 * Empty for `from` 0 (every tree extends the empty one) and for equal sizes.
 * @throws RangeError where `from` is larger than `to`
 */
export function consistencyProof(from: number, to: number, subtree: SubtreeHash): Hash[] {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || from > to) {
    throw new RangeError(`a tree of ${to} does not extend one of ${from}`)
  }
  if (from === 0) return []
  const proof: Hash[] = []
  let [low, high] = [0, to]
  let whole = true // the old tree is itself a subtree here, so its hash is known to the reader
  while (from !== high) {
    const middle = low + split(high - low)
    if (from <= middle) {
      proof.push(rangeHash(middle, high, subtree))
      high = middle
    } else {
      proof.push(rangeHash(low, middle, subtree))
      low = middle
      whole = false
    }
  }
  if (!whole) proof.push(rangeHash(low, high, subtree))
  return proof.reverse()
}

/** True if `proof` shows that `leaf` stands at `index` (from 0) in the tree of `size` with this root. */
export function verifyInclusion(
  leaf: Hash,
  index: number,
  size: number,
  proof: readonly Hash[],
  root: Hash,
): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false
  let node = index
  let last = size - 1
  let hash = leaf
  for (const sibling of proof) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash)
      while (node % 2 === 0 && node !== 0) {
        node = half(node)
        last = half(last)
      }
    } else {
      hash = nodeHash(hash, sibling)
    }
    node = half(node)
    last = half(last)
  }
  return last === 0 && hash === root
}

/** True if `proof` shows that the tree (`from`, `oldRoot`) is a prefix of the tree (`to`, `newRoot`). */
export function verifyConsistency(
  from: number,
  to: number,
  proof: readonly Hash[],
  oldRoot: Hash,
  newRoot: Hash,
): boolean {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || from > to) return false
  if (from === to) return proof.length === 0 && oldRoot === newRoot
  if (from === 0) return proof.length === 0 && oldRoot === EMPTY_ROOT
  const path = isPowerOfTwo(from) ? [oldRoot, ...proof] : [...proof]
  let node = from - 1
  let last = to - 1
  while (node % 2 === 1) {
    node = half(node)
    last = half(last)
  }
  const first = path.shift()
  if (first === undefined) return false
  let oldHash = first
  let newHash = first
  for (const sibling of path) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      oldHash = nodeHash(sibling, oldHash)
      newHash = nodeHash(sibling, newHash)
      while (node % 2 === 0 && node !== 0) {
        node = half(node)
        last = half(last)
      }
    } else {
      newHash = nodeHash(newHash, sibling)
    }
    node = half(node)
    last = half(last)
  }
  return last === 0 && oldHash === oldRoot && newHash === newRoot
}

/** Hash over leaves `low` to `high` (not included); `low` is always a multiple of the largest left subtree. */
function rangeHash(low: number, high: number, subtree: SubtreeHash): Hash {
  const width = high - low
  if (isPowerOfTwo(width)) return subtree(Math.round(Math.log2(width)), low / width)
  const middle = low + split(width)
  return nodeHash(rangeHash(low, middle, subtree), rangeHash(middle, high, subtree))
}

/** Largest power of two smaller than `width`: where a tree of so many leaves parts. */
export function split(width: number): number {
  let k = 1
  while (k * 2 < width) k *= 2
  return k
}

function isPowerOfTwo(n: number): boolean {
  return n > 0 && split(n + 1) === n
}

function half(n: number): number {
  return Math.floor(n / 2)
}
