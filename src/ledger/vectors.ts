import { z } from 'zod'
import { canonicalEntry } from './canonical.ts'
import { makeCheckpoint, verifyCheckpoint } from './checkpoint.ts'
import type { Entry } from './entry.ts'
import { leafHash } from './hash.ts'
import { consistencyProof, inclusionProof, rootAt, subtreesOf, verifyConsistency, verifyInclusion } from './proofs.ts'
import { shortCode } from './short-code.ts'
import { ed25519Signer, ed25519Verifier } from './signed-note.ts'

const hex = z.string().regex(/^[0-9a-f]{64}$/)
const vectors = z.object({
  entries: z.array(z.object({ entry: z.record(z.string(), z.unknown()), canonical: z.string(), leaf: hex })),
  roots: z.record(z.string().regex(/^\d+$/), z.object({ root: hex, code: z.string() })),
  inclusion: z.array(z.object({ index: z.int(), size: z.int(), proof: z.array(hex) })),
  consistency: z.array(z.object({ from: z.int(), to: z.int(), proof: z.array(hex) })),
  key: z.object({ name: z.string(), seed: hex, public: hex, verifier: z.string() }),
  checkpoints: z.array(z.object({ size: z.int(), note: z.string() })),
})

export interface VectorResult {
  checked: number
  mismatches: string[]
}

/**
 * Recomputes every value of a file of ledger vectors: canonical forms, leaves, roots, printed codes, proofs (made
 * and checked), the key and the signed notes byte for byte. Each mismatch is named; bad input is a mismatch.
 */
export function checkVectors(json: unknown): VectorResult {
  const parsed = vectors.safeParse(json)
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`)
    return { checked: 0, mismatches: issues }
  }
  const result: VectorResult = { checked: 0, mismatches: [] }
  const same = (name: string, expected: unknown, compute: () => unknown) => {
    result.checked += 1
    let got: unknown
    try {
      got = compute()
    } catch (error) {
      got = (error as Error).message
    }
    if (JSON.stringify(got) !== JSON.stringify(expected)) {
      result.mismatches.push(`${name}: expected ${JSON.stringify(expected)}, computed ${JSON.stringify(got)}`)
    }
  }
  const { entries, roots, inclusion, consistency, key, checkpoints } = parsed.data
  const leaves: string[] = []
  for (const [at, { entry, canonical, leaf }] of entries.entries()) {
    same(`entries[${at}].canonical`, canonical, () => canonicalEntry(entry as unknown as Entry))
    same(`entries[${at}].leaf`, leaf, () => leafHash(canonicalEntry(entry as unknown as Entry)))
    leaves.push(leaf)
  }
  const subtree = subtreesOf(leaves)
  const rootOf = (size: number) => {
    if (size > leaves.length) throw new Error(`the file has ${leaves.length} entries, not ${size}`)
    return rootAt(size, subtree)
  }
  for (const [size, { root, code }] of Object.entries(roots)) {
    same(`roots.${size}.root`, root, () => rootOf(Number(size)))
    same(`roots.${size}.code`, code, () => shortCode(Buffer.from(rootOf(Number(size)), 'hex')))
  }
  for (const [at, { index, size, proof }] of inclusion.entries()) {
    same(`inclusion[${at}].proof`, proof, () => inclusionProof(index, size, subtree))
    same(`inclusion[${at}] verifies`, true, () => verifyInclusion(leaves[index]!, index, size, proof, rootOf(size)))
  }
  for (const [at, { from, to, proof }] of consistency.entries()) {
    same(`consistency[${at}].proof`, proof, () => consistencyProof(from, to, subtree))
    same(`consistency[${at}] verifies`, true, () => verifyConsistency(from, to, proof, rootOf(from), rootOf(to)))
  }
  const signer = () => ed25519Signer(key.name, Buffer.from(key.seed, 'hex'))
  same('key.verifier', key.verifier, () => signer().verifier)
  same('key.public', key.public, () => Buffer.from(signer().verifier.split('+').at(-1)!, 'base64').subarray(1).toString('hex'))
  for (const [at, { size, note }] of checkpoints.entries()) {
    const head = () => ({ origin: key.name, size, root: Buffer.from(rootOf(size), 'hex') })
    same(`checkpoints[${at}].note`, note, () => makeCheckpoint(head(), signer()))
    same(`checkpoints[${at}] verifies`, size, () => verifyCheckpoint(note, ed25519Verifier(key.verifier), key.name).size)
  }
  return result
}
