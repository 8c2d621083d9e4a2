import { media as facts, type MediaType } from '../../../src/channels/wecom/facts.ts'
import { type Answer, Raw, refuse } from './answers.ts'
import type { Call } from './call.ts'
import { mediaPart } from './multipart.ts'
import { amrSeconds, sample } from './samples.ts'
import type { Corp, MediaFile, World } from './world.ts'

/** Files: uploaded by an app or sent by a customer, kept for three days. */

export interface FileGiven {
  /** The bytes; a sample of its kind when absent. */
  base64?: string
  /** Sample filled up to so many bytes. */
  size?: number
  name?: string
  contentType?: string
  /** Encrypted at rest: pieces only in multiples of 16 bytes. */
  encrypted?: boolean
  /** How the name stands in Content-Disposition. */
  nameForm?: MediaFile['nameForm']
}

let samples = 0

export function keepMedia(
  world: World,
  corp: Corp,
  type: string,
  given: FileGiven = {},
): { id: string; file: MediaFile } {
  const number = ++samples
  const made = given.base64 === undefined ? sample(type, number, given.size) : null
  const bytes = made ? made.bytes : Buffer.from(given.base64 ?? '', 'base64')
  const file: MediaFile = {
    corpid: corp.corpid,
    type,
    filename: given.name ?? made?.name ?? 'file',
    contentType:
      given.contentType ?? made?.type ?? contentTypes[type as MediaType] ?? 'application/octet-stream',
    createdAt: world.clock.now(),
    size: bytes.length,
    // a sample is made again when asked for: tens of thousands need no room
    bytes: made ? () => sample(type, number, given.size).bytes : () => bytes,
    encrypted: given.encrypted ?? false,
    nameForm: given.nameForm ?? 'plain',
  }
  const id = world.id('', 60)
  world.media.set(id, file)
  return { id, file }
}

const contentTypes: Record<MediaType, string> = {
  image: 'image/jpeg',
  voice: 'audio/amr',
  video: 'video/mp4',
  file: 'application/octet-stream',
}

/** A file that is still there, of the caller's corp; else 40007. */
export function livingMedia(call: Call, id: string): MediaFile {
  const file = call.world.media.get(id)
  if (!file || file.corpid !== call.corp.corpid || call.now - file.createdAt > facts.life)
    return refuse('invalidMediaId')
  return file
}

export function upload(call: Call): Answer {
  const type = call.query.get('type') ?? ''
  if (!(type in facts.uploadBytes)) return refuse('invalidMediaTypeParameter')
  const part = mediaPart(call.bytes, String(call.headers['content-type'] ?? ''))
  if (!part || part.bytes.length === 0) return refuse('emptyFile')
  if (part.bytes.length <= facts.moreThanBytes) return refuse('invalidMediaSize')
  if (part.bytes.length > facts.uploadBytes[type as MediaType]) return refuse('mediaTooBig')
  const contentType = checked(type, part.bytes)
  const { id, file } = keepMedia(call.world, call.corp, type, {
    base64: part.bytes.toString('base64'),
    name: part.filename,
    contentType,
  })
  return { type, media_id: id, created_at: String(Math.floor(file.createdAt / 1000)) }
}

function checked(type: string, bytes: Buffer): string {
  const start = bytes.toString('latin1', 0, 12)
  if (type === 'image') {
    if (start.startsWith('\x89PNG')) return 'image/png'
    if (start.startsWith('\xff\xd8\xff')) return 'image/jpeg'
    return refuse('invalidImageFormat')
  }
  if (type === 'voice') {
    const seconds = amrSeconds(bytes)
    if (seconds === null) return refuse('voiceFormatInvalid')
    if (seconds > facts.voiceSeconds) return refuse('voiceTooLong')
    return 'audio/amr'
  }
  if (type === 'video' && start.slice(4, 8) !== 'ftyp') return refuse('invalidFileType')
  return type === 'video' ? 'video/mp4' : 'application/octet-stream'
}

export function download(call: Call): Answer {
  const asked = call.query.get('media_id')
  if (!asked) return refuse('mediaIdMissing')
  const silk = asked.endsWith('-silk')
  const file = livingMedia(call, silk ? asked.slice(0, -'-silk'.length) : asked)
  const bytes = silk
    ? Buffer.concat([Buffer.from('\x02#!SILK_V3', 'latin1'), file.bytes().subarray(6)])
    : file.bytes()
  const headers: Record<string, string> = {
    'content-type': silk ? 'audio/silk' : file.contentType,
    'content-disposition': disposition(file),
    'accept-ranges': 'bytes',
  }
  const range = /^bytes=(\d+)-(\d*)$/.exec(String(call.headers.range ?? ''))
  if (!range) {
    if (bytes.length > call.world.settings.rangeAbove) return refuse('rangeNeeded')
    return new Raw(bytes, headers)
  }
  const from = Number(range[1])
  const to = range[2] ? Math.min(Number(range[2]), bytes.length - 1) : bytes.length - 1
  if (from > to) return new Raw('', { ...headers, 'content-range': `bytes */${bytes.length}` }, 416)
  if (to - from + 1 > facts.rangeBytes) return refuse('rangeNeeded')
  if (file.encrypted && to + 1 !== bytes.length && (to - from + 1) % facts.rangeMultiple !== 0)
    return refuse('invalidParameter', 'range must be a multiple of 16')
  headers['content-range'] = `bytes ${from}-${to}/${bytes.length}`
  return new Raw(bytes.subarray(from, to + 1), headers, 206)
}

function disposition(file: MediaFile): string {
  const escaped = encodeURIComponent(file.filename)
  if (file.nameForm === 'rfc5987') return `attachment; filename="file"; filename*=UTF-8''${escaped}`
  if (file.nameForm === 'percent') return `attachment; filename="${escaped}"`
  // headers are bytes: the name goes out as UTF-8
  return `attachment; filename="${Buffer.from(file.filename).toString('latin1')}"`
}
