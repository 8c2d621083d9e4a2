// An export, judged by DESIGN §5 and by the page for people inside it (README.txt). Whole exports only.
import { isUtf8 } from 'node:buffer'
import { unpack } from './archive.ts'
import { type Json, readCanonical } from './canonical.ts'
import { commitment, type Entry, walk } from './entries.ts'
import { fromBase64, type Head, type Known, openCheckpoint, readVerifier, shortCode } from './notes.ts'
import { type Hash, treeHash } from './tree.ts'

/** A head kept elsewhere: a note, or size and code as printed. */
export type Kept = string | { size: number; code: string }

export interface Judgement {
  unaltered: boolean
  /** The first bad row; of a checkpoint, the number of entries it covers; null where there is no row to name. */
  row: number | null
  complete: 'yes' | 'no' | 'unknown'
  size: number
  root: string
}

const UNREADABLE: Judgement = { unaltered: false, row: null, complete: 'unknown', size: 0, root: '' }

export function judgeBundle(zip: Buffer, kept: readonly Kept[] = [], trusted?: string): Judgement {
  try {
    return judge(unpack(zip), kept, trusted)
  } catch {
    return UNREADABLE
  }
}

function judge(files: Map<string, Buffer>, kept: readonly Kept[], trusted: string | undefined): Judgement {
  const { station, origin, verifier } = JSON.parse(textOf(files, 'station.json'))
  if (![station, origin, verifier].every((word) => typeof word === 'string')) throw new Error('no station')
  const key = readVerifier(trusted ?? verifier)
  if (key === undefined) throw new Error('no key')
  const { leaves, entries, badRow } = walk(linesOf(files, 'entries.jsonl'), station)
  const rows = [badRow, ...badContents(files, entries)].filter((row) => row !== undefined)
  const notes = [...files.keys()]
    .filter((name) => name.startsWith('checkpoints/'))
    .map((name) => textOf(files, name))
  const said = notes.map((note) => Number(/^.*\n(0|[1-9]\d{0,14})(\n|$)/.exec(note)?.[1] ?? Number.NaN))
  const bad = said.filter((_, i) => !stands(openHead(notes[i]!, key, origin), leaves))
  const covered = Math.max(0, ...said.filter(Number.isSafeInteger))
  if (covered < leaves.length) bad.push(covered + 1)
  const keyIsRight = trusted === undefined || trusted === verifier
  return {
    unaltered: rows.length === 0 && bad.length === 0 && keyIsRight,
    row: lowest(rows) ?? (keyIsRight ? lowest(bad) : null),
    complete: isComplete(kept, leaves, key, origin),
    size: leaves.length,
    root: treeHash(leaves).toString('hex'),
  }
}

/** Contents that are not what their entry commits to, are of no entry, are missing, or should be gone. */
function badContents(files: Map<string, Buffer>, entries: readonly (Entry | undefined)[]): number[] {
  const withheld = new Set(files.has('withheld.jsonl') ? linesOf(files, 'withheld.jsonl').map(seqIn) : [])
  const erased = new Set(linesOf(files, 'entries.jsonl').flatMap(erasedBy))
  const contents = new Map<number, { salt: Buffer; body: Json | undefined }>()
  const bad: number[] = []
  for (const line of linesOf(files, 'content.jsonl')) {
    const { seq, salt, body } = JSON.parse(line)
    if (!Number.isSafeInteger(seq) || typeof salt !== 'string' || typeof body !== 'string')
      throw new Error('not a content')
    if (contents.has(seq)) bad.push(seq)
    contents.set(seq, { salt: fromBase64(salt) ?? Buffer.alloc(0), body: readCanonical(body) })
  }
  for (const [seq, { salt, body }] of contents) {
    const said = entries[seq - 1]?.data.content
    const right = salt.length === 32 && body !== undefined && said === commitment(salt, body)
    if (!right || erased.has(seq) || withheld.has(seq)) bad.push(seq)
  }
  for (const entry of entries) {
    if (entry?.data.content === undefined || contents.has(entry.seq)) continue
    if (!erased.has(entry.seq) && !withheld.has(entry.seq)) bad.push(entry.seq)
  }
  return bad
}

function seqIn(line: string): number {
  const { seq } = JSON.parse(line)
  if (!Number.isSafeInteger(seq)) throw new Error('a line names no entry')
  return seq
}

/** What an entry erased, also where the entry itself is not as it should be. */
function erasedBy(line: string): number[] {
  try {
    const { type, data } = JSON.parse(line)
    return type === 'content.erased' && Array.isArray(data.seqs) ? data.seqs : []
  } catch {
    return []
  }
}

function openHead(note: string, key: Known, origin: string): Head | undefined {
  const head = openCheckpoint(note, key)
  return head?.origin === origin ? head : undefined
}

const stands = (head: Head | undefined, leaves: readonly Hash[]) =>
  head !== undefined && head.size <= leaves.length && treeHash(leaves.slice(0, head.size)).equals(head.root)

/** Of the rows that can be named. */
function lowest(rows: readonly number[]): number | null {
  const named = rows.filter(Number.isSafeInteger)
  return named.length > 0 ? Math.min(...named) : null
}

function isComplete(kept: readonly Kept[], leaves: readonly Hash[], key: Known, origin: string) {
  if (kept.length === 0) return 'unknown'
  const all = kept.every((head) => {
    if (typeof head === 'string') {
      const opened = openHead(head, key, origin)
      return opened !== undefined && stands(opened, leaves)
    }
    return head.size <= leaves.length && shortCode(treeHash(leaves.slice(0, head.size))) === head.code
  })
  return all ? 'yes' : 'no'
}

function textOf(files: Map<string, Buffer>, name: string): string {
  const bytes = files.get(name)
  if (bytes === undefined) throw new Error(`no ${name}`)
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
}

function linesOf(files: Map<string, Buffer>, name: string): string[] {
  const bytes = files.get(name)
  if (bytes === undefined) throw new Error(`no ${name}`)
  if (bytes.length === 0) return []
  if (bytes.at(-1) !== 0x0a) throw new Error(`${name} has no last newline`)
  const lines = bytes.subarray(0, -1).toString('latin1').split('\n')
  // What is not UTF-8 is no line of anything.
  return lines.map((line) => Buffer.from(line, 'latin1')).map((line) => (isUtf8(line) ? line.toString() : ''))
}
