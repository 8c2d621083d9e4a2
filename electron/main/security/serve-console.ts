import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { protocol, type Session } from 'electron'
import { isConsoleUrl, scheme } from './console-origin.ts'
import { contentSecurityPolicy } from './content-security-policy.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wav': 'audio/wav',
}

const headers = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
}

/** Before `ready`. Without `corsEnabled` other origins could read what `supportFetchAPI` serves (CVE-2026-70604). */
export function registerConsoleScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme,
      privileges: {
        standard: true,
        secure: true,
        supportFetchAPI: true,
        corsEnabled: true,
        /** Sound files are read as a stream. */
        stream: true,
        codeCache: true,
      },
    },
  ])
}

/**
 * Answers from a list of the files that were there at the start, by exact address: an address is never turned
 * into a path, so there is nothing to climb out of.
 */
export function consoleFiles(folder: string): (request: Request) => Promise<Response> {
  const files = new Map<string, { path: string; type: string }>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = types[extname(entry.name)]
    if (!entry.isFile() || !type) continue
    const path = join(entry.parentPath, entry.name)
    files.set(path.slice(folder.length).replaceAll('\\', '/'), { path, type })
  }

  return async (request) => {
    const file = isConsoleUrl(request.url) ? files.get(addressed(request.url)) : undefined
    if (!file) return new Response(null, { status: 404, headers })
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return new Response(null, { status: 405, headers })
    const bytes = await readFile(file.path)
    return new Response(request.method === 'HEAD' ? null : new Uint8Array(bytes), {
      headers: { ...headers, 'content-type': file.type, 'content-length': String(bytes.length) },
    })
  }
}

function addressed(url: string): string {
  const { pathname } = new URL(url)
  try {
    return pathname === '/' ? '/index.html' : decodeURIComponent(pathname)
  } catch {
    return ''
  }
}

export function serveConsoleFiles(session: Session, folder: string): void {
  session.protocol.handle(scheme, consoleFiles(folder))
}
