import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Lexicon, readLexicon } from './lexicon.ts'

/** Reads the lexicon that comes with the desk: one file for what all share, one for each kind. */
export function loadLexicon(folder: string): { lexicon: Lexicon; version: string } {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
  if (files.length === 0) throw new Error(`lexicon: no .json file in ${folder}`)
  const whole: Record<string, unknown> = {}
  const hash = createHash('sha256')
  for (const file of files) {
    const text = readFileSync(join(folder, file), 'utf8')
    hash.update(`${file}\0${text}\0`)
    for (const [key, value] of Object.entries(parse(text, file))) whole[key] = joined(whole[key], value)
  }
  const lexicon = readLexicon(whole)
  return { lexicon, version: `${lexicon.version}+${hash.digest('hex').slice(0, 8)}` }
}

function parse(text: string, file: string): object {
  try {
    return JSON.parse(text) as object
  } catch (error) {
    throw new Error(`lexicon: ${file}: ${(error as Error).message}`)
  }
}

/** The files add to the same lists; what is not a list stands in one of them only. */
function joined(before: unknown, more: unknown): unknown {
  if (before === undefined) return more
  if (Array.isArray(before) && Array.isArray(more)) return [...before, ...more]
  return { ...(before as object), ...(more as object) }
}
