import { describe, expect, test } from 'vitest'
import { truncateWal } from '../../src/ledger/sqlite/wal.ts'
import { verifyDatabase } from '../../src/ledger/verify/verify.ts'
import { AT, aLedger, commit, mixed, signer, tamper } from './a-ledger.ts'

/** 1000 entries with their subtrees, and a head. */
function aFull() {
  const station = aLedger()
  commit(station, ...mixed(1, 1000))
  while (station.ledger.settle() > 0);
  const head = station.ledger.checkpoint(signer, 'hour', AT)
  truncateWal(station.db)
  return { ...station, head }
}

const check = (file: string, heads: string[]) => verifyDatabase(file, { heads, threads: 0, range: 256 })

describe('a ledger that is checked', { timeout: 90_000 }, () => {
  test('is not called altered for a subtree that the desk stores meanwhile', async () => {
    const station = aFull()
    let more = 2
    const onProgress = () => {
      if (more-- <= 0) return
      commit(station, ...mixed(1001, 600))
      while (station.ledger.settle() > 0);
    }
    const { head } = station
    const options = { heads: [head], threads: 0, range: 256, onProgress }
    const verdict = await verifyDatabase(station.file, options)
    expect(verdict).toMatchObject({ unaltered: { ok: true }, complete: 'yes', size: 1000 })
  })

  test.each([
    ['of entries that are not there', 'INSERT INTO tree_node VALUES (8, 3, zeroblob(32))', 769],
    ['far behind them', 'INSERT INTO tree_node VALUES (8, 9000, zeroblob(32))', 769],
    ['of no level there is', 'INSERT INTO tree_node VALUES (70, 0, zeroblob(32))', 1],
  ])('is altered by a subtree %s', async (_, sql, seq) => {
    const { file, head } = aFull()
    tamper(file, (db) => db.exec(sql))
    expect((await check(file, [head])).unaltered.firstBad).toMatchObject({ seq, where: 'tree' })
  })

  test.each([301, 257, 1001])(
    'is done soon where %i and all behind it but one far away are gone',
    async (seq) => {
      const { file, head } = aFull()
      tamper(file, (db) =>
        db.exec(
          `DELETE FROM entry WHERE seq >= ${seq}; INSERT INTO entry VALUES (3000000000, '{}', zeroblob(32))`,
        ),
      )
      expect((await check(file, [head])).unaltered.firstBad).toMatchObject({ seq, where: 'entry' })
    },
  )

  test.each([
    ['without its leaves', 'ALTER TABLE entry DROP COLUMN leaf'],
    ['without its salts', 'ALTER TABLE content RENAME COLUMN salt TO pepper'],
    ['with a number that no entry can have', 'INSERT INTO entry VALUES (9223372036854775807, 1, 2)'],
    [
      'with a word for a number',
      `ALTER TABLE entry RENAME TO former; CREATE TABLE entry (seq, canonical, leaf);
       INSERT INTO entry SELECT seq, 'other', leaf FROM former; INSERT INTO entry VALUES ('z', '', 1);
       DELETE FROM checkpoint; DELETE FROM tree_node`,
    ],
  ])('%s cannot be read, which is said', async (_, sql) => {
    const { file, head } = aFull()
    tamper(file, (db) => db.exec(sql))
    const { unaltered, complete } = await check(file, [head])
    expect(unaltered).toMatchObject({ ok: false, firstBad: { where: 'file' } })
    expect(complete).toBe('unknown')
  })
})
