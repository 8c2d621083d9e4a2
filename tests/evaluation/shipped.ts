import { join } from 'node:path'
import type { AlarmKind, StationEdits } from '../../src/contract/alarms.ts'
import { compile } from '../../src/desk/alarms/assessment/assess.ts'
import { loadLexicon } from '../../src/desk/alarms/assessment/load.ts'

/** The lexicon that comes with the desk, for the tests of the assessment. */
export const lexiconFolder = join(import.meta.dirname, '..', '..', 'resources', 'lexicon')
export const { lexicon, version } = loadLexicon(lexiconFolder)
export const noEdits: StationEdits = { words: [], silenced: [], ordinary: [] }

export const assess = compile(lexicon, noEdits, version)
export const assessWith = (edits: Partial<StationEdits>) =>
  compile(lexicon, { ...noEdits, ...edits }, `${version}-station`)

export const findingOf = (text: string, kind: AlarmKind, by = assess) =>
  by(text).findings.find((finding) => finding.kind === kind)
export const strengthOf = (text: string, kind: AlarmKind, by = assess) =>
  findingOf(text, kind, by)?.strength ?? 'none'
/** What is marked on screen. */
export const marked = (text: string, kind: AlarmKind, by = assess) =>
  (findingOf(text, kind, by)?.places ?? []).map(([start, length]) => text.slice(start, start + length))
