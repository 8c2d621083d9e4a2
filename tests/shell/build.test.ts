import { type ChildProcess, execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { resolveConfig } from 'electron-vite'
import { build, type Rolldown, type UserConfig } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testStation } from '../support/station.ts'

/**
 * The bundler is the part of the shell that breaks without a red test: a native module bundled, a preload that became
 * an ES module. So the real build is made, looked into, and run under Node against the stand-in.
 */
const root = join(import.meta.dirname, '..', '..')
/** Within the project, so that what stays outside the bundle is found. */
const made = join(root, '.cache', `shell-build-${process.pid}`)
const standIn = (name: string) => join(import.meta.dirname, 'stand-in', name)

const outside = ['electron', 'better-sqlite3', '@node-rs/argon2', 'pg', 'bufferutil', 'utf-8-validate']
const isBuiltin = (name: string) => name.startsWith('node:') || builtinModules.includes(name)

type Chunk = Rolldown.OutputChunk
let main: Chunk[]
let preload: (Chunk | Rolldown.OutputAsset)[]

async function make(config: UserConfig, part: string) {
  const built = await build({
    ...config,
    build: { ...config.build, outDir: join(made, 'out', part), emptyOutDir: true },
    logLevel: 'error',
  })
  return (built as Rolldown.RolldownOutput).output
}

beforeAll(async () => {
  const kept = process.env.NODE_ENV
  const { config } = await resolveConfig({ root, logLevel: 'error' }, 'build', 'production')
  process.env.NODE_ENV = kept
  main = (await make(config?.main as UserConfig, 'main')).filter((file) => file.type === 'chunk')
  preload = await make(config?.preload as UserConfig, 'preload')
  mkdirSync(join(made, 'out', 'renderer'))
  writeFileSync(join(made, 'out', 'renderer', 'index.html'), '<!doctype html>')
}, 120_000)
afterAll(() => rmSync(made, { recursive: true, force: true }))

/** All that a built entry imports, through its chunks. */
function imports(entry: string): Set<string> {
  const seen = new Set<string>()
  const visit = (file: string) => {
    const chunk = main.find((one) => one.fileName === file)
    for (const name of [...(chunk?.imports ?? []), ...(chunk?.dynamicImports ?? [])]) {
      if (seen.has(name)) continue
      seen.add(name)
      visit(name)
    }
  }
  visit(entry)
  return seen
}

describe('the build', () => {
  test('keeps Electron and native modules outside, and everything else inside', () => {
    const files = new Set(main.map((chunk) => chunk.fileName))
    for (const entry of ['main.js', 'core-process.js']) {
      expect(files).toContain(entry)
      const foreign = [...imports(entry)].filter((name) => !files.has(name) && !isBuiltin(name))
      for (const name of foreign) expect(outside, `${entry} imports ${name}`).toContain(name)
    }
    expect([...imports('main.js')]).toContain('electron')
    expect([...imports('core-process.js')]).toContain('better-sqlite3')
    expect([...imports('core-process.js')]).toContain('@node-rs/argon2')
  })

  test('the shell does not carry the desk: no database in Electron main', () => {
    expect([...imports('main.js')]).not.toContain('better-sqlite3')
    expect([...imports('core-process.js')]).not.toContain('electron')
  })

  test('carries the standalone verifier as it is, beside the code that puts it into exports', () => {
    const source = readFileSync(join(root, 'src', 'ledger', 'export', 'verify.mjs'))
    expect(readFileSync(join(made, 'out', 'main', 'verify.mjs')).equals(source)).toBe(true)
    expect(main.some(({ code }) => code.includes('./verify.mjs'))).toBe(true)
    // Threads of verification begin with the file that is there, not with the source it was made of.
    expect(existsSync(join(made, 'out', 'main', 'verify-worker.js'))).toBe(true)
    expect(main.some(({ code }) => code.includes('./verify-worker.js'))).toBe(true)
  })

  test('all of main lies beside its entries, so that paths relative to a module hold', () => {
    for (const chunk of main) expect(chunk.fileName).not.toContain('/')
  })

  test('every thread a built module starts has its file beside it', () => {
    const files = main.map((chunk) => chunk.fileName)
    const named = main.flatMap(({ code }) =>
      [...code.matchAll(/\.\/([a-z-]+-worker\.js)/g)].map(([, name]) => name),
    )
    expect(named).toEqual(expect.arrayContaining(['history-worker.js', 'inquiry-worker.js']))
    for (const name of named) expect(files).toContain(name)
  })

  test('the preload is one CommonJS file that needs nothing but Electron', () => {
    expect(preload.map((file) => file.fileName)).toEqual(['preload.cjs'])
    expect(readdirSync(join(made, 'out', 'preload'))).toEqual(['preload.cjs'])
    const code = readFileSync(join(made, 'out', 'preload', 'preload.cjs'), 'utf8')
    expect(code).not.toMatch(/^\s*(import|export)\s/m)
    expect([...code.matchAll(/require\(["'](.+?)["']\)/g)].map((match) => match[1])).toEqual(['electron'])
    expect(code).not.toMatch(/exposeInMainWorld\([^)]*ipcRenderer/)
  })

  test('the thread that looks into the past begins as it was built', async () => {
    const desk = await testStation()
    const worker = new Worker(join(made, 'out', 'main', 'history-worker.js'), {
      workerData: { file: desk.station.options.file },
    })
    const [said] = await once(worker, 'message')
    await worker.terminate()
    expect(said).toEqual({ ready: true })
  })

  test('no secret of this computer is in it', () => {
    for (const chunk of main) expect(chunk.code).not.toContain(root)
  })
})

describe('the built shell under Node', () => {
  test('starts: window, core process, kept preferences, with the real electron-store in the bundle', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'duty-desk-built-'))
    const script = `
      const electron = await import('electron')
      await import(${JSON.stringify(join(made, 'out', 'main', 'main.js'))})
      while (!electron.utilityProcess.forked.length) await new Promise((done) => setTimeout(done, 20))
      const [window] = electron.BrowserWindow.all
      window.emit('close', { preventDefault() {} })
      console.log(JSON.stringify({
        core: electron.utilityProcess.forked[0].entry,
        preload: window.options.webPreferences.preload,
        listens: electron.ipcMain.eventNames(),
      }))
      process.exit(0)`
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', standIn('instead-of-electron.ts'), '--input-type=module', '-e', script],
      { env: { ...process.env, DUTY_DESK_DATA: dir }, timeout: 20_000 },
    )
    const said = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
    expect(said.listens).toEqual(['shell:request-port'])
    expect(existsSync(said.core)).toBe(true)
    expect(existsSync(said.preload)).toBe(true)
    expect(JSON.parse(readFileSync(join(dir, 'shell', 'preferences.json'), 'utf8'))).toMatchObject({
      bounds: { width: 1440 },
    })
  })

  test('the built core opens a desk, answers a console through its port, and closes in order', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'duty-desk-built-core-'))
    const core = fork(join(made, 'out', 'main', 'core-process.js'), [], {
      execArgv: ['--import', standIn('parent-port.ts')],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    const said = listen(core)
    const secrets = new Map<string, string>()
    said.each((message) => {
      if (message.type === 'secret.set') secrets.set(message.name as string, message.value as string)
      if (message.type !== 'secret.get' && message.type !== 'secret.set') return
      const value = message.type === 'secret.get' ? (secrets.get(message.name as string) ?? null) : null
      core.send({ shell: { type: 'secret', id: message.id, value } })
    })
    const options = { dir, device: 'test', resources: join(root, 'resources'), version: '0.0.0', demo: false }
    core.send({ shell: { type: 'open', options } })
    expect(await said.until((message) => ['opened', 'failed'].includes(message.type))).toEqual({
      type: 'opened',
    })

    core.send({ shell: { type: 'console', key: 'window-1' } })
    core.send({ port: { id: 1, call: 'station.state', input: {} } })
    const answer = await said.frame((frame) => (frame as { id?: number }).id === 1)
    expect(answer).toMatchObject({ id: 1, result: { name: null, readOnly: null } })

    const ended = new Promise((resolve) => core.once('exit', resolve))
    core.send({ shell: { type: 'close' } })
    expect(await ended).toBe(0)
  })
})

type Said = { type: string } & Record<string, unknown>

function listen(core: ChildProcess) {
  const takers = new Set<(sent: { shell?: Said; port?: unknown }) => void>()
  core.on('message', (sent) => {
    for (const take of takers) take(sent as { shell?: Said; port?: unknown })
  })
  const first = <T>(pick: (sent: { shell?: Said; port?: unknown }) => T | undefined) =>
    new Promise<T>((resolve, reject) => {
      const take = (sent: { shell?: Said; port?: unknown }) => {
        const found = pick(sent)
        if (found === undefined) return
        takers.delete(take)
        resolve(found)
      }
      takers.add(take)
      core.once('exit', (code) => reject(new Error(`the core ended with ${code}`)))
    })
  return {
    each: (fn: (message: Said) => void) => takers.add((sent) => sent.shell && fn(sent.shell)),
    until: (wanted: (message: Said) => boolean) =>
      first((sent) => (sent.shell && wanted(sent.shell) ? sent.shell : undefined)),
    frame: (wanted: (frame: unknown) => boolean) =>
      first((sent) => (sent.port !== undefined && wanted(sent.port) ? sent.port : undefined)),
  }
}
