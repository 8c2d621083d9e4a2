import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Backup } from '../../contract/station.ts'
import { verifyDatabase } from '../../ledger/verify/verify.ts'
import { type Decision, draft, entries } from '../decision.ts'
import type { Station } from '../station/station.ts'
import { iso } from '../time.ts'

/** Copies of the whole database, taken while the desk works and verified before they count. */
export class Backups {
  readonly #station: Station
  readonly #insert
  readonly #list

  constructor(station: Station) {
    this.#station = station
    this.#insert = station.db.prepare(
      'INSERT OR REPLACE INTO backup (file, at, bytes, size, verified) VALUES (?, ?, ?, ?, ?)',
    )
    this.#list = station.db.prepare<
      [],
      { file: string; at: number; bytes: number; size: number; verified: number }
    >('SELECT file, at, bytes, size, verified FROM backup ORDER BY at DESC LIMIT 100')
  }

  get folder(): string {
    return join(this.#station.options.dir, 'backups')
  }

  /** Writes a copy into the backups folder, or to `target`. Throws when the copy does not verify. */
  async make(target?: string): Promise<Backup> {
    const now = this.#station.now()
    const name = `duty-desk-${iso(now).replace(/[:.]/g, '-')}.db`
    if (!target) mkdirSync(this.folder, { recursive: true, mode: 0o700 })
    const file = target ?? join(this.folder, name)
    const partial = `${file}.partial`
    rmSync(partial, { force: true })
    await this.#station.db.backup(partial)
    const verdict = await verifyDatabase(partial, {})
    if (!verdict.unaltered.ok) {
      throw new Error(`the copy does not verify: ${JSON.stringify(verdict.unaltered.firstBad)}`)
    }
    for (const extra of ['-wal', '-shm']) rmSync(partial + extra, { force: true })
    renameSync(partial, file)
    return {
      file: target ?? basename(file),
      at: iso(now),
      bytes: statSync(file).size,
      size: verdict.size,
      verified: true,
    }
  }

  decision(made: Backup): Decision {
    return entries(draft('backup.made', 'backup', { size: made.size, bytes: made.bytes }))
  }

  remember(made: Backup): void {
    this.#insert.run(made.file, Date.parse(made.at), made.bytes, made.size, made.verified ? 1 : 0)
  }

  list(): Backup[] {
    return this.#list.all().map((row) => ({ ...row, at: iso(row.at), verified: row.verified === 1 }))
  }
}
