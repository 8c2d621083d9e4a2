import { customers as facts, upgradeTypes } from '../../../src/channels/wecom/facts.ts'
import { type Answer, refuse } from './answers.ts'
import { accountOf, type Call, customerOf } from './call.ts'
import { object, optionalText, optionalWhole, text, texts, whole } from './fields.ts'
import type { Conversation, Customer } from './world.ts'

/** Profiles, given only within 48 hours of the last entering or message; 升级服务, which only hints to the servicer. */
export function batchGet(call: Call): Answer {
  const ids = texts(call.body, 'external_userid_list', facts.batch)
  if (!ids.length) return refuse('emptyParameter')
  const context = optionalWhole(call.body, 'need_enter_session_context', 0, 1) === 1
  const known: Record<string, unknown>[] = []
  const invalid: string[] = []
  for (const id of ids) {
    const customer = call.world.customers.get(id)
    if (
      !customer ||
      customer.corpid !== call.corp.corpid ||
      call.now - customer.lastSeenAt > facts.profileWindow
    )
      invalid.push(id)
    else known.push(profile(call, customer, context))
  }
  return { customer_list: known, invalid_external_userid: invalid }
}

function profile(call: Call, customer: Customer, context: boolean): Record<string, unknown> {
  const given: Record<string, unknown> = {
    external_userid: customer.external,
    nickname: customer.nickname,
    avatar: customer.avatar,
    gender: customer.gender,
  }
  if (customer.unionid !== null) given.unionid = customer.unionid
  const entered = context ? lastEntered(call, customer.external) : null
  if (entered) given.enter_session_context = entered.enterContext
  return given
}

function lastEntered(call: Call, external: string): Conversation | null {
  let last: Conversation | null = null
  for (const account of call.corp.accounts) {
    const conversation = account.conversations.get(external)
    const at = conversation?.enteredAt ?? null
    if (at !== null && call.now - at <= facts.profileWindow && at > (last?.enteredAt ?? 0))
      last = conversation ?? null
  }
  return last
}

export function upgradeConfig(call: Call): Answer {
  const { upgradeMembers, upgradeDepartments, upgradeChats } = call.corp
  return {
    member_range: { userid_list: upgradeMembers, department_id_list: upgradeDepartments },
    groupchat_range: { chat_id_list: upgradeChats },
  }
}

export function upgradeService(call: Call): Answer {
  const account = accountOf(call)
  const customer = customerOf(call, call.body.external_userid)
  const type = whole(call.body, 'type', upgradeTypes.member, upgradeTypes.group)
  const target = object(call.body, type === upgradeTypes.member ? 'member' : 'groupchat')
  optionalText(target, 'wording')
  if (type === upgradeTypes.member) {
    const userid = text(target, 'userid')
    const departments = call.corp.members.get(userid)?.departments ?? []
    const allowed =
      call.corp.upgradeMembers.includes(userid) ||
      departments.some((department) => call.corp.upgradeDepartments.includes(department))
    if (!allowed) return refuse('upgradeTargetNotConfigured')
  } else if (!call.corp.upgradeChats.includes(text(target, 'chat_id')))
    return refuse('upgradeTargetNotConfigured')
  account.upgrades.set(customer.external, { type, ...target })
  return {}
}

export function cancelUpgrade(call: Call): Answer {
  const account = accountOf(call)
  account.upgrades.delete(customerOf(call, call.body.external_userid).external)
  return {}
}
