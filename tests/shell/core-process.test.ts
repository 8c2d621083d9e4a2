import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { from, startShell } from './stand-in/started-shell.ts'

vi.mock('electron', () => import('./stand-in/electron.ts'))
vi.mock('electron-store', () => import('./stand-in/electron-store.ts'))
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

type Started = Awaited<ReturnType<typeof startShell>>
const askForPort = ({ electron, window }: Started) =>
  electron.ipcMain.emit('shell:request-port', from(window.webContents))
const told = ({ window }: Started) =>
  window.webContents.sent.filter((sent) => sent.channel === 'shell:told').map((sent) => sent.args[0])

describe('the core process', () => {
  test('is forked once and told where the desk lies', async () => {
    const shell = await startShell()
    expect(shell.electron.utilityProcess.forked).toHaveLength(1)
    expect(shell.core().entry).toMatch(/out[/\\]main[/\\]core-process\.js$/)
    expect(shell.core().said[0]?.message).toMatchObject({
      type: 'open',
      options: {
        dir: shell.dir,
        version: '9.9.9',
        device: expect.any(String),
        resources: expect.any(String),
      },
    })
  })

  test('each load of the page gets a new port, under the same key', async () => {
    const shell = await startShell()
    askForPort(shell)
    askForPort(shell)
    const consoles = shell.core().said.filter(({ message }) => message.type === 'console')
    expect(consoles).toHaveLength(2)
    expect(consoles[0]?.message.key).toBe(consoles[1]?.message.key)
    expect(shell.window.webContents.ports).toHaveLength(2)
    const [first] = shell.window.webContents.ports
    const heard = new Promise((resolve) =>
      consoles[0]?.ports[0]?.on('message', (event) => resolve(event.data)),
    )
    consoles[0]?.ports[0]?.start()
    first?.postMessage({ id: 1 })
    expect(await heard).toEqual({ id: 1 })
  })

  test('when it crashes it is forked again and every window is told, with a new port', async () => {
    const shell = await startShell()
    askForPort(shell)
    shell.core().emit('message', { type: 'opened' })
    expect(told(shell)).toEqual([])
    shell.core().emit('exit', 139)
    expect(shell.electron.utilityProcess.forked).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(500)
    expect(shell.electron.utilityProcess.forked).toHaveLength(2)
    expect(told(shell)).toEqual([])
    shell.core().emit('message', { type: 'opened' })
    expect(told(shell)).toEqual([{ type: 'duty-desk:core-restarted' }])
    expect(shell.core().said.map(({ message }) => message.type)).toEqual(['open', 'console'])
    expect(shell.window.webContents.ports).toHaveLength(2)
  })

  test('a core that keeps crashing is started more and more slowly, and quickly again once it was well', async () => {
    const shell = await startShell()
    const { forked } = shell.electron.utilityProcess
    for (const pause of [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      const before = forked.length
      shell.core().emit('exit', 1)
      await vi.advanceTimersByTimeAsync(pause - 1)
      expect(forked).toHaveLength(before)
      await vi.advanceTimersByTimeAsync(1)
      expect(forked).toHaveLength(before + 1)
    }
    await vi.advanceTimersByTimeAsync(61_000)
    const before = forked.length
    shell.core().emit('exit', 1)
    await vi.advanceTimersByTimeAsync(500)
    expect(forked).toHaveLength(before + 1)
  })

  test('a desk that cannot be opened is explained once, and opened again only when asked', async () => {
    const shell = await startShell({ before: ({ state }) => state.clicks.push(0) })
    shell.core().emit('message', { type: 'failed', reason: 'disk full' })
    await vi.advanceTimersByTimeAsync(0)
    expect(shell.electron.state.dialogs[0]?.detail).toContain('disk full')
    expect(shell.electron.state.dialogs[0]?.buttons).toEqual(['重试', '退出'])
    await vi.advanceTimersByTimeAsync(500)
    expect(shell.electron.utilityProcess.forked).toHaveLength(2)
  })

  test('it gets its secrets by asking, and a refusal is an answer too', async () => {
    const shell = await startShell({
      before: ({ state }) => {
        state.backend = 'gnome_libsecret'
      },
    })
    const ask = async (message: unknown) => {
      shell.core().emit('message', message)
      vi.useRealTimers()
      const { said } = shell.core()
      return vi.waitFor(() => {
        const answer = said.at(-1)?.message
        if (answer?.id !== (message as { id: number }).id) throw new Error('no answer yet')
        return answer
      })
    }
    expect(await ask({ type: 'secret.get', id: 1, name: 'key' })).toEqual({
      type: 'secret',
      id: 1,
      value: null,
    })
    expect(await ask({ type: 'secret.set', id: 2, name: 'key', value: 'v' })).toMatchObject({
      type: 'secret',
      id: 2,
    })
    expect(await ask({ type: 'secret.get', id: 3, name: 'key' })).toEqual({
      type: 'secret',
      id: 3,
      value: 'v',
    })
    if (process.platform !== 'linux') return
    shell.electron.state.backend = 'kwallet6'
    expect(await ask({ type: 'secret.get', id: 4, name: 'key' })).toMatchObject({
      type: 'secretRefused',
      id: 4,
    })
  })

  test('what it says out of form is dropped', async () => {
    const shell = await startShell()
    for (const message of [
      null,
      'x',
      { type: 'run', command: 'rm' },
      { type: 'notice', notice: { kind: 'message' } },
    ])
      shell.core().emit('message', message)
    expect(shell.electron.Notification.shown).toEqual([])
    expect(shell.core().said).toHaveLength(1)
  })

  test('quitting closes the desk first and does not fork it again', async () => {
    const shell = await startShell()
    shell.electron.app.quit()
    expect(shell.core().said.at(-1)?.message).toEqual({ type: 'close' })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(shell.electron.utilityProcess.forked).toHaveLength(1)
    expect(shell.electron.state.quits).toBe(2)
  })
})
