import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { pdfName } from '../../electron/main/paper/pdf-name.ts'
import type { SavedPdf as ShellSavedPdf } from '../../electron/preload/shell-channels.ts'
import type { SavedPdf, ShellPrinting } from '../../src/console/paper/shell-printing.ts'
import { preventable } from './stand-in/electron.ts'
import { from, startShell } from './stand-in/started-shell.ts'

vi.mock('electron', () => import('./stand-in/electron.ts'))
vi.mock('electron-store', () => import('./stand-in/electron-store.ts'))
afterEach(() => vi.unstubAllEnvs())

const sheet = '<!doctype html><title>交接班单</title><p>陈军 → 刘芳</p>'

async function shell() {
  const started = await startShell()
  const { electron, window, dir } = started
  const save = (html: unknown = sheet, name: unknown = '交接班单') =>
    electron.ipcMain.handlers.get('shell:save-pdf')?.(
      from(window.webContents),
      html,
      name,
    ) as Promise<SavedPdf>
  const path = join(dir, 'sheet.pdf')
  return { ...started, save, path }
}

describe('a paper kept as PDF', () => {
  test('goes where the person at the screen says, A4 as the sheet wants it, and nothing else is left', async () => {
    const { electron, save, path, dir } = await shell()
    electron.state.saveTo = path
    const before = readdirSync(dir)
    expect(await save()).toEqual({ saved: path })
    expect(readFileSync(path, 'utf8')).toBe(`%PDF of ${sheet}`)
    expect(electron.state.printed[0]?.options).toMatchObject({ pageSize: 'A4', preferCSSPageSize: true })
    expect(electron.state.saveDialogs[0]?.defaultPath).toMatch(/documents.交接班单\.pdf$/)
    expect(readdirSync(dir).sort()).toEqual([...before, 'sheet.pdf'].sort())
  })

  test('is drawn in an unseen window without scripts, Node or a preload, and the window is gone afterwards', async () => {
    const { electron, save, path } = await shell()
    electron.state.saveTo = path
    await save()
    const drawn = electron.BrowserWindow.all.at(-1)!
    expect(drawn.options.show).toBe(false)
    expect(drawn.visible).toBe(false)
    expect(drawn.destroyed).toBe(true)
    const preferences = drawn.options.webPreferences!
    expect(preferences).toMatchObject({
      javascript: false,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      devTools: false,
    })
    expect(preferences).not.toHaveProperty('preload')
    expect(preferences.session).not.toBe(electron.session.defaultSession)
    expect(electron.state.printed[0]?.headers['content-security-policy']).toMatch(
      /^default-src 'none'; .*sandbox$/,
    )
    expect(electron.state.printed[0]?.headers['content-security-policy']).not.toMatch(/script-src|https?:|\*/)
  })

  test('has its own session: one address while it is drawn, no network, no permission, no download', async () => {
    const { electron, save, path } = await shell()
    electron.state.saveTo = path
    await save()
    const own = electron.session.partitions.get('paper')!
    const cancelled = (url: string) => {
      let answer = { cancel: false }
      own.listener?.({ url }, (given) => (answer = given))
      return answer.cancel
    }
    const drawn = electron.BrowserWindow.all.at(-1)!.loaded!
    expect(drawn).toMatch(/^app:\/\/paper\//)
    for (const url of [
      drawn,
      'https://example.com/x.png',
      'http://127.0.0.1/',
      'file:///etc/passwd',
      'app://duty-desk/',
    ])
      expect(cancelled(url), url).toBe(true)
    expect(cancelled('data:font/woff2;base64,')).toBe(false)
    expect((await own.handlers.get('app')!({ url: drawn } as Request)).status).toBe(404)
    let granted = true
    own.permission?.({ getURL: () => drawn }, 'notifications', (answer) => (granted = answer))
    expect(granted).toBe(false)
    const download = preventable()
    own.emit('will-download', download)
    expect(download.prevented).toBe(true)
  })

  test('called off at the dialog, nothing is drawn and nothing written', async () => {
    const { electron, save } = await shell()
    expect(await save()).toEqual({ cancelled: true })
    expect(electron.state.printed).toEqual([])
    expect(electron.BrowserWindow.all).toHaveLength(1)
  })

  test('a second wish while one is at work asks nobody anything', async () => {
    const { electron, save, path } = await shell()
    electron.state.saveTo = path
    const [first, second] = await Promise.all([save(), save()])
    expect([first, second]).toEqual([{ saved: path }, { cancelled: true }])
    expect(electron.state.saveDialogs).toHaveLength(1)
    expect(await save()).toEqual({ saved: path })
  })

  test('a printer that fails or a folder that cannot be written is told in its own words, and the old file stays', async () => {
    const { electron, save, path, dir } = await shell()
    writeFileSync(path, 'the sheet of yesterday')
    electron.state.saveTo = path
    electron.state.jam = 'Failed to generate PDF'
    expect(await save()).toEqual({ failed: 'Failed to generate PDF' })
    expect(readFileSync(path, 'utf8')).toBe('the sheet of yesterday')
    expect(electron.BrowserWindow.all.at(-1)!.destroyed).toBe(true)

    electron.state.jam = null
    electron.state.saveTo = join(dir, 'no such folder', 'sheet.pdf')
    expect(await save()).toMatchObject({ failed: expect.stringContaining('ENOENT') })

    mkdirSync(join(dir, 'folder.pdf'))
    electron.state.saveTo = join(dir, 'folder.pdf')
    expect(await save()).toMatchObject({ failed: expect.any(String) })
    expect(existsSync(join(dir, 'folder.pdf.partial'))).toBe(false)
  })

  test('what is not a paper with a name is refused before anybody is asked', async () => {
    const { electron, save } = await shell()
    for (const [html, name] of [
      ['', 'x'],
      [1, 'x'],
      [sheet, 'x'.repeat(301)],
      [sheet, null],
    ])
      expect(() => save(html, name)).toThrow()
    expect(electron.state.saveDialogs).toEqual([])
  })
})

describe('the suggested name', () => {
  test.each([
    ['交接班单 桃洪派出所 2026-03-09 07:45', '交接班单 桃洪派出所 2026-03-09 07-45.pdf'],
    ['../../etc/passwd', '-..-etc-passwd.pdf'],
    ['C:\\Windows\\x', 'C-Windows-x.pdf'],
    ['.bashrc', 'bashrc.pdf'],
    ['nul', '_nul.pdf'],
    ['sheet.PDF', 'sheet.pdf'],
    ['a\u202egnp.exe\u0000\n', 'agnp.exe.pdf'],
    ['   ', 'duty-desk.pdf'],
    ['字'.repeat(300), `${'字'.repeat(100)}.pdf`],
  ])('%j becomes %j', (suggested, name) => {
    expect(pdfName(suggested)).toBe(name)
  })
})

test('console and shell mean the same by what became of a paper', () => {
  const shellSays: ShellSavedPdf[] = [{ saved: 'x' }, { cancelled: true }, { failed: 'x' }]
  const consoleHears: SavedPdf[] = shellSays
  const back: ShellSavedPdf[] = consoleHears
  const wish: ShellPrinting['savePdf'] = async () => back[1]!
  expect(wish).toBeTypeOf('function')
})
