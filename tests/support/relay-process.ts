import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** The relay as a process of its own, with one corp and one desk. */
export interface RelayProcess {
  /** For the desk's settings. */
  url: string
  token: string
  /** Where WeCom sends its callbacks, and what they are signed with. */
  callback: { url: string; token: string; aesKey: string }
  stop(): Promise<void>
  /** Ends it and starts it again on the same port, with nothing left in memory. */
  restart(): Promise<void>
  /** All it wrote. */
  said(): string
}

const root = join(import.meta.dirname, '..', '..')
const letters = (length: number) =>
  randomBytes(length * 2)
    .toString('base64')
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(0, length)

export async function startRelay(corpid: string): Promise<RelayProcess> {
  const dir = mkdtempSync(join(tmpdir(), 'duty-desk-relay-'))
  const port = await freePort()
  const token = letters(40)
  const callback = { url: `http://127.0.0.1:${port}/wecom`, token: letters(24), aesKey: `${letters(42)}A` }
  writeFileSync(join(dir, 'token'), callback.token, { mode: 0o600 })
  writeFileSync(join(dir, 'key'), callback.aesKey, { mode: 0o600 })
  const config = {
    listen: { address: '127.0.0.1', port },
    corps: [{ corpid, path: '/wecom', tokenFile: 'token', aesKeyFile: 'key' }],
    desks: [{ name: 'desk', tokenSha256: createHash('sha256').update(token).digest('hex'), corps: [corpid] }],
  }
  const file = join(dir, 'relay.json')
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 })
  let said = ''
  const start = () => started(file, (text) => (said += text))
  let child = await start()
  return {
    url: `ws://127.0.0.1:${port}/desk`,
    token,
    callback,
    said: () => said,
    async stop() {
      await ended(child)
      rmSync(dir, { recursive: true, force: true })
    },
    async restart() {
      await ended(child)
      child = await start()
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

function started(file: string, hear: (text: string) => void): Promise<ChildProcess> {
  const program = join(root, 'src', 'hosts', 'relay', 'main.ts')
  const child = spawn(process.execPath, [program, '--config', file], { stdio: ['ignore', 'pipe', 'pipe'] })
  return new Promise((resolve, reject) => {
    child.stderr.on('data', (data: Buffer) => hear(String(data)))
    child.stdout.on('data', (data: Buffer) => {
      hear(String(data))
      if (String(data).includes('ready')) resolve(child)
    })
    child.once('exit', (code) => reject(new Error(`the relay ended with ${code}`)))
  })
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  await Promise.race([gone, sleep(5_000, undefined, { ref: false }).then(() => child.kill('SIGKILL'))])
  await gone
}
