import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Db, openDatabase } from '../../src/ledger/sqlite/open.ts'
import { Slack, unallocated } from '../../src/ledger/sqlite/slack.ts'
import { truncateWal } from '../../src/ledger/sqlite/wal.ts'
import { seeded } from '../support/random.ts'
import { folder } from './a-ledger.ts'

const rows = 6_000

/** Rows come and go in such an order that pages are split and joined; at last none has a mark any more. */
function marksComeAndGo(seed: number): { db: Db; left: () => number } {
  const file = join(folder(), 'slack.db')
  const db = openDatabase(file)
  db.exec(`CREATE TABLE card (id INTEGER PRIMARY KEY, phone TEXT); CREATE INDEX by_phone ON card (phone);
    CREATE TABLE content (seq INTEGER PRIMARY KEY, body TEXT NOT NULL)`)
  const random = seeded(seed)
  const some = () => random().toString(36).slice(2)
  const kinds = Array.from({ length: rows }, () =>
    random.one(['stays', 'MARK', 'MARK', 'early', 'early', 'early']),
  )
  const card = db.prepare('INSERT INTO card VALUES (?, ?)')
  const content = db.prepare('INSERT INTO content VALUES (?, ?)')
  const erase = [
    db.prepare('UPDATE card SET phone = NULL WHERE id = ?'),
    db.prepare('DELETE FROM content WHERE seq = ?'),
  ]
  db.transaction(() => {
    for (const [n, kind] of kinds.entries()) {
      card.run(n, some().slice(0, 3) + kind)
      content.run(n, kind + some().repeat(1 + random.below(20)))
    }
  })()
  for (const gone of ['early', 'MARK'])
    db.transaction(() => {
      const those = kinds.flatMap((kind, n) => (kind === gone ? [n] : [])).sort(() => random() - 0.5)
      for (const n of those) for (const each of erase) each.run(n)
    })()
  truncateWal(db)
  const left = () => readFileSync(file).toString('latin1').split('MARK').length - 1
  return { db, left }
}

function wipe(slack: Slack): number {
  let wiped = 0
  for (let from: number | null = 0; from !== null; ) {
    const done = slack.wipe(from)
    if (done === 'busy') throw new Error('nobody reads')
    wiped += done.wiped
    from = done.next
  }
  return wiped
}

test('rows that moved leave their bytes behind; wiped, nothing is left, nothing comes back and nothing is harmed', () => {
  let before = 0
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const { db, left } = marksComeAndGo(seed)
    before += left()
    const all = () =>
      JSON.stringify(db.prepare('SELECT * FROM card').all()) +
      JSON.stringify(db.prepare('SELECT * FROM content').all())
    const rowsBefore = all()
    const slack = new Slack(db)
    expect(wipe(slack)).toBeGreaterThan(0)
    expect(left()).toBe(0)
    expect(all()).toBe(rowsBefore)
    // Pages that were in memory must not bring it back.
    db.exec(`UPDATE content SET body = body || 'x'; UPDATE card SET phone = id || 'y'`)
    truncateWal(db)
    expect(left()).toBe(0)
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    db.close()
    slack.close()
  }
  expect(before).toBeGreaterThan(0)
})

test('while somebody reads an old state nothing is touched', () => {
  const { db } = marksComeAndGo(1)
  const reader = openDatabase(db.name, { readonly: true })
  reader.exec('BEGIN; SELECT count(*) FROM card')
  db.exec('DELETE FROM content')
  const slack = new Slack(db)
  expect(slack.wipe(0)).toBe('busy')
  reader.close()
  expect(wipe(slack)).toBeGreaterThan(0)
  db.close()
  slack.close()
})

test('only b-tree pages are looked at, and never a byte of a row', () => {
  const page = Buffer.alloc(64)
  page[0] = 13
  page.writeUInt16BE(3, 3)
  page.writeUInt16BE(40, 5)
  expect(unallocated(page, 0)).toEqual([8 + 6, 40])
  page[0] = 5
  expect(unallocated(page, 0)).toEqual([12 + 6, 40])
  page[0] = 0
  expect(unallocated(page, 0)).toEqual([0, 0])
  page[0] = 13
  page.writeUInt16BE(900, 5)
  expect(unallocated(page, 0)).toEqual([0, 0])
})
