import type { Page } from 'playwright'
import { beforeAll, describe, it } from 'vitest'
import { atTheDesk, demoPassword, expect, openThread, reading } from './at-the-desk.ts'

/** As it comes out of a phone: a residents' group in which one speaks of what nobody should read there. */
const groupChat = `柳河三组 王桂兰 2026-11-20 09:00
明天几点来修路灯？

柳河三组 王桂兰 2026-11-20 09:01
晚上太黑了。

柳河三组 李大强 2026-11-20 09:05
我弟弟又来闹分家的事，门都砸了，谁来管管`
const asked = [
  ['孙小梅', '身份证过期了怎么换，要带什么材料'],
  ['赵铁柱', '我的身份证过期了，换新的要带什么材料'],
  ['钱多福', '请问身份证过期了怎么换新的'],
] as const
const answer = '身份证到期换领：带户口簿到派出所户籍窗口办理，20 个工作日领取。'

describe('a residents’ group worked by hand', () => {
  const desk = atTheDesk({ demo: true })
  let page: Page
  const bubbles = () => page.getByTestId('message')
  beforeAll(async () => {
    page = await desk.seat('zhanglei', { as: 'zhanglei' })
  }, 60_000)

  it('is pasted as one thread, and each says whose words they are', async () => {
    await page.getByTestId('paste-open').click()
    const dialog = page.getByTestId('paste-dialog')
    await dialog.getByTestId('paste-group').click()
    await dialog.locator('textarea').fill(groupChat)
    await expect(dialog.getByTestId('paste-needs-group')).toBeVisible()
    await dialog.locator('[data-testid="paste-group-name"] input').fill('柳河村三组群')
    await expect(dialog.getByTestId('paste-found')).toHaveText('识别出 3 条')
    await dialog.getByTestId('paste-import').click()
    await expect(dialog).toHaveCount(0)
    await expect(page.getByTestId('thread-title')).toContainText('柳河村三组群')
    await expect(bubbles()).toHaveCount(3)
    await expect(page.locator('[data-testid="speaker"]:visible')).toHaveText([/王桂兰/, /李大强/])
  })

  it('shows on its card who spoke last', async () => {
    await expect(page.getByTestId('resident-card')).toContainText('群聊资料')
    await expect(page.getByTestId('group-speaker')).toHaveCount(2)
    await expect(page.getByTestId('group-speaker').first()).toContainText('李大强')
  })

  it('does not send a line that names the one it is about', async () => {
    await reading(page)
    await page.keyboard.press('m')
    const dialog = page.getByTestId('move-dialog')
    await expect(dialog.getByTestId('move-choice').first()).toContainText('我弟弟又来闹分家的事')
    await dialog.getByTestId('move-line').fill('李大强家的事我们单独谈')
    await expect(dialog.getByTestId('move-named')).toContainText('李大强')
    await expect(dialog.getByTestId('move-confirm')).toBeDisabled()
    await page.keyboard.press('Escape')
    await expect(dialog).toHaveCount(0)
  })

  it('loses one matter to private talk and keeps a neutral line', async () => {
    await page.keyboard.press('m')
    const dialog = page.getByTestId('move-dialog')
    const line = await dialog.getByTestId('move-line').inputValue()
    expect(line).not.toContain('李大强')
    await dialog.getByTestId('move-confirm').click()
    await expect(dialog).toHaveCount(0)
    await expect(page.getByTestId('thread-title')).toContainText('李大强')
    await expect(bubbles().last()).toContainText('张磊')

    const back = page.locator('[data-type="thread.cameFromGroup"]')
    await expect(back).toContainText('由群聊转为单聊')
    await back.getByTestId('act-other').click()
    await expect(page.getByTestId('thread-title')).toContainText('柳河村三组群')
    await expect(page.locator('[data-testid="message"].desk')).toContainText(line.slice(0, 8))
    const moved = page.locator('[data-type="group.movedToPrivate"]')
    await expect(moved).toContainText('转到单聊')
    await expect(moved).not.toContainText('李大强')
  })

  it('has a colleague and an electrician pulled in, both on record', async () => {
    await page.keyboard.press('p')
    const dialog = page.getByTestId('pull-in-dialog')
    await dialog.getByTestId('pull-in-liufang').click()
    await dialog.locator('[data-testid="pull-in-reason"] input').fill('一起看看路灯')
    await dialog.getByTestId('pull-in-confirm').click()
    await expect(dialog).toHaveCount(0)
    await page.keyboard.press('p')
    await dialog.getByTestId('pull-in-outsider').click()
    await dialog.locator('[data-testid="pull-in-name"] input').fill('周师傅')
    await dialog.locator('[data-testid="pull-in-profession"] input').fill('电工')
    await dialog.locator('[data-testid="pull-in-reason"] input').fill('查路灯线路')
    await dialog.getByTestId('pull-in-confirm').click()
    const acts = page.locator('[data-type="thread.pulledIn"]')
    await expect(acts).toHaveCount(2)
    await expect(acts.first()).toContainText('刘芳')
    await expect(acts.last()).toContainText('周师傅（电工）')
    await expect(acts.last()).toContainText('查路灯线路')
  })
})

describe('a question of many', () => {
  const desk = atTheDesk({ demo: true })
  let page: Page
  const threads: string[] = []
  beforeAll(async () => {
    const officer = await desk.served.login('chenjun', demoPassword)
    const accounts = await officer.call('accounts.list', {})
    const account = accounts.find(({ kind }) => kind === 'by-hand')!.id
    for (const [contactName, words] of asked) {
      const text = `${contactName} 2026-11-20 09:00\n${words}`
      const came = await officer.call('paste.import', { account, text, contactName })
      threads.push(came.threads[0]!)
    }
    officer.close()
    page = await desk.seat('zhanglei', { as: 'zhanglei' })
  }, 60_000)

  it('is found from one of them, named and linked', async () => {
    await openThread(page, threads[0]!)
    await page.keyboard.press('b')
    const dialog = page.getByTestId('similar-dialog')
    for (const thread of threads.slice(1))
      await dialog.locator(`[data-testid="similar"][data-thread="${thread}"]`).click()
    await dialog.locator('[data-testid="common-title"] input').fill('身份证到期换领')
    await expect(dialog.getByTestId('common-link')).toHaveText('并入 3 个会话')
    await dialog.getByTestId('common-link').click()
    await expect(dialog).toHaveCount(0)
    await expect(page.getByTestId('common-dialog')).toContainText('身份证到期换领')
    await expect(page.getByTestId('asker')).toHaveCount(3)
  })

  it('stands under the queues until it is answered', async () => {
    await page.keyboard.press('Escape')
    await expect(page.getByTestId('common-dialog')).toHaveCount(0)
    await expect(page.getByTestId('common')).toContainText('身份证到期换领')
    await expect(page.getByTestId('common').locator('.count')).toHaveText('3')
    await page.getByTestId('common').click()
    await expect(page.getByTestId('asker')).toHaveCount(3)
  })

  it('is answered once; whoever wrote again meanwhile is left until that was read', async () => {
    const dialog = page.getByTestId('common-dialog')
    await expect(dialog.getByTestId('asker-state')).toHaveText(['待答复', '待答复', '待答复'])
    const officer = await desk.served.login('chenjun', demoPassword)
    const [contactName] = asked[2]
    const accounts = await officer.call('accounts.list', {})
    const account = accounts.find(({ kind }) => kind === 'by-hand')!.id
    const text = `${contactName} 2026-11-20 10:00\n照片要自己带吗`
    await officer.call('paste.import', { account, text, contactName })
    officer.close()
    await dialog.getByTestId('common-text').fill(answer)
    await dialog.getByTestId('common-send').click()
    await expect(dialog.getByTestId('common-came')).toContainText('已答复 2 位')
    const left = dialog.getByTestId('common-left')
    await expect(left).toHaveCount(1)
    await expect(left).toContainText('照片要自己带吗')
    await left.getByTestId('common-retry').click()
    await expect(left).toHaveCount(0)
    await expect(dialog.getByTestId('common-came')).toContainText('已答复 3 位')
    await page.keyboard.press('Escape')
    await expect(dialog).toHaveCount(0)
    await expect(page.getByTestId('commons')).toHaveCount(0)
  })

  it.each([0, 1, 2])('each asker has the answer (%#)', async (nth) => {
    await openThread(page, threads[nth]!)
    await expect(page.locator('[data-testid="message"].desk').last()).toContainText('带户口簿到派出所')
    await expect(page.getByTestId('holding')).toContainText('已办结')
  })
})
