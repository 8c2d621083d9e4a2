import { errorCodes } from '../../../src/channels/wecom/error-codes.ts'
import {
  broadcastFilters,
  broadcastResults,
  broadcastTaskStatus,
  broadcasts as facts,
  rates,
} from '../../../src/channels/wecom/facts.ts'
import { type Answer, refuse } from './answers.ts'
import { type Call, visible } from './call.ts'
import { cursorAt, position } from './contacts.ts'
import {
  type Body,
  object,
  objects,
  optionalObject,
  optionalText,
  optionalWhole,
  text,
  texts,
  whole,
} from './fields.ts'
import { livingMedia } from './media.ts'
import type { Broadcast, Corp, Follow, World } from './world.ts'

/** 企业群发: the call only makes a task for each officer, who sends it by confirming in WeCom. */

export function addTemplate(call: Call): Answer {
  const { body, world, corp } = call
  const chatType = optionalText(body, 'chat_type') || 'single'
  if (chatType !== 'single' && chatType !== 'group') return refuse('invalidParameter')
  const words = optionalObject(body, 'text')
  if (words) optionalText(words, 'content', facts.textBytes)
  const attachments = objects(body, 'attachments')
  if (attachments.length > facts.attachments) return refuse('attachmentCount')
  for (const one of attachments) attachment(call, one)
  if (!words?.content && !attachments.length) return refuse('emptyParameter')
  const sender = optionalText(body, 'sender')
  if (sender && !corp.members.has(sender)) return refuse('useridNotFound')
  if (sender && !visible(call.app, sender)) return refuse('useridNotVisible')
  const { targets, failed } = chatType === 'single' ? single(call, sender) : groups(call, sender)
  if (!targets.size)
    return failed.length
      ? refuse('invalidExternalUserid', undefined, { fail_list: failed })
      : refuse('nobodyToSendTo', undefined, { fail_list: [] })
  const broadcast: Broadcast = {
    msgid: world.id('msg', 40),
    agentid: call.app.agentid,
    chatType,
    creator: null,
    createdAt: call.now,
    text: words ?? null,
    attachments,
    cancelled: false,
    remindedAt: null,
    tasks: new Map(),
  }
  for (const [target, userid] of targets) {
    const task = broadcast.tasks.get(userid) ?? {
      status: broadcastTaskStatus.unsent,
      sendTime: 0,
      targets: new Map(),
    }
    task.targets.set(target, { status: broadcastResults.unsent, at: 0 })
    broadcast.tasks.set(userid, task)
  }
  corp.broadcasts.push(broadcast)
  return { fail_list: failed, msgid: broadcast.msgid }
}

type Targets = { targets: Map<string, string>; failed: string[] }

/** Each customer through the member who talked with them last. */
function single(call: Call, sender: string | undefined): Targets {
  const { body, corp } = call
  const named = texts(body, 'external_userid', facts.customers)
  const filter = optionalObject(body, 'tag_filter')
  if (!named.length && !filter && !sender) return refuse('emptyParameter')
  const targets = new Map<string, string>()
  const failed: string[] = []
  const wanted = named.length
    ? named
    : [...corp.friends.keys()].filter((external) => tagged(call, external, filter))
  for (const external of wanted) {
    const follows = [...(corp.friends.get(external)?.values() ?? [])].filter((one) =>
      visible(call.app, one.userid),
    )
    const through = sender ? follows.find((one) => one.userid === sender) : latest(follows)
    if (through) targets.set(external, through.userid)
    else if (named.length) failed.push(external)
  }
  return { targets, failed }
}

function latest(follows: Follow[]): Follow | undefined {
  return follows.reduce<Follow | undefined>(
    (last, one) => (!last || one.lastChatAt > last.lastChatAt ? one : last),
    undefined,
  )
}

/** Any tag of a group, of every group. */
function tagged(call: Call, external: string, filter: Body | undefined): boolean {
  if (!filter) return true
  const borne = new Set(
    [...(call.corp.friends.get(external)?.values() ?? [])].flatMap((follow) => [...follow.tags]),
  )
  return objects(filter, 'group_list').every((group) =>
    texts(group, 'tag_list', facts.tagsPerGroup).some((id) => borne.has(id)),
  )
}

function groups(call: Call, sender: string | undefined): Targets {
  if (!sender) return refuse('emptyParameter')
  const named = texts(call.body, 'chat_id_list', facts.groupChats)
  const owned = [...call.corp.groupChats].filter(([, chat]) => chat.owner === sender).map(([id]) => id)
  const wanted = named.length ? named : owned
  return {
    targets: new Map(wanted.filter((id) => owned.includes(id)).map((id) => [id, sender])),
    failed: wanted.filter((id) => !owned.includes(id)),
  }
}

function attachment(call: Call, one: Body): void {
  const type = text(one, 'msgtype')
  const part = ['image', 'link', 'miniprogram', 'video', 'file'].includes(type)
    ? object(one, type)
    : refuse('attachmentType')
  if (type === 'link') {
    optionalText(part, 'picurl', facts.link.urlBytes)
    text(part, 'title', facts.link.titleBytes)
    optionalText(part, 'desc', facts.link.descBytes)
    text(part, 'url', facts.link.urlBytes)
  } else if (type === 'miniprogram') {
    text(part, 'title', facts.miniprogramTitleBytes)
    text(part, 'appid')
    text(part, 'page')
    livingMedia(call, text(part, 'pic_media_id'))
  } else if (!(type === 'image' && part.pic_url)) livingMedia(call, text(part, 'media_id'))
}

export function listBroadcasts(call: Call): Answer {
  const { body, corp } = call
  const chatType = text(body, 'chat_type')
  const from = whole(body, 'start_time') * 1000
  const to = whole(body, 'end_time') * 1000
  if (to < from || to - from > facts.listSpan) return refuse('invalidParameter')
  const creator = optionalText(body, 'creator')
  const filter = optionalWhole(body, 'filter_type', 0, 2) ?? broadcastFilters.all
  const chosen = corp.broadcasts.filter(
    (one) =>
      one.chatType === chatType &&
      one.createdAt >= from &&
      one.createdAt <= to + 999 &&
      (!creator || one.creator === creator) &&
      filter !== broadcastFilters.personal,
  )
  const limit = Math.min(optionalWhole(body, 'limit') || facts.listDefault, facts.listMax)
  const { items, next } = paged(call, chosen, limit)
  return {
    group_msg_list: items.map((one) => ({
      msgid: one.msgid,
      ...(one.creator ? { creator: one.creator } : {}),
      create_time: String(Math.floor(one.createdAt / 1000)),
      create_type: broadcastFilters.corp,
      ...(one.text ? { text: one.text } : {}),
      attachments: one.attachments,
    })),
    next_cursor: next,
  }
}

export function broadcastTasks(call: Call): Answer {
  const { items, next } = paged(call, [...settled(call).tasks], resultLimit(call))
  return {
    task_list: items.map(([userid, task]) => ({
      userid,
      status: task.status,
      ...(task.status === broadcastTaskStatus.sent ? { send_time: task.sendTime } : {}),
    })),
    next_cursor: next,
  }
}

export function broadcastSendResult(call: Call): Answer {
  const broadcast = settled(call)
  const userid = text(call.body, 'userid')
  const task = broadcast.tasks.get(userid)
  if (!task) return refuse('invalidUserid')
  const group = broadcast.chatType === 'group'
  const all = [...task.targets].filter(([, target]) => !group || target.status !== broadcastResults.unsent)
  const { items, next } = paged(call, all, resultLimit(call))
  return {
    send_list: items.map(([id, { status, at }]) => ({
      [group ? 'chat_id' : 'external_userid']: id,
      userid,
      status,
      ...(status === broadcastResults.unsent ? {} : { send_time: at }),
    })),
    next_cursor: next,
  }
}

export function remindBroadcast(call: Call): Answer {
  const broadcast = settled(call)
  if (broadcast.cancelled) return refuse('broadcastCancelled')
  if (broadcast.remindedAt !== null && call.now - broadcast.remindedAt < rates.hour)
    return refuse('remindTooOften')
  broadcast.remindedAt = call.now
  return {}
}

export function cancelBroadcast(call: Call): Answer {
  const broadcast = named(call)
  if (broadcast.cancelled) return refuse('broadcastCancelled')
  broadcast.cancelled = true
  return {}
}

function named(call: Call): Broadcast {
  const msgid = optionalText(call.body, 'msgid')
  if (!msgid) return refuse('broadcastIdMissing')
  return call.corp.broadcasts.find((one) => one.msgid === msgid) ?? refuse('broadcastIdInvalid')
}

/** Asked too soon after it was made: still dispatching. */
function settled(call: Call): Broadcast {
  const broadcast = named(call)
  if (call.now - broadcast.createdAt < call.world.settings.dispatching) return refuse('broadcastDispatching')
  return broadcast
}

/** Over the most is as if nothing was said. */
function resultLimit(call: Call): number {
  const limit = optionalWhole(call.body, 'limit') || facts.resultDefault
  return limit > facts.resultMax ? facts.resultDefault : limit
}

function paged<T>(call: Call, all: T[], limit: number): { items: T[]; next: string } {
  const from = position(optionalText(call.body, 'cursor') ?? '')
  return {
    items: all.slice(from, from + limit),
    next: from + limit < all.length ? cursorAt(from + limit) : '',
  }
}

/** The officer's one tap in WeCom. A customer who had this month's share already gets no more. */
export function confirmBroadcast(world: World, corp: Corp, broadcast: Broadcast, userid: string): void {
  const task = broadcast.tasks.get(userid)
  if (broadcast.cancelled) throw new Error(`error ${errorCodes.broadcastCancelled}: cancelled`)
  if (!task || task.status === broadcastTaskStatus.sent) throw new Error(`nothing to confirm for ${userid}`)
  const now = world.clock.now()
  const seconds = Math.floor(now / 1000)
  task.status = broadcastTaskStatus.sent
  task.sendTime = seconds
  for (const [target, result] of task.targets) {
    result.at = seconds
    const friend = broadcast.chatType === 'group' || corp.friends.get(target)?.has(userid)
    if (!friend) result.status = broadcastResults.notFriend
    else
      result.status = takeShare(world, corp, target, now)
        ? broadcastResults.sent
        : broadcastResults.alreadyGotOne
  }
}

/** As many in a month as it has days, by the calendar of China. */
function takeShare(world: World, corp: Corp, target: string, now: number): boolean {
  const monthOf = (at: number) => new Date(at + 8 * rates.hour).toISOString().slice(0, 7)
  const [year, month] = monthOf(now).split('-').map(Number) as [number, number]
  const quota = world.settings.broadcastQuota ?? new Date(Date.UTC(year, month, 0)).getUTCDate()
  const times = (corp.broadcastTimes.get(target) ?? []).filter((at) => monthOf(at) === monthOf(now))
  corp.broadcastTimes.set(target, times)
  if (times.length >= quota) return false
  times.push(now)
  return true
}
