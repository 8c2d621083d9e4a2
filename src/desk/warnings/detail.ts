import type { Step } from '../../contract/alarms.ts'
import type { WarningDetail, WarningRow, WarningType } from '../../contract/warnings.ts'
import type { Entry, JsonObject } from '../../ledger/entry.ts'
import { maskPhone, maskText } from '../people/masking.ts'
import type { Reader } from '../privacy/rules.ts'
import type { By } from '../route.ts'
import type { Station } from '../station/station.ts'
import { iso, isoOrNull } from '../time.ts'
import type { Content } from '../view.ts'
import type { WarningRecord } from './view.ts'

/** A warning as it is shown: numbers masked (rule 20), and of what was erased nothing. Reads only. */

/** What is told to the resident; {type} is followed by 诈骗 in the station's own text. */
const typeWords: Record<WarningType, string> = {
  fakeJob: '刷单返利',
  fakeService: '冒充客服',
  fakePolice: '冒充公检法',
  loan: '虚假贷款',
  investment: '虚假投资理财',
  romance: '网络交友',
  nudeChat: '裸聊敲诈',
  shopping: '虚假购物',
  game: '游戏交易',
  other: '电信网络',
}

const mostNeighbours = 8
const mostMatches = 8
/** More than any warning has. */
const mostSteps = 1_000

/** Whom a warning is about is no secret of the desk; which private thread is theirs is (rule 11). */
export function shown({ views, access }: Station, warning: WarningRecord, reader: Reader): WarningRow {
  return {
    id: warning.id,
    name: warning.name,
    phone: warning.phone === null ? null : maskPhone(warning.phone),
    type: warning.type,
    contact: warning.contact,
    thread: warning.thread !== null && access.mayReadThread(warning.thread, reader) ? warning.thread : null,
    holder: warning.holder,
    holderName: warning.holder === null ? null : views.people.nameOf(warning.holder),
    enteredAt: iso(warning.entered_at),
    enteredByName: views.people.nameOf(warning.entered_by),
    step: warning.step,
    stepSince: iso(warning.step_since),
    dueAt: isoOrNull(warning.due_at),
    overdue: warning.overdue === 1,
    calls: warning.calls,
    closedAt: isoOrNull(warning.closed_at),
    outcome: warning.outcome,
  }
}

export function detailed(station: Station, warning: WarningRecord, by: By): WarningDetail {
  const { warnings, people, threads } = station.views
  const linked = warning.contact === null ? null : people.contact(warning.contact)
  const reader = station.access.reader(by)
  const mayRead = (id: string) => station.access.mayReadThread(id, reader)
  const thread = warning.contact === null ? null : warnings.newestThread(warning.contact)
  return {
    warning: shown(station, warning, reader),
    note: warning.note === null ? null : maskText(warning.note).text,
    source: warning.source === null ? null : maskText(warning.source).text,
    steps: [...done(station, warning, mayRead), ...answers(station, warning, mayRead)].sort(
      (a, b) => a.seq - b.seq,
    ),
    message: prepared(station, warning, by),
    neighbours: linked === null ? [] : warnings.register.neighbours(linked, mostNeighbours),
    matches: warning.contact === null ? warnings.register.matches(warning, mostMatches) : [],
    lastSeq: thread === null || !mayRead(thread) ? null : (threads.thread(thread)?.last_seq ?? null),
  }
}

function done({ ledger, views }: Station, warning: WarningRecord, mayRead: MayRead): Step[] {
  const nameOf = (user: string) => views.people.nameOf(user)
  return ledger.bySubject(warning.id, mostSteps).map(({ entry, content }) => ({
    seq: entry.seq,
    type: entry.type,
    at: entry.at,
    actorName: nameOf(entry.actor.user),
    data: withoutThread(entry.data, mayRead),
    text: wordsOf(content, entry),
    names: Object.fromEntries(
      [entry.data.holder, entry.data.from]
        .filter((user) => typeof user === 'string')
        .map((user) => [user, nameOf(user)]),
    ),
  }))
}

type MayRead = (thread: string) => boolean

function withoutThread(data: JsonObject, mayRead: MayRead): JsonObject {
  if (typeof data.thread !== 'string' || mayRead(data.thread)) return data
  const { thread: _thread, message: _message, ...rest } = data
  return rest
}

function wordsOf(content: Content, { type }: Entry): string | null {
  const words = type === 'warning.neighbourAsked' ? content?.name : (content?.note ?? content?.text)
  return typeof words === 'string' ? maskText(words).text : null
}

/** What the resident has written since the message left: for whoever looks whether it was answered. */
function answers(station: Station, { thread, message, closed_at }: WarningRecord, mayRead: MayRead): Step[] {
  if (thread === null || message === null) return []
  const readable = mayRead(thread)
  return station.timeline
    .news(thread, message)
    .filter(({ from, recalled, at }) => from === 'resident' && !recalled && before(at, closed_at))
    .map(({ seq, at, authorName, text }) => ({
      seq,
      type: 'message.received',
      at,
      actorName: readable ? authorName : '🔒',
      data: readable ? { thread } : {},
      text: readable ? text : null,
      names: {},
    }))
}

const before = (at: string, end: number | null) => end === null || Date.parse(at) <= end

/** Filled in at once, so that nothing a name brings with it is filled in again. */
function prepared({ views, ledger }: Station, warning: WarningRecord, by: By): string {
  const words: Record<string, string> = {
    name: warning.name ?? '',
    station: ledger.meta.station,
    type: typeWords[warning.type],
    officer: views.people.nameOf(by.user),
  }
  return views.settings
    .texts()
    .warning.replace(/\{(name|station|type|officer)\}/g, (_, key) => words[key] ?? '')
}
