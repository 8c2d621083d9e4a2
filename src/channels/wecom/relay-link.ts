import type { Agent } from 'node:http'
import { rootCertificates } from 'node:tls'
import { WebSocket } from 'ws'
import type { Clock } from './desk.ts'
import { deskPath, frameBytes, frameOf, inOwnTime, lostAfter, type News, pingEvery } from './relay-wire.ts'

/** `lost` until it is connected again, `refused` while the relay does not know the token. */
export type RelayState = 'connecting' | 'connected' | 'lost' | 'refused'

export interface RelayStanding {
  state: RelayState
  /** ms since 1970. */
  since: number
}

export interface RelayLinkOptions {
  /** ws:// or wss:// */
  url: string
  token: string
  /** PEM; trusted besides the certificates Node brings. With an `agent` it is the agent's to know. */
  ca?: string | null
  /** For a proxy. */
  agent?: Agent
  clock: Clock
  /** In [0, 1). */
  random?: () => number
  log(line: string): void
  onState(standing: RelayStanding): void
  /** The relay is there (again) and serves these corps: what happened meanwhile is to be asked for once. */
  onConnected(corps: readonly string[]): void
  onNews(news: News): void
}

export interface RelayLink {
  readonly standing: RelayStanding
  stop(): void
}

/** From the first knock to the relay's welcome. */
const welcomeWithin = 15_000
const shortestPause = 1_000
const longestPause = 30_000
/** A token the relay does not know is shown again in a while: it may be entered there meanwhile. */
const pauseWhenRefused = 60_000
const lookEvery = pingEvery / 2
/** Frames within ten seconds; a relay that tells of all accounts of a county at once says less. */
const mostFrames = 20_000
const countedFor = 10_000

/** The desk's side of the way from the relay: goes out to it, and comes back however often it is cut. */
export function linkRelay(options: RelayLinkOptions): RelayLink {
  const { clock, log } = options
  const random = options.random ?? Math.random
  const timers = new Set<() => void>()
  let standing: RelayStanding = { state: 'connecting', since: clock.now() }
  let socket: WebSocket | null = null
  let failures = 0
  let stopped = false

  const after = (ms: number, then: () => void) => {
    const cancel = clock.after(ms, () => {
      timers.delete(cancel)
      then()
    })
    timers.add(cancel)
  }
  const clearTimers = () => {
    for (const cancel of timers) cancel()
    timers.clear()
  }
  const become = (state: RelayState) => {
    if (standing.state === state) return
    standing = { state, since: clock.now() }
    guarded(() => options.onState(standing))
  }
  /** What the desk makes of it must not end the link. */
  const guarded = (tell: () => void) => {
    try {
      tell()
    } catch (error) {
      log(`relay: the desk could not take it in: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  const connect = () => {
    const ended = (status: number | null, why: string) => {
      if (socket !== own) return
      socket = null
      clearTimers()
      own?.terminate()
      const refused = status === 401 || status === 403
      const next = refused ? 'refused' : 'lost'
      if (standing.state !== next) {
        log(
          refused
            ? `relay: refused (HTTP ${status}): it does not know the token of this desk`
            : `relay: ${why}`,
        )
      }
      become(next)
      if (stopped) return
      after(refused ? pauseWhenRefused * (1 + random()) : pauseAfter(failures, random()), connect)
      failures += 1
    }
    const own = open(options, ended)
    socket = own
    if (!own) {
      ended(null, 'its address or token cannot be used')
      return
    }
    let heardAt = clock.now()
    const heard = () => {
      heardAt = clock.now()
    }
    const look = () => {
      if (clock.now() - heardAt >= lostAfter) {
        ended(null, 'lost: it fell silent')
        return
      }
      own.ping()
      after(lookEvery, look)
    }
    let welcomed = false
    let puzzled = false
    const tooMany = counting(mostFrames, countedFor)
    after(welcomeWithin, () => {
      if (!welcomed) ended(null, 'no welcome from it')
    })
    own.on('open', () => {
      heard()
      after(lookEvery, look)
    })
    own.on('ping', heard)
    own.on('pong', heard)
    own.on('message', (data, binary) => {
      if (socket !== own) return
      heard()
      if (tooMany(clock.now())) {
        ended(null, 'lost: it says more than any relay has to say')
        return
      }
      const said = binary ? null : frameOf(String(data))
      if (said === null) {
        if (!puzzled) log('relay: said something this version does not know')
        puzzled = true
      } else if (said.frame === 'welcome') {
        // A second one would have everything asked for again.
        if (welcomed) return
        welcomed = true
        log(`relay: connected to ${new URL(own.url).host}`)
        become('connected')
        guarded(() => options.onConnected(said.corps))
        // Only a connection that lasts makes the next pause short again.
        after(lostAfter, () => {
          failures = 0
        })
      } else if (welcomed) {
        guarded(() => options.onNews(inOwnTime(said.news, clock.now() - said.now)))
      }
    })
  }

  guarded(() => options.onState(standing))
  if (insecure(options.url)) log('relay: its address is not wss://, so the token travels in the clear')
  connect()
  return {
    get standing() {
      return standing
    },
    stop() {
      stopped = true
      clearTimers()
      socket?.terminate()
      socket = null
    },
  }
}

/** @returns null where not even a try can be made */
function open(
  { url, token, ca, agent }: RelayLinkOptions,
  ended: (status: number | null, why: string) => void,
): WebSocket | null {
  let socket: WebSocket
  try {
    const address = new URL(url)
    if (address.pathname === '/') address.pathname = deskPath
    socket = new WebSocket(address, {
      headers: { authorization: `Bearer ${token}` },
      maxPayload: frameBytes,
      perMessageDeflate: false,
      ...(ca ? { ca: [...rootCertificates, ca] } : {}),
      ...(agent ? { agent } : {}),
    })
  } catch {
    return null
  }
  let status: number | null = null
  let why = 'lost: it closed the connection'
  socket.on('unexpected-response', (_request, response) => {
    status = response.statusCode ?? null
    why = `no way to it: HTTP ${status}`
    response.resume()
    socket.terminate()
  })
  socket.on('error', (error) => {
    if (status === null) why = `no way to it: ${error.message || (error as NodeJS.ErrnoException).code}`
  })
  socket.on('close', () => ended(status, why))
  return socket
}

/** @returns whether this is more than so many within so many ms */
function counting(most: number, ms: number): (now: number) => boolean {
  let since = Number.NEGATIVE_INFINITY
  let count = 0
  return (now) => {
    if (now < since || now - since >= ms) {
      since = now
      count = 0
    }
    count += 1
    return count > most
  }
}

/** Longer with each failure, and not the same for all desks that lost one relay. */
function pauseAfter(failures: number, random: number): number {
  const ceiling = Math.min(longestPause, 2 * shortestPause * 2 ** Math.min(failures, 10))
  return shortestPause + random * (ceiling - shortestPause)
}

function insecure(url: string): boolean {
  const address = URL.parse(url)
  return address?.protocol === 'ws:' && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(address.hostname)
}
