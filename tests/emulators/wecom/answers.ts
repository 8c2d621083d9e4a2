import { createHash } from 'node:crypto'
import { type ErrorName, errorCodes } from '../../../src/channels/wecom/error-codes.ts'

/** How the server answers: errcode and errmsg in every body, HTTP 200 even for an error. */

/** Texts seen in real answers; the others are named after the code. */
const texts: Partial<Record<ErrorName, string>> = {
  systemBusy: 'system busy',
  invalidSecret: 'invalid credential',
  invalidCorpid: 'invalid corpid',
  invalidAccessToken: 'invalid access_token',
  accessTokenMissing: 'access_token missing',
  accessTokenExpired: 'access_token expired',
  tooFrequent: 'api freq out of limit',
  tooManyAtOnce: 'api concurrent out of limit',
  apiForbidden: 'api forbidden',
  invalidMediaId: 'invalid media_id',
  invalidExternalUserid: 'invalid external userid',
  notExternalContact: 'not external contact',
  sessionStateForbidsSend: 'send msg session status invalid',
  ipNotAllowed: 'not allow to access from your ip',
  invalidParameter: 'invalid Request Parameter',
}
const names = new Map(Object.entries(errorCodes).map(([name, code]) => [code as number, name as ErrorName]))

/** Thrown anywhere inside a call; `extra` are the fields an error answer carries besides (an empty msg_list …). */
export class ApiError extends Error {
  readonly code: number
  readonly extra: Record<string, unknown>

  constructor(code: number, text = textOf(code), extra: Record<string, unknown> = {}) {
    super(text)
    this.code = code
    this.extra = extra
  }
}

/** Refuses by the code's name. */
export function refuse(name: ErrorName, text?: string, extra?: Record<string, unknown>): never {
  throw new ApiError(errorCodes[name], text, extra)
}

export function textOf(code: number): string {
  const name = names.get(code)
  if (!name) return `error ${code}`
  return texts[name] ?? name.replace(/[A-Z0-9]+/g, (part) => ` ${part.toLowerCase()}`).trim()
}

let hints = 0
export function errorBody(error: ApiError, ip: string, seconds: number): string {
  const hint = `${seconds}_${++hints}_${createHash('md5').update(String(hints)).digest('hex')}`
  const errmsg =
    `${error.message}, hint: [${hint}], from ip: ${ip}, ` +
    `more info at https://open.work.weixin.qq.com/devtool/query?e=${error.code}`
  return JSON.stringify({ errcode: error.code, errmsg, ...error.extra })
}

/** An answer that is no JSON object made here: a file, or a body already written. */
export class Raw {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: Buffer | string

  constructor(body: Buffer | string, headers: Record<string, string> = {}, status = 200) {
    this.status = status
    this.headers = headers
    this.body = body
  }
}
export type Answer = Record<string, unknown> | Raw
