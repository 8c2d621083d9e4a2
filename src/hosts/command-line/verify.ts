import { existsSync, readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Checked, checkFiles, mediaBeside } from '../../desk/backup/media-copies.ts'
import { MediaStore } from '../../desk/media/store.ts'
import { databaseFile } from '../../desk/station/database-file.ts'
import { type Head, type Part, verifyBundle, verifyDatabase } from '../../ledger/verify/verify.ts'
import { dataDir } from '../data-dir.ts'
import { fail } from './fail.ts'

interface Options {
  data?: string
  checkpoint: string[]
  code: string[]
  json?: boolean
}

export async function verify(place: string | undefined, options: Options): Promise<void> {
  const target = place === undefined ? dataDir(options.data) : resolve(place)
  if (!existsSync(target)) fail(`nothing at ${target}`)
  const file = statSync(target).isDirectory() ? databaseFile(target) : target
  if (!existsSync(file)) fail(`no station in ${target}`)
  const heads = [
    ...options.checkpoint.map((note) => readFileSync(note, 'utf8')),
    ...options.code.map(printedCode),
  ]
  const verdict = file.endsWith('.zip')
    ? await verifyBundle(file, { heads })
    : await verifyDatabase(file, { heads })
  const files = existsSync(mediaBeside(file)) ? await filesBeside(file) : undefined
  const ok = verdict.unaltered.ok && verdict.complete !== 'no' && !files?.damaged
  if (options.json) console.log(JSON.stringify({ ...verdict, files }, null, 2))
  else {
    const bad = verdict.unaltered.firstBad
    const where = bad && `${bad.where}${bad.seq === undefined ? '' : `, entry ${bad.seq}`}: ${bad.what}`
    console.log(`unaltered: ${verdict.unaltered.ok ? 'yes' : `NO (${where})`}`)
    console.log(`complete:  ${verdict.complete === 'no' ? 'NO' : verdict.complete} (${verdict.completeWhy})`)
    console.log(`entries:   ${verdict.size}`)
    if (verdict.part) console.log(`part:      ${partWords(verdict.part)}`)
    if (verdict.papers && verdict.papers !== 'none') console.log(`papers:    ${papersWords[verdict.papers]}`)
    if (files) console.log(`files:     ${filesWords(files)}`)
    console.log(`head code: ${verdict.code}`)
  }
  if (!ok) process.exitCode = 1
}

/** Of a backup. Where its database is not readable, that is said already. */
async function filesBeside(file: string): Promise<Checked | undefined> {
  try {
    return await checkFiles(file, new MediaStore(mediaBeside(file)))
  } catch {
    return undefined
  }
}

function filesWords({ good, damaged, lost }: Checked): string {
  return [
    `${good} of messages, good`,
    ...(damaged > 0 ? [`${damaged} DAMAGED`] : []),
    ...(lost > 0 ? [`${lost} MISSING`] : []),
  ].join(', ')
}

const papersWords = {
  bound: 'as the export was made',
  unbound: 'covered by no proof',
}

function partWords({ entries, range, scope }: Part): string {
  const which = range === null ? 'not all of them neighbours' : `${range[0]} to ${range[1]}`
  return `${entries} entries, ${which}: ${JSON.stringify(scope)}`
}

function printedCode(text: string): Head {
  const [size, ...code] = text.split(':')
  if (!Number.isSafeInteger(Number(size)) || code.length !== 1) fail(`--code ${text}: expected SIZE:CODE`)
  return { size: Number(size), code: code[0] as string }
}
