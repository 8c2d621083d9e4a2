/** The whole ledger in one zip that can be checked anywhere, without the desk. */

import { createWriteStream, readFileSync, renameSync, rmSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import yazl from 'yazl'
import { parseCheckpoint } from '../checkpoint.ts'
import { shortCode } from '../short-code.ts'
import type { Signer } from '../signed-note.ts'
import { Ledger, type StoredCheckpoint } from '../sqlite/ledger.ts'
import { type Db, openDatabase } from '../sqlite/open.ts'
import { readme } from './readme.ts'

export interface ExportOptions {
  /** Signs a fresh checkpoint over what is exported. */
  sign: Signer
  /** UTC, ISO 8601 with milliseconds; time of the export. */
  at: string
  /** Called with the number of entries written so far, of how many. */
  onProgress?: (done: number, size: number) => void
  /** Text of the standalone verifier, where this code is bundled and the file is not beside it. */
  verifier?: string
  /** Entries whose text is left out: private threads. The entries themselves, with their commitments, stay. */
  withheld?: ReadonlySet<number>
  signal?: AbortSignal
}

/** Entries read at a time. */
const BATCH = 1000

/**
 * Writes the export of the ledger of a database. It appears under its name only when it is whole.
 * @returns the number of entries in it
 * @throws Error where the ledger contradicts its own checkpoints (nothing is signed then), or on a full disk
 */
export async function exportBundle(db: Db, outFile: string, options: ExportOptions): Promise<number> {
  const verifier = options.verifier ?? readFileSync(new URL('./verify.mjs', import.meta.url), 'utf8')
  Ledger.open(db).checkpoint(options.sign, 'export', options.at)
  // One read transaction on a connection of its own: the export is of one moment, and the desk goes on.
  const frozen = openDatabase(db.name, { readonly: true })
  const partial = `${outFile}.partial`
  try {
    frozen.exec('BEGIN')
    const size = await writeZip(Ledger.open(frozen), partial, verifier, options)
    renameSync(partial, outFile)
    return size
  } finally {
    frozen.close()
    rmSync(partial, { force: true })
  }
}

async function writeZip(
  ledger: Ledger,
  file: string,
  verifier: string,
  options: ExportOptions,
): Promise<number> {
  // The checkpoint just signed may have been followed by entries; they are left to the next export.
  const checkpoints = ledger.checkpoints()
  const newest = checkpoints.at(-1)!
  const head = parseCheckpoint(newest.note)
  const zip = new yazl.ZipFile()
  const written = pipeline(zip.outputStream, createWriteStream(file), { signal: options.signal })
  const mtime = new Date(options.at)
  const text = (name: string, body: string) => zip.addBuffer(Buffer.from(body), name, { mtime })
  text('README.txt', readme(ledger.meta, head, shortCode(head.root), options.at))
  text('station.json', `${JSON.stringify(ledger.meta, null, 2)}\n`)
  text('verify.mjs', verifier)
  addCheckpoints(checkpoints, text)
  zip.addReadStream(Readable.from(entryLines(ledger.db, head.size, options.onProgress)), 'entries.jsonl', {
    mtime,
  })
  const withheld = options.withheld ?? new Set<number>()
  zip.addReadStream(Readable.from(contentLines(ledger.db, head.size, withheld)), 'content.jsonl', { mtime })
  if (withheld.size > 0) text('withheld.jsonl', withheldLines(withheld, head.size))
  zip.end()
  await written
  return head.size
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

function* entryLines(db: Db, size: number, onProgress: ExportOptions['onProgress']): Generator<Buffer> {
  const select = db
    .prepare<[number, number], string>('SELECT canonical FROM entry WHERE seq BETWEEN ? AND ? ORDER BY seq')
    .pluck()
  for (let from = 1; from <= size; from += BATCH) {
    const to = Math.min(size, from + BATCH - 1)
    yield Buffer.from(`${select.all(from, to).join('\n')}\n`)
    onProgress?.(to, size)
  }
}

function withheldLines(withheld: ReadonlySet<number>, size: number): string {
  return [...withheld]
    .filter((seq) => seq <= size)
    .sort((a, b) => a - b)
    .map((seq) => `${JSON.stringify({ seq })}\n`)
    .join('')
}

function* contentLines(db: Db, size: number, withheld: ReadonlySet<number>): Generator<Buffer> {
  const select = db.prepare<[number, number], { seq: number; salt: Buffer; body: string }>(
    'SELECT seq, salt, body FROM content WHERE seq BETWEEN ? AND ? ORDER BY seq',
  )
  for (let from = 1; from <= size; from += BATCH) {
    const lines = select
      .all(from, Math.min(size, from + BATCH - 1))
      .filter(({ seq }) => !withheld.has(seq))
      .map(({ seq, salt, body }) => JSON.stringify({ seq, salt: salt.toString('base64'), body }))
    if (lines.length > 0) yield Buffer.from(`${lines.join('\n')}\n`)
  }
}
