import type { Page } from 'playwright'
import { beforeAll, describe, it } from 'vitest'
import { password } from '../../support/station.ts'
import { alarmsDesk, alarmsRinging } from './alarms-desk.ts'
import { expect, openThread, write } from './at-the-desk.ts'

const cry = '我不想活了'

describe('an alarm at two consoles', () => {
  const desk = alarmsDesk()
  let zhang: Page
  let li: Page
  let papers: string
  let thread: string
  beforeAll(async () => {
    ;[zhang, li] = await Promise.all([desk.seat('zhang'), desk.seat('li')])
    papers = desk.says('二组 李强', '请问新生儿落户要带什么材料？')
  }, 60_000)

  it('a cry for help is on both screens within a second, and sounds until somebody acknowledges', async () => {
    await openThread(zhang, papers)
    await write(zhang, '请带出生医学证明')
    await li.getByTestId('nav-settings').click()
    const start = Date.now()
    thread = desk.says('三组 王桂兰', cry, 'cry')
    await Promise.all([zhang, li].map((page) => page.getByTestId('alarm-bar').waitFor()))
    expect(Date.now() - start, 'ms until both saw it').toBeLessThan(1_000)
    for (const page of [zhang, li]) {
      await expect(page.getByTestId('alarm-line')).toHaveCount(1)
      await expect(page.getByTestId('alarm-line')).toContainText('轻生危机')
      await expect(page.getByTestId('alarm-line')).toContainText('三组 王桂兰')
      await expect(page.getByTestId('alarm-line')).toContainText('户户通·柳河村')
      await expect.poll(() => alarmsRinging(page)).toBe(1)
      await expect.poll(() => page.title()).toBe('(!) 警报')
    }
  })

  it('whoever was writing goes on writing', async () => {
    await expect(zhang.getByTestId('composer-text')).toBeFocused()
    await expect(zhang.getByTestId('composer-text')).toHaveValue('请带出生医学证明')
  })

  it('ten seconds later it is taken back: the bar says so, and it is still one alarm', async () => {
    await desk.pass(10_000)
    desk.takesBack('cry')
    for (const page of [zhang, li]) {
      await expect(page.getByTestId('alarm-recalled')).toBeVisible()
      await expect(page.getByTestId('alarm-line')).toHaveCount(1)
    }
  })

  it('after a minute it is with the supervisor, and the bar says that', async () => {
    await desk.pass(61_000)
    await expect(zhang.getByTestId('alarm-called')).toContainText('已上报带班领导')
  })

  it('both press the key at once: one looks after it, the other learns who, and no bar is left', async () => {
    await Promise.all([zhang, li].map((page) => page.keyboard.press('Alt+a')))
    // What both are told goes away by itself.
    const told = [zhang, li].map((page) =>
      page
        .getByText(/已由你接手|已经接手了这个警报/)
        .first()
        .textContent(),
    )
    const winner = (await Promise.all(told))[0]!.includes('已由你接手') ? zhang : li
    const loser = winner === zhang ? li : zhang
    await expect(loser.getByText(/已经接手了这个警报/)).toBeVisible()
    for (const page of [zhang, li]) {
      await expect(page.getByTestId('alarm-bar')).toHaveCount(0)
      await expect.poll(() => alarmsRinging(page)).toBe(0)
      await expect.poll(() => page.title()).not.toContain('警报')
    }
    const auditor = await desk.seat('ducha')
    await auditor.getByTestId('nav-alarms').click()
    await expect(auditor.getByTestId('followed-row')).toHaveCount(1)
    await expect(auditor.getByTestId('record-contact')).toHaveCount(0)
    await expect(winner.locator(`.thread[data-thread="${thread}"]`)).toBeVisible()
    await expect(winner.getByTestId('mark').first()).toContainText('轻生危机')
    await auditor.context().close()
  })

  it('the draft of whoever was writing is where it was', async () => {
    await openThread(zhang, papers)
    await expect(zhang.getByTestId('composer-text')).toHaveValue('请带出生医学证明')
  })

  it('a locked screen says that there is an alarm, since when and where; no name, no word; unlocking leads to it', async () => {
    await li.keyboard.press('Alt+l')
    await expect(li.getByTestId('lock')).toBeVisible()
    const other = desk.says('一组 陈大勇', '救命，他拿着刀在砍我家的门', 'knife')
    await expect(li.getByTestId('lock-alarm')).toContainText(/有 1 个警报 · 自 \d\d:\d\d · 户户通·柳河村/)
    await expect.poll(() => alarmsRinging(li)).toBe(1)
    const readable = await li.locator('body').innerText()
    expect(readable).not.toContain('陈大勇')
    expect(readable).not.toContain('砍')
    expect(readable).not.toContain('暴力')
    await li.locator('input[autocomplete="current-password"]:visible').fill(password)
    await li.keyboard.press('Enter')
    await li.locator(`.thread[data-thread="${other}"]`).waitFor()
    await expect(li.getByTestId('alarm-bar')).toBeVisible()
  })

  it('out of sight, the system tells it with the station’s name and no word of the matter', async () => {
    await zhang.evaluate(() => {
      Object.defineProperty(document, 'hidden', { get: () => true, configurable: true })
    })
    desk.says('六组 钱秀兰', '救命，他在往死里打我')
    const shown = () => zhang.evaluate(() => (window as unknown as { notified: string[] }).notified)
    await expect.poll(shown).toEqual(['柳河派出所：有警报，请立即查看'])
    await zhang.evaluate(() => Reflect.deleteProperty(document, 'hidden'))
    for (let left = 2; left > 0; left -= 1) {
      await expect(zhang.getByTestId('alarm-line')).toHaveCount(left)
      await zhang.keyboard.press('Alt+a')
    }
    await expect(zhang.getByTestId('alarm-bar')).toHaveCount(0)
  })

  it('more than two are a count with a list', async () => {
    desk.says('四组 赵小梅', '我家孩子不见了，放学到现在没回家')
    desk.says('五组 孙志强', '我不想活了，药都买好了')
    desk.says('七组 周建军', '我爸拿刀要杀了我妈，快来人')
    await expect(zhang.getByTestId('alarm-count')).toContainText('3 个警报待确认')
    await expect(zhang.getByTestId('alarm-line')).toHaveCount(0)
    await zhang.getByTestId('alarm-list').click()
    await expect(zhang.getByTestId('alarm-line')).toHaveCount(3)
    for (let left = 3; left > 0; left -= 1) {
      await zhang.keyboard.press('Alt+a')
      await expect(zhang.getByTestId('alarm-line')).toHaveCount(left - 1)
    }
  })

  it('a contact that is due is a quieter line, and recording it sets the next', async () => {
    await desk.pass(16 * 60_000)
    await expect(zhang.getByTestId('contact-due')).toBeVisible()
    await zhang.getByTestId('nav-alarms').click()
    const due = zhang.getByTestId('followed-row').filter({ hasText: '陈大勇' })
    await expect(due.getByTestId('next-contact')).toContainText('该联系了')
    await due.getByTestId('record-contact').click()
    await zhang.getByTestId('contact-note').locator('textarea').fill('已到现场，对方被带离')
    await zhang.getByTestId('next-60').check()
    await zhang.getByTestId('contact-confirm').click()
    await expect(due.getByTestId('last-note')).toContainText('已到现场，对方被带离')
    await expect(due.getByTestId('next-contact')).toContainText('后联系')
  })

  it('nobody closes it alone: the second person’s own password is asked, a wrong one is said to be wrong', async () => {
    const row = zhang.getByTestId('followed-row').filter({ hasText: '陈大勇' })
    await row.getByTestId('close-alarm').click()
    await zhang.getByTestId('outcome-policeAttended').check()
    await zhang.getByTestId('close-note').locator('textarea').fill('见到本人，没有受伤')
    await zhang.getByTestId('close-second').click()
    const offered = zhang.locator('.n-base-select-option')
    await expect(offered.filter({ hasText: '张建国' })).toHaveCount(0)
    await offered.filter({ hasText: '陈所长' }).click()
    await zhang.getByTestId('close-password').locator('input').fill('not-his-own')
    await zhang.getByTestId('close-alarm-confirm').click()
    await expect(zhang.getByText('密码不正确')).toBeVisible()
    await zhang.getByTestId('close-password').locator('input').fill(password)
    await zhang.getByTestId('close-alarm-confirm').click()
    await expect(row).toHaveCount(0)
    await zhang.getByTestId('closed-alarms').getByText('陈大勇').click()
    const steps = zhang.getByTestId('alarm-step')
    await expect(steps.first()).toContainText('居民的消息触发警报：暴力侵害')
    await expect(steps.last()).toContainText('张建国与陈所长一致同意解除：民警到场处置')
    await expect(steps.last()).toContainText('见到本人，没有受伤')
    await zhang.keyboard.press('Escape')
  })

  it('why it rang stands beside every message, and why another did not', async () => {
    await openThread(zhang, thread)
    await zhang.getByTestId('why').first().focus()
    await zhang.keyboard.press('w')
    const pane = zhang.getByTestId('why-pane')
    await expect(pane).toContainText('为什么响了警报')
    await expect(pane.getByTestId('finding').first()).toContainText('达到警报')
    await expect(pane.locator('mark.counted').first()).toContainText('不想活')
    await zhang.keyboard.press('Escape')
    await expect(pane).toHaveCount(0)
    await openThread(zhang, papers)
    await zhang.getByTestId('why').first().focus()
    await zhang.keyboard.press('w')
    await expect(pane).toContainText('为什么没有响')
    await expect(pane).toContainText('没有匹配到任何规则')
    await zhang.keyboard.press('Escape')
  })

  it('the supervisor makes a phrase one that never counts, tries it, and unsaved changes stay', async () => {
    const chief = await desk.seat('daiban')
    const place = async () => {
      await chief.getByTestId('nav-settings').click()
      await chief.getByTestId('settings-lexicon').click()
    }
    await place()
    await chief.getByTestId('ordinary').getByTestId('word-input').fill('不想活了这种歌')
    await chief.keyboard.press('Enter')
    await chief.getByTestId('nav-about').click()
    await place()
    await expect(chief.getByTestId('ordinary')).toContainText('不想活了这种歌')
    await chief.getByTestId('save-lexicon').click()
    await expect(chief.getByTestId('lexicon-version')).toContainText('/1')
    await expect(chief.getByTestId('save-lexicon')).toHaveCount(0)
    await chief.getByTestId('try-text').locator('textarea').fill('今天听了不想活了这种歌')
    await chief.keyboard.press('Enter')
    await expect(chief.getByTestId('try-result')).not.toContainText('会响警报')
    await chief.getByTestId('try-text').locator('textarea').fill(cry)
    await chief.keyboard.press('Enter')
    await expect(chief.getByTestId('try-result')).toContainText('会响警报：轻生危机')
  })
})
