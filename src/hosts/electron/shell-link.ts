import type { MessagePortMain, ParentPort } from 'electron'
import type { FromCore } from '../../contract/wire.ts'
import { type Notice, type OpenOptions, type ToShell, toCore } from './shell-protocol.ts'
import { shellSecrets } from './shell-secrets.ts'

/** The desk as far as a host needs to know it. */
interface Desk {
  close(): Promise<void>
  onNotice(fn: (notice: Notice) => void): void
}

interface Secrets {
  get(name: string): Promise<string | null>
  set(name: string, value: string): Promise<void>
}

export interface Core<D extends Desk> {
  openDesk(options: OpenOptions & { secrets: Secrets; log: (line: string) => void }): Promise<D>
  serveConsole(
    desk: D,
    console: { key: string; send(frame: FromCore): void },
  ): { receive(frame: unknown): Promise<void> | void; closed(): void }
  exit(code: number): void
}

/** The core's side of the shell: opens the desk when told, serves each port it is given, closes in order. */
export function linkToShell<D extends Desk>(
  shell: Pick<ParentPort, 'on' | 'postMessage'>,
  core: Core<D>,
): void {
  const say = (message: ToShell) => shell.postMessage(message)
  const { secrets, answered } = shellSecrets(say)
  let desk: D | null = null
  let opening: Promise<void> | null = null
  const early: { key: string; port: MessagePortMain }[] = []

  function serve(key: string, port: MessagePortMain): void {
    if (!desk) {
      early.push({ key, port })
      return
    }
    const link = core.serveConsole(desk, { key, send: (frame) => port.postMessage(frame) })
    port.on('message', async (event) => {
      try {
        await link.receive(event.data)
      } catch (error) {
        // One console's broken call must not end the core for all.
        say({ type: 'log', line: `a call broke: ${error instanceof Error ? error.stack : String(error)}` })
      }
    })
    port.on('close', () => link.closed())
    port.start()
  }

  async function open(options: OpenOptions): Promise<void> {
    try {
      desk = await core.openDesk({ ...options, secrets, log: (line) => say({ type: 'log', line }) })
    } catch (error) {
      say({ type: 'failed', reason: error instanceof Error ? error.message : String(error) })
      return
    }
    desk.onNotice((notice) => say({ type: 'notice', notice }))
    for (const { key, port } of early.splice(0)) serve(key, port)
    say({ type: 'opened' })
  }

  async function close(): Promise<void> {
    await opening
    await desk?.close()
    core.exit(0)
  }

  shell.on('message', (event) => {
    const parsed = toCore.safeParse(event.data)
    if (!parsed.success) {
      say({ type: 'log', line: `the shell said something unknown: ${parsed.error.message}` })
      return
    }
    const message = parsed.data
    if (message.type === 'open') opening ??= open(message.options)
    else if (message.type === 'close') {
      close().catch((error: unknown) => {
        say({ type: 'log', line: `the desk did not close in order: ${String(error)}` })
        core.exit(1)
      })
    } else if (message.type === 'console') {
      const [port] = event.ports
      if (port) serve(message.key, port)
    } else answered(message)
  })
}
