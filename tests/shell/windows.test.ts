import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { developing, unknownSwitches } from '../../electron/main/launch.ts'
import { placeOnScreen } from '../../electron/main/windows/window-state.ts'
import { preventable } from './stand-in/electron.ts'
import { from, startShell } from './stand-in/started-shell.ts'

vi.mock('electron', () => import('./stand-in/electron.ts'))
vi.mock('electron-store', () => import('./stand-in/electron-store.ts'))
afterEach(() => vi.unstubAllEnvs())

const left = { x: 0, y: 0, width: 1920, height: 1040 }
const right = { x: 1920, y: 0, width: 1920, height: 1040 }

describe('where the window opens', () => {
  test('the first time, in the middle of the first screen', () => {
    expect(placeOnScreen(null, [left, right])).toEqual({ x: 240, y: 70, width: 1440, height: 900 })
  })

  test('as it was left, on whichever screen', () => {
    const kept = { x: 2000, y: 100, width: 1200, height: 800 }
    expect(placeOnScreen(kept, [left, right])).toEqual(kept)
  })

  test.each([
    ['the screen it was on is gone', { x: 2500, y: 100, width: 1200, height: 800 }],
    ['it was left beside every screen', { x: -5000, y: -5000, width: 1200, height: 800 }],
    ['its title bar is above the screen', { x: 100, y: -300, width: 1200, height: 800 }],
    ['only a sliver is left', { x: 1900, y: 100, width: 1200, height: 800 }],
  ])('%s: it is put back in the middle', (_name, kept) => {
    expect(placeOnScreen(kept, [left])).toEqual({ x: 360, y: 120, width: 1200, height: 800 })
  })

  test('never larger than its screen, never too small to work in', () => {
    const small = { x: 0, y: 0, width: 1366, height: 728 }
    expect(placeOnScreen({ x: 0, y: 0, width: 4000, height: 3000 }, [small])).toMatchObject({
      width: 1366,
      height: 728,
    })
    expect(placeOnScreen({ x: 0, y: 0, width: 10, height: 10 }, [left])).toMatchObject({
      width: 1000,
      height: 640,
    })
  })
})

describe('the window', () => {
  test('is shown when it is ready, and stays away when the system started it', async () => {
    const shell = await startShell()
    expect(shell.window.options.show).toBe(false)
    shell.window.emit('ready-to-show')
    expect(shell.window.visible).toBe(true)

    process.argv.push('--hidden')
    const quiet = await startShell()
    process.argv.pop()
    quiet.window.emit('ready-to-show')
    expect(quiet.window.visible).toBe(false)
  })

  test('what was kept of it is used, and nonsense in the file is not', async () => {
    const shell = await startShell({
      before: ({ state }) => {
        vi.stubEnv('STAND_IN_KEEPS_PATH', '1')
        writeFileSync(
          join(state.userData, 'preferences.json'),
          JSON.stringify({
            bounds: { x: 9000, y: 9000, width: 1100, height: 700 },
            zoom: 99,
            theme: 'dark',
            language: 'en',
          }),
        )
      },
    })
    expect(shell.window.options).toMatchObject({ x: 410, y: 170, width: 1100, height: 700 })
    expect(shell.window.options.webPreferences?.zoomFactor).toBe(1)
    expect(shell.electron.nativeTheme.themeSource).toBe('dark')
    expect(shell.electron.state.menu?.[0]?.label).toBe('File')
  })

  test('a preferences file that is not even JSON does not keep the desk shut', async () => {
    const shell = await startShell({
      before: ({ state }) => {
        vi.stubEnv('STAND_IN_KEEPS_PATH', '1')
        writeFileSync(join(state.userData, 'preferences.json'), '{"bounds":')
      },
    })
    expect(shell.window.options.width).toBe(1440)
  })

  test('closing hides it where that is wanted, and quitting closes it all the same', async () => {
    const shell = await startShell()
    const [tray] = shell.electron.Tray.all
    const keep = tray!.menu.find((item) => item.type === 'checkbox')
    const wanted = (checked: boolean) => (keep!.click as unknown as (item: object) => void)({ checked })
    const close = () => {
      const event = preventable()
      shell.window.emit('close', event)
      return event.prevented
    }
    wanted(true)
    expect(close()).toBe(true)
    wanted(false)
    expect(close()).toBe(false)
    wanted(true)
    shell.electron.app.quit()
    expect(close()).toBe(false)
    const kept = JSON.parse(readFileSync(join(shell.electron.state.userData, 'preferences.json'), 'utf8'))
    expect(kept).toMatchObject({ closeToTray: true, bounds: { width: 1440 } })
  })

  test('a page that crashed is loaded again', async () => {
    const { window } = await startShell()
    window.webContents.emit('render-process-gone', {}, { reason: 'crashed' })
    expect(window.webContents.reloads).toBe(1)
  })
})

describe('starting', () => {
  test('a second start brings the first window up and ends', async () => {
    const first = await startShell()
    first.window.minimised = true
    first.electron.app.emit('second-instance', {}, ['duty-desk', '--anything'])
    expect(first.window.calls).toEqual(expect.arrayContaining(['restore', 'show', 'focus']))

    const second = await startShell({
      before: ({ state }) => {
        state.hasLock = false
      },
    })
    expect(second.electron.state.quits).toBe(1)
    expect(second.electron.BrowserWindow.all).toEqual([])
    expect(second.electron.utilityProcess.forked).toEqual([])
  })

  test('a packaged desk starts again without switches it does not know, and gives up if they come back', async () => {
    const before = process.argv
    process.argv = ['duty-desk', '--no-sandbox', '--hidden', '--remote-debugging-port=9222']
    try {
      const packaged = {
        before: ({ state }: typeof import('./stand-in/electron.ts')) => {
          state.packaged = true
        },
      }
      vi.stubEnv('DUTY_DESK_STARTED_AGAIN', '')
      const { electron } = await startShell(packaged)
      expect(electron.state).toMatchObject({ relaunchedWith: ['--hidden'], exitCode: 0 })
      expect(electron.BrowserWindow.all).toEqual([])
      const again = await startShell(packaged)
      expect(again.electron.state).toMatchObject({ relaunchedWith: null, exitCode: 2 })
    } finally {
      process.argv = before
    }
  })

  test('the data folder and the demo can be named while developing, never to a packaged desk', () => {
    const argv = ['electron', '.', '--demo', '--data', '/tmp/x']
    expect(developing(argv, false)).toEqual({ demo: true, data: '/tmp/x' })
    expect(developing(argv, true)).toEqual({ demo: false })
    expect(developing(['electron', '.', '--data'], false)).toEqual({ demo: false })
  })

  test('switches are told from other words', () => {
    expect(unknownSwitches(['duty-desk', '--hidden', 'a.txt', '--js-flags=--x', '-r'])).toEqual([
      '--js-flags=--x',
      '-r',
    ])
  })

  test.skipIf(process.platform !== 'linux')(
    'starting with the system is a desktop entry that can be taken back',
    async () => {
      const shell = await startShell()
      vi.stubEnv('XDG_CONFIG_HOME', shell.dir)
      vi.stubEnv('APPIMAGE', '/home/民警/Duty "Desk" 100%.AppImage')
      const again = await startShell()
      vi.stubEnv('XDG_CONFIG_HOME', shell.dir)
      const { autoStart } = await import('../../electron/main/auto-start.ts')
      const starting = autoStart()
      expect(starting.isOn()).toBe(false)
      starting.set(true)
      const entry = readFileSync(join(shell.dir, 'autostart', 'duty-desk.desktop'), 'utf8')
      expect(entry).toContain('Exec="/home/民警/Duty \\\\"Desk\\\\" 100%%.AppImage" ')
      expect(entry).toContain('"--hidden"')
      starting.set(false)
      expect(existsSync(join(shell.dir, 'autostart', 'duty-desk.desktop'))).toBe(false)
      expect(from(again.window.webContents).senderFrame).not.toBeNull()
    },
  )
})
