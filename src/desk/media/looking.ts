import type { MediaKind } from '../../contract/media.ts'

/**
 * What a file is, by its first bytes and never by what whoever sent it calls it. Signatures: WHATWG MIME Sniffing §6
 * (pictures, MP3, PDF), RFC 4867 §5 (AMR), ISO/IEC 14496-12 §4.3 (brands of MP4), PKWARE APPNOTE 4.3 with ECMA-376 part 2
 * (office files). What carries scripts (SVG, HTML) has no signature here and stays `octet-stream`.
 */

export const unknownType = 'application/octet-stream'

const startsWith: readonly [type: string, first: Buffer][] = [
  ['image/jpeg', Buffer.from([0xff, 0xd8, 0xff])],
  ['image/png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
  ['image/gif', Buffer.from('GIF87a')],
  ['image/gif', Buffer.from('GIF89a')],
  ['audio/amr', Buffer.from('#!AMR\n')],
  ['audio/amr-wb', Buffer.from('#!AMR-WB\n')],
  ['audio/silk', Buffer.from('#!SILK_V3')],
  // WeChat puts a byte before it.
  ['audio/silk', Buffer.from('\x02#!SILK_V3')],
  ['audio/mpeg', Buffer.from('ID3')],
  ['application/pdf', Buffer.from('%PDF-')],
  // Word, Excel and PowerPoint before 2007: which of them only their inside tells.
  ['application/x-ole-storage', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])],
]

const filmBrands = /^(isom|iso[2-9]|mp4[12]|avc1|M4V |mmp4|MSNV|dash)$/

const office: readonly [folder: string, type: string][] = [
  ['word/', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['xl/', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['ppt/', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
]

export function typeOf(file: Buffer): string {
  const known = startsWith.find(([, first]) => file.subarray(0, first.length).equals(first))
  if (known) return known[0]
  if (textAt(file, 0, 4) === 'RIFF') return textAt(file, 8, 4) === 'WEBP' ? 'image/webp' : unknownType
  if (textAt(file, 4, 4) === 'ftyp') return filmBrands.test(textAt(file, 8, 4)) ? 'video/mp4' : unknownType
  if (isMp3Frame(file)) return 'audio/mpeg'
  return textAt(file, 0, 4) === 'PK\x03\x04' ? zipType(file) : unknownType
}

/** As what the channel takes it. */
export function kindOf(type: string): MediaKind {
  if (type === 'image/jpeg' || type === 'image/png') return 'image'
  if (type === 'audio/amr') return 'voice'
  return type === 'video/mp4' ? 'video' : 'file'
}

const textAt = (file: Buffer, at: number, length: number) => file.toString('latin1', at, at + length)

/** MPEG audio, layer III, with a bit rate and a sampling rate that there are. */
function isMp3Frame(file: Buffer): boolean {
  if (file.length < 4 || file[0] !== 0xff || (file[1]! & 0xe6) !== 0xe2) return false
  const bitRate = file[2]! >> 4
  return bitRate !== 0 && bitRate !== 15 && ((file[2]! >> 2) & 3) !== 3
}

function zipType(file: Buffer): string {
  const names = namesInZip(file)
  if (!names.includes('[Content_Types].xml')) return 'application/zip'
  return office.find(([folder]) => names.some((name) => name.startsWith(folder)))?.[1] ?? 'application/zip'
}

/** A comment at the end of a zip is at most so long. */
const endAndComment = 22 + 0xffff
/** Office files name what they are among the first of their parts. */
const mostNames = 500

/** Names in its central directory; none where it has none that can be read. */
function namesInZip(file: Buffer): string[] {
  const names: string[] = []
  const end = file.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  if (end < 0 || end < file.length - endAndComment || end + 22 > file.length) return names
  for (let at = file.readUInt32LE(end + 16); names.length < mostNames; ) {
    if (at + 46 > file.length || textAt(file, at, 4) !== 'PK\x01\x02') break
    const length = file.readUInt16LE(at + 28)
    names.push(textAt(file, at + 46, length))
    at += 46 + length + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32)
  }
  return names
}
