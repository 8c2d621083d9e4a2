import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { wrongFuses } from '../../electron/packaging/check-fuses.ts'
import { findElectronRuntime } from '../../scripts/electron-runtime.ts'
import { app as words } from '../../src/console/i18n/zh/app.ts'
import type { ShellPrinting } from '../../src/console/paper/shell-printing.ts'
import { handoffSheet } from '../../src/paper/handoff-sheet.ts'
import { htmlOf } from '../../src/paper/paper.ts'
import { aHandoff, copy, names } from '../paper/a-handoff.ts'
import { pdfPages } from '../support/pdf-text.ts'

/** The built shell in a real Electron: `npm run build` first. Where there is none, it is skipped and says why. */
const root = join(import.meta.dirname, '..', '..')
const runtime = findElectronRuntime()
const built = join(root, 'out', 'main', 'main.js')
const isBuilt = existsSync(built) && existsSync(join(root, 'out', 'renderer', 'index.html'))
const why = 'why' in runtime ? runtime.why : isBuilt ? null : 'the shell is not built (npm run build)'
if (why) process.stdout.write(`skipped: the Electron end-to-end tests, because ${why}\n`)

describe.skipIf(why !== null)('Duty Desk in Electron', () => {
  let desk: ElectronApplication
  let page: Page
  let dir: string

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'duty-desk-e2e-'))
    desk = await _electron.launch({
      executablePath: 'path' in runtime ? runtime.path : '',
      args: [built],
      env: { ...(process.env as Record<string, string>), DUTY_DESK_DATA: dir },
    })
    page = await desk.firstWindow()
  }, 60_000)
  afterAll(async () => {
    await desk?.close()
    rmSync(dir, { recursive: true, force: true })
  })

  test('the page runs isolated and sandboxed, at its own address', async () => {
    expect(page.url()).toMatch(/^app:\/\/duty-desk\//)
    const preferences = await desk.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>
      }
      return contents.getLastWebPreferences()
    })
    expect(preferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    })
    const seen = await page.evaluate(() => ({
      node: [typeof Reflect.get(globalThis, 'require'), typeof Reflect.get(globalThis, 'process')],
      shell: Object.keys(Reflect.get(globalThis, 'dutyDeskShell')).sort(),
    }))
    expect(seen.node).toEqual(['undefined', 'undefined'])
    expect(seen.shell).toEqual([
      'getShellInfo',
      'platform',
      'requestPort',
      'savePdf',
      'setAutoStart',
      'setDisplay',
    ])
  })

  test('no network, no window, no address but its own', async () => {
    const reached = await page.evaluate(() =>
      fetch('https://example.com/').then(
        () => 'reached',
        () => 'refused',
      ),
    )
    expect(reached).toBe('refused')
    await page.evaluate(() => {
      window.open('https://example.com/')
      location.assign('https://example.com/')
    })
    await page.waitForTimeout(300)
    expect(page.url()).toMatch(/^app:\/\/duty-desk\//)
    expect(desk.windows()).toHaveLength(1)
  })

  test('first run, demo station, log in, claim', async () => {
    const broken: string[] = []
    page.on('console', (line) => {
      if (line.type() === 'error') broken.push(line.text())
    })
    await page.getByRole('button', { name: words.firstRun.demoOpen }).click()
    await page.getByText(words.login.demoNote).waitFor({ timeout: 30_000 })
    await page
      .getByRole('button', { name: new RegExp(words.roles.officer) })
      .first()
      .click()
    const threads = page.getByRole('option').or(page.getByRole('row'))
    await threads.first().waitFor({ timeout: 15_000 })
    await threads.first().click()
    await page.keyboard.press('c')
    await page
      .getByText(/我|承办/)
      .first()
      .waitFor()
    expect(broken).toEqual([])
  })

  test('a paper becomes an A4 PDF with its pages counted', async () => {
    const file = join(dir, 'sheet.pdf')
    await desk.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = async () => ({ canceled: false, filePath })
    }, file)
    const html = htmlOf(handoffSheet(aHandoff(20), names, copy, 'en'))
    const outcome = await page.evaluate(
      (html) => (Reflect.get(globalThis, 'dutyDeskShell') as ShellPrinting).savePdf(html, 'sheet'),
      html,
    )
    expect(outcome).toEqual({ saved: file })
    const bytes = readFileSync(file)
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-')
    const pages = pdfPages(bytes)
    expect(pages.length).toBeGreaterThan(1)
    expect(pages.at(-1)).toContain(`Page ${pages.length} of ${pages.length}`)
    expect(desk.windows()).toHaveLength(1)
  })

  test('the core that dies is there again, and the console goes on', async () => {
    const pid = await desk.evaluate(
      ({ app }) =>
        app
          .getAppMetrics()
          .find((process) => process.serviceName?.includes('Duty Desk') || process.name === 'Duty Desk core')
          ?.pid,
    )
    expect(pid).toBeTypeOf('number')
    const restarted = page.evaluate(
      () =>
        new Promise((resolve) => {
          addEventListener('message', (event) => {
            if (event.data?.type === 'duty-desk:core-restarted') resolve(true)
          })
        }),
    )
    process.kill(pid as number, 'SIGKILL')
    expect(await restarted).toBe(true)
  })
})

const dist = join(root, 'dist')
const packaged = (existsSync(dist) ? readdirSync(dist) : [])
  .flatMap((folder) => ['duty-desk', 'duty-desk.exe'].map((name) => join(dist, folder, name)))
  .filter((path) => existsSync(path))
if (packaged.length === 0)
  process.stdout.write('skipped: fuses of the package, because nothing is packaged in dist\n')

describe.skipIf(packaged.length === 0)('the packaged desk', () => {
  test.each(packaged)('%s has its fuses', (path) => {
    expect(wrongFuses(readFileSync(path))).toEqual([])
  })
})
