import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { copyFiles, mediaBeside, mediaOfOthers } from '../../desk/backup/media-copies.ts'
import { MediaStore, mediaFolder } from '../../desk/media/store.ts'
import { databaseFile } from '../../desk/station/database-file.ts'
import { verifyDatabase } from '../../ledger/verify/verify.ts'
import { dataDir } from '../data-dir.ts'
import { fail } from './fail.ts'
import { lockOrFail } from './lock.ts'

/**
 * Files of messages come from the folder beside the backup; what is missing or damaged there, from other backups in the same
 * folder, or from what was here before. The signing
 * key is not in a backup: without the `secrets` folder the station works, but signs no checkpoints.
 */
export async function restore(file: string, options: { data?: string }): Promise<void> {
  const source = resolve(file)
  if (!existsSync(source)) fail(`no such file: ${source}`)
  const verdict = await verifyDatabase(source, {})
  if (!verdict.unaltered.ok) fail(`${source} does not verify: ${JSON.stringify(verdict.unaltered.firstBad)}`)
  const dir = dataDir(options.data)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const lock = lockOrFail(dir)
  const target = databaseFile(dir)
  const incoming = `${target}.restoring`
  copyFileSync(source, incoming)
  const aside = join(dir, `set-aside-${new Date().toISOString().replace(/[:.]/g, '-')}`)
  for (const end of ['', '-wal', '-shm']) {
    if (!existsSync(target + end)) continue
    mkdirSync(aside, { recursive: true, mode: 0o700 })
    renameSync(target + end, join(aside, `duty-desk.db${end}`))
  }
  const media = mediaFolder(dir)
  if (existsSync(media)) {
    mkdirSync(aside, { recursive: true, mode: 0o700 })
    renameSync(media, mediaFolder(aside))
  }
  renameSync(incoming, target)
  rmSync(`${source}-shm`, { force: true })
  const [own, former] = [mediaBeside(source), mediaFolder(aside)].map((folder) => new MediaStore(folder))
  const stores = [own!, ...(await mediaOfOthers(source)), former!]
  const { files, missing } = await copyFiles(target, stores, new MediaStore(media))
  lock.release()
  console.log(
    [
      `restored ${verdict.size} entries (${verdict.code})`,
      `${files} files of messages`,
      ...(missing > 0
        ? [`${missing} files are MISSING: they are neither in ${mediaBeside(source)} nor here`]
        : []),
      ...(existsSync(aside) ? [`what was there is in ${aside}`] : []),
    ].join('; '),
  )
}
