/** The same verification over an export zip. */

import { parseCheckpoint } from '../checkpoint.ts'
import { NO_PREV } from '../hash.ts'
import { type Content, readContents, readMeta, readWithheld, SeqSet } from './bundle-files.ts'
import { verifyPart } from './bundle-part.ts'
import { conclude, type Store, type Stored, wantedSizes } from './conclude.ts'
import { checkPapers, exportedIn } from './papers.ts'
import { RangeCheck } from './range-check.ts'
import type { Finding, Head, Verdict } from './verdict.ts'
import { checkWithheld } from './withholding.ts'
import { Bundle, CAPS, type Caps } from './zip.ts'

export interface BundleOptions {
  heads?: readonly Head[]
  /** Verifier key known from elsewhere; an export brings its own, which proves nothing to a stranger. */
  verifier?: string
  onProgress?: (done: number) => void
  caps?: Partial<Caps>
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
    const read = verdict.part?.entries ?? verdict.size
    return { ...verdict, entriesPerSecond: Math.round(read / ((performance.now() - start) / 1000)) }
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
  const withheld = await readWithheld(bundle)
  const opened = { bundle, meta, checkpoints, withheld, findings }
  if (bundle.has('scope.json')) return verifyPart(opened, { ...options, heads })
  // A checkpoint that cannot be read is named itself, and not as well the entries that it says it covers.
  const covered = findings.reduce((most, { seq = 0 }) => Math.max(most, seq), checkpoints.at(-1)?.size ?? 0)
  const sizes = wantedSizes({ size: Number.MAX_SAFE_INTEGER, checkpoints }, heads)
  const check = new RangeCheck({ from: 1, prev: NO_PREV, station: meta.station, sizes })
  const { present, last } = await walk(bundle, check, options.onProgress)
  const entries = check.next - 1
  if (entries > covered) {
    findings.push({
      seq: covered + 1,
      where: 'checkpoint',
      what: 'entries from here on are covered by no checkpoint',
    })
  }
  for (const seq of withheld)
    if (present.has(seq))
      findings.push({ seq, where: 'content', what: 'is here although it is said to be withheld' })
  const exported = exportedIn(last)
  findings.push(...checkWithheld(exported, withheld))
  const papers = await checkPapers(bundle, exported?.papers, findings)
  const stored: Stored = { meta, size: entries, checkpoints, trusted: options.verifier }
  const store: Store = {
    hasContent: (seq) => present.has(seq),
    erasedSince: () => false,
    isWithheld: (seq) => withheld.has(seq),
    nodes: () => [],
  }
  return { ...conclude(stored, [check.report], findings, heads, store), withheld: withheld.size, papers }
}

/** Goes through entries and contents side by side. @returns for which entries a content is there, and the last line */
async function walk(bundle: Bundle, check: RangeCheck, onProgress?: (done: number) => void) {
  const present = new SeqSet()
  const contents = readContents(bundle)
  let content = (await contents.next()).value
  let last: string | undefined
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
    last = lines.at(-1)
    onProgress?.(check.next - 1)
  }
  for (; content; content = (await contents.next()).value) check.orphan(content.seq)
  return { present, last }
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
      findings.push({
        ...saidSize(note),
        where: 'checkpoint',
        what: `${name}: ${(error as Error).message}`,
      })
    }
  }
  return checkpoints.sort((a, b) => a.size - b.size)
}

/** The size in a note that is not a checkpoint, where it has one in its place. */
function saidSize(note: string): { seq?: number } {
  const size = note.split('\n')[1] ?? ''
  return /^(0|[1-9]\d{0,14})$/.test(size) ? { seq: Number(size) } : {}
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
