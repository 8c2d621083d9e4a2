import { existsSync, readFileSync } from 'node:fs'
import { connections, type Probe, type RemoteAccount } from '../../contract/connections.ts'
import { Refused } from '../../contract/errors.ts'
import { connectedAs } from '../../desk/connections/same-app.ts'
import type { Station } from '../../desk/station/station.ts'
import { dataDir } from '../data-dir.ts'
import { fail } from './fail.ts'
import { probeWords } from './probe-words.ts'
import { withStation } from './station.ts'

export interface AddOptions {
  data?: string
  kind: string
  corpid: string
  secretFile: string
  apiBase: string
  relay?: string
  relayTokenFile?: string
  caFile?: string
  proxy?: string
  openKfid: string[]
  name?: string
}

/** Without these an account neither hears nor answers; the rest can be put right later. */
const needed: ReadonlySet<Probe['step']> = new Set([
  'address',
  'token',
  'allowedAddress',
  'accounts',
  'messages',
])

const by = () => ({ user: 'cli', role: 'system', device: 'cli', now: Date.now() })

/** Tries the connection, and only where it works adds it and binds its accounts: a failure leaves nothing behind. */
export async function addAccount(options: AddOptions): Promise<void> {
  if (options.kind !== 'wecom-kf')
    fail(`accounts of kind ${options.kind} cannot be added here, only wecom-kf`)
  if (options.name !== undefined && options.openKfid.length !== 1)
    fail('--name is of one account: give its --open-kfid')
  if (options.relay !== undefined && options.relayTokenFile === undefined)
    fail('--relay needs the token this desk has there: give --relay-token-file')
  const settings = {
    name: `企业微信 ${options.corpid}`,
    corpid: options.corpid,
    apiBase: options.apiBase,
    ca: options.caFile === undefined ? null : read(options.caFile),
    proxy: options.proxy ?? null,
    relay: options.relay ?? null,
    secret: read(options.secretFile),
    ...(options.relay === undefined ? {} : { relayToken: read(options.relayTokenFile!) }),
  }
  await withStation(dataDir(options.data), async (station) => {
    try {
      // Refused when it is added as well, but by then a call of the few that the app has is spent.
      const known = await connectedAs(station, settings)
      if (known !== null)
        fail(`this app of ${options.corpid} is connected already (${known}); bind accounts in Settings`)
      settings.name = freeName(station, settings.name)
      check(settings)
      const { probes, accounts } = await station.query('connection.test', settings, by())
      for (const probe of probes) console.log(probeWords(probe))
      const wrong = probes.find(({ step, state }) => needed.has(step) && state === 'failed')
      if (wrong) fail(`nothing was added: ${probeWords(wrong)}`)
      const chosen = choose(accounts, options.openKfid)
      const { id } = await station.execute('connection.add', settings, by(), null)
      for (const { openKfid, name } of chosen) await bind(station, id, openKfid, options.name ?? name)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      fail(`nothing was added: ${refusedWords(error)}`)
    }
  })
}

/** A corp may have several apps. */
function freeName(station: Station, wanted: string): string {
  const taken = new Set(station.views.connections.connections().map(({ name }) => name))
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? wanted : `${wanted} (${n})`
    if (!taken.has(name)) return name
  }
}

/** The accounts asked for, or all that the app may serve. */
function choose(accounts: readonly RemoteAccount[], asked: readonly string[]): RemoteAccount[] {
  for (const openKfid of asked) {
    const there = accounts.find((one) => one.openKfid === openKfid)
    if (!there) fail(`nothing was added: the corp has no account ${openKfid}`)
    if (!there.managed) fail(`nothing was added: the app may not serve ${openKfid} (通过API管理微信客服账号)`)
    if (there.account !== null) fail(`nothing was added: ${openKfid} is bound already`)
  }
  const chosen = accounts.filter(({ openKfid, managed, account }) =>
    asked.length > 0 ? asked.includes(openKfid) : managed && account === null,
  )
  if (chosen.length === 0) fail('nothing was added: there is no account that this app may serve')
  return chosen
}

async function bind(station: Station, connection: string, openKfid: string, wanted: string): Promise<void> {
  const taken = new Set(station.views.accounts.accounts().map(({ name }) => name))
  const name = taken.has(wanted) ? `${wanted} (${openKfid.slice(-4)})` : wanted
  const { account } = await station.execute('connection.bind', { connection, openKfid, name }, by(), null)
  console.log(`${name}: bound to ${openKfid} (${account})`)
}

export async function listAccounts(options: { data?: string }): Promise<void> {
  await withStation(dataDir(options.data), async (station) => {
    for (const { id, name, kind, enabled, health, contacts } of await station.query(
      'accounts.list',
      {},
      by(),
    )) {
      const via = station.views.accounts.account(id)?.openKfid
      const state = enabled ? (health.reason ?? health.state) : 'off'
      console.log([name, kind, ...(via ? [via] : []), state, `${contacts} contacts`, id].join('  '))
    }
  })
}

/** The command line is checked by the same schema as a console's call. @throws Refused */
function check(settings: unknown): void {
  const { success, error } = connections['connection.add'].input.safeParse(settings)
  if (success) return
  const issues = error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }))
  throw new Refused({ code: 'invalid', issues })
}

function read(file: string): string {
  if (!existsSync(file)) fail(`no such file: ${file}`)
  const text = readFileSync(file, 'utf8').trim()
  return text === '' ? fail(`${file} is empty`) : text
}

function refusedWords({ refusal }: Refused): string {
  if (refusal.code !== 'invalid') return refusal.code.replaceAll('_', ' ')
  return refusal.issues.map(({ path, message }) => `${path}: ${message}`).join('; ')
}
