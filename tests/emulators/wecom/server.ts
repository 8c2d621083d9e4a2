import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { errorCodes } from '../../../src/channels/wecom/error-codes.ts'
import { assumed } from '../../../src/channels/wecom/facts.ts'
import { type Answer, ApiError, errorBody, Raw, refuse } from './answers.ts'
import type { Call } from './call.ts'
import type { CallRecord } from './calls.ts'
import { control } from './control.ts'
import type { Effect } from './faults.ts'
import type { Body } from './fields.ts'
import { permitted, type Route, routes } from './routes.ts'
import { appOf, gettoken, tokenOf } from './tokens.ts'
import type { App, World } from './world.ts'

/** HTTP: the API under /cgi-bin, the acts of the outside world under /control. */
export function serve(world: World): Server {
  const server = createServer((request, response) => {
    void read(request).then((bytes) => {
      const url = URL.parse(request.url ?? '/', 'http://emulator')
      if (!url) {
        response.writeHead(400).end()
        return
      }
      if (url.pathname.startsWith('/control')) return control(world, url.pathname, bytes, response)
      return new Exchange(world, url, request, response, bytes).run()
    })
  })
  server.keepAliveTimeout = 60_000
  server.requestTimeout = 0
  return server
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  try {
    for await (const part of request) parts.push(part as Buffer)
  } catch {
    // torn by the caller: what came is answered, to nobody
  }
  return Buffer.concat(parts)
}

const syncPath = '/cgi-bin/kf/sync_msg'
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
type Written = { status: number; headers: Record<string, string>; body: Buffer | string }

/** One call from its arrival to its answer, with what faults make of it. */
class Exchange {
  readonly #world: World
  readonly #url: URL
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #bytes: Buffer
  readonly #record: CallRecord
  readonly #started = performance.now()

  constructor(world: World, url: URL, request: IncomingMessage, response: ServerResponse, bytes: Buffer) {
    this.#world = world
    this.#url = url
    this.#request = request
    this.#response = response
    this.#bytes = bytes
    this.#record = world.calls.open(url.pathname)
  }

  async run(): Promise<void> {
    const app = tokenOf(this.#world, this.#url.searchParams)?.app ?? null
    this.#record.agentid = app?.agentid ?? null
    const syncing = app !== null && this.#url.pathname === syncPath
    if (syncing) app.syncing++
    try {
      await this.#go(app)
    } finally {
      if (syncing) app.syncing--
    }
  }

  async #go(app: App | null): Promise<void> {
    const { pathname } = this.#url
    const agentid = app?.agentid ?? null
    let end: Effect | null = null
    for (const effect of this.#world.faults.onTheWay(pathname, agentid)) {
      if (effect.kind === 'latency')
        await pause(
          effect.most === undefined ? effect.ms : this.#world.random.between(effect.ms, effect.most),
        )
      else if (effect.kind === 'tokenExpired') this.#endToken('expired')
      else if (effect.kind === 'tokenInvalid') this.#endToken('invalid')
      else end ??= effect
    }
    const done = end === null || end.kind === 'truncated' || ('done' in end && end.done === true)
    const written = done ? await this.#work() : null
    this.#record.done = done && this.#record.errcode === 0
    this.#finish(end, written)
    this.#record.ms = Math.round((performance.now() - this.#started) * 10) / 10
    this.#world.calls.close(this.#record)
  }

  #endToken(how: 'expired' | 'invalid'): void {
    const token = tokenOf(this.#world, this.#url.searchParams)
    if (token) token.dead ??= how
  }

  #finish(end: Effect | null, written: Written | null): void {
    if (end?.kind === 'reset') this.#request.socket.resetAndDestroy()
    const spoilt = this.#spoilt(end, written)
    if (spoilt) this.#write(spoilt)
  }

  /** What the caller gets to see; null for nothing. */
  #spoilt(end: Effect | null, written: Written | null): Written | null {
    switch (end?.kind) {
      case 'silent':
      case 'reset':
        this.#unread(end.kind)
        return null
      case 'http':
        this.#unread('http')
        return { status: end.status, headers: {}, body: end.body ?? `<html>${end.status}</html>` }
      case 'garbage':
        this.#unread('garbage')
        return { status: 200, headers: json, body: end.body ?? '\0\x01{"errcode":0,,]' }
      case 'error':
        return this.#error(new ApiError(end.errcode, end.errmsg))
      case 'truncated': {
        this.#record.outcome = 'truncated'
        const body = Buffer.from(written?.body ?? '')
        return {
          status: 200,
          headers: written?.headers ?? {},
          body: body.subarray(0, Math.floor(body.length / 2)),
        }
      }
      default:
        return written
    }
  }

  #unread(outcome: CallRecord['outcome']): void {
    this.#record.outcome = outcome
    this.#record.errcode = null
  }

  #write({ status, headers, body }: Written): void {
    const date = new Date(this.#world.clock.now()).toUTCString()
    this.#response.writeHead(status, { date, ...headers, 'content-length': Buffer.byteLength(body) })
    this.#response.end(body)
  }

  async #work(): Promise<Written> {
    try {
      const answer = await this.#answer()
      this.#record.errcode = 0
      if (answer instanceof Raw) return answer
      return { status: 200, headers: json, body: JSON.stringify({ errcode: 0, errmsg: 'ok', ...answer }) }
    } catch (error) {
      if (error instanceof ApiError) return this.#error(error)
      process.stderr.write(`${this.#url.pathname}: ${(error as Error).stack}\n`)
      return this.#error(new ApiError(errorCodes.systemBusy))
    }
  }

  #error(error: ApiError): Written {
    this.#record.errcode = error.code
    return { status: 200, headers: json, body: errorBody(error, this.#ip, this.#world.clock.seconds()) }
  }

  get #ip(): string {
    const address = this.#request.socket.remoteAddress ?? ''
    return this.#world.settings.callerIp ?? address.replace(/^::ffff:/, '')
  }

  async #answer(): Promise<Answer> {
    const world = this.#world
    const { searchParams: query, pathname: path } = this.#url
    world.limits.ipCall(this.#ip, path)
    if (path === '/cgi-bin/gettoken') return gettoken(world, query, this.#ip)
    const route = routes[path]
    if (!route) return new Raw('<html><h1>404 Not Found</h1></html>', { 'content-type': 'text/html' }, 404)
    const app = appOf(world, query)
    this.#record.agentid = app.agentid
    permitted({ app, ip: this.#ip }, route)
    world.limits.corpCall(app.corpid, path)
    if (path === syncPath && app.syncing > assumed.syncAtOnce) refuse('tooManyAtOnce')
    if (query.get('debug') === '1') world.limits.debugCall(app.corpid)
    const call: Call = {
      world,
      path,
      query,
      body: this.#body(route, path),
      bytes: this.#bytes,
      headers: this.#request.headers,
      ip: this.#ip,
      app,
      corp: world.corp(app.corpid),
      now: world.clock.now(),
      record: this.#record,
    }
    return route.answer(call)
  }

  #body(route: Route, path: string): Body {
    const method = this.#request.method as 'GET' | 'POST'
    if (!route.methods.includes(method)) return refuse('invalidParameter', 'http method mismatched')
    if (method === 'GET' || path === '/cgi-bin/media/upload') return {}
    if (!this.#bytes.length) return {}
    try {
      const body: unknown = JSON.parse(this.#bytes.toString())
      if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Body
    } catch {
      // falls through to the refusal
    }
    return refuse('invalidParameter', 'Warning: wrong json format. invalid Request Parameter')
  }
}

const json = { 'content-type': 'application/json; charset=UTF-8' }
