// Attacks on the rows of a whole ledger, with what can be known of each: from the export alone, against the code printed
// at the handoff of entry 40, and against the code of all 60.

import { signer } from '../a-ledger.ts'
import { knownFromSeed, verifierText } from '../independent/index.ts'
import { ERASED, HANDOFF, SIZE, TEXT } from './evidence.ts'
import * as it from './steps.ts'

export interface Case {
  name: string
  steps: readonly it.Step[]
  /** The row named; `sound` where nothing shows in the export itself. */
  row: number | 'sound'
  /** Is it complete by the code of the handoff, and by that of the whole? */
  handoff: 'yes' | 'no'
  whole: 'yes' | 'no'
  /** The same in a station's database: the row where it is another, or why there is no such case. */
  database?: number | 'sound' | { not: string }
}

/** Another key: of another station, or made by the attacker. */
const OTHER = Buffer.alloc(32, 1)

/** The entries up to a head are not those it tells of, are, or there are fewer. */
const no = { handoff: 'no', whole: 'no' } as const
const sinceHandoff = { handoff: 'yes', whole: 'no' } as const
const yes = { handoff: 'yes', whole: 'yes' } as const

/** A line between the entries, in the place of one. */
const line = (name: string, text: string): Case => ({
  name: `an entry ${name}`,
  steps: [it.edit(20, () => text)],
  row: 20,
  ...no,
})

export const WITHOUT_THE_KEY: readonly Case[] = [
  { name: 'an entry edited', steps: [it.edit(20, it.word)], row: 20, ...no },
  { name: 'the first entry edited', steps: [it.edit(1, it.word)], row: 1, ...no },
  { name: 'an entry edited after the handoff', steps: [it.edit(45, it.word)], row: 45, ...sinceHandoff },
  // Nothing behind them says which of the two was changed, only that they do not fit.
  { name: 'the last but one edited', steps: [it.edit(SIZE - 1, it.word)], row: SIZE, ...sinceHandoff },
  { name: 'the last entry edited', steps: [it.edit(SIZE, it.word)], row: SIZE, ...sinceHandoff },
  {
    name: 'an entry edited and all later ones linked anew',
    steps: [it.edit(20, it.word), it.relink],
    row: HANDOFF,
    ...no,
  },
  {
    name: 'the link of an entry edited',
    steps: [
      it.edit(20, (text) =>
        text.replace(/"prev":"./, (old) => old.slice(0, -1) + (old.endsWith('0') ? '1' : '0')),
      ),
    ],
    row: 20,
    ...no,
  },
  { name: 'a text edited', steps: [it.rewriteText(TEXT, '没事了')], row: TEXT, ...yes },
  {
    name: 'a text edited together with its fingerprint',
    steps: [it.rewriteText(TEXT, '没事了'), it.commitAnew(TEXT)],
    row: TEXT,
    ...no,
  },
  {
    name: 'a text edited, its fingerprint, and all links after it',
    steps: [it.rewriteText(TEXT, '没事了'), it.commitAnew(TEXT), it.relink],
    row: HANDOFF,
    ...no,
  },
  { name: 'two texts exchanged', steps: [it.exchangeTexts(TEXT, TEXT + 3)], row: TEXT, ...yes },
  { name: 'a text left out', steps: [it.removeText(TEXT)], row: TEXT, ...yes },
  { name: 'the head of a text moved into its salt', steps: [it.moveIntoSalt(TEXT, 9)], row: TEXT, ...yes },
  { name: 'a text under an entry that has none', steps: [it.copyText(TEXT, 20)], row: 20, ...yes },
  { name: 'a text under an erased entry', steps: [it.copyText(TEXT, ERASED)], row: ERASED, ...yes },
  { name: 'a text beyond the end', steps: [it.copyText(TEXT, 99)], row: 99, ...yes },
  {
    name: 'a text there twice',
    steps: [it.copyText(TEXT, TEXT)],
    row: TEXT,
    ...yes,
    database: { not: 'a table has one text for an entry' },
  },
  {
    name: 'a text here although said to be withheld',
    steps: [it.withhold(TEXT)],
    row: TEXT,
    ...yes,
    database: { not: 'a database withholds nothing' },
  },
  { name: 'an entry removed from the middle', steps: [it.removeEntry(20)], row: 20, ...no },
  {
    name: 'an entry removed, the others numbered and linked anew',
    steps: [it.removeEntry(20), it.relink],
    row: 20, // The text of 21 is now without an entry of its own.
    ...no,
  },
  { name: 'the last entry removed', steps: [it.cutEntries(SIZE - 1)], row: SIZE, ...sinceHandoff },
  { name: 'the end cut off, checkpoints left', steps: [it.cutEntries(45)], row: 50, ...sinceHandoff },
  { name: 'the end cut off back to a checkpoint', steps: [it.cut(HANDOFF)], row: 'sound', ...sinceHandoff },
  {
    name: 'the end cut off, back to behind a checkpoint',
    steps: [it.cut(45)],
    row: HANDOFF + 1,
    ...sinceHandoff,
    database: 'sound',
  },
  { name: 'everything cut off', steps: [it.cut(0)], row: 'sound', ...no },
  { name: 'two entries exchanged', steps: [it.exchange(20, 22)], row: 20, ...no },
  {
    name: 'two entries exchanged, all numbered and linked anew',
    steps: [it.exchange(20, 22), it.relink],
    row: HANDOFF,
    ...no,
  },
  { name: 'an entry there twice', steps: [it.repeat(20)], row: 21, ...no },
  {
    name: 'an entry there twice, the second at the end',
    steps: [it.repeat(20, SIZE)],
    row: SIZE + 1,
    ...yes,
  },
  {
    name: 'an entry there twice, all numbered and linked anew',
    steps: [it.repeat(20), it.relink],
    row: 21, // The text of the old 21 is now under the copy.
    ...no,
  },
  {
    name: 'a checkpoint of this key over other entries',
    steps: [it.putNote(0, it.noteOf(HANDOFF, it.edit(20, it.word), it.relink))],
    row: HANDOFF,
    ...yes,
  },
  {
    name: 'a checkpoint that tells another size',
    steps: [it.putNote(0, ({ notes }) => notes[0]!.replace(`\n${HANDOFF}\n`, '\n39\n'))],
    row: 39,
    ...yes,
  },
  {
    name: 'a checkpoint with the signature of another',
    steps: [it.putNote(0, ({ notes }) => `${notes[0]!.split('\n\n')[0]}\n\n${notes[1]!.split('\n\n')[1]}`)],
    row: HANDOFF,
    ...yes,
  },
  {
    name: 'the checkpoint of another station',
    steps: [it.putNote(1, it.noteOfStation('duty-desk/elsewhere', 50, OTHER, 'duty-desk/elsewhere'))],
    row: 50,
    ...yes,
  },
  {
    name: 'a checkpoint of this key about another ledger',
    steps: [it.putNote(1, it.noteOfStation('duty-desk/elsewhere', 50))],
    row: 50,
    ...yes,
  },
  {
    name: 'a checkpoint in this name by another key',
    steps: [it.putNote(1, it.noteOfStation(signer.name, 50, OTHER))],
    row: 50,
    ...yes,
  },
  { name: 'the last checkpoint left out', steps: [it.dropNotes(2)], row: 51, ...yes, database: 'sound' },
  { name: 'all checkpoints left out', steps: [it.dropNotes(0)], row: 1, ...yes, database: 'sound' },
  { name: 'the name of another station', steps: [it.change({ station: '李集派出所' })], row: 1, ...yes },
  {
    name: 'the key of the attacker',
    steps: [it.change({ verifier: verifierText(knownFromSeed(signer.name, OTHER)) })],
    row: HANDOFF,
    ...yes,
  },
  line('that is nothing', 'null'),
  line('that is a number', '20'),
  line('that is no JSON', '{'),
  line('that is an empty line', ''),
  line('that is nested a million deep', `{"data":${'['.repeat(1e6)}${']'.repeat(1e6)}}`),
  line('whose number is nested a million deep', `{"seq":${'['.repeat(1e6)}${']'.repeat(1e6)}}`),
  line('of ten million bytes', JSON.stringify({ seq: 20, station: '很'.repeat(1e7 / 3) })),
]

const misshapen = (name: string, change: object): Case => ({
  name: `an entry with ${name}, signed`,
  steps: [it.rewrite(50, change), it.signAnew],
  row: 50,
  ...sinceHandoff,
})

/** Whoever has the key can make whatever an honest desk could have made: only a head kept elsewhere tells. */
export const WITH_THE_KEY: readonly Case[] = [
  { name: 'the end cut off and signed', steps: [it.cut(45), it.signAnew], row: 'sound', ...sinceHandoff },
  { name: 'the end cut off from before the handoff', steps: [it.cut(35), it.signAnew], row: 'sound', ...no },
  {
    name: 'the end cut off, invented anew at the same length, and signed',
    steps: [it.invent(46), it.signAnew],
    row: 'sound',
    ...sinceHandoff,
  },
  {
    name: 'the end invented anew from before the handoff, and signed',
    steps: [it.invent(38), it.signAnew],
    row: 'sound',
    ...no,
  },
  {
    name: 'an entry edited, everything rebuilt and signed',
    steps: [it.edit(20, it.word), it.relink, it.signAnew],
    row: 'sound',
    ...no,
  },
  {
    name: 'a text edited, everything rebuilt and signed',
    steps: [it.rewriteText(TEXT, '没事了'), it.commitAnew(TEXT), it.relink, it.signAnew],
    row: 'sound',
    ...no,
  },
  {
    name: 'the whole ledger invented anew and signed',
    steps: [it.invent(1), it.signAnew],
    row: 'sound',
    ...no,
  },
  {
    name: 'the ledger rebuilt, and only the last checkpoint signed anew',
    steps: [it.edit(20, it.word), it.relink, it.putNote(2, it.noteOf(SIZE))],
    row: HANDOFF,
    ...no,
  },
  misshapen('a field that is not part of it', { extra: 1 }),
  misshapen('no version', { v: undefined }),
  misshapen('a version that is none', { v: 0 }),
  misshapen('a time that is none', { at: 'yesterday' }),
  misshapen('a number that is not exact', { data: { n: 1e21 } }),
  misshapen('data that are a list', { data: [] }),
  misshapen('an actor of four fields', { actor: { user: 'a', role: 'b', device: 'c', more: 'd' } }),
  misshapen('a subject that is a number', { subject: 7 }),
  misshapen('another station', { station: '李集派出所' }),
  {
    name: 'an entry with half a character, signed',
    steps: [it.edit(SIZE, (text) => text.replace('"pc-1"', '"\\ud800"')), it.signAnew],
    row: SIZE,
    ...sinceHandoff,
  },
  {
    name: 'an entry with a space too many, signed',
    steps: [it.edit(SIZE, (text) => text.replace('"v":1', '"v": 1')), it.signAnew],
    row: SIZE,
    ...sinceHandoff,
  },
  {
    name: 'an entry with a name twice, signed',
    steps: [it.edit(SIZE, (text) => text.replace('"v":1', '"v":1,"v":1')), it.signAnew],
    row: SIZE,
    ...sinceHandoff,
  },
]
