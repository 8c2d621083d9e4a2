/** Puts the reports of all ranges together and checks what spans them: tree, checkpoints, erasures, heads. */

import { verifyCheckpoint } from '../checkpoint.ts'
import { EMPTY_ROOT, type Hash } from '../hash.ts'
import { shortCode } from '../short-code.ts'
import { ed25519Verifier, type Verifier } from '../signed-note.ts'
import { BLOCK, STORED_LEVEL } from '../sqlite/schema.ts'
import type { LedgerMeta } from '../sqlite/statements.ts'
import { Frontier } from '../tree.ts'
import { judgeHeads, sizeOf } from './heads.ts'
import type { RangeReport } from './range-check.ts'
import { type Finding, firstOf, type Head, type Verdict } from './verdict.ts'

export interface Stored {
  meta: LedgerMeta
  size: number
  checkpoints: readonly { size: number; note: string }[]
  /** Verifier key known from elsewhere; the one in the ledger must be this one. */
  trusted: string | undefined
}

/** Things only the place of storage can tell. */
export interface Store {
  /** True if a content is stored for this entry. */
  hasContent(seq: number): boolean
  /** True if an entry beyond those verified names this one as erased (erased while the check ran). */
  erasedSince(seq: number): boolean
  /** True if an export says that it leaves this content out. */
  isWithheld?(seq: number): boolean
  /** The stored subtrees by level and index; none where none are stored. */
  nodes(): Iterable<{ level: number; index: number; hash: Hash }>
}

/** Sizes at which a root will be needed, ascending. */
export function wantedSizes(stored: Pick<Stored, 'size' | 'checkpoints'>, heads: readonly Head[]): number[] {
  const sizes = new Set([stored.size])
  for (const { size } of stored.checkpoints) sizes.add(size)
  for (const head of heads) sizes.add(sizeOf(head) ?? 0)
  return [...sizes].filter((size) => size > 0 && size <= stored.size).sort((a, b) => a - b)
}

export function conclude(
  stored: Stored,
  reports: readonly RangeReport[],
  found: readonly Finding[],
  heads: readonly Head[],
  store: Store,
): Omit<Verdict, 'entriesPerSecond'> {
  const findings = [...found, ...reports.flatMap((report) => report.findings)]
  const tree = new VerifiedTree(reports)
  findings.push(...attempt(() => tree.compare(store)), ...attempt(() => checkErasures(reports, store)))
  const verifier = readVerifier(stored, findings)
  const known = {
    origin: stored.meta.origin,
    verifier,
    size: stored.size,
    rootAt: (size: number) => tree.rootAt(size),
  }
  if (verifier) findings.push(...checkCheckpoints(stored, verifier, known.rootAt))
  const firstBad = firstOf(findings)
  const root = tree.rootAt(stored.size)
  return {
    unaltered: firstBad ? { ok: false, firstBad } : { ok: true },
    ...judgeHeads(heads, known),
    size: stored.size,
    root: root?.toString('hex') ?? '',
    code: root ? shortCode(root) : '',
  }
}

/** The tree as recomputed from the entries. */
class VerifiedTree {
  readonly #roots = new Map<number, Hash>([[0, EMPTY_ROOT]])
  /** Subtrees by level above the blocks: `#levels[0]` are the blocks themselves. */
  readonly #levels: Hash[][] = [[]]

  constructor(reports: readonly RangeReport[]) {
    const upper = new Frontier()
    const edges = reports.flatMap((report) => report.edges)
    let nextEdge = 0
    const takeEdges = () => {
      for (; nextEdge < edges.length; nextEdge++) {
        const { size, nodes } = edges[nextEdge]!
        if (Math.floor(size / BLOCK) !== upper.size) break
        const tail = Array.from({ length: STORED_LEVEL }, (_, level) => nodes[level] ?? '')
        this.#roots.set(size, new Frontier(size, [...tail, ...upper.nodes()]).root())
      }
    }
    takeEdges()
    for (const block of reports.flatMap((report) => report.blocks)) {
      this.#levels[0]!.push(block)
      upper.append(block, (level, _index, hash) => {
        this.#levels[level] ??= []
        this.#levels[level].push(hash)
      })
      takeEdges()
    }
  }

  /** Root at one of the sizes asked for beforehand; undefined where damage came in between. */
  rootAt(size: number): Buffer | undefined {
    const root = this.#roots.get(size)
    return root === undefined ? undefined : Buffer.from(root, 'hex')
  }

  /** Stored subtrees may lag behind the entries, but must be without gaps and right. */
  *compare(store: Store): Generator<Finding> {
    const counts: number[] = []
    for (const { level, index, hash } of store.nodes()) {
      const above = level - STORED_LEVEL
      const expected = counts[above] ?? 0
      if (index !== expected || hash !== this.#levels[above]?.[index]) {
        const what =
          index > expected ? `subtree ${level}/${expected} is missing` : `subtree ${level}/${index} is wrong`
        yield { seq: Math.min(index, expected) * 2 ** level + 1, where: 'tree', what }
        return
      }
      counts[above] = expected + 1
    }
    for (let above = 1, blocks = counts[0] ?? 0; blocks >= 2 ** above; above++) {
      const expected = Math.floor(blocks / 2 ** above)
      const count = counts[above] ?? 0
      if (count === expected) continue
      const level = STORED_LEVEL + above
      yield { seq: count * 2 ** level + 1, where: 'tree', what: `subtree ${level}/${count} is missing` }
      return
    }
  }
}

/** What a check finds; a store that cannot be read is a finding as well. */
function attempt(check: () => Iterable<Finding>): Finding[] {
  try {
    return [...check()]
  } catch (error) {
    return [{ where: 'file', what: `cannot be read: ${(error as Error).message}` }]
  }
}

function* checkErasures(reports: readonly RangeReport[], store: Store): Generator<Finding> {
  const erased = new Set(reports.flatMap((report) => report.erased))
  for (const { missing } of reports) {
    for (const seq of missing) {
      if (erased.has(seq) || store.erasedSince(seq) || store.isWithheld?.(seq)) continue
      yield { seq, where: 'content', what: 'is missing, and no content.erased entry says why' }
      return
    }
  }
  for (const seq of erased) {
    if (store.hasContent(seq)) yield { seq, where: 'content', what: 'is still there although it was erased' }
  }
}

/** The key that the heads must be signed by. */
export function readVerifier(stored: Pick<Stored, 'meta' | 'trusted'>, findings: Finding[]): Verifier | null {
  const { verifier } = stored.meta
  if (stored.trusted !== undefined && stored.trusted !== verifier) {
    findings.push({ where: 'station', what: 'the verifier key is not the one known from elsewhere' })
  }
  try {
    return ed25519Verifier(stored.trusted ?? verifier)
  } catch (error) {
    findings.push({ where: 'station', what: `the verifier key cannot be read: ${(error as Error).message}` })
    return null
  }
}

function* checkCheckpoints(
  stored: Stored,
  verifier: Verifier,
  rootAt: (size: number) => Buffer | undefined,
): Generator<Finding> {
  for (const { size, note } of stored.checkpoints) {
    const what = faultOfCheckpoint(size, note, stored, verifier, rootAt)
    if (what === undefined) continue
    yield { seq: size, where: 'checkpoint', what }
    return
  }
}

function faultOfCheckpoint(
  size: number,
  note: string,
  stored: Stored,
  verifier: Verifier,
  rootAt: (size: number) => Buffer | undefined,
): string | undefined {
  try {
    const told = verifyCheckpoint(note, verifier, stored.meta.origin)
    if (told.size !== size) return `is filed under ${size} entries and tells of ${told.size}`
    if (size > stored.size)
      return `tells of ${size} entries, here are only ${stored.size}: the end was cut off`
    const root = rootAt(size)
    return root && told.root.equals(root) ? undefined : 'its root is not that of the entries'
  } catch (error) {
    return (error as Error).message
  }
}
