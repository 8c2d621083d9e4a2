import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright'
import { beforeAll, describe, it } from 'vitest'
import type { Refusal } from '../../../src/contract/errors.ts'
import { foundStation } from '../../support/served.ts'
import {
  atTheDesk,
  demoPassword,
  enter,
  expect,
  openThread,
  residentName,
  threadOf,
  write,
} from './at-the-desk.ts'

const names: Record<string, string> = { zhanglei: '张磊', liufang: '刘芳' }

/** Down the list, of which only what is on screen is rendered, until the row is there. */
async function scrollListTo(page: Page, row: Locator): Promise<void> {
  await expect(async () => {
    if ((await row.count()) === 0) await page.getByTestId('thread-list').evaluate((it) => it.scrollBy(0, 300))
    await expect(row).toBeVisible({ timeout: 200 })
  }).toPass({ timeout: 10_000 })
}

describe('two officers, one core', () => {
  const desk = atTheDesk({ demo: true })
  let zhang: Page
  let liu: Page
  const thread = async (contact: string) => (await threadOf(desk.served, residentName(contact))).id
  const both = async (id: string) => {
    await Promise.all([zhang, liu].map((page) => openThread(page, id)))
  }
  beforeAll(async () => {
    ;[zhang, liu] = await Promise.all([
      desk.seat('zhanglei', { as: 'zhanglei' }),
      desk.seat('liufang', { as: 'liufang', height: 560 }),
    ])
  }, 60_000)

  it('both claim the same thread: one holds it, the other learns at once who and since when', async () => {
    const id = await thread('c41')
    await both(id)
    await Promise.all([zhang.keyboard.press('c'), liu.keyboard.press('c')])
    const auditor = await desk.served.login('sunli', demoPassword)
    await expect.poll(async () => (await auditor.call('thread.get', { thread: id })).holder).not.toBeNull()
    const { holder } = await auditor.call('thread.get', { thread: id })
    auditor.close()
    const [winner, loser] = holder === 'zhanglei' ? [zhang, liu] : [liu, zhang]
    await expect(winner.getByTestId('holding')).toContainText('我承办')
    await expect(loser.getByText(new RegExp(`${names[holder!]}已在.+认领`))).toBeVisible()
    await expect(loser.getByTestId('holding')).toContainText(new RegExp(`${names[holder!]}承办.*起`))
    await expect(loser.getByTestId('claim')).toHaveCount(0)
  })

  it('who reads and who writes shows in the list and in the thread of the other', async () => {
    const id = await thread('c29')
    await both(id)
    const row = liu.locator(`[data-testid="thread-row"][data-thread="${id}"]`)
    await liu.getByTestId('queue-all').click()
    // The list before this one has the row as well.
    await expect(liu.locator('[data-testid="thread-row"]', { hasText: '陈军承办' }).first()).toBeVisible()
    await scrollListTo(liu, row)
    await expect(row.getByTestId('row-presence')).toHaveText('张磊正在看')
    await expect(liu.getByTestId('presence')).toHaveText('张磊正在看')
    await zhang.keyboard.press('r')
    await zhang.keyboard.type('好')
    await expect(liu.getByTestId('presence')).toHaveText('张磊正在输入…')
    await expect(row.getByTestId('row-presence')).toHaveText('张磊正在输入')
    await zhang.keyboard.press('Backspace')
    await expect(liu.getByTestId('presence')).toHaveText('张磊正在看')
    await liu.getByTestId('queue-unclaimed').click()
  })

  it('an answer to a thread the colleague has just answered is refused, and the text stays', async () => {
    const id = await thread('c44')
    await both(id)
    await liu.getByTestId('composer-text').focus()
    await write(liu, '请把购车发票带来。')
    await liu.getByTestId('timeline').evaluate((it) => it.scrollTo({ top: 0 }))
    await zhang.keyboard.press('r')
    await zhang.keyboard.insertText('已经在调监控，请保持电话畅通。')
    await zhang.keyboard.press('Enter')
    await expect(liu.locator('[data-testid="message"].desk').last()).toContainText('已经在调监控')

    await liu.keyboard.press('Enter')
    const panel = liu.getByTestId('moved-on-panel')
    await expect(panel).toContainText('没有发出')
    await expect(panel.getByTestId('moved-on-item')).toContainText('张磊')
    await expect(panel.getByTestId('moved-on-item')).toContainText('已经在调监控，请保持电话畅通。')
    await expect(liu.getByTestId('composer-text')).toHaveValue('请把购车发票带来。')
  })

  it('one key confirms; as the colleague holds it by now, taking over and answering is one act with a reason', async () => {
    await liu.keyboard.press('Control+Enter')
    const held = liu.getByTestId('held-panel')
    await expect(held).toContainText('张磊')
    await liu.keyboard.insertText('张警官去了现场')
    await liu.keyboard.press('Enter')
    await expect(liu.getByTestId('holding')).toContainText('我承办')
    await expect(liu.locator('[data-testid="message"].desk').last()).toContainText('请把购车发票带来。')
    await expect(liu.getByTestId('composer-text')).toHaveValue('')
  })

  it('the former holder is told of the take-over at once, with name and reason', async () => {
    const told = zhang.locator('.n-notification', { hasText: '会话被接管' })
    await expect(told).toContainText('刘芳接管了你在办的')
    await expect(told).toContainText('理由：张警官去了现场')
    await expect(zhang.getByTestId('holding')).toContainText('刘芳承办')
  })

  it('new words of the resident stop a send; one key sends it once they were seen', async () => {
    const elsewhere = await desk.served.login('chenjun', demoPassword)
    const paste = (text: string) =>
      elsewhere.call('paste.import', { account: 'jicun', contactName: '秦月娥', text })
    const { threads } = await paste('秦月娥 2026-11-20 09:00\n我家的狗昨天跑丢了，黄色的。')
    await openThread(liu, threads[0]!)
    await liu.getByTestId('claim').click()
    await expect(liu.getByTestId('holding')).toContainText('我承办')
    await write(liu, '请发一张照片来。')
    await liu.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { get: () => 'hidden', configurable: true })
    })
    await paste('秦月娥 2026-11-20 09:05\n找到了，不用麻烦了！')
    await expect(liu.locator('[data-testid="message"]').last()).toContainText('找到了')
    await liu.keyboard.press('Enter')
    await expect(liu.getByTestId('moved-on-item')).toHaveCount(1)
    await expect(liu.getByTestId('moved-on-item')).toContainText('找到了，不用麻烦了！')
    await expect(liu.getByTestId('composer-text')).toHaveValue('请发一张照片来。')
    await liu.keyboard.press('Control+Enter')
    await expect(liu.locator('[data-testid="message"].desk')).toHaveCount(1)
    await expect(liu.getByTestId('moved-on-panel')).toHaveCount(0)
    elsewhere.close()
  })
})

describe('two hundred threads, claimed by two at the same moment', () => {
  const password = 'liang-ge-ren-1'
  const desk = atTheDesk({
    async prepare(served) {
      await foundStation(
        served,
        [
          { user: 'zhanglei', name: '张磊', role: 'officer' },
          { user: 'liufang', name: '刘芳', role: 'officer' },
        ],
        password,
      )
      await served.stop()
      const file = join(served.dir, 'residents.jsonl')
      const lines = Array.from({ length: 200 }, (_, i) =>
        JSON.stringify({ id: `m${i}`, user: `居民${i}`, text: `第 ${i} 件事` }),
      )
      writeFileSync(file, lines.join('\n'))
      expect(served.desk('replay', file).said).toContain('200 messages on 200 threads')
      await served.restart()
    },
  })

  it('each thread has one winner, and every loser is told who', async () => {
    const [zhang, liu] = await Promise.all(
      ['zhanglei', 'liufang'].map(async (user) => {
        const page = await desk.seat(user)
        await enter(page, user, password)
        await expect(page.getByTestId('count-unclaimed')).toHaveText('200')
        return page
      }),
    )
    const elsewhere = await desk.served.login('liufang', password)
    const { rows } = await elsewhere.call('threads.list', { queue: 'unclaimed', offset: 0, limit: 200 })
    const ids = rows.map((row) => row.id)

    const start = Date.now() + 1_000
    const answers = await Promise.all([claimAll(zhang!, ids, start), claimAll(liu!, ids, start)])
    const won = answers.map((list) => list.filter((answer) => answer === null).length)
    expect(won[0]! + won[1]!).toBe(200)
    for (const [i] of ids.entries()) {
      const [a, b] = [answers[0]![i]!, answers[1]![i]!]
      const [refusal, holder] = a === null ? [b, 'zhanglei'] : [a, 'liufang']
      expect(refusal).toMatchObject({ code: 'already_claimed', holder })
    }
    for (const [page, n] of [
      [zhang!, won[0]!],
      [liu!, won[1]!],
    ] as const) {
      if (n > 0) await expect(page.getByTestId('count-mine')).toHaveText(String(n))
      await expect(page.getByTestId('count-unclaimed')).toHaveCount(0)
    }
    elsewhere.close()
  })
})

/** Null for each thread won, else the refusal. Over a connection of the page's own, with its session. */
async function claimAll(page: Page, threads: string[], start: number): Promise<(Refusal | null)[]> {
  return page.evaluate(
    async ({ threads, start }) => {
      const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/desk`)
      await new Promise((resolve) => socket.addEventListener('open', resolve))
      const answers = new Map<number, Refusal | null>()
      const all = new Promise<void>((resolve) => {
        socket.addEventListener('message', ({ data }) => {
          const frame = JSON.parse(String(data)) as { id?: number; refused?: Refusal }
          if (frame.id === undefined) return
          answers.set(frame.id, frame.refused ?? null)
          if (answers.size === threads.length) resolve()
        })
      })
      await new Promise((resolve) => setTimeout(resolve, start - Date.now()))
      for (const [id, thread] of threads.entries())
        socket.send(
          JSON.stringify({ id, call: 'thread.claim', input: { thread }, command: crypto.randomUUID() }),
        )
      await all
      socket.close()
      return threads.map((_, id) => answers.get(id) ?? null)
    },
    { threads, start },
  )
}
