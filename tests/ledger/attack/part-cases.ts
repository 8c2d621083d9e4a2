// Attacks on an export of some entries: of a period, and of a thread.

import * as second from '../independent/index.ts'
import { checkpointNote } from './evidence.ts'
import { EXPORTED } from './part.ts'
import {
  add,
  at,
  dropNote,
  edit,
  evidence,
  otherTree,
  type PartStep,
  paper,
  pathAt,
  proof,
  proveAnew,
  relink,
  remove,
  say,
  withoutText,
  word,
} from './part-steps.ts'

export interface PartCase {
  name: string
  of: 'period' | 'thread'
  steps: readonly PartStep[]
  /** Null where no row can be named; `sound` where nothing shows. */
  row: number | null | 'sound'
  /** Against the code of the handoff, where that is worth telling. */
  handoff?: 'yes' | 'no' | 'unknown'
}

const bothKinds = (one: Omit<PartCase, 'of'>): PartCase[] => [
  { ...one, of: 'period' },
  { ...one, of: 'thread' },
]

export const PART_CASES: readonly PartCase[] = [
  { name: 'an entry within a run edited', of: 'period', steps: [edit(25, word)], row: 25 },
  { name: 'the first entry of a run edited', of: 'period', steps: [edit(20, word)], row: 20 },
  // Nothing behind it in the run, so that it is the audit path that tells.
  { name: 'the last entry of a run edited', of: 'period', steps: [edit(35, word)], row: 35 },
  {
    name: 'an entry edited and the rest of its run linked anew',
    of: 'period',
    steps: [edit(25, word), relink(26, 35)],
    row: 35,
  },
  { name: 'an entry by itself edited', of: 'thread', steps: [edit(38, word)], row: 38 },
  { name: 'the middle of three edited', of: 'thread', steps: [edit(31, word)], row: 31 },
  { name: 'an entry taken out of a run', of: 'period', steps: [remove(25)], row: 25 },
  { name: 'the last entry taken out of a run', of: 'period', steps: [remove(35)], row: 35 },
  {
    name: 'an entry taken out of the period, true proofs for the others',
    of: 'period',
    steps: [remove(25), proveAnew],
    row: 25,
  },
  {
    name: 'the first entry of the period taken out, true proofs for the others',
    of: 'period',
    steps: [remove(20), proveAnew],
    row: 20,
  },
  {
    name: 'the last entry of the period taken out, true proofs for the others',
    of: 'period',
    steps: [remove(35), proveAnew],
    row: 35,
  },
  {
    name: 'the period made shorter, and said to be so',
    of: 'period',
    steps: [remove(34, 35), proveAnew, say({ range: [20, 33], entries: 14 })],
    row: null,
  },
  {
    name: 'an entry taken out of the thread, true proofs for the others',
    of: 'thread',
    steps: [remove(38), proveAnew],
    row: null,
  },
  {
    name: 'an entry taken out of the thread, another put in, true proofs for all',
    of: 'thread',
    steps: [remove(38), add(40), proveAnew],
    row: null,
  },
  {
    name: 'an entry taken out of the thread, and said to be one less',
    of: 'thread',
    steps: [remove(38), proveAnew, say({ entries: 9 })],
    row: null,
  },
  {
    name: 'an entry more than was chosen, with its proof',
    of: 'thread',
    steps: [add(40), proveAnew],
    row: null,
  },
  {
    name: 'the erasure that explains a text taken out',
    of: 'thread',
    steps: [remove(31), proveAnew],
    row: 3,
  },
  ...bothKinds({
    name: 'the entry of the export taken out',
    steps: [remove(EXPORTED), proveAnew],
    row: EXPORTED,
  }),
  {
    name: 'the entry of the export edited, so that fewer were chosen',
    of: 'thread',
    steps: [
      remove(38),
      edit(EXPORTED, (line) => line.replace('"entries":10', '"entries":9')),
      say({ entries: 9 }),
    ],
    row: 38,
  },
  {
    name: 'the entry of the export edited and proved as before',
    of: 'period',
    steps: [edit(EXPORTED, (line) => line.replace('"withheld":1', '"withheld":2'))],
    row: EXPORTED,
  },
  ...bothKinds({ name: 'another scope said', steps: [say({ scope: { kind: 'whole' } })], row: null }),
  { name: 'an entry repeated', of: 'period', steps: [add(25)], row: 26 },
  {
    name: 'two entries of a run exchanged',
    of: 'period',
    steps: [
      (part) => {
        const [a, b] = [at(part, 25), at(part, 26)]
        ;[part.lines[a], part.lines[b]] = [part.lines[b]!, part.lines[a]!]
      },
    ],
    row: 25,
  },
  {
    name: 'a proof for another size of the tree',
    of: 'thread',
    steps: [proof(17, (one, _, all) => Object.assign(one, { first: pathAt(all, 17, 40) }))],
    row: 17,
  },
  {
    name: 'both proofs of a run for another size of the tree',
    of: 'period',
    steps: [
      proof(20, (one, _, all) =>
        Object.assign(one, { first: pathAt(all, 20, 40), last: pathAt(all, 35, 40) }),
      ),
    ],
    row: 20,
  },
  {
    name: 'the last proof of a run for another size of the tree',
    of: 'period',
    steps: [proof(20, (one, _, all) => Object.assign(one, { last: pathAt(all, 35, 40) }))],
    row: 35,
  },
  {
    name: 'the proof of another entry',
    of: 'thread',
    steps: [proof(17, (one, _, all) => Object.assign(one, { first: pathAt(all, 10, EXPORTED) }))],
    row: 17,
  },
  {
    name: 'another entry, with its own number and proof, in the place of one',
    of: 'thread',
    steps: [
      (part, all) => {
        part.lines[at(part, 17)] = all.lines[15]!
        Object.assign(part.proofs[2]!, { from: 16, to: 16, first: pathAt(all, 16, EXPORTED) })
      },
    ],
    row: null,
  },
  {
    name: 'a proof with a hash too many',
    of: 'thread',
    steps: [proof(17, (one) => void one.first.push(one.first[0]!))],
    row: 17,
  },
  {
    name: 'a proof with a hash too few',
    of: 'thread',
    steps: [proof(17, (one) => void one.first.pop())],
    row: 17,
  },
  {
    name: 'no proof for a run',
    of: 'thread',
    steps: [(part) => void part.proofs.splice(2, 1)],
    row: 17,
  },
  { name: 'proofs of which one has no entries', of: 'thread', steps: [remove(52)], row: 52 },
  {
    name: 'runs out of order',
    of: 'thread',
    steps: [(part) => void part.proofs.reverse()],
    row: 3,
  },
  {
    name: 'a run beyond the end',
    of: 'thread',
    steps: [proof(EXPORTED, (one) => void Object.assign(one, { from: 900, to: 900 }))],
    row: null,
  },
  {
    name: 'a path of a million hashes',
    of: 'thread',
    steps: [proof(17, (one) => Object.assign(one, { first: Array(1e5).fill(one.first[0]) }))],
    row: null,
  },
  {
    name: 'the checkpoint of another tree by this key',
    of: 'period',
    steps: [otherTree],
    row: 20,
    handoff: 'yes',
  },
  { name: 'the checkpoint of another tree by this key', of: 'thread', steps: [otherTree], row: 3 },
  { name: 'the last checkpoint taken out', of: 'period', steps: [dropNote(1)], row: 20 },
  { name: 'the last checkpoint taken out', of: 'thread', steps: [dropNote(1)], row: 3 },
  ...bothKinds({
    name: 'the checkpoint of the handoff taken out',
    steps: [dropNote(0)],
    row: 'sound',
    handoff: 'unknown',
  }),
  ...bothKinds({
    name: 'a checkpoint of the handoff that is no prefix, by this key',
    steps: [
      (part, all) => {
        const lines = all.lines.with(9, word(all.lines[9]!))
        part.notes[0] = checkpointNote(evidence({ ...all, lines }), 40)
      },
    ],
    row: EXPORTED,
    handoff: 'no',
  }),
  ...bothKinds({
    name: 'the checkpoint of another station',
    steps: [
      (part, all) => {
        part.notes[0] = checkpointNote(evidence(all), 40, Buffer.alloc(32, 1), 'duty-desk/elsewhere')
      },
    ],
    row: 40,
    handoff: 'unknown',
  }),
  ...bothKinds({
    name: 'no proof that one checkpoint extends the other',
    steps: [(part) => void part.consistency.splice(0)],
    row: EXPORTED,
  }),
  ...bothKinds({
    name: 'a proof of that with a hash too few',
    steps: [(part) => void part.consistency[0]!.path.pop()],
    row: EXPORTED,
  }),
  {
    name: 'a text edited',
    of: 'period',
    steps: [(part) => void Object.assign(part.contents[0]!, { body: second.jcs({ text: '没事了' }) })],
    row: 21,
  },
  { name: 'a text taken out', of: 'period', steps: [withoutText(27)], row: 27 },
  {
    name: 'a text taken out and called private',
    of: 'period',
    steps: [withoutText(27), (part) => void part.withheld.push(27)],
    row: null,
  },
  {
    name: 'a text under another entry',
    of: 'period',
    steps: [(part) => void Object.assign(part.contents[0]!, { seq: 20 })],
    row: 20,
  },
  {
    name: 'a text of an entry that is not here',
    of: 'period',
    steps: [(part) => void part.contents.push({ ...part.contents[0]!, seq: 45 })],
    row: 45,
  },
  ...bothKinds({
    name: 'a paper edited',
    steps: [paper((part) => void Object.assign(part.papers, { 'records.csv': 'x' }))],
    row: null,
  }),
  ...bothKinds({
    name: 'a paper edited, and the list of papers',
    steps: [
      paper((part) => {
        part.papers['records.csv'] = 'x'
        part.paperList = part.paperList.replace(/[0-9a-f]{64}/, '0'.repeat(64))
      }),
    ],
    row: null,
  }),
  ...bothKinds({
    name: 'a paper taken out',
    steps: [paper((part) => void delete part.papers['records.csv'])],
    row: null,
  }),
  ...bothKinds({
    name: 'a paper put in',
    steps: [paper((part) => void Object.assign(part.papers, { 'sheets/1.html': 'x' }))],
    row: null,
  }),
  ...bothKinds({
    name: 'the key of the attacker',
    steps: [
      (part) => {
        const key = second.knownFromSeed(part.station.origin, Buffer.alloc(32, 1))
        part.station.verifier = second.verifierText(key)
      },
    ],
    row: null,
  }),
  ...bothKinds({
    name: 'a scope that is none',
    steps: [(part) => void Object.assign(part.scope, { range: [35, 20] })],
    row: null,
  }),
]
