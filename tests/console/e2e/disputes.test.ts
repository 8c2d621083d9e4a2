import type { Page } from 'playwright'
import { beforeAll, describe, it } from 'vitest'
import { atTheDesk, demoPassword, expect, openThread, write } from './at-the-desk.ts'

/** Words that only those who help may read. */
const secret = '晚上八点到村委会单独谈，先不让对方知道'
const why = '两家为切割机吵到要拉电闸，需要居中调解'
const agreed = '双方约定晚九点后不开机，摩托车推行进院'

describe('a quarrel in a group', () => {
  const desk = atTheDesk({ demo: true })
  let chen: Page
  let liu: Page
  let zhang: Page
  let sun: Page
  let zhou: Page
  /** The one-to-one thread the quarrel was moved to. */
  let thread = ''

  beforeAll(async () => {
    ;[chen, liu, zhang, zhou, sun] = await Promise.all([
      desk.seat('chenjun', { as: 'chenjun' }),
      desk.seat('liufang', { as: 'liufang' }),
      desk.seat('zhanglei', { as: 'zhanglei' }),
      desk.seat('zhoujianguo', { as: 'zhoujianguo' }),
      desk.seat('sunli', { as: 'sunli' }),
    ])
  }, 120_000)

  const shownTo = async (page: Page) => (await page.locator('#app').textContent()) ?? ''

  it('is taken out of the group into private talk', async () => {
    const elsewhere = await desk.served.login('chenjun', demoPassword)
    const { rows } = await elsewhere.call('threads.list', { queue: 'all', offset: 0, limit: 200 })
    elsewhere.close()
    const group = rows.find((row) => row.kind === 'group')!
    await openThread(chen, group.id)
    await chen.keyboard.press('m')
    const choice = chen.getByTestId('move-choice').filter({ hasText: '段红梅' })
    await choice.first().click()
    await chen.getByTestId('move-confirm').click()
    await expect(chen.getByTestId('thread-title')).toContainText('段红梅')
    thread = (await chen.locator('.thread[data-thread]').getAttribute('data-thread'))!
    expect(thread).not.toBe(group.id)
    await write(chen, secret)
    await chen.keyboard.press('Enter')
    await expect(chen.locator('[data-testid="message"].desk').last()).toContainText(secret)
  })

  it('is escalated by keyboard, privately, to the mediation desk', async () => {
    await chen.getByTestId('thread-title').click()
    await chen.keyboard.press('x')
    const dialog = chen.getByTestId('escalate-dialog')
    await expect(dialog.getByTestId('desk-mediation')).toContainText('刘芳')
    await expect(dialog.getByTestId('escalate-confirm')).toBeDisabled()
    await dialog.getByTestId('desk-mediation').click()
    await chen.keyboard.press('Tab')
    await chen.keyboard.press('ArrowRight')
    await expect(dialog.getByTestId('level-orange')).toHaveClass(/chosen/)
    await chen.keyboard.press('Tab')
    await chen.keyboard.insertText(why)
    const isPrivate = dialog.getByTestId('escalate-private')
    if ((await isPrivate.getAttribute('aria-checked')) !== 'true') await isPrivate.click()
    await expect(dialog.getByTestId('escalate-private-words')).toContainText(
      '只有承办人、该专席成员和带班领导',
    )
    await chen.keyboard.press('Control+Enter')
    const strip = chen.getByTestId('thread-escalation')
    await expect(strip).toContainText('调解专席')
    await expect(strip).toContainText('待受理')
    await expect(strip).toContainText(/剩 1\d 分钟/)
    await expect(strip.getByTestId('level')).toHaveAttribute('data-level', 'orange')
    await chen.getByTestId('private-mark').click()
    await expect(chen.getByTestId('private-readers')).toContainText('调解专席成员：刘芳')
    await chen.keyboard.press('Escape')
  })

  it('shows as a lock to an officer of another desk, wherever they look', async () => {
    await zhang.getByTestId('queue-escalated').click()
    const row = zhang.locator(`[data-testid="thread-row"][data-thread="${thread}"]`)
    await expect(row.getByTestId('row-sealed')).toBeVisible()
    await expect(row).not.toContainText('段红梅')
    await openThread(zhang, thread)
    await expect(zhang.getByTestId('private-place')).toContainText(
      '只有承办人、经办专席的成员和带班领导能查看',
    )
    await expect(zhang.getByTestId('private-place')).toContainText('承办人陈军')
    await expect(zhang.getByTestId('thread-title')).toHaveText('私密会话')
    await expect(zhang.getByTestId('composer')).toHaveCount(0)
    for (const act of ['claim', 'take-over', 'escalate', 'close', 'break-glass'])
      await expect(zhang.getByTestId(act)).toHaveCount(0)
    for (const words of [secret, why]) expect(await shownTo(zhang)).not.toContain(words)

    await zhang.getByTestId('nav-escalations').click()
    await zhang.getByTestId('board-mediation-orange').click()
    await expect(zhang.getByTestId('escalation-row')).toHaveCount(1)
    await zhang.keyboard.press('j')
    await expect(zhang.getByTestId('detail-hidden')).toBeVisible()
    await expect(zhang.getByTestId('escalation-steps')).toContainText('陈军上报调解专席')
    expect(await shownTo(zhang)).not.toContain('段红梅')
    expect(await shownTo(zhang)).not.toContain(why)
    await zhang.keyboard.press('a')
    await expect(zhang.getByTestId('accept-dialog')).toHaveCount(0)

    await zhang.keyboard.press('Alt+2')
    await zhang.getByTestId('search-input').fill(secret)
    await zhang.keyboard.press('Enter')
    await expect(zhang.getByTestId('search-empty')).toBeVisible()
  })

  it('is accepted by a member, who tells the resident in the same act', async () => {
    await expect(liu.getByTestId('badge-escalations')).toBeVisible()
    await liu.keyboard.press('Alt+4')
    await liu.getByTestId('board-mediation-orange').click()
    await liu.keyboard.press('j')
    await expect(liu.getByTestId('escalation-detail')).toContainText(why)
    await liu.keyboard.press('a')
    const dialog = liu.getByTestId('accept-dialog')
    await expect(dialog.getByTestId('accept-talk')).toContainText(secret)
    await expect(dialog.locator('textarea')).toHaveValue(/调解专席的刘芳/)
    await liu.keyboard.press('Control+Enter')
    await expect(liu.getByTestId('detail-state')).toContainText('刘芳受理')
    await liu.keyboard.press('o')
    await expect(liu.getByTestId('holding')).toContainText('我承办')
    await expect(liu.locator('[data-testid="message"].desk').last()).toContainText('刘芳')
    await expect(liu.getByTestId('thread-escalation')).toContainText('刘芳受理')
  })

  it('is closed to the officer who raised it, once the desk holds it', async () => {
    await expect(chen.getByTestId('private-place')).toContainText('承办人刘芳')
    await expect(chen.getByTestId('timeline')).toHaveCount(0)
    expect(await shownTo(chen)).not.toContain(secret)
  })

  it('is read by the auditor only through broken glass, and the supervisor is told until they take note', async () => {
    await openThread(sun, thread)
    await sun.getByTestId('break-glass').click()
    await sun.keyboard.insertText('复查群众投诉')
    await sun.getByTestId('glass-15').click()
    await sun.getByTestId('glass-confirm').click()
    await expect(sun.getByTestId('glass-banner')).toContainText(/破例查看至 \d\d:\d\d · 已记录并通知带班领导/)
    await expect(sun.getByTestId('timeline')).toContainText(secret)

    const notice = zhou.getByTestId('glass-notice')
    await expect(notice).toContainText('督察孙丽破例查看了一个私密会话')
    await expect(notice).toContainText('复查群众投诉')
    await zhou.reload()
    await expect(notice).toContainText('复查群众投诉')
    await zhou.getByTestId('glass-seen').click()
    await expect(notice).toHaveCount(0)
    await zhou.reload()
    await zhou.getByTestId('nav-escalations').click()
    await zhou.getByTestId('escalation-list').waitFor()
    await expect(notice).toHaveCount(0)
  })

  it('is resolved with an outcome and a day to visit again, and listed for it', async () => {
    await liu.getByTestId('open-escalation').click()
    await liu.getByTestId('resolve').waitFor()
    await liu.keyboard.press('r')
    await liu.getByTestId('resolve-dialog').waitFor()
    await liu.keyboard.press('1')
    await expect(liu.getByTestId('outcome-settled')).toHaveClass(/chosen/)
    await expect(liu.getByTestId('resolve-confirm')).toBeDisabled()
    await liu.getByTestId('resolve-note').locator('textarea').fill(agreed)
    await liu.getByTestId('resolve-date-3').click()
    await liu.keyboard.press('Control+Enter')
    await expect(liu.getByTestId('resolve-dialog')).toHaveCount(0)
    await expect(liu.getByTestId('detail-state')).toContainText('待回访')
    await liu.getByTestId('tab-visits').click()
    const visit = liu.getByTestId('escalation-row')
    await expect(visit).toHaveCount(1)
    await expect(visit).toContainText('段红梅')
    await expect(visit).toContainText(/10:00 回访/)

    await zhang.getByTestId('nav-escalations').click()
    await zhang.getByTestId('tab-visits').click()
    await expect(zhang.getByTestId('escalation-row')).toHaveCount(1)
    await expect(zhang.getByTestId('escalation-row')).toContainText('私密会话')
    expect(await shownTo(zhang)).not.toContain(agreed)
  })

  it('ends with the visit made before its day', async () => {
    await liu.keyboard.press('v')
    await liu.getByTestId('visit-dialog').waitFor()
    await liu.keyboard.press('1')
    await liu.getByTestId('visit-note').locator('textarea').fill('两家都在，夜里安静了')
    await liu.keyboard.press('Control+Enter')
    await expect(liu.getByTestId('detail-state')).toContainText('已了结')
    await liu.getByTestId('tab-ended').click()
    await expect(liu.getByTestId('escalation-row').first()).toContainText('调解成功')
    await expect(liu.getByTestId('escalation-steps')).toContainText('刘芳回访：履行良好，了结')
  })
})
