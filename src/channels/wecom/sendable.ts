import type { Menu } from '../../contract/threads.ts'
import type { Outgoing, OutMedia } from '../channel.ts'
import type { SentMenu } from './api.ts'
import { assumed, media as mediaFacts, sending } from './facts.ts'

const bytes = (text: string) => Buffer.byteLength(text)

/**
 * Whether WeCom takes it, told before it is asked: longer text it would cut in silence.
 * @returns a word of `connections.delivery`, or null where nothing speaks against it
 */
export function whyNotSendable({ id, text, media, menu }: Outgoing): string | null {
  // With an id it cannot have, a message that was never taken would look like one that was taken before.
  if (!sending.msgidPattern.test(id) || bytes(id) > sending.msgidBytes) return String(assumed.duplicateMsgid)
  if (media) return whyNotFile(media)
  if (menu) return fits(menu) ? null : 'menuTooLong'
  if (text.trim() === '') return 'empty'
  return bytes(text) > sending.textBytes ? 'tooLong' : null
}

function whyNotFile({ kind, type, bytes }: OutMedia): string | null {
  if (bytes <= mediaFacts.moreThanBytes) return 'mediaEmpty'
  if (bytes > mediaFacts.uploadBytes[kind]) return 'mediaTooBig'
  const types: readonly string[] | null = kind === 'file' ? null : mediaFacts.uploadTypes[kind]
  return types === null || types.includes(type) ? null : 'mediaType'
}

function fits({ head, choices, tail }: Menu): boolean {
  const { headBytes, tailBytes, actionItems, clickIdBytes, clickContentBytes } = sending.menu
  const within = (text: string, most: number) => text !== '' && bytes(text) <= most
  return (
    bytes(head) <= headBytes &&
    bytes(tail) <= tailBytes &&
    choices.length > 0 &&
    choices.length <= actionItems &&
    choices.every(({ id, text }) => within(id, clickIdBytes) && within(text, clickContentBytes))
  )
}

/** Empty strings are left out: WeCom refuses some of them. */
export function menuOf({ head, choices, tail }: Menu): SentMenu {
  return {
    ...(head ? { head_content: head } : {}),
    list: choices.map(({ id, text }) => ({ type: 'click', click: { id, content: text } })),
    ...(tail ? { tail_content: tail } : {}),
  }
}
