import type { SendResult } from '../../src/channels/channel.ts'
import type { ListedAccount } from '../../src/channels/wecom/api.ts'
import { ApiRefused } from '../../src/channels/wecom/api-error.ts'
import type { ContactsApi } from '../../src/channels/wecom/contacts/contacts.ts'
import type {
  BoundAccount,
  ConnectionSettings,
  Listener,
  WecomConnection,
} from '../../src/channels/wecom/desk.ts'
import { errorCodes } from '../../src/channels/wecom/error-codes.ts'
import type { Probed, ProbeWorld } from '../../src/channels/wecom/probing.ts'
import type { Wecom, WecomLines } from '../../src/desk/connections/wecom.ts'

/** WeCom without a network: what the desk opens and serves is written down, and a test says what is heard. */
export interface PretendedWecom extends Wecom {
  /** Of each connection what it was opened with, in order. */
  readonly opened: ConnectionSettings[]
  readonly closed: string[]
  /** What each open connection serves now. */
  readonly serving: Map<string, readonly BoundAccount[]>
  readonly listener: Listener
  /** Settings of each test, in order. */
  readonly probed: unknown[]
  answerProbe: (settings: unknown, world: ProbeWorld) => Promise<Probed>
  listed: () => Promise<ListedAccount[]>
  /** What friends and broadcasts are asked of. */
  contacts: ContactsApi
  /** Opening breaks with this. */
  breaks: Error | null
}

/** Nobody is a friend of anybody, and nothing may be sent to them. */
const noContacts = new Proxy({} as ContactsApi, {
  get: () => () => Promise.reject(new ApiRefused(errorCodes.apiForbidden, '', 'api forbidden')),
})

export function pretendedWecom(): PretendedWecom {
  let heard: Listener | null = null
  const self: PretendedWecom = {
    opened: [],
    closed: [],
    serving: new Map(),
    get listener() {
      return heard as Listener
    },
    probed: [],
    answerProbe: async () => ({ probes: [], accounts: [] }),
    listed: async () => [],
    contacts: noContacts,
    breaks: null,
    lines(listener) {
      heard = listener
      self.serving.clear()
      return lines(self)
    },
    probe(settings, world) {
      self.probed.push(settings)
      return self.answerProbe(settings, world)
    },
    accounts: () => self.listed(),
  }
  return self
}

function lines(self: PretendedWecom): WecomLines {
  const open = new Map<string, WecomConnection>()
  const through = (account: string) =>
    [...self.serving].find(([, bound]) => bound.some((one) => one.account === account))?.[0]
  return {
    kind: 'wecom-kf',
    send: async (): Promise<SendResult> => ({ sent: true }),
    open(settings) {
      if (self.breaks) throw self.breaks
      if (open.has(settings.id)) throw new Error(`connection ${settings.id} is open`)
      self.opened.push(settings)
      const connection: WecomConnection = {
        settings,
        contacts: self.contacts,
        serve: (accounts) => void self.serving.set(settings.id, accounts),
        fetchMedia: () => Promise.reject(new Error('nothing to fetch')),
        serviceOf: async () => ({ state: 1, colleague: null }),
        endService: async () => {},
        welcome: async () => ({ sent: true }),
        stop: async () => {},
      }
      open.set(settings.id, connection)
      return connection
    },
    async close(id) {
      if (!open.delete(id)) return
      self.closed.push(id)
      self.serving.delete(id)
    },
    connection: (id) => open.get(id) ?? null,
    of: (account) => open.get(through(account) ?? '') ?? null,
    async stop() {
      for (const id of open.keys()) await this.close(id)
    },
  }
}
