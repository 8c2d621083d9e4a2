import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { consoleRows } from './console.ts'
import { durableActs } from './durable.ts'
import { ledgerRows } from './ledger.ts'
import { monthRow } from './month.ts'
import { readingRows } from './reading.ts'
import { printTable } from './rows.ts'

/**
 * `npm run bench [-- --quick] [--json FILE] [--dir DIR]`: how fast the desk is on this machine, against the bars
 * of its design. DIR is where the disk is measured; the system's temporary folder unless told otherwise.
 */
const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'string' }, dir: { type: 'string' } },
})
const dir = mkdtempSync(join(values.dir ?? tmpdir(), 'duty-desk-bench-'))
try {
  const say = (what: string) => process.stderr.write(`${what} …\n`)
  say('durable acts')
  const rows = await durableActs(dir, values.quick ? 3_000 : 8_000)
  say('ledger')
  rows.push(...(await ledgerRows(dir, values.quick ? 100_000 : 400_000)))
  say('inbox and search')
  rows.push(...(await readingRows(dir, values.quick ? [10_000, 100_000] : [10_000, 100_000, 1_000_000])))
  say('a month')
  rows.push(await monthRow(dir, values.quick ? 1 : 30))
  say('console')
  rows.push(...(await consoleRows()))
  printTable(rows)
  if (values.json) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`)
} finally {
  rmSync(dir, { recursive: true, force: true })
}
