import type { RecordFilter, RecordRow } from '../../contract/audit.ts'
import type { Entry } from '../../ledger/entry.ts'
import type { Reader } from '../privacy/rules.ts'
import type { By } from '../route.ts'
import type { Station } from '../station/station.ts'
import { endOfTime } from '../threads/timeline.ts'
import type { RecordLine } from './auditing.ts'
import type { Narrowed } from './filtering.ts'
import type { FindingRow } from './view.ts'
import { leadsToThread, shownData } from './withholding.ts'
import { wordsOf } from './words.ts'

/** Records as a reader sees them: of what is private to this reader never who or what (rule 11), numbers masked. */

/** Areas whose words are about no thread and no resident: auditors read them. What is not named here is kept from them. */
const open: ReadonlySet<string> = new Set([
  'account',
  'audit',
  'broadcast',
  'checklist',
  'common',
  'duty',
  'escalationDesk',
  'handoff',
  'hold',
  'person',
  'quickReply',
  'shift',
  'warning',
])

/** Fields of data that name a person, or several. */
const personFields = [
  'holder',
  'from',
  'to',
  'user',
  'looksAfter',
  'second',
  'person',
  'onBehalfOf',
  'people',
  'members',
]

/** The first page of a filter, or a later one from entry `before` down. */
export async function page(
  station: Station,
  filter: RecordFilter,
  by: By,
  before = endOfTime,
  limit: number,
): Promise<{ rows: RecordRow[]; more: boolean }> {
  const { auditing } = station
  await auditing.viewed(filter, by)
  const linked = filter.thread === undefined || (await station.access.reading(filter.thread, by))
  await auditing.settle()
  const narrowed = auditing.filtering.narrow(filter)
  if (narrowed === null) return { rows: [], more: false }
  const asked = { ...narrowed, linked, last: Math.min(narrowed.last, before - 1) }
  const seqs = auditing.pages.page(asked, auditing.filtering.types(), limit + 1)
  const lines = auditing.lines(seqs.slice(0, limit))
  await readingGlass(station, lines, by)
  const eyes = eyesOf(station, by)
  return { rows: lines.map((line) => shown(station, line, eyes)), more: seqs.length > limit }
}

/** Who reads, and which threads they may: asked once for each, because a page is mostly about the same few. */
export interface Eyes {
  reader: Reader
  mayRead(thread: string): boolean
}

export function eyesOf({ access }: Station, by: By): Eyes {
  const reader = access.reader(by)
  const known = new Map<string, boolean>()
  return {
    reader,
    mayRead(thread) {
      const may = known.get(thread) ?? access.mayReadThread(thread, reader)
      known.set(thread, may)
      return may
    },
  }
}

/** What a count may take in: of a thread the reader may not read, nothing of other subjects that would lead to it. */
export async function countable(station: Station, filter: RecordFilter, by: By): Promise<Narrowed | null> {
  await station.auditing.settle()
  const narrowed = station.auditing.filtering.narrow(filter)
  if (narrowed !== null && filter.thread !== undefined)
    narrowed.linked = station.access.mayReadThread(filter.thread, station.access.reader(by))
  return narrowed
}

/** Private threads this auditor has broken the glass of are read here as well: on record, as everywhere. */
async function readingGlass(station: Station, lines: readonly RecordLine[], by: By): Promise<void> {
  const { glass } = station.access.reader(by)
  if (glass.size === 0) return
  for (const thread of new Set(lines.map(({ thread }) => thread)))
    if (thread !== null) await station.access.reading(thread, by)
}

export function shown(station: Station, line: RecordLine, eyes: Eyes): RecordRow {
  const { entry, content, account } = line
  const { mayRead } = eyes
  const readable = mayReadContent(station, line, eyes)
  const hidesThread = line.thread !== null && leadsToThread(entry.type) && !mayRead(line.thread)
  const thread = hidesThread ? null : line.thread
  const data = shownData(entry, { thread: line.thread, mayRead })
  return {
    seq: entry.seq,
    at: entry.at,
    type: entry.type,
    actor: entry.actor.user,
    actorName: station.auditing.nameOf(entry.actor.user),
    role: entry.actor.role,
    device: entry.actor.device,
    subject: entry.subject,
    thread,
    account: hidesThread ? null : account,
    contactName: thread === null ? null : mayRead(thread) ? contactName(station, thread) : '🔒',
    data,
    names: namesIn(station, entry, data),
    text: readable ? wordsOf(content) : null,
    content:
      entry.data.content === undefined
        ? 'none'
        : !readable
          ? 'private'
          : content === null
            ? 'erased'
            : 'present',
  }
}

/** Whether this reader may read what an entry's content says. */
export function mayReadContent(station: Station, { entry, thread }: RecordLine, eyes: Eyes): boolean {
  const [area = ''] = entry.type.split('.')
  if (eyes.reader.role === 'supervisor') return true
  if (thread !== null && !leadsToThread(entry.type)) return eyes.mayRead(thread)
  if (area === 'contact') return mayReadCard(station, entry.subject, eyes)
  if (area === 'hold' && typeof entry.data.contact === 'string')
    return mayReadCard(station, entry.data.contact, eyes)
  // Each entry says what it is about: a finding may have been saved anew as being about something else.
  if (area === 'finding') return mayReadWords(entry.actor.user, (entry.data.threads ?? []) as string[], eyes)
  return open.has(area)
}

/** A resident known only from private threads is as private as those (as on the card itself). */
function mayReadCard({ views }: Station, contact: string, { mayRead }: Eyes): boolean {
  const threads = views.people.card(contact)?.threads ?? []
  return threads.length === 0 || threads.some(({ id }) => mayRead(id))
}

/** Who wrote it knows it; to another auditor a finding about a private thread is as private as that. */
export function mayReadFinding({ by, threads }: FindingRow, eyes: Eyes): boolean {
  return mayReadWords(by, threads, eyes)
}

function mayReadWords(by: string, threads: readonly string[], { reader, mayRead }: Eyes): boolean {
  return reader.role === 'supervisor' || by === reader.user || threads.every(mayRead)
}

function contactName({ views }: Station, thread: string): string | null {
  const contact = views.threads.thread(thread)?.contact
  return contact === undefined ? null : views.people.labelOf(contact)
}

function namesIn(
  { views }: Station,
  { subject }: Entry,
  data: RecordRow['data'],
): { [user: string]: string } {
  const named = [subject, ...personFields.flatMap((field) => data[field] ?? [])]
  return Object.fromEntries(
    named.flatMap((user) => {
      const person = typeof user === 'string' ? views.people.person(user) : null
      return person === null ? [] : [[person.user, person.name]]
    }),
  )
}
