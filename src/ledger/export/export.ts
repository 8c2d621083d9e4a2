/** A ledger, or some of its entries, in one zip that can be checked anywhere, without the desk. */

import { createWriteStream, renameSync, rmSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import yazl from 'yazl'
import { parseCheckpoint } from '../checkpoint.ts'
import type { JsonObject } from '../entry.ts'
import { CONTENT_ERASED } from '../erasure.ts'
import { shortCode } from '../short-code.ts'
import type { Signer } from '../signed-note.ts'
import { Ledger, type StoredCheckpoint } from '../sqlite/ledger.ts'
import { type Db, openDatabase } from '../sqlite/open.ts'
import { contentLines, countOf, entryLines, type Run, withheldLines } from './lines.ts'
import { checkpointsFor, consistencyLines, proofLines, scopeText } from './part.ts'
import { readme } from './readme.ts'
import { verifierText } from './verifier-text.ts'

export interface WriteOptions {
  /** UTC, ISO 8601 with milliseconds; time of the export. */
  at: string
  /** Called with the number of entries written so far, of how many. */
  onProgress?: (done: number, size: number) => void
  /** Text of the standalone verifier, where another is wanted than the one of this version. */
  verifier?: string
  /** Entries whose text is left out: private threads. The entries themselves, with their commitments, stay. */
  withheld?: ReadonlySet<number>
  signal?: AbortSignal
}

export interface ExportOptions extends WriteOptions {
  /** Signs a fresh checkpoint over what is exported. */
  sign: Signer
}

/** What an export that has an entry of its own holds. */
export interface Exported {
  /** The number of that entry, which is the last one exported and the size of the checkpoint made with it. */
  seq: number
  data: JsonObject
  /** The entries to export, in order, that one among them; null for all. */
  runs: readonly Run[] | null
  /** Files for people and other tools, by their names in the zip. */
  papers: ReadonlyMap<string, string>
  /** The list of their hashes that the entry has the hash of. */
  paperList: string
}

/**
 * Writes the export of the whole ledger of a database. It appears under its name only when it is whole.
 * @returns the number of entries in it
 * @throws Error where the ledger contradicts its own checkpoints (nothing is signed then), or on a full disk
 */
export async function exportBundle(db: Db, outFile: string, options: ExportOptions): Promise<number> {
  Ledger.open(db).checkpoint(options.sign, 'export', options.at)
  return writeBundle(db.name, outFile, null, options)
}

/**
 * Writes an export of what is in the database up to its newest checkpoint, or up to that of the export's own entry.
 * @returns the number of entries in it
 */
export async function writeBundle(
  file: string,
  outFile: string,
  exported: Exported | null,
  options: WriteOptions,
): Promise<number> {
  // One read transaction on a connection of its own: the export is of one moment, and the desk goes on.
  const frozen = openDatabase(file, { readonly: true })
  const partial = `${outFile}.partial`
  try {
    frozen.exec('BEGIN')
    const count = await writeZip(Ledger.open(frozen), partial, exported, options)
    renameSync(partial, outFile)
    return count
  } finally {
    frozen.close()
    rmSync(partial, { force: true })
  }
}

type Add = (name: string, lines: Iterable<Buffer>) => void

async function writeZip(
  ledger: Ledger,
  file: string,
  exported: Exported | null,
  options: WriteOptions,
): Promise<number> {
  // The checkpoint just signed may have been followed by entries; they are left to the next export.
  const all = ledger.checkpoints().filter(({ size }) => exported === null || size <= exported.seq)
  const head = parseCheckpoint(all.at(-1)!.note)
  if (exported && head.size !== exported.seq) throw new Error('the entry of the export has no checkpoint')
  if (exported && erasedSince(ledger.db, exported.seq))
    throw new Error('texts were erased while the export was written; it has to be made again')
  const runs = exported?.runs ?? (head.size === 0 ? [] : [{ from: 1, to: head.size }])
  const withheld = options.withheld ?? new Set<number>()
  const zip = new yazl.ZipFile()
  zip.on('error', (error) => (zip.outputStream as Readable).destroy(error as Error))
  const written = pipeline(zip.outputStream, createWriteStream(file, { mode: 0o600 }), {
    signal: options.signal,
  })
  const mtime = new Date(options.at)
  const text = (name: string, body: string) => zip.addBuffer(Buffer.from(body), name, { mtime })
  const lines: Add = (name, from) => zip.addReadStream(Readable.from(from), name, { mtime })
  const part = exported?.runs ? exported.data : null
  const { root, size } = head
  text(
    'README.txt',
    readme({
      meta: ledger.meta,
      at: options.at,
      size,
      code: shortCode(root),
      part,
      glass: glassIn(exported),
    }),
  )
  text('station.json', `${JSON.stringify(ledger.meta, null, 2)}\n`)
  text('verify.mjs', options.verifier ?? verifierText())
  if (exported?.runs) {
    const checkpoints = checkpointsFor(all, runs, head.size)
    text('scope.json', scopeText(exported.data))
    addCheckpoints(checkpoints, text)
    lines('consistency.jsonl', consistencyLines(ledger, checkpoints))
    lines('proofs.jsonl', proofLines(ledger, runs, head.size))
  } else {
    addCheckpoints(all, text)
  }
  let done = 0
  const count = countOf(runs)
  const onEntries = (more: number) => {
    done += more
    options.onProgress?.(done, count)
  }
  lines('entries.jsonl', entryLines(ledger.db, runs, onEntries))
  lines('content.jsonl', contentLines(ledger.db, runs, withheld))
  if (withheld.size > 0) text('withheld.jsonl', withheldLines(withheld, head.size))
  if (exported) text('papers.json', exported.paperList)
  for (const [name, path] of exported?.papers ?? []) zip.addFile(path, name, { mtime, mode: 0o100600 })
  zip.end()
  await written
  return count
}

/** What explains that a text is gone would not be in the export. */
function erasedSince(db: Db, seq: number): boolean {
  const later = db.prepare(`SELECT 1 FROM entry WHERE seq > ? AND canonical ->> '$.type' = ? LIMIT 1`)
  return later.get(seq, CONTENT_ERASED) !== undefined
}

/** Private threads whose texts are in it. */
function glassIn(exported: Exported | null): number {
  const glass = exported?.data.glass
  return Array.isArray(glass) ? glass.length : 0
}

function addCheckpoints(
  checkpoints: readonly StoredCheckpoint[],
  text: (name: string, body: string) => void,
): void {
  const digits = Math.max(3, String(checkpoints.length).length)
  checkpoints.forEach(({ note }, i) => {
    text(`checkpoints/${String(i + 1).padStart(digits, '0')}.txt`, note)
  })
}
