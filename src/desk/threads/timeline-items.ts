import type { AlarmKind, Strength } from '../../contract/alarms.ts'
import type {
  ActItem,
  Delivery,
  Menu,
  MessageItem,
  NoteItem,
  Place,
  TimelineItem,
} from '../../contract/threads.ts'
import type { MessageKind } from '../../contract/values.ts'
import type { Entry } from '../../ledger/entry.ts'
import { type MediaStands, shownMedia } from '../media/shown.ts'
import { maskText } from '../people/masking.ts'
import { isoOrNull } from '../time.ts'
import type { Content } from '../view.ts'
import { authorOf } from './view.ts'

/** The items of a timeline, made of the entries of a thread: as it stands, or as it stood. */

export interface Line {
  entry: Entry
  content: Content
}

/** What became of a message. */
export interface MessageState extends MediaStands {
  contact_name: string | null
  recalled_at: number | null
  delivery: string | null
  delivery_error: string | null
  mark_kind: AlarmKind | null
  mark_strength: Strength | null
}

/** What an item shows besides its own entry. */
export interface Known {
  message(seq: number): MessageState | undefined
  /** Of a person or an account; the id itself where there is none. */
  name(user: string): string
}

/** Entries whose effect is shown on the message they speak of, not as a line of their own. */
export const shownOnMessage: ReadonlySet<string> = new Set([
  'message.recalled',
  'message.accepted',
  'message.failed',
  'message.retried',
  'message.sentByHand',
  'message.assessed',
  'media.stored',
  'media.missed',
  'media.retried',
])

/** Fields of an act's data that name a person. */
const personFields = ['holder', 'from', 'to', 'user', 'looksAfter', 'second'] as const

export function timelineItem({ entry, content }: Line, known: Known): TimelineItem {
  if (entry.type === 'message.received' || entry.type === 'message.sent')
    return messageItem(entry, content, known)
  if (entry.type === 'note.added') return noteItem(entry, content, known)
  return actItem(entry, content, known)
}

function messageItem(entry: Entry, content: Content, known: Known): MessageItem {
  const state = known.message(entry.seq)
  const fromResident = entry.type === 'message.received'
  const shown = typeof content?.text === 'string' ? maskText(content.text) : { text: null, masked: false }
  return {
    item: 'message',
    seq: entry.seq,
    from: fromResident ? 'resident' : 'desk',
    author: fromResident ? (content === hidden ? '' : (entry.data.from as string)) : authorOf(entry),
    authorName: fromResident
      ? content === hidden
        ? '🔒'
        : (state?.contact_name ?? '—')
      : known.name(authorOf(entry)),
    mark: state?.mark_kind ? { kind: state.mark_kind, strength: state.mark_strength ?? 'watch' } : null,
    kind: entry.data.kind as MessageKind,
    text: shown.text,
    masked: shown.masked,
    title: typeof content?.title === 'string' ? maskText(content.title).text : null,
    image: (content?.image as string | null | undefined) ?? null,
    media: shownMedia(entry.data.kind as MessageKind, content, state),
    place: (content?.place as unknown as Place | undefined) ?? null,
    url: typeof content?.url === 'string' ? maskText(content.url).text : null,
    menu: (content?.menu as unknown as Menu | undefined) ?? null,
    pressed: typeof content?.choice === 'string',
    raw: typeof content?.raw === 'string' ? maskText(content.raw).text : null,
    fromClient: entry.data.colleague !== undefined,
    sentAt: entry.data.sentAt as string,
    recalledAt: isoOrNull(state?.recalled_at ?? null),
    delivery: (state?.delivery ?? null) as Delivery | null,
    deliveryError: content === hidden ? null : (state?.delivery_error ?? null),
  }
}

function noteItem(entry: Entry, content: Content, known: Known): NoteItem {
  const shown = typeof content?.text === 'string' ? maskText(content.text) : { text: null, masked: false }
  return {
    item: 'note',
    seq: entry.seq,
    author: entry.actor.user,
    authorName: known.name(entry.actor.user),
    text: shown.text,
    masked: shown.masked,
    at: entry.at,
  }
}

function actItem(entry: Entry, content: Content, known: Known): ActItem {
  const names: Record<string, string> = {}
  for (const field of personFields) {
    const user = entry.data[field]
    if (typeof user === 'string') names[user] = known.name(user)
  }
  const text = content?.reason ?? content?.note
  return {
    item: 'act',
    seq: entry.seq,
    type: entry.type,
    actor: entry.actor.user,
    actorName: known.name(entry.actor.user),
    at: entry.at,
    data: entry.data,
    names,
    outsider:
      typeof content?.profession === 'string' ? `${String(content.name)}（${content.profession}）` : null,
    text: typeof text === 'string' ? maskText(text).text : null,
  }
}

/** Stands for content this reader may not see. */
const hidden: Content = {}

/** Of a thread its reader may not read: that something was said or done, and when. */
export function withoutWords({ entry }: Line): Line {
  const {
    contact: _contact,
    group: _group,
    message: _message,
    common: _common,
    rules: _rules,
    ...data
  } = entry.data
  return { entry: { ...entry, data: links[entry.type] ? {} : data }, content: hidden }
}

/** Acts that lead to another thread, and by which field of their data. */
const links: Record<string, string> = { 'group.movedToPrivate': 'to', 'thread.cameFromGroup': 'group' }

/** A message of the group and the private thread its speaker was taken to, side by side, would name the resident. */
export function withoutLink(line: Line, mayRead: (thread: string) => boolean): Line {
  const { entry } = line
  const link = links[entry.type]
  if (link === undefined || mayRead(entry.data[link] as string)) return line
  return { ...line, entry: { ...entry, data: {} } }
}
