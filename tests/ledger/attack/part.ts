// An export of some entries: a period (all from 20 to 35) or the entries of one thread, with the erasure that explains a
// text that is gone, and the entry of the export itself, the last.

import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeBundle } from '../../../src/ledger/export/export.ts'
import { type Run, runsOf } from '../../../src/ledger/export/lines.ts'
import { ChosenHash } from '../../../src/ledger/exported.ts'
import { AT, aLedger, claim, commit, erase, folder, mixed, signer } from '../a-ledger.ts'
import * as second from '../independent/index.ts'
import type { Content, Evidence } from './evidence.ts'
import { rawZip } from './raw-zip.ts'

export interface Proof {
  from: number
  to: number
  first: string[]
  last?: string[]
}

export interface Part {
  lines: string[]
  contents: Content[]
  withheld: number[]
  notes: string[]
  station: Evidence['station']
  scope: { scope: object; upto: number; entries: number; range: [number, number] | null }
  proofs: Proof[]
  consistency: { from: number; to: number; path: string[] }[]
  papers: Record<string, string>
  paperList: string
}

export interface Taken {
  part: Part
  /** What the attacker has besides: the whole ledger. */
  all: Pick<Evidence, 'lines' | 'station'>
}

/** The number of the entry of the export, the last. */
export const EXPORTED = 61
export const RANGE: [number, number] = [20, 35]
/** Entries of the thread; three of them in a row with the erasure at 31. */
export const THREAD = [3, 10, 17, 24, 30, 31, 32, 38, 45, 52]
export const PERIOD_TEXT = 21
const PAPER = 'records.csv'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

export async function takePart(kind: 'period' | 'thread'): Promise<Taken> {
  const station = aLedger()
  commit(station, ...mixed(1, 30))
  erase(station, [3, 24])
  commit(station, ...mixed(32, 9))
  station.ledger.checkpoint(signer, 'handoff', AT)
  commit(station, ...mixed(41, 20))
  const range = kind === 'period' ? RANGE : null
  const seqs = range ? Array.from({ length: 16 }, (_, i) => range[0] + i) : THREAD
  const chosen = new ChosenHash()
  chosen.add(seqs)
  const paper = 'seq,what\n20,claimed\n'
  const paperList = JSON.stringify({ [PAPER]: sha256(paper) })
  const scope = { scope: { kind }, upto: 60, entries: seqs.length, range }
  const data = { ...scope, withheld: 1, chosen: chosen.digest(), papers: sha256(paperList) }
  const { content: _, ...about } = claim(0)
  commit(station, { ...about, type: 'ledger.exported', subject: 'ledger', data })
  station.ledger.checkpoint(signer, 'export', AT)
  const paperFile = join(folder(), PAPER)
  writeFileSync(paperFile, paper)
  const file = join(folder(), 'part.zip')
  const runs: Run[] = runsOf([...seqs, EXPORTED])
  const exported = { seq: EXPORTED, data, runs, papers: new Map([[PAPER, paperFile]]), paperList }
  await writeBundle(station.file, file, exported, { at: AT, withheld: new Set([30]) })
  const lines = station.db.prepare('SELECT canonical FROM entry ORDER BY seq').pluck().all() as string[]
  const part = partOf(second.unpack(readFileSync(file)))
  return { part, all: { lines, station: part.station } }
}

function partOf(files: Map<string, Buffer>): Part {
  const text = (name: string) => files.get(name)!.toString()
  const lines = (name: string) => text(name).split('\n').slice(0, -1)
  const objects = (name: string) => lines(name).map((line) => JSON.parse(line))
  return {
    lines: lines('entries.jsonl'),
    contents: objects('content.jsonl'),
    withheld: objects('withheld.jsonl').map(({ seq }) => seq),
    notes: [...files.keys()].filter((name) => name.startsWith('checkpoints/')).map(text),
    station: JSON.parse(text('station.json')),
    scope: JSON.parse(text('scope.json')),
    proofs: objects('proofs.jsonl'),
    consistency: objects('consistency.jsonl'),
    papers: { [PAPER]: text(PAPER) },
    paperList: text('papers.json'),
  }
}

export function zipOfPart(part: Part): Buffer {
  const jsonl = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  const files = new Map([
    ['station.json', JSON.stringify(part.station)],
    ['scope.json', JSON.stringify(part.scope)],
    ['entries.jsonl', part.lines.map((line) => `${line}\n`).join('')],
    ['content.jsonl', jsonl(part.contents)],
    ['withheld.jsonl', jsonl(part.withheld.map((seq) => ({ seq })))],
    ['proofs.jsonl', jsonl(part.proofs)],
    ['consistency.jsonl', jsonl(part.consistency)],
    ['papers.json', part.paperList],
    ...Object.entries(part.papers),
    ...part.notes.map((note, i): [string, string] => [
      `checkpoints/${String(i + 1).padStart(3, '0')}.txt`,
      note,
    ]),
  ])
  return rawZip([...files].map(([name, body]) => ({ name, body })))
}
