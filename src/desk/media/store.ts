import { hash, webcrypto } from 'node:crypto'
import { statSync, unlinkSync } from 'node:fs'
import { type FileHandle, link, mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { v7 as uuid } from 'uuid'
import { isAbsent, namesIn, syncFolder } from './folder.ts'

/**
 * Files under the SHA-256 of their bytes, in `media/ab/ab…`: each once, readable by the user of the desk alone. A path is
 * made of hashes and of the desk's own numbers only. What is read is what was put in, or is said to be damaged.
 */

/** Of the station in this data folder. */
export function mediaFolder(dir: string): string {
  return join(dir, 'media')
}

/** Written, and not yet under its name. */
const unfinished = 'unfinished'
const ofHash = /^[0-9a-f]{64}$/
/** Files known to be good, by how they stood when they were looked at. */
const mostKnown = 1_000

export class MediaUnreadable extends Error {
  override readonly name = 'MediaUnreadable'
  readonly why: 'damaged' | 'lost'

  constructor(why: 'damaged' | 'lost') {
    super(`a file of the media folder is ${why}`)
    this.why = why
  }
}

export interface Put {
  sha256: string
  /** Whoever put it in has said in the database that it is wanted, or does not want it after all. */
  release(): void
}

export class MediaStore {
  readonly folder: string
  /** Put in, and perhaps in no table yet: not to be swept away. */
  readonly #held = new Map<string, number>()
  readonly #writing = new Set<string>()
  readonly #known = new Map<string, string>()

  constructor(folder: string) {
    this.folder = folder
  }

  /** Durable once it resolves. */
  async put(file: Buffer): Promise<Put> {
    const sha256 = await hashOf(file)
    this.#held.set(sha256, (this.#held.get(sha256) ?? 0) + 1)
    const release = () => {
      const holders = this.#held.get(sha256)! - 1
      if (holders === 0) this.#held.delete(sha256)
      else this.#held.set(sha256, holders)
    }
    try {
      if (!(await this.#isGood(sha256))) await this.#write(sha256, file)
    } catch (error) {
      release()
      throw error
    }
    return { sha256, release }
  }

  /**
   * The same file under a name here too, in the place of whatever was there; durable with `synced`.
   * @returns false where the disk knows no second name for a file
   */
  async share(sha256: string, from: MediaStore): Promise<boolean> {
    const half = join(this.folder, unfinished, uuid())
    const path = this.pathOf(sha256)
    await mkdir(join(this.folder, unfinished), { recursive: true, mode: 0o700 })
    await mkdir(join(path, '..'), { recursive: true, mode: 0o700 })
    try {
      await link(from.pathOf(sha256), half)
    } catch {
      return false
    }
    this.#known.delete(sha256)
    await rename(half, path)
    // Two names of one file: then the old name was left.
    await rm(half, { force: true })
    return true
  }

  /** The name of this file is durable; without one, all names are. */
  async synced(sha256?: string): Promise<void> {
    const folders = sha256 === undefined ? await namesIn(this.folder) : [sha256.slice(0, 2)]
    for (const name of folders) if (/^[0-9a-f]{2}$/.test(name)) await syncFolder(join(this.folder, name))
    if (folders.length > 0) await syncFolder(this.folder)
  }

  /** @throws MediaUnreadable */
  async read(sha256: string): Promise<Buffer> {
    const file = await this.#open(sha256)
    try {
      const bytes = await file.readFile()
      if ((await hashOf(bytes)) !== sha256) throw new MediaUnreadable('damaged')
      return bytes
    } finally {
      await file.close()
    }
  }

  /** Up to `most` bytes from `offset` on, of a file whose every byte was checked. @throws MediaUnreadable */
  async piece(sha256: string, offset: number, most: number): Promise<{ bytes: Buffer; total: number }> {
    const file = await this.#open(sha256)
    try {
      const total = await this.#checked(sha256, file)
      const bytes = Buffer.alloc(Math.max(0, Math.min(most, total - offset)))
      const { bytesRead } = await file.read(bytes, 0, bytes.length, offset)
      if (bytesRead < bytes.length) throw new MediaUnreadable('damaged')
      return { bytes, total }
    } finally {
      await file.close()
    }
  }

  /** Takes one file away unless it is wanted. @returns bytes that were freed */
  drop(sha256: string, isWanted: (sha256: string) => boolean): number {
    if (this.#held.has(sha256) || isWanted(sha256)) return 0
    this.#known.delete(sha256)
    try {
      const path = this.pathOf(sha256)
      const bytes = statSync(path).size
      unlinkSync(path)
      return bytes
    } catch (error) {
      if (isAbsent(error)) return 0
      throw error
    }
  }

  /** Takes away every file that nothing refers to. @returns how many, and their bytes */
  async sweep(isWanted: (sha256: string) => boolean, rest: () => Promise<unknown>) {
    const swept = { files: 0, bytes: 0 }
    await this.tidy()
    for (const folder of await namesIn(this.folder)) {
      if (!/^[0-9a-f]{2}$/.test(folder)) continue
      let gone = 0
      for (const name of await namesIn(join(this.folder, folder))) {
        if (!ofHash.test(name) || this.#held.has(name) || isWanted(name)) continue
        swept.bytes += this.drop(name, isWanted)
        gone += 1
      }
      if (gone > 0) await syncFolder(join(this.folder, folder))
      swept.files += gone
      await rest()
    }
    return swept
  }

  /** Takes away what a crash left half written. */
  async tidy(): Promise<void> {
    for (const name of await namesIn(join(this.folder, unfinished)))
      if (!this.#writing.has(name)) await rm(join(this.folder, unfinished, name), { force: true })
  }

  pathOf(sha256: string): string {
    if (!ofHash.test(sha256)) throw new Error('no SHA-256')
    return join(this.folder, sha256.slice(0, 2), sha256)
  }

  async #write(sha256: string, file: Buffer): Promise<void> {
    const name = uuid()
    const half = join(this.folder, unfinished, name)
    const path = this.pathOf(sha256)
    this.#writing.add(name)
    try {
      await mkdir(join(this.folder, unfinished), { recursive: true, mode: 0o700 })
      const handle = await open(half, 'wx', 0o600)
      try {
        await handle.writeFile(file)
        await handle.sync()
      } finally {
        await handle.close()
      }
      const made = await mkdir(join(path, '..'), { recursive: true, mode: 0o700 })
      this.#known.delete(sha256)
      await rename(half, path)
      await syncFolder(join(path, '..'))
      if (made !== undefined) await syncFolder(this.folder)
    } catch (error) {
      await rm(half, { force: true })
      throw error
    } finally {
      this.#writing.delete(name)
    }
  }

  async #isGood(sha256: string): Promise<boolean> {
    try {
      const file = await this.#open(sha256)
      try {
        await this.#checked(sha256, file)
      } finally {
        await file.close()
      }
      return true
    } catch (error) {
      if (error instanceof MediaUnreadable) return false
      throw error
    }
  }

  async #open(sha256: string): Promise<FileHandle> {
    try {
      return await open(this.pathOf(sha256), 'r')
    } catch (error) {
      if (isAbsent(error)) throw new MediaUnreadable('lost')
      throw error
    }
  }

  /** Its size; all of it is read once more whenever the file system says that it was touched. */
  async #checked(sha256: string, file: FileHandle): Promise<number> {
    const { ino, size, mtimeNs, ctimeNs } = await file.stat({ bigint: true })
    const stands = [ino, size, mtimeNs, ctimeNs].join(' ')
    if (this.#known.get(sha256) !== stands) {
      if ((await hashOf(await file.readFile())) !== sha256) throw new MediaUnreadable('damaged')
      if (this.#known.size >= mostKnown) this.#known.clear()
      this.#known.set(sha256, stands)
    }
    return Number(size)
  }
}

/** Beside the main thread, unless it is over in a moment. */
export async function hashOf(file: Buffer): Promise<string> {
  if (file.length < 64 * 1024) return hash('sha256', file, 'hex')
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', file as BufferSource)).toString('hex')
}
