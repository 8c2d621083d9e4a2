import { X509Certificate } from 'node:crypto'
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls'
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

/** In ms. */
interface Patience {
  /** Until the headers, and between two pieces of the body. */
  quiet: number
  whole: number
}
const usual: Record<'words' | 'file', Patience> = {
  words: { quiet: 15_000, whole: 45_000 },
  file: { quiet: 60_000, whole: 300_000 },
}
/** More than are in flight together (`calls.ts`), so that the fetching of a token waits for none of them. */
const sockets = 16

/** The way to one address. Follows no redirects, and says nothing of what it carries when it fails. */
export class Http {
  readonly #way: Way | null
  readonly #patience: typeof usual
  readonly #unusable: WhyUnreachable = 'address'
  readonly #closing = new AbortController()

  /** Settings that cannot be used are told by every request. */
  constructor(settings: HttpSettings, patience = usual) {
    this.#patience = patience
    try {
      this.#way = wayOf(settings)
    } catch (error) {
      this.#way = null
      if (error instanceof Unreachable) this.#unusable = error.why
    }
  }

  /** @throws Unreachable */
  async request(request: HttpRequest): Promise<HttpAnswer> {
    const way = this.#way
    if (way === null) throw new Unreachable(this.#unusable, request.path, { sent: false })
    const { quiet, whole } = request.file ? this.#patience.file : this.#patience.words
    const stops = [this.#closing.signal, ...(request.signal ? [request.signal] : [])]
    if (stops.some((one) => one.aborted)) throw new Unreachable('stopped', request.path, { sent: false })
    const bound = boundBy(stops, whole)
    let status: number | null = null
    try {
      const answer = await way.dispatcher.request({
        origin: way.origin,
        path: way.prefix + request.path,
        ...(request.query ? { query: request.query } : {}),
        method: request.method,
        headers: { ...request.headers, ...(request.body ? { 'content-type': request.body.type } : {}) },
        body: request.body?.bytes ?? null,
        headersTimeout: quiet,
        bodyTimeout: quiet,
        signal: bound.signal,
      })
      status = answer.statusCode
      const body = await bodyOf(answer, request)
      return { status, headers: answer.headers, body }
    } catch (error) {
      if (error instanceof Unreachable) throw error
      if (stops.some((one) => one.aborted)) throw new Unreachable('stopped', request.path, { status })
      if (bound.signal.aborted) throw new Unreachable('timeout', request.path, { status })
      // Not as its cause: what undici throws may hold the address with its query.
      throw failure(error, request.path, status, way.proxied)
    } finally {
      bound.release()
    }
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#way?.dispatcher.destroy()
  }
}

/** Ends with any of these, or after so many ms; nothing of it stays behind once it is released. */
function boundBy(stops: readonly AbortSignal[], ms: number): { signal: AbortSignal; release(): void } {
  const controller = new AbortController()
  const end = () => controller.abort()
  const timer = setTimeout(end, ms)
  for (const stop of stops) stop.addEventListener('abort', end)
  return {
    signal: controller.signal,
    release() {
      clearTimeout(timer)
      for (const stop of stops) stop.removeEventListener('abort', end)
    },
  }
}

interface Way {
  dispatcher: Dispatcher
  origin: string
  /** Path of the base address. */
  prefix: string
  proxied: boolean
}

/** @throws Unreachable for an address or a certificate that cannot be used */
function wayOf({ apiBase, ca, proxy }: HttpSettings): Way {
  const { origin, pathname } = addressOf(apiBase, 'address')
  // One protocol, so that there is one kind of failure: in HTTP/2 many calls die with one connection.
  const tls = {
    allowH2: false,
    timeout: connectWithin,
    ...(ca ? { secureContext: trusting(ca) } : {}),
  }
  const pool = { connections: sockets, allowH2: false }
  const dispatcher =
    proxy === null
      ? new Pool(origin, { ...pool, connect: tls })
      : new ProxyAgent({
          ...pool,
          ...proxyAddress(proxy),
          requestTls: tls,
          proxyTls: tls,
          clientFactory: (address, options) =>
            new Pool(address, { ...options, headersTimeout: usual.words.quiet }),
        })
  return { dispatcher, origin, prefix: pathname.replace(/\/+$/, ''), proxied: proxy !== null }
}

/** These certificates besides the usual ones. Node itself would pass over in silence what is none. */
function trusting(ca: string): SecureContext {
  try {
    const own = ca.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []
    if (own.length === 0) throw new Unreachable('certificate', '', { sent: false })
    for (const one of own) new X509Certificate(one)
    return createSecureContext({ ca: [...rootCertificates, ...own] })
  } catch {
    throw new Unreachable('certificate', '', { sent: false })
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
