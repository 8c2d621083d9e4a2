import { EventEmitter } from 'node:events'
import type { ParentPort } from 'electron'
import { describe, expect, test, vi } from 'vitest'
import { adopting } from '../../src/hosts/electron/adopted-secrets.ts'
import { linkToShell } from '../../src/hosts/electron/shell-link.ts'
import type { Notice, ToCore } from '../../src/hosts/electron/shell-protocol.ts'
import { MessageChannelMain, type MessagePortMain } from './stand-in/electron.ts'

function linked(open?: () => Promise<void>) {
  const said: unknown[] = []
  const shell = Object.assign(new EventEmitter(), { postMessage: (message: unknown) => said.push(message) })
  const tell = (data: unknown, ports: MessagePortMain[] = []) => shell.emit('message', { data, ports })
  let notify: (notice: Notice) => void = () => {}
  let secrets: { get(name: string): Promise<string | null>; set(name: string, value: string): Promise<void> }
  const desk = { close: vi.fn(async () => {}), onNotice: (fn: typeof notify) => (notify = fn) }
  const served: { key: string; received: unknown[]; closed: number; send(frame: unknown): void }[] = []
  const exit = vi.fn()
  linkToShell(shell as unknown as ParentPort, {
    async openDesk(options) {
      secrets = options.secrets
      await open?.()
      return desk
    },
    serveConsole(_desk, { key, send }) {
      const console = { key, received: [] as unknown[], closed: 0, send: send as (frame: unknown) => void }
      served.push(console)
      return {
        receive: (frame) => {
          console.received.push(frame)
        },
        closed: () => {
          console.closed++
        },
      }
    },
    exit,
  })
  const options = { dir: '/d', device: 'pc', resources: '/r', version: '1', demo: false }
  const openIt = () => tell({ type: 'open', options } satisfies ToCore)
  return { said, tell, openIt, served, desk, exit, notify: (n: Notice) => notify(n), secrets: () => secrets }
}

describe("the core's side of the shell", () => {
  test('says when the desk is open, and why when it is not', async () => {
    const good = linked()
    good.openIt()
    await vi.waitFor(() => expect(good.said).toEqual([{ type: 'opened' }]))
    const bad = linked(() => Promise.reject(new Error('disk full')))
    bad.openIt()
    await vi.waitFor(() => expect(bad.said).toEqual([{ type: 'failed', reason: 'disk full' }]))
  })

  test('a console that came before the desk was open is served when it is', async () => {
    let open = () => {}
    const core = linked(() => new Promise((resolve) => (open = resolve)))
    const { port1, port2 } = new MessageChannelMain()
    core.openIt()
    core.tell({ type: 'console', key: 'w1' }, [port1])
    expect(core.served).toEqual([])
    port2.postMessage({ id: 1 })
    open()
    await vi.waitFor(() => expect(core.served[0]?.received).toEqual([{ id: 1 }]))
    const heard = new Promise((resolve) => port2.on('message', (event) => resolve(event.data)))
    port2.start()
    core.served[0]?.send({ id: 1, result: 'yes' })
    expect(await heard).toEqual({ id: 1, result: 'yes' })
    port2.close()
    await vi.waitFor(() => expect(core.served[0]?.closed).toBe(1))
  })

  test('a secret is asked of the shell, and a refusal reaches who asked', async () => {
    const core = linked()
    core.openIt()
    await vi.waitFor(() => expect(core.said).toHaveLength(1))
    const got = core.secrets().get('key')
    const refused = core.secrets().set('key', 'v')
    expect(core.said.slice(1)).toEqual([
      { type: 'secret.get', id: 1, name: 'key' },
      { type: 'secret.set', id: 2, name: 'key', value: 'v' },
    ])
    core.tell({ type: 'secretRefused', id: 2, reason: 'locked' })
    core.tell({ type: 'secret', id: 1, value: 'v' })
    expect(await got).toBe('v')
    await expect(refused).rejects.toThrow('locked')
  })

  test('notices go to the shell, and what the shell says out of form goes nowhere', async () => {
    const core = linked()
    core.openIt()
    await vi.waitFor(() => expect(core.said).toHaveLength(1))
    core.notify({ kind: 'waiting', waiting: 2 })
    expect(core.said.at(-1)).toEqual({ type: 'notice', notice: { kind: 'waiting', waiting: 2 } })
    core.tell({ type: 'console' })
    expect(core.served).toEqual([])
    expect(core.said.at(-1)).toMatchObject({ type: 'log' })
  })

  test('closing waits for the desk', async () => {
    const core = linked()
    core.openIt()
    core.tell({ type: 'close' })
    await vi.waitFor(() => expect(core.exit).toHaveBeenCalledWith(0))
    expect(core.desk.close).toHaveBeenCalledOnce()
  })

  test('keys of a station first opened in a browser are taken over, and its own come first', async () => {
    const kept = new Map<string, string>([['b', 'own']])
    const secrets = adopting(
      { get: async (name) => kept.get(name) ?? null, set: async (name, value) => void kept.set(name, value) },
      { get: async (name) => ({ a: 'file', b: 'file' })[name] ?? null },
    )
    expect([await secrets.get('a'), await secrets.get('b'), await secrets.get('c')]).toEqual([
      'file',
      'own',
      null,
    ])
    expect(kept.get('a')).toBe('file')
  })
})
