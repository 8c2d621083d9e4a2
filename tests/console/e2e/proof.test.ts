import { cpSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { buildIfStale } from '../../../scripts/build-if-stale.ts'
import { type BrowserHost, startBrowserHost } from '../../../src/hosts/browser/server.ts'
import { qr } from '../../../src/paper/qr.ts'
import { launchBrowser } from '../../support/browser.ts'
import { at } from '../../support/console.ts'
import { verdictOf } from '../../support/exports.ts'
import { offer, takeOn } from '../../support/handing-over.ts'
import { hour, password, type TestStation, tempDir, testStation } from '../../support/station.ts'
import { alarmsDesk } from './alarms-desk.ts'
import { enter, expect, openThread, root } from './at-the-desk.ts'

const words = '我家老房子的拆迁协议丢了，怎么补'

/** The code of a sheet as a photo of it shows it: grey paper, not quite straight, of whatever is in the picture. */
async function photoOf(page: Page, text: string): Promise<Buffer> {
  const { attributes, children } = qr(text, '')
  const [, path] = children
  if (typeof path !== 'object') throw new Error('the code is drawn in another way')
  const modules = Number(attributes.viewBox?.split(' ')[2])
  const base64 = await page.evaluate(
    ({ d, modules }) => {
      const canvas = document.createElement('canvas')
      canvas.width = 1_500
      canvas.height = 1_100
      const context = canvas.getContext('2d')!
      context.fillStyle = '#e8e6df'
      context.fillRect(0, 0, 1_500, 1_100)
      context.translate(520, 210)
      context.rotate(0.06)
      context.scale(520 / modules, 520 / modules)
      context.fillStyle = '#222'
      context.fill(new Path2D(d))
      return canvas.toDataURL('image/png').split(',')[1]!
    },
    { d: path.attributes.d, modules },
  )
  return Buffer.from(base64, 'base64')
}

describe('an auditor asks for proof', () => {
  const desk = alarmsDesk()
  let auditor: Page
  let officer: Page
  let thread: string
  let sheet: { size: number; code: string; note: string }
  const part = () => auditor.getByTestId('proof')

  beforeAll(async () => {
    ;[auditor, officer] = await Promise.all([desk.seat('ducha'), desk.seat('zhang')])
  }, 60_000)

  it('verifies the whole ledger, and sees how far it is', async () => {
    desk.station.now = desk.station.station.now()
    const [zhang, li] = [await at(desk.station, 'zhang'), await at(desk.station, 'li')]
    thread = desk.says('二组 李强', words)
    const other = desk.says('一组 陈大勇', '户口本换新要多久')
    await zhang.call('thread.claim', { thread: other })
    const handoff = await offer(desk.station, zhang)
    await takeOn(li, handoff)
    sheet = (await li.call('handoff.get', { handoff })).checkpoint as typeof sheet
    await auditor.getByTestId('nav-audit').click()
    await auditor.getByTestId('audit-proof').click()
    await part().getByTestId('verify').waitFor()
    await auditor.evaluate(() => {
      new MutationObserver(() => {
        if (document.querySelector('[role="progressbar"]')) document.body.dataset.sawProgress = 'yes'
      }).observe(document.body, { childList: true, subtree: true })
    })
    await part().locator('.verify textarea').fill(`${sheet.size} ${sheet.code}`)
    await part().getByTestId('verify').click()
    const verdict = part().getByTestId('verdict')
    await expect(verdict).toContainText('未被改动')
    await expect(verdict).toContainText('没有删减')
    await expect(verdict.getByTestId('head-verdict')).toContainText(sheet.code)
    await expect(verdict.getByTestId('head-verdict')).toContainText('一致')
    expect(await auditor.evaluate(() => document.body.dataset.sawProgress)).toBe('yes')
  })

  it('finds the verdict again after looking elsewhere', async () => {
    await auditor.getByTestId('nav-about').click()
    await expect(auditor.getByTestId('verdict')).toContainText('未被改动')
    await auditor.getByTestId('nav-audit').click()
    await auditor.getByTestId('audit-proof').click()
    await expect(part().getByTestId('verdict')).toContainText('未被改动')
  })

  it('compares the code that is printed on the sheet of a handoff, and one that was miscopied', async () => {
    const field = part().getByTestId('compare-head').locator('textarea')
    await field.fill(`${sheet.size} ${sheet.code.toLowerCase()}`)
    await field.press('Enter')
    const verdict = part().getByTestId('compare-verdict')
    await expect(verdict).toHaveAttribute('data-is', 'matches')
    await expect(verdict).toContainText(`账本的前 ${sheet.size} 条`)
    await field.fill(`${sheet.size - 1} ${sheet.code}`)
    await expect(verdict).toHaveCount(0)
    await field.press('Enter')
    await expect(verdict).toHaveAttribute('data-is', 'differs')
    await expect(verdict).toContainText('如果没有抄错')
  })

  it('compares a photo of its QR, and is told where there is none in the picture', async () => {
    const picture = await photoOf(auditor, sheet.note)
    const choose = (buffer: Buffer) =>
      part().getByTestId('compare-file').setInputFiles({ name: 'sheet.png', mimeType: 'image/png', buffer })
    await choose(picture)
    await expect(part().getByTestId('compare-verdict')).toHaveAttribute('data-is', 'matches')
    await expect(part().getByTestId('compare-head').locator('textarea')).toHaveValue(/— /)
    await choose(await auditor.screenshot({ clip: { x: 0, y: 0, width: 60, height: 60 } }))
    await expect(part().getByTestId('compare')).toContainText('照片里没有找到二维码')
    await choose(Buffer.from('no picture at all'))
    await expect(part().getByTestId('compare')).toContainText('照片里没有找到二维码')
  })

  it('exports a period, takes the file away, and the verifier alone finds it sound', async () => {
    await part().getByTestId('scope-period').click()
    await part().getByTestId('export-make').click()
    await expect(part().getByTestId('export-done')).toContainText('已导出')
    await expect(part().getByTestId('export-row')).toHaveCount(1)
    const [download] = await Promise.all([
      auditor.waitForEvent('download'),
      part().getByTestId('export-done').getByTestId('export-fetch').click(),
    ])
    const file = join(tempDir(), download.suggestedFilename())
    await download.saveAs(file)
    const verdict = await verdictOf(file, [sheet])
    expect(verdict).toMatchObject({ agreed: true, unaltered: { ok: true }, complete: 'yes', papers: 'bound' })
    await expect(part().getByTestId('witnesses')).toContainText(download.suggestedFilename())
  })

  it('exports one thread from its more-menu', async () => {
    await openThread(auditor, thread)
    await auditor.getByTestId('more-acts').click()
    await auditor.getByText('导出这个会话…').click()
    await expect(part().getByTestId('scope-thread')).toHaveAttribute('aria-pressed', 'true')
    await expect(part().getByTestId('exports')).toContainText('二组 李强')
    await part().getByTestId('export-make').click()
    await expect(part().getByTestId('export-row')).toHaveCount(2)
    await expect(part().getByTestId('export-row').first()).toContainText('一个会话')
  })

  it('a supervisor holds a thread from its menu, and finds another resident’s by name', async () => {
    const chief = await desk.seat('daiban')
    await openThread(chief, thread)
    await chief.getByTestId('more-acts').click()
    await chief.getByText('保全这个会话…').click()
    await chief.getByTestId('hold-reason').locator('input').fill('拆迁案取证')
    await chief.keyboard.press('Enter')
    await chief.getByText('已加保全').waitFor()
    await chief.getByTestId('nav-settings').click()
    await chief.getByTestId('settings-retention').click()
    await expect(chief.getByTestId('hold')).toContainText('二组 李强')
    await expect(chief.getByTestId('hold')).toContainText('拆迁案取证')
    await chief.getByTestId('erase-thread').click()
    await chief.getByTestId('erase-of-find').locator('input').fill('李强')
    await chief.getByTestId('erase-of-find-hit').click()
    await chief.getByTestId('erase-preview').click()
    await expect(chief.getByTestId('erase-left')).toContainText('在法律保全之下')
    await expect(chief.getByTestId('erase-run')).toHaveCount(0)
    await chief.getByTestId('hold-lift').click()
    await chief.getByTestId('lift-reason').locator('input').fill('案件已结')
    await chief.keyboard.press('Enter')
    await expect(chief.getByTestId('hold')).toContainText('已由陈所长')
    await chief.context().close()
  })

  it('an admin sees what would go, erases it for good, and the words are gone from the thread on screen', async () => {
    await openThread(officer, thread)
    await expect(officer.getByTestId('message').first()).toContainText(words)
    const zhang = await at(desk.station, 'zhang')
    await zhang.call('thread.close', {
      thread,
      disposition: 'handledByPhone',
      seen: (await zhang.call('thread.get', { thread })).lastSeq,
    })
    await desk.pass(190 * 24 * hour)
    const admin = await desk.seat('guanli')
    await admin.getByTestId('nav-settings').click()
    await admin.getByTestId('settings-retention').click()
    await admin.getByTestId('erase-thread').click()
    await admin.getByTestId('erase-of-id').locator('input').fill(thread)
    await admin.getByTestId('erase-preview').click()
    const shown = admin.getByTestId('erase-shown')
    await expect(shown).toContainText('将删除')
    await expect(shown.getByTestId('erase-beyond')).toContainText('导出包里还有原文')
    await admin.getByTestId('erase-ground').locator('input').fill('个人信息保护法第四十七条')
    await admin.getByTestId('erase-password').locator('input').fill('not-mine')
    await admin.getByTestId('erase-run').click()
    await expect(admin.getByTestId('erase')).toContainText('密码不正确')
    await admin.getByTestId('erase-password').locator('input').fill(password)
    await admin.getByTestId('erase-run').click()
    await expect(admin.getByTestId('erase-done')).toContainText('已永久删除')
    await expect(admin.getByTestId('erasure')).toContainText('个人信息保护法第四十七条')
    await expect(officer.getByTestId('message').first()).toContainText('内容已按规定删除')
    await expect(officer.locator('body')).not.toContainText(words)
  })
})

describe('a database put back to an old copy', () => {
  const clearUps: (() => unknown)[] = []
  const later = (clearUp: () => unknown) => void clearUps.push(clearUp)
  let browser: Browser
  let station: TestStation
  let host: BrowserHost
  let copy: string
  const serve = async (port: number) => {
    host = await startBrowserHost(station.desk, { files: join(root, 'out', 'renderer'), port })
  }
  const seat = async (user: 'zhang' | 'daiban') => {
    const page = await (await browser.newContext({ locale: 'zh-CN' })).newPage()
    page.setDefaultTimeout(15_000)
    await page.goto(host.url)
    await enter(page, user, password)
    await page.getByTestId('nav-about').waitFor()
    return page
  }
  beforeAll(async () => {
    buildIfStale(root)
    browser = await launchBrowser()
    const clock = () => Date.now()
    station = await testStation({ clock, later })
    await serve(0)
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    await host?.close()
    for (const clearUp of clearUps.reverse()) await clearUp()
  })

  it('is told at once on the computer that remembers, and on the supervisor’s, until the supervisor has taken note', async () => {
    const [zhang, daiban] = await Promise.all([seat('zhang'), seat('daiban')])
    const remembers = (page: Page) => page.evaluate(() => localStorage.getItem('duty-desk.heads'))
    // What a computer remembers of its login comes after its screen is there.
    await expect.poll(() => remembers(zhang)).not.toBeNull()
    copy = tempDir(later)
    await station.station.db.backup(join(copy, 'duty-desk.db'))
    cpSync(join(station.dir, 'secrets'), join(copy, 'secrets'), { recursive: true })
    const before = await remembers(zhang)
    station.hears({ text: '后来的一句' })
    await zhang.reload()
    await expect.poll(() => remembers(zhang)).not.toBe(before)
    await expect(zhang.getByTestId('witness-banner')).toHaveCount(0)

    const { port } = new URL(host.url)
    await host.close()
    await station.close()
    station = await testStation({ dir: copy, clock: () => Date.now(), later })
    await serve(Number(port))
    await expect(zhang.getByTestId('witness-banner')).toContainText('这台电脑上次看到账本有')
    await expect(zhang.getByTestId('witness-look')).toHaveCount(0)
    await expect(daiban.getByTestId('witness-banner')).toContainText('张建国的电脑')
    await daiban.getByTestId('witness-look').click()
    await expect(daiban.getByTestId('contradiction')).toContainText('账本变短了')
    await expect(daiban.getByTestId('witnesses')).toContainText('账本变短了')
    await daiban.getByTestId('take-note').click()
    for (const page of [zhang, daiban]) await expect(page.getByTestId('witness-banner')).toHaveCount(0)
    await daiban.getByTestId('contradictions-noted').click()
    await expect(daiban.getByTestId('contradictions-noted')).toContainText('陈所长已知悉')

    // From here on the computer bears witness of the ledger as it is.
    await zhang.reload()
    await zhang.getByTestId('nav-about').waitFor()
    await expect.poll(() => remembers(zhang)).toContain('"contradicted":[{')
    await expect(zhang.getByTestId('witness-banner')).toHaveCount(0)
  })
})
