/** Reading an export that may have been made by anyone: only known names, and never more than the caps. */

import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import yauzl from 'yauzl'

/** Uncompressed bytes. */
export interface Caps {
  /** Each file of lines, `entries.jsonl` above all. */
  rows: number
  /** Each page for people. */
  page: number
  /** Every other file. */
  file: number
  total: number
  /** Longest line of a `.jsonl` file. */
  line: number
  /** Number of files. */
  files: number
  /** Uncompressed bytes for one that is packed, above a MiB: salts and hashes do not shrink, so that more is a bomb. */
  ratio: number
}

export const CAPS: Caps = {
  rows: 64 * 2 ** 30,
  page: 32 * 2 ** 20,
  file: 4 * 2 ** 20,
  total: 128 * 2 ** 30,
  line: 16 * 2 ** 20,
  files: 200_000,
  ratio: 200,
}

const EVIDENCE = ['entries.jsonl', 'content.jsonl', 'withheld.jsonl', 'proofs.jsonl', 'consistency.jsonl']
const SINGLE = ['station.json', 'scope.json', 'papers.json', 'README.txt', 'verify.mjs']
const CHECKPOINT = /^checkpoints\/\d{3,9}\.txt$/
/** The same told for other tools and for people: bound by hash at most, never evidence by itself. */
const TABLES = ['records.jsonl', 'records.csv']
const PAGE = /^(summary\.html|sheets\/[0-9A-Za-z._-]{1,100}\.(pdf|html|txt))$/
/** Extra field by which a zip gives a file a second name (Info-ZIP). */
const SECOND_NAME = 0x7075

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

  /** Names of what is there for people and other tools. */
  papers(): string[] {
    return [...this.#entries.keys()].filter((name) => TABLES.includes(name) || PAGE.test(name)).sort()
  }

  /** SHA-256 of a file, hex. @throws BadBundle */
  async digest(name: string): Promise<string> {
    const hash = createHash('sha256')
    for await (const part of await this.#stream(name)) hash.update(part as Buffer)
    return hash.digest('hex')
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
    let rest: Buffer[] = []
    let length = 0
    for await (const part of (await this.#stream(name)) as AsyncIterable<Buffer>) {
      const end = part.lastIndexOf(0x0a)
      if (end >= 0) {
        yield linesIn(Buffer.concat([...rest, part.subarray(0, end)]), name)
        rest = []
        length = 0
      }
      rest.push(part.subarray(end + 1))
      length += part.length - end - 1
      if (length > this.#caps.line) throw new BadBundle(`${name}: a line is too long`)
    }
    if (length > 0) throw new BadBundle(`${name}: does not end in a newline`)
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
    const sum = { size: 0, packed: 0 }
    return new Promise((resolve, reject) => {
      this.#zip.on('error', (error: Error) => reject(new BadBundle(error.message)))
      this.#zip.on('end', resolve)
      this.#zip.on('entry', (entry: yauzl.Entry) => {
        try {
          sum.size += entry.uncompressedSize
          sum.packed += entry.compressedSize
          this.#admit(entry, sum)
          this.#zip.readEntry()
        } catch (error) {
          reject(error)
        }
      })
      this.#zip.readEntry()
    })
  }

  #admit(entry: yauzl.Entry, sum: { size: number; packed: number }): void {
    const { fileName: name, uncompressedSize: size, compressedSize: packed } = entry
    const caps = this.#caps
    const most = this.#mostOf(name)
    if (most === undefined) throw new BadBundle(`unexpected file ${JSON.stringify(name.slice(0, 200))}`)
    if (this.#entries.has(name)) throw new BadBundle(`${name} is there twice`)
    if (entry.isEncrypted()) throw new BadBundle(`${name} is encrypted`)
    if (!isPlainFile(entry)) throw new BadBundle(`${name} is not a plain file`)
    if (entry.extraFields.some(({ id }) => id === SECOND_NAME)) throw new BadBundle(`${name} has two names`)
    if (size > most) throw new BadBundle(`${name} is too large`)
    if (size > 2 ** 20 && size > packed * caps.ratio) throw new BadBundle(`${name} is packed beyond belief`)
    if (sum.size > caps.total) throw new BadBundle('the export is too large')
    if (sum.packed > this.#zip.fileSize) throw new BadBundle('files of the export overlap')
    if (this.#entries.size >= caps.files) throw new BadBundle('too many files')
    this.#entries.set(name, entry)
  }

  /** How large this file may be; undefined where it has no place in an export. */
  #mostOf(name: string): number | undefined {
    if (EVIDENCE.includes(name) || TABLES.includes(name)) return this.#caps.rows
    if (PAGE.test(name)) return this.#caps.page
    return SINGLE.includes(name) || CHECKPOINT.test(name) ? this.#caps.file : undefined
  }
}

/** Not a link, device or folder: the kind of file as Unix writes it, and as other systems leave empty. */
function isPlainFile(entry: yauzl.Entry): boolean {
  const kind = (entry.externalFileAttributes >>> 28) & 0xf
  return kind === 0 || kind === 8
}

/** A line that is not UTF-8 comes as an empty one, which is nothing anywhere, so that its row can be named. */
function linesIn(bytes: Buffer, name: string): string[] {
  if (isUtf8(bytes)) return decode(bytes, name).split('\n')
  // Every byte is one character in Latin-1, and a newline is a newline.
  const lines = bytes.toString('latin1').split('\n')
  return lines
    .map((line) => Buffer.from(line, 'latin1'))
    .map((line) => (isUtf8(line) ? decode(line, name) : ''))
}

function decode(bytes: Buffer, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new BadBundle(`${name}: not valid UTF-8`)
  }
}
