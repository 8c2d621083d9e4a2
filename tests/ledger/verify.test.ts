import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeCheckpoint } from '../../src/ledger/checkpoint.ts'
import { leafHash, NO_PREV } from '../../src/ledger/hash.ts'
import { shortCode } from '../../src/ledger/short-code.ts'
import { ed25519Signer } from '../../src/ledger/signed-note.ts'
import { truncateWal } from '../../src/ledger/sqlite/wal.ts'
import { verifyDatabase } from '../../src/ledger/verify/verify.ts'
import {
  AT,
  aLedger,
  claim,
  commit,
  erase,
  folder,
  message,
  mixed,
  type Station,
  signer,
  tamper,
} from './a-ledger.ts'

/** Some blocks, some contents, a checkpoint in the middle and one near the end. */
function aStation(by = signer): Station & { heads: string[] } {
  const station = aLedger(folder(), by)
  commit(station, ...mixed(1, 400))
  const middle = station.ledger.checkpoint(by, 'handoff', AT)
  commit(station, ...mixed(401, 300))
  const end = station.ledger.checkpoint(by, 'hour', AT)
  commit(station, claim(701))
  while (station.ledger.settle() > 0);
  return { ...station, heads: [middle, end] }
}

describe('a sound ledger', { timeout: 90_000 }, () => {
  test('is unaltered, and of unknown completeness without a head kept elsewhere', async () => {
    const station = aStation()
    const head = station.ledger.head()
    const verdict = await verifyDatabase(station.file)
    expect(verdict).toMatchObject({
      unaltered: { ok: true },
      complete: 'unknown',
      size: 701,
      root: head.root.toString('hex'),
      code: shortCode(head.root),
    })
    expect(verdict.unaltered.firstBad).toBeUndefined()
    expect(verdict.entriesPerSecond).toBeGreaterThan(0)
  })

  test('is complete against every head it once had', async () => {
    const station = aStation()
    const printed = { size: 400, code: shortCode(station.ledger.rootAt(400)).toLowerCase() }
    const verdict = await verifyDatabase(station.file, { heads: [...station.heads, printed] })
    expect(verdict.complete).toBe('yes')
    expect(verdict.heads.map((h) => [h.size, h.is])).toEqual([
      [400, 'matches'],
      [700, 'matches'],
      [400, 'matches'],
    ])
  })

  test.each([0, 1, 255, 256, 257, 512])('of %i entries is found sound', async (count) => {
    const station = aLedger()
    if (count > 0) commit(station, ...mixed(1, count))
    station.ledger.checkpoint(signer, 'hour', AT)
    const verdict = await verifyDatabase(station.file)
    expect(verdict.unaltered).toEqual({ ok: true })
    expect(verdict.root).toBe(station.ledger.head().root.toString('hex'))
  })

  test('is found sound by any number of threads, also while it is being written', async () => {
    const station = aLedger()
    for (let i = 0; i < 40; i++) commit(station, ...mixed(i * 1000 + 1, 1000))
    const note = station.ledger.checkpoint(signer, 'hour', AT)
    const progress: number[] = []
    const checking = verifyDatabase(station.file, {
      threads: 3,
      heads: [note],
      onProgress: (n) => progress.push(n),
    })
    commit(station, ...mixed(1, 50))
    erase(station, [3, 39_000])
    const verdict = await checking
    expect(verdict.unaltered).toEqual({ ok: true })
    expect(verdict.complete).toBe('yes')
    expect(progress.at(-1)).toBe(verdict.size)
    expect((await verifyDatabase(station.file, { threads: 0 })).unaltered).toEqual({ ok: true })
  })

  test('can be left half checked', async () => {
    const station = aStation()
    const abort = AbortSignal.abort(new Error('enough'))
    await expect(verifyDatabase(station.file, { signal: abort })).rejects.toThrow('enough')
  })
})

describe('what was done to the rows is found and named', () => {
  const reseal = `
    UPDATE entry SET canonical = replace(canonical, '"n":50', '"n":51') WHERE seq = 50;
  `
  test.each<[string, string, { seq?: number; where: string }]>([
    [
      'a changed text',
      "UPDATE entry SET canonical = replace(canonical, 'pc-1', 'pc-2') WHERE seq = 50",
      { seq: 50, where: 'entry' },
    ],
    ['a changed value', reseal, { seq: 50, where: 'entry' }],
    ['a changed leaf', 'UPDATE entry SET leaf = zeroblob(32) WHERE seq = 50', { seq: 50, where: 'entry' }],
    [
      'a leaf made longer',
      "UPDATE entry SET leaf = CAST(leaf || x'00' AS BLOB) WHERE seq = 701",
      { seq: 701, where: 'entry' },
    ],
    [
      'a leaf stored as text',
      'UPDATE entry SET leaf = CAST(leaf AS TEXT) WHERE seq = 50',
      { seq: 50, where: 'entry' },
    ],
    ['an entry taken out', 'DELETE FROM entry WHERE seq = 50', { seq: 50, where: 'entry' }],
    ['the first entry taken out', 'DELETE FROM entry WHERE seq = 1', { seq: 1, where: 'entry' }],
    [
      'a gap before an entry put in',
      "INSERT INTO entry VALUES (703, '{}', x'00')",
      { seq: 702, where: 'entry' },
    ],
    ['an entry before the first', "INSERT INTO entry VALUES (0, '{}', x'00')", { seq: 0, where: 'entry' }],
    [
      'an entry stored as bytes',
      'UPDATE entry SET canonical = CAST(canonical AS BLOB) WHERE seq = 50',
      { seq: 50, where: 'entry' },
    ],
    [
      'two entries exchanged',
      'UPDATE entry SET seq = -1 WHERE seq = 50; UPDATE entry SET seq = 50 WHERE seq = 51; UPDATE entry SET seq = 51 WHERE seq = -1',
      { seq: 50, where: 'entry' },
    ],
    [
      'a changed content',
      'UPDATE content SET body = \'{"text":"没事"}\' WHERE seq = 51',
      { seq: 51, where: 'content' },
    ],
    [
      'a changed salt',
      'UPDATE content SET salt = zeroblob(32) WHERE seq = 51',
      { seq: 51, where: 'content' },
    ],
    ['a content taken out', 'DELETE FROM content WHERE seq = 51', { seq: 51, where: 'content' }],
    [
      'a content put in',
      "INSERT INTO content VALUES (50, zeroblob(32), '{}')",
      { seq: 50, where: 'content' },
    ],
    [
      'a content beyond the end',
      "INSERT INTO content VALUES (9999, zeroblob(32), '{}')",
      { seq: 9999, where: 'content' },
    ],
    [
      'a content put over to another entry',
      'DELETE FROM content WHERE seq = 54; UPDATE content SET seq = 54 WHERE seq = 51',
      { seq: 51, where: 'content' },
    ],
    [
      'a changed subtree',
      'UPDATE tree_node SET hash = zeroblob(32) WHERE level = 8 AND idx = 1',
      { seq: 257, where: 'tree' },
    ],
    ['a subtree taken out', 'DELETE FROM tree_node WHERE level = 8 AND idx = 0', { seq: 1, where: 'tree' }],
    ['an upper subtree taken out', 'DELETE FROM tree_node WHERE level = 9', { seq: 1, where: 'tree' }],
    ['a subtree too many', 'INSERT INTO tree_node VALUES (12, 0, zeroblob(32))', { seq: 1, where: 'tree' }],
    [
      'a changed note',
      "UPDATE checkpoint SET note = replace(note, '400', '399') WHERE id = 1",
      { seq: 400, where: 'checkpoint' },
    ],
    [
      'a note filed elsewhere',
      'UPDATE checkpoint SET size = 399 WHERE id = 1',
      { seq: 399, where: 'checkpoint' },
    ],
    ['another station', "UPDATE ledger_meta SET station = '别所'", { seq: 1, where: 'entry' }],
    ['another origin', "UPDATE ledger_meta SET origin = 'other'", { seq: 400, where: 'checkpoint' }],
    ['a broken key', "UPDATE ledger_meta SET verifier = 'x'", { where: 'station' }],
    ['no station', 'DELETE FROM ledger_meta', { where: 'file' }],
    [
      'the end cut off behind the newest checkpoint',
      'DELETE FROM entry WHERE seq > 690; DELETE FROM content WHERE seq > 690',
      { seq: 700, where: 'checkpoint' },
    ],
  ])('%s', async (_name, sql, bad) => {
    const station = aStation()
    tamper(station.file, (db) => db.exec(sql))
    const { unaltered } = await verifyDatabase(station.file)
    expect(unaltered.ok).toBe(false)
    expect(unaltered.firstBad).toMatchObject(bad)
  })

  test('a change that was hashed and linked anew as far as the end is found by the checkpoint behind it', async () => {
    const station = aStation()
    tamper(station.file, (db) => rebuild(db, 350))
    const { unaltered } = await verifyDatabase(station.file)
    expect(unaltered.firstBad).toMatchObject({
      seq: 400,
      where: 'checkpoint',
      what: expect.stringContaining('root'),
    })
  })

  test('an entry not in canonical form is found, although its leaf is right', async () => {
    const station = aLedger()
    commit(station, claim(1))
    tamper(station.file, (db) => {
      const text = (db.prepare('SELECT canonical FROM entry').pluck().get() as string).replace(
        '"n":1',
        '"n": 1',
      )
      db.prepare('UPDATE entry SET canonical = ?, leaf = ?').run(text, Buffer.from(leafHash(text), 'hex'))
    })
    const { unaltered } = await verifyDatabase(station.file)
    expect(unaltered.firstBad).toEqual({ seq: 1, where: 'entry', what: 'is not in canonical form' })
  })

  test('bytes that are not text are found, although they read the same', async () => {
    const station = aLedger()
    commit(station, claim(1, { note: '\ufffd' }))
    tamper(station.file, (db) => {
      const bytes = db.prepare('SELECT CAST(canonical AS BLOB) FROM entry').pluck().get() as Buffer
      const at = bytes.indexOf('\ufffd')
      const changed = Buffer.concat([bytes.subarray(0, at), Buffer.of(0xff), bytes.subarray(at + 3)])
      db.prepare('UPDATE entry SET canonical = CAST(? AS TEXT)').run(changed)
    })
    const { unaltered } = await verifyDatabase(station.file)
    expect(unaltered.firstBad).toMatchObject({ seq: 1, where: 'entry', what: 'is not valid UTF-8' })
  })

  test('a file that is no database is a finding', async () => {
    const file = join(folder(), 'x.db')
    writeFileSync(file, 'not a database, but long enough to be looked at'.repeat(100))
    expect((await verifyDatabase(file)).unaltered).toMatchObject({ ok: false, firstBad: { where: 'file' } })
    expect((await verifyDatabase(`${file}.none`)).unaltered).toMatchObject({
      ok: false,
      firstBad: { where: 'file' },
    })
  })
})

describe('a ledger whose end was cut off', () => {
  test('last row, contents, checkpoints and all, is told by a head kept elsewhere', async () => {
    const station = aStation()
    tamper(station.file, (db) => {
      db.exec(
        'DELETE FROM entry WHERE seq > 600; DELETE FROM content WHERE seq > 600; DELETE FROM checkpoint WHERE size > 600',
      )
    })
    expect(await verifyDatabase(station.file)).toMatchObject({ unaltered: { ok: true }, complete: 'unknown' })
    const verdict = await verifyDatabase(station.file, { heads: [station.heads[1]!] })
    expect(verdict.complete).toBe('no')
    expect(verdict.completeWhy).toContain('700 entries, here are only 600')
    expect((await verifyDatabase(station.file, { heads: [station.heads[0]!] })).complete).toBe('yes')
  })

  test('by one entry, since the last checkpoint, is told by a printed code', async () => {
    const station = aStation()
    const { size, root } = station.ledger.head()
    tamper(station.file, (db) => db.exec('DELETE FROM entry WHERE seq = 701'))
    expect((await verifyDatabase(station.file)).unaltered.ok).toBe(true)
    const verdict = await verifyDatabase(station.file, { heads: [{ size, code: shortCode(root) }] })
    expect(verdict).toMatchObject({ complete: 'no', heads: [{ size: 701, is: 'ahead' }] })
  })
})

describe('a ledger that was replaced', () => {
  test('by one with the same key is told by an older head', async () => {
    const old = aStation()
    const fresh = aLedger()
    commit(fresh, ...mixed(5, 800))
    const verdict = await verifyDatabase(fresh.file, { heads: [old.heads[1]!] })
    expect(verdict).toMatchObject({
      unaltered: { ok: true },
      complete: 'no',
      heads: [{ size: 700, is: 'differs' }],
    })
    const code = shortCode(old.ledger.rootAt(400))
    expect(await verifyDatabase(fresh.file, { heads: [{ size: 400, code }] })).toMatchObject({
      complete: 'no',
      heads: [{ is: 'differs' }],
    })
  })

  test('together with its key is told by an older head, and by the key itself', async () => {
    const old = aStation()
    const fresh = aStation(ed25519Signer(signer.name, Buffer.alloc(32, 1)))
    expect(await verifyDatabase(fresh.file, { heads: [old.heads[0]!] })).toMatchObject({
      unaltered: { ok: true },
      complete: 'no',
      heads: [{ size: 400, is: 'foreign' }],
    })
    const { unaltered } = await verifyDatabase(fresh.file, { verifier: signer.verifier })
    expect(unaltered.firstBad).toMatchObject({ where: 'station' })
  })

  test('by an older copy of itself is told by a newer head', async () => {
    const station = aLedger()
    commit(station, ...mixed(1, 300))
    truncateWal(station.db)
    const copy = join(folder(), 'copy.db')
    copyFileSync(station.file, copy)
    commit(station, ...mixed(301, 5))
    const note = station.ledger.checkpoint(signer, 'handoff', AT)
    expect(await verifyDatabase(copy, { heads: [note] })).toMatchObject({
      complete: 'no',
      heads: [{ is: 'ahead' }],
    })
  })
})

describe('a head given', () => {
  test('about another ledger, or signed by another key, does not count as a match', async () => {
    const station = aStation()
    const head = { size: 400, root: station.ledger.rootAt(400) }
    const stranger = ed25519Signer('stranger', Buffer.alloc(32, 2))
    const notes = [
      makeCheckpoint({ origin: 'elsewhere', ...head }, signer),
      makeCheckpoint({ origin: signer.name, ...head }, stranger),
      station.heads[0]!.replace('400', '300'),
    ]
    for (const note of notes) {
      const verdict = await verifyDatabase(station.file, { heads: [station.heads[1]!, note] })
      expect(verdict.complete).toBe('no')
      expect(verdict.heads[1]!.is).toBe('foreign')
    }
  })

  test.each(['', 'nonsense', { size: 400, code: 'ABC' }, { size: 1.5, code: '0000-0000-0000-0000-0000' }])(
    'that cannot be read (%j) leaves it open',
    async (head) => {
      const station = aStation()
      const verdict = await verifyDatabase(station.file, { heads: [station.heads[1]!, head] })
      expect(verdict).toMatchObject({ complete: 'unknown', heads: [{ is: 'matches' }, { is: 'unreadable' }] })
    },
  )
})

describe('flipped bits', { timeout: 180_000 }, () => {
  /** A number that looks random and is the same in every run. */
  function* numbers(seed: number): Generator<number, never> {
    for (let x = seed; ; ) {
      x = (Math.imul(x, 1664525) + 1013904223) >>> 0
      yield x
    }
  }

  test('in any column of any entry or content are all found, in the row they are in', async () => {
    const station = aStation()
    const random = numbers(7)
    const next = (below: number) => random.next().value % below
    const columns = [
      ['entry', 'canonical', 'TEXT'],
      ['entry', 'leaf', 'BLOB'],
      ['content', 'body', 'TEXT'],
      ['content', 'salt', 'BLOB'],
    ] as const
    const contents = station.db.prepare('SELECT seq FROM content').pluck().all() as number[]
    tamper(station.file, () => {})
    const db = station.db
    for (let i = 0; i < 300; i++) {
      const [table, column, type] = columns[i % columns.length]!
      const seq = table === 'content' ? contents[next(contents.length)]! : 1 + next(701)
      const read = db.prepare(`SELECT CAST(${column} AS BLOB) FROM ${table} WHERE seq = ?`).pluck()
      const write = db.prepare(`UPDATE ${table} SET ${column} = CAST(? AS ${type}) WHERE seq = ?`)
      const right = read.get(seq) as Buffer
      const wrong = Buffer.from(right)
      const bit = next(right.length * 8)
      wrong[bit >> 3]! ^= 1 << (bit & 7)
      write.run(wrong, seq)
      const { unaltered } = await verifyDatabase(station.file)
      expect(unaltered.firstBad, `${table} ${seq} ${column} bit ${bit}`).toMatchObject({ seq, where: table })
      write.run(right, seq)
    }
    expect((await verifyDatabase(station.file)).unaltered).toEqual({ ok: true })
  })

  test('anywhere in the file are found, or leave every row as it was', async () => {
    const station = aStation()
    truncateWal(station.db)
    const rows = dump(station.file)
    const bytes = readFileSync(station.file)
    const copy = join(folder(), 'flipped.db')
    const random = numbers(11)
    let found = 0
    for (let i = 0; i < 300; i++) {
      const bit = Math.floor((random.next().value / 2 ** 32) * bytes.length * 8)
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      writeFileSync(copy, flipped)
      const { unaltered } = await verifyDatabase(copy)
      if (unaltered.ok) expect(dump(copy), `bit ${bit}`).toBe(rows)
      else found++
    }
    expect(found).toBeGreaterThan(200)
  })
})

describe('erased contents', () => {
  test('leave the ledger verifying, and their text in no file', async () => {
    const station = aLedger()
    const secret = '张三的身份证在我这里'
    commit(station, message(1, secret), message(2, '另一条'), message(3, secret))
    const before = station.ledger.checkpoint(signer, 'handoff', AT)
    truncateWal(station.db)
    expect(bytesOf(station.file).includes(secret)).toBe(true)
    erase(station, [1, 3])
    expect(truncateWal(station.db).busy).toBe(false)
    expect(bytesOf(station.file).includes(secret)).toBe(false)
    expect(station.ledger.entry(1)!.content).toBeNull()
    expect(station.ledger.entry(2)!.content).toEqual({ text: '另一条' })
    expect(await verifyDatabase(station.file, { heads: [before] })).toMatchObject({
      unaltered: { ok: true },
      complete: 'yes',
    })
  })

  test('need an entry that says so, in the same commit', () => {
    const station = aLedger()
    commit(station, message(1), message(2))
    expect(() => station.ledger.erase([1])).toThrow('needs an open transaction')
    station.db.exec('BEGIN')
    expect(() => station.ledger.erase([1])).toThrow('no content.erased entry')
    station.ledger.append([{ ...claim(3), type: 'content.erased', data: { seqs: [1], ground: 'x' } }])
    expect(() => station.ledger.erase([1, 2])).toThrow('names entry 2')
    station.db.exec('ROLLBACK')
    station.ledger.rollback()
    expect(station.db.prepare('SELECT count(*) FROM content').pluck().get()).toBe(2)
    expect(station.db.prepare('SELECT count(*) FROM erasure').pluck().get()).toBe(0)
  })

  test('that are still there are found', async () => {
    const station = aLedger()
    commit(station, message(1))
    commit(station, { ...claim(2), type: 'content.erased', data: { seqs: [1], ground: 'x' } })
    expect((await verifyDatabase(station.file)).unaltered.firstBad).toMatchObject({
      seq: 1,
      where: 'content',
    })
  })
})

/** Every row of the ledger, as one text. */
function dump(file: string): string {
  let text = ''
  const copy = `${file}.dump`
  copyFileSync(file, copy)
  tamper(copy, (db) => {
    for (const table of ['ledger_meta', 'entry', 'content', 'tree_node', 'checkpoint']) {
      text += JSON.stringify(db.prepare(`SELECT * FROM ${table}`).all())
    }
  })
  return text
}

function bytesOf(file: string): Buffer {
  return Buffer.concat(['', '-wal', '-shm'].map((end) => readFileSync(file + end)))
}

/** Changes an entry and makes everything after it fit again, as somebody with time would. */
function rebuild(db: import('better-sqlite3').Database, from: number): void {
  const rows = db.prepare('SELECT seq, canonical FROM entry ORDER BY seq').all() as {
    seq: number
    canonical: string
  }[]
  const update = db.prepare('UPDATE entry SET canonical = ?, leaf = ? WHERE seq = ?')
  let prev = NO_PREV
  for (const { seq, canonical } of rows) {
    let text = canonical.replace(/"prev":"[0-9a-f]{64}"/, `"prev":"${prev}"`)
    if (seq === from) text = text.replace('officer-', 'officer-9')
    prev = leafHash(text)
    update.run(text, Buffer.from(prev, 'hex'), seq)
  }
  db.exec('DELETE FROM tree_node')
}
