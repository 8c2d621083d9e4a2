/** An export of some entries: each stands where the newest checkpoint says, and the last tells which belong to it. */

import { canonicalJson } from '../canonical.ts'
import { verifyCheckpoint } from '../checkpoint.ts'
import type { JsonObject } from '../entry.ts'
import { scopeOf } from '../exported.ts'
import type { Hash } from '../hash.ts'
import { verifyConsistency } from '../proofs.ts'
import { shortCode } from '../short-code.ts'
import type { Verifier } from '../signed-note.ts'
import { hashesOf, objects, parseObject } from './bundle-files.ts'
import { readVerifier } from './conclude.ts'
import { judgeHeads } from './heads.ts'
import { checkPapers, exportedIn } from './papers.ts'
import { type Opened, type Root, Walk, type Walked } from './part-walk.ts'
import { type Finding, firstOf, type Head, type Part, type Verdict } from './verdict.ts'
import { checkWithheld } from './withholding.ts'
import { BadBundle, type Bundle } from './zip.ts'

export interface PartOptions {
  heads: readonly Head[]
  verifier?: string
  onProgress?: (done: number) => void
}

export async function verifyPart(
  opened: Opened,
  options: PartOptions,
): Promise<Omit<Verdict, 'entriesPerSecond'>> {
  const { bundle, meta, findings, withheld } = opened
  const verifier = readVerifier({ meta, trusted: options.verifier }, findings)
  const roots = verifier ? readRoots(opened, verifier) : []
  await checkChain(bundle, roots, findings)
  const newest = roots.at(-1)
  if (!newest) throw new BadBundle('no checkpoint of this ledger is here')
  const said = parseObject(await bundle.text('scope.json'), 'scope.json') as JsonObject
  const walked = await new Walk(opened, newest, rangeOf(said)).run(options.onProgress)
  if (walked === null) {
    const firstBad = firstOf(findings)!
    return { ...unproved, unaltered: { ok: false, firstBad }, size: newest.size }
  }
  const exported = exportedIn(walked.last)
  if (exported === null || walked.lastSeq !== newest.size) {
    findings.push({ seq: newest.size, where: 'entry', what: 'the entry of the export is not the last one' })
  } else {
    findings.push(...checkChoice(exported, said, walked))
  }
  findings.push(...checkWithheld(exported, withheld))
  const papers = await checkPapers(bundle, exported?.papers ?? '', findings)
  const firstBad = firstOf(findings)
  const root = Buffer.from(newest.root, 'hex')
  const part = partOf(said)
  const byRoot = new Map(roots.map(({ size, root: hash }) => [size, Buffer.from(hash, 'hex')]))
  const judged = judgeHeads(options.heads, {
    origin: meta.origin,
    verifier,
    size: newest.size,
    rootAt: (size) => byRoot.get(size),
    unknown: 'this part of the ledger has no checkpoint of that size',
  })
  return {
    unaltered: firstBad ? { ok: false, firstBad } : { ok: true },
    ...judged,
    ...completenessOf(part, judged),
    size: newest.size,
    root: newest.root,
    code: shortCode(root),
    withheld: withheld.size,
    part,
    papers,
  }
}

/** What can be said where entries and proofs do not belong together. */
const unproved = {
  complete: 'unknown' as const,
  completeWhy: 'the proofs in the export are not those of its entries',
  heads: [],
  root: '',
  code: '',
}

/** A head that matches shows which ledger the part is of; only of an unbroken range that it is all there. */
function completenessOf(part: Part, judged: Pick<Verdict, 'complete' | 'completeWhy'>) {
  if (judged.complete !== 'yes') return {}
  if (part.range === null) {
    const completeWhy = `every head given matches; all ${part.entries} entries chosen for this export are here, but no proof can show that none was left out then`
    return { complete: 'unknown' as const, completeWhy }
  }
  const [from, to] = part.range
  return { completeWhy: `every head given matches; every entry from ${from} to ${to} is here` }
}

function readRoots({ meta, checkpoints, findings }: Opened, verifier: Verifier): Root[] {
  const roots: Root[] = []
  for (const { size, note } of checkpoints) {
    try {
      roots.push({ size, root: verifyCheckpoint(note, verifier, meta.origin).root.toString('hex') })
    } catch (error) {
      findings.push({ seq: size, where: 'checkpoint', what: (error as Error).message })
    }
  }
  return roots
}

/** Every checkpoint is a prefix of the next. */
async function checkChain(bundle: Bundle, roots: readonly Root[], findings: Finding[]): Promise<void> {
  const proofs = new Map<string, Hash[]>()
  for await (const { from, to, path } of objects(bundle, 'consistency.jsonl')) {
    proofs.set(`${from} ${to}`, hashesOf(path, 'consistency.jsonl'))
  }
  for (const [i, next] of roots.entries()) {
    const before = roots[i - 1]
    if (before === undefined) continue
    const path = before.size === next.size ? [] : proofs.get(`${before.size} ${next.size}`)
    if (path && verifyConsistency(before.size, next.size, path, before.root, next.root)) continue
    const what = `is not shown to extend the one of ${before.size} entries`
    findings.push({ seq: next.size, where: 'checkpoint', what })
  }
}

/** The entry of the export, which is proved like the others, says which entries belong. */
function* checkChoice(exported: JsonObject, said: JsonObject, walked: Walked): Generator<Finding> {
  if (canonicalJson(scopeOf(exported), 'scope') !== canonicalJson(scopeOf(said), 'scope')) {
    yield { where: 'file', what: 'scope.json is not what the entry of the export says' }
  }
  if (exported.entries !== walked.entries) {
    const what = `${String(exported.entries)} entries were chosen for this export, here are ${walked.entries}`
    yield { where: 'entry', what }
  } else if (exported.chosen !== walked.chosen) {
    yield { where: 'entry', what: 'the entries here are not those chosen for this export' }
  }
}

function partOf(said: JsonObject): Part {
  const { scope, entries } = said
  const isScope = typeof scope === 'object' && scope !== null && !Array.isArray(scope)
  return {
    scope: isScope ? scope : {},
    entries: typeof entries === 'number' ? entries : 0,
    range: rangeOf(said),
  }
}

function rangeOf({ range }: JsonObject): Part['range'] {
  if (range === null) return null
  const [from, to, ...more] = Array.isArray(range) ? range : []
  if (!isSeq(from) || !isSeq(to) || to < from || more.length > 0) {
    throw new BadBundle('scope.json: the range cannot be read')
  }
  return [from, to]
}

const isSeq = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0
