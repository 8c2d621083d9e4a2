import { describe, expect, test } from 'vitest'
import { canonicalEntry, InvalidEntry } from '../../src/ledger/canonical.ts'
import { verifyCheckpoint } from '../../src/ledger/checkpoint.ts'
import { contentCommitment, leafHash, NO_PREV } from '../../src/ledger/hash.ts'
import { verifyConsistency, verifyInclusion } from '../../src/ledger/proofs.ts'
import { ed25519Signer, ed25519Verifier } from '../../src/ledger/signed-note.ts'
import { Ledger, LedgerDamaged } from '../../src/ledger/sqlite/ledger.ts'
import { rootOf } from '../../src/ledger/tree.ts'
import { AT, aLedger, claim, commit, message, mixed, type Station, signer, tamper } from './a-ledger.ts'

function leaves({ db }: Station): string[] {
  return db.prepare('SELECT lower(hex(leaf)) FROM entry ORDER BY seq').pluck().all() as string[]
}

function settle({ ledger }: Station): void {
  while (ledger.settle() > 0);
}

describe('appending', () => {
  test('numbers, links and hashes what is stored', () => {
    const station = aLedger()
    const [first, second] = commit(station, claim(1), claim(2))
    expect(first!.entry).toMatchObject({ seq: 1, station: '陈集派出所', prev: NO_PREV })
    expect(second!.entry.prev).toBe(leafHash(canonicalEntry(first!.entry)))
    expect(station.ledger.entry(2)).toEqual(second)
    const stored = station.db
      .prepare('SELECT canonical, typeof(canonical) AS type FROM entry WHERE seq = 2')
      .get()
    expect(stored).toEqual({ canonical: canonicalEntry(second!.entry), type: 'text' })
    expect(station.ledger.head()).toEqual({
      size: 2,
      root: Buffer.from(rootOf(leaves(station)), 'hex'),
      leaf: Buffer.from(leaves(station)[1]!, 'hex'),
    })
  })

  test('keeps text out of the entry and ties it to the entry by a salted hash', () => {
    const station = aLedger()
    const [{ entry, content }] = commit(station, message(1, '我不想活了')) as [
      ReturnType<Ledger['append']>[0],
    ]
    expect(content).toEqual({ text: '我不想活了' })
    const row = station.db.prepare('SELECT salt, body FROM content WHERE seq = 1').get() as {
      salt: Buffer
      body: string
    }
    expect(row.salt).toHaveLength(32)
    expect(entry.data.content).toBe(contentCommitment(row.salt, row.body))
    expect(canonicalEntry(entry)).not.toContain('不想活')
    expect(station.ledger.entry(1)).toEqual({ entry, content })
  })

  test('gives every text a salt of its own', () => {
    const station = aLedger()
    commit(station, ...Array.from({ length: 1000 }, () => message(1)))
    expect(station.db.prepare('SELECT count(DISTINCT salt) FROM content').pluck().get()).toBe(1000)
  })

  test('may happen several times in one transaction', () => {
    const station = aLedger()
    station.db.exec('BEGIN')
    station.ledger.append([claim(1)])
    station.ledger.append([claim(2), message(3)])
    expect(station.ledger.head().size).toBe(3)
    station.db.exec('COMMIT')
    station.ledger.commit()
    expect(Ledger.open(station.db).head()).toEqual(station.ledger.head())
  })

  test('rolled back leaves the head as it was', () => {
    const station = aLedger()
    commit(station, ...mixed(1, 300))
    const before = station.ledger.head()
    station.db.exec('BEGIN')
    station.ledger.append(mixed(301, 600))
    expect(station.ledger.head().size).toBe(900)
    expect(station.ledger.head().root).not.toEqual(before.root)
    station.db.exec('ROLLBACK')
    station.ledger.rollback()
    expect(station.ledger.head()).toEqual(before)
    commit(station, claim(1))
    expect(station.ledger.head().root.toString('hex')).toBe(rootOf(leaves(station)))
    expect(Ledger.open(station.db).head()).toEqual(station.ledger.head())
  })

  test('of something without a canonical form is refused and named', () => {
    const station = aLedger()
    station.db.exec('BEGIN')
    expect(() => station.ledger.append([claim(1, { n: 2 ** 60 })])).toThrow(InvalidEntry)
    expect(() => station.ledger.append([message(1, '\ud800')])).toThrow('content.text')
    expect(() => station.ledger.append([claim(1, { content: 'mine' })])).toThrow('data.content')
    expect(() => station.ledger.append([{ ...claim(1), at: 'today' }])).toThrow('at:')
    station.db.exec('ROLLBACK')
    station.ledger.rollback()
    expect(station.ledger.head().size).toBe(0)
  })

  test('needs an open transaction, and is adopted only after its commit', () => {
    const { db, ledger } = aLedger()
    expect(() => ledger.append([claim(1)])).toThrow('needs an open transaction')
    db.exec('BEGIN')
    ledger.append([claim(1)])
    expect(() => ledger.commit()).toThrow('before the database has committed')
  })

  test('takes entries of any length', () => {
    const station = aLedger()
    commit(station, claim(1, { long: '字'.repeat(100_000) }), message(2, '字'.repeat(100_000)))
    const read = station.ledger.read(1, 2)
    expect(read[0]!.entry.data.long).toHaveLength(100_000)
    expect(leaves(station)[0]).toBe(leafHash(canonicalEntry(read[0]!.entry)))
    expect(read[1]!.content!.text).toHaveLength(100_000)
  })
})

describe('the database', () => {
  test.each([
    ['UPDATE entry SET canonical = canonical', 'entry'],
    ['DELETE FROM entry WHERE seq = 3', 'entry'],
    ["INSERT OR REPLACE INTO entry VALUES (3, '{}', x'00')", 'entry'],
    ['UPDATE content SET body = body', 'content'],
    ['DELETE FROM content', 'content'],
    ["INSERT OR REPLACE INTO content VALUES (3, x'00', '{}')", 'content'],
    ['UPDATE checkpoint SET at = at', 'checkpoint'],
    ['DELETE FROM checkpoint', 'checkpoint'],
    ["INSERT INTO checkpoint VALUES (2, 0, '', '', '')", 'checkpoint'],
    ['UPDATE tree_node SET hash = hash', 'tree_node'],
    ['DELETE FROM tree_node', 'tree_node'],
    ["INSERT OR REPLACE INTO tree_node VALUES (8, 0, x'00')", 'tree_node'],
    ['UPDATE ledger_meta SET verifier = verifier', 'ledger_meta'],
    ['DELETE FROM ledger_meta', 'ledger_meta'],
    ["INSERT OR REPLACE INTO ledger_meta VALUES (1, '', '', '')", 'ledger_meta'],
  ])('refuses %s', (sql, table) => {
    const station = aLedger()
    commit(station, ...mixed(1, 300))
    station.ledger.checkpoint(signer, 'hour', AT)
    settle(station)
    expect(() => station.db.exec(sql)).toThrow(`on ${table} is refused`)
  })

  test('refuses a second entry under a number by its key', () => {
    const station = aLedger()
    commit(station, ...mixed(1, 20))
    expect(() => station.db.exec("INSERT INTO entry VALUES (9, '{}', x'00')")).toThrow(
      'UNIQUE constraint failed',
    )
  })
})

describe('a second entry under the same number', () => {
  test('is refused by the key', () => {
    const station = aLedger()
    commit(station, claim(1))
    expect(() => station.db.exec("INSERT INTO entry VALUES (1, '{}', x'00')")).toThrow('UNIQUE')
  })
})

describe('a reopened ledger', () => {
  test.each([0, 1, 255, 256, 257, 1000])('of %i entries has the same head, settled or not', (count) => {
    const station = aLedger()
    if (count > 0) commit(station, ...mixed(1, count))
    const head = station.ledger.head()
    expect(Ledger.open(station.db).head()).toEqual(head)
    settle(station)
    const again = Ledger.open(station.db)
    expect(again.head()).toEqual(head)
    expect(again.head().root.toString('hex')).toBe(rootOf(leaves(station)))
    commit({ db: station.db, ledger: again }, claim(1))
    expect(Ledger.open(station.db).head()).toEqual(again.head())
  })

  test.each<[string, string, number | undefined]>([
    [
      'its last text was changed',
      "UPDATE entry SET canonical = replace(canonical, 'pc-1', 'pc-2') WHERE seq = 700",
      700,
    ],
    ['an entry near the end is missing', 'DELETE FROM entry WHERE seq = 600', 600],
    ['its tree has more blocks than its entries', 'DELETE FROM entry WHERE seq > 500', undefined],
    ['its end was cut after a checkpoint', 'DELETE FROM entry WHERE seq > 690', undefined],
    ['a leaf was changed', "UPDATE entry SET leaf = x'00' WHERE seq = 513", 513],
    [
      'a stored subtree was changed',
      'UPDATE tree_node SET hash = zeroblob(32) WHERE level = 8 AND idx = 1',
      undefined,
    ],
    ['its station is gone', 'DELETE FROM ledger_meta', undefined],
  ])('is refused when %s', (_name, sql, seq) => {
    const station = aLedger()
    commit(station, ...mixed(1, 700))
    station.ledger.checkpoint(signer, 'hour', AT)
    settle(station)
    tamper(station.file, (db) => db.exec(sql))
    let refused: unknown
    try {
      Ledger.open(station.db)
    } catch (error) {
      refused = error
    }
    expect(refused).toBeInstanceOf(LedgerDamaged)
    expect((refused as LedgerDamaged).seq).toBe(seq)
  })
})

describe('reading', () => {
  test('goes by number, in order, and tells where there is nothing', () => {
    const station = aLedger()
    commit(station, ...mixed(1, 1200))
    const { ledger } = station
    expect(ledger.read(600, 3).map((row) => row.entry.seq)).toEqual([600, 601, 602])
    expect(ledger.read(1199, 10)).toHaveLength(2)
    expect(ledger.entry(1201)).toBeNull()
    expect([...ledger.iterate(3)].map((row) => row.entry.seq)).toEqual(
      Array.from({ length: 1198 }, (_, i) => i + 3),
    )
    expect([...ledger.iterate()].filter((row) => row.content !== null)).toHaveLength(400)
  })

  test('by subject is the same whether the index is behind, complete or half way', () => {
    const station = aLedger()
    commit(station, ...mixed(1, 700))
    const all = Array.from({ length: 100 }, (_, i) => 3 + i * 7).reverse()
    const seqs = (limit: number, before?: number) =>
      station.ledger.bySubject('thread-3', limit, before).map((row) => row.entry.seq)
    const expectAll = () => {
      expect(seqs(1000)).toEqual(all)
      expect(seqs(5)).toEqual(all.slice(0, 5))
      expect(seqs(5, all[9])).toEqual(all.slice(10, 15))
    }
    expectAll()
    station.ledger.settle(300)
    expectAll()
    settle(station)
    expectAll()
    expect(station.ledger.bySubject('nobody', 10)).toEqual([])
  })
})

describe('proofs and checkpoints', () => {
  test('of a stored ledger hold against its checkpoints', () => {
    const station = aLedger()
    const { ledger } = station
    const verifier = ed25519Verifier(signer.verifier)
    const heads = [300, 700, 513].map((count, i) => {
      commit(station, ...mixed(1, count))
      if (i === 1) settle(station)
      return verifyCheckpoint(ledger.checkpoint(signer, 'hour', AT), verifier, signer.name)
    })
    expect(ledger.checkpoints().map((c) => [c.size, c.reason])).toEqual([
      [300, 'hour'],
      [1000, 'hour'],
      [1513, 'hour'],
    ])
    const all = leaves(station)
    for (const { size, root } of heads) {
      const hex = root.toString('hex')
      for (const seq of [1, 2, 256, 257, size]) {
        expect(verifyInclusion(all[seq - 1]!, seq - 1, size, ledger.inclusion(seq, size), hex)).toBe(true)
      }
      for (const older of heads.filter((head) => head.size <= size)) {
        const proof = ledger.consistency(older.size, size)
        expect(verifyConsistency(older.size, size, proof, older.root.toString('hex'), hex)).toBe(true)
      }
    }
    expect(() => ledger.inclusion(1, 5000)).toThrow(RangeError)
  })

  test('a head is not signed that does not extend the newest signed one', () => {
    const station = aLedger()
    commit(station, ...mixed(1, 10))
    station.ledger.checkpoint(signer, 'hour', AT)
    const other = aLedger()
    commit(other, ...mixed(2, 20))
    tamper(station.file, (db) => {
      db.exec('DELETE FROM entry')
      db.exec(`ATTACH '${other.file}' AS other`)
      db.exec('INSERT INTO entry SELECT * FROM other.entry')
    })
    expect(() => station.ledger.checkpoint(signer, 'hour', AT)).toThrow('not signed')
    expect(station.ledger.checkpoints()).toHaveLength(1)
  })

  test('another key signs nothing here', () => {
    const { ledger } = aLedger()
    expect(() => ledger.checkpoint(ed25519Signer('x', Buffer.alloc(32, 1)), 'hour', AT)).toThrow(
      'not the one',
    )
  })

  test('an empty ledger can be signed', () => {
    const { ledger } = aLedger()
    expect(
      verifyCheckpoint(ledger.checkpoint(signer, 'start', AT), ed25519Verifier(signer.verifier), signer.name)
        .size,
    ).toBe(0)
  })
})
