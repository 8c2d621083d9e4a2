import { errorCodes } from '../../../src/channels/wecom/error-codes.ts'
import {
  assumed,
  eventTypes,
  type SessionState,
  sending,
  sessionChanges,
  sessionStates,
} from '../../../src/channels/wecom/facts.ts'
import { type Answer, ApiError, refuse } from './answers.ts'
import { happen } from './arrivals.ts'
import { accountOf, type Call, customerOf, visible } from './call.ts'
import { optionalText, text, whole } from './fields.ts'
import type { Account, Conversation, World } from './world.ts'

/** The session of a customer with an account: 0 new, 1 assistant, 2 pool, 3 a servicer, 4 ended or not begun. */

export function conversationOf(account: Account, customer: string): Conversation {
  const known = account.conversations.get(customer)
  if (known) return known
  const conversation: Conversation = {
    customer,
    state: sessionStates.ended,
    servicer: null,
    lastWrittenAt: null,
    enteredAt: null,
    enterContext: null,
    lastWelcomeAt: null,
    sentInWindow: 0,
    rejected: false,
    codesGiven: new Set(),
    sent: [],
  }
  account.conversations.set(customer, conversation)
  return conversation
}

/** After 48 hours without a word of the customer a session has ended by itself, without an event. */
export function settle(conversation: Conversation, now: number): Conversation {
  if (conversation.state !== sessionStates.ended && over48Hours(conversation, now))
    moveTo(conversation, sessionStates.ended)
  return conversation
}

export function over48Hours(conversation: Conversation, now: number): boolean {
  return conversation.lastWrittenAt !== null && now - conversation.lastWrittenAt > sending.window
}

export function moveTo(
  conversation: Conversation,
  state: SessionState,
  servicer: string | null = null,
): void {
  conversation.state = state
  conversation.servicer = servicer
}

/** The customer writes: an ended session begins anew; five answers and 48 hours are restored. */
export function customerWrote(conversation: Conversation, now: number): void {
  settle(conversation, now)
  if (conversation.state === sessionStates.ended) {
    moveTo(conversation, sessionStates.fresh)
    conversation.codesGiven.clear()
  }
  conversation.lastWrittenAt = now
  conversation.sentInWindow = 0
}

export function getState(call: Call): Answer {
  const account = accountOf(call)
  const customer = customerOf(call, call.body.external_userid)
  const { state, servicer } = settle(conversationOf(account, customer.external), call.now)
  return state === sessionStates.servicer
    ? { service_state: state, servicer_userid: servicer }
    : { service_state: state }
}

/** service_state/trans: makes no event; gives a code for one reply the first time, and when ending. */
export function transState(call: Call): Answer {
  const account = accountOf(call)
  const customer = customerOf(call, call.body.external_userid)
  const target = whole(call.body, 'service_state', 0, 4) as SessionState
  const conversation = settle(conversationOf(account, customer.external), call.now)
  const allowed: readonly number[] = assumed.transitions[conversation.state]
  let servicer: string | null = null
  if (target === sessionStates.servicer) {
    servicer = text(call.body, 'servicer_userid')
    if (!visible(call.app, servicer)) return refuse('outsideVisibleRange')
    const one = account.servicers.get(servicer)
    if (!one || !call.corp.members.get(servicer)?.activated) return refuse('notServicer')
    if (!one.receiving) return refuse('servicerStopped')
  } else optionalText(call.body, 'servicer_userid')
  if (!allowed.includes(target))
    throw conversation.state === sessionStates.ended
      ? new ApiError(assumed.transitionFromEnded)
      : new ApiError(errorCodes.transitionNotAllowed)
  moveTo(conversation, target, servicer)
  const first = !conversation.codesGiven.has(target)
  if (target === sessionStates.assistant || (!first && target !== sessionStates.ended)) return {}
  conversation.codesGiven.add(target)
  return { msg_code: replyCode(call.world, account, conversation) }
}

/** A code for one message by send_msg_on_event, bound to the state the session is in now. */
export function replyCode(
  world: World,
  account: Account,
  conversation: Conversation,
  welcome = false,
): string {
  const code = world.id('', 40)
  const short = welcome || conversation.state === sessionStates.ended
  const life = welcome ? sending.welcomeCodeLife : short ? sending.closingCodeLife : sending.replyCodeLife
  world.codes.set(code, {
    account,
    customer: conversation.customer,
    expires: world.clock.now() + life,
    used: false,
    state: welcome ? null : conversation.state,
    menuToo: short,
  })
  return code
}

/** What servicers do in the WeCom client, and only that, is told as an event. */
export function sessionChanged(
  world: World,
  account: Account,
  conversation: Conversation,
  change: keyof typeof sessionChanges,
  old: string | null,
  fresh: string | null,
): void {
  const codes = change === 'picked' || change === 'ended'
  happen(world, account, eventTypes.sessionStatus, conversation.customer, {
    change_type: sessionChanges[change],
    ...(old !== null && change !== 'picked' ? { old_servicer_userid: old } : {}),
    ...(fresh !== null && change !== 'ended' ? { new_servicer_userid: fresh } : {}),
    ...(codes ? { msg_code: replyCode(world, account, conversation) } : {}),
  })
}
