import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The real messages the assessment is measured on. They stay outside the project; nothing of them is copied into it. */
export interface Row {
  id: string
  text: string
  title?: string
  label?: string
  level?: number
}

export const setNames = [
  'crisis_levels',
  'crisis_negatives',
  'fraud_sms',
  'lay_questions',
  'resident_messages_with_replies',
  'resident_messages_one_city',
  'sms_load',
] as const
export type SetName = (typeof setNames)[number]
export type Datasets = Record<SetName, Row[]>

export const missingSets = (folder: string) =>
  setNames.map((name) => `${name}.jsonl`).filter((file) => !existsSync(join(folder, file)))

export function readDatasets(folder: string): Datasets {
  const read = (name: SetName) =>
    readFileSync(join(folder, `${name}.jsonl`), 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as Row)
  return Object.fromEntries(setNames.map((name) => [name, read(name)])) as Datasets
}

/** A letter has a title, which the desk would see as part of what was written. */
export const written = (row: Row) => (row.title ? `${row.title}\n${row.text}` : row.text)
