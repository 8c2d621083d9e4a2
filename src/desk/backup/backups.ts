import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join } from 'node:path'
import type { Backup } from '../../contract/station.ts'
import { verifyBeside } from '../../ledger/verify/beside.ts'
import { type Decision, draft, entries, refuse } from '../decision.ts'
import { syncFile, syncFolder } from '../media/folder.ts'
import { MediaStore } from '../media/store.ts'
import type { Station } from '../station/station.ts'
import { iso } from '../time.ts'
import { copyFiles, mediaBeside, mediaOfOthers } from './media-copies.ts'

/**
 * Copies of the whole database, taken while the desk works and verified before they count; beside each a folder with the
 * files of its messages. A file that several backups of one folder have lies on the disk once, so that a backup each night
 * costs what is new; each is whole by itself all the same, and goes without the others.
 */
export class Backups {
  readonly #station: Station
  readonly #insert
  readonly #list
  readonly #forget

  constructor(station: Station) {
    this.#station = station
    this.#insert = station.db.prepare(
      'INSERT OR REPLACE INTO backup (file, at, bytes, size, verified, files, missing) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    this.#list = station.db.prepare<
      [],
      {
        file: string
        at: number
        bytes: number
        size: number
        verified: number
        files: number
        missing: number
      }
    >('SELECT file, at, bytes, size, verified, files, missing FROM backup ORDER BY at DESC LIMIT 100')
    this.#forget = station.db.prepare('DELETE FROM backup WHERE file = ?')
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
    const [media, partialMedia] = [mediaBeside(file), mediaBeside(partial)]
    const replaced = mediaBeside(`${file}.replaced`)
    for (const left of [partial, partialMedia]) rmSync(left, { force: true, recursive: true })
    // Of a backup that was being replaced when the desk was killed.
    if (existsSync(replaced) && !existsSync(media)) renameSync(replaced, media)
    await this.#station.db.backup(partial)
    const verdict = await verifyBeside(partial)
    if (!verdict.unaltered.ok) {
      throw new Error(`the copy does not verify: ${JSON.stringify(verdict.unaltered.firstBad)}`)
    }
    const { files, bytes, missing } = await copyFiles(
      partial,
      [this.#station.media.store],
      new MediaStore(partialMedia),
      await mediaOfOthers(partial),
    )
    // Also what reading the one that is being replaced has left.
    for (const each of [partial, file])
      for (const extra of ['-wal', '-shm']) rmSync(each + extra, { force: true })
    await syncFile(partial)
    rmSync(replaced, { force: true, recursive: true })
    if (existsSync(media)) renameSync(media, replaced)
    if (files > 0) renameSync(partialMedia, media)
    renameSync(partial, file)
    await syncFolder(dirname(file))
    for (const left of [replaced, partialMedia]) rmSync(left, { force: true, recursive: true })
    return {
      file: target ?? basename(file),
      at: iso(now),
      bytes: statSync(file).size + bytes,
      size: verdict.size,
      verified: true,
      files,
      missing,
    }
  }

  decision(made: Backup): Decision {
    return entries(
      draft('backup.made', 'backup', {
        size: made.size,
        bytes: made.bytes,
        files: made.files,
        missing: made.missing,
      }),
    )
  }

  remember(made: Backup): void {
    const { file, at, bytes, size, verified, files, missing } = made
    this.#insert.run(file, Date.parse(at), bytes, size, verified ? 1 : 0, files, missing)
  }

  list(): Backup[] {
    return this.#list.all().map((row) => ({ ...row, at: iso(row.at), verified: row.verified === 1 }))
  }

  /**
   * Every copy of the database that is known of, newest first: those on record, others in the folder, and what a restore
   * has set aside.
   */
  copies(): { file: string; at: string; bytes: number }[] {
    const known = this.list().map(({ file, at, bytes }) => ({ file, at, bytes }))
    const names = new Set(known.map(({ file }) => file))
    for (const name of [...names]) names.add(mediaBeside(name))
    const others = [...namesIn(this.folder), ...namesIn(this.#station.options.dir).filter(isSetAside)]
      .filter((file) => !names.has(file))
      .map((file) => ({ file, ...measured(this.#pathOf(file)) }))
    return [...known, ...others].sort((a, b) => b.at.localeCompare(a.at))
  }

  /** Removes the files of a known copy; false where none is called so. */
  remove(file: string): boolean {
    if (!this.copies().some((copy) => copy.file === file)) return false
    const path = this.#pathOf(file)
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(path + end, { force: true, recursive: true })
    rmSync(mediaBeside(path), { force: true, recursive: true })
    return true
  }

  removal(file: string, removed: boolean): Decision {
    if (!removed) return refuse({ code: 'not_found', what: 'backup', id: file.slice(0, 64) })
    return entries(draft('backup.removed', 'backup', { file: basename(file) }))
  }

  /** In the commit that records its removal. */
  forget(file: string): void {
    this.#forget.run(file)
  }

  #pathOf(file: string): string {
    if (isAbsolute(file)) return file
    return join(isSetAside(file) ? this.#station.options.dir : this.folder, file)
  }
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : []
}

/** A folder that `desk restore` moved the former database to. */
function isSetAside(name: string): boolean {
  return name.startsWith('set-aside-')
}

function measured(path: string): { at: string; bytes: number } {
  const found = statSync(path)
  const parts = found.isDirectory() ? readdirSync(path, { withFileTypes: true, recursive: true }) : []
  const files = parts.filter((part) => part.isFile())
  return {
    at: iso(Math.floor(found.mtimeMs)),
    bytes: found.isFile()
      ? found.size
      : files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0),
  }
}
