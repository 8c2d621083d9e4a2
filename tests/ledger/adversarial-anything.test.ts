import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { filesOf, takeExport } from './attack/evidence.ts'
import { takePart, zipOfPart } from './attack/part.ts'
import { rawZip } from './attack/raw-zip.ts'
import { theDesk, theSingleFile, writeZip } from './attack/verifiers.ts'
import { judgeBundle, unpack } from './independent/index.ts'

type Files = Map<string, Buffer>

/** Some bytes left out, put in, or repeated, anywhere in any file that is evidence. */
const damage = fc.record({
  file: fc.nat(99),
  at: fc.nat(1_000_000),
  cut: fc.oneof(fc.nat(4), fc.nat(700)),
  put: fc.constantFrom(
    '',
    ' ',
    '\n',
    '\n\n',
    '0',
    '1',
    '"',
    '\\',
    '\0',
    '{',
    '}',
    'null',
    '1e400',
    ',"seq":3',
    '\ufffd',
    '\ufeff',
    '=',
  ),
  again: fc.boolean(),
})

function damaged(
  files: Files,
  { file, at, cut, put, again }: typeof damage extends fc.Arbitrary<infer D> ? D : never,
): Files {
  const evidence = [...files.keys()].filter((name) => !name.endsWith('.csv'))
  const name = evidence[file % evidence.length]!
  const old = files.get(name)!
  const from = at % old.length
  const middle = again ? old.subarray(from, from + cut) : Buffer.alloc(0)
  const rest = old.subarray(again ? from : from + cut)
  return new Map(files).set(name, Buffer.concat([old.subarray(0, from), Buffer.from(put), middle, rest]))
}

const bytesOf = (files: Files) => rawZip([...files].map(([name, body]) => ({ name, body })))

/** What an auditor would read in it. */
function readings(files: Files): unknown {
  const lines = (name: string) => files.get(name)!.toString().trim().split('\n')
  const contents = lines('content.jsonl').map((line) => JSON.parse(line))
  return {
    entries: lines('entries.jsonl'),
    contents,
    station: JSON.parse(files.get('station.json')!.toString()),
  }
}

async function judged(zip: Buffer) {
  const file = writeZip(zip)
  const [desk, single] = await Promise.all([theDesk(file), theSingleFile(file)])
  return [desk, single].map(({ unaltered, row, complete }) => ({ unaltered, row, complete }))
}

const kinds: [string, () => Promise<Files>][] = [
  [
    'whole ledger',
    async () => new Map([...filesOf(await takeExport())].map(([name, body]) => [name, Buffer.from(body)])),
  ],
  ['period', async () => unpack(zipOfPart((await takePart('period')).part))],
  ['thread', async () => unpack(zipOfPart((await takePart('thread')).part))],
]

describe.each(kinds)(
  'an export of a %s with anything done to it anywhere',
  { timeout: 300_000 },
  (kind, make) => {
    test('is judged alike by all verifiers, and passes only where nothing reads otherwise', async () => {
      const files = await make()
      await fc.assert(
        fc.asyncProperty(damage, async (what) => {
          const changed = damaged(files, what)
          const zip = bytesOf(changed)
          const [desk, single] = await judged(zip)
          expect(desk).toEqual(single)
          if (kind === 'whole ledger') {
            const { unaltered, row, complete } = judgeBundle(zip)
            expect(desk).toEqual({ unaltered, row, complete })
          }
          if (desk!.unaltered) expect(readings(changed)).toEqual(readings(files))
        }),
        { numRuns: 60, seed: 20261123 },
      )
    })
  },
)
