import type { IncomingMessage } from 'node:http'
import { isIPv4, isIPv6 } from 'node:net'

const mostBad = 20
const per = 60_000
const mostKept = 10_000

/** Who sent too much that is not genuine is not listened to for a while. */
export class Callers {
  readonly #bad = new Map<string, { count: number; since: number }>()

  blocked(caller: string | null, now: number): boolean {
    const known = caller === null ? undefined : this.#bad.get(caller)
    return known !== undefined && known.count >= mostBad && now - known.since < per
  }

  /** @returns whether that was one too many */
  bad(caller: string | null, now: number): boolean {
    if (caller === null) return false
    const known = this.#bad.get(caller)
    if (known && now - known.since < per) {
      known.count += 1
      return known.count === mostBad
    }
    this.#bad.delete(caller)
    this.#bad.set(caller, { count: 1, since: now })
    for (const oldest of this.#bad.keys()) {
      if (this.#bad.size <= mostKept) break
      this.#bad.delete(oldest)
    }
    return false
  }
}

/**
 * The address a request comes from, of IPv6 the network. A reverse proxy says it in X-Forwarded-For, whose last address
 * is the one it saw itself; null where it says none, for all the world would then share one address.
 */
export function callerOf(
  { socket, headers }: Pick<IncomingMessage, 'headers'> & { socket: { remoteAddress?: string | undefined } },
  proxies: readonly string[],
): string | null {
  const peer = plain(socket.remoteAddress ?? '')
  if (!proxies.includes(peer)) return network(peer)
  const seen = String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((address) => plain(address.trim()))
    .findLast((address) => !proxies.includes(address))
  return seen === undefined ? null : network(seen)
}

function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}

/** One household or one attacker has a whole /64. */
function network(address: string): string | null {
  if (isIPv4(address)) return address
  if (!isIPv6(address)) return null
  const [before = '', after] = address.toLowerCase().replace(/%.*$/, '').split('::')
  const start = before === '' ? [] : before.split(':')
  const end = after === undefined || after === '' ? [] : after.split(':')
  const all =
    after === undefined
      ? start
      : [...start, ...Array(Math.max(0, 8 - start.length - end.length)).fill('0'), ...end]
  return `${all
    .slice(0, 4)
    .map((part) => part.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}
