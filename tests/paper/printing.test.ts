import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import vue from '@vitejs/plugin-vue'
import type { Browser, Page } from 'playwright'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contentSecurityPolicy as shellPolicy } from '../../electron/main/security/content-security-policy.ts'
import { trustedTypesPage } from '../../electron/packaging/trusted-types-page.ts'
import { contentSecurityPolicy as browserPolicy } from '../../src/hosts/browser/static-files.ts'
import { launchBrowser } from '../support/browser.ts'
import { pdfPages } from '../support/pdf-text.ts'
import { aHandoff, checkpoint } from './a-handoff.ts'

/** The console's part for papers in a real Chromium, under the policies that both hosts send. */
const made = mkdtempSync(join(tmpdir(), 'duty-desk-paper-page-'))
const types: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html',
  '.woff2': 'font/woff2',
}
let browser: Browser
const servers: Server[] = []

beforeAll(async () => {
  await build({
    root: join(import.meta.dirname, 'page'),
    configFile: false,
    plugins: [vue(), trustedTypesPage()],
    base: './',
    build: { outDir: made, emptyOutDir: true, assetsInlineLimit: 0, minify: false },
    logLevel: 'error',
  })
  browser = await launchBrowser()
}, 180_000)
afterAll(async () => {
  await browser?.close()
  for (const server of servers) server.close()
  rmSync(made, { recursive: true, force: true })
})

async function serve(policy: string): Promise<string> {
  const server = createServer((request, response) => {
    const name = request.url === '/' ? '/index.html' : request.url!
    try {
      const body = readFileSync(join(made, name))
      response.writeHead(200, {
        'content-type': types[extname(name)] ?? '',
        'content-security-policy': policy,
      })
      response.end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  servers.push(server)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

interface Watched {
  page: Page
  violations: () => Promise<string[]>
  broken: string[]
}

async function seat(policy: string, before?: (page: Page) => Promise<void>): Promise<Watched> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, locale: 'zh-CN' })
  const broken: string[] = []
  page.on('pageerror', (error) => broken.push(String(error)))
  await page.addInitScript(() => {
    const seen: string[] = []
    Object.assign(window, { violations: seen })
    addEventListener('securitypolicyviolation', (event) =>
      seen.push(`${event.violatedDirective} ${event.blockedURI}`),
    )
  })
  await before?.(page)
  await page.goto(await serve(policy))
  await page.waitForFunction(() => 'showSheet' in window)
  await show(page)
  return {
    page,
    broken,
    violations: () => page.evaluate(() => Reflect.get(window, 'violations') as string[]),
  }
}

async function show(page: Page, items = 20): Promise<void> {
  await page.evaluate(
    (handoff) =>
      (Reflect.get(window, 'showSheet') as (handoff: unknown, language: string) => void)(handoff, 'zh'),
    aHandoff(items),
  )
  await page.getByTestId('paper-print').and(page.locator(':enabled')).waitFor()
}

const sheetIn = (page: Page) => page.frameLocator('[data-testid="paper-frame"]')

describe.each([
  ['in a browser', browserPolicy],
  ['in the shell', shellPolicy],
])('a paper %s', (_name, policy) => {
  test('is shown as it will be printed, and the policy has nothing to refuse', async () => {
    const { page, broken, violations } = await seat(policy)
    await sheetIn(page).getByText('五组 李秀英').waitFor()
    const inside = await sheetIn(page)
      .locator('html')
      .evaluate((root) => ({
        mode: root.ownerDocument.compatMode,
        language: root.getAttribute('lang'),
        styles: root.querySelectorAll('style').length,
        font: root.ownerDocument.fonts.check('16px "Noto Sans SC Variable"', '交接班单'),
        qr: root.querySelector('svg.qr')?.namespaceURI,
      }))
    expect(inside).toEqual({
      mode: 'CSS1Compat',
      language: 'zh-CN',
      styles: 1,
      font: true,
      qr: 'http://www.w3.org/2000/svg',
    })
    expect(await violations()).toEqual([])
    expect(broken).toEqual([])
    await page.close()
  })

  test('is in a frame where nothing can run', async () => {
    const { page } = await seat(policy)
    const frame = page.getByTestId('paper-frame')
    expect(await frame.getAttribute('sandbox')).toBe('allow-same-origin allow-modals')
    await frame.evaluate((element: HTMLIFrameElement) => {
      const inside = element.contentDocument!
      const script = inside.createElement('script')
      const button = inside.createElement('button')
      try {
        script.textContent = 'document.title = "run"'
        button.setAttribute('onclick', 'document.title = "run"')
      } catch {
        // Trusted types refuse already this.
      }
      inside.body.append(script, button)
      button.click()
    })
    expect(await frame.evaluate((element: HTMLIFrameElement) => element.contentDocument!.title)).toMatch(
      /^交接班单/,
    )
    await page.close()
  })

  test('prints from its button and by Ctrl+P, wherever the keyboard is, and only the paper', async () => {
    const { page } = await seat(policy)
    await page.getByTestId('paper-frame').evaluate((element: HTMLIFrameElement) => {
      Object.assign(window, { printed: [] })
      const printed = Reflect.get(window, 'printed') as string[]
      element.contentWindow!.print = () => printed.push('paper')
      window.print = () => printed.push('console')
    })
    await page.getByTestId('paper-print').click()
    await page.keyboard.press('Control+p')
    await sheetIn(page)
      .locator('body')
      .click({ position: { x: 5, y: 5 } })
    await page.keyboard.press('Control+p')
    expect(await page.evaluate(() => Reflect.get(window, 'printed'))).toEqual(['paper', 'paper', 'paper'])
    await page.keyboard.press('Escape')
    await page.getByTestId('paper-frame').waitFor({ state: 'hidden' })
    await page.close()
  })
})

describe('kept as PDF', () => {
  const withShell = (answer: unknown) => async (page: Page) => {
    await page.addInitScript((answer) => {
      Object.assign(window, {
        dutyDeskShell: {
          async savePdf(html: string, name: string) {
            Object.assign(window, { given: { html, name } })
            if (answer === 'broken') throw new Error('refused: not the console')
            return answer
          },
        },
      })
    }, answer)
  }

  test('a browser has its own print window for it', async () => {
    const { page } = await seat(browserPolicy)
    expect(await page.getByTestId('paper-save').count()).toBe(0)
    expect(await page.getByTestId('paper-dialog').textContent()).toContain('另存为 PDF')
    await page.close()
  })

  test('the shell gets one file with all its fonts inside, which prints without anything beside it', async () => {
    const { page, violations } = await seat(shellPolicy, withShell({ saved: '/home/x/交接班单.pdf' }))
    await page.getByTestId('paper-save').click()
    await page.getByTestId('paper-saved').waitFor()
    expect(await page.getByTestId('paper-saved').textContent()).toContain('/home/x/交接班单.pdf')
    const given = await page.evaluate(() => Reflect.get(window, 'given') as { html: string; name: string })
    expect(await violations()).toEqual([])
    expect(given.name).toMatch(/^交接班单 .*东片综合岗/)
    expect(given.html).not.toMatch(/url\((?!"?data:)/)
    expect(given.html.length).toBeLessThan(40_000_000)
    await page.close()

    const offline = await browser.newContext({ offline: true, javaScriptEnabled: false })
    const printer = await offline.newPage()
    await printer.setContent(given.html, { waitUntil: 'load' })
    const pages = pdfPages(await printer.pdf({ preferCSSPageSize: true }))
    await offline.close()
    expect(pages[0]).toContain('交接班单')
    expect(pages[0]).toContain('五组 李秀英')
    expect(pages.at(-1)).toContain(`第 ${pages.length} 页，共 ${pages.length} 页`)
    expect(pages.at(-1)).toContain(checkpoint.code)
  })

  test.each([
    [{ failed: 'ENOSPC' }, 'ENOSPC'],
    ['broken', 'refused: not the console'],
  ])('what went wrong is said, and the sheet stays: %j', async (answer, said) => {
    const { page } = await seat(shellPolicy, withShell(answer))
    await page.getByTestId('paper-save').click()
    await page.getByTestId('paper-failed').getByText(said).waitFor()
    await sheetIn(page).getByText('五组 李秀英').waitFor()
    await page.close()
  })

  test('called off, nothing is said', async () => {
    const { page } = await seat(shellPolicy, withShell({ cancelled: true }))
    await page.getByTestId('paper-save').click()
    await page.getByTestId('paper-save').and(page.locator(':enabled')).waitFor()
    expect(await page.getByTestId('paper-saved').count()).toBe(0)
    expect(await page.getByTestId('paper-failed').count()).toBe(0)
    await page.close()
  })
})
