import { createHash } from 'node:crypto'

/** Which attempt of which message of which station, in at most 32 of `[0-9a-zA-Z_-]`. */

const prefixes = new Map<string, string>()

/** Two stations may serve one account of the channel, which wants each id once. */
function prefixOf(origin: string): string {
  let prefix = prefixes.get(origin)
  if (prefix === undefined) {
    prefix = `dd${createHash('sha256').update(origin).digest('hex').slice(0, 10)}`
    prefixes.set(origin, prefix)
  }
  return prefix
}

/** `resent`: how often an officer sent it again after it had failed. */
export function idOf(origin: string, seq: number, resent: number): string {
  return `${prefixOf(origin)}${seq.toString(36)}-${resent}`
}

/** Which message of this station it is; null where it is none. */
export function messageOf(origin: string, id: string): { seq: number; resent: number } | null {
  const prefix = prefixOf(origin)
  const match = id.startsWith(prefix) ? /^([0-9a-z]{1,11})-(\d{1,7})$/.exec(id.slice(prefix.length)) : null
  if (match === null) return null
  const seq = Number.parseInt(match[1] as string, 36)
  return Number.isSafeInteger(seq) ? { seq, resent: Number(match[2]) } : null
}
