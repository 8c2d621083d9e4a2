import {
  eventTypes,
  type MediaType,
  media as mediaFacts,
  sending,
} from '../../../../src/channels/wecom/facts.ts'
import { arrive, happen, sendFails } from '../arrivals.ts'
import { type FileGiven, keepMedia } from '../media.ts'
import { conversationOf, customerWrote, replyCode } from '../sessions.ts'
import type { Arrival, World } from '../world.ts'

/** One of `text`, `file`, `msgtype` with `payload`, `raw`, `rawJson`. */
export interface Writing {
  account: string
  customer: string
  text?: string
  /** A file of this kind; a sample unless bytes are given. */
  file?: FileGiven & { kind: MediaType }
  /** Any other kind, known or not, with what stands under its name. */
  msgtype?: string
  payload?: Record<string, unknown>
  /** A whole msg_list item; msgid, ids and times are filled in where missing. */
  raw?: Record<string, unknown>
  /** The item exactly so, however broken; sync_msg puts it between the others. */
  rawJson?: string
  msgid?: string
  /** ms; when it was sent, if not now */
  sentAt?: number
  /** No callback for it. */
  quietly?: boolean
}

/** The server's notice in place of a file that is too large for it. The real words are not known. */
export const tooLargeNotice = '[文件过大，无法接收，请在企业微信客户端查看]'

/** What residents do in WeChat. */
export function customerActs(world: World) {
  return {
    customerWrites(writing: Writing): { msgid: string; mediaId: string | null } {
      const { mediaId, ...arrival } = write(world, writing)
      return { msgid: arrival.msgid, mediaId }
    },

    /** Presses a choice of the newest menu sent to them that has it. */
    customerClicks({ account, customer, id }: { account: string; customer: string; id: string }) {
      const one = world.account(account)
      const { sent } = conversationOf(one, customer)
      for (const message of [...sent].reverse()) {
        if (message.msgtype !== 'msgmenu') continue
        const items = (message.content.list ?? []) as { click?: { id?: string; content: string } }[]
        const pressed = items.find((item) => item.click?.id === id)?.click
        if (!pressed) continue
        const payload = { content: pressed.content, menu_id: id }
        return { msgid: write(world, { account, customer, msgtype: 'text', payload }).msgid }
      }
      throw new Error(`no menu with ${id} was sent to ${customer}`)
    },

    customerRecalls({
      account,
      customer,
      msgid,
      quietly,
    }: {
      account: string
      customer: string
      msgid: string
      quietly?: boolean
    }) {
      const one = world.account(account)
      const arrival = one.byMsgid.get(msgid)
      if (arrival) arrival.recalled = true
      const event = happen(
        world,
        one,
        eventTypes.customerRecall,
        customer,
        { recall_msgid: msgid },
        { quietly },
      )
      return { msgid: event.msgid }
    },

    /** Opens the account through a link; with a welcome code where the rules give one. */
    customerEnters({
      account,
      customer,
      scene = '',
      sceneParam = '',
      channels,
    }: {
      account: string
      customer: string
      scene?: string
      sceneParam?: string
      channels?: Record<string, unknown>
    }) {
      const one = world.account(account)
      const now = world.clock.now()
      const conversation = conversationOf(one, customer)
      const welcomed =
        conversation.lastWelcomeAt !== null && now - conversation.lastWelcomeAt < sending.window
      const welcome = !welcomed && conversation.lastWrittenAt === null
      const code = welcome ? replyCode(world, one, conversation, true) : null
      if (welcome) conversation.lastWelcomeAt = now
      conversation.enteredAt = now
      world.customer(customer).lastSeenAt = now
      const context = { scene, scene_param: sceneParam, ...(channels ? { wechat_channels: channels } : {}) }
      conversation.enterContext = context
      const event = happen(world, one, eventTypes.enterSession, customer, {
        ...context,
        ...(code ? { welcome_code: code } : {}),
      })
      return { msgid: event.msgid, welcomeCode: code }
    },

    /** Turns out not to have got what send_msg accepted. */
    customerMisses({ account, msgid, failType }: { account: string; msgid: string; failType: number }) {
      const one = world.account(account)
      const sent = one.sent.get(msgid)
      if (!sent) throw new Error(`no message ${msgid} was sent`)
      sendFails(world, one, sent.customer, msgid, failType)
    },

    /** Switches messages of the account off (or on again): what is sent then fails with type 10. */
    customerRejects({
      account,
      customer,
      rejected = true,
      servicer = 'officer1',
    }: {
      account: string
      customer: string
      rejected?: boolean
      servicer?: string
    }) {
      const one = world.account(account)
      conversationOf(one, customer).rejected = rejected
      happen(world, one, eventTypes.rejectSwitch, customer, {
        servicer_userid: servicer,
        reject_switch: rejected ? 1 : 0,
      })
    },
  }
}

export function write(world: World, writing: Writing & { n?: number }): Arrival & { mediaId: string | null } {
  const account = world.account(writing.account)
  const customer = world.customer(writing.customer)
  const now = world.clock.now()
  const { item, mediaId } = itemOf(world, account.corpid, writing)
  customer.lastSeenAt = now
  customerWrote(conversationOf(account, customer.external), now)
  const arrival = arrive(world, account, item, {
    customer: customer.external,
    msgid: writing.msgid ?? (typeof writing.raw?.msgid === 'string' ? writing.raw.msgid : undefined),
    sentAt: writing.sentAt,
    quietly: writing.quietly,
    verbatim: writing.rawJson,
    n: writing.n,
    voice: item.msgtype === 'voice' && mediaId ? mediaId : undefined,
  })
  return Object.assign(arrival, { mediaId })
}

function itemOf(
  world: World,
  corpid: string,
  writing: Writing,
): { item: { msgtype: string }; mediaId: string | null } {
  const { file, raw } = writing
  if (writing.rawJson !== undefined) return { item: { msgtype: 'raw' }, mediaId: null }
  if (raw) return { item: { ...raw, msgtype: String(raw.msgtype) }, mediaId: null }
  if (file) {
    const { id, file: kept } = keepMedia(world, world.corp(corpid), file.kind, file)
    if (kept.size > mediaFacts.inboundBytes[file.kind])
      return { item: { msgtype: 'text', ...{ text: { content: tooLargeNotice } } }, mediaId: null }
    return { item: { msgtype: file.kind, ...{ [file.kind]: { media_id: id } } }, mediaId: id }
  }
  if (writing.msgtype !== undefined) {
    const payload = writing.payload ? { [writing.msgtype]: writing.payload } : {}
    return { item: { msgtype: writing.msgtype, ...payload }, mediaId: null }
  }
  return { item: { msgtype: 'text', ...{ text: { content: writing.text ?? '' } } }, mediaId: null }
}
