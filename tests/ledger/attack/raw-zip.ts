// A zip written byte by byte, so that it can be one that no decent program would write.
import { crc32, deflateRawSync } from 'node:zlib'

export interface RawFile {
  name: string
  body: string | Buffer
  /** Bytes as they are stored, where they are not simply the body deflated. */
  packed?: Buffer
  /** As it is, not deflated. */
  stored?: boolean
  /** What the directory says of the size. */
  size?: number
  /** Unix mode, e.g. 0o120777 for a link. */
  mode?: number
  flags?: number
  /** Extra field in the directory. */
  extra?: Buffer
  /** Use the bytes of the file before this one. */
  samePlace?: boolean
}

export function rawZip(files: readonly RawFile[], end: { behind?: Buffer; count?: number } = {}): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  let place = 0
  for (const { name, body, samePlace, ...file } of files) {
    const bytes = Buffer.from(body)
    const packed = file.packed ?? (file.stored ? bytes : deflateRawSync(bytes))
    const about = Buffer.alloc(26)
    about.writeUInt16LE(20, 0)
    about.writeUInt16LE(file.flags ?? 0, 2)
    about.writeUInt16LE(file.stored ? 0 : 8, 4)
    about.writeUInt32LE(crc32(bytes), 10)
    about.writeUInt32LE(packed.length, 14)
    about.writeUInt32LE(file.size ?? bytes.length, 18)
    about.writeUInt16LE(Buffer.byteLength(name), 22)
    if (!samePlace) {
      place = at
      const local = Buffer.concat([Buffer.from('PK\x03\x04'), about, Buffer.from(name), packed])
      parts.push(local)
      at += local.length
    }
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(((file.mode ?? 0o100644) << 16) >>> 0, 6)
    rest.writeUInt32LE(place, 10)
    const extra = file.extra ?? Buffer.alloc(0)
    about.writeUInt16LE(extra.length, 24)
    directory.push(Buffer.from('PK\x01\x02'), Buffer.of(20, 3), about, rest, Buffer.from(name), extra)
  }
  const listed = Buffer.concat(directory)
  const last = Buffer.alloc(22)
  last.write('PK\x05\x06', 'latin1')
  last.writeUInt16LE(end.count ?? files.length, 8)
  last.writeUInt16LE(end.count ?? files.length, 10)
  last.writeUInt32LE(listed.length, 12)
  last.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, listed, last, end.behind ?? Buffer.alloc(0)])
}
