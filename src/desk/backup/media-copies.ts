import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { openDatabase } from '../../ledger/sqlite/open.ts'
import { MediaStore, MediaUnreadable } from '../media/store.ts'

/** The files of messages beside a copy of the database: a folder of the same form as the station's own. */
export function mediaBeside(copy: string): string {
  return `${copy}${ofMedia}`
}

const ofMedia = '.media'

/**
 * The files of other backups in the folder of this one, the newest first: names are times, so that they can be sorted. A
 * backup is whole by itself; what several have is one file on the disk, under a name in each.
 */
export async function mediaOfOthers(copy: string): Promise<MediaStore[]> {
  const own = basename(mediaBeside(copy))
  const names = (await readdir(dirname(copy))).filter((name) => name.endsWith(ofMedia) && name !== own)
  return names
    .sort()
    .reverse()
    .map((name) => new MediaStore(join(dirname(copy), name)))
}

/** Of so many backups before it a new one takes files: what none of them has is new. */
const mostShared = 3

export interface Copied {
  files: number
  bytes: number
  /** Spoken of and not to be had: gone, or not what they were. */
  missing: number
}

/**
 * Copies the files that this database speaks of, each checked on the way; of several stores the first that has it. What
 * earlier backups have is shared with them, and mended where it is not what it was.
 */
export async function copyFiles(
  database: string,
  from: readonly MediaStore[],
  to: MediaStore,
  earlier: readonly MediaStore[] = [],
): Promise<Copied> {
  const copied: Copied = { files: 0, bytes: 0, missing: 0 }
  for (const sha256 of filesOf(database)) {
    const there = await shared(earlier, sha256, to)
    const file = there.file ?? (await copiedOne([...from, ...earlier], sha256, to))
    if (file === null) copied.missing += 1
    else {
      copied.files += 1
      copied.bytes += file.length
      if (there.damaged) for (const each of earlier) await mend(each, sha256, to, file)
    }
  }
  await to.synced()
  return copied
}

/** Null where no earlier backup has it whole, or the disk knows no second name for a file. */
async function shared(
  earlier: readonly MediaStore[],
  sha256: string,
  to: MediaStore,
): Promise<{ file: Buffer | null; damaged: boolean }> {
  let damaged = false
  for (const store of earlier.slice(0, mostShared)) {
    const file = await goodIn(store, sha256)
    if (file === 'damaged') damaged = true
    else if (file !== 'lost' && (await to.share(sha256, store))) return { file, damaged }
  }
  return { file: null, damaged }
}

/** Of a file that is lost here, an earlier backup may have kept a copy. */
async function copiedOne(
  from: readonly MediaStore[],
  sha256: string,
  to: MediaStore,
): Promise<Buffer | null> {
  for (const store of from) {
    const file = await goodIn(store, sha256)
    if (typeof file === 'string') continue
    ;(await to.put(file)).release()
    return file
  }
  return null
}

/** What stands under this name in an earlier backup and is not what it was becomes so again. */
async function mend(store: MediaStore, sha256: string, good: MediaStore, file: Buffer): Promise<void> {
  if ((await goodIn(store, sha256)) !== 'damaged') return
  if (await store.share(sha256, good)) await store.synced(sha256)
  else (await store.put(file)).release()
}

export interface Checked {
  good: number
  /** Not what they were. */
  damaged: number
  /** Not there: also those that were gone when the copy was made. */
  lost: number
}

/** Whether the files that this database speaks of are there, and are what they were. */
export async function checkFiles(database: string, store: MediaStore): Promise<Checked> {
  const checked: Checked = { good: 0, damaged: 0, lost: 0 }
  for (const sha256 of filesOf(database)) {
    const file = await goodIn(store, sha256)
    checked[typeof file === 'string' ? file : 'good'] += 1
  }
  return checked
}

/** Tables with files in them; a database of an older desk has not all of them. */
const tables = ['media', 'broadcast_image', 'upload']

function filesOf(database: string): Set<string> {
  const db = openDatabase(database, { readonly: true })
  try {
    const present = db.prepare<[string], number>(
      `SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?`,
    )
    return new Set(
      tables
        .filter((table) => present.get(table) !== undefined)
        .flatMap((table) => {
          const files = db.prepare<[], string>(`SELECT sha256 FROM ${table} WHERE sha256 IS NOT NULL`)
          return files.pluck().all()
        }),
    )
  } finally {
    db.close()
  }
}

/** The file, or why it cannot be had. */
async function goodIn(store: MediaStore, sha256: string): Promise<Buffer | 'damaged' | 'lost'> {
  try {
    return await store.read(sha256)
  } catch (error) {
    if (!(error instanceof MediaUnreadable)) throw error
    return error.why
  }
}
