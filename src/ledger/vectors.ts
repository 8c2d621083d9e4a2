/** Recomputes a file of test vectors, so that two implementations can be held against each other. */

import { canonicalEntry } from './canonical.ts'
import { makeCheckpoint, verifyCheckpoint } from './checkpoint.ts'
import type { Entry } from './entry.ts'
import { leafHash } from './hash.ts'
import { consistencyProof, inclusionProof, subtreesOf, verifyConsistency, verifyInclusion } from './proofs.ts'
import { parseShortCode, shortCode } from './short-code.ts'
import { ed25519Signer, ed25519Verifier } from './signed-note.ts'
import { rootOf } from './tree.ts'

export interface VectorResult {
  /** Values compared. */
  checked: number
  /** One line for each that differs, or that could not be read; empty where all agree. */
  mismatches: string[]
}

/**
 * Checks `{station, entries, roots, inclusion, consistency, key, checkpoints}`: every canonical form, leaf,
 * root, code, proof (made and verified), verifier key and checkpoint note (signed again, byte for byte).
 * Parts that are absent are not checked; anything malformed is a mismatch, never an exception.
 */
export function checkVectors(json: unknown): VectorResult {
  const run = new Run()
  const file = run.object(json, 'file')
  if (!file) return run.result
  const leaves = checkEntries(run, file.entries, file.station)
  if (file.roots !== undefined) checkRoots(run, file.roots, leaves)
  if (file.inclusion !== undefined) checkInclusion(run, file.inclusion, leaves)
  if (file.consistency !== undefined) checkConsistency(run, file.consistency, leaves)
  if (file.key !== undefined) checkKey(run, file.key)
  if (file.checkpoints !== undefined) checkCheckpoints(run, file.checkpoints, file.key, leaves)
  return run.result
}

/** Counts and collects; turns every surprise into a named mismatch. */
class Run {
  readonly result: VectorResult = { checked: 0, mismatches: [] }

  same(name: string, made: () => unknown, given: unknown): void {
    this.result.checked++
    try {
      const value = made()
      if (value === undefined || JSON.stringify(value) !== JSON.stringify(given)) {
        this.fail(name, `made ${brief(value)}, the file has ${brief(given)}`)
      }
    } catch (error) {
      this.fail(name, (error as Error).message)
    }
  }

  fail(name: string, why: string): void {
    this.result.mismatches.push(`${name}: ${why}`)
  }

  object(value: unknown, name: string): Record<string, unknown> | undefined {
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
    this.result.checked++
    this.fail(name, 'is not an object')
    return undefined
  }

  objects(value: unknown, name: string): [Record<string, unknown>, string][] {
    if (!Array.isArray(value)) {
      this.result.checked++
      this.fail(name, 'is not a list')
      return []
    }
    return value.flatMap((item, i) => {
      const object = this.object(item, `${name}[${i}]`)
      return object ? [[object, `${name}[${i}]`] as [Record<string, unknown>, string]] : []
    })
  }
}

function checkEntries(run: Run, entries: unknown, station: unknown): string[] {
  const leaves: string[] = []
  let prev = '0'.repeat(64)
  for (const [item, name] of run.objects(entries, 'entries')) {
    const entry = item.entry as Entry
    let leaf = ''
    run.same(`${name}.canonical`, () => canonicalEntry(entry), item.canonical)
    run.same(
      `${name}.leaf`,
      () => {
        leaf = leafHash(canonicalEntry(entry))
        return leaf
      },
      item.leaf,
    )
    run.same(`${name}.entry.seq`, () => leaves.length + 1, run.object(entry, `${name}.entry`)?.seq)
    run.same(`${name}.entry.prev`, () => prev, entry?.prev)
    if (station !== undefined) run.same(`${name}.entry.station`, () => station, entry?.station)
    // A wrong leaf is named once; what is built on the leaves goes on with the file's own.
    leaves.push(typeof item.leaf === 'string' && /^[0-9a-f]{64}$/.test(item.leaf) ? item.leaf : leaf)
    prev = leaves.at(-1)!
  }
  return leaves
}

function checkRoots(run: Run, roots: unknown, leaves: readonly string[]): void {
  for (const [size, item] of Object.entries(run.object(roots, 'roots') ?? {})) {
    const name = `roots.${size}`
    const given = run.object(item, name)
    if (!given) continue
    const root = () => rootOf(firstLeaves(leaves, Number(size)))
    run.same(`${name}.root`, root, given.root)
    run.same(`${name}.code`, () => shortCode(Buffer.from(root(), 'hex')), given.code)
    run.same(`${name}.code as typed`, () => parseShortCode(String(given.code).toLowerCase()), given.code)
  }
}

function checkInclusion(run: Run, proofs: unknown, leaves: readonly string[]): void {
  const subtree = subtreesOf(leaves)
  for (const [{ index, size, proof }, name] of run.objects(proofs, 'inclusion')) {
    const [at, of] = [Number(index), Number(size)]
    run.same(`${name}.proof`, () => inclusionProof(at, firstLeaves(leaves, of).length, subtree), proof)
    run.same(
      `${name} verified`,
      () => verifyInclusion(leaves[at]!, at, of, hashes(proof), rootOf(firstLeaves(leaves, of))),
      true,
    )
  }
}

function checkConsistency(run: Run, proofs: unknown, leaves: readonly string[]): void {
  const subtree = subtreesOf(leaves)
  for (const [{ from, to, proof }, name] of run.objects(proofs, 'consistency')) {
    const [small, large] = [Number(from), Number(to)]
    run.same(
      `${name}.proof`,
      () => consistencyProof(small, firstLeaves(leaves, large).length, subtree),
      proof,
    )
    run.same(
      `${name} verified`,
      () => {
        const [oldRoot, newRoot] = [rootOf(firstLeaves(leaves, small)), rootOf(firstLeaves(leaves, large))]
        return verifyConsistency(small, large, hashes(proof), oldRoot, newRoot)
      },
      true,
    )
  }
}

function checkKey(run: Run, key: unknown): void {
  const given = run.object(key, 'key')
  if (!given) return
  run.same('key.verifier', () => signerOf(given).verifier, given.verifier)
  run.same(
    'key.public',
    () =>
      Buffer.from(signerOf(given).verifier.split('+').slice(2).join('+'), 'base64')
        .subarray(1)
        .toString('hex'),
    given.public,
  )
}

function checkCheckpoints(run: Run, checkpoints: unknown, key: unknown, leaves: readonly string[]): void {
  for (const [{ size, note }, name] of run.objects(checkpoints, 'checkpoints')) {
    const count = Number(size)
    const head = () => ({ size: count, root: Buffer.from(rootOf(firstLeaves(leaves, count)), 'hex') })
    run.same(
      `${name}.note`,
      () => {
        const signer = signerOf(key)
        return makeCheckpoint({ origin: signer.name, ...head() }, signer)
      },
      note,
    )
    run.same(
      `${name} verified`,
      () => {
        const { verifier, name: origin } = key as { verifier: string; name: string }
        const told = verifyCheckpoint(String(note), ed25519Verifier(verifier), origin)
        return { size: told.size, root: told.root.toString('hex') }
      },
      { size: count, root: attempt(() => head().root.toString('hex')) },
    )
  }
}

function signerOf(key: unknown) {
  const { name, seed } = Object(key) as { name?: unknown; seed?: unknown }
  if (typeof name !== 'string' || typeof seed !== 'string') throw new Error('key has no name or seed')
  return ed25519Signer(name, Buffer.from(seed, 'hex'))
}

function firstLeaves(leaves: readonly string[], size: number): readonly string[] {
  if (!Number.isSafeInteger(size) || size < 0 || size > leaves.length) {
    throw new RangeError(`there are ${leaves.length} entries, not ${size}`)
  }
  return leaves.slice(0, size)
}

function hashes(proof: unknown): string[] {
  if (!Array.isArray(proof) || !proof.every((hash) => /^[0-9a-f]{64}$/.test(String(hash)))) {
    throw new Error('proof is not a list of hashes')
  }
  return proof as string[]
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
