import { existsSync } from 'node:fs'
import { type FileHandle, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { v7 as uuid } from 'uuid'
import type { Refusal } from '../../contract/errors.ts'
import type { Input, Output } from '../../contract/index.ts'
import { type DraftFile, type MediaKind, mostFiles, pieceBytes } from '../../contract/media.ts'
import { hour } from '../time.ts'
import type { Db } from '../view.ts'
import { isAbsent, namesIn } from './folder.ts'
import { kindOf, typeOf } from './looking.ts'
import { plainName, wrongFile } from './rules.ts'
import type { MediaStore, Put } from './store.ts'

/** Files that officers put in to send, piece by piece. They belong to no ledger until they are sent. */

/** Kept so long (ms) unless sent, or part of a draft: that survives everything (rule 4). */
export const keptFor = 24 * hour
/** Of one officer at the same time: those in no draft, and those in all drafts together. */
export const mostUploads = 20
export const mostInDrafts = 100

export interface Upload {
  /** As the console calls it. */
  upload: string
  /** As the desk calls its pieces, so that no name from outside is ever a path. */
  file: string
  user: string
  /** In whose draft it is; null where it is for something else. */
  thread: string | null
  name: string
  total: number
  received: number
  at: number
  /** These once it is whole. */
  sha256: string | null
  kind: MediaKind | null
  type: string | null
}

export type Ready = Upload & { sha256: string; kind: MediaKind; type: string }

/** What a piece does: the row as it is to be, or why not. */
export type Taken = { upload: Upload; put: Put | null } | { refused: Refusal; forget?: Upload }

export const ofDraftSql = 'SELECT * FROM upload WHERE thread = ? AND user = ? ORDER BY upload'

const missing: Refusal = { code: 'wrong_file', why: 'missing', mostBytes: null }
const tooMany: Refusal = { code: 'wrong_file', why: 'many', mostBytes: null }

export class Uploads {
  readonly #store: MediaStore
  readonly #folder: string
  readonly #one
  readonly #ofUser
  readonly #ofDraft
  readonly #keep
  readonly #forget
  readonly #forgetDrafts
  readonly #older
  readonly #files
  readonly #isWanted

  constructor(db: Db, store: MediaStore) {
    this.#store = store
    this.#folder = join(store.folder, 'uploads')
    this.#one = db.prepare<[string], Upload>('SELECT * FROM upload WHERE upload = ?')
    this.#ofUser = db.prepare<[string], { loose: number; drafted: number }>(
      `SELECT count(*) FILTER (WHERE thread IS NULL) AS loose, count(thread) AS drafted
       FROM upload WHERE user = ?`,
    )
    // In the order they were put in: the console's ids are UUIDv7 (RFC 9562).
    this.#ofDraft = db.prepare<[string, string], Upload>(ofDraftSql)
    this.#keep = db.prepare<[Upload]>(
      `INSERT OR REPLACE INTO upload (upload, file, user, thread, name, total, received, at, sha256, kind, type)
       VALUES (@upload, @file, @user, @thread, @name, @total, @received, @at, @sha256, @kind, @type)`,
    )
    this.#forget = db.prepare<[string]>('DELETE FROM upload WHERE upload = ?')
    this.#forgetDrafts = db.prepare<[string], Upload>(
      'DELETE FROM upload WHERE thread IN (SELECT value FROM json_each(?)) RETURNING *',
    )
    this.#older = db.prepare<[number], Upload>('SELECT * FROM upload WHERE at <= ? AND thread IS NULL')
    this.#files = db.prepare<[], string>('SELECT file FROM upload').pluck()
    this.#isWanted = db.prepare<[string], number>('SELECT 1 FROM upload WHERE sha256 = ?').pluck()
  }

  /** Of this officer; null where there is none. */
  of(upload: string, user: string): Upload | null {
    const found = this.#one.get(upload)
    return found?.user === user ? found : null
  }

  /** The same once all of it has come and was looked at, as long as it is there. */
  ready(upload: string, user: string): Ready | null {
    const found = this.of(upload, user)
    return found?.sha256 && this.#isHere(found) ? (found as Ready) : null
  }

  /** Files of the draft that this officer has in the thread. */
  draftFiles(thread: string, user: string): DraftFile[] {
    return this.#ofDraft.all(thread, user).map((each) => {
      const { upload, name, total, kind, type } = each
      const whole = kind !== null && type !== null
      const state = this.#isHere(each) ? (whole ? 'ready' : 'unfinished') : 'lost'
      return { upload, name, bytes: total, what: whole ? { kind, type } : null, state }
    })
  }

  #isHere({ sha256, file }: Upload): boolean {
    return existsSync(sha256 === null ? join(this.#folder, file) : this.#store.pathOf(sha256))
  }

  /** Before the commit: the piece lies in its file. */
  async take(piece: Input<'media.put'>, user: string, now: number): Promise<Taken> {
    const bytes = Buffer.from(piece.bytes, 'base64')
    const known = this.#one.get(piece.upload)
    if (known !== undefined && known.user !== user) return { refused: missing }
    const { offset, total } = piece
    if (bytes.length === 0 || bytes.length > pieceBytes || offset + bytes.length > total)
      return { refused: { code: 'invalid', issues: [{ path: 'bytes', message: 'no piece of such a file' }] } }
    if (known === undefined && offset > 0) return { refused: missing }
    if (known === undefined && !this.#hasRoom(piece.thread ?? null, user)) return { refused: tooMany }
    const upload = known ?? begun(piece, user, now)
    if (upload.total !== total) return { refused: missing }
    const received = offset + bytes.length
    if (received <= upload.received) return { upload, put: null }
    if (offset !== upload.received) return { refused: missing }
    if (!(await this.#write(upload.file, bytes, offset))) return { refused: missing, forget: upload }
    return received < total
      ? { upload: { ...upload, received }, put: null }
      : this.#whole({ ...upload, received })
  }

  #hasRoom(thread: string | null, user: string): boolean {
    const { loose, drafted } = this.#ofUser.get(user)!
    if (thread === null) return loose < mostUploads
    return drafted < mostInDrafts && this.#ofDraft.all(thread, user).length < mostFiles
  }

  /** In the commit. @returns as it stands: a piece that came twice takes nothing back */
  keep(upload: Upload): Upload {
    const present = this.#one.get(upload.upload)
    if (present && (present.sha256 !== null || present.received > upload.received)) return present
    this.#keep.run(upload)
    return upload
  }

  /** In the commit; its pieces go afterwards. */
  forget(upload: string): void {
    this.#forget.run(upload)
  }

  /** In the commit: the files of every draft in these threads. @returns them; what lies on the disk goes afterwards */
  forgetDrafts(threads: readonly string[]): Upload[] {
    return this.#forgetDrafts.all(JSON.stringify(threads))
  }

  async dropPieces({ file }: Upload): Promise<void> {
    await rm(join(this.#folder, file), { force: true })
  }

  olderThan(at: number): Upload[] {
    return this.#older.all(at)
  }

  isWanted(sha256: string): boolean {
    return this.#isWanted.get(sha256) !== undefined
  }

  /** Pieces of what is in no table, after a crash. Only while nothing is being put in. */
  async tidy(): Promise<void> {
    const known = new Set(this.#files.all())
    for (const name of await namesIn(this.#folder))
      if (!known.has(name)) await rm(join(this.#folder, name), { force: true })
  }

  /** False where the pieces before it are gone, e.g. since the station was restored from a backup. */
  async #write(file: string, bytes: Buffer, offset: number): Promise<boolean> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    let handle: FileHandle
    try {
      handle = await open(join(this.#folder, file), offset === 0 ? 'w' : 'r+', 0o600)
    } catch (error) {
      if (isAbsent(error)) return false
      throw error
    }
    try {
      await handle.write(bytes, 0, bytes.length, offset)
      return true
    } finally {
      await handle.close()
    }
  }

  /** All of it has come: it is looked at, and becomes part of the store. */
  async #whole(upload: Upload): Promise<Taken> {
    const file = await readFile(join(this.#folder, upload.file)).catch((error: unknown) => {
      if (isAbsent(error)) return null
      throw error
    })
    if (file === null) {
      // The same piece came twice at once, and the other was first.
      const ready = this.ready(upload.upload, upload.user)
      return ready === null ? { refused: missing, forget: upload } : { upload: ready, put: null }
    }
    if (file.length !== upload.total) return { refused: missing, forget: upload }
    const type = typeOf(file)
    const kind = kindOf(type)
    const refused = wrongFile(kind, file.length)
    if (refused !== null) return { refused, forget: upload }
    const put = await this.#store.put(file)
    return { upload: { ...upload, sha256: put.sha256, kind, type }, put }
  }
}

function begun({ upload, thread, name, total }: Input<'media.put'>, user: string, now: number): Upload {
  const plain = plainName(name) ?? upload.slice(0, 8)
  return {
    ...{ upload, user, thread: thread ?? null, total, name: plain, file: uuid(), received: 0, at: now },
    ...{ sha256: null, kind: null, type: null },
  }
}

export function answerOf({ received, kind, type, total }: Upload): Output<'media.put'> {
  return { received, ready: kind === null || type === null ? null : { kind, type, bytes: total } }
}
