import { randomBytes } from 'node:crypto'
import type { ConnectionSettings } from '../../channels/wecom/desk.ts'
import { Refused } from '../../contract/errors.ts'
import type { Input } from '../../contract/index.ts'
import type { Decision } from '../decision.ts'
import { administering, type Commit, type Routes } from '../route.ts'
import type { Station } from '../station/station.ts'
import { invalid, proxyOf, wrongAddress } from './addresses.ts'
import type { KeptNames } from './entries.ts'
import { guarded } from './guarded.ts'
import { shownColleagues, shownConnection } from './reading.ts'
import * as rules from './rules.ts'
import { connectedAs } from './same-app.ts'
import { accountsThere, isCertificates, tryOut } from './trying.ts'
import type { ConnectionRow } from './view.ts'

type Names =
  | 'connections.list'
  | 'connection.test'
  | 'connection.add'
  | 'connection.change'
  | 'connection.accounts'
  | 'connection.bind'
  | 'colleagues.list'
  | 'colleague.link'

/** What is put into the secret storage before the commit that names it. */
type Fresh = rules.Change['fresh']

export const connectionRoutes: Pick<Routes, Names> = {
  'connections.list': {
    allow: administering,
    run: (station) =>
      Promise.all(station.views.connections.connections().map((row) => shownConnection(station, row))),
  },
  'connection.test': {
    allow: administering,
    run: async (station, input) => {
      const settings = await settingsGiven(station, input)
      const result = await tryOut(station, settings)
      station.linking.learn(input.connection ?? null, input, result.probes)
      return result
    },
  },
  'connection.add': {
    allow: administering,
    before: async (station, input) => {
      check(input)
      const id = randomBytes(5).toString('hex')
      const sameApp = await connectedAs(station, input)
      return { id, sameApp, fresh: await keep(station, id, input) }
    },
    run: (
      station,
      input,
      _by,
      { id, sameApp, fresh }: { id: string; sameApp: string | null; fresh: Fresh },
    ) => {
      const { name, corpid, apiBase, relay, ca } = input
      const proxy = input.proxy === null ? null : proxyOf(input.proxy).shown
      const given = { name, corpid, apiBase, relay, proxy, ca }
      const kept: KeptNames = {
        secret: fresh.secret!,
        relay: relay === null ? null : fresh.relay,
        proxy: fresh.proxy,
      }
      return {
        decision: rules.addConnection(id, given, kept, {
          sameName: isNameTaken(station, name, null),
          sameApp,
        }),
        write: () => station.linking.tests.saved(id, input, { isNew: true }),
        result: () => ({ id }),
      }
    },
  },
  'connection.change': {
    allow: administering,
    before: async (station, input) => {
      check(input)
      const present = station.views.connections.connection(input.connection)
      if (present === null) return { sameApp: null, fresh: { secret: null, relay: null, proxy: null } }
      const sameApp = await otherOfApp(station, present, input)
      return { sameApp, fresh: await keep(station, input.connection, input) }
    },
    run: (station, input, _by, prepared: { sameApp: string | null; fresh: Fresh }) =>
      changing(station, input, prepared),
  },
  'connection.accounts': {
    allow: administering,
    run: async (station, { connection }) => {
      const settings = await station.linking.settingsOf(found(station, connection)).catch(() => null)
      if (settings === null) throw new Refused({ code: 'channel_refused', errcode: null, why: 'noSecret' })
      return accountsThere(station, settings)
    },
  },
  'connection.bind': {
    allow: administering,
    run: ({ views }, { connection, openKfid, name }) => {
      const id = randomBytes(5).toString('hex')
      const facts = {
        sameName: views.accounts.accounts().some((account) => account.name === name),
        boundAs: views.accounts.boundAs(openKfid)?.name ?? null,
      }
      const row = views.connections.connection(connection)
      return {
        decision: rules.bindAccount(row, { id, connection, openKfid, name }, facts),
        result: () => ({ account: id }),
      }
    },
  },
  'colleagues.list': {
    allow: administering,
    run: (station, { connection }) => shownColleagues(station, found(station, connection).id),
  },
  'colleague.link': {
    allow: administering,
    run: ({ views }, link) => {
      const facts = {
        connection: views.connections.connection(link.connection) !== null,
        works: link.user !== null && views.people.works(link.user),
        present: views.connections.colleagues.one(link.connection, link.userid)?.user ?? null,
      }
      return { decision: rules.linkColleague(link, facts) }
    },
  },
}

/** Only where another corp or secret is given: what was connected twice before can still be switched off. */
async function otherOfApp(
  station: Station,
  present: ConnectionRow,
  { connection, corpid, secret }: Input<'connection.change'>,
): Promise<string | null> {
  if (secret === undefined && corpid === present.corpid) return null
  const leading = secret ?? (await station.linking.secrets.get(present.kept.secret).catch(() => null))
  return leading === null ? null : connectedAs(station, { corpid, secret: leading }, connection)
}

function changing(
  station: Station,
  input: Input<'connection.change'>,
  { sameApp, fresh }: { sameApp: string | null; fresh: Fresh },
): Commit<void> {
  const { views, linking } = station
  const present = views.connections.connection(input.connection)
  const { connection, name, corpid, apiBase, relay, enabled, ca } = input
  const change = {
    connection,
    name,
    corpid,
    apiBase,
    relay,
    enabled,
    ca,
    proxy: proxyGiven(input.proxy),
    fresh,
  }
  const decision: Decision = rules.changeConnection(present && stateOf(present), change, {
    sameName: isNameTaken(station, name, connection),
    sameApp,
    accounts: linking.accountsOf(connection).length,
  })
  const write = () => {
    linking.secrets.left(namesIn(present!.kept))
    linking.tests.saved(connection, input, { isNew: false })
  }
  return { decision, write }
}

function stateOf({ addedAt: _addedAt, ...state }: ConnectionRow): rules.ConnectionState {
  return state
}

/** Undefined: stays. */
function proxyGiven(proxy: string | null | undefined): rules.Change['proxy'] {
  if (!proxy) return proxy === undefined ? undefined : null
  const { shown, login } = proxyOf(proxy)
  return { shown, login: login !== null }
}

/** @throws Refused */
function check(input: {
  apiBase: string
  relay: string | null
  proxy?: string | null | undefined
  ca?: string | null | undefined
}): void {
  const wrong = wrongAddress(input)
  if (wrong !== null) throw new Refused(wrong)
  if (input.ca && !isCertificates(input.ca)) throw new Refused(invalid('ca', 'not a PEM certificate'))
}

async function keep(
  station: Station,
  id: string,
  given: { secret?: string | undefined; relayToken?: string | undefined; proxy?: string | null | undefined },
): Promise<Fresh> {
  const { secrets } = station.linking
  const login = given.proxy ? proxyOf(given.proxy).login : null
  return {
    secret: given.secret === undefined ? null : await secrets.keep('secret', id, given.secret),
    relay: given.relayToken === undefined ? null : await secrets.keep('relay', id, given.relayToken),
    proxy: login === null ? null : await secrets.keep('proxy', id, login),
  }
}

/** What is not given is taken from the connection that is there. @throws Refused */
async function settingsGiven(station: Station, input: Input<'connection.test'>): Promise<ConnectionSettings> {
  check(input)
  const { corpid, apiBase, ca, proxy, relay } = input
  const present = input.connection === undefined ? null : found(station, input.connection)
  const kept = present && (await station.linking.settingsOf(present).catch(() => null))
  const again = present
    ? rules.secretsAgain(stateOf(present), { apiBase, ca, proxy: proxyGiven(proxy), relay })
    : { secret: true, relay: true }
  const secret = input.secret ?? (again.secret ? undefined : kept?.secret)
  if (secret === undefined) throw new Refused(invalid('secret', 'is needed here'))
  const token = input.relayToken ?? (again.relay ? undefined : kept?.relay?.token)
  if (relay !== null && token === undefined) throw new Refused(invalid('relayToken', 'is needed here'))
  return guarded({
    id: input.connection ?? 'test',
    corpid,
    secret,
    apiBase,
    ca: ca ?? kept?.ca ?? null,
    // Shown without its password it is the one that is kept.
    proxy:
      proxy !== null && proxy === present?.proxy ? (kept?.proxy ?? proxy) : (proxy ?? kept?.proxy ?? null),
    relay: relay === null ? null : { url: relay, token: token! },
  })
}

function found({ views }: Station, id: string): ConnectionRow {
  const row = views.connections.connection(id)
  if (row === null) throw new Refused({ code: 'not_found', what: 'connection', id })
  return row
}

function isNameTaken({ views }: Station, name: string, except: string | null): boolean {
  return views.connections.connections().some((one) => one.name === name && one.id !== except)
}

function namesIn({ secret, relay, proxy }: KeptNames): (string | null)[] {
  return [secret, relay, proxy]
}
