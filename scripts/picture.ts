import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { launchBrowser } from '../tests/support/browser.ts'
import { serve } from '../tests/support/served.ts'

/** Takes the picture of the README: the inbox of the demo station with a thread under way. About a minute. */
const target = join(import.meta.dirname, '..', 'resources', 'pictures', 'inbox.png')
const password = 'demo-1234'
/** A resident whom a swindler holds on the phone: her alarm was acknowledged by Chen Jun, who holds the thread. */
const resident = '许文静'

const served = await serve({ demo: true })
const browser = await launchBrowser()
try {
  const colleague = await served.login('liufang', password)
  const { rows } = await colleague.call('threads.list', { queue: 'all', offset: 0, limit: 100 })
  const thread = rows.find((row) => row.contactName.endsWith(resident))!.id
  const other = rows.find((row) => row.id !== thread && row.holder === null && row.urgency === 'urgent')!.id
  await colleague.call('presence.set', { thread: other, typing: true })

  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    colorScheme: 'light',
  })
  const page = await context.newPage()
  await page.goto(served.url)
  await page.getByTestId('login-chenjun').click()
  await page.getByTestId('inbox').waitFor()
  await page.getByTestId('queue-all').click()
  await page.evaluate((id) => {
    location.hash = `#/inbox?thread=${id}`
  }, thread)
  const said = page.locator('[data-testid="message"].resident')
  for (const answer of [
    '您好，我是值班民警陈军。这是诈骗！请马上挂断电话，退出共享屏幕，什么都不要再点。',
    '做得对。征信不会因为挂电话受影响。请立即拨打 96110，我同时帮您申请止付。',
  ]) {
    const before = await said.count()
    await page.getByTestId('composer-text').fill(answer)
    await page.keyboard.press('Enter')
    await said.nth(before).waitFor({ timeout: 70_000 })
    // What just came counts as read only after a moment, and nobody answers blind.
    await page.waitForTimeout(1_500)
  }
  await page.getByTestId('composer-text').fill('收到，止付申请已提交。请把转账记录截图发来，')
  await page.getByTestId('timeline').hover()
  await page.locator('.n-message').waitFor({ state: 'detached' })
  await page.waitForTimeout(1_500)
  const png = await page.screenshot()
  mkdirSync(join(target, '..'), { recursive: true })
  writeFileSync(target, png)
  console.log(`${target}: ${Math.round(statSync(target).size / 1024)} KB`)
} finally {
  await browser.close()
  await served.clear()
}
