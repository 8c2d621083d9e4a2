import {
  eventTypes,
  type MediaType,
  origins,
  servicerStatusInEvent,
  sessionStates,
  stopTypes,
} from '../../../../src/channels/wecom/facts.ts'
import { arrive, happen } from '../arrivals.ts'
import { type FileGiven, keepMedia } from '../media.ts'
import { conversationOf, moveTo, sessionChanged, settle } from '../sessions.ts'
import type { World } from '../world.ts'

interface Who {
  account: string
  customer: string
  servicer: string
}

/** What colleagues do in the WeCom client; only this makes session_status_change events. */
export function servicerActs(world: World) {
  const of = ({ account, customer }: { account: string; customer: string }) => {
    const one = world.account(account)
    return { account: one, conversation: settle(conversationOf(one, customer), world.clock.now()) }
  }
  return {
    /** From the pool; here also from 0 and 1, as a servicer who takes it over from the assistant. */
    servicerPicksUp(who: Who) {
      const { account, conversation } = of(who)
      if (conversation.state === sessionStates.servicer || conversation.state === sessionStates.ended)
        throw new Error(`the session is in state ${conversation.state}`)
      moveTo(conversation, sessionStates.servicer, who.servicer)
      sessionChanged(world, account, conversation, 'picked', null, who.servicer)
    },

    /** Writes to the customer from the WeCom client (origin 5); in an ended session that begins it again. */
    servicerWrites({
      text = '',
      file,
      ...who
    }: Who & { text?: string; file?: FileGiven & { kind: MediaType } }) {
      const { account, conversation } = of(who)
      if (conversation.state === sessionStates.ended) {
        const old = conversation.servicer
        moveTo(conversation, sessionStates.servicer, who.servicer)
        sessionChanged(world, account, conversation, 'rejoined', old ?? who.servicer, who.servicer)
      }
      const media = file ? keepMedia(world, world.corp(account.corpid), file.kind, file) : null
      const item =
        file && media
          ? { msgtype: file.kind as string, [file.kind]: { media_id: media.id } }
          : { msgtype: 'text', text: { content: text } }
      const arrival = arrive(world, account, item, {
        customer: who.customer,
        origin: origins.servicer,
        servicer: who.servicer,
      })
      return { msgid: arrival.msgid }
    },

    servicerTransfers({ to, ...who }: Who & { to: string }) {
      const { account, conversation } = of(who)
      moveTo(conversation, sessionStates.servicer, to)
      sessionChanged(world, account, conversation, 'transferred', who.servicer, to)
    },

    servicerEnds(who: Who) {
      const { account, conversation } = of(who)
      moveTo(conversation, sessionStates.ended)
      sessionChanged(world, account, conversation, 'ended', who.servicer, null)
    },

    servicerRecalls({ account, customer, servicer, msgid }: Who & { msgid: string }) {
      const one = world.account(account)
      const arrival = one.byMsgid.get(msgid)
      if (arrival) arrival.recalled = true
      happen(world, one, eventTypes.servicerRecall, customer, {
        servicer_userid: servicer,
        recall_msgid: msgid,
      })
    },

    /** Stops receiving, or starts again. */
    servicerStatus({
      account,
      servicer,
      receiving,
      stopType = stopTypes.stopped,
    }: {
      account: string
      servicer: string
      receiving: boolean
      stopType?: 0 | 1
    }) {
      const one = world.account(account)
      one.servicers.set(servicer, { userid: servicer, receiving, stopType })
      happen(world, one, eventTypes.servicerStatus, null, {
        servicer_userid: servicer,
        status: receiving ? servicerStatusInEvent.receiving : servicerStatusInEvent.stopped,
        ...(receiving ? {} : { stop_type: stopType }),
      })
    },

    /** The session set without an event, for a test's beginning. */
    setSession({
      account,
      customer,
      state,
      servicer = null,
    }: {
      account: string
      customer: string
      state: 0 | 1 | 2 | 3 | 4
      servicer?: string | null
    }) {
      moveTo(conversationOf(world.account(account), customer), state, servicer)
    },

    session({ account, customer }: { account: string; customer: string }) {
      const { state, servicer, lastWrittenAt, sentInWindow } = of({ account, customer }).conversation
      return { state, servicer, lastWrittenAt, sentInWindow }
    },
  }
}
