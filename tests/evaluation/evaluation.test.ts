import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bars, passes } from './bars.ts'
import { missingSets, readDatasets, written } from './datasets.ts'
import { measure } from './measure.ts'
import { assess, lexicon } from './shipped.ts'

/**
 * The assessment against real messages. They are not part of the project: without them these tests are skipped.
 * DUTY_DESK_DATASETS names another folder with the same files.
 */
const folder = process.env.DUTY_DESK_DATASETS ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'data')
const absent = existsSync(folder) ? missingSets(folder).join(', ') : `no folder ${folder}`
const title = absent ? `on real messages (skipped: ${absent})` : 'on real messages'

describe.skipIf(absent !== '')(title, () => {
  const sets = absent === '' ? readDatasets(folder) : null

  test('the lexicon reaches every bar', () => {
    const { metrics } = measure(assess, sets!)
    // How long one message takes is for `npm run evaluate`: other tests run beside this one.
    const failed = bars.filter((bar) => !bar.metric.startsWith('assess.') && !passes(bar, metrics))
    expect(failed.map(({ metric }) => `${metric} ${metrics[metric]}`)).toEqual([])
  }, 60_000)

  test('no term of the lexicon is a line of the data, nor holds one', () => {
    const bare = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '')
    const said = [
      ...[...lexicon.rules, ...lexicon.discounts].flatMap((entry) =>
        Object.values(entry).flatMap((value) => (Array.isArray(value) ? value : [])),
      ),
      ...Object.values(lexicon.lists).flatMap(({ words }) => words),
    ]
    const pieces = said.flatMap((term) => String(term).split(/[(){}|…]/)).map(bare)
    const long = [...new Set(pieces)].filter((piece) => [...piece].length >= 8)
    const lines = new Set(Object.values(sets!).flatMap((rows) => rows.map((row) => bare(written(row)))))
    const held = long.filter((piece) =>
      [...Array(piece.length - 7).keys()].some((from) =>
        [...Array(piece.length - from - 7).keys()].some((more) =>
          lines.has(piece.slice(from, from + 8 + more)),
        ),
      ),
    )
    expect(held).toEqual([])
  })
})

if (absent) test.skip(`evaluation: ${absent}`, () => {})
