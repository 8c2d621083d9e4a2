import { describe, expect, test } from 'vitest'
import { codeOf, type Evidence } from './attack/evidence.ts'
import { EXPORTED, type Part, type Taken, takePart, zipOfPart } from './attack/part.ts'
import { PART_CASES } from './attack/part-cases.ts'
import { type Printed, theDesk, theSingleFile, type Verdict, writeZip } from './attack/verifiers.ts'
import * as second from './independent/index.ts'

const taken = new Map<string, Promise<Taken>>()

/** A sound export of this kind, with the codes of the handoff at 40, of the export, and of a head that is not in it. */
async function aPart(kind: 'period' | 'thread') {
  if (!taken.has(kind)) taken.set(kind, takePart(kind))
  const { part, all } = structuredClone((await taken.get(kind))!)
  const [handoff, whole, between] = [40, EXPORTED, 50].map((size) => codeOf(all as Evidence, size))
  return { part, all, handoff: handoff!, whole: whole!, between: between! }
}

/** What both verifiers say; throws where they do not say the same. */
async function both(part: Part, heads: readonly Printed[] = []): Promise<Verdict> {
  const file = writeZip(zipOfPart(part))
  const [desk, single] = await Promise.all([theDesk(file, heads), theSingleFile(file, heads)])
  const plain = ({ unaltered, row, complete }: Verdict) => ({ unaltered, row, complete })
  if (JSON.stringify(plain(desk)) !== JSON.stringify(plain(single)))
    throw new Error(`the verifiers do not agree:\n${JSON.stringify({ desk, single }, null, 1)}`)
  return plain(desk)
}

describe.each(['period', 'thread'] as const)('an export of a %s', (kind) => {
  test('is sound, and of a period can be complete; of a thread nobody can tell', async () => {
    const { part, handoff, whole, between } = await aPart(kind)
    const sound = { unaltered: true, row: null }
    const best = kind === 'period' ? 'yes' : 'unknown'
    expect(await both(part)).toEqual({ ...sound, complete: 'unknown' })
    expect(await both(part, [handoff])).toEqual({ ...sound, complete: best })
    expect(await both(part, [handoff, whole])).toEqual({ ...sound, complete: best })
    expect(await both(part, [between]), 'no checkpoint of that size is in it').toEqual({
      ...sound,
      complete: 'unknown',
    })
    expect(await both(part, [{ size: 40, code: whole.code }])).toEqual({ ...sound, complete: 'no' })
    expect(await both(part, [{ size: 62, code: whole.code }])).toEqual({ ...sound, complete: 'no' })
  })

  test('has proofs that the second verifier accepts, entry by entry', async () => {
    const { part } = await aPart(kind)
    const key = second.readVerifier(part.station.verifier)!
    const heads = part.notes.map((note) => second.openCheckpoint(note, key)!)
    const newest = heads.at(-1)!
    const hashes = (path: readonly string[]) => path.map((hash) => Buffer.from(hash, 'hex'))
    const leaf = (seq: number) => second.leafOf(part.lines.find((line) => JSON.parse(line).seq === seq)!)
    for (const { from, to, first, last = first } of part.proofs) {
      expect(second.includes(leaf(from), from - 1, newest.size, hashes(first), newest.root)).toBe(true)
      expect(second.includes(leaf(to), to - 1, newest.size, hashes(last), newest.root)).toBe(true)
    }
    expect(part.consistency).toHaveLength(1)
    for (const { from, to, path } of part.consistency) {
      const [old, now] = [from, to].map((size) => heads.find((head) => head.size === size)!)
      expect(second.consistent(from, to, hashes(path), old!.root, now!.root)).toBe(true)
    }
  })
})

describe('an attacked part', { timeout: 60_000 }, () => {
  test.each(PART_CASES)('of a $of: $name', async ({ of, steps, row, handoff }) => {
    const { part, all, ...codes } = await aPart(of)
    for (const step of steps) step(part, all)
    const found = { unaltered: row === 'sound', row: row === 'sound' ? null : row }
    expect(await both(part)).toEqual({ ...found, complete: 'unknown' })
    expect(await both(part, [codes.handoff])).toMatchObject(handoff ? { ...found, complete: handoff } : found)
  })
})
