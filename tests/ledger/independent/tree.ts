// RFC 6962 §2.1 as it is written there, by recursion over the leaves; proofs are checked by RFC 9162 §2.1.3.2 and §2.1.4.2.
import { createHash } from 'node:crypto'

export type Hash = Buffer

const sha256 = (...parts: Uint8Array[]): Hash => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

export const leafHash = (bytes: Uint8Array): Hash => sha256(Uint8Array.of(0), bytes)
export const nodeHash = (left: Hash, right: Hash): Hash => sha256(Uint8Array.of(1), left, right)

/** "the largest power of two smaller than n" */
function split(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

/** MTH of already hashed leaves. */
export function treeHash(leaves: readonly Hash[]): Hash {
  if (leaves.length === 0) return sha256()
  if (leaves.length === 1) return leaves[0] as Hash
  const k = split(leaves.length)
  return nodeHash(treeHash(leaves.slice(0, k)), treeHash(leaves.slice(k)))
}

/** PATH(m, D[n]) */
export function inclusionPath(index: number, leaves: readonly Hash[]): Hash[] {
  if (leaves.length <= 1) return []
  const k = split(leaves.length)
  return index < k
    ? [...inclusionPath(index, leaves.slice(0, k)), treeHash(leaves.slice(k))]
    : [...inclusionPath(index - k, leaves.slice(k)), treeHash(leaves.slice(0, k))]
}

function subproof(m: number, leaves: readonly Hash[], whole: boolean): Hash[] {
  const n = leaves.length
  if (m === n) return whole ? [] : [treeHash(leaves)]
  const k = split(n)
  return m <= k
    ? [...subproof(m, leaves.slice(0, k), whole), treeHash(leaves.slice(k))]
    : [...subproof(m - k, leaves.slice(k), false), treeHash(leaves.slice(0, k))]
}

/** PROOF(m, D[n]) */
export const consistencyPath = (m: number, leaves: readonly Hash[]): Hash[] =>
  m === 0 || m === leaves.length ? [] : subproof(m, leaves, true)

const isOdd = (n: bigint) => (n & 1n) === 1n

/** RFC 9162 §2.1.3.2 */
export function includes(
  leaf: Hash,
  index: number,
  size: number,
  path: readonly Hash[],
  root: Hash,
): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false
  let fn = BigInt(index)
  let sn = BigInt(size) - 1n
  let r = leaf
  for (const p of path) {
    if (sn === 0n) return false
    if (isOdd(fn) || fn === sn) {
      r = nodeHash(p, r)
      while (!isOdd(fn) && fn !== 0n) {
        fn >>= 1n
        sn >>= 1n
      }
    } else {
      r = nodeHash(r, p)
    }
    fn >>= 1n
    sn >>= 1n
  }
  return sn === 0n && r.equals(root)
}

/** RFC 9162 §2.1.4.2, with the two cases it leaves to the caller: an empty first tree, and two trees of one size. */
export function consistent(
  first: number,
  second: number,
  path: readonly Hash[],
  firstRoot: Hash,
  secondRoot: Hash,
) {
  if (![first, second].every(Number.isSafeInteger) || first < 0 || first > second) return false
  if (first === second) return path.length === 0 && firstRoot.equals(secondRoot)
  if (first === 0) return path.length === 0 && firstRoot.equals(treeHash([]))
  if (path.length === 0) return false
  const exactPower = (first & (first - 1)) === 0
  const [start, ...rest] = exactPower ? [firstRoot, ...path] : path
  let fn = BigInt(first) - 1n
  let sn = BigInt(second) - 1n
  while (isOdd(fn)) {
    fn >>= 1n
    sn >>= 1n
  }
  let fr = start as Hash
  let sr = start as Hash
  for (const c of rest) {
    if (sn === 0n) return false
    if (isOdd(fn) || fn === sn) {
      fr = nodeHash(c, fr)
      sr = nodeHash(c, sr)
      while (!isOdd(fn) && fn !== 0n) {
        fn >>= 1n
        sn >>= 1n
      }
    } else {
      sr = nodeHash(sr, c)
    }
    fn >>= 1n
    sn >>= 1n
  }
  return sn === 0n && fr.equals(firstRoot) && sr.equals(secondRoot)
}
