import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { describe, it } from 'vitest'
import { foundStation } from '../../support/served.ts'
import { atTheDesk, enter, expect, root } from './at-the-desk.ts'

/** Messages residents really wrote to a city; not part of the project, so this runs where they are. */
const file = join(root, '..', 'shared', 'data', 'resident_messages_with_replies.jsonl')
const password = 'zhen-shi-xiao-xi'
const password2 = 'xin-lai-de-min-jing'

const there = existsSync(file)

describe.skipIf(!there)(there ? 'real messages' : `real messages: skipped, there is no ${file}`, () => {
  const texts = there
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => (JSON.parse(line) as { text: string }).text)
    : []
  const desk = atTheDesk({
    async prepare(served) {
      await foundStation(served, [{ user: 'sunli', name: '孙丽', role: 'auditor' }], password)
      await served.stop()
      expect(served.desk('replay', file).said).toContain(
        `${texts.length} messages on ${texts.length} threads`,
      )
      await served.restart()
    },
  })
  let page: Page
  let earlier: { size: number; code: string }

  it('the admin adds the officer, who comes in with the password given', async () => {
    const admin = await desk.seat('guanli')
    await enter(admin, 'guanli', password)
    await admin.getByTestId('add-person').click()
    const dialog = admin.getByTestId('person-dialog')
    await dialog.getByLabel('姓名').fill('张磊')
    await dialog.getByLabel('登录名').fill('zhanglei')
    await dialog.getByLabel('初始密码').fill(password2)
    await admin.getByTestId('save-person').click()
    await expect(admin.getByRole('cell', { name: 'zhanglei' })).toBeVisible()
    await admin.context().close()

    page = await desk.seat('zhanglei')
    await enter(page, 'zhanglei', password2)
    await expect(page.getByTestId('inbox')).toBeVisible()
  })

  it('every message is a thread in the list, and the end of the list is one jump away', async () => {
    await expect(page.getByTestId('list-total')).toHaveText(`${texts.length} 个会话`)
    const start = performance.now()
    await page.getByTestId('thread-list').evaluate((it) => it.scrollTo({ top: it.scrollHeight }))
    await expect(page.locator(`[data-testid="thread-row"][aria-rowindex="${texts.length}"]`)).toBeVisible()
    expect(performance.now() - start, 'ms to the last row').toBeLessThan(2_000)
    expect(await page.getByTestId('thread-row').count(), 'rows in the page').toBeLessThan(60)
    await page.getByTestId('thread-list').evaluate((it) => it.scrollTo({ top: 0 }))
  })

  it.each(['物业', '派出所', '户口', '噪音 施工', '不存在的词语'])(
    'a search for %s finds as many as a full scan, and says that all were searched',
    async (words) => {
      const found = texts.filter((text) => words.split(' ').every((word) => text.includes(word))).length
      await page.getByTestId('nav-search').click()
      await page.getByTestId('search-input').fill(words)
      await page.keyboard.press('Enter')
      const n = (count: number) => count.toLocaleString('zh-CN')
      await expect(page.getByTestId('search-total')).toContainText(
        `共 ${n(found)} 条，已搜索全部 ${n(texts.length)} 条`,
      )
      await expect(page.getByTestId('search-hit')).toHaveCount(Math.min(found, 50))
    },
  )

  it('ten threads are worked: claimed, answered, sent by phone, closed', async () => {
    const auditor = await desk.served.login('sunli', password)
    const { size, code } = await auditor.call('ledger.head', {})
    earlier = { size, code }
    auditor.close()
    await page.getByTestId('nav-inbox').click()
    await page.getByTestId('queue-unclaimed').click()
    for (let n = 1; n <= 10; n += 1) {
      await page.keyboard.press('j')
      await expect(page.getByTestId('claim')).toBeVisible()
      await page.keyboard.press('c')
      await expect(page.getByTestId('holding')).toContainText('我承办')
      await page.keyboard.press('r')
      await page.keyboard.insertText(`您反映的第 ${n} 件事已收到，我们今天核实后回复您。`)
      await page.keyboard.press('Enter')
      await page.getByTestId('mark-sent').click()
      await expect(page.getByTestId('delivery').last()).toHaveText('已在手机发送')
      await page.keyboard.press('e')
      await expect(page.getByTestId('close-confirm')).toBeEnabled()
      await page.keyboard.press('Enter')
      await expect(page.getByTestId('holding')).toContainText('已办结：已答复')
    }
    await expect(page.getByTestId('count-unclaimed')).toHaveText(String(texts.length - 10))
    await page.getByTestId('queue-closed').click()
    await expect(page.getByTestId('list-total')).toHaveText('10 个会话')
  }, 60_000)

  it('afterwards the ledger is unaltered, and complete since the head written down before the work', async () => {
    await desk.served.stop()
    const alone = desk.served.desk('verify', desk.served.dir)
    expect(alone.said).toContain('unaltered: yes')
    expect(alone.said).toContain('complete:  unknown')
    const against = desk.served.desk('verify', desk.served.dir, '--code', `${earlier.size}:${earlier.code}`)
    expect(against.said).toContain('unaltered: yes')
    expect(against.said).toContain('complete:  yes')
    expect(against.code).toBe(0)
    const other = desk.served.desk(
      'verify',
      desk.served.dir,
      '--code',
      `${earlier.size}:0000-0000-0000-0000-0000`,
    )
    expect(other.said).toContain('complete:  NO')
    expect(other.code).toBe(1)
  })
})
