import type { Locator, Page } from 'playwright'
import { beforeAll, describe, it } from 'vitest'
import type { Elsewhere } from '../../support/served.ts'
import { atTheDesk, demoPassword, expect, openThread, residentName, threadOf, write } from './at-the-desk.ts'
import { type Cable, cableOf } from './cable.ts'
import { picture } from './picture.ts'

describe('nothing is lost', () => {
  const desk = atTheDesk({ demo: true })
  let page: Page
  let cable: Cable
  let chen: Elsewhere
  const thread = async (contact: string) => (await threadOf(desk.served, residentName(contact))).id
  const composer = () => page.getByTestId('composer-text')
  const saved = () => expect(page.getByTestId('draft-state')).toHaveText('草稿已保存')
  const banner = () => page.getByText('与值班台核心的连接断开')
  const sentIn = async (id: string, text: string) => {
    const { items } = await chen.call('thread.timeline', { thread: id, limit: 100 })
    return items.filter((item) => item.item === 'message' && item.text === text).length
  }
  const attached = () => page.getByTestId('attachment')
  const choice = () => page.locator('[data-testid="menu-choice-1"] input')

  beforeAll(async () => {
    page = await desk.seat('zhanglei', {
      as: 'zhanglei',
      before: async (fresh) => {
        cable = await cableOf(fresh)
      },
    })
    chen = await desk.served.login('chenjun', demoPassword)
  }, 60_000)

  it('a draft survives going to another thread and back', async () => {
    const [one, other] = [await thread('c07'), await thread('c29')]
    await openThread(page, one)
    await write(page, '请带上出生医学证明、')
    await openThread(page, other)
    await expect(composer()).toHaveValue('')
    await openThread(page, one)
    await expect(composer()).toHaveValue('请带上出生医学证明、')
  })

  it('a draft survives a reload in the middle of a word, and the same thread is open', async () => {
    await write(page, '户口簿和父母的身份证。')
    await page.reload()
    await expect(composer()).toHaveValue('请带上出生医学证明、户口簿和父母的身份证。')
    await expect(page.getByTestId('thread-title')).toContainText(residentName('c07'))
  })

  it('a draft survives the claim of a colleague', async () => {
    await chen.call('thread.claim', { thread: await thread('c07') })
    await expect(page.getByTestId('composer-situation')).toContainText('陈军')
    await expect(composer()).toHaveValue('请带上出生医学证明、户口簿和父母的身份证。')
    await saved()
  })

  it('a picture and a menu being written wait in their own thread', async () => {
    await openThread(page, await thread('c29'))
    await page
      .getByTestId('attach-files')
      .setInputFiles({ name: '监控截图.png', mimeType: 'image/png', buffer: picture })
    await expect(attached()).toHaveAttribute('data-state', 'ready')
    await page.getByTestId('menu-open').click()
    await choice().fill('看监控')
    await page.keyboard.press('Escape')
    await openThread(page, await thread('c07'))
    await expect(attached()).toHaveCount(0)
    await expect(page.getByTestId('menu-open')).toHaveAttribute('data-written', 'false')
  })

  it('the core is killed and starts again: the page says so, comes back by itself, with session and draft', async () => {
    const id = await thread('c44')
    await openThread(page, id)
    await page.keyboard.press('c')
    await expect(page.getByTestId('holding')).toContainText('我承办')
    await write(page, '监控已经调到，')
    await saved()
    await desk.served.kill9()
    await write(page, '车是凌晨两点被推走的。')
    await expect(banner()).toBeVisible()
    await expect(page.locator('[data-testid="message"]').first()).toBeVisible()

    await cable.pull()
    await desk.served.restart()
    chen = await desk.served.login('chenjun', demoPassword)
    await chen.call('thread.note', { thread: id, text: '门卫说看见一辆面包车。' })
    cable.mend()
    await expect(page.getByTestId('note').last()).toContainText('门卫说看见一辆面包车')
    await expect(banner()).toHaveCount(0)
    await expect(page.getByTestId('user-menu')).toContainText('张磊')
    await expect(page.getByTestId('holding')).toContainText('我承办')
    await expect(composer()).toHaveValue('监控已经调到，车是凌晨两点被推走的。')
    await saved()
    await page.reload()
    await expect(composer()).toHaveValue('监控已经调到，车是凌晨两点被推走的。')
  })

  it('an answer whose confirmation was cut off is sent exactly once', async () => {
    const [id, text] = [await thread('c44'), '监控已经调到，车是凌晨两点被推走的。']
    cable.deafen()
    await composer().focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => sentIn(id, text)).toBe(1)
    await cable.pull()
    await expect(composer()).toHaveValue(text)
    cable.mend()
    await expect(page.locator('[data-testid="message"].desk').last()).toContainText(text)
    await expect(composer()).toHaveValue('')
    expect(await sentIn(id, text)).toBe(1)
  })

  it('the picture and the menu are still there after all that; sent, the picture arrives once', async () => {
    const id = await thread('c29')
    await openThread(page, id)
    await expect(attached()).toHaveAttribute('data-state', 'ready')
    await expect(attached().locator('img')).toBeVisible()
    await page.getByTestId('menu-open').click()
    await expect(choice()).toHaveValue('看监控')
    await page.getByTestId('menu-clear').click()
    await page.keyboard.press('Escape')
    await page.getByTestId('composer-send').click()
    await expect(page.getByTestId('picture')).toHaveCount(1)
    await expect(attached()).toHaveCount(0)
    expect(await sentIn(id, '[图片] 监控截图.png')).toBe(1)
    await openThread(page, await thread('c44'))
  })

  it('an answer sent during a short cut goes once the link is back, and once only', async () => {
    const [id, text] = [await thread('c44'), '请明天上午来所里做笔录。']
    await write(page, text)
    await cable.pull()
    await page.keyboard.press('Enter')
    await page.waitForTimeout(500)
    cable.mend()
    await expect(page.locator('[data-testid="message"].desk').last()).toContainText(text)
    await expect(composer()).toHaveValue('')
    expect(await sentIn(id, text)).toBe(1)
  })

  it('an answer sent during a long cut is refused in words; the text stays and goes later', async () => {
    const [id, text] = [await thread('c44'), '带上身份证和购车发票。']
    await write(page, text)
    await cable.pull()
    await page.keyboard.press('Enter')
    await expect(page.getByText('连接已断开，操作没有执行')).toBeVisible()
    await expect(composer()).toHaveValue(text)
    cable.mend()
    await expect(banner()).toHaveCount(0)
    await composer().focus()
    await page.keyboard.press('Enter')
    await expect(page.locator('[data-testid="message"].desk').last()).toContainText(text)
    expect(await sentIn(id, text)).toBe(1)
  })

  it('words of a handoff that were refused stay, and go when they are said again', async () => {
    const zhang = await desk.served.login('zhanglei', demoPassword)
    const begun = async (who: Elsewhere) => (await who.call('handoff.start', { post: null })).handoff
    /** All of it is handed over as it is, and signed by the outgoing side. */
    async function signed(who: Elsewhere, handoff: string, to: string) {
      const { items } = await who.call('handoff.get', { handoff })
      const deadline = new Date(Date.now() + 3_600_000).toISOString()
      const decision = { do: 'handOver', nextAction: '继续', deadline, ifThen: null } as const
      await who.call('handoff.decide', { handoff, items: items.map(({ id }) => id), decision })
      await who.call('handoff.sign', {
        handoff,
        side: 'outgoing',
        password: demoPassword,
        to,
        signOff: false,
      })
      return items[0]!.id
    }
    async function refusedThenDone(field: Locator, text: string, because: string) {
      await field.fill(text)
      await field.press('Control+Enter')
      await expect(page.getByText(`正在进行：${because}`)).toBeVisible()
      await expect(field).toHaveValue(text)
      await field.press('Control+Enter')
    }
    const go = async (handoff: string) => {
      await page.locator(`[data-handoff="${handoff}"]`).click()
      await expect(page.getByTestId('handoff-item').first()).toBeVisible()
    }

    const mine = await begun(zhang)
    await page.keyboard.press('Alt+7')
    await go(mine)
    await page.getByTestId('handoff-beside').click()
    const notice = page.locator('[data-testid="notice-new"] input')
    cable.refuse('handoff.setNotices', 'handoff')
    await refusedThenDone(notice, '三楼停电', '交接班')
    await expect(page.getByTestId('notice').last()).toContainText('三楼停电')
    await expect(notice).toHaveValue('')

    const item = await signed(zhang, mine, 'chenjun')
    await chen.call('handoff.question', { handoff: mine, item, text: '车主联系上了吗' })
    await page.locator(`[data-testid="handoff-item"][data-item="${item}"]`).click()
    const reply = page.locator('[data-testid="reply"] input')
    cable.refuse('handoff.reply', 'item')
    await refusedThenDone(reply, '联系上了', '交接事项')
    await expect(page.getByTestId('handoff-question')).toContainText('联系上了')

    const theirs = await begun(chen)
    await signed(chen, theirs, 'zhanglei')
    await go(theirs)
    await page.getByTestId('ask').click()
    const question = page.locator('[data-testid="question"] textarea').first()
    cable.refuse('handoff.question', 'question')
    await refusedThenDone(question, '材料寄到哪里', '疑问')
    await expect(page.getByTestId('handoff-question')).toContainText('材料寄到哪里')
    await expect(question).toHaveCount(0)
  })
})
