import { createInterface } from 'node:readline'
import { type Entry as ZipEntry, openPromise, type ZipFile } from 'yauzl'
import { bundleLimits, bundleNames, isCheckpointName } from '../export/bundle-format.ts'
import type { Hash } from '../hash.ts'
import { shortCode } from '../short-code.ts'
import type { LedgerMeta } from '../sqlite/statements.ts'
import { RangeCheck } from './range.ts'
import { completeness, type Finding, type Head, type Verdict } from './verdict.ts'
import { Whole } from './whole.ts'

class BadBundle extends Error {}

/**
 * Verifies an exported bundle from its bytes up; no station is needed. A bundle that is not one, or that would
 * unpack to more than the limits, is a finding.
 * @throws Error where the file cannot be opened at all
 */
export async function verifyBundle(file: string, options: { heads?: readonly Head[] }): Promise<Verdict> {
  let zip: ZipFile | null = null
  try {
    zip = await openPromise(file, { lazyEntries: true, autoClose: false, strictFileNames: true, validateEntrySizes: true })
    return await verifyZip(zip, options.heads ?? [])
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error
    return failed({ where: 'bundle', what: (error as Error).message })
  } finally {
    zip?.close()
  }
}

async function verifyZip(zip: ZipFile, heads: readonly Head[]): Promise<Verdict> {
  const files = await listed(zip)
  const meta = metaOf(await textOf(zip, files, bundleNames.station))
  const started = process.hrtime.bigint()
  const { check, leaves } = await checkEntries(zip, files, meta)
  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  const whole = new Whole([check.report], (block) => leaves.slice(block * 256, (block + 1) * 256))
  const notes: string[] = []
  for (const name of [...files.keys()].filter(isCheckpointName).sort()) notes.push(await textOf(zip, files, name))
  const bad = whole.firstBad ?? whole.checkpointFault(notes, meta) ?? lastHeadFault(notes)
  if (whole.firstBad) return failed(whole.firstBad, check.report.count)
  const root = whole.rootAt(whole.size)
  return {
    unaltered: bad ? { ok: false, firstBad: bad } : { ok: true },
    ...completeness({ ...meta, size: whole.size, rootAt: (at) => whole.rootAt(at) }, heads),
    size: whole.size,
    root,
    code: shortCode(Buffer.from(root, 'hex')),
    entriesPerSecond: whole.size / seconds,
  }
}

function lastHeadFault(notes: readonly string[]): Finding | null {
  return notes.length > 0 ? null : { where: 'checkpoint', what: 'the bundle has no signed head' }
}

async function checkEntries(zip: ZipFile, files: Map<string, ZipEntry>, meta: LedgerMeta) {
  const check = new RangeCheck(meta.station, 1)
  const leaves: Hash[] = []
  const contents = linesOf(zip, files, bundleNames.content)[Symbol.asyncIterator]()
  let next = await nextContent(contents)
  let seq = 0
  for await (const canonical of linesOf(zip, files, bundleNames.entries)) {
    seq += 1
    const own = next?.seq === seq ? next : null
    if (!check.take([seq, canonical, null, own?.salt ?? null, own?.body ?? null])) break
    leaves.push(check.report.lastLeaf)
    if (own) next = await nextContent(contents)
  }
  if (!check.report.firstBad && next !== null) {
    check.report.firstBad = { seq: next.seq, where: 'content', what: 'belongs to no entry, or stands twice' }
  }
  return { check, leaves }
}

async function nextContent(lines: AsyncIterator<string>): Promise<{ seq: number; salt: Buffer; body: string } | null> {
  const { value, done } = await lines.next()
  if (done) return null
  try {
    const { seq, salt, body } = JSON.parse(value as string) as { seq: number; salt: string; body: string }
    if (Number.isSafeInteger(seq) && typeof salt === 'string' && typeof body === 'string') {
      return { seq, salt: Buffer.from(salt, 'base64'), body }
    }
  } catch {
    // Said below: a line that is not JSON is no better than one of another shape.
  }
  throw new BadBundle(`${bundleNames.content} has a line that is no content`)
}

/** The files of the bundle by name; refuses strange names, doubles and more bytes than a bundle can have. */
async function listed(zip: ZipFile): Promise<Map<string, ZipEntry>> {
  const files = new Map<string, ZipEntry>()
  let bytes = 0
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName
    if (!Object.values(bundleNames).includes(name) && !isCheckpointName(name)) {
      throw new BadBundle(`unexpected file ${JSON.stringify(name)}`)
    }
    if (files.has(name)) throw new BadBundle(`${name} stands twice`)
    bytes += entry.uncompressedSize
    if (bytes > bundleLimits.bytes || files.size >= bundleLimits.files) throw new BadBundle('larger than a bundle may be')
    if (entry.uncompressedSize > bundleLimits.leastRatioBytes && entry.uncompressedSize > entry.compressedSize * bundleLimits.ratio) {
      throw new BadBundle(`${name} unpacks to far more than text does`)
    }
    files.set(name, entry)
  }
  for (const name of [bundleNames.station, bundleNames.entries, bundleNames.content]) {
    if (!files.has(name)) throw new BadBundle(`${name} is missing`)
  }
  return files
}

async function* linesOf(zip: ZipFile, files: Map<string, ZipEntry>, name: string): AsyncGenerator<string> {
  const stream = await zip.openReadStreamPromise(files.get(name)!)
  let failure: Error | null = null
  stream.on('error', (error) => {
    failure = error
  })
  yield* createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })
  if (failure) throw failure
}

async function textOf(zip: ZipFile, files: Map<string, ZipEntry>, name: string): Promise<string> {
  const entry = files.get(name)!
  if (entry.uncompressedSize > bundleLimits.noteBytes) throw new BadBundle(`${name} is too large`)
  const stream = await zip.openReadStreamPromise(entry)
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function metaOf(text: string): LedgerMeta {
  const { station, origin, verifier } = JSON.parse(text) as Partial<LedgerMeta>
  if (typeof station !== 'string' || typeof origin !== 'string' || typeof verifier !== 'string') {
    throw new BadBundle(`${bundleNames.station} does not say whose ledger this is`)
  }
  return { station, origin, verifier }
}

function failed(firstBad: Finding, size = 0): Verdict {
  return {
    unaltered: { ok: false, firstBad },
    complete: 'unknown',
    completeWhy: 'an altered ledger cannot be compared',
    size,
    root: '',
    code: '',
    entriesPerSecond: 0,
  }
}
