import { randomUUID } from 'node:crypto'
import { z } from '../../contract/schema.ts'
import type { UploadFile } from './api.ts'
import { ApiRefused, Unreachable } from './api-error.ts'
import { type Calls, parsed } from './calls.ts'
import type { FetchedMedia } from './desk.ts'
import { errorCodes } from './error-codes.ts'
import type { HttpAnswer } from './http.ts'

const uploadPath = '/cgi-bin/media/upload'
const path = '/cgi-bin/media/get'

/** A multiple of 16, as encrypted files ask for. */
const pieceBytes = 8 * 1024 * 1024

/** @returns the media_id, good for three days */
export async function upload(
  calls: Calls,
  { kind, name, type, file }: UploadFile,
  signal: AbortSignal | undefined,
): Promise<string> {
  const boundary = `desk-${randomUUID()}`
  const plainName = name.replace(/["\\\p{Cc}]/gu, '_')
  const head = [
    `--${boundary}`,
    `Content-Disposition: form-data; name="media"; filename="${plainName}"; filelength=${file.length}`,
    `Content-Type: ${type}`,
    '',
    '',
  ].join('\r\n')
  const bytes = Buffer.concat([Buffer.from(head), file, Buffer.from(`\r\n--${boundary}--\r\n`)])
  const body = { type: `multipart/form-data; boundary=${boundary}`, bytes }
  const call = { method: 'POST', path: uploadPath, query: { type: kind }, body, file: true, signal } as const
  const answer = await calls.json(call, z.object({ media_id: z.string().min(1) }))
  return answer.media_id
}

/** Whole where WeCom gives it whole, else piece by piece. */
export async function download(
  calls: Calls,
  mediaId: string,
  mostBytes: number,
  signal: AbortSignal | undefined,
): Promise<FetchedMedia> {
  const ask = (range: string | null) =>
    calls.raw(
      {
        method: 'GET',
        path,
        query: { media_id: mediaId },
        headers: range ? { range } : {},
        file: true,
        // A refusal may be longer than a small file.
        mostBytes: Math.max(mostBytes, 64 * 1024),
        signal,
      },
      (answer) => fileOf(answer),
    )
  try {
    return whole(await ask(null), mostBytes)
  } catch (error) {
    if (!(error instanceof ApiRefused) || error.errcode !== errorCodes.rangeNeeded) throw error
  }
  const pieces: Buffer[] = []
  for (let from = 0; ; ) {
    const answer = await ask(`bytes=${from}-${from + pieceBytes - 1}`)
    if (answer.status === 200) return whole(answer, mostBytes)
    const [start, end, size] = rangeOf(answer)
    const bytes = answer.body.length
    if (start !== from || bytes === 0 || end - start + 1 !== bytes || size <= end) {
      throw new Unreachable('unexpected', path, { status: answer.status })
    }
    if (size > mostBytes) throw new Unreachable('tooBig', path, { status: answer.status })
    pieces.push(answer.body)
    from = end + 1
    if (from === size) return { ...named(answer), file: Buffer.concat(pieces) }
  }
}

function whole(answer: HttpAnswer, mostBytes: number): FetchedMedia {
  if (answer.body.length > mostBytes) throw new Unreachable('tooBig', path, { status: answer.status })
  return named(answer)
}

/** A refusal comes as JSON in place of the file, and something between may send a page; a file has a name. */
function fileOf(answer: HttpAnswer): HttpAnswer {
  const isFile = answer.status === 200 || answer.status === 206
  const isText = /^text\/|\bjson\b/i.test(header(answer, 'content-type') ?? '')
  if (!isFile || (isText && header(answer, 'content-disposition') === null)) {
    parsed(answer, path, z.never())
  }
  return answer
}

function rangeOf(answer: HttpAnswer): [start: number, end: number, size: number] {
  const said = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header(answer, 'content-range') ?? '')
  if (!said) throw new Unreachable('unexpected', path, { status: answer.status })
  return [Number(said[1]), Number(said[2]), Number(said[3])]
}

function named(answer: HttpAnswer): FetchedMedia {
  const type = header(answer, 'content-type')?.split(';')[0]?.trim().toLowerCase()
  return { file: answer.body, name: nameIn(header(answer, 'content-disposition')), type: type || null }
}

function header({ headers }: HttpAnswer, name: string): string | null {
  const value = headers[name]
  return (Array.isArray(value) ? value[0] : value) ?? null
}

/** The name of the file, without folders; headers are read as Latin-1, what is sent is UTF-8, plain or with percent signs. */
export function nameIn(disposition: string | null): string | null {
  if (disposition === null) return null
  const extended = /filename\*\s*=\s*utf-8''([^;\s]+)/i.exec(disposition)?.[1]
  const plain = /filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(disposition)
  const said = extended ?? plain?.[1]?.replace(/\\(.)/g, '$1') ?? plain?.[2]
  if (said === undefined) return null
  const name = withoutPercents(fromLatin1(said))
    .split(/[/\\]/)
    .at(-1)!
    .replace(/\p{Cc}/gu, '')
    .trim()
  return name === '' ? null : name.slice(0, 200)
}

function fromLatin1(text: string): string {
  if (/[^\0-\xff]/.test(text)) return text
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'latin1'))
  } catch {
    return text
  }
}

function withoutPercents(text: string): string {
  if (!/%[0-9a-f]{2}/i.test(text)) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
