import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { hrtime } from 'node:process'
import type { Stamped } from '../../src/ledger/entry.ts'
import { ed25519Signer } from '../../src/ledger/signed-note.ts'
import { Ledger } from '../../src/ledger/sqlite/ledger.ts'
import { openDatabase } from '../../src/ledger/sqlite/open.ts'
import { createLedgerTables } from '../../src/ledger/sqlite/schema.ts'
import { verifyDatabase } from '../../src/ledger/verify/verify.ts'
import { seconds } from './raw.ts'
import type { Row } from './rows.ts'

const batch = 1_000

/** Entries as residents' messages make them, about six hundred bytes: no text, only the commitment to it. */
function drafts(from: number): Stamped[] {
  return Array.from({ length: batch }, (_, i) => ({
    type: 'message.received',
    v: 1,
    subject: `0199e0f2-7c3a-7000-8000-${String((from + i) % 50_000).padStart(12, '0')}`,
    at: new Date(1_795_000_000_000 + from + i).toISOString(),
    actor: { user: 'bench', role: 'channel', device: 'pc-1' },
    data: {
      commitment: 'c0'.repeat(32),
      from: `0199e0f2-7c3a-7000-8000-${String((from + i) % 9_000).padStart(12, '0')}`,
      kind: 'text',
      sentAt: '2026-11-23T02:00:00.000Z',
    },
  }))
}

/** Bulk append against bare inserts of the same bytes, and full verification. */
export async function ledgerRows(dir: string, entriesInAll: number): Promise<Row[]> {
  const folder = join(dir, 'ledger')
  mkdirSync(folder)
  const file = join(folder, 'ledger.db')
  const db = openDatabase(file)
  createLedgerTables(db)
  const { verifier } = ed25519Signer('bench', Buffer.alloc(32, 7))
  Ledger.create(db, { station: '测速站', origin: 'bench', verifier })
  const ledger = Ledger.open(db)
  const bareDb = openDatabase(join(folder, 'bare.db'))
  bareDb.exec('CREATE TABLE entry (seq INTEGER PRIMARY KEY, canonical TEXT NOT NULL, leaf BLOB NOT NULL)')
  const bareInsert = bareDb.prepare('INSERT INTO entry (seq, canonical, leaf) VALUES (?, ?, ?)')
  const select = db.prepare<[number], { seq: number; canonical: string; leaf: Buffer }>(
    'SELECT seq, canonical, leaf FROM entry WHERE seq > ? ORDER BY seq',
  )
  let chained = 0
  let bare = 0
  // Turn and turn about, so that both meet the same moods of the disk.
  for (let at = 0; at < entriesInAll; at += batch) {
    const work = drafts(at)
    let start = hrtime.bigint()
    db.exec('BEGIN IMMEDIATE')
    ledger.append(work)
    db.exec('COMMIT')
    ledger.commit()
    chained += seconds(start)
    const rows = select.all(at)
    start = hrtime.bigint()
    bareDb.exec('BEGIN IMMEDIATE')
    for (const row of rows) bareInsert.run(row.seq, row.canonical, row.leaf)
    bareDb.exec('COMMIT')
    bare += seconds(start)
  }
  bareDb.close()
  db.close()
  const verdict = await verifyDatabase(file, {})
  if (!verdict.unaltered.ok) throw new Error('the ledger of the benchmark does not verify')
  const rate = entriesInAll / chained
  const bareRate = entriesInAll / bare
  return [
    {
      name: 'bulk-ledger',
      value: rate,
      unit: 'entries/s',
      floor: bareRate,
      ratio: bareRate / rate,
      bar: '<= 1.8 x the cost',
    },
    {
      name: 'verify',
      value: verdict.entriesPerSecond,
      unit: 'entries/s',
      floor: 250_000,
      ratio: verdict.entriesPerSecond / 250_000,
      bar: '>= 250,000/s',
    },
  ]
}
