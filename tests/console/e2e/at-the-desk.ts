import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright'
import { expect as playwrightExpect } from 'playwright/test'
import { afterAll, afterEach, beforeAll, beforeEach, onTestFailed } from 'vitest'
import type { ThreadRow } from '../../../src/contract/threads.ts'
import { launchBrowser } from '../../support/browser.ts'
import { type Served, serve } from '../../support/served.ts'

/** Officers at real browsers on a real core: what every suite here begins with. */

/** Waits for what the page is about to show; machines that build beside the tests are slow. */
export const expect = playwrightExpect.configure({ timeout: 10_000 })

/** Everybody of the demo station has this one. */
export const demoPassword = 'demo-1234'
export const root = join(import.meta.dirname, '..', '..', '..')

export interface SeatOptions {
  width?: number
  height?: number
  /** Log in as this person of the demo station. */
  as?: string
  dark?: boolean
  /** Put in place before the page opens. */
  before?: (page: Page) => Promise<void>
}

export interface AtTheDesk {
  readonly served: Served
  /** An officer's own browser: cookies and storage of nobody else. */
  seat(name: string, options?: SeatOptions): Promise<Page>
  /** What the console of this page complained about so far. */
  complaints(page: Page): readonly string[]
}

/** One core for the tests of a file. What was on every screen is kept as a picture where a test fails. */
export function atTheDesk(
  options: { demo?: boolean; prepare?: (served: Served) => Promise<void> } = {},
): AtTheDesk {
  let served: Served
  let browser: Browser
  const seats = new Map<string, Page>()
  const complaints = new Map<Page, string[]>()
  const thrown: string[] = []

  beforeAll(async () => {
    browser = await launchBrowser()
    served = await serve({ demo: options.demo ?? false })
    await options.prepare?.(served)
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    await served?.clear()
  })
  beforeEach(() => {
    onTestFailed(async ({ task }) => {
      const folder = mkdtempSync(join(tmpdir(), 'duty-desk-pictures-'))
      for (const [name, page] of seats) {
        if (page.isClosed()) continue
        const path = join(folder, `${task.name.slice(0, 60).replaceAll(/\W+/g, '-')}-${name}.png`)
        await page.screenshot({ path }).catch(() => {})
        console.log(`what ${name} saw: ${path}`)
      }
    })
  })
  afterEach(() => {
    expect(thrown.splice(0), 'errors nobody caught in a page').toEqual([])
  })

  return {
    get served() {
      return served
    },
    async seat(name, { width = 1440, height = 900, as, dark = false, before } = {}) {
      const context = await browser.newContext({
        ...chinese,
        viewport: { width, height },
        colorScheme: dark ? 'dark' : 'light',
      })
      const page = await context.newPage()
      page.setDefaultTimeout(15_000)
      seats.set(name, page)
      const heard: string[] = []
      complaints.set(page, heard)
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') heard.push(message.text())
      })
      page.on('pageerror', (error) => {
        heard.push(String(error))
        thrown.push(`${name}: ${error.stack ?? error}`)
      })
      await before?.(page)
      await page.goto(served.url)
      if (as) {
        await page.getByTestId(`login-${as}`).click()
        await page.getByTestId('nav-about').waitFor()
      }
      return page
    },
    complaints: (page) => complaints.get(page) ?? [],
  }
}

const chinese = { locale: 'zh-CN', timezoneId: 'Asia/Shanghai' } satisfies BrowserContextOptions

/** Login by name and password, as at a real station. */
export async function enter(page: Page, user: string, password: string): Promise<void> {
  await page.locator('input[autocomplete="username"]:visible').fill(user)
  await page.locator('input[autocomplete="current-password"]:visible').fill(password)
  await page.getByTestId('login').click()
}

/** By `j` down the list, as an officer does, until the thread with this resident is open. */
export async function walkTo(page: Page, resident: string): Promise<void> {
  const title = page.getByTestId('thread-title')
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press('j')
    const row = page.locator('[data-testid="thread-row"][aria-selected="true"]')
    await row.waitFor()
    if (!(await row.locator('.who').textContent())?.endsWith(resident)) continue
    await expect(title).toContainText(resident)
    return
  }
  throw new Error(`${resident} is not in this queue`)
}

/** By its address, as from a notification. */
export async function openThread(page: Page, thread: string): Promise<void> {
  await page.evaluate((id) => {
    location.hash = `#/inbox?thread=${id}`
  }, thread)
  await page.locator(`.thread[data-thread="${thread}"][aria-busy="false"]`).waitFor()
}

/** The open thread of this resident as the core has it. */
export async function threadOf(served: Served, resident: string): Promise<ThreadRow> {
  const auditor = await served.login('sunli', demoPassword)
  const { rows } = await auditor.call('threads.list', { queue: 'all', offset: 0, limit: 200 })
  auditor.close()
  const found = rows.find((row) => row.contactName.endsWith(resident))
  if (!found) throw new Error(`no open thread with ${resident}`)
  return found
}

/** What just came counts as read only after it was before the officer's eyes for a moment. */
export const reading = (page: Page) => page.waitForTimeout(1_300)

/** Writes into the composer and leaves it unsent. */
export async function write(page: Page, text: string): Promise<void> {
  const area = page.getByTestId('composer-text')
  await area.focus()
  await page.keyboard.insertText(text)
  await expect(area).toHaveValue(new RegExp(`${text}$`))
}

/** The name the demo station gave a resident. */
export function residentName(contact: string): string {
  const station = JSON.parse(
    readFileSync(join(root, 'resources', 'demo-station', 'station.json'), 'utf8'),
  ) as {
    contacts: { id: string; name: string }[]
  }
  const found = station.contacts.find(({ id }) => id === contact)
  if (!found) throw new Error(`no resident ${contact} in the demo station`)
  return found.name
}
