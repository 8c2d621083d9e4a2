import type { RawRecord } from '../../../contract/audit.ts'

/**
 * Checks a raw record as anybody could without the desk: leaf and tree as RFC 6962 and RFC 9162 §2.1.3.2 have them,
 * content by its commitment. The hash comes from outside, because a page has none where it is not a secure one.
 */

export type Hash = (bytes: Uint8Array) => Promise<Uint8Array>

export interface RawChecks {
  /** Null where there is nothing to check it with. */
  leaf: boolean | null
  proof: boolean | null
  content: boolean | null
}

const hexOf = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
const ofHex = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
const ofBase64 = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
const ofText = (text: string) => new TextEncoder().encode(text)

function joined(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

export async function checkRaw(record: RawRecord, hash: Hash): Promise<RawChecks> {
  const { canonical, leaf, body, proof, row } = record
  const data = canonical === null ? null : (JSON.parse(canonical) as { data: { content?: unknown } }).data
  const committed = data?.content
  return {
    leaf:
      canonical === null ? null : hexOf(await hash(joined(new Uint8Array([0]), ofText(canonical)))) === leaf,
    proof: proof === null ? null : (await rootOf(leaf, row.seq - 1, proof, hash)) === proof.root,
    content:
      body === null || typeof committed !== 'string'
        ? null
        : hexOf(await hash(joined(ofBase64(body.salt), ofText(body.json)))) === committed,
  }
}

/** Of the tree that the proof leads to; null where the proof cannot be one of this leaf. */
async function rootOf(
  leaf: string,
  index: number,
  { size, hashes }: { size: number; hashes: readonly string[] },
  hash: Hash,
): Promise<string | null> {
  let node = index
  let last = size - 1
  if (node > last) return null
  let found: Uint8Array = ofHex(leaf)
  for (const beside of hashes.map(ofHex)) {
    if (last === 0) return null
    if (node % 2 === 1 || node === last) {
      found = await hash(joined(new Uint8Array([1]), beside, found))
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2)
        last = Math.floor(last / 2)
      }
    } else found = await hash(joined(new Uint8Array([1]), found, beside))
    node = Math.floor(node / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 ? hexOf(found) : null
}
