import { v7 as uuid } from 'uuid'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { type Refusal, Refused } from '../../src/contract/errors.ts'
import { type CallName, contract, type Input, type Output } from '../../src/contract/index.ts'
import type { FromCore, Push } from '../../src/contract/wire.ts'
import { type BrowserHost, startBrowserHost } from '../../src/hosts/browser/server.ts'
import { linkConsole } from '../../src/hosts/console-link.ts'
import { password, type TestStation, type User } from './station.ts'

/** A console as a test works it: makes calls, hears pushes. */
export interface Console {
  /** Resolves with the answer, rejects with `Refused`. */
  call<N extends CallName>(name: N, input: Input<N>, command?: string | null): Promise<Output<N>>
  /** The refusal of a call that must be refused. */
  refused<N extends CallName>(name: N, input: Input<N>, command?: string | null): Promise<Refusal>
  readonly pushes: Push[]
  close(): void
}

interface Wire {
  say(frame: object): void
  close(): void
}

/** The same console over any carrier. */
function consoleOver(wire: Wire, pushes: Push[]): Console & { hear(frame: FromCore): void; lost(): void } {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>()
  let last = 0
  // A command gets an id of its own unless a test names one, or null for none.
  const call = <N extends CallName>(name: N, input: Input<N>, command?: string | null) =>
    new Promise<Output<N>>((resolve, reject) => {
      last += 1
      waiting.set(last, { resolve: resolve as (value: unknown) => void, reject })
      const id = contract[name].kind === 'command' && command === undefined ? uuid() : command
      wire.say({ id: last, call: name, input, ...(id ? { command: id } : {}) })
    })
  return {
    call,
    refused: (name, input, command) => refusalOf(call(name, input, command)),
    pushes,
    close: () => wire.close(),
    hear(frame) {
      if ('push' in frame) pushes.push(frame)
      else {
        const asked = waiting.get(frame.id)
        waiting.delete(frame.id)
        if ('refused' in frame) asked?.reject(new Refused(frame.refused))
        else asked?.resolve(frame.result)
      }
    },
    lost() {
      for (const { reject } of waiting.values()) reject(new Refused({ code: 'disconnected' }))
      waiting.clear()
    },
  }
}

export async function refusalOf(promise: Promise<unknown>): Promise<Refusal> {
  try {
    await promise
  } catch (error) {
    if (error instanceof Refused) return error.refusal
    throw error
  }
  throw new Error('was not refused')
}

/** A console in the same process, not logged in: as in a window of the shell. */
export function window(test: TestStation): Console & { token: string | null } {
  const pushes: Push[] = []
  const self: { token: string | null } = { token: null }
  const link = linkConsole(test.desk, {
    token: {
      get: () => self.token,
      set: (token) => {
        self.token = token
      },
    },
    device: 'test-pc',
    send: (frame) => queueMicrotask(() => console.hear(structuredClone(frame))),
  })
  const console = consoleOver(
    { say: (frame) => void link.receive(frame), close: () => link.closed() },
    pushes,
  )
  onTestFinished(() => link.closed())
  return {
    ...console,
    get token() {
      return self.token
    },
    set token(token) {
      self.token = token
    },
  }
}

/** The same with this person logged in. */
export async function at(test: TestStation, user: User | (string & {})): Promise<Console> {
  const console = window(test)
  await console.call('session.login', { user, password, signOn: false })
  return console
}

/** The browser host on a free port, until the test is over. */
export async function host(test: TestStation, files: string = test.dir): Promise<BrowserHost> {
  const started = await startBrowserHost(test.desk, { files, port: 0 })
  onTestFinished(() => started.close())
  return started
}

/** The session cookie of this person, as `Cookie` header. */
export async function cookieOf(url: string, user: string): Promise<string> {
  const response = await fetch(`${url}/session`, {
    method: 'POST',
    headers: { origin: url, 'content-type': 'application/json' },
    body: JSON.stringify({ user, password, signOn: false }),
  })
  if (!response.ok) throw new Error(`login as ${user}: ${response.status} ${await response.text()}`)
  return response.headers.getSetCookie()[0]!.split(';')[0]!
}

/** A console in a browser: logged in over HTTP, then on the WebSocket. */
export async function browserAt(url: string, user: string): Promise<Console & { socket: WebSocket }> {
  return openSocket(url, { origin: url, cookie: await cookieOf(url, user) })
}

export async function openSocket(
  url: string,
  headers: Record<string, string>,
): Promise<Console & { socket: WebSocket }> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/desk`, { headers })
  const pushes: Push[] = []
  const console = consoleOver(
    { say: (frame) => socket.send(JSON.stringify(frame)), close: () => socket.close() },
    pushes,
  )
  socket.on('message', (data) => console.hear(JSON.parse(String(data)) as FromCore))
  socket.on('close', () => console.lost())
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
    socket.once('unexpected-response', (_request, response) =>
      reject(new Error(`HTTP ${response.statusCode}`)),
    )
  })
  onTestFinished(() => socket.terminate())
  return Object.assign(console, { socket })
}

/** Waits (ms) until something is so. */
export async function until(so: () => boolean, within = 5_000): Promise<void> {
  const end = Date.now() + within
  while (!so()) {
    if (Date.now() > end) throw new Error(`not so within ${within} ms: ${so}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
