import { command, query } from './call.ts'
import { z } from './schema.ts'
import { id, nothing, shortText } from './values.ts'

/**
 * Connections to WeCom 企业微信: one for each corp and its self-built app, through which the household-link accounts are
 * reached. Secrets go in and never come out again.
 */

export type ConnectionKind = 'wecom-kf'

/** What is probed one by one; a number is the API's own error code (`src/channels/wecom/error-codes.ts`). */
export interface Probe {
  step:
    | 'address'
    | 'token'
    | 'allowedAddress'
    | 'accounts'
    | 'messages'
    | 'colleagues'
    | 'contacts'
    | 'broadcasts'
    | 'relay'
  state: 'ok' | 'failed' | 'skipped'
  /** Error code of the API; null where it is none of its. */
  code: number | null
  /** Key of the words under `connections.probes`, e.g. `secret`, `unreachable`, `certificate`. */
  why: string | null
  /** The address WeCom saw the desk call from, where it refused that (60020). */
  seenFrom?: string
}

/** An account of the corp as WeCom lists it. */
export interface RemoteAccount {
  openKfid: string
  name: string
  /** Whether the app may serve it (manage_privilege). */
  managed: boolean
  /** The desk's account that is bound to it. */
  account: string | null
}

export interface TestResult {
  probes: Probe[]
  accounts: RemoteAccount[]
}

/** What only friends of an officer have (客户联系), and whether this app may use it. */
export interface Capability {
  able: boolean | null
  /** Error code that said no, e.g. 48002. */
  code: number | null
  at: string | null
}

export interface Connection {
  id: string
  kind: ConnectionKind
  name: string
  corpid: string
  apiBase: string
  /** Without the password in it. */
  proxy: string | null
  hasCa: boolean
  relay: string | null
  enabled: boolean
  /** Whether the secret is on this machine. */
  hasSecret: boolean
  state: { ok: boolean; code: number | null; why: string | null; since: string }
  relayState: { state: 'none' | 'connecting' | 'connected' | 'lost' | 'refused'; since: string }
  /** How late a message may be without the relay (seconds). */
  pollingEvery: number
  accounts: number
  /** Seconds the clock of the desk's machine is ahead of WeCom's, below 0 behind it; null where it is right, or not known. */
  clockWrongBy: number | null
  capabilities: { contacts: Capability; broadcasts: Capability }
  /** What came of the last test with these addresses; null where there was none. */
  tested: { at: string; probes: Probe[] } | null
}

/** A member of the corp who answers in the WeCom client, and who that is at this desk. */
export interface Colleague {
  userid: string
  /** User name at this desk. */
  user: string | null
  receiving: boolean | null
  lastSeen: string | null
}

const corpid = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9_-]{2,64}$/, 'letters, digits, dash')
const secret = z.string().trim().min(8).max(512)
const webAddress = z
  .string()
  .trim()
  .max(300)
  .regex(/^https?:\/\/[^\s]+$/, 'http:// or https://')
const socketAddress = z
  .string()
  .trim()
  .max(300)
  .regex(/^wss?:\/\/[^\s]+$/, 'ws:// or wss://')

const settings = {
  name: shortText,
  corpid,
  /** `https://qyapi.weixin.qq.com` unless it is a government edition. */
  apiBase: webAddress,
  /** PEM certificates that are trusted besides the system's. */
  ca: z.string().max(100_000).nullable(),
  /** May hold user and password; those go into the secret storage. */
  proxy: webAddress.nullable(),
  relay: socketAddress.nullable(),
}

export const connections = {
  'connections.list': query<Connection[]>()(nothing),
  /** Tries everything and changes nothing. Of a connection that is there, what is not given is taken from it. */
  'connection.test': query<TestResult>()(
    z.strictObject({
      ...settings,
      connection: id.optional(),
      secret: secret.optional(),
      relayToken: secret.optional(),
    }),
  ),
  'connection.add': command<{ id: string }>()(
    z.strictObject({ ...settings, secret, relayToken: secret.optional() }),
  ),
  /** `ca` and `proxy` undefined, `secret` and `relayToken` not given: stay as they are. */
  'connection.change': command<void>()(
    z.strictObject({
      ...settings,
      ca: settings.ca.optional(),
      proxy: settings.proxy.optional(),
      connection: id,
      enabled: z.boolean(),
      secret: secret.optional(),
      relayToken: secret.optional(),
    }),
  ),
  /** Asks WeCom now. */
  'connection.accounts': query<RemoteAccount[]>()(z.strictObject({ connection: id })),
  /** Makes the household-link account that is served through this 客服 account. */
  'connection.bind': command<{ account: string }>()(
    z.strictObject({
      connection: id,
      openKfid: z.string().min(1).max(64),
      name: shortText,
    }),
  ),
  'colleagues.list': query<Colleague[]>()(z.strictObject({ connection: id })),
  /** Who of the desk it is that answers there; null for nobody of the desk. */
  'colleague.link': command<void>()(
    z.strictObject({
      connection: id,
      userid: z.string().min(1).max(64),
      user: id.nullable(),
    }),
  ),
}
