import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wav': 'audio/wav',
}

/** The console runs its own scripts only. Naive UI writes style elements, hence inline styles. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  // Files of messages are shown from what the page has read itself.
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Sends a file of the built console, or its page for any path that is not a file. */
export async function serveFile(root: string, pathname: string, headOnly: boolean, response: ServerResponse) {
  const wanted = extname(pathname) === '' ? '/index.html' : pathname
  const type = types[extname(wanted)]
  let path: string
  try {
    path = normalize(join(root, decodeURIComponent(wanted)))
  } catch {
    path = ''
  }
  const inside = path.startsWith(root.endsWith(sep) ? root : root + sep) && !path.includes('\0')
  const body = inside && type ? await readFile(path).catch(() => null) : null
  if (body === null) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('not found')
    return
  }
  response.writeHead(200, {
    'content-type': type as string,
    'content-length': body.length,
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': wanted.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  })
  response.end(headOnly ? undefined : body)
}
