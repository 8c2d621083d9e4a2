import { hash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EMPTY_ROOT, type Hash, leafHash, leafHashOfBytes, nodeHash } from '../../src/ledger/hash.ts'
import {
  consistencyProof,
  inclusionProof,
  rootAt,
  subtreesOf,
  verifyConsistency,
  verifyInclusion,
} from '../../src/ledger/proofs.ts'
import { Frontier, rootOf } from '../../src/ledger/tree.ts'

/** The reference leaves and roots of the Certificate Transparency test suites (RFC 6962). */
const CT_LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]
const CT_ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]
const ctLeaves = CT_LEAVES.map((hex) => leafHashOfBytes(Buffer.from(hex, 'hex')))

/** RFC 6962 §2.1 word for word; slow, and plainly right. */
function naiveRoot(leaves: readonly Hash[]): Hash {
  if (leaves.length === 0) return EMPTY_ROOT
  if (leaves.length === 1) return leaves[0]!
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return nodeHash(naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)))
}

const some = Array.from({ length: 300 }, (_, i) => leafHash(`leaf ${i}`))

describe('the tree', () => {
  test('has the known roots of Certificate Transparency', () => {
    CT_ROOTS.forEach((root, i) => {
      expect(rootOf(ctLeaves.slice(0, i + 1))).toBe(root)
    })
    expect(EMPTY_ROOT).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })

  test('hashes leaves and nodes apart', () => {
    expect(leafHash('陈')).toBe(hash('sha256', Buffer.concat([Buffer.of(0), Buffer.from('陈')]), 'hex'))
    expect(leafHash('ab')).toBe(leafHashOfBytes(Buffer.from('ab')))
    expect(nodeHash(some[0]!, some[1]!)).toBe(
      hash('sha256', Buffer.from(`01${some[0]}${some[1]}`, 'hex'), 'hex'),
    )
  })

  test('grown leaf by leaf has the root of the definition at every size', () => {
    const frontier = new Frontier()
    for (let size = 0; size <= some.length; size++) {
      expect(frontier.root()).toBe(naiveRoot(some.slice(0, size)))
      expect(rootAt(size, subtreesOf(some))).toBe(frontier.root())
      expect(Frontier.from(size, subtreesOf(some)).root()).toBe(frontier.root())
      if (size < some.length) frontier.append(some[size]!)
    }
  })

  test('a copy grows on its own', () => {
    const frontier = new Frontier()
    for (const leaf of some.slice(0, 5)) frontier.append(leaf)
    const copy = frontier.clone()
    for (const leaf of some.slice(5, 8)) copy.append(leaf)
    expect(frontier.root()).toBe(naiveRoot(some.slice(0, 5)))
    expect(copy.root()).toBe(naiveRoot(some.slice(0, 8)))
  })
})

describe('inclusion proofs', () => {
  test('are those of the Certificate Transparency test suites', () => {
    const subtree = subtreesOf(ctLeaves)
    expect(inclusionProof(0, 1, subtree)).toEqual([])
    expect(inclusionProof(0, 8, subtree)).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ])
  })

  test('show every leaf at every size, and nothing else', () => {
    const sizes = fc.integer({ min: 1, max: some.length })
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (size, pick, change) => {
        const index = pick % size
        const root = naiveRoot(some.slice(0, size))
        const proof = inclusionProof(index, size, subtreesOf(some))
        expect(verifyInclusion(some[index]!, index, size, proof, root)).toBe(true)
        expect(verifyInclusion(leafHash('another'), index, size, proof, root)).toBe(false)
        expect(verifyInclusion(some[index]!, index, size, [...proof, root], root)).toBe(false)
        expect(verifyInclusion(some[index]!, index + size, size, proof, root)).toBe(false)
        if (proof.length === 0) return
        expect(verifyInclusion(some[index]!, index, size, proof.slice(1), root)).toBe(false)
        expect(
          verifyInclusion(some[index]!, index, size, proof.with(change % proof.length, root), root),
        ).toBe(false)
      }),
    )
  })

  test('are refused for a leaf that is not there', () => {
    expect(() => inclusionProof(3, 3, subtreesOf(some))).toThrow(RangeError)
    expect(() => inclusionProof(-1, 3, subtreesOf(some))).toThrow(RangeError)
  })
})

describe('consistency proofs', () => {
  test('are those of the Certificate Transparency test suites', () => {
    const subtree = subtreesOf(ctLeaves)
    expect(consistencyProof(1, 1, subtree)).toEqual([])
    expect(consistencyProof(6, 8, subtree)).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ])
  })

  test('show every prefix of every tree, and nothing else', () => {
    fc.assert(
      fc.property(fc.nat({ max: some.length }), fc.nat(), fc.nat(), (to, pick, change) => {
        const from = pick % (to + 1)
        const [oldRoot, newRoot] = [naiveRoot(some.slice(0, from)), naiveRoot(some.slice(0, to))]
        const proof = consistencyProof(from, to, subtreesOf(some))
        const other = leafHash('another')
        expect(verifyConsistency(from, to, proof, oldRoot, newRoot)).toBe(true)
        expect(verifyConsistency(from, to, proof, other, newRoot)).toBe(false)
        expect(verifyConsistency(from, to, [...proof, other], oldRoot, newRoot)).toBe(false)
        if (from > 0) expect(verifyConsistency(from, to, proof, oldRoot, other)).toBe(false)
        if (proof.length === 0) return
        expect(verifyConsistency(from, to, proof.slice(1), oldRoot, newRoot)).toBe(false)
        expect(verifyConsistency(from, to, proof.with(change % proof.length, other), oldRoot, newRoot)).toBe(
          false,
        )
      }),
    )
  })

  test('are refused where the newer tree is the smaller', () => {
    expect(() => consistencyProof(4, 3, subtreesOf(some))).toThrow(RangeError)
    expect(verifyConsistency(4, 3, [], some[0]!, some[0]!)).toBe(false)
  })
})
