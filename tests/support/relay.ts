import { createHash } from 'node:crypto'
import { request } from 'node:http'
import { request as requestTls } from 'node:https'
import { onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import { type Frame, frameOf, type News } from '../../src/channels/wecom/relay-wire.ts'
import type { RelayConfig } from '../../src/hosts/relay/config.ts'
import { aesKeyOf } from '../../src/hosts/relay/crypto.ts'
import { type Relay, startRelay } from '../../src/hosts/relay/server.ts'
import { type Callback, messagesXml, notification, type Sender } from './callbacks.ts'

export const minute = 60_000
/** When tests of the relay begin. */
export const start = Date.parse('2026-11-23T02:00:00.000Z')

/** Two corps with an app each, and a desk of either. */
export const liuhe: Sender = {
  corpid: 'wwLIUHE00000000001',
  token: 'LiuheCallbackToken01',
  aesKey: 'LiuheAesKey0123456789abcdefghijklmnopqrstuv',
}
export const shatian: Sender = {
  corpid: 'wwSHATIAN000000002',
  token: 'ShatianCallbackTok02',
  aesKey: 'ShatianAesKey0123456789abcdefghijklmnopqrst',
}
export const deskTokens = {
  liuhe: 'desk-token-of-liuhe-planted-0123456789abcdef',
  shatian: 'desk-token-of-shatian-planted-0123456789abc',
  both: 'desk-token-of-the-county-planted-0123456789',
} as const

/** Waits until it is so, also on a machine that has much to do. */
export const soon = <T>(so: () => T) => vi.waitFor(so, { timeout: 10_000, interval: 10 })

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

export function relayConfig(over: Partial<RelayConfig> = {}): RelayConfig {
  const corp = ({ corpid, token, aesKey }: Sender, path: string) => ({
    receiver: corpid,
    token,
    aesKey: aesKeyOf(aesKey),
    path,
  })
  const desk = (name: keyof typeof deskTokens, ...corps: Sender[]) => ({
    name,
    tokenSha256: sha256(deskTokens[name]),
    corps: corps.map(({ corpid }) => corpid),
  })
  return {
    listen: { address: '127.0.0.1', port: 0 },
    tls: null,
    proxies: ['127.0.0.1', '::1'],
    window: 10 * minute,
    corps: [corp(liuhe, '/wecom/liuhe'), corp(shatian, '/wecom/shatian')],
    desks: [desk('liuhe', liuhe), desk('shatian', shatian), desk('both', liuhe, shatian)],
    ...over,
  }
}

export interface TestRelay {
  relay: Relay
  url: string
  port: number
  now: number
  logged: string[]
  /** A resident wrote to this account. */
  hears(sender: Sender, account: string, token: string): Promise<Reply>
  post(callback: Callback, sender?: Sender, headers?: Record<string, string>): Promise<Reply>
  ask(path: string, options?: Asked): Promise<Reply>
}

interface Asked {
  method?: string
  headers?: Record<string, string>
  body?: string | Uint8Array
}

export interface Reply {
  status: number
  body: string
}

/** A relay in this process, by a clock of its own that stands still. */
export async function testRelay(
  over: Partial<RelayConfig> & { logged?: string[]; now?: number; patience?: number } = {},
): Promise<TestRelay> {
  const { logged = [], now = start, patience = 10_000, ...config } = over
  const self = { now, logged } as TestRelay
  self.relay = await startRelay(relayConfig(config), {
    now: () => self.now,
    patience,
    log: (line) => void logged.push(line),
  })
  onTestFinished(() => self.relay.close())
  self.url = self.relay.url
  self.port = Number(new URL(self.url).port)
  self.ask = (path, options) => ask(self.url, path, options)
  self.post = ({ query, body }, sender = liuhe, headers = {}) =>
    self.ask(`${pathOf(sender)}?${query}`, { method: 'POST', body, headers })
  self.hears = (sender, account, token) =>
    self.post(notification(sender, messagesXml(account, token, self.now), self.now), sender)
  return self
}

export const pathOf = (sender: Sender) => (sender === liuhe ? '/wecom/liuhe' : '/wecom/shatian')

/** A request as it is written, on a connection of its own. */
export function ask(url: string, path: string, options: Asked = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { hostname, port, protocol } = new URL(url)
    const { method = 'GET', headers = {}, body } = options
    const how = { hostname, port, path, method, headers, agent: false, rejectUnauthorized: false } as const
    const sent = (protocol === 'https:' ? requestTls : request)(how, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', reject)
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** A desk's bare socket, without the link's care. */
export interface BareDesk {
  frames: Frame[]
  news: News[]
  socket: WebSocket
  closed: Promise<number>
}

export async function bareDesk(url: string, token: string, autoPong = true): Promise<BareDesk> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/desk`, {
    headers: { authorization: `Bearer ${token}` },
    autoPong,
  })
  onTestFinished(() => socket.terminate())
  const desk: BareDesk = {
    frames: [],
    news: [],
    socket,
    closed: new Promise((resolve) => socket.on('close', resolve)),
  }
  socket.on('message', (data) => {
    const frame = frameOf(String(data))
    if (frame === null) throw new Error(`not a frame: ${String(data)}`)
    desk.frames.push(frame)
    if (frame.frame === 'news') desk.news.push(frame.news)
  })
  await new Promise((resolve, reject) => {
    socket.on('open', resolve)
    socket.on('error', reject)
  })
  return desk
}
