import type { Page } from 'playwright'
import { beforeAll, describe, it } from 'vitest'
import { atTheDesk, demoPassword, expect } from './at-the-desk.ts'

/** By its address, as from a link of a colleague. */
const goTo = (page: Page, address: string) =>
  page.evaluate((hash) => {
    location.hash = hash
  }, address)

describe('the auditor’s desk', () => {
  const desk = atTheDesk({ demo: true })
  let sun: Page
  beforeAll(async () => {
    sun = await desk.seat('sunli', { as: 'sunli' })
  }, 120_000)

  it('is where an auditor arrives, with every record in a sentence', async () => {
    await expect(sun.getByTestId('audit')).toBeVisible()
    await expect(sun.getByTestId('record-row').first()).toBeVisible()
    const sentences = await sun.locator('[data-testid="record-row"] .sentence').allTextContents()
    expect(sentences.length).toBeGreaterThan(10)
    for (const sentence of sentences) expect(sentence, sentence).not.toMatch(/[a-z]+\.[a-z]+|\{|acts/i)
  })

  it('narrows the records by person and by kind, and a chip takes it back', async () => {
    await sun.getByTestId('filter-person').click()
    await sun.locator('.n-base-select-option', { hasText: '陈军' }).click()
    await expect(sun.getByTestId('chip-person')).toContainText('陈军')
    const who = sun.locator('[data-testid="record-row"] .who')
    await expect.poll(async () => new Set(await who.allTextContents())).toEqual(new Set(['陈军']))
    await sun.getByTestId('chip-person').click()
    await expect(sun.getByTestId('chip-person')).toHaveCount(0)
    await expect.poll(async () => new Set(await who.allTextContents()).size).toBeGreaterThan(1)
  })

  it('chooses a time on the chart by keyboard', async () => {
    await sun.getByTestId('density-plot').focus()
    await sun.keyboard.press('End')
    await sun.keyboard.press('Shift+ArrowLeft')
    await sun.keyboard.press('Enter')
    await expect(sun.getByTestId('chip-from')).toBeVisible()
    await sun.getByTestId('density-all').click()
    await expect(sun.getByTestId('chip-from')).toHaveCount(0)
  })

  /** A claim of a thread that nobody held just before. */
  async function freshClaim(): Promise<{ seq: number; thread: string; holder: string }> {
    const elsewhere = await desk.served.login('sunli', demoPassword)
    const { rows } = await elsewhere.call('audit.records', {
      filter: { types: ['thread.claimed'] },
      limit: 100,
    })
    for (const { seq, thread, actorName, contactName } of rows) {
      if (thread === null || contactName === '🔒') continue
      const before = await elsewhere.call('history.thread', { thread, seq: seq - 1, limit: 1 })
      if (before.thread.holder !== null) continue
      elsewhere.close()
      return { seq, thread, holder: actorName }
    }
    throw new Error('nothing was claimed at this station')
  }

  it('opens the raw entry, checks its hashes, and puts the clock back to before the claim', async () => {
    const { seq, holder } = await freshClaim()
    await goTo(sun, `#/audit?part=records&types=thread.claimed&toSeq=${seq}`)
    const row = sun.locator(`[data-testid="record-row"][data-seq="${seq}"]`)
    await expect(row).toContainText(`${holder}认领了会话`)
    await row.click()
    await sun.keyboard.press('i')
    await expect(sun.getByTestId('raw-entry')).toContainText('"type": "thread.claimed"')
    await expect(sun.getByTestId('raw-checks')).toContainText('原文与叶散列相符')
    await sun.keyboard.press('t')
    await expect(sun.getByTestId('history-banner')).toHaveAttribute('data-seq', String(seq))
    await expect(sun.getByTestId('history-banner')).toContainText(
      /这是 \d{4}-\d\d-\d\d \d\d:\d\d:\d\d 的样子/,
    )
    await expect(sun.getByTestId('state-then')).toHaveText(`${holder}承办`)
    await sun.getByTestId('time-slider').focus()
    await sun.keyboard.press('ArrowLeft')
    await expect(sun.getByTestId('history-banner')).toHaveAttribute('data-seq', String(seq - 1))
    await expect(sun.getByTestId('state-then')).toHaveText('无人承办')
    await expect(sun).toHaveURL(new RegExp(`seq=${seq - 1}`))
    await sun.reload()
    await expect(sun.getByTestId('history-banner')).toHaveAttribute('data-seq', String(seq - 1))
    await expect(sun.getByTestId('state-then')).toHaveText('无人承办')
  })

  it('is dragged along the slider, and shows the place it was let go at', async () => {
    const track = (await sun.getByTestId('time-slider').boundingBox())!
    const middle = track.y + track.height / 2
    await sun.mouse.move(track.x + track.width - 3, middle)
    await sun.mouse.down()
    for (let step = 1; step <= 20; step += 1)
      await sun.mouse.move(track.x + track.width - (step * track.width) / 25, middle)
    await sun.mouse.up()
    const shown = async () => Number(await sun.getByTestId('history-banner').getAttribute('data-seq'))
    const at = (await sun.getByTestId('time-slider').getAttribute('aria-valuenow'))!
    const elsewhere = await desk.served.login('sunli', demoPassword)
    const found = await elsewhere.call('history.position', { at: new Date(Number(at)).toISOString() })
    elsewhere.close()
    await expect.poll(shown).toBe(found.seq)
    await expect(sun.getByTestId('on-then')).toBeVisible()
  })

  it('makes a finding of an anomaly, which then leads to it', async () => {
    await sun.keyboard.press('4')
    await sun.getByTestId('period-quarter').click()
    const anomaly = sun.getByTestId('anomaly').first()
    await anomaly.click()
    const told = (await anomaly.locator('.sentence').textContent())!.trim()
    await sun.keyboard.press('f')
    await expect(sun.locator('[data-testid="finding-title"] input')).toHaveValue(told)
    await sun.locator('[data-testid="finding-note"] textarea').fill('请带班领导说明')
    await sun.keyboard.press('Control+Enter')
    await sun.getByTestId('anomaly-finding').first().click()
    await expect(sun.getByTestId('finding-view')).toContainText(told)
    await expect(sun.getByTestId('finding-text')).toHaveText('请带班领导说明')
    await sun.getByTestId('finding-seq').first().click()
    await expect(sun.getByTestId('record-sentence')).not.toBeEmpty()
  })

  it('is closed with what came of it, printed, and only read by a supervisor', async () => {
    await sun.keyboard.press('x')
    await sun.locator('[data-testid="finding-outcome-text"] input').fill('已提醒本人')
    await sun.keyboard.press('Enter')
    await expect(sun.getByTestId('finding-outcome')).toContainText('已提醒本人')
    await sun.getByTestId('summary-print').click()
    await expect(sun.frameLocator('[data-testid="paper-frame"]').locator('body')).toContainText('已提醒本人')
    await sun.keyboard.press('Escape')
    const zhou = await desk.seat('zhoujianguo', { as: 'zhoujianguo' })
    await goTo(zhou, '#/audit?part=findings')
    await zhou.getByTestId('finding-row').first().click()
    await expect(zhou.getByTestId('finding-outcome')).toContainText('已提醒本人')
    for (const act of ['finding-new', 'finding-edit', 'finding-reopen'])
      await expect(zhou.getByTestId(act), act).toHaveCount(0)
  })
})
