import { createReadStream } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { hostname } from 'node:os'
import { pipeline } from 'node:stream/promises'
import type { Role } from '../../contract/call.ts'
import { Refused } from '../../contract/errors.ts'
import type { Desk } from '../../desk/core.ts'
import { mayCall } from '../../desk/permissions.ts'
import { fetchExport } from '../../desk/proof/exports.ts'
import { recordDenial } from '../console-link.ts'

const path = /^\/exports\/([^/]{1,200})$/

/** The name of the export that is asked for; null where none is. */
export function exportAskedFor(pathname: string): string | null {
  return path.exec(pathname)?.[1] ?? null
}

const refusedWith: { [code: string]: number } = { not_found: 404, private_thread: 403 }

/** Hands an export to somebody who is logged in and may export; each time is an entry. */
export async function serveExport(
  desk: Desk,
  name: string,
  asking: { token: string | null; device?: string },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const say = (status: number, text: string) =>
    void response.writeHead(status, { ...alone, 'content-type': 'text/plain' }).end(text)
  const { station } = desk
  const who = station?.sessions.of(asking.token) ?? null
  if (!station || who === null) return say(401, 'not logged in')
  if (who.locked) return say(403, 'locked')
  const by = { user: who.user, role: who.role, device: asking.device ?? hostname(), now: station.now() }
  if (!mayCall('exports.list', who.role as Role)) {
    await recordDenial(station, 'exports.fetch', by)
    return say(403, 'not allowed')
  }
  // A page of another site may lead here with the cookie of this one; it shall not make anybody fetch anything.
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return say(403, 'foreign page')
  if (station.readOnly) return say(503, 'the ledger cannot be written')
  if (request.method !== 'GET') return say(405, 'GET only')
  try {
    const { file, bytes } = await fetchExport(station, name, by)
    response.writeHead(200, {
      ...alone,
      'content-type': 'application/zip',
      'content-length': bytes,
      'content-disposition': `attachment; filename="${name}"`,
    })
    await pipeline(createReadStream(file), response)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    say(refusedWith[error.refusal.code] ?? 403, error.refusal.code)
  }
}

/** To be kept by nobody on the way, taken for nothing else, and shown in no page. */
const alone = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'referrer-policy': 'no-referrer',
}
