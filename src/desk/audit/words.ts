import { maskPhone, maskText } from '../people/masking.ts'
import type { Content } from '../view.ts'

/** What of an entry's content is read first; the rest follows by name. */
const first = ['title', 'text', 'name', 'profession', 'reason', 'note', 'nextAction', 'ifThen']
/** Ids of the channel, whole pictures and certificates, which nobody reads as words. */
const unread: ReadonlySet<string> = new Set([
  'external',
  'conversation',
  'image',
  'sha256',
  'avatar',
  'gender',
  'ca',
])

/** All words of a content in one line, numbers masked (rule 20); null where it has none. */
export function wordsOf(content: Content): string | null {
  if (content === null) return null
  const names = Object.keys(content).filter((name) => !unread.has(name))
  const order = [
    ...first.filter((name) => names.includes(name)),
    ...names.filter((name) => !first.includes(name)),
  ]
  const words = order.flatMap((name) => texts(content[name]).map((text) => masked(name, text)))
  return words.length === 0 ? null : words.join(' · ')
}

function texts(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(texts)
  return typeof value === 'string' && value !== '' ? [value] : []
}

const masked = (name: string, text: string) => (name === 'phone' ? maskPhone(text) : maskText(text).text)
