import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { errorCodes } from '../../../src/channels/wecom/error-codes.ts'
import type { Acts } from './control.ts'

/**
 * The WeCom emulator as tests use it: a process of its own, its API at `url`, the outside world at `control`.
 *
 *     const wecom = await startEmulator({ seed: 7 })
 *     const { corpid, secret, accounts, customers } = await wecom.control.station({ accounts: 2, customers: 3 })
 *     // point the desk at wecom.url, corpid, secret …
 *     await wecom.control.customerWrites({ account: accounts[0]!.openKfid, customer: customers[0]!, text: '在吗' })
 *     await wecom.control.failNext({ path: '/cgi-bin/kf/send_msg', effect: { kind: 'reset', done: true } })
 *     await wecom.control.advance({ ms: 49 * 3600_000 })
 *     const sent = await wecom.control.sent({ customer: customers[0]! })
 *     await wecom.stop()
 *
 * Every act is described where it is made: `acts/*.ts` (station, customer, servicer, contacts, bulk, running, ledgers).
 * An act that cannot be done rejects with the reason.
 */
export type Control = {
  [Name in keyof Acts]: (...given: Parameters<Acts[Name]>) => Promise<Awaited<ReturnType<Acts[Name]>>>
}

export interface Emulator {
  /** `http://127.0.0.1:PORT`, the API base of the desk. */
  url: string
  control: Control
  /** One API call as a caller of its own, who gets a token for `as` and a new one when that has ended. */
  call(path: string, given?: CallGiven): Promise<Called>
  pid: number
  stop(): Promise<void>
  /** What it wrote to stderr: empty unless it is broken. */
  complaints(): string
}

export interface CallGiven {
  /** Without it no token is sent. */
  as?: { corpid: string; secret: string }
  query?: Record<string, string>
  body?: unknown
  headers?: Record<string, string>
}

export interface Called {
  errcode: number
  errmsg: string
  [field: string]: unknown
}

export async function startEmulator(wanted: { seed?: number; port?: number } = {}): Promise<Emulator> {
  const main = fileURLToPath(new URL('main.ts', import.meta.url))
  const given = ['--port', String(wanted.port ?? 0), '--seed', String(wanted.seed ?? 1), '--with-parent']
  const child = spawn(process.execPath, [main, ...given], { stdio: ['pipe', 'pipe', 'pipe'] })
  let complaints = ''
  child.stderr.on('data', (part: Buffer) => {
    complaints += part.toString()
  })
  const url = await ready(child, () => complaints)
  const control = controlAt(url)
  return {
    url,
    control,
    call: callsAt(url),
    pid: child.pid as number,
    complaints: () => complaints,
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve()
        child.once('exit', () => resolve())
        child.kill('SIGKILL')
      }),
  }
}

function ready(child: ChildProcess, complaints: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
    lines.on('line', (line) => {
      if (line.startsWith('ready ')) resolve(line.slice('ready '.length))
    })
    child.once('exit', (code) => reject(new Error(`the emulator ended with ${code}: ${complaints()}`)))
    child.once('error', reject)
  })
}

/** The control of an emulator that already runs, also from another process. */
export function controlAt(url: string): Control {
  return new Proxy({} as Control, {
    get: (_, name) => {
      // a promise resolved with this object asks for `then`
      if (typeof name !== 'string' || name === 'then') return undefined
      return async (given: unknown = {}) => {
        const answer = await fetch(`${url}/control/${name}`, { method: 'POST', body: JSON.stringify(given) })
        const body = (await answer.json()) as { error?: string } | null
        if (!answer.ok) throw new Error(body?.error ?? `control ${name}: ${answer.status}`)
        return body
      }
    },
  })
}

function callsAt(url: string): Emulator['call'] {
  const tokens = new Map<string, string>()
  const ended = new Set<number>([errorCodes.accessTokenExpired, errorCodes.invalidAccessToken])
  const call = async (
    path: string,
    { as, query = {}, body, headers = {} }: CallGiven = {},
  ): Promise<Called> => {
    const asked = new URLSearchParams(query)
    if (as) {
      const token = tokens.get(as.secret) ?? (await fetchToken(as))
      tokens.set(as.secret, token)
      asked.set('access_token', token)
    }
    const answer = await fetch(`${url}${path}?${asked}`, {
      headers,
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
    const called = (await answer.json()) as Called
    if (as && tokens.has(as.secret) && ended.has(called.errcode)) {
      tokens.delete(as.secret)
      return call(path, { as, query, body, headers })
    }
    return called
  }
  const fetchToken = async ({ corpid, secret }: { corpid: string; secret: string }) =>
    String((await call('/cgi-bin/gettoken', { query: { corpid, corpsecret: secret } })).access_token)
  return call
}
