import type { AlarmKind, Strength } from '../../contract/alarms.ts'
import type { Entry } from '../../ledger/entry.ts'
import { carriesNothing, type MediaStands } from '../media/shown.ts'
import { previewRead, type Row } from '../threads/rows.ts'
import { type Line, type MessageState, shownOnMessage } from '../threads/timeline-items.ts'
import type { Content } from '../view.ts'
import { type Lookup, threadOf } from './lookup.ts'
import { contactsThen, namesThen } from './named.ts'
import type { Reached, ReachThen } from './reach-then.ts'

/** One thread as it stood: its header, and what its timeline is made of. */
export interface PastThread {
  row: Row
  reach: ReachThen
  title: string | null
  /** Oldest first. */
  lines: Line[]
  more: boolean
  /** By the number of the message. */
  messages: Map<number, MessageState>
  names: Map<string, string>
}

interface Asked {
  thread: string
  seq: number
  before: number
  limit: number
  /** When that was (ms). */
  at: number
}

export function threadThen(
  lookup: Lookup,
  reached: Reached,
  { thread, seq, before, limit, at }: Asked,
): PastThread | null {
  const entries = lookup.about([thread], seq).get(thread) ?? []
  const state = threadOf(entries)
  if (state === null) return null
  const shown = entries.filter((entry) => entry.seq < before && !shownOnMessage.has(entry.type))
  const page = shown.slice(-limit)
  const first = entries.find((entry) => entry.seq === state.n + 1)
  const files = entries.filter(({ type }) => type === 'media.stored')
  const contents = lookup.contents([
    ...[...page, ...files].map((entry) => entry.seq),
    state.last_message,
    ...(first ? [first.seq] : []),
  ])
  const said = page.filter(({ type }) => type === 'message.received' || type === 'message.sent')
  const speakers = said.flatMap(({ data }) => (typeof data.from === 'string' ? data.from : []))
  const contacts = contactsThen(lookup, [state.contact, ...speakers], seq)
  const names = namesThen(lookup, seq)
  const text = contents.get(state.last_message)?.text
  const title = first && contents.get(first.seq)?.title
  return {
    row: {
      ...state,
      contact_name: contacts.get(state.contact)?.label ?? '—',
      tags: JSON.stringify(contacts.get(state.contact)?.tags ?? []),
      holder_name: state.holder === null ? null : (names.get(state.holder) ?? null),
      preview: typeof text === 'string' ? [...text].slice(0, previewRead).join('') : null,
    },
    reach: reached.at(state, seq, at, names),
    title: typeof title === 'string' ? title : null,
    lines: page.map((entry) => ({ entry, content: contents.get(entry.seq) ?? null })),
    more: shown.length > page.length,
    messages: messagesThen(said, entries, {
      nameOf: (contact) => contacts.get(contact)?.name ?? null,
      contentOf: (entry) => contents.get(entry) ?? null,
    }),
    names,
  }
}

interface Known {
  nameOf(contact: string): string | null
  contentOf(seq: number): Content
}

/** What had become of these messages by then: recalled, delivered, assessed, their files fetched. */
function messagesThen(
  said: readonly Entry[],
  entries: readonly Entry[],
  known: Known,
): Map<number, MessageState> {
  const messages = new Map(said.map((entry) => [entry.seq, saying(entry, known)]))
  for (const entry of entries) {
    const message = messages.get(entry.data.message as number)
    if (message) Object.assign(message, became[entry.type]?.(entry, known.contentOf(entry.seq)))
  }
  return messages
}

function saying({ seq, type, data }: Entry, { nameOf, contentOf }: Known): MessageState {
  const fromResident = type === 'message.received'
  return {
    ...carriedThen(contentOf(seq)),
    contact_name: fromResident ? nameOf(data.from as string) : null,
    recalled_at: null,
    delivery: fromResident ? null : (data.delivery as string),
    delivery_error: null,
    mark_kind: null,
    mark_strength: null,
  }
}

function carriedThen(content: Content): MediaStands {
  const media = content?.media as { sha256?: string; name: string; type: string; bytes: number } | undefined
  if (media === undefined) return carriesNothing
  return media.sha256 === undefined ? { ...carriesNothing, media_state: 'waiting' } : fileThen({ ...media })
}

function fileThen(content: Content): MediaStands {
  if (content === null) return carriesNothing
  const { name, type, bytes } = content as { name: string | null; type: string; bytes: number }
  return { media_state: 'here', media_name: name, media_type: type, media_bytes: bytes, media_reason: null }
}

const became: Record<string, (entry: Entry, content: Content) => Partial<MessageState>> = {
  'media.stored': (_entry, content) => fileThen(content),
  'media.missed': ({ data }) => ({
    ...carriesNothing,
    media_state: 'missed',
    media_reason: data.reason as string,
  }),
  'media.retried': () => ({ ...carriesNothing, media_state: 'waiting' }),
  'message.recalled': ({ data }) => ({ recalled_at: Date.parse(data.at as string) }),
  'message.accepted': () => ({ delivery: 'accepted', delivery_error: null }),
  'message.failed': ({ data }) => ({ delivery: 'failed', delivery_error: data.reason as string }),
  'message.retried': () => ({ delivery: 'queued', delivery_error: null }),
  'message.sentByHand': () => ({ delivery: 'sentByHand', delivery_error: null }),
  'message.assessed': ({ data }) => {
    const [strongest] = data.kinds as unknown as { kind: AlarmKind; strength: Strength }[]
    return { mark_kind: strongest!.kind, mark_strength: strongest!.strength }
  },
}
