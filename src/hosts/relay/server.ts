import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { deskPath } from '../../channels/wecom/relay-wire.ts'
import { version } from '../version.ts'
import { say, turnAway } from './answers.ts'
import { Callers, callerOf } from './callers.ts'
import { healthPath, type RelayConfig } from './config.ts'
import { Desks } from './desks.ts'
import { Newest } from './newest.ts'
import { type Counted, Reception } from './reception.ts'
import { Repeated } from './repeated.ts'

export interface Relay {
  /** Where it listens, e.g. http://127.0.0.1:8470 */
  url: string
  readonly counted: Readonly<Counted>
  close(): Promise<void>
}

export interface RelayOptions {
  /** ms since 1970; the machine's clock unless a test has its own. */
  now?: () => number
  /** How long (ms) a caller may take to send his request. */
  patience?: number
  log(line: string): void
}

const usualPatience = 10_000
const mostConnections = 2_000
/** For what is under way when the relay is told to end. */
const lastAnswers = 2_000

/** Takes callbacks from WeCom and tells desks. Keeps nothing but the newest token of each account, in memory. */
export async function startRelay(config: RelayConfig, options: RelayOptions): Promise<Relay> {
  const now = options.now ?? Date.now
  const log = new Repeated(options.log)
  const newest = new Newest()
  const callers = new Callers()
  const desks = new Desks({ desks: config.desks, newest, now, log: options.log })
  const reception = new Reception({
    config,
    callers,
    now,
    log,
    onNews: (news) => {
      newest.keep(news)
      desks.tell(news)
    },
  })
  const corps = new Map(config.corps.map((corp) => [corp.path, corp]))

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const address = addressOf(request)
    const corp = address && corps.get(address.pathname)
    if (corp) await reception.take(corp, address.searchParams, request, response)
    else if (address?.pathname !== healthPath) say(response, address ? 404 : 400)
    else if (request.method !== 'GET') say(response, 405)
    else {
      const health = { status: 'ok', version, desks: desks.count, ...reception.counted }
      say(response, 200, JSON.stringify(health), { 'content-type': 'application/json' })
    }
  }
  const knock = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const caller = callerOf(request, config.proxies)
    if (addressOf(request)?.pathname !== deskPath) turnAway(socket, '404 Not Found')
    else if (callers.blocked(caller, now())) turnAway(socket, '429 Too Many Requests')
    else if (!desks.knock(request, socket, head)) {
      callers.bad(caller, now())
      log.say('a desk with a token nobody has was refused', now())
    }
  }

  const server = serverOf(config, options.patience ?? usualPatience)
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    handle(request, response).catch((error: unknown) => {
      // Whoever left in the middle of his request needs no answer.
      if (request.complete) log.say(`a request could not be handled: ${nameOf(error)}`, now())
      if (response.headersSent) response.destroy()
      else say(response, 500)
    })
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Whoever knocks may also run away: without a listener that would end the relay.
    socket.on('error', () => socket.destroy())
    knock(request, socket, head)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(config.listen.port, config.listen.address, resolve)
  })
  server.on('error', (error) => log.say(`the server reports ${nameOf(error)}`, now()))

  const { port } = server.address() as AddressInfo
  const { address } = config.listen
  return {
    url: `${config.tls ? 'https' : 'http'}://${address.includes(':') ? `[${address}]` : address}:${port}`,
    counted: reception.counted,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      setTimeout(() => server.closeAllConnections(), lastAnswers).unref()
      await desks.close()
      await closed
    },
  }
}

function serverOf({ tls }: RelayConfig, patience: number) {
  const limits = {
    headersTimeout: patience / 2,
    requestTimeout: patience,
    connectionsCheckingInterval: patience / 10,
  }
  const server = tls
    ? createTlsServer({ ...limits, handshakeTimeout: patience, ...tls })
    : createServer(limits)
  server.maxConnections = mostConnections
  return server
}

/** Null where the request names no address at all, e.g. `//`. */
function addressOf(request: IncomingMessage): URL | null {
  return URL.parse(request.url ?? '/', 'http://relay')
}

/** Never its message, which may quote what came in. */
function nameOf(error: unknown): string {
  const { code, name } = error as NodeJS.ErrnoException
  return code ?? name ?? 'an error'
}
