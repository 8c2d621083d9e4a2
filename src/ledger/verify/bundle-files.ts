/** What the files of an export say, read strictly. */

import type { Hash } from '../hash.ts'
import { fromBase64 } from '../signed-note.ts'
import type { LedgerMeta } from '../sqlite/statements.ts'
import { BadBundle, type Bundle } from './zip.ts'

export interface Content {
  seq: number
  salt: Buffer
  body: string
}

export function readMeta(text: string): LedgerMeta {
  const { station, origin, verifier } = parseObject(text, 'station.json') as Partial<LedgerMeta>
  if (typeof station !== 'string' || typeof origin !== 'string' || typeof verifier !== 'string') {
    throw new BadBundle('station.json does not name station, origin and verifier')
  }
  return { station, origin, verifier }
}

export async function* readContents(bundle: Bundle): AsyncGenerator<Content, undefined, undefined> {
  for await (const { seq, salt, body } of objects(bundle, 'content.jsonl')) {
    if (!Number.isSafeInteger(seq) || typeof salt !== 'string' || typeof body !== 'string') {
      throw new BadBundle('content.jsonl: a line is not a content')
    }
    yield { seq: seq as number, salt: fromBase64(salt) ?? Buffer.alloc(0), body }
  }
  return undefined
}

/** Entries whose content this export leaves out because it is private. */
export async function readWithheld(bundle: Bundle): Promise<Set<number>> {
  const seqs = new Set<number>()
  if (!bundle.has('withheld.jsonl')) return seqs
  for await (const { seq } of objects(bundle, 'withheld.jsonl')) {
    if (!Number.isSafeInteger(seq)) throw new BadBundle('withheld.jsonl: a line names no entry')
    seqs.add(seq as number)
  }
  return seqs
}

/** Each line of a file as an object. @throws BadBundle */
export async function* objects(bundle: Bundle, name: string): AsyncGenerator<Record<string, unknown>> {
  for await (const lines of bundle.lines(name)) for (const line of lines) yield parseObject(line, name)
}

export function parseObject(text: string, name: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>
  } catch {
    throw new BadBundle(`${name} is not JSON`)
  }
}

/** An audit path. @throws BadBundle */
export function hashesOf(path: unknown, name: string): Hash[] {
  const isPath = Array.isArray(path) && path.length <= 120
  if (!isPath || !path.every((hash) => typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash))) {
    throw new BadBundle(`${name}: a path of hashes cannot be read`)
  }
  return path as Hash[]
}

/** A set of entry numbers, one bit each. */
export class SeqSet {
  #bits = new Uint8Array(1024)

  add(seq: number): void {
    const at = Math.floor(seq / 8)
    if (at >= this.#bits.length) {
      const larger = new Uint8Array(Math.max(at + 1, this.#bits.length * 2))
      larger.set(this.#bits)
      this.#bits = larger
    }
    this.#bits[at]! |= 1 << (seq % 8)
  }

  has(seq: number): boolean {
    return ((this.#bits[Math.floor(seq / 8)] ?? 0) & (1 << (seq % 8))) !== 0
  }
}
