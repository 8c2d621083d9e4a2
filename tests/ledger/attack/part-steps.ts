// One thing done to an export of some entries. The attacker has the whole ledger at hand, so every proof of what is really
// in it can be made anew; what cannot be made is the signature of another checkpoint.

import * as second from '../independent/index.ts'
import { checkpointNote, type Evidence } from './evidence.ts'
import { EXPORTED, type Part, type Taken } from './part.ts'

export type PartStep = (part: Part, all: Taken['all']) => void

export const seqOf = (line: string): number => JSON.parse(line).seq
export const at = (part: Part, seq: number) => part.lines.findIndex((line) => seqOf(line) === seq)

export const edit =
  (seq: number, change: (line: string) => string): PartStep =>
  (part) => {
    const i = at(part, seq)
    const before = part.lines[i]!
    part.lines[i] = change(before)
    if (part.lines[i] === before) throw new Error(`nothing was changed in ${before}`)
  }
export const word = (line: string) => line.replace('"pc-1"', '"pc-2"')

/** Links the entries from one to another anew. */
export const relink =
  (from: number, to: number): PartStep =>
  (part) => {
    for (let seq = from; seq <= to; seq++) {
      const prev = second.leafOf(part.lines[at(part, seq - 1)]!).toString('hex')
      const i = at(part, seq)
      part.lines[i] = second.jcs({ ...JSON.parse(part.lines[i]!), prev })
    }
  }

export const remove =
  (...seqs: number[]): PartStep =>
  (part) => {
    part.lines = part.lines.filter((line) => !seqs.includes(seqOf(line)))
  }

export const withoutText =
  (...seqs: number[]): PartStep =>
  (part) => {
    part.contents = part.contents.filter(({ seq }) => !seqs.includes(seq))
    part.withheld = part.withheld.filter((seq) => !seqs.includes(seq))
  }

/** True proofs for just the entries that are there now. */
export const proveAnew: PartStep = (part, all) => {
  const leaves = all.lines.map(second.leafOf)
  const path = (seq: number) => second.inclusionPath(seq - 1, leaves).map((hash) => hash.toString('hex'))
  part.proofs = []
  for (const seq of part.lines.map(seqOf)) {
    const run = part.proofs.at(-1)
    if (run?.to === seq - 1) Object.assign(run, { to: seq, last: path(seq) })
    else part.proofs.push({ from: seq, to: seq, first: path(seq) })
  }
}

export const add =
  (seq: number): PartStep =>
  (part, all) => {
    part.lines.push(all.lines[seq - 1]!)
    part.lines.sort((a, b) => seqOf(a) - seqOf(b))
  }

export const say =
  (scope: Partial<Part['scope']>): PartStep =>
  (part) =>
    void Object.assign(part.scope, scope)

export const proof =
  (from: number, change: (proof: Part['proofs'][number], part: Part, all: Taken['all']) => void): PartStep =>
  (part, all) => {
    const run = part.proofs.find((one) => one.from === from)!
    change(run, part, all)
  }

/** A path of the tree as it was at another size. */
export const pathAt = (all: Taken['all'], seq: number, size: number) =>
  second
    .inclusionPath(seq - 1, all.lines.slice(0, size).map(second.leafOf))
    .map((hash) => hash.toString('hex'))

export const evidence = (all: Taken['all']): Evidence => ({
  ...all,
  contents: [],
  withheld: [],
  hidden: [],
  notes: [],
})

/** The last checkpoint, by this key, over a ledger with another entry in it. */
export const otherTree: PartStep = (part, all) => {
  const lines = all.lines.with(9, word(all.lines[9]!))
  part.notes[part.notes.length - 1] = checkpointNote(evidence({ ...all, lines }), EXPORTED)
}

export const dropNote =
  (i: number): PartStep =>
  (part) =>
    void part.notes.splice(i, 1)

export const paper =
  (change: (part: Part) => void): PartStep =>
  (part) =>
    change(part)
