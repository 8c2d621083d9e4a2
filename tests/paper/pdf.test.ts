import jsqr from 'jsqr'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Handoff } from '../../src/contract/handoff.ts'
import { auditSummary } from '../../src/paper/audit-summary.ts'
import { handoffSheet } from '../../src/paper/handoff-sheet.ts'
import type { Paper } from '../../src/paper/paper.ts'
import { launchBrowser } from '../support/browser.ts'
import { pdfPages } from '../support/pdf-text.ts'
import { aHandoff, checkpoint, copy, names, plainItem } from './a-handoff.ts'
import { anAudit } from './an-audit.ts'
import { fileOf } from './fonts.ts'

/** Papers as a real Chromium prints them. */
type Read = typeof import('jsqr').default
const read = ((jsqr as unknown as { default?: Read }).default ?? jsqr) as unknown as Read

let browser: Browser
let page: Page
beforeAll(async () => {
  browser = await launchBrowser()
  page = await browser.newPage()
}, 60_000)
afterAll(() => browser?.close())

async function open(paper: Paper): Promise<void> {
  await page.setContent(fileOf(paper), { waitUntil: 'load' })
  await page.evaluate(() => document.fonts.ready)
}
async function printed(paper: Paper): Promise<string[]> {
  await open(paper)
  return pdfPages(await page.pdf({ preferCSSPageSize: true }))
}
const sheet = (handoff: Handoff, language: 'zh' | 'en' = 'zh') => handoffSheet(handoff, names, copy, language)
const draft: Partial<Handoff> = { state: 'preparing', checkpoint: null, code: null, signatures: [] }

describe('a printed sheet', () => {
  test.each([
    [3, 'zh'],
    [60, 'zh'],
    [60, 'en'],
    [300, 'en'],
  ] as const)(
    'of %i items in %s says on each page which of how many it is, and its code',
    async (items, language) => {
      const pages = await printed(sheet(aHandoff(items), language))
      expect(pages.length).toBeGreaterThan(1)
      expect(pages.length).toBeLessThan(4 + items / 8)
      pages.forEach((text, at) => {
        expect(text).toContain(
          language === 'zh' ? `第 ${at + 1} 页，共 ${pages.length} 页` : `Page ${at + 1} of ${pages.length}`,
        )
        expect(text).toContain(`${checkpoint.size} ${checkpoint.code}`)
        expect(text).toContain('隆回县公安局桃洪派出所')
      })
      expect(pages.join('')).toContain(language === 'zh' ? '代 刘芳 签' : 'on behalf of 刘芳')
    },
  )

  test('repeats the heads of its tables, and tears no item across pages', async () => {
    const marked = aHandoff(60)
    marked.items = marked.items.map((item, at) =>
      at < 3 || item.decision?.do !== 'handOver'
        ? item
        : { ...item, title: `起${at}止`, summary: `首${at}句。${'长'.repeat(60)}末${at}句。` },
    )
    const pages = await printed(sheet(marked))
    const torn: string[] = []
    for (const text of pages)
      for (const [, at] of text.matchAll(/起(\d+)止/g)) if (!text.includes(`末${at}句`)) torn.push(at!)
    expect(torn).toEqual([])
    const middle = pages.slice(2, -3)
    expect(middle.length).toBeGreaterThan(2)
    for (const text of middle) expect(text).toContain('号轻重事项摘要下一步期限')
  })

  test('an item longer than a page is printed to its end', async () => {
    const long = aHandoff(0, {
      items: [{ ...plainItem, severity: 'critical', summary: `${'长'.repeat(4_000)}到底` }],
    })
    expect((await printed(sheet(long))).join('')).toContain('到底')
  })

  test('a draft says so across every page', async () => {
    const pages = await printed(sheet(aHandoff(20, draft)))
    expect(pages.length).toBeGreaterThan(2)
    for (const text of pages) expect(text.split('草稿 · 未签名').length - 1).toBe(2) // across it, and at its foot
  })

  test('nothing of a private thread is in the file', async () => {
    const items = aHandoff(8).items.map((item) => ({
      ...item,
      private: true,
      summary: '绝密',
      title: '绝密',
    }))
    const all = (await printed(sheet(aHandoff(0, { items })))).join('')
    expect(all).not.toContain('绝密')
    expect(all).toContain('私密')
  })

  test('nothing runs out of its page, not even words without a gap', async () => {
    const word = 'x'.repeat(400)
    const items = aHandoff(8).items.map((item) => ({
      ...item,
      title: word,
      summary: word,
      accountName: word,
    }))
    const wide = aHandoff(0, {
      items,
      station: word,
      postName: word,
      fromName: word,
      toName: word,
      notices: [word],
    })
    await page.setViewportSize({ width: 680, height: 900 }) // 180 mm between the margins
    await page.emulateMedia({ media: 'print' })
    await open(sheet(wide, 'en'))
    const outside = await page.evaluate(() =>
      [...document.querySelectorAll('body *')]
        .filter((element) => !element.closest('.watermark'))
        .filter((element) => element.getBoundingClientRect().right > 681)
        .map((element) => element.outerHTML.slice(0, 120)),
    )
    await page.emulateMedia({ media: null })
    expect(outside).toEqual([])
  })

  test('its QR code, as it is printed, reads back as the exact signed note', async () => {
    await page.setViewportSize({ width: 1200, height: 900 })
    await open(sheet(aHandoff(3)))
    const png = await page.locator('.qr').screenshot()
    // The page that shows the sheet loads no picture; another one turns the screenshot into dots.
    const other = await browser.newPage()
    const { width, height, dots } = await other.evaluate(async (base64) => {
      const image = new Image()
      image.src = `data:image/png;base64,${base64}`
      await image.decode()
      const canvas = document.createElement('canvas')
      Object.assign(canvas, { width: image.width, height: image.height })
      const context = canvas.getContext('2d')!
      context.drawImage(image, 0, 0)
      const { data } = context.getImageData(0, 0, image.width, image.height)
      return { width: image.width, height: image.height, dots: [...data] }
    }, png.toString('base64'))
    await other.close()
    expect(read(new Uint8ClampedArray(dots), width, height)?.data).toBe(checkpoint.note)
  })
})

describe('what people wrote, in a real browser', () => {
  test('makes no element, runs nothing and asks for nothing', async () => {
    const hostile = `<img src="http://127.0.0.1:9/x" onerror="document.title='run'"><script>document.title='run'</script></style>`
    const asked: string[] = []
    const note = (request: { url(): string }) => asked.push(request.url())
    page.on('request', note)
    const items = aHandoff(8).items.map((item) => ({ ...item, title: hostile, summary: hostile }))
    await open(sheet(aHandoff(0, { items, station: `${hostile}"; } body { display: none } /*` })))
    const found = await page.evaluate(() => ({
      bad: document.querySelectorAll('script, img, iframe, object, link, a, form').length,
      handlers: [...document.querySelectorAll('*')].flatMap((element) =>
        element.getAttributeNames().filter((name) => name.startsWith('on')),
      ),
      styles: document.querySelectorAll('style').length,
      shown: getComputedStyle(document.body).display,
      title: document.title,
    }))
    page.off('request', note)
    expect(found).toMatchObject({ bad: 0, handlers: [], styles: 1, shown: 'block' })
    expect(found.title).not.toBe('run')
    expect(asked.filter((url) => !url.startsWith('data:'))).toEqual([])
  })
})

describe('a printed summary', () => {
  test.each(['zh', 'en'] as const)('in %s has its pages counted', async (language) => {
    const pages = await printed(auditSummary(anAudit(), language))
    pages.forEach((text, at) => {
      expect(text).toContain(
        language === 'zh' ? `第 ${at + 1} 页，共 ${pages.length} 页` : `Page ${at + 1} of ${pages.length}`,
      )
    })
    expect(pages.join('')).not.toContain('绝密')
  })
})
