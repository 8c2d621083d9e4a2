import type { Page } from 'playwright'
import { beforeAll, describe, it } from 'vitest'
import type { WarningStep } from '../../../src/contract/warnings.ts'
import { atTheDesk, demoPassword, expect, threadOf } from './at-the-desk.ts'

/** As the anti-fraud centre sends it; whom it is about is in the register of the demo station. */
const notice = `【预警】姓名：王桂兰，电话：12900101259，疑似遭遇冒充客服诈骗，正与境外号码通话，请立即劝阻。
【预警】姓名：周志强，手机：12900101296，涉嫌刷单返利，已点击链接。`

describe('a scam warning, by keyboard alone', () => {
  const desk = atTheDesk({ demo: true })
  let page: Page
  const card = () => page.getByTestId('step-card')
  const history = () => page.getByTestId('warning-step')
  /** The step is there and takes keys. */
  const due = (step: WarningStep) =>
    expect(page.locator(`[data-testid="step-card"][data-step="${step}"][data-ready="true"]`)).toBeVisible()
  const stands = (step: WarningStep, state: string) =>
    expect(page.getByTestId(`chain-${step}`)).toHaveAttribute('data-state', state)
  beforeAll(async () => {
    page = await desk.seat('chenjun', { as: 'chenjun' })
  }, 60_000)

  it('a pasted notice is read, checked and entered, several at once', async () => {
    await page.keyboard.press('Alt+5')
    await expect(page.getByTestId('warnings')).toBeVisible()
    await page.keyboard.press('n')
    const dialog = page.getByTestId('enter-warning')
    await expect(dialog.locator('[data-testid="notice-paste"] textarea')).toBeFocused()
    await page.keyboard.insertText(notice)
    await expect(dialog.getByTestId('notice-status')).toHaveText('识别出 2 条，请核对')
    const first = dialog.getByTestId('notice').first()
    await expect(first.locator('[data-testid="notice-name"] input')).toHaveValue('王桂兰')
    await expect(first.locator('[data-testid="notice-phone"] input')).toHaveValue('12900101259')
    await expect(first.getByTestId('notice-type')).toContainText('冒充客服')
    await expect(first.locator('[data-testid="notice-match"].chosen')).toContainText('王桂兰')
    await page.keyboard.press('Control+Enter')
    await expect(dialog).toHaveCount(0)
    await expect(page.getByTestId('warning-name')).toHaveText('王桂兰')
    await expect(page.getByTestId('warning-linked')).toContainText('王桂兰')
  })

  it('the number is masked until it is asked for, and that is on record', async () => {
    await expect(page.getByTestId('warning-phone')).not.toContainText('12900101259')
    await page.keyboard.press('p')
    await expect(page.getByTestId('warning-phone')).toHaveText('12900101259')
    await expect(history().first()).toContainText('陈军查看了完整电话号码')
    await page.keyboard.press('p')
    await expect(page.getByTestId('warning-phone')).not.toContainText('12900101259')
  })

  it('the call: busy; the first act takes the warning on, and a key pressed twice answers once', async () => {
    await due('call')
    await page.keyboard.press('2')
    await page.keyboard.press('2')
    await due('message')
    await expect(card()).toHaveAttribute('data-step', 'message')
    await expect(history().filter({ hasText: '陈军打电话：占线' })).toHaveCount(1)
    await expect(page.getByTestId('warning-situation')).toHaveText('你在办')
    await stands('call', 'done')
  })

  it('the message: prepared, changed, sent by the resident’s thread', async () => {
    const text = page.getByTestId('warning-text')
    await expect(text).toHaveValue(/^王桂兰您好，我是柳河派出所的陈军。.*冒充客服诈骗/)
    await page.keyboard.press('e')
    await expect(text).toBeFocused()
    await page.keyboard.press('Control+End')
    await page.keyboard.insertText('我马上到您家。')
    await page.keyboard.press('Escape')
    await page.keyboard.press('1')
    await due('reply')
    await expect(history().filter({ hasText: '陈军从会话发出消息' })).toHaveCount(1)
    const thread = await threadOf(desk.served, '王桂兰')
    const auditor = await desk.served.login('sunli', demoPassword)
    const { items } = await auditor.call('thread.timeline', { thread: thread.id, limit: 20 })
    auditor.close()
    const said = items.findLast((item) => item.item === 'message')
    expect(said?.item === 'message' && said.text).toMatch(/我马上到您家。$/)
  })

  it('no reply: the neighbours are offered, one of them is asked', async () => {
    await page.keyboard.press('3')
    await due('neighbour')
    await expect(page.getByTestId('neighbour').first()).toBeVisible()
    await page.keyboard.press('1')
    await expect(page.getByTestId('neighbour-chosen')).toContainText('结果怎样')
    await expect(async () => {
      await page.keyboard.press('2')
      await expect(card()).toHaveAttribute('data-step', 'visit', { timeout: 400 })
    }).toPass()
    await expect(history().first()).toContainText(/陈军请.+去看：答应转告/)
  })

  it('the visit: met; then the outcome, with what happened', async () => {
    await due('visit')
    await page.keyboard.press('1')
    await due('outcome')
    await page.keyboard.press('1')
    await expect(page.getByTestId('outcome-note').locator('textarea')).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(page.getByText('请至少写两个字')).toBeVisible()
    await page.keyboard.insertText('上门当面劝住，已卸载远程软件，未转账')
    await page.keyboard.press('Enter')
    await expect(card()).toHaveCount(0)
    await expect(page.getByTestId('warning-situation')).toContainText('劝阻成功')
    await stands('outcome', 'done')
  })

  it('every step is in the record, in order', async () => {
    const types = await history().evaluateAll((lines) =>
      lines.map((line) => (line as HTMLElement).dataset.type).reverse(),
    )
    expect(types.filter((type) => type !== 'warning.phoneUnmasked')).toEqual([
      'warning.entered',
      'warning.linked',
      'warning.claimed',
      'warning.called',
      'warning.messaged',
      'warning.replied',
      'warning.neighbourAsked',
      'warning.visited',
      'warning.closed',
    ])
    await expect(history().first()).toContainText('上门当面劝住')
  })

  it('the next one is a key away; any step can be recorded out of its order', async () => {
    // The closed one leaves the list in its own time.
    await expect(async () => {
      await page.keyboard.press('j')
      await expect(page.getByTestId('warning-name')).not.toHaveText('王桂兰', { timeout: 500 })
    }).toPass()
    await due('call')
    await page.keyboard.press('o')
    await expect(page.getByTestId('other-message')).toBeFocused()
    for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await due('visit')
    await page.keyboard.press('Escape')
    await due('call')
  })

  it('who is on shift and has it is named to a colleague, and the buttons rest; the supervisor may act', async () => {
    await page.keyboard.press('c')
    await expect(page.getByTestId('warning-situation')).toHaveText('你在办')
    const address = page.url().split('#')[1]!
    const colleague = await desk.seat('liufang', { as: 'liufang' })
    await colleague.evaluate((hash) => {
      location.hash = hash
    }, address)
    await expect(colleague.getByTestId('warning-situation')).toContainText('陈军在办（在岗）')
    await expect(colleague.getByTestId('result-busy')).toBeDisabled()
    const supervisor = await desk.seat('zhoujianguo', { as: 'zhoujianguo' })
    await supervisor.evaluate((hash) => {
      location.hash = hash
    }, address)
    await expect(supervisor.getByTestId('result-busy')).toBeEnabled()
    await expect(supervisor.getByTestId('step-card')).toHaveAttribute('data-ready', 'true')
    await supervisor.keyboard.press('3')
    await expect(colleague.getByTestId('warning-step').first()).toContainText('周建国打电话：无人接听')
  })
})
