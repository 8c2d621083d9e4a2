import type { Page } from 'playwright'
import { beforeAll, describe, it } from 'vitest'
import { atTheDesk, expect, reading } from './at-the-desk.ts'

/** As it comes out of a phone, begun in the middle of a message. */
const chat = `…的证明要带吗

秦月娥 2026-11-20 09:00
我家老人要办残疾证，找谁？

柳河派出所 2026-11-20 09:03
可以先到村委会登记。

秦月娥 2026-11-20 09:10
好的，谢谢。`
const later = `${chat}

秦月娥 2026-11-20 09:31
村里说要派出所开证明？`

describe('an account worked by hand', () => {
  const desk = atTheDesk({ demo: true })
  let page: Page
  const dialog = () => page.getByTestId('paste-dialog')
  const paste = async (text: string) => {
    await page.getByTestId('paste-open').click()
    await dialog().locator('[data-testid="paste-contact"] input').fill('秦月娥')
    await dialog().locator('textarea').fill(text)
    await expect(dialog().getByTestId('paste-preview')).toBeVisible()
  }
  beforeAll(async () => {
    page = await desk.seat('zhanglei', { as: 'zhanglei' })
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  }, 60_000)

  it('what was copied on the phone is shown before it is taken in', async () => {
    await paste(chat)
    await expect(dialog().getByTestId('paste-found')).toHaveText('识别出 3 条')
    const rows = dialog().getByTestId('paste-row')
    await expect(rows).toHaveCount(3)
    await expect(rows.nth(0)).toContainText('我家老人要办残疾证')
    await expect(rows.nth(1)).toContainText('值班台')
  })

  it('a line that belongs to no message is shown with its reason, in words', async () => {
    await dialog().getByTestId('paste-aside').locator('summary').click()
    const line = dialog().getByTestId('paste-aside').locator('li')
    await expect(line).toContainText('第 1 行')
    await expect(line).toContainText('…的证明要带吗')
    await expect(line).toContainText('在第一条消息之前')
  })

  it('importing opens the thread with the words of both sides', async () => {
    await dialog().getByTestId('paste-import').click()
    await expect(dialog()).toHaveCount(0)
    await expect(page.getByTestId('thread-title')).toContainText('秦月娥')
    await expect(page.locator('[data-testid="message"].resident')).toHaveCount(2)
    await expect(page.locator('[data-testid="message"].desk')).toHaveText(/可以先到村委会登记/)
  })

  it('the same chat pasted again adds only what is new', async () => {
    await paste(later)
    await expect(dialog().getByTestId('paste-duplicates')).toContainText('其中 3 条已有')
    await expect(dialog().locator('[data-testid="paste-row"].duplicate')).toHaveCount(3)
    await expect(dialog().getByTestId('paste-import')).toHaveText('导入 1 条')
    await dialog().getByTestId('paste-import').click()
    await expect(page.locator('[data-testid="message"]')).toHaveCount(4)

    await paste(later)
    await expect(dialog().getByTestId('paste-duplicates')).toContainText('其中 4 条已有')
    await expect(dialog().getByTestId('paste-import')).toBeDisabled()
    await page.keyboard.press('Escape')
    await expect(dialog()).toHaveCount(0)
  })

  it('an answer waits as a card to copy, and is marked once it left the phone', async () => {
    const text = '需要。请带老人的户口簿和身份证来所里开。'
    await page.getByTestId('composer-text').fill(text)
    await reading(page)
    await page.keyboard.press('Enter')
    const card = page.getByTestId('copy-by-hand')
    await expect(card).toContainText('在手机上发给')
    await card.getByTestId('copy-text').click()
    await expect(page.getByText('已复制，请在手机上粘贴发送')).toBeVisible()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text)
    await card.getByTestId('mark-sent').click()
    await expect(card).toHaveCount(0)
    await expect(page.locator('[data-testid="message"].desk').last().getByTestId('delivery')).toHaveText(
      '已在手机发送',
    )
  })

  it('the lines set aside stay findable in the settings', async () => {
    await page.getByTestId('nav-settings').click()
    await page.getByTestId('settings-aside').click()
    await expect(page.locator('tbody tr').first()).toContainText('…的证明要带吗')
    await expect(page.locator('tbody tr').first()).toContainText('在第一条消息之前')
  })
})
