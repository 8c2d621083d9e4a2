import { describe, it } from 'vitest'
import { atTheDesk, enter, expect } from './at-the-desk.ts'

describe('first run', () => {
  const desk = atTheDesk()

  it('an empty desk offers the demo or a station of one’s own', async () => {
    const page = await desk.seat('nobody')
    await expect(page.getByTestId('open-demo')).toBeVisible()
    await expect(page.getByTestId('new-station')).toBeVisible()
    await page.context().close()
  })

  it('a form that is not complete says what is missing and makes nothing', async () => {
    const page = await desk.seat('hasty')
    await page.getByTestId('new-station').click()
    await page.getByLabel('派出所名称').fill('云溪派出所')
    await page.getByTestId('create-station').click()
    await expect(page.getByRole('alert').filter({ hasText: '至少 8 个字符' })).toBeVisible()
    await page.reload()
    await expect(page.getByTestId('new-station')).toBeVisible()
    await page.context().close()
  })

  it('a new station is made, and its admin lands where people are added', async () => {
    const page = await desk.seat('admin')
    await page.getByTestId('new-station').click()
    await page.getByLabel('派出所名称').fill('云溪派出所')
    await page.getByLabel('管理员姓名').fill('吴敏')
    await page.getByLabel('登录名').fill('wumin')
    await page.getByLabel('密码', { exact: true }).fill('yun-xi-2026')
    await page.getByLabel('再输一次密码').fill('yun-xi-2026')
    await page.getByTestId('create-station').click()
    await expect(page.locator('header h1').first()).toContainText('云溪派出所')
    await expect(page.getByTestId('nav-inbox')).toHaveCount(0)
    await expect(page.getByTestId('add-person')).toBeVisible()
  })

  it('the admin adds an officer and an account worked by hand', async () => {
    const page = await desk.seat('admin again')
    await enter(page, 'wumin', 'yun-xi-2026')
    await page.getByTestId('add-person').click()
    const dialog = page.getByTestId('person-dialog')
    await dialog.getByLabel('姓名').fill('陈军')
    await dialog.getByLabel('登录名').fill('chenjun')
    await dialog.getByLabel('初始密码').fill('zhi-ban-2026')
    await page.getByTestId('save-person').click()
    await expect(page.getByRole('cell', { name: 'chenjun' })).toBeVisible()
    await page.getByTestId('settings-accounts').click()
    await page.getByTestId('add-account').click()
    await page.getByTestId('account-dialog').getByLabel('名称').fill('云溪村（手机）')
    await page.getByTestId('save-account').click()
    await expect(page.getByRole('cell', { name: '云溪村（手机）' })).toBeVisible()
  })

  it('the officer logs in and finds an empty inbox that says how work comes in', async () => {
    const page = await desk.seat('chenjun')
    await enter(page, 'chenjun', 'zhi-ban-2026')
    await expect(page.getByTestId('list-empty')).toBeVisible()
    await expect(page.getByTestId('paste-open')).toBeVisible()
    await expect(page.getByTestId('shift')).toHaveText('下岗')
  })
})
