import { media, type SessionState } from '../../../src/channels/wecom/facts.ts'
import { Callbacks } from './callbacks.ts'
import { Calls } from './calls.ts'
import { Clock } from './clock.ts'
import { Faults } from './faults.ts'
import { Random } from './random.ts'
import { RateLimits } from './rate-limits.ts'

/** All that Tencent's side knows, in memory. */

export interface Member {
  userid: string
  name: string
  departments: number[]
  /** Has activated WeCom. */
  activated: boolean
  /** May have customers (客户联系). */
  contactRight: boolean
}

export interface CallbackTarget {
  url: string
  token: string
  aesKey: string
  withAgentId: boolean
}

export interface App {
  corpid: string
  agentid: number
  name: string
  secret: string
  enabled: boolean
  /** Listed under 微信客服 → 可调用接口的应用. */
  kfAllowed: boolean
  /** Listed under 客户联系 → 可调用接口的应用. */
  contactsAllowed: boolean
  apiSwitch: boolean
  grantedToProvider: boolean
  standaloneSecret: boolean
  /** null: no restriction. */
  allowedIps: string[] | null
  /** userids, or everybody. */
  visible: Set<string> | 'all'
  /** open_kfids this app manages through the API. */
  managed: Set<string>
  callback: CallbackTarget | null
  token: AccessToken | null
  tokenless: { times: number[]; blockedUntil: number }
  syncing: number
}

export interface AccessToken {
  value: string
  app: App
  issued: number
  expires: number
  dead: 'expired' | 'invalid' | null
}

export interface Servicer {
  userid: string
  /** Receiving, or stopped for good (0) or for a while (1). */
  receiving: boolean
  stopType: 0 | 1
}

/** One thing sync_msg gives out, in order of arrival. */
export interface Arrival {
  /** ms */
  at: number
  sendTime: number
  msgid: string
  msgtype: string
  customer: string | null
  /** Number of the message among those made in bulk for this customer. */
  n: number | null
  recalled: boolean
  /** media_id of a voice, which has another form on request. */
  voice: string | null
  json: string
}

export interface Sent {
  account: string
  customer: string
  msgid: string
  /** The caller chose the msgid. */
  ownId: boolean
  msgtype: string
  content: Record<string, unknown>
  /** By send_msg or send_msg_on_event. */
  by: 'send' | 'event'
  at: number
  /** How many calls named this msgid, refused ones too. */
  asked: number
  failType: number | null
  recalledAt: number | null
}

export interface Conversation {
  customer: string
  state: SessionState
  servicer: string | null
  lastWrittenAt: number | null
  enteredAt: number | null
  enterContext: Record<string, unknown> | null
  lastWelcomeAt: number | null
  sentInWindow: number
  rejected: boolean
  codesGiven: Set<number>
  sent: Sent[]
}

export interface Account {
  corpid: string
  openKfid: string
  name: string
  avatar: string
  deleted: boolean
  servicers: Map<string, Servicer>
  departments: Set<number>
  log: Arrival[]
  /** Index of the first arrival still inside retention. */
  oldest: number
  /** Bounds of the page given out last. */
  lastPage: { from: number; to: number } | null
  byMsgid: Map<string, Arrival>
  asked: Map<string, number>
  sent: Map<string, Sent>
  conversations: Map<string, Conversation>
  upgrades: Map<string, Record<string, unknown>>
}

export interface Customer {
  corpid: string
  external: string
  nickname: string
  avatar: string
  gender: number
  unionid: string | null
  lastSeenAt: number
}

export interface ReplyCode {
  account: Account
  customer: string
  expires: number
  used: boolean
  /** The session must still stand so; null for a welcome. */
  state: SessionState | null
  menuToo: boolean
}

export interface MediaFile {
  corpid: string
  type: string
  filename: string
  contentType: string
  createdAt: number
  size: number
  bytes: () => Buffer
  /** Encrypted at rest: pieces in multiples of 16. */
  encrypted: boolean
  nameForm: 'plain' | 'percent' | 'rfc5987'
}

export interface Follow {
  userid: string
  remark: string
  description: string
  createtime: number
  company: string
  mobiles: string[]
  tags: Set<string>
  personalTags: string[]
  addWay: number
  state: string
  /** When they last talked, for who is asked to send a 群发. */
  lastChatAt: number
}

export interface Tag {
  id: string
  name: string
  order: number
  createTime: number
}
export interface TagGroup {
  id: string
  name: string
  order: number
  createTime: number
  tags: Tag[]
  /** agentid of the app that made it; null: made in the console. */
  madeBy: number | null
}

export interface Broadcast {
  msgid: string
  agentid: number
  chatType: 'single' | 'group'
  creator: string | null
  createdAt: number
  text: Record<string, unknown> | null
  attachments: Record<string, unknown>[]
  cancelled: boolean
  remindedAt: number | null
  /** By userid: who gets it through whom. */
  tasks: Map<
    string,
    { status: 0 | 2; sendTime: number; targets: Map<string, { status: 0 | 1 | 2 | 3; at: number }> }
  >
}

export interface Corp {
  corpid: string
  name: string
  verified: boolean
  apps: Map<number, App>
  members: Map<string, Member>
  accounts: Account[]
  /** external_userid → userid → what that member wrote down. */
  friends: Map<string, Map<string, Follow>>
  tagGroups: TagGroup[]
  broadcasts: Broadcast[]
  /** customer or chat → times of 群发 received. */
  broadcastTimes: Map<string, number[]>
  groupChats: Map<string, { name: string; owner: string }>
  upgradeMembers: string[]
  upgradeDepartments: number[]
  upgradeChats: string[]
}

export interface Settings {
  /** Accept what 95001, 95002, 95013 and 95018 would refuse, and report msg_send_fail instead. */
  failLater: boolean
  recallAvailable: boolean
  /** 41063 for so long (ms of the emulator's clock) after a 群发 task was made. */
  dispatching: number
  /** Per customer and month; null: as many as the month has days. */
  broadcastQuota: number | null
  /** Callers as the rate limits and the IP list see them; null: the real address. */
  callerIp: string | null
  /** A download of more bytes needs Range. */
  rangeAbove: number
}

export class World {
  readonly clock = new Clock()
  /** Decides what strikes and in which order. */
  readonly random: Random
  /** Makes ids, tokens and nonces, so that these disturb no chance. */
  readonly names: Random
  readonly faults: Faults
  readonly calls: Calls
  readonly limits: RateLimits
  readonly callbacks: Callbacks
  readonly corps = new Map<string, Corp>()
  readonly accounts = new Map<string, Account>()
  readonly customers = new Map<string, Customer>()
  readonly tokens = new Map<string, AccessToken>()
  readonly codes = new Map<string, ReplyCode>()
  readonly media = new Map<string, MediaFile>()
  readonly settings: Settings = {
    failLater: false,
    recallAvailable: false,
    dispatching: 0,
    broadcastQuota: null,
    callerIp: null,
    rangeAbove: media.rangeBytes,
  }
  #made = 0

  constructor(seed: number) {
    this.random = new Random(seed)
    this.names = new Random(seed + 1)
    this.faults = new Faults(this.random)
    this.calls = new Calls(this.clock)
    this.limits = new RateLimits(this.clock)
    this.callbacks = new Callbacks(this)
  }

  /** A fresh opaque id with this prefix. */
  id(prefix: string, length = 24): string {
    const number = (++this.#made).toString(36)
    return `${prefix}${this.names.word(Math.max(4, length - number.length))}${number}`
  }

  corp(corpid: string): Corp {
    return found(this.corps.get(corpid), `no corp ${corpid}`)
  }

  account(openKfid: string): Account {
    return found(this.accounts.get(openKfid), `no account ${openKfid}`)
  }

  customer(external: string): Customer {
    return found(this.customers.get(external), `no customer ${external}`)
  }

  /** By agentid inside the corp, or the corp's only app. */
  app(corpid: string, agentid?: number): App {
    const apps = this.corp(corpid).apps
    const app = agentid === undefined ? apps.values().next().value : apps.get(agentid)
    return found(app, `no app ${agentid ?? ''} in ${corpid}`)
  }
}

export function found<T>(thing: T | undefined | null, otherwise: string): T {
  if (thing === undefined || thing === null) throw new Error(otherwise)
  return thing
}
