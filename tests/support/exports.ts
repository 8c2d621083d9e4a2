import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import yauzl from 'yauzl'
import type { ExportResult, ExportScope, Work } from '../../src/contract/proof.ts'
import { type Verdict, verifyBundle } from '../../src/ledger/verify/verify.ts'
import type { Console } from './console.ts'
import { root } from './station.ts'

/** A work looked at until it is over. */
export async function ended<R>(console: Console, work: string): Promise<Work<R>> {
  for (;;) {
    const now = (await console.call('work.get', { work })) as Work<R>
    if (now.state !== 'running') return now
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** An export as this person makes it. */
export async function exported(console: Console, scope: ExportScope): Promise<ExportResult> {
  const { work } = await console.call('export.start', { scope, language: 'zh' })
  const { result, error } = await ended<ExportResult>(console, work)
  if (result === null) throw new Error(error ?? 'cancelled')
  return result
}

export async function filesOf(file: string): Promise<Map<string, string>> {
  const zip = await new Promise<yauzl.ZipFile>((resolve, reject) =>
    yauzl.open(file, { lazyEntries: true }, (error, opened) => (error ? reject(error) : resolve(opened))),
  )
  const files = new Map<string, string>()
  await new Promise<void>((resolve, reject) => {
    zip.on('end', resolve).on('error', reject)
    zip.on('entry', (entry: yauzl.Entry) =>
      zip.openReadStream(entry, (error, stream) => {
        if (error) return reject(error)
        stream.toArray().then((parts) => {
          files.set(entry.fileName, Buffer.concat(parts).toString('utf8'))
          zip.readEntry()
        }, reject)
      }),
    )
    zip.readEntry()
  })
  return files
}

export const linesOf = (text: string | undefined) =>
  (text ?? '')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

/** What both verifiers say, which must be the same. */
export async function verdictOf(
  file: string,
  heads: { size: number; code: string }[] = [],
): Promise<Verdict & { agreed: boolean }> {
  const verdict = await verifyBundle(file, { heads })
  const codes = heads.flatMap(({ size, code }) => ['--code', `${size}:${code}`])
  const { stdout } = spawnSync(
    process.execPath,
    [join(root, 'src/ledger/export/verify.mjs'), file, '--json', ...codes],
    { encoding: 'utf8' },
  )
  const alone = JSON.parse(stdout)
  const agreed =
    alone.unaltered === verdict.unaltered.ok &&
    alone.complete === verdict.complete &&
    alone.papers === verdict.papers &&
    alone.size === verdict.size &&
    JSON.stringify(alone.part) === JSON.stringify(verdict.part)
  return { ...verdict, agreed }
}

export const bytesOf = (file: string) => readFileSync(file)
