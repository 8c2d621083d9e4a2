import type { MessageItem, TimelineItem } from '../../../contract/threads.ts'

/** Fills the station's own sentences; an unknown field stays as it stands, for the officer to see. */
export function filled(sentence: string, facts: { [field: string]: string }): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (whole, field: string) => facts[field] ?? whole)
}

/**
 * The part of a resident's name that a line for the whole group gives away; the core decides, this one tells
 * while it is being written. A label like 三组 王桂兰 is given away by the name alone too.
 */
export function namedIn(line: string, name: string): string | null {
  const plain = (text: string) => text.normalize('NFKC').toLowerCase().replace(/\s+/gu, '')
  const whole = plain(name)
  const alone = whole.replace(/^.*[一二三四五六七八九十\d][组队栋户](?=.)/u, '')
  return [whole, alone].find((part) => part.length > 1 && plain(line).includes(part)) ?? null
}

export const speakersShown = 6

/** The last words of each of the last speakers, newest first: whose matter an officer may want to talk about alone. */
export function lastSpeakers(items: readonly TimelineItem[]): MessageItem[] {
  const last = new Map<string, MessageItem>()
  for (const item of items.toReversed()) {
    if (item.item !== 'message' || item.from !== 'resident' || last.has(item.author)) continue
    last.set(item.author, item)
    if (last.size === speakersShown) break
  }
  return [...last.values()]
}
