import type { DemoContact, DemoConversation, DemoStation } from './demo-station.ts'

/** What an invented resident says to an answer, and when. */
export interface NextReaction {
  afterMs: number
  text: string
  /** In a group, which member answers. */
  from?: string | undefined
}

/**
 * Chooses the resident's next words. A reaction that fits what the officer wrote comes before one that fits
 * anything, and a second answer moves on to the next of them. After as many reactions as the conversation
 * has, the resident is silent: nobody chats with the police for ever.
 */
export function nextReaction(
  conversation: Pick<DemoConversation, 'reactions'>,
  alreadyReacted: number,
  answerText: string,
  random: () => number,
): NextReaction | null {
  const { reactions } = conversation
  if (alreadyReacted >= reactions.length) return null
  const fitting = reactions.filter(
    ({ match }) => match !== undefined && new RegExp(match, 'u').test(answerText),
  )
  const general = reactions.filter(({ match }) => match === undefined)
  const chosen = fitting[alreadyReacted % fitting.length] ?? general[alreadyReacted]
  if (!chosen) return null
  const [from, to] = chosen.afterSeconds
  return { afterMs: Math.round((from + (to - from) * random()) * 1000), text: chosen.text, from: chosen.from }
}

/** A talk the residents have words for: one of the demo's conversations, or a group's member taken aside. */
export type Talk = Pick<DemoConversation, 'contact' | 'group' | 'reactions'>

export function talkOf({ conversations }: DemoStation, key: string): Talk | null {
  const conversation = conversations.find((each) => conversationKey(each) === key)
  if (conversation) return conversation
  const reactions = conversations
    .flatMap(({ privately = [] }) => privately)
    .filter(({ from }) => from === `member:${key}`)
  return reactions.length === 0 ? null : { contact: key, reactions }
}

/** What a channel would call the conversation: the resident's id, or the group's. */
export function conversationKey({ contact, group }: Pick<DemoConversation, 'contact' | 'group'>): string {
  return group?.id ?? contact
}

export function isResident(from: string): boolean {
  return from === 'resident' || from.startsWith('member:')
}

/** Who says it: a member of the group, or the one resident there is. */
export function speakerOf(
  { contacts }: DemoStation,
  { contact }: Pick<DemoConversation, 'contact'>,
  said: { from?: string | undefined },
): DemoContact {
  const id = said.from?.startsWith('member:') ? said.from.slice('member:'.length) : contact
  return contacts.find((each) => each.id === id)!
}
