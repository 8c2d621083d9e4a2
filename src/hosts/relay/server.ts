import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { deskPath } from '../../channels/wecom/relay-wire.ts'
import { version } from '../version.ts'
import { type Moment, type NotGenuine, readNotification, readVerification } from './callback.ts'
import { Callers, callerOf } from './callers.ts'
import { healthPath, type RelayConfig } from './config.ts'
import { answer, Desks } from './desks.ts'
import { Newest } from './newest.ts'
import { Repeated } from './repeated.ts'
import { Replays } from './replays.ts'

export interface Relay {
  /** Where it listens, e.g. http://127.0.0.1:8470 */
  url: string
  readonly counted: Readonly<Counted>
  close(): Promise<void>
}

interface Counted {
  /** Genuine callbacks, the first time each. */
  callbacks: number
  repeated: number
  refused: number
}

export interface RelayOptions {
  now?: () => number
  /** How long (ms) a caller may take to send his request. */
  patience?: number
  log(line: string): void
}

type Corp = RelayConfig['corps'][number]

/** A callback of WeCom has about one kilobyte. */
const mostBytes = 64 * 1024
const usualPatience = 10_000
const mostConnections = 2_000

/** Takes callbacks from WeCom and tells desks. Keeps nothing but the newest token of each account, in memory. */
export async function startRelay(config: RelayConfig, options: RelayOptions): Promise<Relay> {
  const now = options.now ?? Date.now
  const often = new Repeated(options.log)
  const newest = new Newest()
  const desks = new Desks({ desks: config.desks, newest, now, log: options.log })
  const replays = new Replays(config.window)
  const callers = new Callers()
  const counted: Counted = { callbacks: 0, repeated: 0, refused: 0 }
  const corps = new Map(config.corps.map((corp) => [corp.path, corp]))
  const moment = (): Moment => ({ now: now(), window: config.window })

  const refuse = (request: IncomingMessage, response: ServerResponse, path: string, no: NotGenuine) => {
    counted.refused += 1
    const caller = callerOf(request, config.proxies)
    often.say(`callback at ${path} refused: ${no.why}`, now())
    if (callers.bad(caller, now())) {
      options.log(`${caller} is not listened to for a minute; a reverse proxy of yours belongs under proxies`)
    }
    say(response, no.status)
  }

  const verify = (corp: Corp, query: URLSearchParams, request: IncomingMessage, response: ServerResponse) => {
    const read = readVerification(corp, query, moment())
    if ('why' in read) return refuse(request, response, corp.path, read)
    options.log(`WeCom has verified ${corp.path}`)
    say(response, 200, read.plaintext)
  }

  const notify = async (
    corp: Corp,
    query: URLSearchParams,
    request: IncomingMessage,
    response: ServerResponse,
  ) => {
    const body = await bodyOf(request, response)
    if (body === null) return
    const read = readNotification(corp, query, body, moment())
    if ('why' in read) return refuse(request, response, corp.path, read)
    say(response, 200, 'success')
    if (!replays.first(`${corp.path} ${read.signature}`, now())) {
      counted.repeated += 1
      return
    }
    counted.callbacks += 1
    if (read.note) often.say(`callback at ${corp.path}: ${read.note}`, now())
    if (!read.news) return
    newest.keep(read.news)
    desks.tell(read.news)
  }

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const address = URL.parse(request.url ?? '/', 'http://relay')
    const path = address?.pathname
    if (!address || path === undefined) return say(response, 400)
    if (path === healthPath) return health(request, response, desks.count, counted)
    const corp = corps.get(path)
    if (!corp) return say(response, 404)
    if (callers.blocked(callerOf(request, config.proxies), now())) return say(response, 429)
    if (request.method === 'GET') return verify(corp, address.searchParams, request, response)
    if (request.method === 'POST') return notify(corp, address.searchParams, request, response)
    say(response, 405)
  }

  const { patience = usualPatience } = options
  const limits = {
    headersTimeout: patience / 2,
    requestTimeout: patience,
    connectionsCheckingInterval: patience / 10,
  }
  const server = config.tls
    ? createTlsServer({ ...limits, handshakeTimeout: patience, ...config.tls })
    : createServer(limits)
  server.maxConnections = mostConnections
  server.on('request', (request, response) => {
    handle(request, response).catch((error: unknown) => {
      // Whoever left in the middle of it needs no answer.
      if (!request.destroyed || request.complete)
        often.say(`a request could not be handled: ${nameOf(error)}`, now())
      if (!response.headersSent) say(response, 500)
      else response.destroy()
    })
  })
  server.on('upgrade', (request: IncomingMessage, socket, head: Buffer) => {
    // Whoever knocks may also run away: without a listener that would end the relay.
    socket.on('error', () => socket.destroy())
    const caller = callerOf(request, config.proxies)
    if (URL.parse(request.url ?? '/', 'http://relay')?.pathname !== deskPath) answer(socket, '404 Not Found')
    else if (callers.blocked(caller, now())) answer(socket, '429 Too Many Requests')
    else if (!desks.knock(request, socket, head)) {
      callers.bad(caller, now())
      often.say('a desk with a token nobody has was refused', now())
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(config.listen.port, config.listen.address, resolve)
  })
  server.on('error', (error) => often.say(`the server reports ${nameOf(error)}`, now()))

  const { port } = server.address() as AddressInfo
  const { address } = config.listen
  return {
    url: `${config.tls ? 'https' : 'http'}://${address.includes(':') ? `[${address}]` : address}:${port}`,
    counted,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      await desks.close()
      server.closeIdleConnections()
      setTimeout(() => server.closeAllConnections(), 2_000).unref()
      await closed
    },
  }
}

/** @returns null where it was too long, and that has been answered */
async function bodyOf(request: IncomingMessage, response: ServerResponse): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let bytes = Number(request.headers['content-length'] ?? 0) > mostBytes ? Number.POSITIVE_INFINITY : 0
  if (bytes <= mostBytes) {
    // Leaving off must not end the connection before the answer is out.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      chunks.push(chunk as Buffer)
      bytes += (chunk as Buffer).length
      if (bytes > mostBytes) break
    }
  }
  if (bytes <= mostBytes) return Buffer.concat(chunks)
  say(response, 413, '', { connection: 'close' })
  return null
}

function health(request: IncomingMessage, response: ServerResponse, desks: number, counted: Counted): void {
  const body = JSON.stringify({ status: 'ok', version, desks, ...counted })
  if (request.method !== 'GET') say(response, 405)
  else say(response, 200, body, { 'content-type': 'application/json' })
}

function say(
  response: ServerResponse,
  status: number,
  body = '',
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  })
  response.end(body)
}

/** Never its message, which may quote what came in. */
function nameOf(error: unknown): string {
  const { code, name } = error as NodeJS.ErrnoException
  return code ?? name ?? 'an error'
}
