/** Records, sheets and summary: made from the entries, so no evidence; but the entry of the export can bind them. */

import { hash } from 'node:crypto'
import type { Entry, JsonObject } from '../entry.ts'
import { LEDGER_EXPORTED } from '../exported.ts'
import { parseObject } from './bundle-files.ts'
import type { Finding, Papers } from './verdict.ts'
import type { Bundle } from './zip.ts'

/** The data of the entry of the export, where this line is one. */
export function exportedIn(line: string | undefined): JsonObject | null {
  try {
    const entry = JSON.parse(line ?? 'null') as Partial<Entry> | null
    return entry?.type === LEDGER_EXPORTED && typeof entry.data === 'object' ? entry.data : null
  } catch {
    return null
  }
}

/** @param bound hash of `papers.json` in the last entry; undefined where that is not the entry of an export */
export async function checkPapers(bundle: Bundle, bound: unknown, findings: Finding[]): Promise<Papers> {
  const present = bundle.papers()
  const bad = (what: string) => findings.push({ where: 'file', what })
  if (typeof bound !== 'string') return present.length > 0 ? 'unbound' : 'none'
  if (!bundle.has('papers.json')) {
    bad('papers.json is missing')
    return 'unbound'
  }
  const text = await bundle.text('papers.json')
  if (hash('sha256', text, 'hex') !== bound) bad('papers.json is not as it was when the export was made')
  const hashes = parseObject(text, 'papers.json')
  for (const name of Object.keys(hashes)) if (!present.includes(name)) bad(`${name} is missing`)
  for (const name of present) {
    const digest = Object.hasOwn(hashes, name) ? hashes[name] : undefined
    if (digest === undefined) bad(`${name} was not there when the export was made`)
    else if (digest !== (await bundle.digest(name))) bad(`${name} is not as it was when the export was made`)
  }
  return present.length > 0 ? 'bound' : 'none'
}
