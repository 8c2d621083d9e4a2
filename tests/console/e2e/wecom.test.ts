import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { type Emulator, startEmulator } from '../../emulators/wecom/client.ts'
import { type RelayProcess, startRelay } from '../../support/relay-process.ts'
import { atTheDesk, expect, openThread } from './at-the-desk.ts'
import { picture } from './picture.ts'

/** A station connects WeCom, and an officer works a resident's messages: against the emulator and a real relay. */

describe('an account of WeCom customer service', () => {
  const desk = atTheDesk({ demo: true })
  let wecom: Emulator
  let relay: RelayProcess
  let corp: Awaited<ReturnType<Emulator['control']['station']>>
  let admin: Page
  let officer: Page
  let thread: string
  const account = () => corp.accounts[0]!.openKfid
  const resident = () => corp.customers[0]!
  const writes = (text: string) =>
    wecom.control.customerWrites({ account: account(), customer: resident(), text })
  const answer = async (text: string) => {
    await officer.getByTestId('composer-text').fill(text)
    await officer.getByTestId('composer-send').click()
    await expect(officer.getByTestId('composer-text')).toHaveValue('')
  }
  /** What came a moment ago counts as read only after a moment (rule 3): here it is confirmed. */
  const answerHavingRead = async (text: string) => {
    await officer.getByTestId('composer-text').fill(text)
    await officer.getByTestId('composer-send').click()
    const confirm = officer.getByTestId('moved-on-confirm')
    await expect(confirm.or(officer.locator('[data-testid="message"].desk', { hasText: text }))).toBeVisible()
    if (await confirm.isVisible()) await confirm.click()
    await expect(officer.getByTestId('composer-text')).toHaveValue('')
  }
  const meter = () => officer.getByTestId('reply-window')
  const bubble = (text: string) => officer.locator('[data-testid="message"]', { hasText: text })

  beforeAll(async () => {
    wecom = await startEmulator({ seed: 5 })
    corp = await wecom.control.station({ accounts: 2, customers: 3, servicers: 2 })
    relay = await startRelay(corp.corpid)
    await wecom.control.setCallback({ corpid: corp.corpid, ...relay.callback })
    admin = await desk.seat('wumin', { as: 'wumin' })
  }, 120_000)
  afterAll(async () => {
    await wecom?.stop()
    await relay?.stop()
  })

  it('is connected by the settings screen, step by step, and a wrong secret is told as such', async () => {
    await admin.getByTestId('nav-settings').click()
    await admin.getByTestId('settings-connections').click()
    await admin.getByTestId('connection-add').click()
    await admin.getByTestId('guide-next').click()
    const fill = (name: string, text: string) =>
      admin.locator(`[data-testid="connection-${name}"] input`).fill(text)
    await fill('name', '县局企业微信')
    await fill('corpid', corp.corpid)
    await fill('secret', `${corp.secret.slice(0, -1)}_`)
    await fill('relay', relay.url)
    await fill('relay-token', relay.token)
    await admin.getByTestId('connection-advanced').locator('.n-collapse-item__header-main').click()
    await fill('api', wecom.url)
    await admin.getByTestId('guide-test').click()
    await expect(admin.getByTestId('probe-token')).toHaveAttribute('data-state', 'failed')
    await expect(admin.getByTestId('probe-token')).toContainText('密钥')
    await admin.getByRole('button', { name: '上一步' }).click()
    await fill('secret', corp.secret)
    await admin.getByTestId('guide-test').click()
    await expect(admin.getByTestId('probe-messages')).toHaveAttribute('data-state', 'ok')
    await expect(admin.getByTestId('probe-relay')).toHaveAttribute('data-state', 'ok')
    await admin.getByTestId('guide-save').click()
    const first = admin.locator(`[data-kfid="${account()}"]`)
    await first.locator('input').fill('户户通·石桥村')
    await first.getByTestId('bind').click()
    await expect(first).toContainText('已接入：户户通·石桥村')
    await admin.getByTestId('guide-finish').click()
    await expect(admin.getByTestId('connection')).toHaveAttribute('data-state', 'ok')
    await expect(admin.getByTestId('relay-state')).toHaveAttribute('data-state', 'connected')
  })

  it('a dialog that asks nothing has the keyboard all the same, and gives it back', async () => {
    const opener = admin.getByTestId('connection-friends')
    await opener.press('Enter')
    await expect(admin.getByTestId('friends-status')).toBeVisible()
    await expect
      .poll(() => admin.evaluate(() => document.activeElement?.closest('[role="dialog"]') !== null))
      .toBe(true)
    await admin.keyboard.press('Escape')
    await expect(opener).toBeFocused()
  })

  it('a resident’s message is in the inbox, by name, moments after it was written', async () => {
    officer = await desk.seat('chenjun', { as: 'chenjun' })
    await officer.getByRole('button', { name: /户户通·石桥村/ }).click()
    await writes('你好，孩子上户口要带什么材料')
    const row = officer.locator('[data-testid="thread-row"]', { hasText: '孩子上户口要带什么材料' })
    await expect(row).toHaveCount(1)
    await row.click()
    await expect(bubble('孩子上户口要带什么材料')).toHaveCount(1)
    thread = (await officer.locator('.thread[data-thread]').getAttribute('data-thread'))!
    await expect(officer.getByTestId('thread-title')).not.toContainText('微信居民')
    await expect(meter()).toHaveAttribute('data-left', '5')
  })

  it('is answered with a picture and words, each with the resident once', async () => {
    await officer
      .getByTestId('attach-files')
      .setInputFiles({ name: '材料清单.png', mimeType: 'image/png', buffer: picture })
    await expect(officer.getByTestId('attachment')).toHaveAttribute('data-state', 'ready')
    await answer('材料清单见图，带齐到户籍窗口')
    await expect(officer.locator('[data-testid="delivery"].accepted')).toHaveCount(2)
    await expect(officer.getByTestId('picture').locator('img')).toBeVisible()
    const sent = await wecom.control.sent({ account: account(), customer: resident() })
    expect(sent.map(({ msgtype, asked }) => [msgtype, asked])).toEqual([
      ['image', 1],
      ['text', 1],
    ])
    await expect(meter()).toHaveAttribute('data-left', '3')
  })

  it('what the resident sends is seen and heard: a picture, a voice, and a kind nobody knows yet', async () => {
    const say = (rest: Omit<Parameters<typeof wecom.control.customerWrites>[0], 'account' | 'customer'>) =>
      wecom.control.customerWrites({ account: account(), customer: resident(), ...rest })
    await say({ file: { kind: 'image' } })
    await expect(officer.locator('.message.resident [data-testid="picture"] img')).toBeVisible()
    await say({ file: { kind: 'voice' } })
    await expect(officer.getByTestId('voice')).toHaveCount(1)
    await officer.getByTestId('voice-play').click()
    await expect(officer.getByTestId('voice')).toHaveAttribute('data-playing', /playing|silent/)
    await expect(officer.getByTestId('voice')).not.toContainText('不能在这里播放')
    await say({ msgtype: 'hologram', payload: { beam: 7 } })
    await expect(officer.getByTestId('raw')).toContainText('无法显示的消息')
    await officer.getByTestId('raw-show').click()
    await expect(officer.getByTestId('raw').locator('pre')).toContainText('hologram')
  })

  it('the meter counts down to nothing, nothing more goes out, and what can still be done is said', async () => {
    await expect(meter()).toHaveAttribute('data-left', '5')
    for (let n = 1; n <= 5; n += 1) {
      await answerHavingRead(`第${n}条：请稍等`)
      await expect(meter()).toHaveAttribute('data-left', String(5 - n))
    }
    await expect(officer.getByTestId('reach')).toContainText('打电话')
    await officer.getByTestId('composer-text').fill('还有一句')
    await expect(officer.getByTestId('composer-send')).toBeDisabled()
    await expect(officer.locator('[data-testid="delivery"].accepted')).toHaveCount(7)
    await writes('好的，我明天来')
    await expect(meter()).toHaveAttribute('data-left', '5')
    await expect(officer.getByTestId('composer-text')).toHaveValue('还有一句')
    await expect(officer.getByTestId('composer-send')).toBeEnabled()
    await officer.getByTestId('composer-text').fill('')
  })

  it('a cry that is taken back at once rings, and keeps its words', async () => {
    const { msgid } = await writes('我不想活了')
    await wecom.control.customerRecalls({ account: account(), customer: resident(), msgid })
    const cry = bubble('我不想活了')
    await expect(cry.getByTestId('recalled')).toBeVisible()
    await expect(officer.getByTestId('alarm-bar')).toBeVisible()
    await officer.getByTestId('alarm-acknowledge').click()
  })

  it('a colleague who answers in WeCom is seen, and respected until it is ended', async () => {
    const [colleague] = corp.servicers
    const who = { account: account(), customer: resident(), servicer: colleague! }
    await wecom.control.servicerPicksUp(who)
    await wecom.control.servicerWrites({ ...who, text: '我是社区民警，马上打给您' })
    await openThread(officer, thread)
    await expect(bubble('马上打给您').getByTestId('from-client')).toBeVisible()
    await expect(officer.getByTestId('served-elsewhere')).toContainText(colleague!)
    await officer.getByTestId('composer-text').fill('我也来说一句')
    await expect(officer.getByTestId('composer-send')).toBeDisabled()
    await officer.getByTestId('end-elsewhere').click()
    await officer.locator('[data-testid="end-elsewhere-reason"] input').fill('同事已下班，由值班台接着回')
    await officer.getByTestId('end-elsewhere-confirm').click()
    await expect(officer.getByTestId('served-elsewhere')).toHaveCount(0)
    await writes('还在吗')
    await expect(officer.getByTestId('composer-send')).toBeEnabled()
    await answerHavingRead('在的，我们一直在')
    await expect(bubble('我们一直在').locator('.delivery.accepted')).toBeVisible()
  })

  it('an answer that did not arrive after all brings the closed matter back, with the reason, and goes again', async () => {
    const customer = corp.customers[1]!
    await wecom.control.customerWrites({ account: account(), customer, text: '请问居住证在哪里办' })
    const row = officer.locator('[data-testid="thread-row"]', { hasText: '居住证' })
    await row.click()
    await expect(bubble('请问居住证在哪里办')).toBeVisible()
    await answerHavingRead('居住证请到户籍窗口办理')
    await officer.getByTestId('composer-text').press('Escape')
    await officer.keyboard.press('e')
    await expect(officer.getByTestId('disposition-answered')).toHaveClass(/chosen/)
    await officer.keyboard.press('Enter')
    await expect(officer.getByTestId('holding')).toContainText('已办结：已答复')
    const sent = () => wecom.control.sent({ account: account(), customer })
    await expect.poll(async () => (await sent()).length).toBe(1)
    await wecom.control.customerMisses({ account: account(), msgid: (await sent())[0]!.msgid, failType: 13 })

    const undelivered = officer.getByTestId('undelivered')
    await expect(undelivered).toContainText('居民仍在等答复：“居住证请到户籍窗口办理”')
    await expect(undelivered).toContainText('被企业微信安全限制拦下')
    await expect(officer.getByTestId('holding')).toContainText('我承办')
    await officer.getByTestId('queue-mine').click()
    await expect(row.getByTestId('row-undelivered')).toHaveText('未送达')
    await officer.getByTestId('undelivered-retry').click()
    await expect(undelivered).toHaveCount(0)
    await expect(bubble('居住证请到户籍窗口办理').locator('.delivery.accepted')).toBeVisible()
    await expect(row.getByTestId('row-undelivered')).toHaveCount(0)
    expect((await sent()).map(({ failType }) => failType)).toEqual([13, null])
  })

  it('who opens the conversation is shown the words an admin has put there, and nobody before they are on', async () => {
    const enters = (customer: string) => wecom.control.customerEnters({ account: account(), customer })
    const shownTo = async (customer: string) =>
      (await wecom.control.sent({ account: account(), customer })).map(({ by, content }) => [by, content])
    await admin.getByTestId('settings-accounts').click()
    const before = admin.locator('tr', { hasText: '户户通·石桥村' }).locator('[data-testid^="welcome-of-"]')
    await before.click()
    await admin.getByTestId('welcome-enabled').click()
    const onShift = admin.getByTestId('welcome-onShift')
    await onShift.locator('textarea').fill('石桥村值班民警在岗，急事请打110')
    await expect(onShift.getByTestId('welcome-preview')).toHaveText('石桥村值班民警在岗，急事请打110')
    // What is written does not go by a click beside it.
    await admin.mouse.click(4, 400)
    await expect(onShift.locator('textarea')).toHaveValue('石桥村值班民警在岗，急事请打110')
    await admin.getByTestId('save-welcome').click()
    await expect(admin.getByTestId('welcome-dialog')).toHaveCount(0)
    const newcomer = corp.customers[2]!
    await enters(newcomer)
    await expect
      .poll(() => shownTo(newcomer))
      .toEqual([['event', { content: '石桥村值班民警在岗，急事请打110' }]])
    await enters(resident())
    await expect.poll(async () => (await shownTo(resident())).filter(([by]) => by === 'event')).toEqual([])
  })

  it('nothing was complained about, by the pages or by the other side', () => {
    expect(desk.complaints(officer)).toEqual([])
    expect(wecom.complaints()).toBe('')
    expect(relay.said()).not.toContain(relay.token)
  })
})
