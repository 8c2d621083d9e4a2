import type { Draft, JsonObject } from '../../ledger/entry.ts'
import { draft } from '../decision.ts'

/**
 * What can have happened to a connection, to the accounts reached through it, and what was learnt by it of residents and
 * colleagues. No secret stands here, only the name under which the secret storage keeps it.
 */

/** Names in the secret storage. */
export interface KeptNames extends JsonObject {
  secret: string
  relay: string | null
  /** The proxy's address with user and password; null where it wants none. */
  proxy: string | null
}

export interface ConnectionData extends JsonObject {
  kind: 'wecom-kf'
  name: string
  corpid: string
  apiBase: string
  /** Without user and password. */
  proxy: string | null
  relay: string | null
  enabled: boolean
  kept: KeptNames
}

export const connectionAdded = (id: string, data: ConnectionData, ca: string | null): Draft =>
  draft('connection.added', id, { ...data, hasCa: ca !== null }, ca === null ? undefined : { ca })
export const connectionChanged = (id: string, data: ConnectionData, ca: string | null): Draft =>
  draft('connection.changed', id, { ...data, hasCa: ca !== null }, ca === null ? undefined : { ca })

/** `what`: key of `connections.faults`; `code`: the API's own; `seconds`: how wrong this machine's clock is, where that is it. */
export type LastingFault = {
  what: string
  code: number | null
  since: string
  seconds?: number
}

/** The connection itself, or its way to the relay. */
export type ConnectionPart = 'connection' | 'relay'

export const connectionFaulted = (id: string, of: ConnectionPart, fault: LastingFault): Draft =>
  draft('connection.faulted', id, { of, ...fault })
export const connectionRecovered = (id: string, of: ConnectionPart, fault: LastingFault): Draft =>
  draft('connection.recovered', id, { of, ...fault })
export const accountFaulted = (account: string, fault: LastingFault): Draft =>
  draft('account.faulted', account, fault)
export const accountRecovered = (account: string, fault: LastingFault): Draft =>
  draft('account.recovered', account, fault)

/** Between these times messages may have been lost. */
export const accountGapFound = (account: string, from: string, to: string): Draft =>
  draft('account.gapFound', account, { from, to })
/** All that the channel still had of a new account is in; `from` is when the oldest of it was written. */
export const accountJoined = (account: string, messages: number, from: string | null): Draft =>
  draft('account.joined', account, { messages, from })

/** The resident's card as it stands now, with what the channel says of them. */
export interface ProfileContent extends JsonObject {
  name: string
  external: string
  villageGroup: string | null
  household: string | null
  phone: string | null
  tags: string[]
  /** What they call themselves; null where the channel does not say. */
  nickname: string | null
  gender: 'unknown' | 'male' | 'female'
  avatar: string | null
}
export const contactProfiled = (contact: string, account: string, content: ProfileContent): Draft =>
  draft('contact.profiled', contact, { account }, content)

/** `user` is null for nobody of the desk. */
export const colleagueLinked = (connection: string, userid: string, user: string | null): Draft =>
  draft('colleague.linked', connection, { userid, user })
