import type { Page } from 'playwright'
import { afterAll, describe, it } from 'vitest'
import { type Emulator, startEmulator } from '../../emulators/wecom/client.ts'
import { atTheDesk, demoPassword, expect, openThread } from './at-the-desk.ts'
import { type Befriended, befriend, until } from './befriended-desk.ts'

const words = '本周六上午 9 点到 11 点半，民警到柳河村委会办理身份证和新生儿落户，请带户口簿。'

/** An officer writes to residents who are friends of officers; nothing goes out that a supervisor has not approved. */
describe('a broadcast to residents', () => {
  let wecom: Emulator
  let befriended: Befriended
  let officer: Page
  let supervisor: Page
  const desk = atTheDesk({
    demo: true,
    async prepare(served) {
      wecom = await startEmulator({ seed: 5 })
      befriended = await befriend(served, wecom)
    },
  })
  afterAll(() => wecom?.stop())

  it('is drafted by an officer, who sees whom it reaches, whom not and why', async () => {
    officer = await desk.seat('chenjun', { as: 'chenjun' })
    await officer.keyboard.press('Alt+b')
    await officer.getByTestId('broadcast-write').click()
    await officer.getByTestId('broadcast-save').click()
    await expect(officer.getByTestId('broadcast-missing')).toHaveText('请写事由')

    await officer.getByTestId('broadcast-purpose').locator('input').fill('户籍下乡办理')
    await officer.getByTestId('broadcast-words').locator('textarea').fill(words)
    await expect(officer.getByTestId('broadcast-bytes')).toContainText(`${Buffer.byteLength(words)} / 4000`)
    await officer.getByTestId('audience-accounts').click()
    await officer.locator('.n-base-select-option', { hasText: '柳河微信客服' }).click()
    await officer.keyboard.press('Escape')
    const reachable = officer.getByTestId('broadcast-reachable')
    await expect(reachable).toContainText('7 位收得到')
    await expect(officer.getByTestId('broadcast-reasons')).toContainText('不是任何同事的微信好友')
    await expect(officer.getByTestId('broadcast-members')).toContainText('陈军')

    await officer.getByTestId('pick-without').click()
    await officer.getByTestId('find-without').locator('input').fill('吴文斌')
    await officer.getByTestId('find-without-hit').first().click()
    await expect(reachable).toContainText('6 位收得到')
    await officer.keyboard.press('Control+Enter')
    await expect(officer.getByTestId('broadcast-sentence')).toContainText('等带班领导批准')
    await expect(officer.getByTestId('broadcast-audience')).toContainText('不发给：四组 吴文斌')
    await expect(officer.getByTestId('broadcast-approve')).toHaveCount(0)
  })

  it('keeps what was written here when another changed it first, and says what is different', async () => {
    await officer.getByTestId('broadcast-change').click()
    await officer.getByTestId('broadcast-purpose').locator('input').fill('户籍下乡办理通知')
    const colleague = await desk.served.login('liufang', demoPassword)
    const { rows } = await colleague.call('broadcasts.list', { of: 'open', offset: 0, limit: 10 })
    const broadcast = rows[0]!.id
    const { version, text, audience } = await colleague.call('broadcast.get', { broadcast })
    const changed = { purpose: '户籍下乡', text, attachments: [], audience: audience! }
    await colleague.call('broadcast.change', { broadcast, version, ...changed })
    colleague.close()
    await officer.getByTestId('broadcast-save').click()
    await expect(officer.getByTestId('broadcast-clash')).toContainText('和你这里不同的：事由')
    await expect(officer.getByTestId('broadcast-purpose').locator('input')).toHaveValue('户籍下乡办理通知')
    await officer.getByTestId('clash-mine').click()
    await officer.getByTestId('broadcast-save').click()
    await expect(officer.getByTestId('broadcast-detail')).toContainText('户籍下乡办理通知')
  })

  it('is approved by a supervisor who sees the words and how many get them', async () => {
    supervisor = await desk.seat('zhoujianguo', { as: 'zhoujianguo' })
    await expect(supervisor.getByTestId('badge-broadcasts')).toHaveText('1')
    await supervisor.keyboard.press('Alt+b')
    await expect(supervisor.getByTestId('broadcast-for-me')).toBeVisible()
    await supervisor.getByTestId('broadcast-approve').click()
    const dialog = supervisor.getByTestId('broadcast-approve-dialog')
    await expect(dialog.getByTestId('broadcast-text')).toHaveText(words)
    await expect(dialog.getByTestId('broadcast-approve-confirm')).toContainText('发给 6 位居民')
    await dialog.getByTestId('broadcast-approve-confirm').click()
    const detail = supervisor.locator('[data-testid="broadcast-detail"][data-state="sending"]')
    await expect(detail.getByTestId('broadcast-task')).toHaveCount(2)
    await expect(detail.getByTestId('broadcast-tasks')).toContainText('等确认')
  })

  it('is sent once the members confirm it in WeCom, and shows whom it did not reach', async () => {
    const { corpid, customers } = befriended
    await wecom.control.unfriend({ corpid, userid: 'officer1', customer: customers[1]! })
    for (const { msgid } of await wecom.control.broadcasts({ corpid }))
      await wecom.control.confirmBroadcast({ corpid, msgid })
    await officer.getByTestId('broadcast-refresh').click()
    await expect(officer.getByTestId('broadcast-sentence')).toContainText('5/6 位居民收到')
    await expect(officer.getByTestId('broadcast-n-sent')).toHaveText('5')
    await officer.getByTestId('results-notFriend').click()
    await expect(officer.getByTestId('broadcast-result')).toHaveCount(1)
    await officer.getByTestId('broadcast-tell').click()
    await expect(officer.getByTestId('thread-title')).toContainText('李建国')
  })

  it('the card of a resident says whose friend it is, and gives the desk’s label back to WeCom', async () => {
    const served = await desk.served.login('chenjun', demoPassword)
    const { threads } = await served.call('contact.card', { contact: befriended.contacts.get('张玉梅')! })
    served.close()
    await openThread(officer, threads[0]!.id)
    await expect(officer.getByTestId('friend')).toContainText('陈军的好友')
    await officer.getByTestId('friend-push').click()
    await expect(officer.getByTestId('push-remark').locator('input')).toHaveValue('三组 张玉梅')
    await expect(officer.getByTestId('push-tag').first()).toHaveAttribute('data-state', 'unlinked')
    await officer.keyboard.press('Control+Enter')
    await expect(officer.getByTestId('friend')).toContainText('三组 张玉梅')
    const { corpid, customers } = befriended
    const kept = await wecom.control.contact({ corpid, userid: 'officer1', customer: customers[2]! })
    expect(kept.remark).toBe('三组 张玉梅')
  })

  it('where WeCom does not allow it, the screen says why and there is no button', async () => {
    const { corpid, connection, contacts } = befriended
    await wecom.control.switchApp({ corpid, contactsAllowed: false })
    const admin = await desk.served.login('wumin', demoPassword)
    await admin.call('friends.pullAll', { connection })
    await until('the desk knows', async () => {
      const [status] = await admin.call('friends.status', {})
      return status?.contacts.able === false ? status : null
    })
    const { threads } = await (await desk.served.login('chenjun', demoPassword)).call('contact.card', {
      contact: contacts.get('郭永福')!,
    })
    admin.close()
    await openThread(officer, threads[0]!.id)
    await expect(officer.getByTestId('friends-why')).toContainText('没有调用此接口的权限')
    await officer.keyboard.press('Alt+b')
    await expect(officer.getByTestId('broadcast-able')).toContainText('没有调用此接口的权限')
    await expect(officer.getByTestId('broadcast-able')).toContainText('请管理员')
    await expect(officer.getByTestId('broadcast-write')).toHaveCount(0)
  })
})
