import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'

/** The whole shell, started from its entry against the stand-in, with a folder of its own. */
export async function startShell(
  options: { before?: (electron: typeof import('./electron.ts')) => void } = {},
) {
  vi.resetModules()
  const dir = mkdtempSync(join(tmpdir(), 'duty-desk-shell-'))
  vi.stubEnv('DUTY_DESK_DATA', dir)
  const renderer = join(dir, 'renderer')
  mkdirSync(renderer)
  writeFileSync(join(renderer, 'index.html'), '<!doctype html><title>x</title>')
  const { paths } = await import('../../../electron/main/launch.ts')
  paths.renderer = renderer
  const electron = (await import('electron')) as unknown as typeof import('./electron.ts')
  electron.switchOn(dir)
  options.before?.(electron)
  await import('../../../electron/main/main.ts')
  await vi.waitFor(() => {
    const { state } = electron
    const settled = electron.utilityProcess.forked.length + state.quits + state.dialogs.length > 0
    if (!settled && state.exitCode === null) throw new Error('not started yet')
  })
  const [window] = electron.BrowserWindow.all
  return { dir, electron, window: window!, core: () => electron.utilityProcess.forked.at(-1)! }
}

/** What Electron hands an IPC listener. */
export function from(
  contents: { id: number },
  frame: { parent: unknown; url: string } | null = { parent: null, url: 'app://duty-desk/index.html' },
) {
  return { sender: contents, senderFrame: frame }
}
