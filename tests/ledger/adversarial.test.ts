import { mkdirSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { verifyDatabase } from '../../src/ledger/verify/verify.ts'
import { folder, signer } from './a-ledger.ts'
import { type Case, WITH_THE_KEY, WITHOUT_THE_KEY } from './attack/cases.ts'
import {
  checkpointNote,
  codeOf,
  databaseOf,
  type Evidence,
  filesOf,
  HANDOFF,
  SIZE,
  TEXT,
  takeExport,
  zipOf,
} from './attack/evidence.ts'
import { change, cut, invent, removeText, rewrite, signAnew, withhold } from './attack/steps.ts'
import { allThree, type Printed, theDesk, theSingleFile, type Verdict, writeZip } from './attack/verifiers.ts'
import { knownFromSeed, verifierText } from './independent/index.ts'

let taken: Promise<Evidence> | undefined

/** A sound export, and the codes of it that are on paper. */
async function theExport(): Promise<{ evidence: Evidence; handoff: Printed; whole: Printed }> {
  taken ??= takeExport()
  const evidence = structuredClone(await taken)
  return { evidence, handoff: codeOf(evidence, HANDOFF), whole: codeOf(evidence, SIZE) }
}

const verdict = (row: number | 'sound', complete: Verdict['complete']): Verdict =>
  row === 'sound' ? { unaltered: true, row: null, complete } : { unaltered: false, row, complete }

async function inDatabase(file: string, heads: readonly Printed[]): Promise<Verdict> {
  const { unaltered, complete } = await verifyDatabase(file, { heads, threads: 0 })
  return { unaltered: unaltered.ok, row: unaltered.firstBad?.seq ?? null, complete }
}

test('before any attack: unaltered, unknown without a head, complete against both codes', async () => {
  const { evidence, handoff, whole } = await theExport()
  expect(evidence.lines).toHaveLength(SIZE)
  expect(await allThree(zipOf(evidence))).toEqual(verdict('sound', 'unknown'))
  expect(await allThree(zipOf(evidence), [handoff, whole], signer.verifier)).toEqual(verdict('sound', 'yes'))
  const file = databaseOf(evidence)
  expect((await inDatabase(file, [handoff, whole])).complete).toBe('yes')
})

describe.each<[string, readonly Case[]]>([
  ['by one without the key', WITHOUT_THE_KEY],
  ['by one who holds the key', WITH_THE_KEY],
])('attacked %s', { timeout: 120_000 }, (_who, cases) => {
  test.each(cases)('$name', async ({ steps, row, ...complete }) => {
    const { evidence, handoff, whole } = await theExport()
    for (const step of steps) step(evidence)
    const zip = zipOf(evidence)
    expect(await allThree(zip), 'without a head').toEqual(verdict(row, 'unknown'))
    expect(await allThree(zip, [handoff]), 'by the handoff').toEqual(verdict(row, complete.handoff))
    expect(await allThree(zip, [whole]), 'by the whole').toEqual(verdict(row, complete.whole))
  })

  test.each(cases.filter(({ database }) => typeof database !== 'object'))(
    'in a database: $name',
    async ({ steps, row, database = row, ...complete }) => {
      const { evidence, handoff, whole } = await theExport()
      for (const step of steps) step(evidence)
      const file = databaseOf(evidence)
      const should = database as number | 'sound'
      expect(await inDatabase(file, []), 'without a head').toEqual(verdict(should, 'unknown'))
      expect(await inDatabase(file, [handoff]), 'by the handoff').toEqual(verdict(should, complete.handoff))
      expect(await inDatabase(file, [whole]), 'by the whole').toEqual(verdict(should, complete.whole))
    },
  )
})

describe('another key, an older copy, a text called private', { timeout: 60_000 }, () => {
  const stranger = Buffer.alloc(32, 1)

  /** All of it invented and signed by a key of the same name. */
  async function forgery() {
    const { evidence, ...codes } = await theExport()
    invent(1)(evidence)
    change({ verifier: verifierText(knownFromSeed(signer.name, stranger)) })(evidence)
    evidence.notes = [HANDOFF, SIZE].map((size) => checkpointNote(evidence, size, stranger))
    return { zip: zipOf(evidence), file: databaseOf(evidence), ...codes }
  }

  test('a ledger replaced together with its key is told by the key known from elsewhere, or by any head', async () => {
    const { zip, file, handoff, whole } = await forgery()
    expect(await allThree(zip)).toEqual(verdict('sound', 'unknown'))
    expect(await allThree(zip, [handoff])).toEqual(verdict('sound', 'no'))
    expect(await allThree(zip, [whole])).toEqual(verdict('sound', 'no'))
    const found = await allThree(zip, [], signer.verifier)
    expect(found).toMatchObject({ unaltered: false, row: null })
    const { unaltered } = await verifyDatabase(file, { verifier: signer.verifier })
    expect(unaltered).toMatchObject({ ok: false, firstBad: { where: 'station' } })
  })

  test('a sound ledger does not pass for that of another key', async () => {
    const { evidence } = await theExport()
    const other = verifierText(knownFromSeed(signer.name, stranger))
    expect(await allThree(zipOf(evidence), [], other)).toMatchObject({ unaltered: false, row: null })
  })

  test('an older copy is sound in itself, and told by every head made since', async () => {
    const { evidence, handoff, whole } = await theExport()
    cut(HANDOFF)(evidence)
    const zip = zipOf(evidence)
    expect(await allThree(zip)).toEqual(verdict('sound', 'unknown'))
    expect(await allThree(zip, [handoff])).toEqual(verdict('sound', 'yes'))
    expect(await allThree(zip, [handoff, whole])).toEqual(verdict('sound', 'no'))
    expect(await inDatabase(databaseOf(evidence), [handoff, whole])).toEqual(verdict('sound', 'no'))
  })

  // Which texts are private stands in no entry, so it can only be counted; the entry and its commitment are there.
  test('a text taken out and called private is not told from one that is, but counted', async () => {
    const { evidence } = await theExport()
    const file = writeZip(zipOf(evidence))
    expect([await theDesk(file), await theSingleFile(file)]).toMatchObject([{ withheld: 1 }, { withheld: 1 }])
    removeText(TEXT)(evidence)
    withhold(TEXT)(evidence)
    expect(await allThree(zipOf(evidence))).toEqual(verdict('sound', 'unknown'))
    const changed = writeZip(zipOf(evidence))
    expect([await theDesk(changed), await theSingleFile(changed)]).toMatchObject([
      { withheld: 2 },
      { withheld: 2 },
    ])
  })

  test('data nested deeper than the desk writes are no entry, though signed', async () => {
    const { evidence } = await theExport()
    rewrite(50, { data: JSON.parse(`${'{"a":'.repeat(99)}{}${'}'.repeat(99)}`) })(evidence)
    signAnew(evidence)
    const file = writeZip(zipOf(evidence))
    expect([await theDesk(file), await theSingleFile(file)]).toMatchObject([{ row: 50 }, { row: 50 }])
  })
})

test('unpacked into a folder it is judged as in the zip, and a link in it is refused', async () => {
  const { evidence, handoff } = await theExport()
  const place = folder()
  mkdirSync(join(place, 'checkpoints'))
  for (const [name, body] of filesOf(evidence)) writeFileSync(join(place, name), body)
  expect(await theSingleFile(place, [handoff])).toMatchObject({
    unaltered: true,
    complete: 'yes',
    withheld: 1,
  })
  for (const name of ['entries.jsonl', 'checkpoints/001.txt']) {
    const elsewhere = join(folder(), 'elsewhere')
    renameSync(join(place, name), elsewhere)
    symlinkSync(elsewhere, join(place, name))
    expect(await theSingleFile(place)).toMatchObject({ unaltered: false, row: null })
    unlinkSync(join(place, name))
    renameSync(elsewhere, join(place, name))
  }
})
