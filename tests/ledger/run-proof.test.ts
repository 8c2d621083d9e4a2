import { expect, test } from 'vitest'
import { leafHash } from '../../src/ledger/hash.ts'
import { inclusionProof, subtreesOf } from '../../src/ledger/proofs.ts'
import { RunProof } from '../../src/ledger/run-proof.ts'
import { rootOf } from '../../src/ledger/tree.ts'

const largest = 20
const leaves = Array.from({ length: largest }, (_, i) => leafHash(`leaf ${i}`))
const other = leafHash('another leaf')

/** Every run of every tree of up to twenty leaves. */
function* runs() {
  for (let size = 1; size <= largest; size++) {
    const all = leaves.slice(0, size)
    const subtree = subtreesOf(all)
    for (let first = 0; first < size; first++)
      for (let last = first; last < size; last++)
        yield {
          of: all,
          first,
          last,
          root: rootOf(all),
          paths: [inclusionProof(first, size, subtree), inclusionProof(last, size, subtree)] as const,
        }
  }
}

function faultOf(
  { of, first, last, root, paths }: ReturnType<typeof runs> extends Generator<infer R> ? R : never,
  given: string[],
) {
  const proof = new RunProof(first, last, of.length)
  for (const leaf of given) proof.push(leaf)
  return proof.fault(...paths, root)
}

test('two audit paths prove every run of neighbouring entries', () => {
  for (const run of runs()) expect(faultOf(run, run.of.slice(run.first, run.last + 1))).toBeNull()
})

test('an entry of a run that was changed, taken out or put in is noticed', () => {
  for (const run of runs()) {
    const given = run.of.slice(run.first, run.last + 1)
    expect(faultOf(run, given.with(0, other))).toBe('first')
    if (given.length > 1) expect(faultOf(run, given.with(-1, other))).toBe('last')
    for (let at = 1; at < given.length - 1; at++) {
      expect(faultOf(run, given.with(at, other))).toBe('some')
      expect(faultOf(run, given.toSpliced(at, 1))).not.toBeNull()
    }
  }
})

test('a run that is not in the tree is refused', () => {
  for (const [first, last, size] of [
    [-1, 0, 1],
    [0, 1, 1],
    [2, 1, 4],
    [0.5, 1, 4],
    [0, Number.MAX_VALUE, Number.MAX_VALUE],
  ] as const)
    expect(() => new RunProof(first, last, size)).toThrow(RangeError)
})
