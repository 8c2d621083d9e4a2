import type { IncomingMessage, ServerResponse } from 'node:http'
import type { News } from '../../channels/wecom/relay-wire.ts'
import { say } from './answers.ts'
import { readNotification, readVerification } from './callback.ts'
import { type Callers, callerOf } from './callers.ts'
import type { RelayConfig } from './config.ts'
import type { Repeated } from './repeated.ts'
import { Replays } from './replays.ts'

export interface Counted {
  /** Genuine callbacks, the first time each. */
  callbacks: number
  repeated: number
  refused: number
}

interface ReceptionOptions {
  config: RelayConfig
  callers: Callers
  now(): number
  log: Repeated
  onNews(news: News): void
}

type Corp = RelayConfig['corps'][number]

/** A callback of WeCom has about one kilobyte. */
const mostBytes = 64 * 1024

/** Where callbacks come in over HTTP: answered at once, told to desks after. */
export class Reception {
  readonly counted: Counted = { callbacks: 0, repeated: 0, refused: 0 }
  readonly #options: ReceptionOptions
  readonly #replays: Replays

  constructor(options: ReceptionOptions) {
    this.#options = options
    this.#replays = new Replays(options.config.window)
  }

  async take(
    corp: Corp,
    query: URLSearchParams,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { callers, config, now } = this.#options
    if (callers.blocked(atPath(corp, callerOf(request, config.proxies)), now())) say(response, 429)
    else if (request.method === 'GET') this.#verify(corp, query, request, response)
    else if (request.method === 'POST') await this.#notify(corp, query, request, response)
    else say(response, 405)
  }

  #verify(corp: Corp, query: URLSearchParams, request: IncomingMessage, response: ServerResponse): void {
    const { config, log, now } = this.#options
    const read = readVerification(corp, query, { now: now(), window: config.window })
    if ('why' in read) {
      this.#refuse(corp, request, response, read.status, read.why)
      return
    }
    log.say(`WeCom has verified ${corp.path}`, now())
    say(response, 200, read.plaintext)
  }

  async #notify(
    corp: Corp,
    query: URLSearchParams,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { config, log, now, onNews } = this.#options
    const body = await bodyOf(request)
    if (body === null) {
      this.#refuse(corp, request, response, 413, `longer than ${mostBytes} bytes`)
      return
    }
    const read = readNotification(corp, query, body, { now: now(), window: config.window })
    if ('why' in read) {
      this.#refuse(corp, request, response, read.status, read.why)
      return
    }
    say(response, 200, 'success')
    if (!this.#replays.first(`${corp.path} ${read.signature}`, now())) {
      this.counted.repeated += 1
      return
    }
    this.counted.callbacks += 1
    if (read.note) log.say(`callback at ${corp.path}: ${read.note}`, now())
    if (read.news) onNews(read.news)
  }

  #refuse(corp: Corp, request: IncomingMessage, response: ServerResponse, status: number, why: string): void {
    const { callers, config, log, now } = this.#options
    this.counted.refused += 1
    log.say(`callback at ${corp.path} refused: ${why}`, now())
    const caller = callerOf(request, config.proxies)
    if (callers.bad(atPath(corp, caller), now())) {
      log.say(
        `${caller} is not listened to for a minute; a reverse proxy of yours belongs under proxies`,
        now(),
      )
    }
    // What of the request is still on its way will not be read.
    say(response, status, '', request.complete ? {} : { connection: 'close' })
  }
}

/** WeCom calls for all corps from the same machines: what goes wrong with one is not held against the others. */
const atPath = ({ path }: Corp, caller: string | null) => (caller === null ? null : `${path} ${caller}`)

/** @returns null where it is too long */
async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) return null
  const chunks: Buffer[] = []
  let bytes = 0
  // Leaving off must not end the connection before the answer is out.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk as Buffer)
    bytes += (chunk as Buffer).length
    if (bytes > mostBytes) return null
  }
  return Buffer.concat(chunks)
}
