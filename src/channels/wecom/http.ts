import { rootCertificates } from 'node:tls'
import { type Dispatcher, Pool, ProxyAgent } from 'undici'
import { Unreachable, type WhyUnreachable } from './api-error.ts'
import type { ConnectionSettings } from './desk.ts'

export type HttpSettings = Pick<ConnectionSettings, 'apiBase' | 'ca' | 'proxy'>

export interface HttpRequest {
  method: 'GET' | 'POST'
  /** Below the base address, e.g. `/cgi-bin/gettoken`. */
  path: string
  query?: Record<string, string> | undefined
  body?: { type: string; bytes: string | Buffer } | undefined
  headers?: Record<string, string> | undefined
  /** Carries a file, which takes longer than words. */
  file?: boolean | undefined
  mostBytes: number
  signal?: AbortSignal | undefined
}

export interface HttpAnswer {
  status: number
  /** In small letters. */
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

const connectWithin = 5_000
/** `quiet`: until the headers, and between two pieces of the body. */
const patience = {
  words: { quiet: 15_000, whole: 45_000 },
  file: { quiet: 60_000, whole: 300_000 },
}
const sockets = 8

/** The way to one address. Follows no redirects, and says nothing of what it carries when it fails. */
export class Http {
  readonly #origin: string
  readonly #prefix: string
  readonly #proxied: boolean
  readonly #dispatcher: Dispatcher
  readonly #closing = new AbortController()

  /** @throws Unreachable for an address or a certificate that cannot be used */
  constructor({ apiBase, ca, proxy }: HttpSettings) {
    const base = addressOf(apiBase, 'address')
    this.#origin = base.origin
    this.#prefix = base.pathname.replace(/\/+$/, '')
    this.#proxied = proxy !== null
    // One protocol, so that one kind of failure: HTTP/2 would let many calls die with one connection.
    const tls = { allowH2: false, timeout: connectWithin, ...(ca ? { ca: [...rootCertificates, ca] } : {}) }
    this.#dispatcher =
      proxy === null
        ? new Pool(base.origin, { connections: sockets, allowH2: false, connect: tls })
        : new ProxyAgent({
            ...proxyAddress(proxy),
            connections: sockets,
            allowH2: false,
            requestTls: tls,
            proxyTls: tls,
            clientFactory: (origin, options) =>
              new Pool(origin, { ...options, headersTimeout: patience.words.quiet }),
          })
  }

  /** @throws Unreachable */
  async request(request: HttpRequest): Promise<HttpAnswer> {
    const { quiet, whole } = request.file ? patience.file : patience.words
    const deadline = AbortSignal.timeout(whole)
    const stops = [this.#closing.signal, ...(request.signal ? [request.signal] : [])]
    if (stops.some((one) => one.aborted)) throw new Unreachable('stopped', request.path, { sent: false })
    let status: number | null = null
    try {
      const answer = await this.#dispatcher.request({
        origin: this.#origin,
        path: this.#prefix + request.path,
        ...(request.query ? { query: request.query } : {}),
        method: request.method,
        headers: { ...request.headers, ...(request.body ? { 'content-type': request.body.type } : {}) },
        body: request.body?.bytes ?? null,
        headersTimeout: quiet,
        bodyTimeout: quiet,
        signal: AbortSignal.any([deadline, ...stops]),
      })
      status = answer.statusCode
      const body = await bodyOf(answer, request)
      return { status, headers: answer.headers, body }
    } catch (error) {
      if (error instanceof Unreachable) throw error
      if (stops.some((one) => one.aborted)) throw new Unreachable('stopped', request.path, { status })
      if (deadline.aborted) throw new Unreachable('timeout', request.path, { status })
      // Not as its cause: what undici throws may hold the address with its query.
      throw failure(error, request.path, status, this.#proxied)
    }
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#dispatcher.destroy()
  }
}

async function bodyOf(answer: Dispatcher.ResponseData, { path, mostBytes }: HttpRequest): Promise<Buffer> {
  const tooBig = () => {
    answer.body.on('error', () => {}).destroy()
    return new Unreachable('tooBig', path, { status: answer.statusCode })
  }
  if (Number(answer.headers['content-length'] ?? 0) > mostBytes) throw tooBig()
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of answer.body as AsyncIterable<Buffer>) {
    bytes += piece.length
    if (bytes > mostBytes) throw tooBig()
    pieces.push(piece)
  }
  return Buffer.concat(pieces, bytes)
}

/** Codes of a connection that was never made. */
const noWay: Record<string, WhyUnreachable> = {
  ENOTFOUND: 'address',
  EAI_AGAIN: 'address',
  EHOSTUNREACH: 'address',
  ENETUNREACH: 'address',
  EADDRNOTAVAIL: 'address',
  EINVAL: 'address',
  ECONNREFUSED: 'refusedConnection',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_PRX_CONN: 'proxy',
  UND_ERR_PRX_TLS: 'proxy',
}
/** The other side could not show who it is: nothing was said to it. */
const notTrusted = /^(ERR_TLS_|ERR_OSSL_|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|INVALID_CA|HOSTNAME_MISMATCH)/

function failure(error: unknown, path: string, status: number | null, proxied: boolean): Unreachable {
  const { code = '', message = '' } = error as { code?: string; message?: string }
  const ofProxy = /^Proxy (?:response|Authentication Required) \((\d+)\)/.exec(message)
  if (ofProxy) return new Unreachable('proxy', path, { sent: false, status: Number(ofProxy[1]) })
  const why = noWay[code]
  if (why !== undefined) {
    return new Unreachable(proxied && why !== 'timeout' ? 'proxy' : why, path, { sent: false })
  }
  if (notTrusted.test(code)) return new Unreachable('certificate', path, { sent: false })
  // A server that speaks no TLS, or not this kind; it can also happen in the middle of an answer.
  if (/^(ERR_SSL_|EPROTO)/.test(code)) return new Unreachable('certificate', path, { status })
  if (/^UND_ERR_(HEADERS|BODY)_TIMEOUT$|^ETIMEDOUT$/.test(code)) {
    return new Unreachable('timeout', path, { status })
  }
  return new Unreachable('lost', path, { status })
}

function addressOf(text: string, why: WhyUnreachable): URL {
  const address = URL.parse(text)
  if (!address || !/^https?:$/.test(address.protocol)) throw new Unreachable(why, '', { sent: false })
  return address
}

/** User and password go into a header, not along in the address. */
function proxyAddress(text: string): { uri: string; token?: string } {
  const address = addressOf(text, 'proxy')
  const { username, password } = address
  address.username = ''
  address.password = ''
  if (!username && !password) return { uri: address.href }
  const plain = (part: string) => {
    try {
      return decodeURIComponent(part)
    } catch {
      return part
    }
  }
  const credentials = Buffer.from(`${plain(username)}:${plain(password)}`)
  return { uri: address.href, token: `Basic ${credentials.toString('base64')}` }
}
