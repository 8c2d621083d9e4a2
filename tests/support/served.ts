import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { appendFileSync, closeSync, mkdtempSync, openSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { v7 as uuid } from 'uuid'
import { WebSocket } from 'ws'
import { buildIfStale } from '../../scripts/build-if-stale.ts'
import { type Refusal, Refused } from '../../src/contract/errors.ts'
import { type CallName, contract, type Input, type Output } from '../../src/contract/index.ts'
import type { FromCore } from '../../src/contract/wire.ts'

/** The desk as `npm start` runs it: a process of its own with the built console, on a data folder of its own. */

const root = join(import.meta.dirname, '..', '..')
const startsWithin = 40_000

export interface Served {
  readonly url: string
  readonly dir: string
  /** The core ends as it should; the data stay. */
  stop(): Promise<void>
  /** The core is gone in the middle of whatever it was doing. */
  kill9(): Promise<void>
  /** The core again, on the same port and the same data. */
  restart(): Promise<void>
  /** `desk …` on the data of this station. */
  desk(...args: string[]): { code: number | null; said: string }
  /** Somebody at another console, without a screen. */
  login(user: string, password: string): Promise<Elsewhere>
  /** Ends the core and removes the data. */
  clear(): Promise<void>
}

/** A console of this station that makes calls and has no screen. */
export interface Elsewhere {
  call<N extends CallName>(name: N, input: Input<N>): Promise<Output<N>>
  refused<N extends CallName>(name: N, input: Input<N>): Promise<Refusal>
  close(): void
}

export async function serve(options: { demo?: boolean; log?: string } = {}): Promise<Served> {
  buildOnce()
  const dir = mkdtempSync(join(tmpdir(), 'duty-desk-e2e-'))
  let core = await startCore(dir, 0, options.demo ?? false, options.log)
  const served: Served = {
    url: core.url,
    dir,
    stop: () => end(core.process, 'SIGTERM'),
    kill9: () => end(core.process, 'SIGKILL'),
    async restart() {
      core = await startCore(dir, Number(new URL(core.url).port), false, options.log)
    },
    desk(...args) {
      const program = join(root, 'src', 'hosts', 'command-line', 'main.ts')
      const ran = spawnSync(process.execPath, [program, ...args], {
        encoding: 'utf8',
        env: { ...process.env, DUTY_DESK_DATA: dir },
      })
      return { code: ran.status, said: ran.stdout + ran.stderr }
    },
    login: (user, password) => elsewhere(core.url, user, password),
    async clear() {
      await end(core.process, 'SIGKILL')
      rmSync(dir, { recursive: true, force: true, maxRetries: 3 })
    },
  }
  return served
}

/** A new station with its admin, and whoever else is named; all have the same password. */
export async function foundStation(
  served: Served,
  people: readonly { user: string; name: string; role: 'officer' | 'supervisor' | 'auditor' }[],
  password: string,
): Promise<void> {
  const link = await openLink(served.url, {})
  await link.call('station.open', { name: '测试派出所', admin: 'guanli', adminName: '吴管理', password })
  link.close()
  const admin = await served.login('guanli', password)
  for (const person of people) await admin.call('person.add', { ...person, password })
  admin.close()
}

/** Test files run side by side: one of them builds, the others wait for it. */
function buildOnce(): void {
  const lock = join(tmpdir(), `duty-desk-building-${Buffer.from(root).toString('hex').slice(-24)}`)
  const given = Date.now() + 120_000
  for (;;) {
    try {
      closeSync(openSync(lock, 'wx'))
      break
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
      if (age > 90_000 || Date.now() > given) rmSync(lock, { force: true })
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
    }
  }
  try {
    buildIfStale(root)
  } finally {
    rmSync(lock, { force: true })
  }
}

interface Core {
  process: ChildProcess
  url: string
}

/** `log`: a file that gets all the core says. */
async function startCore(dir: string, port: number, demo: boolean, log?: string): Promise<Core> {
  const program = join(root, 'src', 'hosts', 'browser', 'main.ts')
  const args = [program, '--data', dir, '--port', String(port), ...(demo ? ['--demo'] : [])]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stderr.on('data', (data: Buffer) => {
    said = (said + String(data)).slice(-4_000)
    if (log) appendFileSync(log, data)
  })
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the core was not ready in time: ${said}`)), startsWithin)
    let out = ''
    child.stdout.on('data', (data: Buffer) => {
      out += String(data)
      const url = /^ready (\S+)/m.exec(out)?.[1]
      if (!url) return
      clearTimeout(late)
      resolve({ process: child, url })
    })
    child.once('exit', (code) => {
      clearTimeout(late)
      reject(new Error(`the core ended with ${code}: ${said}`))
    })
  })
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill(signal)
  await Promise.race([gone, sleep(10_000, undefined, { ref: false }).then(() => child.kill('SIGKILL'))])
  await gone
}

export async function elsewhere(url: string, user: string, password: string): Promise<Elsewhere> {
  const response = await fetch(`${url}/session`, {
    method: 'POST',
    headers: { origin: url, 'content-type': 'application/json' },
    body: JSON.stringify({ user, password, signOn: true }),
  })
  if (!response.ok) throw new Error(`login as ${user}: ${response.status} ${await response.text()}`)
  return openLink(url, { cookie: response.headers.getSetCookie()[0]!.split(';')[0]! })
}

async function openLink(url: string, headers: Record<string, string>): Promise<Elsewhere> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/desk`, { headers: { origin: url, ...headers } })
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>()
  let last = 0
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data)) as FromCore
    if ('push' in frame) return
    const asked = waiting.get(frame.id)
    waiting.delete(frame.id)
    if ('refused' in frame) asked?.reject(new Refused(frame.refused))
    else asked?.resolve(frame.result)
  })
  socket.on('close', () => {
    for (const { reject } of waiting.values()) reject(new Refused({ code: 'disconnected' }))
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  const call = <N extends CallName>(name: N, input: Input<N>) =>
    new Promise<Output<N>>((resolve, reject) => {
      // What is said into a closed link is never answered, and the socket does not complain.
      if (socket.readyState !== socket.OPEN) return reject(new Refused({ code: 'disconnected' }))
      last += 1
      waiting.set(last, { resolve: resolve as (value: unknown) => void, reject })
      const command = contract[name].kind === 'command' ? { command: uuid() } : {}
      socket.send(JSON.stringify({ id: last, call: name, input, ...command }))
    })
  return {
    call,
    async refused(name, input) {
      const refusal = await call(name, input).then(
        () => null,
        (error: Refused) => error.refusal,
      )
      if (refusal === null) throw new Error(`${name} was not refused`)
      return refusal
    },
    close: () => socket.terminate(),
  }
}
