// A zip as PKWARE's APPNOTE describes it, read the plainest way: whole, in memory, by its directory.
import { inflateRawSync } from 'node:zlib'

const LARGEST = 64 * 2 ** 20

/** The files of a zip by name. Throws on whatever is not a plain zip of stored or deflated files. */
export function unpack(zip: Buffer): Map<string, Buffer> {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  if (end < 0 || end + 22 + zip.readUInt16LE(end + 20) !== zip.length) throw new Error('not a zip')
  const files = new Map<string, Buffer>()
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    if (zip.readUInt32LE(at) !== 0x02014b50) throw new Error('a damaged directory')
    const [method, packed, size] = [
      zip.readUInt16LE(at + 10),
      zip.readUInt32LE(at + 20),
      zip.readUInt32LE(at + 24),
    ]
    const nameEnd = at + 46 + zip.readUInt16LE(at + 28)
    const name = zip.toString('utf8', at + 46, nameEnd)
    if (files.has(name)) throw new Error(`${name} is there twice`)
    const local = zip.readUInt32LE(at + 42)
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    const bytes = zip.subarray(start, start + packed)
    const body = method === 0 ? bytes : inflateRawSync(bytes, { maxOutputLength: LARGEST })
    if (body.length !== size) throw new Error(`${name} is not as long as it says`)
    files.set(name, body)
    at = nameEnd + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return files
}
