import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openSecrets, SecretsRefused, setAsideSecrets } from '../../electron/main/secrets.ts'
import { state } from './stand-in/electron.ts'
import { from, startShell } from './stand-in/started-shell.ts'

vi.mock('electron', () => import('./stand-in/electron.ts'))
vi.mock('electron-store', () => import('./stand-in/electron-store.ts'))

const platform = Object.getOwnPropertyDescriptor(process, 'platform')!
const on = (name: string) => Object.defineProperty(process, 'platform', { ...platform, value: name })

describe.skipIf(process.platform === 'win32')('secrets', () => {
  let file: string
  beforeEach(() => {
    file = join(mkdtempSync(join(tmpdir(), 'duty-desk-secrets-')), 'secrets.json')
    state.backend = 'gnome_libsecret'
    state.encryptionAvailable = true
    on('linux')
  })
  afterEach(() => {
    Object.defineProperty(process, 'platform', platform)
    vi.unstubAllEnvs()
  })

  test('a secret survives a restart and never lies in the file as it is', async () => {
    await (await openSecrets(file)).set('signing-key', 'väldigt hemligt 密钥')
    expect(readFileSync(file, 'utf8')).not.toContain(Buffer.from('väldigt hemligt 密钥').toString('base64'))
    const again = await openSecrets(file)
    expect(await again.get('signing-key')).toBe('väldigt hemligt 密钥')
    expect(await again.get('constructor')).toBeNull()
    expect(again.protection).toBe('system')
  })

  test('the file is for this user alone and is replaced whole', async () => {
    const secrets = await openSecrets(file)
    await Promise.all([secrets.set('a', '1'), secrets.set('b', '2')])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(dirname(file))).toEqual(['secrets.json'])
    const again = await openSecrets(file)
    expect([await again.get('a'), await again.get('b')]).toEqual(['1', '2'])
  })

  test.each(['basic_text', 'unknown'])(
    'with %s the protection is called what it is: a file',
    async (backend) => {
      state.backend = backend
      const secrets = await openSecrets(file)
      await secrets.set('signing-key', 'k')
      expect(secrets.protection).toBe('file')
      expect(await (await openSecrets(file)).get('signing-key')).toBe('k')
      expect(statSync(file).mode & 0o777).toBe(0o600)
    },
  )

  test('a changed key store is refused, and the file stays as it was', async () => {
    await (await openSecrets(file)).set('signing-key', 'k')
    const before = readFileSync(file)
    state.backend = 'kwallet6'
    const refused = await openSecrets(file).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(SecretsRefused)
    expect(refused).toMatchObject({ code: 'changed', was: 'gnome_libsecret', now: 'kwallet6' })
    expect(readFileSync(file)).toEqual(before)
    state.backend = 'gnome_libsecret'
    expect(await (await openSecrets(file)).get('signing-key')).toBe('k')
  })

  test('a key store that does not answer never becomes a plain file', async () => {
    await (await openSecrets(file)).set('signing-key', 'k')
    for (const now of [
      { encryptionAvailable: false, backend: 'gnome_libsecret' },
      { encryptionAvailable: true, backend: 'basic_text' },
    ]) {
      Object.assign(state, now)
      await expect(openSecrets(file)).rejects.toMatchObject({ code: 'locked' })
    }
  })

  test('when a key store appears, what lay in a plain file moves into it', async () => {
    state.backend = 'basic_text'
    await (await openSecrets(file)).set('signing-key', 'k')
    state.backend = 'gnome_libsecret'
    const secrets = await openSecrets(file)
    expect(secrets.protection).toBe('system')
    expect(await secrets.get('signing-key')).toBe('k')
    expect(readFileSync(file, 'utf8')).not.toContain(`"${Buffer.from('k').toString('base64')}"`)
  })

  test('setting the old file aside keeps it', async () => {
    await (await openSecrets(file)).set('signing-key', 'k')
    await setAsideSecrets(file)
    expect(readdirSync(dirname(file))).toHaveLength(1)
    expect(await (await openSecrets(file)).get('signing-key')).toBeNull()
  })

  test('the console is told when the protection is weak, in the language it shows', async () => {
    const { electron, window } = await startShell({
      before: (electron) => {
        electron.state.backend = 'basic_text'
      },
    })
    const info = (await electron.ipcMain.handlers.get('shell:info')?.(from(window.webContents))) as {
      secretsWarning: string
    }
    expect(info.secretsWarning).toContain('密钥')
    electron.ipcMain.handlers.get('shell:set-display')?.(from(window.webContents), {
      theme: 'system',
      language: 'en',
    })
    const inEnglish = await electron.ipcMain.handlers.get('shell:info')?.(from(window.webContents))
    expect(inEnglish).toMatchObject({
      version: '9.9.9',
      secretsWarning: expect.stringContaining('key store'),
    })
  })

  test('a changed key store stops the start with a question, and quitting is its first answer', async () => {
    vi.stubEnv('STAND_IN_KEEPS_PATH', '1')
    await (await openSecrets(file)).set('signing-key', 'k')
    const second = await startShell({
      before: (electron) => {
        electron.state.backend = 'kwallet6'
        electron.state.userData = dirname(file)
      },
    })
    await vi.waitFor(() => expect(second.electron.state.exitCode).toBe(1))
    expect(second.electron.utilityProcess.forked).toEqual([])
    expect(second.electron.state.dialogs[0]?.detail).toContain('kwallet6')
    expect(second.electron.state.dialogs[0]).toMatchObject({ defaultId: 0, cancelId: 0 })
  })
})
