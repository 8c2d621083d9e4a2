/** The same verification over an export zip. */

import { parseCheckpoint } from '../checkpoint.ts'
import { NO_PREV } from '../hash.ts'
import type { LedgerMeta } from '../sqlite/statements.ts'
import { conclude, type Store, type Stored, wantedSizes } from './conclude.ts'
import { RangeCheck } from './range-check.ts'
import type { Finding, Head, Verdict } from './verdict.ts'
import { BadBundle, Bundle, CAPS, type Caps } from './zip.ts'

export interface BundleOptions {
  heads?: readonly Head[]
  /** Verifier key known from elsewhere; an export brings its own, which proves nothing to a stranger. */
  verifier?: string
  onProgress?: (done: number) => void
  caps?: Partial<Caps>
}

interface Content {
  seq: number
  salt: Buffer
  body: string
}

/**
 * Checks an export. Its last checkpoint must cover all its entries: in an export, unlike in a database that is
 * being written, entries after the last signature are not to be expected.
 */
export async function verifyBundle(zipFile: string, options: BundleOptions = {}): Promise<Verdict> {
  const start = performance.now()
  let bundle: Bundle | undefined
  try {
    bundle = await Bundle.open(zipFile, { ...CAPS, ...options.caps })
    const verdict = await verifyOpen(bundle, options)
    return { ...verdict, entriesPerSecond: Math.round(verdict.size / ((performance.now() - start) / 1000)) }
  } catch (error) {
    return unusable((error as Error).message)
  } finally {
    bundle?.close()
  }
}

async function verifyOpen(
  bundle: Bundle,
  options: BundleOptions,
): Promise<Omit<Verdict, 'entriesPerSecond'>> {
  const heads = options.heads ?? []
  const meta = readMeta(await bundle.text('station.json'))
  const findings: Finding[] = []
  const checkpoints = await readCheckpoints(bundle, findings)
  const size = checkpoints.at(-1)?.size ?? 0
  const sizes = wantedSizes({ size: Number.MAX_SAFE_INTEGER, checkpoints }, heads)
  const check = new RangeCheck({ from: 1, prev: NO_PREV, station: meta.station, sizes })
  const present = await walk(bundle, check, options.onProgress)
  const entries = check.next - 1
  if (entries > size) {
    findings.push({
      seq: size + 1,
      where: 'checkpoint',
      what: 'entries from here on are covered by no checkpoint',
    })
  }
  const stored: Stored = { meta, size: entries, checkpoints, trusted: options.verifier }
  const withheld = await readWithheld(bundle)
  for (const seq of withheld)
    if (present.has(seq))
      findings.push({ seq, where: 'content', what: 'is here although it is said to be withheld' })
  const store: Store = {
    hasContent: (seq) => present.has(seq),
    erasedSince: () => false,
    isWithheld: (seq) => withheld.has(seq),
    nodes: () => [],
  }
  return { ...conclude(stored, [check.report], findings, heads, store), withheld: withheld.size }
}

/** Goes through entries and contents side by side. @returns for which entries a content is there */
async function walk(bundle: Bundle, check: RangeCheck, onProgress?: (done: number) => void): Promise<SeqSet> {
  const present = new SeqSet()
  const contents = readContents(bundle)
  let content = (await contents.next()).value
  for await (const lines of bundle.lines('entries.jsonl')) {
    for (const line of lines) {
      const seq = check.next
      while (content && content.seq < seq) {
        check.orphan(content.seq)
        content = (await contents.next()).value
      }
      const own: Content | undefined = content?.seq === seq ? content : undefined
      check.entry(seq, line, null, own?.salt ?? null, own?.body ?? null)
      if (own) {
        present.add(seq)
        content = (await contents.next()).value
      }
    }
    onProgress?.(check.next - 1)
  }
  for (; content; content = (await contents.next()).value) check.orphan(content.seq)
  return present
}

/** Entries whose content this export leaves out because it is private. */
async function readWithheld(bundle: Bundle): Promise<Set<number>> {
  const seqs = new Set<number>()
  if (!bundle.has('withheld.jsonl')) return seqs
  for await (const lines of bundle.lines('withheld.jsonl')) {
    for (const line of lines) {
      const { seq } = parseLine(line)
      if (!Number.isSafeInteger(seq)) throw new BadBundle('withheld.jsonl: a line names no entry')
      seqs.add(seq as number)
    }
  }
  return seqs
}

async function* readContents(bundle: Bundle): AsyncGenerator<Content, undefined, undefined> {
  for await (const lines of bundle.lines('content.jsonl')) {
    for (const line of lines) {
      const { seq, salt, body } = parseLine(line)
      if (!Number.isSafeInteger(seq) || typeof salt !== 'string' || typeof body !== 'string') {
        throw new BadBundle('content.jsonl: a line is not a content')
      }
      yield { seq: seq as number, salt: Buffer.from(salt, 'base64'), body }
    }
  }
  return undefined
}

function parseLine(line: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(line)) as Record<string, unknown>
  } catch {
    throw new BadBundle('a line is not JSON')
  }
}

function readMeta(text: string): LedgerMeta {
  let meta: Partial<LedgerMeta>
  try {
    meta = Object(JSON.parse(text)) as Partial<LedgerMeta>
  } catch {
    throw new BadBundle('station.json is not JSON')
  }
  const { station, origin, verifier } = meta
  if (typeof station !== 'string' || typeof origin !== 'string' || typeof verifier !== 'string') {
    throw new BadBundle('station.json does not name station, origin and verifier')
  }
  return { station, origin, verifier }
}

async function readCheckpoints(
  bundle: Bundle,
  findings: Finding[],
): Promise<{ size: number; note: string }[]> {
  const checkpoints: { size: number; note: string }[] = []
  for (const name of bundle.checkpoints()) {
    const note = await bundle.text(name)
    try {
      checkpoints.push({ size: parseCheckpoint(note).size, note })
    } catch (error) {
      findings.push({ where: 'checkpoint', what: `${name}: ${(error as Error).message}` })
    }
  }
  return checkpoints.sort((a, b) => a.size - b.size)
}

/** A set of entry numbers, one bit each. */
class SeqSet {
  #bits = new Uint8Array(1024)

  add(seq: number): void {
    const at = Math.floor(seq / 8)
    if (at >= this.#bits.length) {
      const larger = new Uint8Array(Math.max(at + 1, this.#bits.length * 2))
      larger.set(this.#bits)
      this.#bits = larger
    }
    this.#bits[at]! |= 1 << (seq % 8)
  }

  has(seq: number): boolean {
    return ((this.#bits[Math.floor(seq / 8)] ?? 0) & (1 << (seq % 8))) !== 0
  }
}

function unusable(what: string): Verdict {
  return {
    unaltered: { ok: false, firstBad: { where: 'file', what } },
    complete: 'unknown',
    completeWhy: 'the export cannot be read',
    heads: [],
    size: 0,
    root: '',
    code: '',
    entriesPerSecond: 0,
  }
}
