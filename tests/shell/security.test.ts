import { afterEach, describe, expect, test, vi } from 'vitest'
import { isConsolePage, isConsoleUrl } from '../../electron/main/security/console-origin.ts'
import { preventable } from './stand-in/electron.ts'
import { from, startShell } from './stand-in/started-shell.ts'

vi.mock('electron', () => import('./stand-in/electron.ts'))
vi.mock('electron-store', () => import('./stand-in/electron-store.ts'))
afterEach(() => vi.unstubAllEnvs())

describe('windows', () => {
  test('a window is isolated, sandboxed and without Node, whatever the defaults become', async () => {
    const { window } = await startShell()
    expect(window.options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
    })
    expect(window.options.webPreferences).not.toHaveProperty('enableBlinkFeatures')
    expect(window.options.webPreferences?.preload).toMatch(/preload\.cjs$/)
    expect(window.loaded).toBe('app://duty-desk/index.html')
  })

  test('a packaged desk has no developer tools', async () => {
    const { window } = await startShell({
      before: ({ state }) => {
        state.packaged = true
      },
    })
    expect(window.options.webPreferences?.devTools).toBe(false)
  })

  test('no page navigates away, opens a window or attaches a webview', async () => {
    const { window } = await startShell()
    const contents = window.webContents
    for (const url of [
      'https://example.com/',
      'file:///etc/passwd',
      'app://evil/index.html',
      'app://duty-desk/assets/x.js',
      'app://duty-desk@evil/index.html',
      'javascript:alert(1)',
    ]) {
      const event = { ...preventable(), url }
      contents.emit('will-navigate', event)
      expect(event.prevented, url).toBe(true)
    }
    const own = { ...preventable(), url: 'app://duty-desk/index.html#/audit' }
    contents.emit('will-navigate', own)
    expect(own.prevented).toBe(false)
    const frame = { ...preventable(), url: 'app://duty-desk/index.html', isMainFrame: false }
    contents.emit('will-frame-navigate', frame)
    expect(frame.prevented).toBe(true)
    for (const name of ['will-redirect', 'will-attach-webview']) {
      const event = preventable()
      contents.emit(name, event)
      expect(event.prevented, name).toBe(true)
    }
    expect(contents.windowOpenHandler?.({ url: 'app://duty-desk/index.html' })).toEqual({ action: 'deny' })
  })

  test('a page made by anything else than the main window is held in place too', async () => {
    const { electron } = await startShell()
    const stranger = new electron.WebContents()
    electron.app.emit('web-contents-created', {}, stranger)
    const event = { ...preventable(), url: 'https://example.com/' }
    stranger.emit('will-navigate', event)
    expect(event.prevented).toBe(true)
  })

  test('an address counts as the console only by scheme and host, not by how it begins', () => {
    expect(isConsoleUrl('app://duty-desk/')).toBe(true)
    expect(isConsolePage('app://duty-desk/?x=1')).toBe(true)
    for (const url of [
      'app://duty-desk.evil/',
      'app://duty-desk:1@evil/',
      'app:duty-desk',
      'APP',
      '',
      'https://duty-desk/',
    ])
      expect(isConsoleUrl(url), url).toBe(false)
  })
})

describe('permissions', () => {
  const permissions = [
    'media',
    'geolocation',
    'notifications',
    'midi',
    'clipboard-read',
    'openExternal',
    'fileSystem',
    'display-capture',
    'usb',
    'fullscreen',
    'unknown',
  ]

  test('every permission is denied, but for putting a copied answer on the clipboard', async () => {
    const { electron, window } = await startShell()
    const ask = (permission: string, contents: { getURL(): string } = window.webContents) => {
      let granted: boolean | null = null
      electron.asked.permission?.(contents, permission, (answer) => {
        granted = answer
      })
      return granted
    }
    for (const permission of permissions) {
      expect(ask(permission), permission).toBe(false)
      expect(electron.asked.check?.(window.webContents, permission, 'app://duty-desk/')).toBe(false)
    }
    expect(ask('clipboard-sanitized-write')).toBe(true)
    expect(electron.asked.check?.(null, 'clipboard-sanitized-write', 'app://duty-desk/')).toBe(true)
    expect(ask('clipboard-sanitized-write', { getURL: () => 'https://example.com/' })).toBe(false)
    expect(electron.asked.check?.(null, 'clipboard-sanitized-write', 'https://example.com/')).toBe(false)
  })

  test('devices, screens and Bluetooth are denied, and the spell checker fetches nothing', async () => {
    const { electron } = await startShell()
    expect(electron.asked.device?.()).toBe(false)
    electron.asked.display?.({}, (streams) => expect(streams).toBeNull())
    electron.asked.bluetooth?.({}, (response) => expect(response).toEqual({ confirmed: false }))
    expect(electron.asked.spellChecker).toBe(false)
    expect.assertions(4)
  })

  test('the window has no network', async () => {
    const { electron } = await startShell({
      before: ({ state }) => {
        state.packaged = true
      },
    })
    const cancelled = (url: string) => {
      let cancel: boolean | null = null
      electron.asked.request?.({ url }, (answer) => {
        cancel = answer.cancel
      })
      return cancel
    }
    for (const url of [
      'https://example.com/',
      'http://127.0.0.1/',
      'ws://x/',
      'file:///etc/passwd',
      'app://evil/',
      'devtools://devtools/',
    ])
      expect(cancelled(url), url).toBe(true)
    for (const url of ['app://duty-desk/assets/a.js', 'data:,', 'blob:app://duty-desk/1'])
      expect(cancelled(url), url).toBe(false)
  })

  test('only a file the page itself made can be saved', async () => {
    const { electron } = await startShell()
    const saving = (url: string) => {
      const event = preventable()
      electron.session.defaultSession.emit('will-download', event, { getURL: () => url })
      return !event.prevented
    }
    expect(saving('blob:app://duty-desk/3f0e')).toBe(true)
    expect(saving('https://example.com/x.exe')).toBe(false)
    expect(saving('blob:https://example.com/3f0e')).toBe(false)
  })
})

describe('what a page may ask of the shell', () => {
  const strangers = [
    ['a frame that is gone', null],
    ['a frame within the page', { parent: {}, url: 'app://duty-desk/index.html' }],
    ['another site', { parent: null, url: 'https://example.com/' }],
    ['a host that begins alike', { parent: null, url: 'app://duty-desk.evil/' }],
    ['an empty page', { parent: null, url: 'about:blank' }],
  ] as const

  test.each(strangers)('every listener refuses %s', async (_name, frame) => {
    const { electron, window, core } = await startShell()
    expect([...electron.ipcMain.handlers.keys()].length).toBeGreaterThan(0)
    for (const [channel, handler] of electron.ipcMain.handlers)
      expect(() => handler(from(window.webContents, frame), true), channel).toThrow('refused')
    const said = core().said.length
    for (const channel of electron.ipcMain.eventNames())
      electron.ipcMain.emit(channel, from(window.webContents, frame))
    expect(core().said.length).toBe(said)
    expect(window.webContents.ports).toEqual([])
  })

  test('every listener refuses contents the shell did not open', async () => {
    const { electron, core } = await startShell()
    const stranger = new electron.WebContents()
    for (const handler of electron.ipcMain.handlers.values())
      expect(() => handler(from(stranger))).toThrow('refused')
    const said = core().said.length
    electron.ipcMain.emit('shell:request-port', from(stranger))
    expect(core().said.length).toBe(said)
  })

  test('nothing listens but what ipc.ts put there', async () => {
    const { electron } = await startShell()
    expect(electron.ipcMain.eventNames()).toEqual(['shell:request-port'])
    expect([...electron.ipcMain.handlers.keys()].sort()).toEqual([
      'shell:info',
      'shell:save-pdf',
      'shell:set-auto-start',
      'shell:set-display',
    ])
  })

  test('what the console says is parsed before it is done', async () => {
    const { electron, window } = await startShell()
    const call = (channel: string, ...args: unknown[]) =>
      electron.ipcMain.handlers.get(channel)?.(from(window.webContents), ...args)
    expect(() => call('shell:set-auto-start', 'yes')).toThrow()
    expect(() => call('shell:set-display', { theme: 'pink', language: 'zh' })).toThrow()
    expect(() => call('shell:info', 1)).toThrow()
    expect(() => call('shell:save-pdf', 'x')).toThrow()
    expect(() => call('shell:save-pdf', 'x'.repeat(40_000_001), 'x')).toThrow()
    expect(electron.state.saveDialogs).toEqual([])
    call('shell:set-display', { theme: 'dark', language: 'en' })
    expect(electron.nativeTheme.themeSource).toBe('dark')
    expect(electron.state.menu?.[0]?.label).toBe('File')
  })
})
