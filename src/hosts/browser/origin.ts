import type { IncomingMessage } from 'node:http'

export function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address)
}

/**
 * Whether the request names this very server as Host and comes from a page of its own. A loopback server that
 * believes any Host can be read by a web page through DNS rebinding.
 */
export function sameOrigin(request: IncomingMessage, { required }: { required: boolean }): boolean {
  const { host, origin } = request.headers
  if (host === undefined || !namesUs(host, request)) return false
  if (origin === undefined) return !required
  return origin === `http://${host}`
}

function namesUs(host: string, request: IncomingMessage): boolean {
  const { localAddress = '', localPort } = request.socket
  const address = localAddress.replace(/^::ffff:/, '')
  const names = isLoopback(localAddress)
    ? ['127.0.0.1', 'localhost', '[::1]']
    : [address.includes(':') ? `[${address}]` : address]
  return names.some((name) => host === `${name}:${localPort}`)
}
