import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { buildIfStale } from '../../../scripts/build-if-stale.ts'
import { openDesk } from '../../../src/desk/core.ts'
import { fileSecrets } from '../../../src/desk/station/secrets.ts'
import type { Station } from '../../../src/desk/station/station.ts'
import { takeIn } from '../../../src/desk/threads/inbound.ts'
import { startBrowserHost } from '../../../src/hosts/browser/server.ts'
import { launchBrowser } from '../../support/browser.ts'
import { hour, minute, resident } from '../../support/station.ts'
import { demoPassword, expect, root } from './at-the-desk.ts'

/** The night shift of the demo station: 60 open items, three of them severe, handed over by keyboard. */

const inDanger = [
  '我不想活了，安眠药已经买好了',
  '我站在河边，不想再撑了，你们不用找我',
  '活着太累了，今晚就结束',
]
const ordinary = ['新生儿落户要带什么材料', '楼上半夜还在装修', '我家的狗走丢了，黄色的', '路灯坏了好几天了']

describe('the night shift of the demo station', () => {
  const clearUps: (() => unknown)[] = []
  const uncaught: string[] = []
  let browser: Browser
  let station: Station
  let url: string
  let ahead = 0
  const now = () => Date.now() + ahead
  const as = (user: string, role: string) => ({ user, role, device: 'test', now: now() })

  beforeAll(async () => {
    buildIfStale(root)
    browser = await launchBrowser()
    const dir = mkdtempSync(join(tmpdir(), 'duty-desk-night-'))
    clearUps.push(() => rmSync(dir, { recursive: true, force: true }))
    const desk = await openDesk({
      dir,
      secrets: fileSecrets(join(dir, 'secrets')),
      device: 'test-pc',
      resources: join(root, 'resources'),
      version: 'test',
      clock: now,
    })
    clearUps.push(() => desk.close())
    await desk.openDemo()
    station = desk.station!
    const host = await startBrowserHost(desk, { files: join(root, 'out', 'renderer'), port: 0 })
    clearUps.push(() => host.close())
    url = host.url
    await clearTheDesk()
    await sixtyItems()
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    for (const clearUp of clearUps.reverse()) await clearUp()
    expect(uncaught, 'errors nobody caught in a page').toEqual([])
  })

  /** Whatever the demo left is Zhang's, so that Chen's night is the sixty. */
  async function clearTheDesk() {
    const chief = as('zhoujianguo', 'supervisor')
    const { rows } = await station.query('threads.list', { queue: 'all', offset: 0, limit: 200 }, chief)
    const others = rows.filter(({ holder }) => holder !== 'zhanglei').map(({ id }) => id)
    await station.execute(
      'threads.reassign',
      { threads: others, to: 'zhanglei', reason: '演练准备' },
      chief,
      null,
    )
    const alarms = await station.query('alarms.open', {}, chief)
    for (const { id, state } of alarms) {
      if (state === 'ringing')
        await station.execute('alarm.acknowledge', { alarm: id }, as('zhanglei', 'officer'), null)
      const nextContactAt = new Date(now() + 3 * hour).toISOString()
      await station.execute(
        'alarm.follow',
        { alarm: id, looksAfter: 'zhanglei', nextContactAt },
        as('zhanglei', 'officer'),
        null,
      )
    }
  }
  async function sixtyItems() {
    const chen = as('chenjun', 'officer')
    const texts = [
      ...inDanger,
      ...Array.from({ length: 57 }, (_, i) => `${ordinary[i % ordinary.length]}（${i + 1}）`),
    ]
    for (const [i, text] of texts.entries()) {
      const { threads } = takeIn(station, 'liuhe', [
        resident({ from: `八组 村民${i + 1}`, text, at: now() - minute }),
      ])
      const thread = threads[0]!
      await station.execute('thread.claim', { thread }, chen, null)
      const { alarm } = station.views.threads.thread(thread)!
      if (alarm !== null) await station.execute('alarm.acknowledge', { alarm }, chen, null)
    }
  }
  async function seat(user: string): Promise<Page> {
    const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1440, height: 900 } })
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    page.on('pageerror', (error) => uncaught.push(`${user}: ${error.stack ?? error}`))
    await page.goto(url)
    await page.getByTestId(`login-${user}`).click()
    await page.getByTestId('nav-about').waitFor()
    return page
  }
  const heldBy = (user: string) =>
    station.db.prepare('SELECT count(*) FROM thread WHERE closed_at IS NULL AND holder = ?').pluck().get(user)
  const undecided = (page: Page) => page.locator('[data-testid=handoff-item][data-done=false]').count()

  test('is handed over by keyboard, read back and signed by both; ownership moves at once, and an unkept promise is found', async () => {
    const chen = await seat('chenjun')
    const liu = await seat('liufang')
    const began = Date.now()
    await chen.keyboard.press('Alt+7')
    await chen.getByTestId('handoff-start').waitFor()
    await chen.keyboard.press('Shift+N')
    await chen.getByTestId('start-dialog').getByTestId('post-everything').locator('input').check()
    await chen.keyboard.press('Control+Enter')
    await expect(chen.getByTestId('handoff-item')).toHaveCount(60)
    await expect(chen.getByTestId('side-incoming')).toContainText('复述 0 / 3')

    for (let left = 60; left > 0; left = await undecided(chen)) {
      const severe = 60 - left < 3
      await chen.keyboard.press('y')
      if (severe) {
        await expect(chen.getByTestId('next-action').locator('textarea').first()).toBeFocused()
        await chen.keyboard.press('Tab')
        await chen.getByTestId('if-then').locator('textarea').first().focus()
        await chen.keyboard.insertText('如果电话不接，马上出警')
        await chen.keyboard.press('Control+Enter')
      }
      await expect(chen.locator('[data-testid=handoff-item][data-done=false]')).toHaveCount(left - 1)
    }
    await chen.keyboard.press('Shift+S')
    await chen.getByTestId('to-liufang').locator('input').check()
    await chen.getByTestId('sign-password').locator('input').fill(demoPassword)
    await chen.keyboard.press('Enter')
    await expect(chen.getByTestId('signed-outgoing')).toContainText('陈军')
    expect(heldBy('chenjun')).toBe(60)

    await liu.keyboard.press('Alt+7')
    await expect(liu.getByTestId('handoff-item')).toHaveCount(60)
    await expect(liu.getByTestId('sign-lacks')).toContainText('3 项要复述')
    for (let read = 0; read < 3; read += 1) {
      await liu.keyboard.press('r')
      await expect(liu.getByTestId('read-back').locator('textarea').first()).toBeFocused()
      await liu.keyboard.insertText('有人轻生，半小时内联系上，不接电话就出警')
      await liu.keyboard.press('Control+Enter')
      await expect(liu.locator('[data-testid=handoff-item][data-done=true]')).toHaveCount(read + 1)
    }
    await liu.keyboard.press('q')
    await liu.getByTestId('question').locator('textarea').first().fill('材料寄到哪里')
    await liu.keyboard.press('Control+Enter')
    await expect(chen.locator('.ask')).toHaveCount(1)
    const asked = await chen.locator('[data-testid=handoff-item]:has(.ask)').getAttribute('data-item')
    await chen.locator(`[data-item="${asked}"]`).first().click()
    await chen.getByTestId('reply').locator('input').fill('寄到户籍窗口')
    await chen.keyboard.press('Control+Enter')
    await expect(liu.getByTestId('handoff-question')).toContainText('寄到户籍窗口')
    await liu.keyboard.press('Escape')
    await liu.keyboard.press('Shift+Y')
    await expect(liu.getByTestId('sign-lacks')).toHaveCount(0)
    await liu.keyboard.press('Shift+S')
    await liu.getByTestId('sign-password').locator('input').fill(demoPassword)
    await liu.keyboard.press('Enter')
    const code = liu.getByTestId('handoff-code').locator('b')
    await expect(code).toHaveText(/^([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}$/)
    expect(Date.now() - began).toBeLessThan(4 * minute)
    await expect(chen.getByTestId('handoff-code').locator('b')).toHaveText((await code.textContent())!)
    expect([heldBy('chenjun'), heldBy('liufang')]).toEqual([0, 60])

    await liu.keyboard.press('Shift+P')
    const sheet = liu.frameLocator('[data-testid=paper-frame]')
    await expect(sheet.locator('body')).toContainText((await code.textContent())!)
    await expect(sheet.locator('body')).toContainText('有人轻生，半小时内联系上，不接电话就出警')
    await liu.keyboard.press('Escape')

    await liu.keyboard.press('Alt+1')
    await liu.getByTestId('queue-mine').click()
    await expect(liu.getByTestId('thread-row').first()).toContainText('八组')

    const promised = station.db
      .prepare<[], string>(`SELECT id FROM thread WHERE holder = 'liufang' AND alarm IS NOT NULL ORDER BY n`)
      .pluck()
      .all()
    expect(promised).toHaveLength(3)
    const { last_seq: seen } = station.views.threads.thread(promised[0]!)!
    await station.execute(
      'thread.answer',
      { thread: promised[0]!, text: '我们马上到', seen },
      as('liufang', 'officer'),
      null,
    )
    ahead += 2 * hour
    station.db.prepare('UPDATE session SET last_active = ?').run(now())
    await station.timers.tick()

    const sun = await seat('sunli')
    await sun.keyboard.press('Alt+7')
    await sun.getByTestId('handoffs-promises').click()
    const rows = sun.getByTestId('promise-row')
    await expect(rows).toHaveCount(2)
    await expect(rows.first()).toContainText('未兑现')
    await expect(sun.getByTestId('promise-done')).toHaveCount(0)

    await liu.keyboard.press('Alt+7')
    await liu.getByTestId('handoffs-promises').click()
    await liu.getByTestId('promises-broken').click()
    await expect(liu.getByTestId('promise-row')).toHaveCount(2)
    await liu.getByTestId('promise-done').first().click()
    await liu.locator('[data-testid="promise-done-reason"] input').fill('已上门，人平安')
    await liu.keyboard.press('Enter')
    await expect(liu.getByTestId('promise-row')).toHaveCount(1)
    await expect(rows).toHaveCount(1)
  }, 280_000)
})
