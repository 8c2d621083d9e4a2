import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exportBundle } from '../../src/ledger/export/export.ts'
import { shortCode } from '../../src/ledger/short-code.ts'
import { AT, aLedger, commit, erase, folder, mixed, signer } from './a-ledger.ts'
import * as second from './independent/index.ts'

const bytes = (hex: string) => Buffer.from(hex, 'hex')

describe('a ledger of the desk, before the second verifier', () => {
  test.each([1, 2, 255, 256, 257, 300])(
    'of %i entries: each entry, link, commitment, proof and head stands',
    (count) => {
      const station = aLedger()
      commit(station, ...mixed(1, count))
      while (station.ledger.settle() > 0);
      const note = station.ledger.checkpoint(signer, 'handoff', AT)
      const rows = station.db.prepare('SELECT canonical FROM entry ORDER BY seq').pluck().all() as string[]
      const { leaves: own, entries, badRow } = second.walk(rows, '陈集派出所')
      expect(badRow).toBeUndefined()
      const head = second.openCheckpoint(note, second.readVerifier(signer.verifier)!)!
      expect(head).toEqual({ origin: signer.name, size: count, root: second.treeHash(own) })
      const contents = station.db.prepare('SELECT seq, salt, body FROM content').all() as Content[]
      expect(contents).toHaveLength(Math.floor(count / 3))
      for (const { seq, salt, body } of contents)
        expect(second.commitment(salt, JSON.parse(body))).toBe(entries[seq - 1]!.data.content)
      for (const seq of new Set([1, 2, count - 1, count].filter((n) => n >= 1 && n <= count))) {
        const proof = station.ledger.inclusion(seq).map(bytes)
        expect(second.includes(own[seq - 1]!, seq - 1, count, proof, head.root)).toBe(true)
        const path = station.ledger.consistency(seq).map(bytes)
        expect(second.consistent(seq, count, path, second.treeHash(own.slice(0, seq)), head.root)).toBe(true)
      }
    },
  )

  test('exported whole: unaltered, complete against a head kept elsewhere, with the same root', async () => {
    const station = aLedger()
    commit(station, ...mixed(1, 400))
    const kept = station.ledger.checkpoint(signer, 'handoff', AT)
    commit(station, ...mixed(401, 100))
    erase(station, [3, 402])
    const code = { size: 400, code: shortCode(station.ledger.rootAt(400)) }
    const zip = join(folder(), 'export.zip')
    await exportBundle(station.db, zip, { sign: signer, at: AT, withheld: new Set([6, 9]) })
    const root = station.ledger.head().root.toString('hex')
    const sound = { unaltered: true, row: null, complete: 'yes', size: 501, root }
    expect(second.judgeBundle(readFileSync(zip), [kept, code], signer.verifier)).toEqual(sound)
    expect(second.judgeBundle(readFileSync(zip)).complete).toBe('unknown')
    const ahead = { size: 502, code: code.code }
    expect(second.judgeBundle(readFileSync(zip), [kept, ahead]).complete).toBe('no')
  })
})

interface Content {
  seq: number
  salt: Buffer
  body: string
}
