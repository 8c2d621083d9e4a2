import { type MessagePortMain, type UtilityProcess, utilityProcess } from 'electron'
import {
  type Notice,
  type OpenOptions,
  type ToCore,
  type ToShell,
  toShell,
} from '../../src/hosts/electron/shell-protocol.ts'
import type { Secrets } from './secrets.ts'

const firstPauseMs = 500
const longestPauseMs = 30_000
/** A core that lived this long was well; the next crash starts the pauses anew. */
const wellAfterMs = 60_000
const closingTakesMs = 15_000

export interface CoreProcess {
  giveConsole(key: string, port: MessagePortMain): void
  /** After `onFailed`: opens the desk again. */
  retry(): void
  close(): Promise<void>
}

/** Forks the core and keeps one running: when it dies it is forked again, after a pause that grows. */
export function startCore(options: {
  entry: string
  open: OpenOptions
  secrets: Pick<Secrets, 'get' | 'set'>
  onNotice(notice: Notice): void
  /** It died and is there again: consoles need new ports and must be told. */
  onRestarted(): void
  /** It runs but could not open the desk; trying again by itself would change nothing. */
  onFailed(reason: string): void
  log(line: string): void
}): CoreProcess {
  let child: UtilityProcess | null = null
  let pauseMs = firstPauseMs
  let closing = false
  let died = false
  let again: NodeJS.Timeout | null = null

  function say(to: UtilityProcess, message: ToCore, ports: MessagePortMain[] = []): void {
    to.postMessage(message, ports)
  }

  async function answerSecret(to: UtilityProcess, asked: Extract<ToShell, { id: number }>): Promise<void> {
    try {
      let value: string | null = null
      if (asked.type === 'secret.get') value = await options.secrets.get(asked.name)
      else await options.secrets.set(asked.name, asked.value)
      if (child === to) say(to, { type: 'secret', id: asked.id, value })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (child === to) say(to, { type: 'secretRefused', id: asked.id, reason })
    }
  }

  function heard(from: UtilityProcess, data: unknown): void {
    const parsed = toShell.safeParse(data)
    if (!parsed.success) {
      options.log(`the core said something unknown: ${parsed.error.message}`)
      return
    }
    const message = parsed.data
    if (message.type === 'log') options.log(message.line)
    else if (message.type === 'notice') options.onNotice(message.notice)
    else if (message.type === 'failed') options.onFailed(message.reason)
    else if (message.type === 'opened') {
      if (died) options.onRestarted()
      died = false
    } else void answerSecret(from, message)
  }

  function fork(): void {
    again = null
    const since = Date.now()
    const born = utilityProcess.fork(options.entry, [], { serviceName: 'Duty Desk core', stdio: 'pipe' })
    child = born
    for (const stream of [born.stdout, born.stderr])
      stream?.on('data', (bytes: Buffer) => options.log(bytes.toString('utf8').trimEnd()))
    born.on('message', (data: unknown) => heard(born, data))
    born.on('error', (type, location) => options.log(`the core broke: ${type} at ${location}`))
    born.on('exit', (code) => {
      if (child === born) child = null
      if (closing) return
      died = true
      if (Date.now() - since > wellAfterMs) pauseMs = firstPauseMs
      options.log(`the core ended with code ${code}; starting it again in ${pauseMs} ms`)
      again = setTimeout(fork, pauseMs)
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    })
    say(born, { type: 'open', options: options.open })
  }

  fork()
  return {
    giveConsole(key, port) {
      if (child) say(child, { type: 'console', key }, [port])
      else port.close()
    },
    retry() {
      // The exit handler forks the next one.
      if (child) child.kill()
      else if (!again) fork()
    },
    close() {
      closing = true
      if (again) clearTimeout(again)
      const last = child
      if (!last) return Promise.resolve()
      return new Promise((resolve) => {
        const timeout = setTimeout(() => {
          options.log('the core did not close in time')
          last.kill()
          resolve()
        }, closingTakesMs)
        last.once('exit', () => {
          clearTimeout(timeout)
          resolve()
        })
        say(last, { type: 'close' })
      })
    },
  }
}
