// The verifiers side by side, each asked as its users ask it.
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { verifyBundle } from '../../../src/ledger/verify/verify.ts'
import { folder } from '../a-ledger.ts'
import { type Judgement, judgeBundle } from '../independent/index.ts'

/** A head as printed. */
export interface Printed {
  size: number
  code: string
}

export type Verdict = Pick<Judgement, 'unaltered' | 'row' | 'complete'>

const STANDALONE = join(import.meta.dirname, '../../../src/ledger/export/verify.mjs')

export interface Told extends Verdict {
  where: string | undefined
  what: string | undefined
  withheld: number | undefined
}

export async function theDesk(zip: string, heads: readonly Printed[] = [], verifier?: string): Promise<Told> {
  const { unaltered, complete, withheld } = await verifyBundle(zip, {
    heads,
    ...(verifier === undefined ? {} : { verifier }),
  })
  const { seq = null, where, what } = unaltered.firstBad ?? {}
  return { unaltered: unaltered.ok, row: seq, complete, where, what, withheld }
}

/** The single file, in a process of its own, as an auditor runs it. */
export function theSingleFile(zip: string, heads: readonly Printed[] = [], verifier?: string): Promise<Told> {
  const args = [
    STANDALONE,
    zip,
    '--json',
    ...heads.flatMap(({ size, code }) => ['--code', `${size}:${code}`]),
  ]
  if (verifier) args.push('--key', verifier)
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { timeout: 60_000 }, (error, stdout, stderr) => {
      if (stdout === '') return reject(new Error(`the single file said nothing: ${error?.message} ${stderr}`))
      const { unaltered, firstBad, complete, withheld } = JSON.parse(stdout)
      const sound = unaltered && complete !== 'no'
      if ((error?.code ?? 0) !== (sound ? 0 : 1)) return reject(new Error(`exit code ${error?.code}`))
      resolve({ unaltered, row: firstBad?.seq ?? null, complete, ...about(firstBad), withheld })
    })
  })
}

const about = (bad: { where?: string; what?: string } | null) => ({ where: bad?.where, what: bad?.what })

/** A zip as a file of its own. */
export function writeZip(zip: Buffer): string {
  const file = join(folder(), 'export.zip')
  writeFileSync(file, zip)
  return file
}

/** What all three say of a zip; throws where they do not say the same. */
export async function allThree(
  zip: Buffer,
  heads: readonly Printed[] = [],
  verifier?: string,
): Promise<Verdict> {
  const file = writeZip(zip)
  const [desk, single] = await Promise.all([
    theDesk(file, heads, verifier),
    theSingleFile(file, heads, verifier),
  ])
  const third = judgeBundle(zip, heads, verifier)
  const plain = ({ unaltered, row, complete }: Verdict) => JSON.stringify({ unaltered, row, complete })
  if (plain(desk) !== plain(single) || plain(desk) !== plain(third)) {
    const said = { desk, single, second: plain(third) }
    throw new Error(`the verifiers do not agree:\n${JSON.stringify(said, null, 1)}`)
  }
  return JSON.parse(plain(desk))
}
