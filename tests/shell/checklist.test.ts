import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

/** Electron's security checklist, all 20 items, each with where it is kept and the test that would notice. */
const root = join(import.meta.dirname, '..', '..')

const checklist: {
  item: string
  kept: [file: string, words: RegExp]
  noticed: [file: string, title: string]
}[] = [
  {
    item: '1 only secure content is loaded',
    kept: ['electron/main/security/permissions.ts', /answer\(\{ cancel: !local/],
    noticed: ['security.test.ts', 'the window has no network'],
  },
  {
    item: '2 no Node integration for remote content',
    kept: ['electron/main/windows/main-window.ts', /nodeIntegration: false/],
    noticed: ['security.test.ts', 'a window is isolated, sandboxed and without Node'],
  },
  {
    item: '3 context isolation',
    kept: ['electron/main/windows/main-window.ts', /contextIsolation: true/],
    noticed: ['security.test.ts', 'a window is isolated, sandboxed and without Node'],
  },
  {
    item: '4 process sandboxing',
    kept: ['electron/main/main.ts', /app\.enableSandbox\(\)/],
    noticed: ['security.test.ts', 'a window is isolated, sandboxed and without Node'],
  },
  {
    item: '5 permission requests are handled',
    kept: ['electron/main/security/permissions.ts', /setPermissionRequestHandler/],
    noticed: ['security.test.ts', 'every permission is denied'],
  },
  {
    item: '6 web security stays on',
    kept: ['electron/main/windows/main-window.ts', /webSecurity: true/],
    noticed: ['security.test.ts', 'a window is isolated, sandboxed and without Node'],
  },
  {
    item: '7 a content security policy',
    kept: ['electron/main/security/content-security-policy.ts', /script-src 'self'/],
    noticed: ['serve-console.test.ts', 'the policy lets in no script but its own files'],
  },
  {
    item: '8 no insecure content allowed',
    kept: ['electron/main/windows/main-window.ts', /allowRunningInsecureContent: false/],
    noticed: ['security.test.ts', 'a window is isolated, sandboxed and without Node'],
  },
  {
    item: '9 no experimental features',
    kept: ['electron/main/windows/main-window.ts', /experimentalFeatures: false/],
    noticed: ['security.test.ts', 'a window is isolated, sandboxed and without Node'],
  },
  {
    item: '10 no Blink features switched on',
    kept: ['tests/shell/security.test.ts', /not\.toHaveProperty\('enableBlinkFeatures'\)/],
    noticed: ['security.test.ts', 'a window is isolated, sandboxed and without Node'],
  },
  {
    item: '11 no webview popups',
    kept: ['electron/main/windows/main-window.ts', /webviewTag: false/],
    noticed: ['security.test.ts', 'a window is isolated, sandboxed and without Node'],
  },
  {
    item: '12 webviews are verified: none is attached',
    kept: ['electron/main/security/stay-on-page.ts', /will-attach-webview/],
    noticed: ['security.test.ts', 'no page navigates away, opens a window or attaches a webview'],
  },
  {
    item: '13 navigation is limited',
    kept: ['electron/main/security/stay-on-page.ts', /will-navigate/],
    noticed: ['security.test.ts', 'no page navigates away, opens a window or attaches a webview'],
  },
  {
    item: '14 new windows are limited',
    kept: [
      'electron/main/security/stay-on-page.ts',
      /setWindowOpenHandler\(\(\) => \(\{ action: 'deny' \}\)\)/,
    ],
    noticed: ['security.test.ts', 'no page navigates away, opens a window or attaches a webview'],
  },
  {
    item: '15 no shell.openExternal with foreign input',
    kept: ['tests/shell/checklist.test.ts', /nothing in the shell can open a link/],
    noticed: ['checklist.test.ts', 'nothing in the shell can open a link, a file or a program'],
  },
  {
    item: '16 a current Electron',
    kept: ['package.json', /"electron": "\d+\.\d+\.\d+"/],
    noticed: ['checklist.test.ts', 'Electron is one of the three majors that get fixes'],
  },
  {
    item: '17 the sender of every IPC message is checked',
    kept: ['electron/main/ipc.ts', /check\(event\)/],
    noticed: ['security.test.ts', 'every listener refuses'],
  },
  {
    item: '18 a protocol of its own instead of file://',
    kept: ['electron/main/security/serve-console.ts', /protocol\.handle\(scheme/],
    noticed: ['serve-console.test.ts', 'is not found, and says no more than that'],
  },
  {
    item: '19 fuses',
    kept: ['electron-builder.yml', /electronFuses:/],
    noticed: ['packaging.test.ts', 'a release with a wrong fuse stops'],
  },
  {
    item: '20 no Electron API reaches the page',
    kept: ['electron/preload/preload.ts', /exposeInMainWorld\('dutyDeskShell', Object\.freeze\(shell\)\)/],
    noticed: ['build.test.ts', 'the preload is one CommonJS file that needs nothing but Electron'],
  },
]

const read = (file: string) => readFileSync(join(root, file), 'utf8')
const shellFiles = readdirSync(join(root, 'electron'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, code: read(join('electron', name)) }))

describe("Electron's security checklist", () => {
  test.each(checklist.map((entry) => [entry.item, entry] as const))('%s', (_item, { kept, noticed }) => {
    expect(read(kept[0])).toMatch(kept[1])
    expect(read(join('tests/shell', noticed[0]))).toContain(noticed[1])
  })

  test('has twenty items', () => {
    expect(checklist.map(({ item }) => Number.parseInt(item, 10))).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    )
  })

  test('nothing in the shell can open a link, a file or a program', () => {
    for (const { name, code } of shellFiles)
      expect(code, name).not.toMatch(/openExternal|openPath|child_process|\bshell\.(open|show)/)
  })

  test('nothing but ipc.ts listens to a page, and nothing but the preload talks to it', () => {
    for (const { name, code } of shellFiles) {
      if (!name.endsWith('ipc.ts')) expect(code, name).not.toMatch(/ipcMain\.(on|once|handle|handleOnce)\(/)
      expect(code, name).not.toMatch(/executeJavaScript|insertCSS|webFrameMain\b/)
    }
  })

  test('the shell takes nothing from the desk but its own protocol and where the data lies', () => {
    for (const { name, code } of shellFiles)
      for (const [, from] of code.matchAll(/from '((?:\.\.\/)+src\/[^']+)'/g))
        expect(from, name).toMatch(/\/src\/hosts\/(electron\/shell-protocol|data-dir)\.ts$/)
  })

  test('Electron is one of the three majors that get fixes', () => {
    const { devDependencies } = JSON.parse(read('package.json'))
    expect(Number.parseInt(devDependencies.electron, 10)).toBeGreaterThanOrEqual(43)
  })
})
