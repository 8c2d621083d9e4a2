import type { Page } from 'playwright'
import { beforeAll, describe, it } from 'vitest'
import { atTheDesk, demoPassword, expect, openThread, reading, threadOf } from './at-the-desk.ts'

const names = ['秦月娥', '吉大山', '吉春花', '孙有田']
const words = ['村口的路灯坏了好几天了', '我家老人要办残疾证', '隔壁半夜放音响', '牛跑丢了']

/** `2026-11-20 09:05` in Shanghai, so many minutes ago. */
function ago(minutes: number): string {
  const there = new Date(Date.now() + (8 * 60 - minutes) * 60_000)
  return there.toISOString().slice(0, 16).replace('T', ' ')
}

describe('what has waited too long', () => {
  /** Yesterday's chats, pasted today: overdue the moment the clock looks. */
  const desk = atTheDesk({
    demo: true,
    async prepare(served) {
      const officer = await served.login('zhanglei', demoPassword)
      const text = names.map((name, nth) => `${name} ${ago(24 * 60 + nth * 90)}\n${words[nth]}`).join('\n\n')
      await officer.call('paste.import', { account: 'jicun', text })
      officer.close()
    },
  })
  let supervisor: Page
  let officer: Page
  const rows = (page: Page) => page.getByTestId('overdue-row')
  beforeAll(async () => {
    supervisor = await desk.seat('zhoujianguo', { as: 'zhoujianguo' })
    officer = await desk.seat('liufang', { as: 'liufang' })
  }, 90_000)

  it('stands before the supervisor, the longest wait first', async () => {
    await supervisor.keyboard.press('Alt+6')
    await expect(rows(supervisor).first()).toContainText('孙有田')
    await expect(rows(supervisor).first()).toContainText('无人承办')
    await expect(supervisor.getByTestId('badge-overdue')).not.toHaveText('0')
  })

  it('can be narrowed by account', async () => {
    await supervisor.getByTestId('overdue-account').click()
    await supervisor.getByText('户户通·吉村(手机)', { exact: true }).last().click()
    await expect(supervisor.getByTestId('overdue-count')).toHaveText('4 个超时')
    await expect(rows(supervisor)).toHaveCount(4)
  })

  it('is selected by key and by range', async () => {
    await supervisor.getByTestId('overdue-list').focus()
    await supervisor.keyboard.press('j')
    await supervisor.keyboard.press('x')
    await expect(supervisor.getByTestId('overdue-selected')).toHaveText('已选 1 个')
    await supervisor.keyboard.press('j')
    await supervisor.keyboard.press('j')
    await supervisor.keyboard.press('Shift+X')
    await expect(supervisor.getByTestId('overdue-selected')).toHaveText('已选 3 个')
    await supervisor.keyboard.press('a')
    await expect(supervisor.getByTestId('overdue-selected')).toHaveText('已选 4 个')
  })

  it('is given to an officer in bulk, and the officer has it', async () => {
    await supervisor.keyboard.press('m')
    const dialog = supervisor.getByTestId('reassign-dialog')
    await dialog.getByTestId('reassign-to-liufang').click()
    await dialog.locator('[data-testid="reassign-reason"] input').fill('承办人出警未归')
    await supervisor.keyboard.press('Enter')
    await expect(dialog.getByTestId('reassign-result')).toContainText('4 个已改派给刘芳')
    await officer.keyboard.press('Alt+1')
    await officer.keyboard.press('g')
    await officer.keyboard.press('m')
    for (const name of names)
      await expect(officer.getByTestId('thread-row').filter({ hasText: name })).toHaveCount(1)
  })

  it('goes back to where it was when that is taken back', async () => {
    const dialog = supervisor.getByTestId('reassign-dialog')
    await dialog.getByTestId('reassign-undo').click()
    await expect(dialog.getByTestId('reassign-undone')).toHaveText('4 个已还给原承办人')
    await dialog.getByTestId('reassign-close').click()
    await expect(rows(supervisor).first()).toContainText('无人承办')
  })

  it('what was not moved is listed with the reason', async () => {
    const thread = await threadOf(desk.served, '吉大山')
    const liufang = await desk.served.login('liufang', demoPassword)
    await liufang.call('thread.claim', { thread: thread.id })
    liufang.close()
    await expect(rows(supervisor).filter({ hasText: '刘芳' })).toHaveCount(1)
    await supervisor.keyboard.press('a')
    await supervisor.keyboard.press('m')
    const dialog = supervisor.getByTestId('reassign-dialog')
    await dialog.getByTestId('reassign-to-liufang').click()
    await dialog.locator('[data-testid="reassign-reason"] input').fill('一人办到底')
    await dialog.getByTestId('reassign-confirm').click()
    await expect(dialog.getByTestId('reassign-result')).toContainText('3 个已改派给刘芳')
    await expect(dialog.getByTestId('reassign-left').locator('li')).toHaveText(/吉大山.*本来就由对方承办/)
    await dialog.getByTestId('reassign-close').click()
  })

  it('an officer sees the same list and cannot move anything', async () => {
    await officer.keyboard.press('Alt+6')
    await expect(rows(officer).first()).toBeVisible()
    await expect(officer.getByTestId('overdue-reassign')).toHaveCount(0)
    await expect(officer.getByTestId('overdue-check')).toHaveCount(0)
  })

  it('being told of the delay is on record, and the resident goes on waiting', async () => {
    const thread = await threadOf(desk.served, '秦月娥')
    await openThread(officer, thread.id)
    await reading(officer)
    await officer.getByTestId('composer-text').fill('我正在查')
    await officer.keyboard.press('Alt+D')
    await expect(officer.getByText('已记下告知延迟，请复制后用手机发出')).toBeVisible()
    await expect(officer.getByTestId('copy-by-hand')).toContainText('在手机上发给')
    await expect(officer.getByTestId('composer-text')).toHaveValue('我正在查')
    await expect(officer.getByTestId('told-of-delay')).toContainText('已告知延迟')
    await expect(officer.locator('[data-testid="act"][data-type="thread.delayTold"]')).toHaveCount(1)
    const now = await threadOf(desk.served, '秦月娥')
    expect(now.waitingSince).toBe(thread.waitingSince)
    expect(now.toldOfDelayAt).not.toBeNull()
    expect(now.overdue).toBe(false)
  })

  it('nobody is told of a delay blind: what is new is shown first, and one key sends it', async () => {
    const thread = await threadOf(desk.served, '吉春花')
    await openThread(officer, thread.id)
    await reading(officer)
    /** Looking elsewhere: what comes now was not read. */
    await officer.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { get: () => 'hidden', configurable: true })
    })
    const elsewhere = await desk.served.login('zhanglei', demoPassword)
    await elsewhere.call('paste.import', {
      account: 'jicun',
      text: `吉春花 ${ago(1)}\n还在放，孩子睡不着`,
    })
    elsewhere.close()
    await expect(officer.getByTestId('message').last()).toContainText('孩子睡不着')
    await officer.keyboard.press('Alt+D')
    const panel = officer.getByTestId('moved-on-panel')
    const told = officer.locator('[data-testid="act"][data-type="thread.delayTold"]')
    await expect(panel).toContainText('还在放，孩子睡不着')
    await expect(told).toHaveCount(0)
    await officer.keyboard.press('Control+Enter')
    await expect(told).toHaveCount(1)
    await expect(panel).toHaveCount(0)
  })
})
