import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright'
import { openStation } from '../../src/desk/station/opening.ts'
import { fileSecrets } from '../../src/desk/station/secrets.ts'
import { resources } from '../../src/hosts/resources.ts'
import { launchBrowser } from '../support/browser.ts'
import { foundStation, type Served, serve } from '../support/served.ts'
import { percentile } from './raw.ts'
import type { Row } from './rows.ts'
import { account, addAccounts, fill, ordinaryTextOf } from './station.ts'

const openThreads = 50_000
const password = 'bench-1234'
const claims = 60
const loads = 7
/** ms within which a core that has just started has told all that fell due meanwhile. */
const settled = 5_000
const screen = { viewport: { width: 1440, height: 900 }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' }

/** The console in a browser, over a core of its own with 50,000 open threads. */
export async function consoleRows(): Promise<Row[]> {
  const served = await serve()
  let browser: Browser | undefined
  try {
    await foundStation(served, [{ user: 'cesu', name: '测速', role: 'officer' }], password)
    await served.stop()
    await fillFolder(served.dir)
    await served.restart()
    browser = await launchBrowser()
    const context = await browser.newContext(screen)
    const page = await entered(context, served)
    const claimed = await claimToRepaint(page)
    const frames = await scroll(page)
    const cookies = await context.storageState()
    await context.close()
    const loaded: number[] = []
    for (let n = 0; n < loads; n += 1) {
      const fresh = await browser.newContext({ ...screen, storageState: cookies })
      loaded.push(await coldLoad(await fresh.newPage(), served))
      await fresh.close()
    }
    return [
      row('console', 'ms (p95, claim key to repaint)', percentile(claimed, 0.95), 100, 'p95 < 100 ms'),
      row('console-scroll', 'ms (longest frame)', Math.max(...frames), 50, 'no frame > 50 ms'),
      row('console-load', 'ms (longest)', Math.max(...loaded), 1_500, '< 1.5 s'),
    ]
  } finally {
    await browser?.close()
    await served.clear()
  }
}

async function fillFolder(dir: string): Promise<void> {
  const secrets = fileSecrets(join(dir, 'secrets'))
  const station = await openStation({ dir, secrets, resources, clock: Date.now, log: () => {} })
  addAccounts(station, [account], 'by-hand')
  fill(station, 0, openThreads, openThreads, ordinaryTextOf)
  station.indexing.finish()
  await station.close()
}

async function entered(context: BrowserContext, served: Served): Promise<Page> {
  const page = await context.newPage()
  await page.goto(served.url)
  await page.locator('input[autocomplete="username"]:visible').fill('cesu')
  await page.locator('input[autocomplete="current-password"]:visible').fill(password)
  await page.getByTestId('login').click()
  await page.getByTestId('thread-row').first().waitFor()
  await page.waitForTimeout(settled)
  return page
}

/** From the key's own time to the frame after the one in which the thread says it is mine. */
async function claimToRepaint(page: Page): Promise<number[]> {
  await page.evaluate(() => {
    const took: number[] = []
    Object.assign(window, { took })
    addEventListener(
      'keydown',
      ({ key, timeStamp }) => {
        if (key !== 'c') return
        const look = () => {
          if (!document.querySelector('[data-testid="holding"].mine')) return requestAnimationFrame(look)
          requestAnimationFrame((painted) => took.push(painted - timeStamp))
        }
        requestAnimationFrame(look)
      },
      { capture: true },
    )
  })
  for (let n = 0; n < claims; n += 1) {
    await page.keyboard.press('j')
    await page.locator('[data-testid="holding"].free').waitFor()
    await page.keyboard.press('c')
    await page.waitForFunction((so) => (window as unknown as { took: number[] }).took.length > so, n)
  }
  return page.evaluate(() => (window as unknown as { took: number[] }).took)
}

/** Times between frames while the whole list goes by, some screens a frame. */
async function scroll(page: Page): Promise<number[]> {
  return page.getByTestId('thread-list').evaluate(
    (list) =>
      new Promise<number[]>((done) => {
        const frames: number[] = []
        const step = list.scrollHeight / 300
        let last = 0
        const next = (now: number) => {
          if (last > 0) frames.push(now - last)
          last = now
          list.scrollTop += step
          if (frames.length < 300) requestAnimationFrame(next)
          else done(frames)
        }
        list.scrollTop = 0
        requestAnimationFrame(next)
      }),
  )
}

/** From the beginning of the navigation, in a browser that has nothing of it, until the first threads are painted. */
async function coldLoad(page: Page, served: Served): Promise<number> {
  await page.addInitScript(() => {
    const look = () => {
      if (!document.querySelector('[data-testid="thread-row"] .who')?.textContent)
        return requestAnimationFrame(look)
      requestAnimationFrame((painted) => Object.assign(window, { usable: painted }))
    }
    requestAnimationFrame(look)
  })
  await page.goto(served.url)
  const usable = await page.waitForFunction(() => (window as unknown as { usable?: number }).usable)
  return (await usable.jsonValue()) as number
}

function row(name: string, unit: string, value: number, limit: number, bar: string): Row {
  return { name, value, unit, floor: limit, ratio: value / limit, bar }
}
