import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { realWecom } from '../../src/desk/connections/wecom.ts'
import { holdDataDir } from '../../src/hosts/single-core.ts'
import { type Emulator, startEmulator } from '../emulators/wecom/client.ts'
import { desk } from '../support/command-line.ts'
import { entriesOf, tempDir, testStation } from '../support/station.ts'

let wecom: Emulator
beforeAll(async () => {
  wecom = await startEmulator({ seed: 21 })
})
afterAll(() => wecom.stop())

interface Asked {
  dir: string
  corpid: string
  secretFile: string
  openKfids: string[]
  customers: string[]
  secret: string
}

/** A station at rest, and a corp with three accounts it has nothing to do with yet. */
async function asked(): Promise<Asked> {
  const made = await testStation()
  await made.close()
  const { corpid, secret, accounts, customers } = await wecom.control.station({ accounts: 3, customers: 1 })
  const secretFile = join(tempDir(), 'secret')
  writeFileSync(secretFile, `${secret}\n`)
  return {
    dir: made.dir,
    corpid,
    secretFile,
    secret,
    customers,
    openKfids: accounts.map((one) => one.openKfid),
  }
}

const add = ({ dir, corpid, secretFile }: Asked, ...more: string[]) =>
  desk(
    ...['account', 'add', '--kind', 'wecom-kf', '--corpid', corpid, '--secret-file', secretFile],
    ...['--api-base', wecom.url, '--data', dir, ...more],
  )

const entries = async (dir: string, ...types: string[]) => {
  const made = await testStation({ dir })
  const found = entriesOf(made.station, ...types)
  await made.close()
  return found
}

describe('desk account add', { timeout: 60_000 }, () => {
  test('tries the connection, says what it found, and binds all the app may serve', async () => {
    const given = await asked()
    const { code, out, err } = await add(given)
    expect([code, err]).toEqual([0, expect.any(String)])
    expect(out).toContain('API address: ok\ncorp ID and secret: ok\n')
    expect(out).toContain('relay: none; the desk asks for messages now and then')
    for (const openKfid of given.openKfids) expect(out).toContain(`bound to ${openKfid}`)
    expect(out + err).not.toContain(given.secret)
    expect(await entries(given.dir, 'account.added', 'connection.added')).toHaveLength(2 + 1 + 3)
    const list = await desk('account', 'list', '--data', given.dir)
    expect(list.code).toBe(0)
    for (const openKfid of given.openKfids) expect(list.out).toContain(openKfid)
    expect(list.out).toContain('张警官的手机')
  })
  test('and a desk started on it receives and answers with the secret from the file', async () => {
    const given = await asked()
    const [openKfid] = given.openKfids
    await add(given, '--open-kfid', openKfid!, '--name', '柳河村客服')
    const kept = readdirSync(join(given.dir, 'secrets')).map((file) =>
      readFileSync(join(given.dir, 'secrets', file), 'utf8').trim(),
    )
    expect(kept).toContain(given.secret)
    const started = await testStation({ dir: given.dir, wecom: realWecom, clock: Date.now })
    await wecom.control.customerWrites({ account: openKfid!, customer: given.customers[0]!, text: '有人吗' })
    const received = () => entriesOf(started.station, 'message.received').length
    for (let n = 0; n < 400 && received() === 0; n += 1)
      await new Promise((resolve) => setTimeout(resolve, 50))
    expect(received()).toBe(1)
    const names = started.station.views.accounts.accounts().map(({ name }) => name)
    expect(names).toContain('柳河村客服')
    await started.close()
  })
  test('with a wrong secret ends in one sentence and leaves nothing behind', async () => {
    const given = await asked()
    writeFileSync(given.secretFile, 'not-the-secret-of-it')
    const { code, out, err } = await add(given)
    expect(code).toBe(1)
    expect(err.trim().split('\n').at(-1)).toBe(
      'desk: nothing was added: corp ID and secret: FAILED, the secret is wrong, is not of this corp, or the app is disabled (error 40001)',
    )
    expect(out).toContain('API address: ok')
    expect(out + err).not.toContain('not-the-secret-of-it')
    expect(await entries(given.dir, 'connection.added')).toEqual([])
    expect(readdirSync(join(given.dir, 'secrets')).filter((file) => file.startsWith('wecom'))).toEqual([])
  })
  test('names the address that WeCom wants among the trusted ones', async () => {
    const given = await asked()
    await wecom.control.switchApp({ corpid: given.corpid, allowedIps: ['10.1.2.3'] })
    const { code, err } = await add(given)
    expect(code).toBe(1)
    expect(err).toMatch(/trusted IP: FAILED, .*WeCom sees [0-9a-f.:]+ \(error 60020\)/)
  })
  test('where nothing answers says so', async () => {
    const given = await asked()
    const { code, err } = await desk(
      ...[
        'account',
        'add',
        '--kind',
        'wecom-kf',
        '--corpid',
        given.corpid,
        '--secret-file',
        given.secretFile,
      ],
      ...['--api-base', 'http://127.0.0.1:9', '--data', given.dir],
    )
    expect([code, err.trim().split('\n').at(-1)]).toEqual([
      1,
      'desk: nothing was added: API address: FAILED, nothing answers at this address and port',
    ])
  })
  test('of an account that is not there, or of another kind, or twice, is refused', async () => {
    const given = await asked()
    const last = (err: string) => err.trim().split('\n').at(-1)
    const unknown = await add(given, '--open-kfid', 'wkNOBODY')
    expect([unknown.code, last(unknown.err)]).toEqual([
      1,
      'desk: nothing was added: the corp has no account wkNOBODY',
    ])
    await add(given)
    const twice = await add(given)
    expect([twice.code, last(twice.err)]).toEqual([1, expect.stringContaining('is connected already')])
    const other = await desk(
      ...['account', 'add', '--kind', 'sandbox', '--corpid', 'x', '--secret-file', given.secretFile],
    )
    expect([other.code, last(other.err)]).toEqual([1, expect.stringContaining('only wecom-kf')])
    const noToken = await add(given, '--relay', 'wss://relay.example.cn')
    expect([noToken.code, last(noToken.err)]).toEqual([1, expect.stringContaining('--relay-token-file')])
    const noFile = await add({ ...given, secretFile: '/no/such/file' })
    expect([noFile.code, last(noFile.err)]).toEqual([1, 'desk: no such file: /no/such/file'])
  })
  test('is refused while a desk runs on the folder', async () => {
    const given = await asked()
    const lock = holdDataDir(given.dir)
    const { code, err } = await add(given)
    lock.release()
    expect([code, err]).toEqual([1, expect.stringContaining('another Duty Desk is working on')])
  })
})
