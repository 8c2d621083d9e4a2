import {
  callbacks as callbackFacts,
  customers as customerFacts,
} from '../../../../src/channels/wecom/facts.ts'
import { makeAccount } from '../accounts.ts'
import { endTokens } from '../tokens.ts'
import type { Account, App, CallbackTarget, Corp, Customer, Member, Settings, World } from '../world.ts'

export interface NewStation {
  corpid?: string
  /** How many of each. */
  accounts?: number
  customers?: number
  /** Members of the corp; all of them are servicers of every account. */
  servicers?: number
  callback?: { url: string; token?: string; aesKey?: string }
}

export interface Station {
  corpid: string
  agentid: number
  secret: string
  accounts: { openKfid: string; name: string }[]
  /** external_userids */
  customers: string[]
  /** userids */
  servicers: string[]
  callback: { url: string; token: string; aesKey: string } | null
}

/** What an app is allowed, and how it is listed in the console. */
export type AppSwitches = Partial<
  Pick<
    App,
    'enabled' | 'kfAllowed' | 'contactsAllowed' | 'apiSwitch' | 'grantedToProvider' | 'standaloneSecret'
  >
> & {
  /** 企业可信IP; null: none set */
  allowedIps?: string[] | null
  /** userids inside the app's visible range */
  visible?: string[] | 'all'
}

export interface NewCustomer {
  corpid: string
  external?: string
  nickname?: string
  gender?: 0 | 1 | 2
  unionid?: string
}

interface OfApp {
  corpid: string
  agentid?: number
}

const surnames = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗'
const given = ['秀英', '建国', '桂兰', '志强', '玉梅', '海燕', '文斌', '春花', '国庆', '小红', '永福', '金凤']
export const inventedName = (n: number) => `${surnames[n % surnames.length]}${given[(n * 7) % given.length]}`

/** Making the corp, its app, accounts and people, and turning the console's switches. */
export function stationActs(world: World) {
  const acts = {
    /** A corp with one app that manages all its accounts: enough to begin a test. */
    station(wanted: NewStation = {}): Station {
      const corp = makeCorp(world, wanted.corpid)
      const app = makeApp(world, corp, {})
      const servicers = numbers(wanted.servicers ?? 2).map(
        (n) => makeMember(corp, `officer${n}`, inventedName(n + 3)).userid,
      )
      const accounts = numbers(wanted.accounts ?? 1).map((n) => {
        const account = makeAccount(world, corp, `户户通${n}`)
        for (const userid of servicers)
          account.servicers.set(userid, { userid, receiving: true, stopType: 0 })
        app.managed.add(account.openKfid)
        return { openKfid: account.openKfid, name: account.name }
      })
      const customers = numbers(wanted.customers ?? 0).map(
        (n) => makeCustomer(world, { corpid: corp.corpid, nickname: inventedName(n) }).external,
      )
      const { callback } = wanted
      const target = callback ? acts.setCallback({ corpid: corp.corpid, ...callback }) : null
      return {
        corpid: corp.corpid,
        agentid: app.agentid,
        secret: app.secret,
        accounts,
        customers,
        servicers,
        callback: target,
      }
    },

    addApp({ corpid, ...rest }: { corpid: string; agentid?: number; secret?: string; manages?: string[] }) {
      const app = makeApp(world, world.corp(corpid), rest)
      return { agentid: app.agentid, secret: app.secret }
    },

    /** Where the app's notifications go; token and key are made up when not given. */
    setCallback(wanted: OfApp & { url: string; token?: string; aesKey?: string; withAgentId?: boolean }) {
      const app = world.app(wanted.corpid, wanted.agentid)
      const target: CallbackTarget = {
        url: wanted.url,
        token: wanted.token ?? world.names.word(24),
        aesKey: wanted.aesKey ?? `${world.names.word(42)}A`,
        withAgentId: wanted.withAgentId ?? false,
      }
      if (!callbackFacts.tokenPattern.test(target.token))
        throw new Error('token: up to 32 letters and digits')
      if (!callbackFacts.aesKeyPattern.test(target.aesKey)) throw new Error('aesKey: 43 letters and digits')
      app.callback = target
      return { url: target.url, token: target.token, aesKey: target.aesKey }
    },

    /** GET with echostr, as the console does on saving. */
    async verifyCallback({ corpid, agentid }: OfApp) {
      const app = world.app(corpid, agentid)
      if (!app.callback) throw new Error('no callback set')
      return world.callbacks.verify(app.callback, corpid)
    },

    removeCallback({ corpid, agentid }: OfApp) {
      world.app(corpid, agentid).callback = null
    },

    switchApp({ corpid, agentid, visible, ...switches }: OfApp & AppSwitches) {
      const app = world.app(corpid, agentid)
      Object.assign(app, switches)
      if (visible !== undefined) app.visible = visible === 'all' ? 'all' : new Set(visible)
    },

    /** The old secret is wrong from now on; its tokens end too unless `tokensStay`. */
    changeSecret({ corpid, agentid, secret, tokensStay }: OfApp & { secret?: string; tokensStay?: boolean }) {
      const app = world.app(corpid, agentid)
      app.secret = secret ?? world.names.word(43)
      if (!tokensStay) endTokens(world, app, 'invalid')
      return { secret: app.secret }
    },

    /** Every token of the app ends before its time: 42001, or 40014. */
    endTokens({ corpid, agentid, how = 'expired' }: OfApp & { how?: 'expired' | 'invalid' }) {
      endTokens(world, world.app(corpid, agentid), how)
    },

    addMember({ corpid, ...rest }: { corpid: string } & Partial<Member>) {
      const corp = world.corp(corpid)
      const userid = rest.userid ?? `member${corp.members.size + 1}`
      const member = makeMember(corp, userid, rest.name ?? userid)
      Object.assign(member, rest)
      return member
    },

    addAccount({ corpid, name = '户户通', openKfid }: { corpid: string; name?: string; openKfid?: string }) {
      const corp = world.corp(corpid)
      const account = makeAccount(world, corp, name, openKfid)
      world.app(corpid).managed.add(account.openKfid)
      return { openKfid: account.openKfid, name }
    },

    removeAccount({ account }: { account: string }) {
      world.account(account).deleted = true
    },

    /** Ticked or unticked under 通过API管理; the app is told by kf_account_auth_change. */
    manage({ account, agentid, managed = true }: { account: string; agentid?: number; managed?: boolean }) {
      const one = world.account(account)
      const app = world.app(one.corpid, agentid)
      if (managed) app.managed.add(account)
      else app.managed.delete(account)
      const field = managed ? 'AuthAddOpenKfId' : 'AuthDelOpenKfId'
      world.callbacks.event(
        app,
        callbackFacts.authChangeEvent,
        `<FromUserName><![CDATA[sys]]></FromUserName><${field}><![CDATA[${account}]]></${field}>`,
        { account },
      )
    },

    addServicer({ account, userid }: { account: string; userid: string }) {
      const one: Account = world.account(account)
      one.servicers.set(userid, { userid, receiving: true, stopType: 0 })
    },

    addCustomer(wanted: NewCustomer) {
      return { external: makeCustomer(world, wanted).external }
    },

    addCustomers({ corpid, count }: { corpid: string; count: number }): string[] {
      const from = world.customers.size
      return numbers(count).map(
        (n) => makeCustomer(world, { corpid, nickname: inventedName(from + n) }).external,
      )
    },

    configureUpgrade({
      corpid,
      members = [],
      departments = [],
      chats = [],
    }: {
      corpid: string
      members?: string[]
      departments?: number[]
      chats?: string[]
    }) {
      Object.assign(world.corp(corpid), {
        upgradeMembers: members,
        upgradeDepartments: departments,
        upgradeChats: chats,
      })
    },

    setVerified({ corpid, verified }: { corpid: string; verified: boolean }) {
      world.corp(corpid).verified = verified
    },

    /** Refusals later instead of at once, recall_msg, 群发 quota, the caller's address. */
    settings(wanted: Partial<Settings>): Settings {
      return Object.assign(world.settings, wanted)
    },

    /** Calls allowed per minute and hour before 45009. */
    limits(wanted: {
      perMinute?: number
      perHour?: number
      ipPerMinute?: number
      ipPerHour?: number
      wrongSecretsPerHour?: number
    }) {
      Object.assign(world.limits, wanted)
    },
  }
  return acts
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n + 1)

function makeCorp(world: World, corpid = world.id('ww', 18)): Corp {
  const corp: Corp = {
    corpid,
    name: '某某派出所',
    verified: true,
    apps: new Map(),
    members: new Map(),
    accounts: [],
    friends: new Map(),
    tagGroups: [],
    broadcasts: [],
    broadcastTimes: new Map(),
    groupChats: new Map(),
    upgradeMembers: [],
    upgradeDepartments: [],
    upgradeChats: [],
  }
  world.corps.set(corpid, corp)
  return corp
}

function makeApp(
  world: World,
  corp: Corp,
  wanted: { agentid?: number; secret?: string; manages?: string[] },
): App {
  const app: App = {
    corpid: corp.corpid,
    agentid: wanted.agentid ?? 1_000_002 + corp.apps.size,
    name: '值班台',
    secret: wanted.secret ?? world.names.word(43),
    enabled: true,
    kfAllowed: true,
    contactsAllowed: true,
    apiSwitch: true,
    grantedToProvider: false,
    standaloneSecret: false,
    allowedIps: null,
    visible: 'all',
    managed: new Set(wanted.manages),
    callback: null,
    token: null,
    tokenless: { times: [], blockedUntil: 0 },
    syncing: 0,
  }
  corp.apps.set(app.agentid, app)
  return app
}

function makeMember(corp: Corp, userid: string, name: string): Member {
  const member: Member = { userid, name, departments: [1], activated: true, contactRight: true }
  corp.members.set(userid, member)
  return member
}

function makeCustomer(world: World, wanted: NewCustomer): Customer {
  world.corp(wanted.corpid)
  const external = wanted.external ?? world.id('wm', 32)
  const customer: Customer = {
    corpid: wanted.corpid,
    external,
    nickname: wanted.nickname ?? inventedName(world.customers.size),
    avatar: `https://wx.qlogo.cn/mmhead/${external.slice(-8)}/0`,
    gender: wanted.gender ?? 0,
    unionid: wanted.unionid ?? null,
    // never seen: no profile is given yet
    lastSeenAt: world.clock.now() - 2 * customerFacts.profileWindow,
  }
  world.customers.set(external, customer)
  return customer
}
