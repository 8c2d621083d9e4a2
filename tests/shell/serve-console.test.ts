import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { consoleFiles, registerConsoleScheme } from '../../electron/main/security/serve-console.ts'
import { state } from './stand-in/electron.ts'

vi.mock('electron', () => import('./stand-in/electron.ts'))

describe('app://', () => {
  let serve: (request: Request) => Promise<Response>
  const get = (path: string, method = 'GET') => serve({ url: `app://duty-desk${path}`, method } as Request)

  beforeAll(() => {
    const dir = mkdtempSync(join(tmpdir(), 'duty-desk-served-'))
    const folder = join(dir, 'renderer')
    mkdirSync(join(folder, 'assets'), { recursive: true })
    writeFileSync(join(folder, 'index.html'), '<p>console</p>')
    writeFileSync(join(folder, 'assets', 'a b.js'), 'let x')
    writeFileSync(join(folder, 'assets', 'alarm.wav'), 'RIFF')
    writeFileSync(join(folder, 'notes.exe'), 'MZ')
    writeFileSync(join(dir, 'secret.json'), '{"key":1}')
    symlinkSync(join(dir, 'secret.json'), join(folder, 'link.json'))
    serve = consoleFiles(folder)
  })

  test('the scheme is standard, secure and subject to cross-origin rules', () => {
    registerConsoleScheme()
    expect(state.schemes).toEqual([
      {
        scheme: 'app',
        privileges: expect.objectContaining({
          standard: true,
          secure: true,
          supportFetchAPI: true,
          corsEnabled: true,
        }),
      },
    ])
    expect(state.schemes[0]?.privileges).not.toHaveProperty('bypassCSP')
    expect(state.schemes[0]?.privileges).not.toHaveProperty('allowServiceWorkers')
  })

  test.each([
    ['/', 'text/html', '<p>console</p>'],
    ['/index.html', 'text/html', '<p>console</p>'],
    ['/index.html?x=1#/audit', 'text/html', '<p>console</p>'],
    ['/assets/a%20b.js', 'text/javascript', 'let x'],
    ['/assets/alarm.wav', 'audio/wav', 'RIFF'],
  ])('%s is served with its type, the policy and nosniff', async (path, type, body) => {
    const response = await get(path)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain(type)
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await response.text()).toBe(body)
  })

  test.each([
    '/../secret.json',
    '/..%2fsecret.json',
    '/%2e%2e/secret.json',
    '/%2e%2e%2fsecret.json',
    '/assets/..%2f..%2fsecret.json',
    '/..%5csecret.json',
    '/..\\secret.json',
    '/%252e%252e%252fsecret.json',
    '//etc/passwd',
    '/index.html%00.js',
    '/%',
    '/link.json',
    '/notes.exe',
    '/assets',
    '/INDEX.HTML',
  ])('%s is not found, and says no more than that', async (path) => {
    const response = await get(path)
    expect(response.status).toBe(404)
    expect(await response.text()).toBe('')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('another host of the scheme has nothing', async () => {
    const response = await serve({ url: 'app://evil/index.html', method: 'GET' } as Request)
    expect(response.status).toBe(404)
  })

  test('nothing can be posted to it', async () => {
    expect((await get('/index.html', 'POST')).status).toBe(405)
    expect(await (await get('/index.html', 'HEAD')).text()).toBe('')
  })

  test('the policy lets in no script but its own files, no plug-in, no frame, no form, no other host', async () => {
    const policy = (await get('/')).headers.get('content-security-policy') ?? ''
    const rules = new Map(policy.split('; ').map((rule) => [rule.split(' ')[0], rule.split(' ').slice(1)]))
    expect(rules.get('script-src')).toEqual(["'self'"])
    for (const none of ['default-src', 'object-src', 'base-uri', 'form-action', 'frame-ancestors'])
      expect(rules.get(none), none).toEqual(["'none'"])
    // Pictures and films of messages come over the port and are shown from memory.
    expect(rules.get('img-src')).toEqual(["'self'", 'data:', 'blob:'])
    expect(rules.get('media-src')).toEqual(["'self'", 'blob:'])
    expect(rules.get('require-trusted-types-for')).toEqual(["'script'"])
    expect(policy).not.toMatch(/https?:|unsafe-eval|\*/)
  })
})
