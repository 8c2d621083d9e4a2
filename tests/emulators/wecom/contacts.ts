import { contactTypes, contacts as facts, tagTypes } from '../../../src/channels/wecom/facts.ts'
import { type Answer, refuse } from './answers.ts'
import { type Call, visible } from './call.ts'
import { chars, optionalText, optionalWhole, text, texts } from './fields.ts'
import { tagOf } from './tags.ts'
import type { Customer, Follow } from './world.ts'

/** 客户联系: only customers who are friends of a member with the right to have customers. */

export function followUsers(call: Call): Answer {
  const members = [...call.corp.members.values()].filter(
    (member) => member.contactRight && visible(call.app, member.userid),
  )
  return { follow_user: members.map((member) => member.userid) }
}

/** A member whose customers may be read: unknown 60111, not visible 60030, without the right 84061. */
function follower(call: Call, userid: string): void {
  const member = call.corp.members.get(userid)
  if (!member) refuse('useridNotFound')
  if (!visible(call.app, userid)) refuse('outsideVisibleRange')
  if (!member.contactRight) refuse('notExternalContact')
}

function friendsOf(call: Call, userid: string): string[] {
  const friends: string[] = []
  for (const [external, follows] of call.corp.friends) if (follows.has(userid)) friends.push(external)
  return friends
}

export function listContacts(call: Call): Answer {
  const userid = call.query.get('userid') ?? ''
  if (!userid) return refuse('emptyParameter')
  follower(call, userid)
  const friends = friendsOf(call, userid)
  if (!friends.length) return refuse('notExternalContact', undefined, { external_userid: [] })
  return { external_userid: friends }
}

export function getContact(call: Call): Answer {
  const external = call.query.get('external_userid') ?? ''
  if (!external) return refuse('emptyParameter')
  const customer = call.world.customers.get(external)
  if (!customer || customer.corpid !== call.corp.corpid) return refuse('invalidExternalUserid')
  const follows = [...(call.corp.friends.get(external)?.values() ?? [])].filter((one) =>
    visible(call.app, one.userid),
  )
  if (!follows.length) return refuse('notExternalContact')
  const from = position(call.query.get('cursor') ?? '')
  const to = from + facts.followersPerPage
  return {
    external_contact: card(customer),
    follow_user: follows.slice(from, to).map((follow) => ({ ...common(follow), tags: tagsOf(call, follow) })),
    ...(to < follows.length ? { next_cursor: cursorAt(to) } : {}),
  }
}

export function batchByUser(call: Call): Answer {
  const members = texts(call.body, 'userid_list', facts.batchMembers)
  if (!members.length) return refuse('emptyParameter')
  for (const userid of members) follower(call, userid)
  const limit = Math.min(optionalWhole(call.body, 'limit') || facts.batchDefault, facts.batchMax)
  const from = position(optionalText(call.body, 'cursor') ?? '')
  const all = members.flatMap((userid) => friendsOf(call, userid).map((external) => ({ userid, external })))
  const chosen = all.slice(from, from + limit).map(({ userid, external }) => {
    const follow = call.corp.friends.get(external)?.get(userid) as Follow
    return {
      external_contact: card(call.world.customer(external)),
      follow_info: { ...common(follow), tag_id: [...follow.tags] },
    }
  })
  return {
    external_contact_list: chosen,
    next_cursor: from + limit < all.length ? cursorAt(from + limit) : '',
    fail_info: { unlicensed_userid_list: [] },
  }
}

function card(customer: Customer): Record<string, unknown> {
  return {
    external_userid: customer.external,
    name: customer.nickname,
    avatar: customer.avatar,
    type: customer.external.startsWith('wo') ? contactTypes.wecom : contactTypes.wechat,
    gender: customer.gender,
    ...(customer.unionid === null ? {} : { unionid: customer.unionid }),
  }
}

function common(follow: Follow): Record<string, unknown> {
  return {
    userid: follow.userid,
    remark: follow.remark,
    description: follow.description,
    createtime: follow.createtime,
    remark_corp_name: follow.company,
    remark_mobiles: follow.mobiles,
    oper_userid: follow.userid,
    add_way: follow.addWay,
    state: follow.state,
  }
}

function tagsOf(call: Call, follow: Follow): Record<string, unknown>[] {
  const corpTags = [...follow.tags].flatMap((id) => {
    const known = tagOf(call.corp, id)
    return known
      ? [{ group_name: known.group.name, tag_name: known.tag.name, tag_id: id, type: tagTypes.corp }]
      : []
  })
  const own = follow.personalTags.map((name) => ({ group_name: '', tag_name: name, type: tagTypes.personal }))
  return [...corpTags, ...own]
}

/** The friendship of a member with a customer: 84061 where there is none. */
function follow(call: Call): Follow {
  const userid = text(call.body, 'userid')
  const external = text(call.body, 'external_userid')
  if (!call.corp.members.has(userid)) return refuse('invalidUserid')
  if (!visible(call.app, userid)) return refuse('useridNotVisible')
  if (call.world.customers.get(external)?.corpid !== call.corp.corpid) return refuse('invalidExternalUserid')
  return call.corp.friends.get(external)?.get(userid) ?? refuse('notExternalContact')
}

export function remark(call: Call): Answer {
  const { body } = call
  const one = follow(call)
  const name = chars(body, 'remark', facts.remarkChars)
  const description = chars(body, 'description', facts.descriptionChars)
  const company = chars(body, 'remark_company', facts.companyChars)
  const cleared = body.remark_mobiles === ''
  const mobiles = body.remark_mobiles === undefined || cleared ? undefined : texts(body, 'remark_mobiles')
  const picture = optionalText(body, 'remark_pic_mediaid')
  if ([name, description, company, mobiles, picture].every((each) => each === undefined) && !cleared)
    return refuse('emptyParameter')
  if (name !== undefined) one.remark = name
  if (description !== undefined) one.description = description
  if (company !== undefined) one.company = company
  if (cleared) one.mobiles = []
  else if (mobiles) one.mobiles = mobiles.filter((mobile) => mobile !== '')
  return {}
}

export function markTag(call: Call): Answer {
  const one = follow(call)
  const add = texts(call.body, 'add_tag')
  const remove = texts(call.body, 'remove_tag')
  if (!add.length && !remove.length) return refuse('emptyParameter')
  if ([...add, ...remove].some((id) => !tagOf(call.corp, id))) return refuse('invalidTagId')
  for (const id of add) one.tags.add(id)
  for (const id of remove) one.tags.delete(id)
  return {}
}

export function cursorAt(position: number): string {
  return Buffer.from(`at:${position}`).toString('base64url')
}

/** 0 for none; a cursor that was not given out here is refused. */
export function position(cursor: string): number {
  if (!cursor) return 0
  const at = /^at:(\d+)$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1]
  return at === undefined ? refuse('invalidParameter', 'invalid cursor') : Number(at)
}
