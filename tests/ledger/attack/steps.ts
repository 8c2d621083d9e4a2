// One thing done to the evidence; an attack is a few of them, one after another.

import type { Stamped } from '../../../src/ledger/entry.ts'
import { mixed } from '../a-ledger.ts'
import * as second from '../independent/index.ts'
import { type Content, checkpointNote, type Evidence, SIZE, STOLEN } from './evidence.ts'

export type Step = (evidence: Evidence) => void

export const edit =
  (seq: number, change: (line: string) => string): Step =>
  ({ lines }) => {
    const before = lines[seq - 1]!
    lines[seq - 1] = change(before)
    if (lines[seq - 1] === before) throw new Error(`nothing was changed in ${before}`)
  }

/** Another device did it. */
export const word = (line: string) => line.replace('"pc-1"', '"pc-2"')

export const removeEntry =
  (seq: number): Step =>
  ({ lines }) =>
    void lines.splice(seq - 1, 1)

/** An entry once more, as the one after another. */
export const repeat =
  (seq: number, after = seq): Step =>
  ({ lines }) =>
    void lines.splice(after, 0, lines[seq - 1]!)

export const exchange =
  (a: number, b: number): Step =>
  ({ lines }) => {
    const first = lines[a - 1]!
    lines[a - 1] = lines[b - 1]!
    lines[b - 1] = first
  }

/** Numbers and links every entry anew, so that the chain is whole again. */
export const relink: Step = ({ lines }) => {
  let prev = '0'.repeat(64)
  lines.forEach((line, i) => {
    lines[i] = second.jcs({ ...JSON.parse(line), seq: i + 1, prev })
    prev = second.leafOf(lines[i]).toString('hex')
  })
}

/** Other fields in an entry, in canonical form or nearly; what follows is linked to it. */
export const rewrite =
  (seq: number, change: object): Step =>
  (evidence) => {
    edit(seq, (line) => JSON.stringify({ ...JSON.parse(line), ...change }))(evidence)
    relink(evidence)
  }

export const cutEntries =
  (size: number): Step =>
  (evidence) => {
    evidence.lines.length = size
    evidence.contents = evidence.contents.filter(({ seq }) => seq <= size)
    evidence.withheld = evidence.withheld.filter((seq) => seq <= size)
    evidence.hidden = evidence.hidden.filter(({ seq }) => seq <= size)
  }

/** Everything after an entry, checkpoints too. */
export const cut =
  (size: number): Step =>
  (evidence) => {
    cutEntries(size)(evidence)
    evidence.notes = evidence.notes.filter((note) => sizeOf(note) <= size)
  }

/** Another history from an entry on, as long as the right one; nothing in it has a text. */
export const invent =
  (from: number): Step =>
  (evidence) => {
    const { station } = evidence.station
    cut(from - 1)(evidence)
    for (const { content: _, ...draft } of mixed(from + 100, SIZE - from + 1) as Stamped[])
      evidence.lines.push(JSON.stringify({ ...draft, station }))
    relink(evidence)
  }

/** New checkpoints by the stolen key, where there were some and at the end. */
export const signAnew: Step = (evidence) => {
  const end = evidence.lines.length
  const sizes = evidence.notes.map(sizeOf).filter((size) => size < end)
  evidence.notes = [...sizes, end].map((size) => checkpointNote(evidence, size))
}

/** A checkpoint in the place of the one at `at`. */
export const putNote =
  (at: number, make: (evidence: Evidence) => string): Step =>
  (evidence) => {
    evidence.notes[at] = make(evidence)
  }

export const dropNotes =
  (from: number): Step =>
  ({ notes }) =>
    void notes.splice(from)

/** The checkpoint of a ledger that went another way. */
export const noteOf =
  (size: number, ...steps: Step[]) =>
  (evidence: Evidence): string => {
    const other = structuredClone(evidence)
    for (const step of steps) step(other)
    return checkpointNote(other, size)
  }

/** The checkpoint of another ledger over the same entries. */
export const noteOfStation =
  (origin: string, size: number, key = STOLEN, name?: string) =>
  (evidence: Evidence): string =>
    checkpointNote({ ...evidence, station: { ...evidence.station, origin } }, size, key, name)

export const change =
  (station: Partial<Evidence['station']>): Step =>
  (evidence) =>
    void Object.assign(evidence.station, station)

/** Another text under an entry, its entry left as it was. */
export const rewriteText =
  (seq: number, text: string): Step =>
  (evidence) => {
    contentOf(evidence, seq).body = second.jcs({ text })
  }

/** The fingerprint in an entry made that of the text as it is now. */
export const commitAnew =
  (seq: number): Step =>
  (evidence) => {
    const { salt, body } = contentOf(evidence, seq)
    const content = second.commitment(Buffer.from(salt, 'base64'), JSON.parse(body))
    edit(seq, (line) => {
      const entry = JSON.parse(line)
      return second.jcs({ ...entry, data: { ...entry.data, content } })
    })(evidence)
  }

export const exchangeTexts =
  (a: number, b: number): Step =>
  (evidence) => {
    const [first, other] = [contentOf(evidence, a), contentOf(evidence, b)]
    const { salt, body } = first
    Object.assign(first, { salt: other.salt, body: other.body })
    Object.assign(other, { salt, body })
  }

export const removeText =
  (seq: number): Step =>
  (evidence) =>
    void evidence.contents.splice(evidence.contents.indexOf(contentOf(evidence, seq)), 1)

/** The text of one entry under another as well. */
export const copyText =
  (from: number, to: number): Step =>
  (evidence) => {
    evidence.contents.push({ ...contentOf(evidence, from), seq: to })
    evidence.contents.sort((a, b) => a.seq - b.seq)
  }

/** Moves the first bytes of a text into its salt: salt and text together are hashed as before. */
export const moveIntoSalt =
  (seq: number, bytes: number): Step =>
  (evidence) => {
    const content = contentOf(evidence, seq)
    const body = Buffer.from(content.body)
    const salt = Buffer.concat([Buffer.from(content.salt, 'base64'), body.subarray(0, bytes)])
    Object.assign(content, { salt: salt.toString('base64'), body: body.subarray(bytes).toString() })
  }

export const withhold =
  (seq: number): Step =>
  (evidence) =>
    void evidence.withheld.push(seq)

export const sizeOf = (note: string) => Number(note.split('\n')[1])

function contentOf({ contents }: Evidence, seq: number): Content {
  const content = contents.find((one) => one.seq === seq)
  if (!content) throw new Error(`entry ${seq} has no text here`)
  return content
}
