import { existsSync } from 'node:fs'
import chromiumPackage from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright'

/** Where a Chromium is: a system one, Playwright's own, or the one inside the npm package. */
async function chromiumPath(): Promise<string> {
  const named = process.env.DUTY_DESK_CHROMIUM
  if (named) return named
  const installed = [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    chromium.executablePath(),
  ]
  return installed.find((path) => existsSync(path)) ?? (await chromiumPackage.executablePath())
}

/** A headless browser that asks nothing of any network. */
export async function launchBrowser(): Promise<Browser> {
  const quiet = [
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ]
  return chromium.launch({
    executablePath: await chromiumPath(),
    headless: true,
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...quiet],
  })
}
