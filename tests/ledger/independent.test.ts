import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../src/ledger/canonical.ts'
import { makeCheckpoint, verifyCheckpoint } from '../../src/ledger/checkpoint.ts'
import {
  consistencyProof,
  inclusionProof,
  subtreesOf,
  verifyConsistency,
  verifyInclusion,
} from '../../src/ledger/proofs.ts'
import { RunProof } from '../../src/ledger/run-proof.ts'
import { shortCode } from '../../src/ledger/short-code.ts'
import { ed25519Signer, ed25519Verifier } from '../../src/ledger/signed-note.ts'
import { rootOf } from '../../src/ledger/tree.ts'
import { checkVectors } from '../../src/ledger/vectors.ts'
import { signer } from './a-ledger.ts'
import * as second from './independent/index.ts'

/** The most leaves of a tree here; beyond two blocks of the stored tree. */
const LARGEST = 300

const bytes = (hex: string) => Buffer.from(hex, 'hex')
const hex = (hashes: readonly Buffer[]) => hashes.map((hash) => hash.toString('hex'))
const leaves = Array.from({ length: LARGEST }, (_, i) => second.leafOf(`leaf ${i}`))
const leavesHex = hex(leaves)
const size = fc.integer({ min: 1, max: LARGEST })
const pair = fc.tuple(fc.nat(LARGEST), fc.nat(LARGEST)).map((p) => p.toSorted((a, b) => a - b))
const leafAndSize = size.chain((n) => fc.tuple(fc.nat(n - 1), fc.constant(n)))

test('the second verifier uses nothing of the desk', () => {
  const place = join(import.meta.dirname, 'independent')
  for (const file of readdirSync(place)) {
    const imports = [...readFileSync(join(place, file), 'utf8').matchAll(/from '(.+)'/g)].map(
      ([, name]) => name,
    )
    for (const name of imports) expect(name, file).toMatch(/^(node:|\.\/[a-z]+\.ts$)/)
  }
})

describe('the second verifier agrees with what the specifications publish', () => {
  test('RFC 8785: the example of §3.2.2 and the order of §3.2.3', () => {
    const value = JSON.parse(
      String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
    )
    expect(second.jcs(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    )
    const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6']
    const sorted = Object.keys(JSON.parse(second.jcs(Object.fromEntries(names.map((n) => [n, 0])))))
    expect(sorted).toEqual(['1', '\r', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'])
  })

  test('RFC 6962: the root of nothing, and of the eight leaves of Certificate Transparency', () => {
    const ct = [
      '',
      '00',
      '10',
      '2021',
      '3031',
      '40414243',
      '5051525354555657',
      '606162636465666768696a6b6c6d6e6f',
    ]
    const hashed = ct.map((leaf) => second.leafHash(bytes(leaf)))
    expect(second.treeHash([]).toString('hex')).toMatch(/^e3b0c44298fc1c14/)
    expect(second.treeHash(hashed).toString('hex')).toBe(
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    )
  })

  test('C2SP signed-note: the example note of the Go implementation', () => {
    const key = second.readVerifier('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k')!
    const text = 'This is an example message.\n'
    const signature =
      'Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM='
    expect(second.openNote(`${text}\n— example.com/foo ${signature}\n`, key)).toBe(text)
    expect(second.openNote(`${text}!\n\n— example.com/foo ${signature}\n`, key)).toBeUndefined()
  })
})

const shared = resolve(import.meta.dirname, '../../../shared/vectors/ledger.json')
const there = existsSync(shared)

// Skipped, not failed, where only the project itself was checked out: the file is kept beside it.
describe.skipIf(!there)(there ? 'the shared vectors' : `the shared vectors (skipped: no ${shared})`, () => {
  const file = there ? JSON.parse(readFileSync(shared, 'utf8')) : {}
  const lines: string[] = (file.entries ?? []).map((item: { canonical: string }) => item.canonical)
  const { leaves: own, badRow } = second.walk(lines, file.station)

  test('are reproduced by the desk', () => {
    expect(checkVectors(file).mismatches).toEqual([])
  })

  test('are reproduced by the second verifier: entries, leaves, chain', () => {
    expect(badRow).toBeUndefined()
    expect(hex(own)).toEqual(file.entries.map((item: { leaf: string }) => item.leaf))
    for (const { entry, canonical } of file.entries) expect(second.jcs(entry)).toBe(canonical)
  })

  test('are reproduced by the second verifier: roots, codes, proofs', () => {
    for (const [n, { root, code }] of Object.entries<{ root: string; code: string }>(file.roots)) {
      expect(second.treeHash(own.slice(0, Number(n))).toString('hex')).toBe(root)
      expect(second.shortCode(bytes(root))).toBe(code)
    }
    for (const { index, size, proof } of file.inclusion) {
      expect(hex(second.inclusionPath(index, own.slice(0, size)))).toEqual(proof)
      const root = second.treeHash(own.slice(0, size))
      expect(second.includes(own[index]!, index, size, proof.map(bytes), root)).toBe(true)
    }
    for (const { from, to, proof } of file.consistency) {
      expect(hex(second.consistencyPath(from, own.slice(0, to)))).toEqual(proof)
      const [old, now] = [from, to].map((n) => second.treeHash(own.slice(0, n)))
      expect(second.consistent(from, to, proof.map(bytes), old!, now!)).toBe(true)
    }
  })

  test('are reproduced by the second verifier: key and checkpoints', () => {
    const { name, seed, public: known, verifier } = file.key
    const key = second.knownFromSeed(name, bytes(seed))
    expect(key.public.toString('hex')).toBe(known)
    expect(second.verifierText(key)).toBe(verifier)
    for (const { size, note } of file.checkpoints) {
      const head = { origin: name, size, root: second.treeHash(own.slice(0, size)) }
      expect(second.openCheckpoint(note, key)).toEqual(head)
      expect(second.signNote(second.headText(head), name, bytes(seed))).toBe(note)
    }
  })
})

describe('the desk and the second verifier agree', () => {
  test('on the canonical form of any value', () => {
    const value = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' })
    fc.assert(
      fc.property(value, (any) => {
        const plain = JSON.parse(JSON.stringify(any), (_, v) =>
          typeof v === 'number' ? Math.trunc(v % 1e9) : v,
        )
        expect(canonicalJson(plain)).toBe(second.jcs(plain))
      }),
    )
  })

  test('on the root of every size', () => {
    for (let n = 0; n <= LARGEST; n++)
      expect(rootOf(leavesHex.slice(0, n))).toBe(second.treeHash(leaves.slice(0, n)).toString('hex'))
  })

  test('on proofs of inclusion: each makes the same, each accepts the other’s', () => {
    fc.assert(
      fc.property(leafAndSize, ([index, n]) => {
        const tree = leaves.slice(0, n)
        const root = second.treeHash(tree)
        const made = second.inclusionPath(index, tree)
        expect(inclusionProof(index, n, subtreesOf(leavesHex))).toEqual(hex(made))
        expect(second.includes(leaves[index]!, index, n, made, root)).toBe(true)
        expect(verifyInclusion(leavesHex[index]!, index, n, hex(made), root.toString('hex'))).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  test('on proofs of consistency: each makes the same, each accepts the other’s', () => {
    fc.assert(
      fc.property(pair, ([from, to]) => {
        const [old, now] = [from!, to!].map((n) => second.treeHash(leaves.slice(0, n))) as [Buffer, Buffer]
        const made = second.consistencyPath(from!, leaves.slice(0, to))
        expect(consistencyProof(from!, to!, subtreesOf(leavesHex))).toEqual(hex(made))
        expect(second.consistent(from!, to!, made, old, now)).toBe(true)
        expect(verifyConsistency(from!, to!, hex(made), old.toString('hex'), now.toString('hex'))).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  test('on proofs that prove nothing: of another leaf, size or root, too short, too long, or with a hash changed', () => {
    const wrong = fc.record({ at: leafAndSize, how: fc.nat(5), by: fc.integer({ min: 1, max: 40 }) })
    fc.assert(
      fc.property(wrong, ({ at: [index, n], how, by }) => {
        const proof = second.inclusionPath(index, leaves.slice(0, n))
        const root = second.treeHash(leaves.slice(0, n))
        const told = { leaf: leaves[index]!, index, n, proof, root }
        if (how === 0) told.leaf = second.leafOf('another')
        if (how === 1) told.index = index + by
        if (how === 2) told.root = second.treeHash(leaves.slice(0, n + by > LARGEST ? n - 1 : n + by))
        if (how === 3) told.proof = [...proof, root]
        if (how === 4) told.proof = proof.length > 0 ? proof.slice(1) : [root]
        if (how === 5) told.proof = proof.length > 0 ? proof.with(by % proof.length, root) : [root]
        const { leaf, index: i, n: size } = told
        const ours = verifyInclusion(
          leaf.toString('hex'),
          i,
          size,
          hex(told.proof),
          told.root.toString('hex'),
        )
        const theirs = second.includes(leaf, i, size, told.proof, told.root)
        expect([ours, theirs]).toEqual([false, false])
      }),
      { numRuns: 600 },
    )
  })

  test('on runs of neighbours: two paths of the second verifier prove all between, and nothing else', () => {
    const run = size.chain((n) =>
      fc.record({ n: fc.constant(n), a: fc.nat(n - 1), b: fc.nat(n - 1), at: fc.nat() }),
    )
    fc.assert(
      fc.property(run, ({ n, a, b, at }) => {
        const [first, last] = [Math.min(a, b), Math.max(a, b)]
        const tree = leaves.slice(0, n)
        const root = second.treeHash(tree).toString('hex')
        const paths = [first, last].map((index) => hex(second.inclusionPath(index, tree))) as [
          string[],
          string[],
        ]
        const faultOf = (run: readonly string[], end = root) => {
          const proof = new RunProof(first, last, n)
          for (const leaf of run) proof.push(leaf)
          return proof.fault(...paths, end)
        }
        const within = leavesHex.slice(first, last + 1)
        expect(faultOf(within)).toBe(null)
        expect(faultOf(within.with(at % within.length, leavesHex.at(-1)!.replaceAll('0', '1')))).not.toBe(
          null,
        )
        expect(faultOf(within.slice(0, -1))).not.toBe(null)
        expect(faultOf(within, second.treeHash(leaves.slice(0, n - 1)).toString('hex'))).not.toBe(null)
      }),
      { numRuns: 300 },
    )
  })

  test('on any proof of consistency of two trees that are none', () => {
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((b) => Buffer.from(b))
    const shaken = fc.record({
      sizes: pair,
      cut: fc.nat(9),
      put: fc.array(hash, { maxLength: 2 }),
      fork: fc.nat(LARGEST),
    })
    fc.assert(
      fc.property(shaken, ({ sizes, cut, put, fork }) => {
        const [from, to] = sizes as [number, number]
        const history = leaves.with(Math.min(fork, LARGEST - 1), second.leafOf('forked'))
        const proof = [...second.consistencyPath(from, leaves.slice(0, to)).slice(0, cut), ...put]
        const [old, now] = [second.treeHash(history.slice(0, from)), second.treeHash(leaves.slice(0, to))]
        const ours = verifyConsistency(from, to, hex(proof), old.toString('hex'), now.toString('hex'))
        const theirs = second.consistent(from, to, proof, old, now)
        expect(ours).toBe(theirs)
        // Above the fork the old head is not a prefix, and no proof can say so.
        if (from > fork) expect(theirs).toBe(false)
      }),
      { numRuns: 600 },
    )
  })

  test('on notes: the desk signs what the second verifier opens, and the other way round, byte for byte', () => {
    const any = fc.record({
      seed: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      name: fc.stringMatching(/^[a-z][a-z0-9./-]{0,30}$/),
      size: fc.nat(),
    })
    fc.assert(
      fc.property(any, ({ seed, name, size }) => {
        const desk = ed25519Signer(name, seed)
        const head = { origin: name, size, root: leaves[size % LARGEST]! }
        const key = second.knownFromSeed(name, Buffer.from(seed))
        expect(desk.verifier).toBe(second.verifierText(key))
        expect(second.readVerifier(desk.verifier)).toEqual(key)
        const note = makeCheckpoint(head, desk)
        expect(second.signNote(second.headText(head), name, Buffer.from(seed))).toBe(note)
        expect(second.openCheckpoint(note, key)).toEqual(head)
        expect(verifyCheckpoint(note, ed25519Verifier(second.verifierText(key)), name)).toEqual(head)
        expect(shortCode(head.root)).toBe(second.shortCode(head.root))
      }),
      { numRuns: 50 },
    )
  })

  test('on damaged notes: a note with anything changed is opened by both or by neither', () => {
    const seed = Buffer.alloc(32, 9)
    const note = makeCheckpoint({ origin: signer.name, size: 7, root: leaves[0]! }, signer)
    const key = second.knownFromSeed(signer.name, seed)
    const known = ed25519Verifier(signer.verifier)
    const place = fc.record({
      at: fc.nat(note.length),
      cut: fc.nat(3),
      put: fc.constantFrom(
        '',
        ' ',
        '\n',
        '\n\n',
        '=',
        'A',
        '0',
        '1',
        '+',
        '—',
        '\r',
        '\0',
        '\ufeff',
        '\u00a0',
        '\ud800',
      ),
    })
    fc.assert(
      fc.property(place, ({ at, cut, put }) => {
        const changed = note.slice(0, at) + put + note.slice(at + cut)
        const theirs = second.openCheckpoint(changed, key)
        let ours: unknown
        try {
          ours = verifyCheckpoint(changed, known, signer.name)
        } catch {}
        expect(ours).toEqual(theirs)
        if (changed !== note) expect(theirs).toBeUndefined()
      }),
      { numRuns: 2000 },
    )
  })
})
