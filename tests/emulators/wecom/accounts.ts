import { errorCodes } from '../../../src/channels/wecom/error-codes.ts'
import { accounts as facts, servicerStatusInList } from '../../../src/channels/wecom/facts.ts'
import { type Answer, refuse, textOf } from './answers.ts'
import { accountOf, type Call, visible } from './call.ts'
import { optionalText, optionalWhole, text, texts, wholes } from './fields.ts'
import type { Account, Corp, World } from './world.ts'

/** kf/account, add_contact_way, servicers. */

export function makeAccount(world: World, corp: Corp, name: string, openKfid = world.id('wk', 32)): Account {
  const account: Account = {
    corpid: corp.corpid,
    openKfid,
    name,
    avatar: `https://wwcdn.weixin.qq.com/node/wework/images/${openKfid.slice(-6)}.png`,
    deleted: false,
    servicers: new Map(),
    departments: new Set(),
    log: [],
    oldest: 0,
    lastPage: null,
    byMsgid: new Map(),
    asked: new Map(),
    sent: new Map(),
    conversations: new Map(),
    upgrades: new Map(),
  }
  corp.accounts.push(account)
  world.accounts.set(openKfid, account)
  return account
}

export function listAccounts(call: Call): Answer {
  const offset = optionalWhole(call.body, 'offset') ?? Number(call.query.get('offset') ?? 0)
  const limit = optionalWhole(call.body, 'limit', 1, facts.listMax) ?? facts.listDefault
  const living = call.corp.accounts.filter((account) => !account.deleted)
  return {
    account_list: living.slice(offset, offset + limit).map((account) => ({
      open_kfid: account.openKfid,
      name: account.name,
      avatar: account.avatar,
      manage_privilege: call.app.managed.has(account.openKfid),
    })),
  }
}

export function addAccount(call: Call): Answer {
  const name = accountName(call)
  if (name === undefined) return refuse('emptyParameter')
  if (!call.world.media.has(text(call.body, 'media_id', 128))) return refuse('invalidMediaId')
  if (!call.app.managed.size) return refuse('accountNotAuthorized')
  if (!call.corp.verified && call.corp.accounts.filter((one) => !one.deleted).length >= 10)
    return refuse('unverifiedAccountCap')
  const account = makeAccount(call.world, call.corp, name)
  call.app.managed.add(account.openKfid)
  return { open_kfid: account.openKfid }
}

export function updateAccount(call: Call): Answer {
  const account = accountOf(call)
  const name = accountName(call)
  const media = optionalText(call.body, 'media_id', 128)
  if (media && !call.world.media.has(media)) return refuse('invalidMediaId')
  if (name) account.name = name
  return {}
}

export function deleteAccount(call: Call): Answer {
  const account = accountOf(call)
  if (call.corp.accounts.filter((one) => !one.deleted).length === 1) return refuse('accountCountLimit')
  account.deleted = true
  return {}
}

function accountName(call: Call): string | undefined {
  const name = optionalText(call.body, 'name')
  if (name !== undefined && [...name].length > facts.nameChars) return refuse('badAccountName')
  return name || undefined
}

export function addContactWay(call: Call): Answer {
  const account = accountOf(call)
  const scene = optionalText(call.body, 'scene', facts.sceneBytes)
  if (scene !== undefined && !facts.scenePattern.test(scene)) return refuse('invalidParameter')
  return {
    url: `https://work.weixin.qq.com/kf/kfc${account.openKfid.slice(2, 16)}${scene ? `?enc_scene=ENC${scene}` : ''}`,
  }
}

export function changeServicers(call: Call): Answer {
  const account = accountOf(call)
  const adding = call.path.endsWith('/add')
  const users = texts(call.body, 'userid_list', facts.servicersPerCall)
  const departments = wholes(call.body, 'department_id_list', facts.departmentsPerCall)
  if (!users.length && !departments.length) return refuse('emptyParameter')
  const change = (userid: string): [number, string] => {
    const member = call.corp.members.get(userid)
    if (!member) return [errorCodes.invalidUserid, textOf(errorCodes.invalidUserid)]
    if (!visible(call.app, userid))
      return [errorCodes.outsideVisibleRange, textOf(errorCodes.outsideVisibleRange)]
    if (adding === account.servicers.has(userid)) return [0, 'ignored']
    if (adding) {
      if (account.servicers.size >= facts.servicersPerAccount)
        return [errorCodes.invalidParameter, 'too many']
      account.servicers.set(userid, { userid, receiving: member.activated, stopType: 0 })
    } else account.servicers.delete(userid)
    return [0, 'success']
  }
  const changeDepartment = (id: number): [number, string] => {
    if (adding === account.departments.has(id)) return [0, 'ignored']
    if (adding && account.departments.size >= facts.departmentsPerAccount)
      return [errorCodes.invalidParameter, 'too many']
    if (adding) account.departments.add(id)
    else account.departments.delete(id)
    return [0, 'success']
  }
  const result = ([errcode, errmsg]: [number, string]) => ({ errcode, errmsg })
  return {
    result_list: [
      ...users.map((userid) => ({ userid, ...result(change(userid)) })),
      ...departments.map((id) => ({ department_id: id, ...result(changeDepartment(id)) })),
    ],
  }
}

export function listServicers(call: Call): Answer {
  const account = accountOf(call, call.query.get('open_kfid'))
  const { receiving, stopped } = servicerStatusInList
  return {
    servicer_list: [
      ...[...account.servicers.values()].map((servicer) => ({
        userid: servicer.userid,
        status: servicer.receiving ? receiving : stopped,
        ...(servicer.receiving ? {} : { stop_type: servicer.stopType }),
      })),
      ...[...account.departments].map((id) => ({ department_id: id })),
    ],
  }
}
