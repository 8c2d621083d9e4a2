// What an attacker has in hand, and what a strong one can do with it: change rows, hash and link them anew, build the
// tree anew, and, where the key is stolen, sign anew. Made with the second verifier's tools, not with the desk's.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type Database from 'better-sqlite3'
import { exportBundle } from '../../../src/ledger/export/export.ts'
import { AT, aLedger, commit, erase, folder, mixed, signer, tamper } from '../a-ledger.ts'
import * as second from '../independent/index.ts'
import { rawZip } from './raw-zip.ts'

/** The key of the station under attack; `a-ledger.ts` signs with the same. */
export const STOLEN = Buffer.alloc(32, 9)
/** Entries of the ledger under attack, and what it had when a handoff was signed and its code printed. */
export const SIZE = 60
export const HANDOFF = 40
/** A text, its entry; a text withheld; a text erased by an entry before the handoff. */
export const TEXT = 21
export const WITHHELD = 6
export const ERASED = 3

export interface Content {
  seq: number
  salt: string
  body: string
}

export interface Evidence {
  lines: string[]
  contents: Content[]
  withheld: number[]
  /** The texts withheld: not in the export, but in the database. */
  hidden: Content[]
  notes: string[]
  station: { station: string; origin: string; verifier: string }
}

type Stored = Omit<Content, 'salt'> & { salt: Buffer }

const jsonl = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')

/** A sound export of 60 entries, taken apart. */
export async function takeExport(): Promise<Evidence> {
  const station = aLedger()
  commit(station, ...mixed(1, 30))
  erase(station, [ERASED])
  commit(station, ...mixed(32, HANDOFF - 31))
  station.ledger.checkpoint(signer, 'handoff', AT)
  commit(station, ...mixed(HANDOFF + 1, 10))
  station.ledger.checkpoint(signer, 'hour', AT)
  commit(station, ...mixed(HANDOFF + 11, SIZE - HANDOFF - 10))
  const file = join(folder(), 'export.zip')
  await exportBundle(station.db, file, { sign: signer, at: AT, withheld: new Set([WITHHELD]) })
  const files = second.unpack(readFileSync(file))
  const lines = (name: string) => files.get(name)!.toString().split('\n').slice(0, -1)
  const hidden = station.db
    .prepare('SELECT seq, salt, body FROM content WHERE seq = ?')
    .all(WITHHELD) as Stored[]
  return {
    hidden: hidden.map((content) => ({ ...content, salt: content.salt.toString('base64') })),
    lines: lines('entries.jsonl'),
    contents: lines('content.jsonl').map((line) => JSON.parse(line)),
    withheld: lines('withheld.jsonl').map((line) => JSON.parse(line).seq),
    notes: [...files.keys()]
      .filter((name) => name.startsWith('checkpoints/'))
      .map((name) => files.get(name)!.toString()),
    station: JSON.parse(files.get('station.json')!.toString()),
  }
}

/** The files of an export with this evidence in it. */
export function filesOf(evidence: Evidence): Map<string, string> {
  const { lines, contents, withheld, notes, station } = evidence
  const files = new Map([
    ['station.json', JSON.stringify(station)],
    ['entries.jsonl', lines.map((line) => `${line}\n`).join('')],
    ['content.jsonl', jsonl(contents)],
    ['withheld.jsonl', jsonl(withheld.map((seq) => ({ seq })))],
  ])
  notes.forEach((note, i) => void files.set(`checkpoints/${String(i + 1).padStart(3, '0')}.txt`, note))
  return files
}

export const zipOf = (evidence: Evidence): Buffer =>
  // Stored where it is large: a file that shrinks too well is refused before anything in it is read.
  rawZip([...filesOf(evidence)].map(([name, body]) => ({ name, body, stored: body.length > 2 ** 20 })))

/** The same evidence as rows of a station's database, with every leaf hash recomputed and no stored tree in the way. */
export function databaseOf({ lines, contents, hidden, notes, station }: Evidence): string {
  const { file } = aLedger()
  tamper(file, (db) => fill(db, lines, [...contents, ...hidden], notes, station))
  return file
}

function fill(
  db: Database.Database,
  lines: readonly string[],
  contents: readonly Content[],
  notes: readonly string[],
  { station, origin, verifier }: Evidence['station'],
): void {
  db.prepare('UPDATE ledger_meta SET station = ?, origin = ?, verifier = ?').run(station, origin, verifier)
  const entry = db.prepare('INSERT INTO entry VALUES (?, ?, ?)')
  lines.forEach((line, i) => void entry.run(i + 1, line, second.leafOf(line)))
  const content = db.prepare('INSERT INTO content VALUES (?, ?, ?)')
  for (const { seq, salt, body } of contents) content.run(seq, Buffer.from(salt, 'base64'), body)
  const checkpoint = db.prepare("INSERT INTO checkpoint (size, at, reason, note) VALUES (?, ?, 'hour', ?)")
  for (const note of notes) checkpoint.run(Number(note.split('\n')[1]), AT, note)
}

export const leavesOf = (evidence: Evidence) => evidence.lines.map(second.leafOf)
export const rootOf = (evidence: Evidence, size = evidence.lines.length) =>
  second.treeHash(leavesOf(evidence).slice(0, size))
export const codeOf = (evidence: Evidence, size: number) => ({
  size,
  code: second.shortCode(rootOf(evidence, size)),
})

export function checkpointNote(evidence: Evidence, size: number, key = STOLEN, name = signer.name): string {
  const head = { origin: evidence.station.origin, size, root: rootOf(evidence, size) }
  return second.signNote(second.headText(head), name, key)
}
