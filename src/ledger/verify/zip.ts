/** Reading an export that may have been made by anyone: only known names, and never more than the caps. */

import type { Readable } from 'node:stream'
import yauzl from 'yauzl'

/** Uncompressed bytes. */
export interface Caps {
  /** `entries.jsonl` and `content.jsonl`, each. */
  rows: number
  /** Every other file. */
  file: number
  total: number
  /** Longest line of a `.jsonl` file. */
  line: number
  /** Number of files. */
  files: number
}

export const CAPS: Caps = {
  rows: 64 * 2 ** 30,
  file: 4 * 2 ** 20,
  total: 128 * 2 ** 30,
  line: 16 * 2 ** 20,
  files: 200_000,
}

const ROWS = ['entries.jsonl', 'content.jsonl', 'withheld.jsonl']
const SINGLE = ['station.json', 'README.txt', 'verify.mjs']
const CHECKPOINT = /^checkpoints\/\d{3,9}\.txt$/
/** Handoff sheets and what else the desk adds for people; not read here. */
const FOR_PEOPLE = /^sheets\/[0-9A-Za-z._-]{1,100}\.(pdf|html|txt)$/

/** An export that cannot be taken as one. */
export class BadBundle extends Error {
  override readonly name = 'BadBundle'
}

export class Bundle {
  readonly #zip: yauzl.ZipFile
  readonly #caps: Caps
  readonly #entries = new Map<string, yauzl.Entry>()

  private constructor(zip: yauzl.ZipFile, caps: Caps) {
    this.#zip = zip
    this.#caps = caps
  }

  /** Reads the directory of the zip. @throws BadBundle where a name or a size is not to be expected */
  static async open(file: string, caps: Caps): Promise<Bundle> {
    const zip = await new Promise<yauzl.ZipFile>((resolve, reject) => {
      // strictFileNames and decodeStrings make yauzl refuse absolute names, `..` and backslashes itself.
      const options = { lazyEntries: true, autoClose: false, strictFileNames: true, validateEntrySizes: true }
      yauzl.open(file, options, (error, opened) =>
        error ? reject(new BadBundle(error.message)) : resolve(opened),
      )
    })
    const bundle = new Bundle(zip, caps)
    try {
      await bundle.#readDirectory()
      return bundle
    } catch (error) {
      zip.close()
      throw error
    }
  }

  close(): void {
    this.#zip.close()
  }

  has(name: string): boolean {
    return this.#entries.has(name)
  }

  /** Names of the checkpoints, in order. */
  checkpoints(): string[] {
    return [...this.#entries.keys()].filter((name) => CHECKPOINT.test(name)).sort()
  }

  /** A small file as text. @throws BadBundle where it is missing or not UTF-8 */
  async text(name: string): Promise<string> {
    const parts: Buffer[] = []
    for await (const part of await this.#stream(name)) parts.push(part)
    return decode(Buffer.concat(parts), name)
  }

  /** The lines of a `.jsonl` file, a chunk of the file at a time. @throws BadBundle */
  async *lines(name: string): AsyncGenerator<string[], void, undefined> {
    let rest: Buffer = Buffer.alloc(0)
    for await (const part of (await this.#stream(name)) as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? part : Buffer.concat([rest, part])
      const end = bytes.lastIndexOf(0x0a) + 1
      rest = bytes.subarray(end)
      if (rest.length > this.#caps.line) throw new BadBundle(`${name}: a line is too long`)
      if (end > 0) yield decode(bytes.subarray(0, end - 1), name).split('\n')
    }
    if (rest.length > 0) throw new BadBundle(`${name}: does not end in a newline`)
  }

  async #stream(name: string): Promise<Readable> {
    const entry = this.#entries.get(name)
    if (!entry) throw new BadBundle(`${name} is missing`)
    return new Promise((resolve, reject) => {
      this.#zip.openReadStream(entry, (error, stream) =>
        error ? reject(new BadBundle(`${name}: ${error.message}`)) : resolve(stream),
      )
    })
  }

  #readDirectory(): Promise<void> {
    let total = 0
    return new Promise((resolve, reject) => {
      this.#zip.on('error', (error: Error) => reject(new BadBundle(error.message)))
      this.#zip.on('end', resolve)
      this.#zip.on('entry', (entry: yauzl.Entry) => {
        try {
          total += entry.uncompressedSize
          this.#admit(entry, total)
          this.#zip.readEntry()
        } catch (error) {
          reject(error)
        }
      })
      this.#zip.readEntry()
    })
  }

  #admit(entry: yauzl.Entry, total: number): void {
    const { fileName: name, uncompressedSize: size } = entry
    const isRows = ROWS.includes(name)
    if (!isRows && !SINGLE.includes(name) && !CHECKPOINT.test(name) && !FOR_PEOPLE.test(name)) {
      throw new BadBundle(`unexpected file ${JSON.stringify(name.slice(0, 200))}`)
    }
    if (this.#entries.has(name)) throw new BadBundle(`${name} is there twice`)
    if (entry.isEncrypted()) throw new BadBundle(`${name} is encrypted`)
    if (size > (isRows ? this.#caps.rows : this.#caps.file)) throw new BadBundle(`${name} is too large`)
    if (total > this.#caps.total) throw new BadBundle('the export is too large')
    if (this.#entries.size >= this.#caps.files) throw new BadBundle('too many files')
    this.#entries.set(name, entry)
  }
}

function decode(bytes: Buffer, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new BadBundle(`${name}: not valid UTF-8`)
  }
}
