import {
  assumed,
  sending as facts,
  type SessionState,
  sendFailures,
  sessionStates,
} from '../../../src/channels/wecom/facts.ts'
import { type Answer, ApiError, refuse } from './answers.ts'
import { freshId, sendFails } from './arrivals.ts'
import { accountOf, type Call, customerOf } from './call.ts'
import { contentOf, menu, ownMsgid, words } from './content.ts'
import { object, text } from './fields.ts'
import { conversationOf, moveTo, over48Hours, settle } from './sessions.ts'
import type { Account, Conversation, Sent } from './world.ts'

/** send_msg, send_msg_on_event, recall_msg. Accepted is not delivered: what fails later comes as msg_send_fail. */
export function sendMsg(call: Call): Answer {
  const { world, body } = call
  const account = accountOf(call)
  const own = ownMsgid(body)
  noteAsked(call, account, own)
  const customer = customerOf(call, body.touser)
  unused(account, own)
  const type = text(body, 'msgtype')
  const content = contentOf(call, type)
  const conversation = conversationOf(account, customer.external)
  const obstacle = obstacleTo(conversation, call.now)
  if (obstacle && !(world.settings.failLater && obstacle.failType)) throw new ApiError(obstacle.code)
  const fault = world.faults.take('failLater', call.path, call.app.agentid)
  const failType =
    fault?.failType ?? obstacle?.failType ?? (conversation.rejected ? sendFailures.rejectedByCustomer : null)

  const sent = keep(call, account, conversation, own, { by: 'send', type, content })
  conversation.sentInWindow++
  if (conversation.state === sessionStates.fresh) moveTo(conversation, sessionStates.assistant)
  if (failType !== null)
    setTimeout(() => sendFails(world, account, customer.external, sent.msgid, failType), fault?.after ?? 0)
  return { msgid: sent.msgid }
}

interface Obstacle {
  code: number
  /** How it would be told when it is found out only later. */
  failType: number | null
}

function obstacleTo(conversation: Conversation, now: number): Obstacle | null {
  if (over48Hours(conversation, now))
    return { code: assumed.sendAfter48Hours, failType: sendFailures.sessionExpired }
  const { state } = settle(conversation, now)
  if (state === sessionStates.ended)
    return { code: assumed.sendInEndedState, failType: sendFailures.sessionClosed }
  if (state !== sessionStates.fresh && state !== sessionStates.assistant)
    return { code: assumed.sendInPoolOrServicerState, failType: null }
  if (conversation.sentInWindow >= facts.messagesPerWindow)
    return { code: assumed.sendSixth, failType: sendFailures.overFiveMessages }
  return null
}

/** Every call that names a msgid is counted, refused ones too. */
function noteAsked(call: Call, account: Account, own: string | undefined): void {
  if (!own) return
  call.record.msgid = own
  account.asked.set(own, (account.asked.get(own) ?? 0) + 1)
}

function unused(account: Account, own: string | undefined): void {
  if (own && account.sent.has(own)) throw new ApiError(assumed.duplicateMsgid, 'field `msgid` duplicated')
}

function keep(
  call: Call,
  account: Account,
  conversation: Conversation,
  own: string | undefined,
  what: { by: 'send' | 'event'; type: string; content: Record<string, unknown> },
): Sent {
  const msgid = own ?? freshId(call.world, account)
  call.record.msgid = msgid
  const sent: Sent = {
    account: account.openKfid,
    customer: conversation.customer,
    msgid,
    ownId: own !== undefined,
    msgtype: what.type,
    content: what.content,
    by: what.by,
    at: call.now,
    asked: 0,
    failType: null,
    recalledAt: null,
  }
  account.sent.set(msgid, sent)
  conversation.sent.push(sent)
  return sent
}

/** One message in answer to an event; who gets it is known by the code. Counts toward no limit. */
export function sendOnEvent(call: Call): Answer {
  const code = text(call.body, 'code')
  const own = ownMsgid(call.body)
  const type = text(call.body, 'msgtype')
  const known = call.world.codes.get(code)
  if (!known || known.used || known.expires <= call.now) throw new ApiError(assumed.spentCode)
  const { account } = known
  if (!call.app.managed.has(account.openKfid)) return refuse('accountNotAuthorized')
  call.record.account = account.openKfid
  noteAsked(call, account, own)
  unused(account, own)
  const conversation = settle(conversationOf(account, known.customer), call.now)
  if (known.state !== null && conversation.state !== (known.state as SessionState))
    throw new ApiError(assumed.spentCode)
  if (type !== 'text' && !(type === 'msgmenu' && known.menuToo)) return refuse('invalidMessageType')
  const content =
    type === 'text'
      ? words(object(call.body, 'text'))
      : menu(object(call.body, 'msgmenu'), facts.menu.itemsOnEvent)
  known.used = true
  return { msgid: keep(call, account, conversation, own, { by: 'event', type, content }).msgid }
}

/** Of the standalone product; here only when switched on. A recalled message still counts toward the five. */
export function recallMsg(call: Call): Answer {
  if (!call.world.settings.recallAvailable) return refuse('apiForbidden')
  const account = accountOf(call)
  const sent = account.sent.get(text(call.body, 'msgid'))
  if (!sent) return refuse('recallNotFound')
  if (call.now - sent.at > facts.recallWithin) return refuse('recallTooLate')
  sent.recalledAt = call.now
  return {}
}
