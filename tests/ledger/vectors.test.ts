import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkVectors } from '../../src/ledger/vectors.ts'

const shared = resolve(import.meta.dirname, '../../../shared/vectors/ledger.json')
const there = existsSync(shared)
const load = () => JSON.parse(readFileSync(shared, 'utf8'))

// Skipped, not failed, where only the project itself was checked out: the file is kept beside it.
describe.skipIf(!there)(there ? 'the shared vectors' : `the shared vectors (skipped: no ${shared})`, () => {
  test('are all reproduced', () => {
    const { checked, mismatches } = checkVectors(load())
    expect(mismatches).toEqual([])
    expect(checked).toBeGreaterThan(100)
  })

  test.each<[string, (file: Vectors) => unknown, RegExp]>([
    ['a canonical form', (f) => Object.assign(f.entries[2], { canonical: '{}' }), /^entries\[2\]\.canonical/],
    ['a leaf', (f) => Object.assign(f.entries[8], { leaf: '00'.repeat(32) }), /^entries\[8\]\.leaf/],
    ['an entry', (f) => Object.assign(f.entries[1].entry, { subject: 'x' }), /^entries\[1\]\.canonical/],
    ['a root', (f) => Object.assign(f.roots['4'], { root: '00'.repeat(32) }), /^roots\.4\.root/],
    ['a code', (f) => Object.assign(f.roots['4'], { code: '0000-0000-0000-0000-0000' }), /^roots\.4\.code/],
    ['an inclusion proof', (f) => f.inclusion[3].proof.reverse(), /^inclusion\[3\]/],
    ['a consistency proof', (f) => f.consistency[3].proof.pop(), /^consistency\[3\]/],
    ['a note', (f) => Object.assign(f.checkpoints[1], { note: f.checkpoints[0].note }), /^checkpoints\[1\]/],
    ['a verifier key', (f) => Object.assign(f.key, { verifier: 'x' }), /^key\.verifier/],
    ['a seed that is none', (f) => Object.assign(f.key, { seed: 7 }), /^key/],
    ['entries that are none', (f) => Object.assign(f, { entries: [null, 3] }), /^entries\[0\]/],
    ['a proof that is none', (f) => Object.assign(f.inclusion[0], { proof: 'x' }), /^inclusion\[0\]/],
    ['a size that is too large', (f) => Object.assign(f.checkpoints[0], { size: 1e9 }), /^checkpoints\[0\]/],
  ])('with %s changed, the change is named', (_name, change, named) => {
    const file = load()
    change(file)
    const { mismatches } = checkVectors(file)
    expect(mismatches[0]).toMatch(named)
  })
})

describe('a file that holds no vectors', () => {
  test.each([null, 3, 'text', [], {}, { entries: {} }])('%j is a mismatch, not a crash', (file) => {
    expect(checkVectors(file).mismatches).not.toEqual([])
  })
})

// biome-ignore lint/suspicious/noExplicitAny: a file of unknown making
type Vectors = any
