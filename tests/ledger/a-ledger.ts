/** A ledger in a folder of its own, for tests. */

import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import type { Appended, JsonObject, Stamped } from '../../src/ledger/entry.ts'
import { ed25519Signer } from '../../src/ledger/signed-note.ts'
import { Ledger } from '../../src/ledger/sqlite/ledger.ts'
import { type Db, openDatabase } from '../../src/ledger/sqlite/open.ts'
import { createLedgerTables } from '../../src/ledger/sqlite/schema.ts'
import { dataRoot } from '../support/data-root.ts'

export const signer = ed25519Signer('duty-desk/test', Buffer.alloc(32, 9))
export const AT = '2026-11-23T05:00:00.000Z'

export function folder(): string {
  const dir = mkdtempSync(join(dataRoot(), 'ledger-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

export interface Station {
  file: string
  db: Db
  ledger: Ledger
}

/** An empty ledger; the database is closed when the test ends. */
export function aLedger(dir = folder(), by = signer): Station {
  const file = join(dir, 'station.db')
  const db = openDatabase(file)
  onTestFinished(() => {
    db.close()
  })
  const made = db.transaction(() => {
    createLedgerTables(db)
    return Ledger.create(db, { station: '陈集派出所', origin: by.name, verifier: by.verifier })
  })
  const ledger = made.immediate()
  return { file, db, ledger }
}

/** Message `i` of a resident, with its text. */
export function message(i: number, text = `第${i}条：我家的牛走丢了`): Stamped {
  return {
    at: AT,
    actor: { user: `officer-${i % 3}`, role: 'officer', device: 'pc-1' },
    type: 'message.received',
    v: 1,
    subject: `thread-${i % 7}`,
    data: { n: i, kind: 'text', list: [1, '二', { b: 2, a: 1 }] },
    content: { text },
  }
}

/** An act without a text. */
export function claim(i: number, data: JsonObject = { n: i }): Stamped {
  const { content: _, ...draft } = message(i)
  return { ...draft, type: 'thread.claimed', data }
}

/** Every third entry has a text. */
export function mixed(from: number, count: number): Stamped[] {
  return Array.from({ length: count }, (_, i) => ((from + i) % 3 === 0 ? message(from + i) : claim(from + i)))
}

/** Appends in one commit, as the command bus does. */
export function commit({ db, ledger }: Pick<Station, 'db' | 'ledger'>, ...drafts: Stamped[]): Appended[] {
  db.exec('BEGIN IMMEDIATE')
  const appended = ledger.append(drafts)
  db.exec('COMMIT')
  ledger.commit()
  return appended
}

/** Erases as the desk does: the entry and the deletion in one commit. */
export function erase({ db, ledger }: Station, seqs: number[]): void {
  db.exec('BEGIN IMMEDIATE')
  ledger.append([
    { ...claim(0), type: 'content.erased', subject: 'content', data: { seqs, ground: 'PIPL 47' } },
  ])
  ledger.erase(seqs)
  db.exec('COMMIT')
  ledger.commit()
}

/** What somebody with the file and SQLite can do: no trigger stands in the way. */
export function tamper(file: string, act: (db: Database.Database) => void): void {
  const db = new Database(file)
  const triggers = db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
    .pluck()
    .all() as string[]
  for (const name of triggers) db.exec(`DROP TRIGGER ${name}`)
  act(db)
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
}
