import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { serve } from './server.ts'
import { World } from './world.ts'

/**
 * node tests/emulators/wecom/main.ts [--port 0] [--seed 1] [--with-parent]
 * Prints `ready http://127.0.0.1:PORT`. With `--with-parent` it ends when its stdin does.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    'with-parent': { type: 'boolean', default: false },
  },
})
const server = serve(new World(Number(values.seed)))
server.listen(Number(values.port), '127.0.0.1', () => {
  process.stdout.write(`ready http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
})
if (values['with-parent']) process.stdin.on('end', () => process.exit(0)).resume()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0))
