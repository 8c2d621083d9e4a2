import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import chromium from '@sparticuz/chromium'
import { resolveConfig } from 'electron-vite'
import { type Browser, chromium as playwright } from 'playwright'
import { build, type UserConfig } from 'vite'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { consoleFiles } from '../../electron/main/security/serve-console.ts'

vi.mock('electron', () => import('./stand-in/electron.ts'))

/** The built console in a real Chromium, served by the shell's own handler under the shell's own policy. */
const root = join(import.meta.dirname, '..', '..')
const made = mkdtempSync(join(tmpdir(), 'duty-desk-renderer-'))
let server: Server
let browser: Browser

beforeAll(async () => {
  const kept = process.env.NODE_ENV
  const { config } = await resolveConfig({ root, logLevel: 'error' }, 'build', 'production')
  process.env.NODE_ENV = kept
  const renderer = config?.renderer as UserConfig
  await build({
    ...renderer,
    build: { ...renderer.build, outDir: made, emptyOutDir: true },
    logLevel: 'error',
  })
  const serve = consoleFiles(made)
  server = createServer(async (request, response) => {
    const answer = await serve({ url: `app://duty-desk${request.url}`, method: 'GET' } as Request)
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    response.end(Buffer.from(await answer.arrayBuffer()))
  }).listen(0, '127.0.0.1')
  browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    args: [...chromium.args, '--disable-background-networking'],
    headless: true,
  })
}, 180_000)
afterAll(async () => {
  await browser?.close()
  server?.close()
  rmSync(made, { recursive: true, force: true })
})

describe("the console under the shell's policy", () => {
  test('comes up without one violation, and its growing text box may measure itself', async () => {
    const page = await browser.newPage()
    await page.addInitScript(() => {
      const violations: string[] = []
      Object.assign(globalThis, { violations })
      addEventListener('securitypolicyviolation', (event) =>
        violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
      )
    })
    const broken: string[] = []
    page.on('pageerror', (error) => broken.push(String(error)))
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/index.html`)
    await page.waitForFunction(() => document.querySelector('#app')?.childElementCount)
    const tried = await page.evaluate(() => {
      const box = document.createElement('div')
      box.innerHTML = '&nbsp;'
      try {
        box.innerHTML = '<img src=x onerror=alert(1)>'
        return 'taken'
      } catch {
        return box.innerHTML
      }
    })
    expect(tried).toBe('&nbsp;')
    const violations = await page.evaluate(() => Reflect.get(globalThis, 'violations') as string[])
    // The one that was tried on purpose.
    expect(violations.filter((line) => !line.includes('onerror'))).toEqual([])
    expect(broken).toEqual([])
  })
})
