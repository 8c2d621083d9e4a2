import { existsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { compile } from '../../src/desk/alarms/assessment/assess.ts'
import { loadLexicon } from '../../src/desk/alarms/assessment/load.ts'
import { bars, passes } from './bars.ts'
import { missingSets, readDatasets, written } from './datasets.ts'
import { type Measured, measure } from './measure.ts'
import { table } from './table.ts'

const root = join(import.meta.dirname, '..', '..')
const usual = join(root, '..', 'shared', 'data')

const { values } = parseArgs({
  options: {
    set: { type: 'string' },
    json: { type: 'string' },
    misses: { type: 'string' },
    strict: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

if (values.help) {
  console.log(`npm run evaluate -- [--set FOLDER] [--json FILE] [--misses N] [--strict]
  --set     folder of the data sets (usually ../shared/data)
  --json    writes the numbers to FILE
  --misses  prints N messages missed or ringing for nothing of each sort; never to a file
  --strict  ends with 1 when a bar is not reached`)
  process.exit(0)
}

const folder = values.set ? resolve(values.set) : usual
if (!existsSync(folder)) {
  console.error(
    values.set
      ? `There is no folder ${folder}.`
      : `The data sets are not here: ${usual} does not exist. They are not part of the project; name their folder with --set.`,
  )
  process.exit(2)
}
const missing = missingSets(folder)
if (missing.length > 0) {
  console.error(`Missing in ${folder}: ${missing.join(', ')}`)
  process.exit(1)
}

const { lexicon, version } = loadLexicon(join(root, 'resources', 'lexicon'))
const assess = compile(lexicon, { words: [], silenced: [], ordinary: [] }, version)
const measured = measure(assess, readDatasets(folder))
console.log(table(measured, version, folder))
if (values.misses) printMisses(measured, Number(values.misses))
if (values.json) {
  const { metrics, counts } = measured
  writeFileSync(values.json, `${JSON.stringify({ version, folder, counts, metrics, ...metrics }, null, 2)}\n`)
}
const failed = bars.filter((bar) => !passes(bar, measured.metrics))
if (failed.length > 0) console.log(`\n${failed.length} of ${bars.length} bars not reached.`)
process.exit(values.strict && failed.length > 0 ? 1 : 0)

function printMisses({ examples }: Measured, most: number): void {
  for (const what of new Set(examples.map((example) => example.what))) {
    const of = examples.filter((example) => example.what === what)
    console.log(`\n${what}: ${of.length}`)
    for (const { row } of of.slice(0, most)) {
      const text = written(row).replace(/\s+/g, ' ').slice(0, 160)
      console.log(`  ${row.level ?? row.label ?? ''} ${text}`)
    }
  }
}
