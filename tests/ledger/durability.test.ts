import { existsSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { assertDurable, openDatabase } from '../../src/ledger/sqlite/open.ts'
import { checkpointIdle, truncateWal, walBytes } from '../../src/ledger/sqlite/wal.ts'
import { aLedger, commit, folder, mixed } from './a-ledger.ts'

describe('the writing connection', () => {
  test('still syncs every commit after its first write', () => {
    const { db } = aLedger()
    expect(db.pragma('synchronous', { simple: true })).toBe(2)
    expect(() => assertDurable(db)).not.toThrow()
  })

  test('opened without asking for it by name does not, and the assertion says so', () => {
    const db = new Database(join(folder(), 'plain.db'))
    db.pragma('journal_mode = WAL')
    db.exec('CREATE TABLE t (x)')
    expect(() => assertDurable(db)).toThrow('not durable: synchronous=1')
    db.close()
  })

  test('cleans what it deletes, uses no memory map and keeps its log long', () => {
    const { db } = aLedger()
    const pragma = (name: string) => db.pragma(name, { simple: true })
    expect(pragma('secure_delete')).toBe(1)
    expect(pragma('foreign_keys')).toBe(1)
    expect(pragma('mmap_size')).toBe(0)
    expect(pragma('wal_autocheckpoint')).toBe(8000)
  })
})

describe('a read-only connection', () => {
  test('does not make a database that is not there', () => {
    const file = join(folder(), 'none.db')
    expect(() => openDatabase(file, { readonly: true })).toThrow()
    expect(existsSync(file)).toBe(false)
  })

  test('sees what is committed and writes nothing', () => {
    const station = aLedger()
    commit(station, ...mixed(1, 3))
    const reader = openDatabase(station.file, { readonly: true })
    expect(reader.prepare('SELECT count(*) FROM entry').pluck().get()).toBe(3)
    expect(() => reader.exec('CREATE TABLE t (x)')).toThrow('readonly')
    reader.close()
  })
})

describe('the write-ahead log', () => {
  test('is folded when idle and cut to nothing when asked', () => {
    const station = aLedger()
    commit(station, ...mixed(1, 500))
    expect(walBytes(station.db)).toBeGreaterThan(100_000)
    const idle = checkpointIdle(station.db)
    expect(idle.busy).toBe(false)
    expect(idle.folded).toBe(idle.pages)
    expect(truncateWal(station.db)).toMatchObject({ busy: false })
    expect(walBytes(station.db)).toBe(0)
  })

  test('that a reader holds is not cut, and the caller is told', () => {
    const station = aLedger()
    commit(station, ...mixed(1, 5))
    const reader = openDatabase(station.file, { readonly: true })
    reader.exec('BEGIN')
    reader.prepare('SELECT count(*) FROM entry').get()
    commit(station, ...mixed(6, 5))
    station.db.pragma('busy_timeout = 10')
    expect(truncateWal(station.db).busy).toBe(true)
    reader.exec('COMMIT')
    expect(truncateWal(station.db).busy).toBe(false)
    reader.close()
  })
})
