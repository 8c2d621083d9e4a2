import { hostname } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openDesk } from '../../desk/core.ts'
import { fileSecrets } from '../../desk/station/secrets.ts'
import { dataDir } from '../data-dir.ts'
import { resources } from '../resources.ts'
import { holdDataDir } from '../single-core.ts'
import { version } from '../version.ts'
import { startBrowserHost } from './server.ts'

/** The station core with the browser host, as a program. */

const root = join(import.meta.dirname, '..', '..', '..')
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    port: { type: 'string' },
    address: { type: 'string' },
    demo: { type: 'boolean', default: false },
  },
})

const dir = dataDir(values.data)
const lock = holdOrSay(dir)
const desk = await openDesk({
  dir,
  secrets: fileSecrets(join(dir, 'secrets')),
  device: hostname(),
  resources,
  version,
  log: (line) => process.stderr.write(`${new Date().toISOString()} ${line}\n`),
})
if (values.demo && !desk.station) await desk.openDemo()
const host = await startBrowserHost(desk, {
  files: join(root, 'out', 'renderer'),
  port: portOf(values.port ?? process.env.DUTY_DESK_PORT ?? '4310'),
  ...(values.address ? { address: values.address } : {}),
})
process.stdout.write(`ready ${host.url}\n`)

let stopping = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stopping) return
    stopping = true
    void host
      .close()
      .then(() => desk.close())
      .finally(() => {
        lock.release()
        process.exit(0)
      })
  })
}

function holdOrSay(folder: string): { release(): void } {
  try {
    return holdDataDir(folder)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exit(1)
  }
}

function portOf(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  process.stderr.write(`--port ${text} is not a port\n`)
  process.exit(2)
}
