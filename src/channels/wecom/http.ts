import type { ConnectionSettings } from './desk.ts'

export type HttpSettings = Pick<ConnectionSettings, 'apiBase' | 'ca' | 'proxy'>

export interface HttpRequest {
  method: 'GET' | 'POST'
  /** Below the base address, e.g. `/cgi-bin/gettoken`. */
  path: string
  query?: Record<string, string>
  json?: unknown
  form?: FormData
  headers?: Record<string, string>
  /** For files, which take longer than words. */
  patient?: boolean
  mostBytes: number
  signal?: AbortSignal | undefined
}

export interface HttpAnswer {
  status: number
  /** In small letters. */
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

/** @throws Unreachable */
export class Http {
  constructor(_settings: HttpSettings) {}
  request(_request: HttpRequest): Promise<HttpAnswer> {
    throw new Error('not there yet')
  }
  async close(): Promise<void> {}
}
