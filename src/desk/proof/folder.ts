import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ExportScope } from '../../contract/proof.ts'
import { iso } from '../time.ts'

/** The folder of the exports in the data folder: readable by the user of the desk alone. */

const unfinished = 'unfinished'
const safeName = /^[a-z0-9][a-z0-9-]{0,120}\.zip$/

export function exportsFolder(dir: string): string {
  return join(dir, 'exports')
}

/** The file of an export; null where that is no name of one, e.g. leads elsewhere. */
export function exportFile(dir: string, name: string): string | null {
  return safeName.test(name) ? join(exportsFolder(dir), name) : null
}

/** Its kind, its time in Shanghai and something of its own: no name of anybody. */
export function exportName(scope: ExportScope, at: number, own: string): string {
  const time = iso(at + 8 * 3_600_000)
    .slice(0, 19)
    .replaceAll(/[-:]/g, '')
    .replace('T', '-')
  return `duty-desk-${scope.kind}-${time}-${own.replaceAll('-', '').slice(-8)}.zip`
}

/** Where an export is put together. */
export function workFolder(dir: string, id: string): string {
  const folder = join(exportsFolder(dir), `${unfinished}-${id}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}

/** What a crash left behind holds words of residents. */
export function clearUnfinished(dir: string): void {
  const folder = exportsFolder(dir)
  let names: string[]
  try {
    names = readdirSync(folder)
  } catch {
    return
  }
  for (const name of names)
    if (name.startsWith(unfinished) || name.endsWith('.partial'))
      rmSync(join(folder, name), { recursive: true, force: true })
}
