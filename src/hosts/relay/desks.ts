import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { type Frame, lostAfter, type News, pingEvery, wireVersion } from '../../channels/wecom/relay-wire.ts'
import { turnAway } from './answers.ts'
import { sameBytes } from './crypto.ts'
import type { Newest } from './newest.ts'

export interface DeskEntry {
  name: string
  /** SHA-256 of its token, hex: the token itself is nowhere on this machine. */
  tokenSha256: string
  /** Of which corps it may hear. */
  corps: readonly string[]
}

export interface DesksOptions {
  desks: readonly DeskEntry[]
  newest: Newest
  now(): number
  log(line: string): void
}

interface Connected {
  desk: DeskEntry
  heardAt: number
}

/** Desks have nothing to say but pings. */
const mostHeardBytes = 1_024
/** News waiting for a desk that does not take them; it hears all when it comes again. */
const mostWaitingBytes = 256 * 1024
const mostOfOneDesk = 16
const goodbye = 1_000

/** The desks that are connected now, and what they are told. */
export class Desks {
  readonly #options: DesksOptions
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: mostHeardBytes,
    perMessageDeflate: false,
  })
  readonly #connected = new Map<WebSocket, Connected>()
  readonly #beat: NodeJS.Timeout
  #closing = false

  constructor(options: DesksOptions) {
    this.#options = options
    this.#beat = setInterval(() => this.beat(), pingEvery)
    this.#beat.unref()
  }

  get count(): number {
    return this.#connected.size
  }

  /** @returns false where the token is nobody's */
  knock(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const desk = this.#deskOf(request.headers.authorization)
    if (!desk) {
      turnAway(socket, '401 Unauthorized')
      return false
    }
    const already = [...this.#connected.values()].filter((other) => other.desk === desk).length
    if (this.#closing || already >= mostOfOneDesk) {
      turnAway(socket, '503 Service Unavailable')
      return true
    }
    this.#sockets.handleUpgrade(request, socket, head, (ws) => this.#welcome(ws, desk))
    return true
  }

  /** @returns how many desks were told */
  tell(told: News): number {
    let count = 0
    for (const [ws, { desk }] of this.#connected) {
      if (!desk.corps.includes(told.corpid)) continue
      this.#say(ws, { frame: 'news', v: wireVersion, now: this.#options.now(), news: told })
      count += 1
    }
    return count
  }

  /** Asks each desk whether it is there, and lets go of those that have not been heard of. */
  beat(): void {
    const now = this.#options.now()
    this.#options.newest.forget(now)
    for (const [ws, { desk, heardAt }] of this.#connected) {
      if (now - heardAt >= lostAfter) this.#drop(ws, desk, 'fell silent')
      else ws.ping()
    }
  }

  async close(): Promise<void> {
    this.#closing = true
    clearInterval(this.#beat)
    const gone = [...this.#connected.keys()].map(
      (ws) =>
        new Promise<void>((resolve) => {
          ws.once('close', () => resolve())
          ws.close(1001)
          setTimeout(() => ws.terminate(), goodbye).unref()
        }),
    )
    await Promise.all(gone)
  }

  #welcome(ws: WebSocket, desk: DeskEntry): void {
    const { newest, now, log } = this.#options
    const connected = { desk, heardAt: now() }
    this.#connected.set(ws, connected)
    const heard = () => {
      connected.heardAt = now()
    }
    ws.on('pong', heard)
    ws.on('ping', heard)
    ws.on('message', heard)
    ws.on('error', () => ws.terminate())
    ws.on('close', () => {
      if (this.#connected.delete(ws)) log(`desk ${desk.name} has left`)
    })
    log(`desk ${desk.name} is here`)
    this.#say(ws, { frame: 'welcome', v: wireVersion, now: now(), corps: [...desk.corps] })
    // One after the other as they leave: all at once they would be more than may wait for a desk.
    const known = newest.of(desk.corps, now()).values()
    const next = () => {
      const { value: told } = known.next()
      if (told) this.#say(ws, { frame: 'news', v: wireVersion, now: now(), news: told }, next)
    }
    next()
  }

  #say(ws: WebSocket, said: Frame, then?: () => void): void {
    const connected = this.#connected.get(ws)
    if (!connected) return
    if (ws.bufferedAmount > mostWaitingBytes) this.#drop(ws, connected.desk, 'does not take its news')
    else if (ws.readyState === ws.OPEN) ws.send(JSON.stringify(said), then)
  }

  #drop(ws: WebSocket, desk: DeskEntry, why: string): void {
    this.#connected.delete(ws)
    this.#options.log(`desk ${desk.name} ${why} and was let go of`)
    ws.terminate()
  }

  /** Compares with the tokens of all desks, so that the time it takes says nothing of any. */
  #deskOf(authorization: string | undefined): DeskEntry | null {
    const token = /^Bearer ([\x21-\x7e]{16,512})$/.exec(authorization ?? '')?.[1]
    if (token === undefined) return null
    const hash = createHash('sha256').update(token).digest()
    return (
      this.#options.desks
        .filter(({ tokenSha256 }) => sameBytes(hash, Buffer.from(tokenSha256, 'hex')))
        .at(0) ?? null
    )
  }
}
