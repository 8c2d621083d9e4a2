import type { AlarmKind, Strength } from '../../contract/alarms.ts'
import type {
  ActItem,
  Delivery,
  MessageItem,
  NewInThread,
  NoteItem,
  TimelineItem,
} from '../../contract/threads.ts'
import type { MessageKind } from '../../contract/values.ts'
import type { Entry } from '../../ledger/entry.ts'
import type { Ledger } from '../../ledger/sqlite/ledger.ts'
import { maskText } from '../people/masking.ts'
import { isoOrNull } from '../time.ts'
import type { Content, Db } from '../view.ts'
import { authorOf } from './view.ts'

/** One thread as it is read: words, notes and acts in the order of the ledger. Reads only. */

interface Line {
  entry: Entry
  content: Content
}
interface MessageState {
  seq: number
  contact_name: string | null
  recalled_at: number | null
  delivery: string | null
  delivery_error: string | null
  mark_kind: AlarmKind | null
  mark_strength: Strength | null
}

/** Entries whose effect is shown on the message they speak of, not as a line of their own. */
const shownOnMessage: ReadonlySet<string> = new Set([
  'message.recalled',
  'message.accepted',
  'message.failed',
  'message.retried',
  'message.sentByHand',
  'message.assessed',
])
/** Entries that an officer about to answer must have seen (rule 3). */
const words: ReadonlySet<string> = new Set(['message.received', 'message.sent', 'message.recalled'])
const mostNews = 20
/** Fields of an act's data that name a person. */
const personFields = ['holder', 'from', 'to', 'user', 'looksAfter', 'second'] as const

export class Timeline {
  readonly #ledger: Ledger
  readonly #state
  readonly #names

  constructor(db: Db, ledger: Ledger) {
    this.#ledger = ledger
    this.#state = db.prepare<[number], MessageState>(
      `SELECT m.seq, c.name AS contact_name, m.recalled_at, m.delivery, m.delivery_error, m.mark_kind, m.mark_strength
       FROM message m JOIN contact c ON c.id = m.contact WHERE m.seq = ?`,
    )
    this.#names = db.prepare<[{ user: string }], { name: string }>(
      'SELECT name FROM person WHERE user = @user UNION ALL SELECT name FROM account WHERE id = @user LIMIT 1',
    )
  }

  /**
   * Up to `limit` items before entry `before`, oldest first. Of a thread this reader may not read, times and acts only;
   * and nothing that would say whose another such thread is (rule 11).
   */
  read(
    thread: string,
    before: number,
    limit: number,
    mayRead: (thread: string) => boolean,
  ): { items: TimelineItem[]; more: boolean } {
    const readable = mayRead(thread)
    const lines: Line[] = []
    for (const line of this.#backwards(thread, before)) {
      if (shownOnMessage.has(line.entry.type)) continue
      lines.push(line)
      if (lines.length > limit) break
    }
    const more = lines.length > limit
    return {
      items: lines
        .slice(0, limit)
        .reverse()
        .map((line) => this.#item(readable ? withoutLink(line, mayRead) : withoutWords(line))),
      more,
    }
  }

  /** Words and recalls after `seen`: what an officer about to answer has not read. Oldest first. */
  news(thread: string, seen: number): NewInThread[] {
    const lines: Line[] = []
    for (const line of this.#backwards(thread, endOfTime)) {
      if (line.entry.seq <= seen || lines.length === mostNews) break
      if (words.has(line.entry.type)) lines.push(line)
    }
    return lines.reverse().map(({ entry, content }) => {
      const recalled = entry.type === 'message.recalled'
      const fromResident = entry.type !== 'message.sent'
      const state = this.#state.get(recalled ? (entry.data.message as number) : entry.seq)
      const text = typeof content?.text === 'string' ? maskText(content.text).text : null
      return {
        seq: entry.seq,
        from: fromResident ? 'resident' : 'desk',
        authorName: fromResident ? (state?.contact_name ?? '—') : this.#name(authorOf(entry)),
        text,
        at: entry.at,
        recalled,
      }
    })
  }

  *#backwards(thread: string, before: number): Generator<Line> {
    for (let from = before; ; ) {
      const lines = this.#ledger.bySubject(thread, 100, from)
      yield* lines
      if (lines.length < 100) return
      from = lines.at(-1)!.entry.seq
    }
  }

  #item({ entry, content }: Line): TimelineItem {
    if (entry.type === 'message.received' || entry.type === 'message.sent')
      return this.#message(entry, content)
    if (entry.type === 'note.added') return this.#note(entry, content)
    return this.#act(entry, content)
  }

  #message(entry: Entry, content: Content): MessageItem {
    const state = this.#state.get(entry.seq)
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
        : this.#name(authorOf(entry)),
      mark: state?.mark_kind ? { kind: state.mark_kind, strength: state.mark_strength ?? 'watch' } : null,
      kind: entry.data.kind as MessageKind,
      text: shown.text,
      masked: shown.masked,
      title: typeof content?.title === 'string' ? maskText(content.title).text : null,
      image: (content?.image as string | null | undefined) ?? null,
      sentAt: entry.data.sentAt as string,
      recalledAt: isoOrNull(state?.recalled_at ?? null),
      delivery: (state?.delivery ?? null) as Delivery | null,
      deliveryError: content === hidden ? null : (state?.delivery_error ?? null),
    }
  }

  #note(entry: Entry, content: Content): NoteItem {
    const shown = typeof content?.text === 'string' ? maskText(content.text) : { text: null, masked: false }
    return {
      item: 'note',
      seq: entry.seq,
      author: entry.actor.user,
      authorName: this.#name(entry.actor.user),
      text: shown.text,
      masked: shown.masked,
      at: entry.at,
    }
  }

  #act(entry: Entry, content: Content): ActItem {
    const names: Record<string, string> = {}
    for (const field of personFields) {
      const user = entry.data[field]
      if (typeof user === 'string') names[user] = this.#name(user)
    }
    const text = content?.reason ?? content?.note
    return {
      item: 'act',
      seq: entry.seq,
      type: entry.type,
      actor: entry.actor.user,
      actorName: this.#name(entry.actor.user),
      at: entry.at,
      data: entry.data,
      names,
      outsider:
        typeof content?.profession === 'string' ? `${String(content.name)}（${content.profession}）` : null,
      text: typeof text === 'string' ? maskText(text).text : null,
    }
  }

  #name(user: string): string {
    return this.#names.get({ user })?.name ?? user
  }
}

/** Stands for content this reader may not see. */
const hidden: Content = {}

function withoutWords({ entry }: Line): Line {
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
function withoutLink(line: Line, mayRead: (thread: string) => boolean): Line {
  const { entry } = line
  const link = links[entry.type]
  if (link === undefined || mayRead(entry.data[link] as string)) return line
  return { ...line, entry: { ...entry, data: {} } }
}

export const endOfTime = Number.MAX_SAFE_INTEGER
