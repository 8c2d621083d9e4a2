import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll } from 'vitest'
import { buildIfStale } from '../../../scripts/build-if-stale.ts'
import { startBrowserHost } from '../../../src/hosts/browser/server.ts'
import { launchBrowser } from '../../support/browser.ts'
import { password, resident, type TestStation, testStation, type User } from '../../support/station.ts'
import { enter, expect, root } from './at-the-desk.ts'

/** A core in the test's own process, so that residents can speak and take back as a channel reports it. */
export interface AlarmsDesk {
  readonly station: TestStation
  /** An officer's own browser, logged in. */
  seat(user: User): Promise<Page>
  /** Answers the thread's id. */
  says(from: string, text: string, external?: string): string
  takesBack(external: string): void
  /** Time goes by, what is due happens, and everybody logged in is busy at the console. */
  pass(ms: number): Promise<void>
}

export function alarmsDesk(): AlarmsDesk {
  const clearUps: (() => unknown)[] = []
  let station: TestStation
  let browser: Browser
  let url = ''
  let ahead = 0
  const uncaught: string[] = []

  beforeAll(async () => {
    buildIfStale(root)
    browser = await launchBrowser()
    station = await testStation({
      clock: () => Date.now() + ahead,
      later: (clearUp) => void clearUps.push(clearUp),
    })
    const host = await startBrowserHost(station.desk, { files: join(root, 'out', 'renderer'), port: 0 })
    url = host.url
    clearUps.push(() => host.close())
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    for (const clearUp of clearUps.reverse()) await clearUp()
    expect(uncaught, 'errors nobody caught in a page').toEqual([])
  })

  return {
    get station() {
      return station
    },
    async seat(user) {
      const context = await browser.newContext({
        locale: 'zh-CN',
        timezoneId: 'Asia/Shanghai',
        viewport: { width: 1440, height: 900 },
      })
      const page = await context.newPage()
      page.setDefaultTimeout(15_000)
      page.on('pageerror', (error) => uncaught.push(`${user}: ${error.stack ?? error}`))
      await page.addInitScript(listen)
      await page.goto(url)
      await enter(page, user, password)
      await page.getByTestId('nav-about').waitFor()
      return page
    },
    says: (from, text, external) =>
      station.takesIn(resident({ from, text, external: external ?? null, at: station.station.now() }))
        .threads[0]!,
    takesBack(external) {
      station.takesIn({ event: 'recall', external, at: station.station.now() })
    },
    async pass(ms) {
      ahead += ms
      station.station.db.prepare('UPDATE session SET last_active = ?').run(station.station.now())
      await station.station.timers.tick()
    },
  }
}

/** Notes in the page which sounds are under way and what the system was to show; runs there before anything else. */
function listen() {
  const playing = new Set<HTMLMediaElement>()
  const { play, pause } = HTMLMediaElement.prototype
  HTMLMediaElement.prototype.play = function () {
    if (this.src.includes('alarm') && this.loop) playing.add(this)
    return play.call(this)
  }
  HTMLMediaElement.prototype.pause = function () {
    playing.delete(this)
    pause.call(this)
  }
  const notified: string[] = []
  class Shown extends EventTarget {
    static permission = 'granted'
    constructor(title: string, { body }: { body: string }) {
      super()
      notified.push(`${title}：${body}`)
    }
    close() {}
  }
  Object.assign(window, { Notification: Shown, notified })
  Object.defineProperty(window, 'alarmsRinging', { get: () => playing.size })
}

export const alarmsRinging = (page: Page) =>
  page.evaluate(() => (window as unknown as { alarmsRinging: number }).alarmsRinging)
