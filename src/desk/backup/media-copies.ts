import { openDatabase } from '../../ledger/sqlite/open.ts'
import { type MediaStore, MediaUnreadable } from '../media/store.ts'

/** The files of messages beside a copy of the database: a folder of the same form as the station's own. */
export function mediaBeside(copy: string): string {
  return `${copy}.media`
}

export interface Copied {
  files: number
  bytes: number
  /** Spoken of and not to be had: gone, or not what they were. */
  missing: number
}

/** Copies the files that this database speaks of, each checked on the way; of several stores the first that has it. */
export async function copyFiles(
  database: string,
  from: readonly MediaStore[],
  to: MediaStore,
): Promise<Copied> {
  const copied: Copied = { files: 0, bytes: 0, missing: 0 }
  for (const sha256 of filesOf(database)) {
    const file = await firstGood(from, sha256)
    if (file === null) {
      copied.missing += 1
      continue
    }
    const { release } = await to.put(file)
    release()
    copied.files += 1
    copied.bytes += file.length
  }
  return copied
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

async function firstGood(from: readonly MediaStore[], sha256: string): Promise<Buffer | null> {
  for (const store of from) {
    try {
      return await store.read(sha256)
    } catch (error) {
      if (!(error instanceof MediaUnreadable)) throw error
    }
  }
  return null
}
