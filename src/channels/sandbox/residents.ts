import type { DemoConversation } from './demo-station.ts'

/** What an invented resident says to an answer, and when. */
export interface NextReaction {
  afterMs: number
  text: string
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
  return { afterMs: Math.round((from + (to - from) * random()) * 1000), text: chosen.text }
}
