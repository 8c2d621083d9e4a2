import { createWriteStream, readFileSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { ZipFile } from 'yazl'
import { parseCheckpoint } from '../checkpoint.ts'
import { shortCode } from '../short-code.ts'
import type { Signer } from '../signed-note.ts'
import { Ledger } from '../sqlite/ledger.ts'
import type { Db } from '../sqlite/open.ts'
import { bundleNames, checkpointName } from './bundle-format.ts'
import { summary } from './summary.ts'

export interface ExportOptions {
  sign: Signer
  /** UTC, ISO 8601. */
  at: string
  /** Entries written so far. */
  onProgress?: (done: number) => void
}

const batch = 2_000

/**
 * Writes the whole ledger as a zip that verifies by itself: canonical entries, content with salts, every signed
 * head with a fresh one, a summary in words and a verifier of one file. The file appears when it is whole.
 */
export async function exportBundle(db: Db, file: string, { sign, at, onProgress }: ExportOptions): Promise<void> {
  const ledger = Ledger.open(db)
  db.transaction(() => ledger.checkpoint(sign, 'export', at)).immediate()
  const { size } = ledger.head()
  const notes = ledger.checkpoints().map(({ note }) => note)
  const zip = new ZipFile()
  const text = (name: string, body: string) => zip.addBuffer(Buffer.from(body), name)
  text(bundleNames.station, `${JSON.stringify(ledger.meta, null, 2)}\n`)
  text(bundleNames.readme, summary({ ...ledger.meta, size, at, code: shortCode(parseCheckpoint(notes.at(-1)!).root) }))
  text(bundleNames.verifier, readFileSync(join(dirname(fileURLToPath(import.meta.url)), 'verify.mjs'), 'utf8'))
  for (const [index, note] of notes.entries()) text(checkpointName(index + 1), note)
  zip.addReadStream(Readable.from(entryLines(db, size, onProgress)), bundleNames.entries)
  zip.addReadStream(Readable.from(contentLines(db, size)), bundleNames.content)
  zip.end()
  await pipeline(zip.outputStream as Readable, createWriteStream(`${file}.partial`, { mode: 0o600 }))
  renameSync(`${file}.partial`, file)
}

function* entryLines(db: Db, size: number, onProgress?: (done: number) => void): Generator<string> {
  const select = db
    .prepare<[number, number], string>('SELECT canonical FROM entry WHERE seq BETWEEN ? AND ? ORDER BY seq')
    .pluck()
  for (let from = 1; from <= size; from += batch) {
    const to = Math.min(size, from + batch - 1)
    yield select.all(from, to).map((line) => `${line}\n`).join('')
    onProgress?.(to)
  }
}

function* contentLines(db: Db, size: number): Generator<string> {
  const select = db.prepare<[number, number], { seq: number; salt: Buffer; body: string }>(
    'SELECT seq, salt, body FROM content WHERE seq BETWEEN ? AND ? ORDER BY seq',
  )
  for (let from = 1; from <= size; from += batch) {
    yield select
      .all(from, Math.min(size, from + batch - 1))
      .map(({ seq, salt, body }) => `${JSON.stringify({ seq, salt: salt.toString('base64'), body })}\n`)
      .join('')
  }
}
