import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { contract } from '../../src/contract/index.ts'
import { realWecom } from '../../src/desk/connections/wecom.ts'
import { type Emulator, startEmulator } from '../emulators/wecom/client.ts'
import { run } from '../support/command-line.ts'
import { at, type Console } from '../support/console.ts'
import { exported, filesOf } from '../support/exports.ts'
import { iso, root, type TestStation, testStation } from '../support/station.ts'

/** Nothing but the secret storage holds a secret, a token or a password, whatever happens. */

const marks = {
  relayToken: 'GEHEIM-relay-token-1',
  proxy: 'GEHEIM-proxy-pass-1',
  wrongSecret: 'GEHEIM-wrong-secret-1',
  refusedSecret: 'GEHEIM-refused-secret-1',
  newSecret: 'GEHEIM-new-secret-01',
}

async function until(so: () => boolean | Promise<boolean>): Promise<void> {
  for (let n = 0; n < 400; n += 1) {
    if (await so()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('it never came to that')
}

/** The bytes of every file of the folder but the secrets themselves. */
function filesUnder(dir: string): [string, Buffer][] {
  return readdirSync(dir).flatMap((name): [string, Buffer][] => {
    const path = join(dir, name)
    if (statSync(path).isDirectory()) return name === 'secrets' ? [] : filesUnder(path)
    return [[path, readFileSync(path)]]
  })
}

interface AtWork {
  desk: TestStation
  wecom: Emulator
  admin: Console
  secrets: string[]
  connection: string
  openKfid: string
  customer: string
}

/** A desk that has received, answered, been tested and refused, on a good connection and beside one that cannot work. */
async function atWork(): Promise<AtWork> {
  const wecom = await startEmulator({ seed: 11 })
  onTestFinished(() => wecom.stop())
  const { corpid, secret, accounts, customers } = await wecom.control.station({ accounts: 1, customers: 1 })
  const { openKfid } = accounts[0]!
  const customer = customers[0]!
  const desk = await testStation({ wecom: realWecom, clock: Date.now })
  const admin = await at(desk, 'guanli')
  const settings = { name: '县局', corpid, apiBase: wecom.url, ca: null, proxy: null, relay: null }
  const { id } = await admin.call('connection.add', { ...settings, secret })
  await admin.call('connection.bind', { connection: id, openKfid, name: '柳河客服' })
  await wecom.control.customerWrites({ account: openKfid, customer, text: '你好在吗' })
  const thread = () => desk.station.db.prepare('SELECT id FROM thread').pluck().get() as string | undefined
  await until(() => thread() !== undefined)
  const zhang = await at(desk, 'zhang')
  const { lastSeq } = await zhang.call('thread.get', { thread: thread()! })
  await zhang.call('thread.answer', { thread: thread()!, text: '在的，请讲', seen: lastSeq })
  await until(async () => (await wecom.control.sent({ customer })).length > 0)

  const nowhere = {
    name: '够不着的',
    corpid: 'wwNOWHERE',
    apiBase: 'http://127.0.0.1:9',
    ca: null,
    proxy: `http://desk:${marks.proxy}@127.0.0.1:9`,
    relay: 'ws://127.0.0.1:9/desk',
    relayToken: marks.relayToken,
  }
  const bad = await admin.call('connection.add', { ...nowhere, secret: marks.wrongSecret })
  await admin.call('connection.bind', { connection: bad.id, openKfid: 'wkNOWHERE', name: '够不着' })
  await admin.call('connection.test', { ...settings, connection: id })
  await admin.call('connection.test', { ...settings, secret: marks.wrongSecret })
  await admin.call('connection.test', { ...nowhere, secret: marks.wrongSecret })
  await admin.call('connection.accounts', { connection: id })
  await admin.refused('connection.accounts', { connection: bad.id })
  await admin.refused('connection.add', { ...settings, secret: marks.refusedSecret })
  await admin.refused('connection.add', {
    ...settings,
    secret: marks.refusedSecret,
    proxy: `http://u:${marks.proxy}@[bad`,
  })
  await admin.refused('connection.change', {
    ...settings,
    connection: bad.id,
    enabled: true,
    secret: marks.refusedSecret,
  })
  const { proxy: _proxy, ...kept } = nowhere
  await admin.call('connection.change', {
    ...kept,
    connection: bad.id,
    enabled: true,
    secret: marks.newSecret,
  })
  // Its token is the one the desk works with: WeCom gives the same again.
  const token = await wecom.call('/cgi-bin/gettoken', { query: { corpid, corpsecret: secret } })
  const secrets = [secret, String(token.access_token), ...Object.values(marks)]
  expect(secrets.every((one) => one.length > 8)).toBe(true)
  return { desk, wecom, admin, secrets, connection: id, openKfid, customer }
}

const told = (secrets: readonly string[], text: string | Buffer) =>
  secrets.filter((one) => text.includes(one))

test('secrets and tokens stand in no file, log line, answer, export or refusal', {
  timeout: 120_000,
}, async () => {
  const { desk, secrets, connection } = await atWork()
  const answers: unknown[] = []
  for (const user of ['guanli', 'daiban', 'ducha', 'zhang'] as const) {
    const console = await at(desk, user)
    const page = { offset: 0, limit: 100 }
    const questions: [keyof typeof contract, object][] = [
      ['connections.list', {}],
      ['colleagues.list', { connection }],
      ['accounts.list', {}],
      ['audit.records', { filter: {}, limit: 200 }],
      ['aside.list', { limit: 100 }],
      ['anomalies.list', { from: iso(Date.now() - 3_600_000), to: iso(Date.now()), ...page }],
      ['changes.since', { seq: 0 }],
      ['settings.get', {}],
      ['backups.list', {}],
    ]
    for (const [name, input] of questions)
      answers.push(await console.call(name, input as never).catch((error: unknown) => error))
    answers.push(console.pushes)
  }
  for (let seq = 1; seq <= desk.station.ledger.head().size; seq += 1)
    answers.push(desk.station.ledger.entry(seq))
  expect(told(secrets, JSON.stringify(answers))).toEqual([])

  const supervisor = await at(desk, 'daiban')
  const { name } = await exported(supervisor, { kind: 'whole' })
  const zip = filesUnder(desk.dir).find(([path]) => path.endsWith(name))!
  expect(told(secrets, zip[1])).toEqual([])
  for (const [, text] of await filesOf(zip[0])) expect(told(secrets, text)).toEqual([])
  await (await at(desk, 'guanli')).call('backup.make', {})

  await desk.close()
  expect(desk.logged.length).toBeGreaterThan(0)
  expect(told(secrets, desk.logged.join('\n'))).toEqual([])
  const files = filesUnder(desk.dir)
  expect(files.length).toBeGreaterThanOrEqual(3)
  for (const [path, bytes] of files) expect([path, told(secrets, bytes)]).toEqual([path, []])
  // They are where they belong, and what was replaced or refused is not even there.
  const kept = readdirSync(join(desk.dir, 'secrets')).map((file) =>
    readFileSync(join(desk.dir, 'secrets', file), 'utf8'),
  )
  expect(told(secrets, kept.join()).sort()).toEqual(
    [secrets[0]!, marks.relayToken, marks.proxy, marks.newSecret].sort(),
  )
})

test('a core that dies at work says nothing of them', { timeout: 120_000 }, async () => {
  const { desk, secrets } = await atWork()
  await desk.close()
  const died = await run(join(root, 'tests', 'support', 'dying-desk.ts'), desk.dir)
  expect(died.code).not.toBe(0)
  expect(died.err).toContain('died at work')
  expect(told(secrets, died.err + died.out)).toEqual([])
})
