import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import type { FromCore } from '../../contract/wire.ts'
import type { Desk } from '../../desk/core.ts'
import { linkConsole } from '../console-link.ts'
import { type Cookie, sessionCookie } from './cookie.ts'
import { exportAskedFor, serveExport } from './exports.ts'
import { isLoopback, sameOrigin } from './origin.ts'
import { serveFile } from './static-files.ts'

export interface BrowserHostOptions {
  /** Folder of the built console. */
  files: string
  /** 0 takes any free port. */
  port: number
  /** 127.0.0.1 unless told otherwise. */
  address?: string
}

export interface BrowserHost {
  url: string
  close(): Promise<void>
}

const largestFrame = 4 * 1024 * 1024
const largestLogin = 4 * 1024

/** Serves the console and its WebSocket. The same core, the same contract as in the shell. */
export async function startBrowserHost(desk: Desk, options: BrowserHostOptions): Promise<BrowserHost> {
  const address = options.address ?? '127.0.0.1'
  const server = createServer((request, response) => {
    handle(desk, options.files, request, response).catch((error: unknown) => {
      desk.options.log(`http: ${String(error)}`)
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  })
  const sockets = new WebSocketServer({ noServer: true, maxPayload: largestFrame, perMessageDeflate: false })
  server.on('upgrade', (request, socket, head) => {
    // Whoever knocks may also run away: without a listener that would end the whole core.
    socket.on('error', () => socket.destroy())
    if (pathOf(request) !== '/desk' || !sameOrigin(request, { required: true })) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      let token = cookieOf(request).read(request)
      const link = linkConsole(desk, {
        token: {
          get: () => token,
          set: (next) => {
            token = next
          },
        },
        ...deviceOf(request),
        send: (frame) => {
          if (ws.readyState === ws.OPEN) ws.send(JSON.stringify(frame))
        },
      })
      ws.on('message', (data) => void link.receive(parsed(String(data))))
      ws.on('close', () => link.closed())
      ws.on('error', () => ws.terminate())
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, address, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${port}`,
    close: async () => {
      for (const client of sockets.clients) client.terminate()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function handle(
  desk: Desk,
  files: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!sameOrigin(request, { required: false })) {
    response.writeHead(403, { 'content-type': 'text/plain' }).end('foreign origin or host')
    return
  }
  const pathname = pathOf(request)
  if (pathname === null) {
    response.writeHead(400).end()
    return
  }
  if (pathname === '/session' && (request.method === 'POST' || request.method === 'DELETE')) {
    await session(desk, request, response)
    return
  }
  const wanted = exportAskedFor(pathname)
  if (wanted !== null) {
    const asking = { token: cookieOf(request).read(request), ...deviceOf(request) }
    await serveExport(desk, wanted, asking, request, response)
    return
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405).end()
    return
  }
  await serveFile(files, pathname, request.method === 'HEAD', response)
}

/** Login and logout over HTTP, because only HTTP can set a cookie that scripts cannot read. */
async function session(desk: Desk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const cookie = cookieOf(request)
  let token = cookie.read(request)
  let answer: FromCore | null = null
  const link = linkConsole(desk, {
    token: {
      get: () => token,
      set: (next) => {
        token = next
      },
    },
    ...deviceOf(request),
    send: (frame) => {
      if ('id' in frame) answer = frame
    },
  })
  const login = request.method === 'POST'
  const input = login ? parsed(await bodyOf(request)) : {}
  await link.receive({ id: 1, call: login ? 'session.login' : 'session.logout', input })
  link.closed()
  const said = answer as FromCore | null
  const refused = said !== null && 'refused' in said
  response.writeHead(refused ? (said.refused.code === 'invalid' ? 400 : 403) : 200, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    ...(refused ? {} : { 'set-cookie': cookie.write(token) }),
  })
  response.end(
    JSON.stringify(refused ? { refused: said.refused } : ((said as { result?: unknown }).result ?? null)),
  )
}

/** Null where the request names no path at all, e.g. `//`. */
function pathOf(request: IncomingMessage): string | null {
  return URL.parse(request.url ?? '/', 'http://x')?.pathname ?? null
}

function cookieOf(request: IncomingMessage): Cookie {
  return sessionCookie(request.socket.localPort ?? 0)
}

function deviceOf(request: IncomingMessage): { device?: string } {
  const from = request.socket.remoteAddress ?? 'unknown'
  return isLoopback(from) ? {} : { device: from }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) {
    body += String(chunk)
    if (body.length > largestLogin) break
  }
  return body
}
