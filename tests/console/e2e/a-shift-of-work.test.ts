import type { Page } from 'playwright'
import { describe, it } from 'vitest'
import { atTheDesk, demoPassword, expect, reading, residentName, threadOf, walkTo } from './at-the-desk.ts'

/** The resident of the demo station who answers soonest. */
const resident = residentName('c60')

describe('a shift of work', () => {
  const desk = atTheDesk({ demo: true })
  let page: Page
  const count = async (queue: string) => Number((await page.getByTestId(`count-${queue}`).textContent()) ?? 0)

  it('an officer comes in with one card, by keyboard, and is on shift', async () => {
    page = await desk.seat('zhanglei')
    const card = page.getByTestId('login-zhanglei')
    await card.waitFor()
    for (let step = 0; step < 20 && !(await card.evaluate((it) => it === document.activeElement)); step += 1)
      await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('inbox')).toBeVisible()
    await expect(page.getByTestId('user-menu')).toContainText('张磊')
    await expect(page.getByTestId('shift')).toHaveText('下岗')
  })

  it('each queue shows as many as there are', async () => {
    const zhang = await desk.served.login('zhanglei', demoPassword)
    for (const queue of ['mine', 'waiting', 'overdue', 'snoozed', 'all', 'unclaimed'] as const) {
      await page.getByTestId(`queue-${queue}`).click()
      // Threads grow overdue while this looks at them.
      await expect(async () => {
        const { queues } = await zhang.call('threads.counts', {})
        const soon = { timeout: 1_000 }
        await expect(page.getByTestId(`count-${queue}`)).toHaveText(String(queues[queue]), soon)
        await expect(page.getByTestId('list-total')).toHaveText(`${queues[queue]} 个会话`, soon)
      }).toPass({ timeout: 10_000 })
    }
    zhang.close()
  })

  it('j and k walk the list, c claims, and the counts follow', async () => {
    const [unclaimed, mine] = [await count('unclaimed'), await count('mine')]
    await page.locator('body').click({ position: { x: 2, y: 2 } })
    await page.keyboard.press('j')
    const first = await page.locator('[aria-selected="true"]').getAttribute('data-thread')
    await page.keyboard.press('j')
    await expect(page.locator('[aria-selected="true"]')).not.toHaveAttribute('data-thread', first!)
    await page.keyboard.press('k')
    await expect(page.locator('[aria-selected="true"]')).toHaveAttribute('data-thread', first!)

    await walkTo(page, resident)
    await page.keyboard.press('c')
    await expect(page.getByTestId('holding')).toContainText('我承办')
    await expect(page.getByTestId('count-unclaimed')).toHaveText(String(unclaimed - 1))
    await expect(page.getByTestId('count-mine')).toHaveText(String(mine + 1))
  })

  it('r answers, Enter sends, and the answer stands as sent', async () => {
    await page.keyboard.press('r')
    await page.keyboard.insertText('这里是柳河派出所，请停止发送广告。')
    await page.keyboard.press('Enter')
    const answer = page.locator('[data-testid="message"].desk').last()
    await expect(answer).toContainText('请停止发送广告')
    await expect(answer.getByTestId('delivery')).toHaveText('已发送')
    await expect(page.getByTestId('composer-text')).toHaveValue('')
  })

  it('n leaves a note for the colleagues', async () => {
    await page.keyboard.press('Escape')
    await page.keyboard.press('n')
    await page.keyboard.insertText('已要求停发，再发就转反诈专席。')
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('note').last()).toContainText('转反诈专席')
    await page.getByTestId('composer-answer').click()
    await page.keyboard.press('Escape')
  })

  it('the resident answers by himself and it appears without a reload', async () => {
    const answers = page.locator('[data-testid="message"].resident')
    const before = await answers.count()
    await expect(answers).not.toHaveCount(before, { timeout: 30_000 })
    await reading(page)
  }, 40_000)

  it('a thread whose last word is the resident’s is not offered as answered, and the core refuses it', async () => {
    await page.keyboard.press('e')
    const dialog = page.getByTestId('close-dialog')
    await expect(dialog.getByTestId('close-silence')).toBeVisible()
    await expect(dialog.getByTestId('disposition-answered')).toHaveCount(0)
    await expect(dialog.getByTestId('close-confirm')).toBeDisabled()

    const zhang = await desk.served.login('zhanglei', demoPassword)
    const { id } = await threadOf(desk.served, resident)
    const { lastSeq } = await zhang.call('thread.get', { thread: id })
    const refusal = await zhang.refused('thread.close', {
      thread: id,
      disposition: 'answered',
      seen: lastSeq,
    })
    expect(refusal.code).toBe('needs_reason_for_silence')
    zhang.close()
  })

  it('a digit and Enter close it with a reason; the toast takes it back', async () => {
    const dialog = page.getByTestId('close-dialog')
    const advert = dialog.getByTestId('disposition-advert')
    await page.keyboard.press(String((await advert.locator('kbd').first().textContent()) ?? ''))
    await expect(advert).toHaveClass(/chosen/)
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('holding')).toContainText('已办结：广告')
    await page.getByRole('button', { name: '撤销' }).click()
    await expect(page.getByTestId('holding')).toContainText('我承办')
    await expect(page.locator('[data-type="thread.reopened"]')).toHaveCount(1)
  })

  it('after an answer e closes it as answered with two keys', async () => {
    await page.keyboard.press('r')
    await page.keyboard.insertText('如继续发送，将依法处理。')
    await page.keyboard.press('Enter')
    await expect(page.locator('[data-testid="message"].desk').last()).toContainText('依法处理')
    await page.keyboard.press('Escape')
    await page.keyboard.press('e')
    await expect(page.getByTestId('close-confirm')).toBeEnabled()
    await expect(page.getByTestId('disposition-answered')).toHaveClass(/chosen/)
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('holding')).toContainText('已办结：已答复')
  })
})
