import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { beforeAll, describe, it } from 'vitest'
import { acts } from '../../../src/console/i18n/zh/acts.ts'
import { alarms } from '../../../src/console/i18n/zh/alarms.ts'
import { app } from '../../../src/console/i18n/zh/app.ts'
import { escalations } from '../../../src/console/i18n/zh/escalations.ts'
import { groups } from '../../../src/console/i18n/zh/groups.ts'
import { inbox } from '../../../src/console/i18n/zh/inbox.ts'
import { matters } from '../../../src/console/i18n/zh/matters.ts'
import { settings } from '../../../src/console/i18n/zh/settings.ts'
import { warnings } from '../../../src/console/i18n/zh/warnings.ts'
import {
  atTheDesk,
  demoPassword,
  enter,
  expect,
  openThread,
  residentName,
  root,
  threadOf,
  write,
} from './at-the-desk.ts'

describe('locks and languages', () => {
  const desk = atTheDesk({ demo: true })
  let page: Page
  let thread: string
  beforeAll(async () => {
    page = await desk.seat('zhanglei', { as: 'zhanglei' })
    thread = (await threadOf(desk.served, residentName('c44'))).id
    await openThread(page, thread)
  }, 60_000)

  it('locked at once by a key: no word of a resident can be read, seen or reached', async () => {
    const words = (await page.locator('[data-testid="message"] .text').first().textContent())!.trim()
    await write(page, '正在查监控')
    await page.keyboard.press('Alt+l')
    await expect(page.getByTestId('lock')).toBeVisible()
    await expect(page.locator('[data-testid="message"]').first()).not.toBeVisible()
    const readable = await page.locator('body').innerText()
    expect(readable).not.toContain(words.slice(0, 12))
    expect(readable).not.toContain('正在查监控')
    expect(readable).not.toContain('程浩')
    expect(await page.title()).not.toContain('程浩')
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press('Tab')
      const outside = await page.evaluate(() => {
        const at = document.activeElement
        return at !== null && at !== document.body && at.closest('[data-testid="lock"]') === null
      })
      expect(outside, 'the keyboard left the lock screen').toBe(false)
    }
    await page.keyboard.press('Escape')
    await expect(page.getByTestId('lock')).toBeVisible()
  })

  it('a locked console stays locked after a reload', async () => {
    await page.reload()
    await expect(page.getByTestId('lock')).toBeVisible()
    await expect(page.getByTestId('thread-row')).toHaveCount(0)
  })

  it('a wrong password is said to be wrong; the right one brings back the same place with the draft', async () => {
    const password = page.locator('[data-testid="lock"] input[type="password"]')
    await password.fill('not-this-one')
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('lock').getByRole('alert')).toContainText('密码不正确')
    await password.fill(demoPassword)
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('lock')).toHaveCount(0)
    await expect(page.getByTestId('thread-title')).toContainText(residentName('c44'))
    await expect(page.getByTestId('composer-text')).toHaveValue('正在查监控')
  })

  it('in English no label is left in Chinese, only what residents and the station wrote', async () => {
    await page.getByTestId('language').click()
    await page.getByText('English', { exact: true }).click()
    await expect(page.getByTestId('claim')).toContainText('Claim')
    const left: string[] = []
    const look = async (where: string) => {
      for (const text of await chineseOn(page)) if (isLabel(text)) left.push(`${where}: ${text}`)
    }
    await look('inbox')
    await page.keyboard.press('c')
    await expect(page.getByTestId('close')).toBeVisible()
    await page.keyboard.press('e')
    await expect(page.getByTestId('close-dialog')).toBeVisible()
    await look('closing')
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await look('help')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await look('palette')
    await page.keyboard.press('Escape')
    await page.getByTestId('nav-search').click()
    await page.getByTestId('search-input').fill('监控')
    await page.keyboard.press('Enter')
    await page.getByTestId('search-hit').first().waitFor()
    await look('search')
    await page.getByTestId('nav-about').click()
    await page.getByTestId('ledger-code').waitFor()
    await look('about')
    for (const screen of ['alarms', 'escalations', 'warnings', 'overdue']) {
      await page.getByTestId(`nav-${screen}`).click()
      await page.locator('main h1').first().waitFor()
      await page.waitForTimeout(500)
      await look(screen)
    }
    await page.getByTestId('nav-settings').click()
    const parts = ['people', 'accounts', 'times', 'desks', 'aside', 'replies', 'checklists', 'texts']
    for (const part of [...parts, 'console']) {
      await page.getByTestId(`settings-${part}`).click()
      await page.locator('.content h1').waitFor()
      await look(`settings ${part}`)
    }
    expect([...new Set(left)]).toEqual([])
  })

  it('dark is dark, and stays so after a reload', async () => {
    await page.getByTestId('appearance').click()
    await page.locator('.n-dropdown-option', { hasText: 'Dark' }).click()
    const brightness = () =>
      page.evaluate(() => {
        const [r = 255, g = 255, b = 255] = getComputedStyle(document.body)
          .backgroundColor.match(/\d+/g)!
          .map(Number)
        return r + g + b
      })
    await expect.poll(brightness).toBeLessThan(200)
    await page.reload()
    await page.getByTestId('nav-about').waitFor()
    expect(await brightness()).toBeLessThan(200)
  })

  it('after repeated wrong passwords the login says how long to wait, counts down, and then lets in', async () => {
    const stranger = await desk.seat('stranger')
    await stranger.getByText('用登录名和密码登录').click()
    const alert = stranger.getByRole('alert')
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await enter(stranger, 'liufang', `wrong-guess-${attempt}`)
      await expect(alert).toContainText(attempt < 3 ? '密码不正确' : '请在')
    }
    await expect(alert).toContainText(/请在 0:0\d 后再试/)
    await stranger.locator('input[autocomplete="current-password"]').fill(demoPassword)
    await expect(stranger.getByTestId('login')).toBeDisabled()
    await expect(stranger.getByTestId('login')).toBeEnabled()
    await stranger.getByTestId('login').click()
    await expect(stranger.getByTestId('user-menu')).toContainText('刘芳')
    await stranger.context().close()
  })

  it('an auditor reads everything and is offered nothing to do; the core would refuse it too', async () => {
    const auditor = await desk.seat('sunli', { as: 'sunli' })
    await openThread(auditor, (await threadOf(desk.served, residentName('c29'))).id)
    await expect(auditor.locator('[data-testid="message"]').first()).toBeVisible()
    for (const act of [
      'claim',
      'close',
      'take-over',
      'release',
      'composer',
      'paste-open',
      'contact-edit',
      'shift',
    ])
      await expect(auditor.getByTestId(act), act).toHaveCount(0)
    await expect(auditor.getByText('你的角色只能查看')).toBeVisible()
    for (const key of ['c', 'r', 'n', 'e', 's']) await auditor.keyboard.press(key)
    await expect(auditor.getByRole('dialog')).toHaveCount(0)

    const elsewhere = await desk.served.login('sunli', demoPassword)
    const { id } = await threadOf(desk.served, residentName('c29'))
    expect(await elsewhere.refused('thread.claim', { thread: id })).toMatchObject({
      code: 'forbidden',
      role: 'auditor',
    })
    const answer = { thread: id, text: '你好', seen: 1_000_000 }
    expect(await elsewhere.refused('thread.answer', answer)).toMatchObject({ code: 'forbidden' })
    elsewhere.close()
    await auditor.context().close()
  })

  it('the admin lands in the settings and reads no resident', async () => {
    const admin = await desk.seat('wumin', { as: 'wumin' })
    await expect(admin.getByTestId('add-person')).toBeVisible()
    await expect(admin.getByTestId('nav-inbox')).toHaveCount(0)
    const elsewhere = await desk.served.login('wumin', demoPassword)
    expect(await elsewhere.refused('threads.list', { queue: 'all', offset: 0, limit: 10 })).toMatchObject({
      code: 'forbidden',
    })
    elsewhere.close()
    await admin.context().close()
  })
})

/** Every piece of text or label with Chinese in it that is on the screen now. */
function chineseOn(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = []
    for (const element of document.querySelectorAll('body *')) {
      if (!element.checkVisibility({ visibilityProperty: true })) continue
      for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
        found.push(element.getAttribute(name) ?? '')
      for (const node of element.childNodes)
        if (node.nodeType === Node.TEXT_NODE) found.push(node.textContent ?? '')
    }
    return found.map((text) => text.trim()).filter((text) => /\p{Script=Han}/u.test(text))
  })
}

const resources = (...path: string[]) => readFileSync(join(root, 'resources', ...path), 'utf8')
/** What residents and the station wrote. */
const written =
  resources('demo-station', 'station.json') +
  resources('demo-station', 'conversations.json') +
  resources('quick-replies.json').replaceAll('{station}', '柳河派出所') +
  resources('checklists.json') +
  readFileSync(join(root, 'src', 'desk', 'escalations', 'desks.ts'), 'utf8') +
  readFileSync(join(root, 'src', 'desk', 'settings', 'view.ts'), 'utf8') +
  '正在查监控'
const labels = new Set(leaves({ app, inbox, settings, acts, matters, alarms, escalations, warnings, groups }))

/** Names the station gives its desks and replies, some of which are words of the console as well. */
const names = new Set(['调解专席', '反诈专席', '刑侦专席', '带班领导', '人员走失'])

/** A label of the console itself: one of its own words, or something nobody wrote. 中文 names a language. */
function isLabel(text: string): boolean {
  if (names.has(text) || text.includes('您好')) return false
  if (labels.has(text)) return text !== '中文'
  return (text.replace('中文', '').match(/\p{Script=Han}+/gu) ?? []).some((run) => !written.includes(run))
}

function leaves(words: object): string[] {
  return Object.values(words).flatMap((word) => (typeof word === 'string' ? [word] : leaves(word as object)))
}
