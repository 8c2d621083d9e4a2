import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { leafHash } from '../../src/ledger/hash.ts'
import { truncateWal } from '../../src/ledger/sqlite/wal.ts'
import { verifyBeside } from '../../src/ledger/verify/beside.ts'
import { type VerifyOptions, verifyDatabase } from '../../src/ledger/verify/verify.ts'
import { AT, aLedger, claim, commit, erase, folder, mixed, signer, tamper } from './a-ledger.ts'

/** 700 entries with three texts erased, and heads on, before and behind the borders of shares of 256. */
function aSoundFile(): { file: string; heads: string[] } {
  const station = aLedger()
  const heads: string[] = []
  for (const [from, to] of [
    [1, 256],
    [257, 513],
    [514, 699],
  ] as const) {
    commit(station, ...mixed(from, to - from + 1))
    heads.push(station.ledger.checkpoint(signer, 'hour', AT))
  }
  erase(station, [255, 258, 513])
  heads.push(station.ledger.checkpoint(signer, 'hour', AT))
  while (station.ledger.settle() > 0);
  truncateWal(station.db)
  return { file: station.file, heads }
}

function tampered(sound: string, sql: string): string {
  const file = join(folder(), 'station.db')
  copyFileSync(sound, file)
  tamper(file, (db) => {
    db.function('leaf_of', (text) => Buffer.from(leafHash(text as string), 'hex'))
    db.exec(sql)
  })
  return file
}

/** What is said of a file, but for how fast. */
async function said(file: string, options: VerifyOptions) {
  const { entriesPerSecond: _, ...verdict } = await verifyDatabase(file, options)
  return verdict
}

const edit = (seq: number) =>
  `UPDATE entry SET canonical = replace(canonical, 'pc-1', 'pc-2') WHERE seq = ${seq};`

const DAMAGES: readonly (readonly [name: string, sql: (seq: number) => string, where: string])[] = [
  ['a changed entry', edit, 'entry'],
  [
    'a changed entry hashed anew',
    (seq) => `${edit(seq)} UPDATE entry SET leaf = leaf_of(canonical) WHERE seq = ${seq}`,
    'entry',
  ],
  ['a changed leaf', (seq) => `UPDATE entry SET leaf = zeroblob(32) WHERE seq = ${seq}`, 'entry'],
  ['an entry taken out', (seq) => `DELETE FROM entry WHERE seq = ${seq}`, 'entry'],
  ['another text', (seq) => `REPLACE INTO content VALUES (${seq}, zeroblob(32), '{}')`, 'content'],
]

describe('a ledger checked in shares', { timeout: 90_000 }, () => {
  test.each(DAMAGES)(
    '%s at the border of a share is named as by one who checks all',
    async (_, sql, where) => {
      const { file, heads } = aSoundFile()
      for (const seq of [1, 2, 255, 256, 257, 258, 511, 512, 513, 514, 698]) {
        const bad = tampered(file, sql(seq))
        const whole = await said(bad, { heads, threads: 0, range: 1024 })
        expect(whole.unaltered.firstBad).toMatchObject({ seq, where })
        const shared = await said(bad, { heads, threads: 0, range: 256 })
        expect(shared.unaltered).toEqual(whole.unaltered)
      }
    },
  )

  test.each([1, 2])('by the caller and %i more, has the verdict of the caller alone', async (threads) => {
    const { file, heads } = aSoundFile()
    const files = [
      file,
      tampered(file, edit(256)),
      tampered(file, `${edit(700)} ${edit(257)}`),
      tampered(file, 'DELETE FROM entry WHERE seq = 513'),
    ]
    const alone = await said(file, { heads, threads: 0, range: 1024 })
    expect(alone).toMatchObject({ unaltered: { ok: true }, complete: 'yes' })
    for (const one of files) {
      const told = await said(one, { heads, threads, range: 256 })
      expect(told).toEqual(await said(one, { heads, threads: 0, range: 256 }))
    }
  })

  test('is left by all threads where the caller has had enough', async () => {
    const { file } = aSoundFile()
    const abort = new AbortController()
    const onProgress = () => abort.abort(new Error('enough'))
    const checking = verifyDatabase(file, { threads: 2, range: 256, onProgress, signal: abort.signal })
    await expect(checking).rejects.toThrow('enough')
  })

  test('has no byte of a stored leaf in the row of another', async () => {
    const { file } = aSoundFile()
    const bad = tampered(
      file,
      `UPDATE entry SET leaf = leaf || (SELECT substr(leaf, 1, 1) FROM entry WHERE seq = 51) WHERE seq = 50;
       UPDATE entry SET leaf = substr(leaf, 2) WHERE seq = 51`,
    )
    expect((await verifyDatabase(bad)).unaltered.firstBad).toMatchObject({ seq: 50, where: 'entry' })
  })
})

describe('a ledger checked beside other work', { timeout: 90_000 }, () => {
  /** More than is checked in place. */
  function aLargeLedger() {
    const station = aLedger()
    for (let i = 0; i < 8; i++) commit(station, ...mixed(i * 1000 + 1, 1000))
    const note = station.ledger.checkpoint(signer, 'hour', AT)
    truncateWal(station.db)
    return { ...station, note }
  }

  test('has the same verdict, and says how far it is', async () => {
    const { file, note } = aLargeLedger()
    const progress: [number, number][] = []
    const verdict = await verifyBeside(file, {
      heads: [note],
      onProgress: (...told) => progress.push(told),
    })
    const { entriesPerSecond: _, ...told } = verdict
    expect(told).toEqual(await said(file, { heads: [note], threads: 0 }))
    expect(told).toMatchObject({ unaltered: { ok: true }, complete: 'yes', size: 8000 })
    expect(progress.at(-1)).toEqual([8000, 8000])
  })

  test('is checked as of its beginning while entries are added', async () => {
    const station = aLargeLedger()
    const checking = verifyBeside(station.file, { heads: [station.note] })
    for (let i = 0; i < 20; i++) {
      commit(station, claim(i))
      await new Promise(setImmediate)
    }
    erase(station, [3, 7998])
    expect(await checking).toMatchObject({ unaltered: { ok: true }, complete: 'yes' })
  })

  test('can be left half checked', async () => {
    const { file } = aLargeLedger()
    const abort = new AbortController()
    const checking = verifyBeside(file, { signal: abort.signal })
    setImmediate(() => abort.abort(new Error('enough')))
    await expect(checking).rejects.toThrow('enough')
  })

  test('names what is wrong', async () => {
    const { file } = aLargeLedger()
    tamper(file, (db) => db.exec(edit(7000)))
    expect((await verifyBeside(file)).unaltered.firstBad).toMatchObject({ seq: 7000, where: 'entry' })
    expect((await verifyBeside(`${file}.none`)).unaltered.firstBad).toMatchObject({ where: 'file' })
  })
})
