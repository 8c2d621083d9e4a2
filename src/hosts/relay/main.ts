import { createHash, randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { ConfigError, readConfig } from './config.ts'
import { type Relay, startRelay } from './server.ts'

/** The relay as a program: runs where WeCom can reach it, and where the desks can. */

const usage = `usage: npm run -s relay -- --config FILE [--new-desk NAME]

  --config FILE     settings, see resources/relay.example.json
  --new-desk NAME   makes a token for a desk, prints it once with the line for the settings, and ends
`
const values = flagsOrSay()
const log = (line: string) => void process.stderr.write(`${new Date().toISOString()} ${line}\n`)
// A reader of the log that has gone must not end the relay.
process.stderr.on('error', () => {})
process.stdout.on('error', () => {})

if (values['new-desk'] !== undefined) newDesk(values['new-desk'], values.config)
else if (values.config === undefined || values.help) {
  process.stderr.write(usage)
  process.exit(values.help ? 0 : 2)
} else await run(values.config)

async function run(file: string): Promise<void> {
  const { config, warnings } = configOrSay(file)
  for (const warning of warnings) log(`warning: ${warning}`)
  let relay: Relay
  try {
    relay = await startRelay(config, { log })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const { address, port } = config.listen
    log(`cannot listen on ${address} port ${port}: ${code ?? 'is the TLS certificate or key right?'}`)
    process.exit(1)
  }
  for (const { path, receiver } of config.corps) log(`callbacks of ${receiver} are taken at ${path}`)
  process.stdout.write(`relay ready ${relay.url}\n`)
  let stopping = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) return
      stopping = true
      void relay.close().finally(() => process.exit(0))
    })
  }
}

function newDesk(name: string, file: string | undefined): void {
  const token = randomBytes(32).toString('base64url')
  const corps =
    file === undefined ? ['corpid'] : configOrSay(file).config.corps.map(({ receiver }) => receiver)
  const tokenSha256 = createHash('sha256').update(token).digest('hex')
  const line = JSON.stringify({ name, tokenSha256, corps: [...new Set(corps)] })
  process.stdout.write(`Token of ${name}, shown only now; enter it in the settings of that desk:
  ${token}
Line for "desks" in the relay's settings; leave only the corps this desk may hear of:
  ${line}
`)
}

function flagsOrSay() {
  try {
    return parseArgs({
      options: { config: { type: 'string' }, 'new-desk': { type: 'string' }, help: { type: 'boolean' } },
    }).values
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}`)
    process.exit(2)
  }
}

function configOrSay(file: string): ReturnType<typeof readConfig> {
  try {
    return readConfig(file)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const line of error.lines) process.stderr.write(`${line}\n`)
    process.exit(2)
  }
}
