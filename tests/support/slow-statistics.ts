import type { ShiftStatistics } from '../../src/contract/shifts.ts'
import type { Station } from '../../src/desk/station/station.ts'
import { hour, iso } from './station.ts'

/** What was asked: a time, the accounts (none for all), and the officer whose own shift it is. */
export interface Question {
  from: number
  to: number
  accounts: readonly string[]
  own?: { user: string; first: number; last: number }
}

interface Thread {
  account: string
  /** What the resident said, and when. */
  words: { seq: number; at: number }[]
  /** Closings and answers, by their entries. */
  ends: number[]
  category: string | null
}

interface Happened {
  at: number
  seq: number
  type: string
  account: string | null
  /** Who answered, closed or claimed. */
  user: string
  answer: boolean
  waited: number | null
  category: string | null
  alarm: string | null
}

const suggests: Record<string, string> = {
  crisis: 'crisis',
  violence: 'emergency',
  missing: 'emergency',
  fraud: 'scam',
  dispute: 'dispute',
}

/** Reads the whole ledger from the first entry to the last, thread by thread, with nothing of the desk's own counting. */
function happenings(station: Station): Happened[] {
  const threads = new Map<string, Thread>()
  const contacts = new Map<string, string>()
  const warned = new Map<string, string | null>()
  const all: Happened[] = []
  /** Answers that came back; a retry takes them out once it arrives, or is on its way again. */
  const lost = new Set<unknown>()
  const failed = new Set<unknown>()
  for (const { entry } of station.ledger.iterate()) {
    const { type, data, subject, seq, actor } = entry
    if (type === 'contact.added') contacts.set(subject, data.account as string)
    if (type === 'warning.linked') warned.set(subject, data.contact as string | null)
    if (type === 'thread.opened')
      threads.set(subject, { account: data.account as string, words: [], ends: [], category: null })
    const thread = threads.get(subject)
    const happened: Happened = {
      at: Date.parse(entry.at),
      seq,
      type,
      account: thread?.account ?? null,
      user: (data.author as string | undefined) ?? actor.user,
      answer: false,
      waited: null,
      category: thread?.category ?? null,
      alarm: (data.alarm as string | undefined) ?? null,
    }
    all.push(happened)
    if (type.startsWith('warning.')) happened.account = subject
    if (!thread) continue
    if (type === 'message.received') thread.words.push({ seq, at: Date.parse(data.sentAt as string) })
    if (type === 'message.failed') lost.add(data.message)
    if (type === 'message.accepted') lost.delete(data.message)
    if (type === 'message.failed') failed.add(data.message)
    if (type === 'message.accepted' || type === 'message.retried') failed.delete(data.message)
    if (type === 'message.sent' && !['delay', 'greeting', 'warning'].includes(data.purpose as string)) {
      happened.answer = true
      const last = thread.ends.findLast((end) => !lost.has(end)) ?? 0
      const first = thread.words.find((word) => word.seq > last)
      if (first) happened.waited = Math.max(0, Date.parse(data.sentAt as string) - first.at)
      thread.ends.push(seq)
    }
    if (type === 'thread.closed') thread.ends.push(seq)
    if (type === 'thread.categorised') thread.category = data.category as string | null
    if (type === 'message.assessed')
      thread.category ??= suggests[(data.kinds as { kind: string }[])[0]!.kind]!
  }
  for (const each of all) if (failed.has(each.seq)) each.waited = null
  // Whose warning it is, is asked of the register as it is now.
  for (const each of all)
    if (each.type.startsWith('warning.')) each.account = contacts.get(warned.get(each.account!) ?? '') ?? null
  return all
}

const middle = (sorted: readonly number[]) =>
  sorted.length === 0
    ? null
    : sorted.length % 2 === 1
      ? sorted[(sorted.length - 1) / 2]!
      : Math.round((sorted[sorted.length / 2 - 1]! + sorted[sorted.length / 2]!) / 2)

/** People in no order, hours only where something happened: what can be compared. */
export function slowStatistics(station: Station, asked: Question) {
  const { from, to, accounts, own } = asked
  const all = happenings(station)
  const here = all.filter(
    ({ at, account }) =>
      at >= from && at < to && (accounts.length === 0 || (account !== null && accounts.includes(account))),
  )
  const mine = own && all.filter(({ seq, user }) => seq > own.first && seq <= own.last && user === own.user)
  const done = mine ?? here
  const count = (of: readonly Happened[], type: string) => of.filter((each) => each.type === type).length
  const answers = done.filter(({ answer }) => answer)
  const closed = done.filter(({ type }) => type === 'thread.closed')
  const waits = answers.flatMap(({ waited }) => waited ?? []).sort((a, b) => a - b)
  const acknowledged = here
    .filter(({ type }) => type === 'alarm.raised')
    .flatMap((raised) => {
      const first = all.find(({ type, alarm }) => type === 'alarm.acknowledged' && alarm === raised.alarm)
      return first ? [first.at - raised.at] : []
    })
    .sort((a, b) => a - b)
  const tally = <K>(of: readonly Happened[], key: (each: Happened) => K) => {
    const counts = new Map<K, number>()
    for (const each of of) counts.set(key(each), (counts.get(key(each)) ?? 0) + 1)
    return counts
  }
  const hourOf = ({ at }: Happened) => iso(Math.floor(at / hour) * hour)
  const byHour = {
    arrived: tally(
      here.filter(({ type }) => type === 'message.received'),
      hourOf,
    ),
    answers: tally(answers, hourOf),
    closed: tally(closed, hourOf),
  }
  const claimed = done.filter(({ type }) => type === 'thread.claimed')
  const names = new Set([...answers, ...closed, ...claimed].map(({ user }) => user))
  const of = (some: readonly Happened[], user: string) => some.filter((each) => each.user === user).length
  return {
    arrived: count(here, 'message.received'),
    answers: answers.length,
    opened: count(here, 'thread.opened'),
    closed: closed.length,
    reopened: count(here, 'thread.reopened'),
    firstAnswer: {
      median: middle(waits),
      p90: waits[Math.ceil(waits.length * 0.9) - 1] ?? null,
      worst: waits.at(-1) ?? null,
      counted: waits.length,
    },
    overdue: count(here, 'thread.overdue'),
    alarms: {
      raised: count(here, 'alarm.raised'),
      acknowledgedWithin: { median: middle(acknowledged), worst: acknowledged.at(-1) ?? null },
    },
    escalations: {
      raised: count(here, 'thread.escalated'),
      accepted: count(here, 'escalation.accepted'),
      lapsed: count(here, 'escalation.lapsed'),
      resolved: count(here, 'escalation.resolved'),
    },
    warnings: { entered: count(here, 'warning.entered'), closed: count(here, 'warning.closed') },
    hours: [...new Set(Object.values(byHour).flatMap((hours) => [...hours.keys()]))].sort().map((at) => ({
      at,
      arrived: byHour.arrived.get(at) ?? 0,
      answers: byHour.answers.get(at) ?? 0,
      closed: byHour.closed.get(at) ?? 0,
    })),
    categories: [...tally(closed, ({ category }) => category)]
      .map(([category, n]) => ({ category, closed: n }))
      .sort(byCategory),
    people: [...names]
      .filter((user) => station.views.people.person(user) !== null)
      .map((user) => ({
        user,
        answers: of(answers, user),
        closed: of(closed, user),
        claimed: of(claimed, user),
      }))
      .sort((a, b) => (a.user < b.user ? -1 : 1)),
  }
}

const byCategory = (a: { category: string | null }, b: { category: string | null }) =>
  (a.category ?? '') < (b.category ?? '') ? -1 : 1

/** The desk's own answer, in the same form. */
export function comparable({ from: _from, to: _to, ...figures }: ShiftStatistics) {
  return {
    ...figures,
    hours: figures.hours.filter(({ arrived, answers, closed }) => arrived + answers + closed > 0),
    categories: figures.categories.toSorted(byCategory),
    people: figures.people
      .filter(({ answers, closed, claimed }) => answers + closed + claimed > 0)
      .map(({ name: _name, ...each }) => each)
      .sort((a, b) => (a.user < b.user ? -1 : 1)),
  }
}
