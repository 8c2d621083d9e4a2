import { afterEach, describe, expect, test, vi } from 'vitest'
import { startShell } from './stand-in/started-shell.ts'

vi.mock('electron', () => import('./stand-in/electron.ts'))
vi.mock('electron-store', () => import('./stand-in/electron-store.ts'))
afterEach(() => vi.unstubAllEnvs())

type Started = Awaited<ReturnType<typeof startShell>>
const note = (shell: Started, notice: object) => shell.core().emit('message', { type: 'notice', notice })

describe('notifications', () => {
  test('name the account and that there is something, and nothing else', async () => {
    const shell = await startShell()
    note(shell, { kind: 'message', account: '梅山一村', waiting: 3 })
    const [shown] = shell.electron.Notification.shown
    expect(shown?.options).toMatchObject({ title: '梅山一村', body: '有新消息', silent: true })
  })

  test('a message text sent along by mistake stops the notification', async () => {
    const shell = await startShell()
    note(shell, { kind: 'message', account: '梅山一村', waiting: 3, text: '我不想活了' })
    expect(shell.electron.Notification.shown).toEqual([])
  })

  test('an alarm is shown even with the console in front, stays, and flashes the window', async () => {
    const shell = await startShell()
    shell.window.emit('ready-to-show')
    shell.window.focus()
    note(shell, { kind: 'message', account: '梅山一村', waiting: 1 })
    expect(shell.electron.Notification.shown).toEqual([])
    note(shell, { kind: 'alarm', account: '梅山一村', waiting: 1 })
    expect(shell.electron.Notification.shown[0]?.options).toMatchObject({
      title: '梅山一村',
      urgency: 'critical',
      timeoutType: 'never',
    })
    expect(shell.window.calls).toContain('flash')
  })

  test('a busy account is told of once in a while, each account for itself', async () => {
    const shell = await startShell()
    for (let i = 0; i < 50; i++) note(shell, { kind: 'message', account: 'A', waiting: i })
    note(shell, { kind: 'message', account: 'B', waiting: 1 })
    expect(shell.electron.Notification.shown.map((shown) => shown.options.title)).toEqual(['A', 'B'])
  })

  test('a click brings the window up and leads to the place the core named', async () => {
    const shell = await startShell()
    shell.window.minimised = true
    note(shell, { kind: 'message', account: 'A', waiting: 1, place: 'thread:0198' })
    shell.electron.Notification.shown[0]?.emit('click')
    expect(shell.window.calls).toEqual(expect.arrayContaining(['restore', 'show', 'focus']))
    expect(shell.window.webContents.sent).toContainEqual({
      channel: 'shell:told',
      args: [{ type: 'duty-desk:show', place: 'thread:0198' }],
    })
  })
})

describe('the tray', () => {
  test('shows how many threads wait', async () => {
    const shell = await startShell()
    const [tray] = shell.electron.Tray.all
    expect(tray?.image).toMatch(/tray\.png$/)
    note(shell, { kind: 'waiting', waiting: 7 })
    expect(tray?.image).toMatch(/tray-unread\.png$/)
    expect(tray?.toolTip).toContain('7')
    expect(shell.electron.state.badge).toBe(7)
    note(shell, { kind: 'waiting', waiting: 0 })
    expect(tray?.image).toMatch(/tray\.png$/)
  })

  test('opens the window and quits', async () => {
    const shell = await startShell()
    const [tray] = shell.electron.Tray.all
    tray?.emit('click')
    expect(shell.window.calls).toContain('show')
    const quit = tray!.menu.find((item) => item.label === '退出')
    const click = quit!.click as () => void
    click()
    expect(shell.electron.state.quits).toBe(1)
  })
})
