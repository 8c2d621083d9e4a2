import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, request, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'

const fixture = (name: string) =>
  readFileSync(new URL(`../channels/certificates/${name}`, import.meta.url), 'utf8')

/** Of an authority no system knows, as a government edition has one. */
export const ownCa = fixture('ca.pem')

export interface Served {
  url: string
  stop(): Promise<void>
}

/** Answers with a certificate of `ownCa` and hands everything on. */
export function behindTls(target: string): Promise<Served> {
  const handOn: RequestListener = (incoming, outgoing) => {
    const onward = request(`${target}${incoming.url}`, {
      method: incoming.method,
      headers: incoming.headers,
    })
    onward.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  }
  const keys = { cert: fixture('server.pem'), key: fixture('server.key') }
  return served(createTlsServer(keys, handOn), 'https')
}

export function answering(answer: RequestListener): Promise<Served> {
  return served(createServer(answer), 'http')
}

export interface ConnectProxy extends Served {
  /** Where it was asked to go. */
  asked: string[]
  /** Of whom it let nobody through. */
  refused: number
}

/** Lets through to anywhere whoever shows these words (`user:password`). */
export async function connectProxy(credentials: string): Promise<ConnectProxy> {
  const asked: string[] = []
  let refused = 0
  const server = createServer((_, answer) => answer.writeHead(405).end())
  server.on('connect', (incoming, socket: Socket) => {
    const expected = `Basic ${Buffer.from(credentials).toString('base64')}`
    if (incoming.headers['proxy-authorization'] !== expected) {
      refused += 1
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
      return
    }
    asked.push(incoming.url ?? '')
    const [host, port] = (incoming.url ?? '').split(':')
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.pipe(onward).pipe(socket)
    })
    onward.on('error', () => socket.destroy())
    socket.on('error', () => onward.destroy())
  })
  const one = await served(server, 'http')
  return {
    ...one,
    asked,
    get refused() {
      return refused
    },
  }
}

function served(server: Server, protocol: string): Promise<Served> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({
        url: `${protocol}://localhost:${(server.address() as AddressInfo).port}`,
        stop: () =>
          new Promise((done) => {
            server.close(() => done())
            for (const socket of sockets) socket.destroy()
          }),
      })
    })
  })
}
