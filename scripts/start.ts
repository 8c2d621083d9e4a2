import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildIfStale } from './build-if-stale.ts'
import { findElectronRuntime } from './electron-runtime.ts'

/**
 * `npm start`: the Electron console where there is a runtime and a display, else the same console in a browser.
 * Builds first what is missing or older than its source.
 */
const { values } = parseArgs({
  options: {
    browser: { type: 'boolean', default: false },
    demo: { type: 'boolean', default: false },
    data: { type: 'string' },
    port: { type: 'string' },
    address: { type: 'string' },
  },
})
const root = join(import.meta.dirname, '..')
const shared = [...(values.demo ? ['--demo'] : []), ...(values.data ? ['--data', values.data] : [])]

const runtime = values.browser ? { why: '--browser was asked for' } : findElectronRuntime()
buildIfStale(root)
if ('path' in runtime) run(runtime.path, [root, ...shared])
else {
  if (!values.browser) console.log(`Duty Desk runs in the browser: ${runtime.why}.`)
  const browser = [
    ...shared,
    ...(values.port ? ['--port', values.port] : []),
    ...(values.address ? ['--address', values.address] : []),
  ]
  run(process.execPath, [join(root, 'src', 'hosts', 'browser', 'main.ts'), ...browser])
}

function run(program: string, args: string[]): void {
  const child = spawn(program, args, { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 0)))
  child.on('error', (error) => {
    console.error(`${program}: ${error.message}`)
    process.exit(1)
  })
}
