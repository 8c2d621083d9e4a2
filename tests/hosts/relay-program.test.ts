import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ConfigError, readConfig } from '../../src/hosts/relay/config.ts'
import { messagesXml, notification, verification } from '../support/callbacks.ts'
import { ask, bareDesk, deskTokens, liuhe, sha256, soon } from '../support/relay.ts'

const root = join(import.meta.dirname, '..', '..')
const program = join(root, 'src', 'hosts', 'relay', 'main.ts')

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'duty-desk-relay-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

const usual = {
  listen: { port: 0 },
  corps: [{ corpid: liuhe.corpid, path: '/wecom/liuhe', tokenFile: 'token', aesKeyFile: 'aes-key' }],
  desks: [{ name: 'liuhe', tokenSha256: sha256(deskTokens.liuhe), corps: [liuhe.corpid] }],
}

/** A folder with settings and the secrets they name. */
function settings(config: unknown = usual, dir = folder()): string {
  writeFileSync(join(dir, 'token'), `${liuhe.token}\n`, { mode: 0o600 })
  writeFileSync(join(dir, 'aes-key'), `${liuhe.aesKey}\n`, { mode: 0o600 })
  const file = join(dir, 'relay.json')
  writeFileSync(file, typeof config === 'string' ? config : JSON.stringify(config), { mode: 0o600 })
  return file
}

function wrongOf(config: unknown): string {
  try {
    readConfig(settings(config))
  } catch (error) {
    if (error instanceof ConfigError)
      return error.lines.map((line) => line.replace(/^.*relay\.json: /, '')).join('\n')
    throw error
  }
  return 'nothing'
}

describe('settings', () => {
  test('as they should be, with secrets from files beside them', () => {
    const { config, warnings } = readConfig(settings())
    expect(warnings).toEqual([])
    expect(config).toMatchObject({
      listen: { address: '127.0.0.1', port: 0 },
      tls: null,
      window: 600_000,
      corps: [{ receiver: liuhe.corpid, path: '/wecom/liuhe', token: liuhe.token }],
    })
    expect(config.corps[0]?.aesKey).toHaveLength(32)
  })
  test('the example is one that is right', () => {
    const example = JSON.parse(readFileSync(join(root, 'resources', 'relay.example.json'), 'utf8'))
    for (const corp of example.corps) {
      corp.tokenFile = 'token'
      corp.aesKeyFile = 'aes-key'
    }
    expect(wrongOf(example)).toBe('nothing')
  })
  const [corp] = usual.corps
  const [desk] = usual.desks
  test.each<[unknown, string]>([
    ['{"corps": [,]}', 'is not JSON: look for a missing or a surplus comma or quote'],
    [{}, 'corps: is missing\ndesks: is missing'],
    [[], 'the whole: must be object, received array'],
    [{ ...usual, corps: [] }, 'corps: must be at least one'],
    [{ ...usual, crops: 1 }, 'the whole: there is no setting crops'],
    [{ ...usual, listen: { port: 'x' } }, 'listen.port: must be a port, 1 to 65535'],
    [{ ...usual, windowMinutes: 0 }, 'windowMinutes: must be at least 1'],
    [{ ...usual, proxies: ['nginx'] }, 'proxies[0]: must be an IP address'],
    [
      { ...usual, corps: [{ ...corp, path: 'wecom' }] },
      'corps[0].path: must be a path that begins with /, e.g. "/wecom/callback"',
    ],
    [
      { ...usual, corps: [{ ...corp, path: '/desk' }] },
      "corps[0].path: must be /desk and /health are the relay's own",
    ],
    [{ ...usual, corps: [corp, corp] }, "corps[1].path: /wecom/liuhe is another's already"],
    [
      { ...usual, corps: [{ ...corp, token: 'planted' }] },
      'corps[0]: either token or tokenFile, and only one of them',
    ],
    [
      { ...usual, corps: [{ ...corp, tokenFile: undefined, token: 'planted secret!' }] },
      'corps[0].token: must be the Token as WeCom shows it, up to 32 letters and digits',
    ],
    [{ ...usual, corps: [{ ...corp, aesKeyFile: 'none' }] }, 'corps[0].aesKeyFile: DIR/none is not there'],
    [
      { ...usual, corps: [{ ...corp, aesKeyFile: 'token' }] },
      'corps[0].aesKeyFile: token must hold nothing but the EncodingAESKey, 43 letters and digits',
    ],
    [
      { ...usual, desks: [{ ...desk, tokenSha256: deskTokens.liuhe }] },
      'desks[0].tokenSha256: must be the 64 characters that --new-desk prints, not the token itself',
    ],
    [
      { ...usual, desks: [{ ...desk, corps: ['wwOTHER'] }] },
      'desks[0].corps: wwOTHER is not among the corps of this relay',
    ],
    [
      { ...usual, desks: [desk, desk] },
      "desks[1].name: liuhe is another's already\ndesks[1].tokenSha256: is another's already; each desk has a token of its own",
    ],
  ])('that are wrong are said so in words, without a secret: %#', (config, words) => {
    const said = wrongOf(config).replace(/\/\S+(?=\/none)/, 'DIR')
    expect(said).toBe(words)
    expect(said).not.toMatch(/planted/)
  })
  test.skipIf(process.platform === 'win32')('whose files others can read are warned of', () => {
    const file = settings({
      ...usual,
      corps: [{ ...usual.corps[0], token: liuhe.token, tokenFile: undefined }],
    })
    const dir = join(file, '..')
    chmodSync(join(dir, 'aes-key'), 0o644)
    chmodSync(file, 0o640)
    expect(readConfig(file).warnings).toEqual([
      `${file} can be read by others: chmod 600 ${file}`,
      `${dir}/aes-key can be read by others: chmod 600 ${dir}/aes-key`,
    ])
  })
})

const run = (...args: string[]) => spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' })

interface Running {
  url: string
  child: ChildProcess
  said(): string
  ended: Promise<number | null>
}

async function started(file: string): Promise<Running> {
  const child = spawn(process.execPath, [program, '--config', file])
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  child.stdout.on('data', (part) => {
    said += part
  })
  child.stderr.on('data', (part) => {
    said += part
  })
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  const url = await soon(() => {
    const ready = /^relay ready (\S+)$/m.exec(said)
    if (!ready) throw new Error(said)
    return ready[1] as string
  })
  return { url, child, said: () => said, ended }
}

describe('the program', () => {
  test('says where it is, takes callbacks, tells desks, and ends in order', async () => {
    const relay = await started(settings())
    const desk = await bareDesk(relay.url, deskTokens.liuhe)
    const echo = await ask(relay.url, `/wecom/liuhe?${verification(liuhe, 'planted-echo', Date.now())}`)
    expect(echo).toEqual({ status: 200, body: 'planted-echo' })
    const { query, body } = notification(liuhe, messagesXml('wkA', 'ENCplanted', Date.now()), Date.now())
    expect((await ask(relay.url, `/wecom/liuhe?${query}`, { method: 'POST', body })).status).toBe(200)
    await soon(() => expect(desk.news).toMatchObject([{ account: 'wkA', token: 'ENCplanted' }]))
    relay.child.kill('SIGTERM')
    expect(await desk.closed).toBe(1001)
    expect(await relay.ended).toBe(0)
    for (const secret of ['planted', liuhe.token, liuhe.aesKey, deskTokens.liuhe, query.slice(14, 54)]) {
      expect(relay.said()).not.toContain(secret)
    }
  })
  test('a new desk gets a token, and the line fits the settings', async () => {
    const file = settings()
    const { stdout, status } = run('--config', file, '--new-desk', '沙田所')
    expect(status).toBe(0)
    const token = /^ {2}([\w-]{43})$/m.exec(stdout)?.[1] as string
    const line = JSON.parse(/^ {2}(\{.*\})$/m.exec(stdout)?.[1] as string)
    expect(line).toEqual({ name: '沙田所', tokenSha256: sha256(token), corps: [liuhe.corpid] })
    expect(readFileSync(file, 'utf8')).not.toContain('沙田所')
    const relay = await started(settings({ ...usual, desks: [...usual.desks, line] }))
    const desk = await bareDesk(relay.url, token)
    await soon(() => expect(desk.frames).toHaveLength(1))
  })
  test('says what is wrong and how it is called, without a stack', async () => {
    const nothing = run()
    expect([nothing.status, nothing.stderr]).toEqual([2, expect.stringContaining('usage: npm run')])
    const flag = run('--confg', 'x')
    expect([flag.status, flag.stderr]).toEqual([2, expect.stringContaining('--confg')])
    const wrong = run('--config', settings({ ...usual, corps: [] }))
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining('corps: must be at least one')])
    const missing = run('--config', join(folder(), 'relay.json'))
    expect([missing.status, missing.stderr]).toEqual([2, expect.stringContaining('is not there')])
    const relay = await started(settings())
    const taken = run('--config', settings({ ...usual, listen: { port: Number(new URL(relay.url).port) } }))
    expect([taken.status, taken.stderr]).toEqual([1, expect.stringContaining('EADDRINUSE')])
    for (const { stderr } of [nothing, flag, wrong, missing, taken]) expect(stderr).not.toMatch(/^\s+at /m)
  })
})

const openssl = spawnSync('openssl', ['version']).status === 0

test.skipIf(!openssl)('with a certificate of its own it speaks TLS', async () => {
  const dir = folder()
  spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=relay'],
    ...[
      '-addext',
      'subjectAltName=IP:127.0.0.1',
      '-keyout',
      join(dir, 'key.pem'),
      '-out',
      join(dir, 'cert.pem'),
    ],
  ])
  const relay = await started(settings({ ...usual, tls: { cert: 'cert.pem', key: 'key.pem' } }, dir))
  expect(relay.url).toMatch(/^https:/)
  const status = await new Promise((resolve, reject) => {
    const ca = readFileSync(join(dir, 'cert.pem'))
    get(`${relay.url}/health`, { ca }, (response) => resolve(response.statusCode)).on('error', reject)
  })
  expect(status).toBe(200)
})
