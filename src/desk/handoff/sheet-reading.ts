import type { Handoff, HandoffDecision, HandoffItem, HandoffQuestion } from '../../contract/handoff.ts'
import type { JsonObject } from '../../ledger/entry.ts'
import { maskText } from '../people/masking.ts'
import type { Reader } from '../privacy/rules.ts'
import type { Station } from '../station/station.ts'
import { iso, isoOrNull } from '../time.ts'
import type { FrozenItem, FrozenQueue, QueuedThread } from './item.ts'
import { standingOf } from './present.ts'
import {
  decisionOf,
  frozenOf,
  type HandoffRecord,
  type ItemRecord,
  itemStateOf,
  type QuestionRecord,
} from './view.ts'

/** One sheet, read whole in a few statements: a thousand items of it are to be there at once. */

/** Last words as the sheet shows them: some lines, not a letter. */
const summaryLength = 300

type Texts = ReadonlyMap<number, JsonObject>

export interface Cards {
  texts: Texts
  accountName: (account: string) => string
}

export interface Sheet extends Cards {
  station: Station
  row: HandoffRecord
  items: readonly Read[]
  queue: FrozenQueue
  questions: ReadonlyMap<string, QuestionRecord[]>
  news: ReadonlyMap<string, number>
  /** Rule 11, asked once for each thread. */
  mayRead: (thread: string) => boolean
}

interface Read {
  record: ItemRecord
  frozen: FrozenItem
}

export function readSheet(station: Station, row: HandoffRecord, reader: Reader): Sheet {
  const { handoffs, accounts } = station.views
  const items = handoffs.items(row.id).map((record) => ({ record, frozen: frozenOf(record) }))
  const queue = JSON.parse(row.queue) as FrozenQueue
  const seqs = [
    ...items.flatMap(({ frozen }) => [frozen.card, frozen.said, promiseSeq(station, frozen)]),
    ...queue.rows.map(({ card }) => card),
  ]
  const questions = new Map<string, QuestionRecord[]>()
  for (const asked of handoffs.questions(row.id))
    questions.set(asked.item, [...(questions.get(asked.item) ?? []), asked])
  const names = new Map(accounts.accounts().map(({ id, name }) => [id, name]))
  return {
    station,
    row,
    items,
    queue,
    questions,
    texts: textsOf(
      station,
      seqs.filter((seq) => seq !== null),
    ),
    news: newsOf(station, row),
    accountName: (id) => names.get(id) ?? id,
    mayRead: (thread) => station.access.mayReadThread(thread, reader),
  }
}

/** Whose content says what an earlier handoff promised. */
function promiseSeq({ views }: Station, { promise }: FrozenItem): number | null {
  return promise === null ? null : (views.promises.one(promise)?.seq ?? null)
}

/** Contents by their `seq`; what was erased is not there. */
export function textsOf({ db }: Station, seqs: readonly number[]): Texts {
  const rows = db
    .prepare<[string], { seq: number; body: string }>(
      'SELECT c.seq, c.body FROM json_each(?) s JOIN content c ON c.seq = s.value',
    )
    .all(JSON.stringify(seqs))
  return new Map(rows.map(({ seq, body }) => [seq, JSON.parse(body) as JsonObject]))
}

/** Words of each thread since the freeze point, up to the second signature: afterwards they are nobody's news here. */
function newsOf({ db }: Station, { frozen_seq, ended_seq }: HandoffRecord): ReadonlyMap<string, number> {
  const rows = db
    .prepare<[number, number], { thread: string; n: number }>(
      `SELECT thread, count(*) AS n FROM message WHERE seq > ? AND seq <= ? AND said_by <> 'note' GROUP BY thread`,
    )
    .all(frozen_seq, ended_seq ?? Number.MAX_SAFE_INTEGER)
  return new Map(rows.map(({ thread, n }) => [thread, n]))
}

/** 村组+姓名 as it was, the account's name, or whom a warning is about. */
export function titleOf({ texts, accountName }: Cards, { kind, card, account }: FrozenItem): string {
  if (kind === 'account') return accountName(account ?? '')
  return cardName(card === null ? undefined : texts.get(card))
}

function cardName(card: JsonObject | undefined): string {
  return (
    [card?.villageGroup, card?.name].filter((part) => typeof part === 'string' && part !== '').join(' ') ||
    '—'
  )
}

export function sheetItem(sheet: Sheet, { record, frozen }: Read): HandoffItem {
  const { station, accountName } = sheet
  const { people, threads } = station.views
  const { thread } = record
  const readable = thread === null || sheet.mayRead(thread)
  return {
    id: record.item,
    kind: frozen.kind,
    severity: frozen.severity,
    why: frozen.why,
    thread,
    account: frozen.account,
    accountName: frozen.account === null ? null : accountName(frozen.account),
    private: thread !== null && threads.thread(thread)?.private === 1,
    readable,
    title: readable ? titleOf(sheet, frozen) : '🔒',
    category: frozen.category,
    urgency: frozen.urgency,
    summary: readable ? summaryOf(sheet, frozen) : null,
    holder: frozen.holder,
    holderName: frozen.holder === null ? null : people.nameOf(frozen.holder),
    waitingSince: frozen.waitingSince,
    snoozedUntil: frozen.snoozedUntil,
    alarmAt: frozen.alarmAt,
    escalation: frozen.escalation,
    returnVisitAt: frozen.returnVisitAt,
    trouble: frozen.trouble ?? null,
    promise: frozen.promise === null ? null : earlierPromise(sheet, frozen.promise, readable),
    decision: decided(sheet, record, readable),
    readBack:
      record.read_seq === null
        ? null
        : {
            text: readable ? masked(record.read_text) : null,
            at: iso(record.read_at as number),
            byName: people.nameOf(record.read_by as string),
          },
    accepted: record.accepted === 1,
    questions: (sheet.questions.get(record.item) ?? []).map((asked) => question(sheet, asked, readable)),
    newsSince: thread === null ? 0 : (sheet.news.get(thread) ?? 0),
    moved: movedTo(sheet, record, frozen),
  }
}

export function queueRow(sheet: Sheet, queued: QueuedThread): Handoff['queue']['rows'][number] {
  const { thread, account, card, waitingSince, urgency, category } = queued
  const title = sheet.mayRead(thread) ? cardName(sheet.texts.get(card)) : '🔒'
  return { thread, title, accountName: sheet.accountName(account), waitingSince, urgency, category }
}

function summaryOf({ texts }: Sheet, { kind, said }: FrozenItem): string | null {
  const body = said === null ? undefined : texts.get(said)
  const words = kind === 'warning' ? (body?.note ?? body?.source) : body?.text
  if (typeof words !== 'string') return null
  // Masked before it is cut, so that no number is cut in two; never in the middle of an emoji.
  return maskText(words)
    .text.slice(0, summaryLength)
    .replace(/[\ud800-\udbff]$/, '')
}

const masked = (text: string | null) => (text === null ? null : maskText(text).text)

function earlierPromise({ station, texts }: Sheet, id: string, readable: boolean): HandoffItem['promise'] {
  const promise = station.views.promises.one(id)
  if (promise === null) return null
  const words = texts.get(promise.seq)?.nextAction
  return {
    id,
    nextAction: readable && typeof words === 'string' ? maskText(words).text : null,
    deadline: isoOrNull(promise.deadline),
  }
}

function decided({ station }: Sheet, record: ItemRecord, readable: boolean): HandoffItem['decision'] {
  const decision = decisionOf(record)
  if (decision === null) return null
  const at = iso(record.decided_at as number)
  const byName = station.views.people.nameOf(record.decided_by as string)
  return { ...(readable ? maskedDecision(decision) : wordless(decision)), at, byName }
}

function maskedDecision(decision: HandoffDecision): HandoffDecision {
  switch (decision.do) {
    case 'handOver':
      return {
        ...decision,
        nextAction: maskText(decision.nextAction).text,
        ifThen: masked(decision.ifThen),
      }
    case 'keep':
      return { ...decision, reason: maskText(decision.reason).text }
    case 'close':
      return { ...decision, note: masked(decision.note) }
  }
}

/** What and until when, not a word more. */
function wordless(decision: HandoffDecision): HandoffDecision {
  switch (decision.do) {
    case 'handOver':
      return { ...decision, nextAction: '', ifThen: null }
    case 'keep':
      return { ...decision, reason: '' }
    case 'close':
      return { ...decision, note: null }
  }
}

function question({ station }: Sheet, asked: QuestionRecord, readable: boolean): HandoffQuestion {
  const { people } = station.views
  return {
    id: asked.id,
    text: readable ? masked(asked.asked_text) : null,
    byName: people.nameOf(asked.asked_by),
    at: iso(asked.asked_at),
    reply:
      asked.replied_at === null
        ? null
        : {
            text: readable ? masked(asked.replied_text) : null,
            byName: people.nameOf(asked.replied_by as string),
            at: iso(asked.replied_at),
          },
  }
}

function movedTo({ station, row }: Sheet, record: ItemRecord, frozen: FrozenItem): HandoffItem['moved'] {
  if (row.state === 'cancelled') return null
  if (row.state !== 'done') {
    const { left } = standingOf(station, row, itemStateOf(record, frozen))
    return left === null ? null : { left }
  }
  if (record.left_why !== null) return { left: record.left_why }
  // What came back to the outgoing officer after it had gone was decided by nobody, and has moved all the same.
  if ((record.did === 'handOver' || record.did === null) && row.owner !== null)
    return { to: row.owner, toName: station.views.people.nameOf(row.owner) }
  return { left: record.did === 'close' ? 'closed' : 'kept' }
}
