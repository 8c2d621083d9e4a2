import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/** Nothing but a status tells a stranger why; the log tells the admin. */
export function say(
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

/** To whom asked for a WebSocket and gets none. */
export function turnAway(socket: Duplex, status: string): void {
  // Whoever stays on the line after that would keep it for ever: no limit of the server's holds for it any more.
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
