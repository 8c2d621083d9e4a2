import type { Page } from 'playwright'
import { beforeAll, describe, it } from 'vitest'
import { written } from '../../../src/console/screens/shifts/days.ts'
import { at } from '../../support/console.ts'
import { takeOn } from '../../support/handing-over.ts'
import { password } from '../../support/station.ts'
import { alarmsDesk } from './alarms-desk.ts'
import { expect, openThread } from './at-the-desk.ts'

const hour = 3_600_000
const open = (page: Page, part: string) =>
  page.evaluate((name) => {
    location.hash = `#/shifts?part=${name}`
  }, part)

describe('a shift from the roster to the handoff', () => {
  const desk = alarmsDesk()
  let chief: Page
  let zhang: Page
  let zhao: Page
  let thread: string
  beforeAll(async () => {
    ;[chief, zhang, zhao] = await Promise.all([desk.seat('daiban'), desk.seat('zhang'), desk.seat('zhao')])
    thread = desk.says('二组 李强', '请问新生儿落户要带什么材料？')
  }, 60_000)

  it('a supervisor sets up the first post, without the mouse', async () => {
    await chief.keyboard.press('Alt+8')
    await chief.getByTestId('to-posts').press('Enter')
    await chief.getByTestId('add-post').press('Enter')
    await expect(chief.getByTestId('post-name').locator('input')).toBeFocused()
    await chief.keyboard.insertText('一号岗')
    await chief.keyboard.press('Enter')
    await expect(chief.getByText('岗位已保存')).toBeVisible()
    for (const page of [zhang, zhao]) await open(page, 'roster')
    await expect(zhang.getByTestId('roster-row')).toContainText('一号岗')
    await expect(zhang.getByTestId('add-duty'), 'an officer looks only').toHaveCount(0)
  })

  it('a duty with its own hours is arranged by keyboard, and whoever does not come is missed on every screen', async () => {
    await zhao.getByTestId('shift').click()
    await expect(zhao.getByTestId('shift')).toHaveText('上岗')
    await open(chief, 'roster')
    await chief.getByTestId('roster-row').waitFor()
    await chief.keyboard.press('a')
    await chief.getByTestId('duty-dialog').waitFor()
    await expect(chief.getByTestId('duty-confirm')).toBeDisabled()
    await expect(chief.getByTestId('duty-kind-day').locator('input')).toBeFocused()
    await chief.keyboard.press('ArrowLeft')
    await chief.getByTestId('duty-name').locator('input').fill('赶集日加岗')
    const now = desk.station.station.now()
    await chief
      .getByTestId('duty-from')
      .locator('input')
      .fill(written(now - hour))
    await chief
      .getByTestId('duty-to')
      .locator('input')
      .fill(written(now + 3 * hour))
    const person = chief.getByTestId('duty-person-zhao').locator('input')
    await person.focus()
    await chief.keyboard.press('Space')
    await chief.keyboard.press('Control+Enter')
    await expect(chief.getByTestId('duty-dialog')).toBeHidden()
    for (const page of [chief, zhang]) {
      await expect(page.getByTestId('duty')).toContainText('赶集日加岗')
      await expect(page.getByTestId('duty').locator('.missing')).toContainText('赵敏')
    }
    await zhang.getByTestId('on-shift').click()
    await expect(zhang.getByTestId('bar-missing')).toContainText('赵敏')
    await expect(zhang.getByTestId('bar-missing')).toContainText('一号岗')
    await zhang.getByTestId('on-shift').click()
  })

  it('one in two weeks is put where the mouse points, taken out by Delete, and comes back', async () => {
    for (const _week of [1, 2]) await chief.keyboard.press(']')
    const cell = chief.getByTestId('add-duty').nth(2)
    await cell.click()
    await chief.getByTestId('duty-person-li').click()
    await chief.getByTestId('duty-confirm').click()
    const duty = chief.getByTestId('duty')
    await expect(duty).toContainText('李秀英')
    await expect(duty).toContainText('08:00–20:00')
    await duty.focus()
    await chief.keyboard.press('Delete')
    await expect(duty).toHaveCount(0)
    await chief.getByRole('button', { name: '撤销' }).last().click()
    await expect(duty).toContainText('李秀英')
  })

  it('and once more in the week after, which says what it made', async () => {
    await chief.keyboard.press(']')
    await chief.keyboard.press('c')
    await chief.getByTestId('copy-confirm').click()
    await expect(chief.getByTestId('copy-result')).toHaveText('新排 1 个班')
    await chief.getByTestId('copy-close').click()
    await expect(chief.getByTestId('duty')).toContainText('李秀英')
  })

  it('whoever is rostered signs on there with one click, and others see where and until when', async () => {
    await zhao.getByTestId('shift').click()
    await expect(zhao.getByText('已在一号岗上岗')).toBeVisible()
    await zhang.getByTestId('on-shift').click()
    const row = zhang.getByTestId('on-shift-list').locator('[data-user="zhao"]')
    await expect(row).toContainText('一号岗')
    await expect(row).toContainText(/计划 .*下岗/)
    await expect(zhang.getByTestId('bar-missing')).toHaveCount(0)
    await zhang.getByTestId('to-shifts').click()
    await expect(zhang.locator('[data-testid="on-row"][data-user="zhao"]')).toContainText('一号岗')
  })

  it('leaving with a thread in hand asks first, and leads to the handoff', async () => {
    await openThread(zhang, thread)
    await zhang.keyboard.press('c')
    await expect(zhang.getByTestId('holding')).toContainText('我承办')
    await zhang.getByTestId('shift').click()
    const dialog = zhang.getByTestId('sign-off-dialog')
    await expect(dialog).toContainText('你手上还有 1 件会话')
    await expect(zhang.getByTestId('sign-off-anyway')).toBeDisabled()
    await expect(zhang.getByTestId('sign-off-hand-over')).toBeFocused()
    await zhang.keyboard.press('Enter')
    await expect(zhang.getByTestId('handoff')).toBeVisible()
    await expect(zhang.getByTestId('start-dialog')).toBeVisible()
    await zhang.keyboard.press('Escape')
    await expect(zhang.getByTestId('start-dialog')).toHaveCount(0)
    await expect(zhang.getByTestId('shift'), 'still on').toHaveText('下岗')
  })

  it('or lets go with a reason, which is on record', async () => {
    await zhang.getByTestId('shift').click()
    await zhang.getByTestId('sign-off-reason').locator('input').fill('突发警情，已电话告知带班领导')
    await zhang.keyboard.press('Enter')
    await expect(zhang.getByTestId('shift')).toHaveText('上岗')
    const left = [...desk.station.station.ledger.iterate()]
      .filter(({ entry }) => entry.type === 'shift.signedOff')
      .at(-1)!
    expect(left.entry.data).toMatchObject({ user: 'zhang', holds: 1 })
    expect(JSON.stringify(left.content)).toContain('突发警情，已电话告知带班领导')
  })

  it('whoever is not rostered is asked where, and Enter takes what is offered', async () => {
    await zhang.getByTestId('shift').click()
    await expect(zhang.getByTestId('sign-on-dialog')).toContainText('赵敏在岗')
    await expect(zhang.getByTestId('sign-on-all').locator('input')).toBeFocused()
    await zhang.keyboard.press('Enter')
    await expect(zhang.getByTestId('shift')).toHaveText('下岗')
  })

  it('what a handoff moved is marked for fifteen minutes, and then no more', async () => {
    const [from, to] = [await at(desk.station, 'zhang'), await at(desk.station, 'zhao')]
    const { handoff } = await from.call('handoff.start', { post: null })
    const { items } = await from.call('handoff.get', { handoff })
    const decision = { do: 'handOver', nextAction: '答复材料', deadline: null, ifThen: null } as const
    await from.call('handoff.decide', { handoff, items: items.map(({ id }) => id), decision })
    await from.call('handoff.sign', { handoff, side: 'outgoing', password, to: 'zhao' })
    await takeOn(to, handoff)
    await zhao.clock.install({ time: Date.now() })
    await zhao.reload()
    await zhao.evaluate((id) => {
      location.hash = `#/inbox?queue=mine&thread=${id}`
    }, thread)
    await expect(zhao.getByTestId('just-handed')).toHaveText('刚交接')
    const mark = zhao.locator(`[data-thread="${thread}"]`).getByTestId('row-handed')
    await expect(mark).toBeVisible()
    await zhao.clock.fastForward('15:30')
    await expect(mark).toHaveCount(0)
    await expect(zhao.getByTestId('just-handed')).toHaveCount(0)
  })

  it('what the shift was like stands in figures, and the hours also in a table', async () => {
    const auditor = await desk.seat('ducha')
    await auditor.keyboard.press('Alt+8')
    await auditor.getByTestId('shifts-worked').click()
    await auditor.locator('[data-testid="worked-row"][data-user="zhang"]').last().click()
    await expect(auditor.getByTestId('statistics')).toBeVisible()
    await expect(auditor.getByTestId('hour-chart')).toBeVisible()
    await auditor.getByTestId('as-table').click()
    await expect(auditor.getByTestId('hour-table').locator('tbody tr')).not.toHaveCount(0)
    await auditor.getByTestId('worked-period').click()
    await auditor.getByTestId('period-thirty').click()
    await expect(auditor.locator('[data-figure="threads-arrived"] dd')).toHaveText('1')
    await auditor.context().close()
  })
})
