import type { AccountTrouble } from '../../contract/handoff.ts'
import type { AlarmState } from '../alarms/rules.ts'
import type { Matter } from '../escalations/rules.ts'
import { isEndangered } from '../threads/rank.ts'
import type { ThreadState } from '../threads/thread.ts'
import { isoOrNull } from '../time.ts'
import type { WarningState } from '../warnings/warning.ts'
import { accountItem, type FrozenItem, warningItem } from './item.ts'
import { type Standing, severities, severityOf, whyOf } from './severity.ts'

/** The sheet as it is built from what stands at the freeze point, most severe first. Pure. */

export interface PromiseHeld {
  id: string
  /** ms. */
  deadline: number | null
}

export interface ThreadFacts {
  thread: ThreadState
  /** `seq` of the entry its resident's card is from. */
  card: number
  /** The open alarm. */
  alarm: (AlarmState & { raised_at: number }) | null
  /** The newest that is not ended. */
  matter: Matter | null
  promise: PromiseHeld | null
  undelivered: boolean
  /** Of the resident's reply window little is left, or nothing. */
  pressing: boolean
}

export interface WarningFacts {
  warning: WarningState
  promise: PromiseHeld | null
}

export interface AccountFacts {
  account: string
  fault: boolean
  off: boolean
  /** What stands on record of it; null where nothing does. */
  trouble: AccountTrouble | null
  /** Answers that never arrived, of threads that are nobody's any more. */
  undelivered: boolean
  promise: PromiseHeld | null
}

export interface SheetFacts {
  threads: readonly ThreadFacts[]
  warnings: readonly WarningFacts[]
  accounts: readonly AccountFacts[]
}

const nothing: Standing = {
  alarm: false,
  endangered: false,
  marked: false,
  waiting: false,
  escalation: false,
  overdue: false,
  urgency: null,
  promise: false,
  promiseDeadline: null,
  visit: false,
  visitDue: false,
  snoozedUntil: null,
  private: false,
  undelivered: false,
  quota: false,
  held: false,
  unclaimed: false,
  warning: false,
  fault: false,
  gap: false,
  off: false,
}

const blank = {
  thread: null,
  account: null,
  card: null,
  said: null,
  lastSeq: 0,
  closed: false,
  category: null,
  urgency: null,
  holder: null,
  waitingSince: null,
  snoozedUntil: null,
  alarmAt: null,
  escalation: null,
  returnVisitAt: null,
  promise: null,
} as const

export function itemsOf(
  { threads, warnings, accounts }: SheetFacts,
  from: string,
  now: number,
): FrozenItem[] {
  return [
    ...threads.map((facts) => threadItem(facts, from, now)),
    ...warnings.map((facts) => warningOf(facts, now)),
    ...accounts.map((facts) => accountOf(facts, now)),
  ].sort(bySeverity)
}

/** Within a severity the longest wait first. */
function bySeverity(a: FrozenItem, b: FrozenItem): number {
  const severer = severities.indexOf(a.severity) - severities.indexOf(b.severity)
  if (severer !== 0) return severer
  if (a.waitingSince !== b.waitingSince) {
    if (a.waitingSince === null) return 1
    if (b.waitingSince === null) return -1
    return a.waitingSince < b.waitingSince ? -1 : 1
  }
  return a.id < b.id ? -1 : 1
}

const promised = (promise: PromiseHeld | null) => ({
  promise: promise !== null,
  promiseDeadline: promise?.deadline ?? null,
})

function threadItem(
  { thread, card, alarm, matter, promise, undelivered, pressing }: ThreadFacts,
  from: string,
  now: number,
): FrozenItem {
  const visit = matter?.state === 'visit' ? matter : null
  const live = matter !== null && visit === null ? matter : null
  const open = thread.closed_at === null
  const standing: Standing = {
    ...nothing,
    ...promised(promise),
    alarm: alarm !== null,
    endangered: isEndangered(thread),
    marked: thread.mark_kind !== null,
    waiting: thread.waiting_since !== null,
    escalation: live !== null,
    overdue: thread.overdue === 1,
    urgency: thread.urgency,
    visit: visit !== null,
    visitDue: visit?.visit_due === 1,
    snoozedUntil: thread.snoozed_until,
    private: thread.private === 1,
    undelivered,
    quota: pressing && thread.waiting_since !== null,
    held: thread.holder === from,
    unclaimed: open && thread.holder === null,
  }
  const offered = live !== null && (live.state === 'offered' || live.state === 'returned')
  return {
    ...blank,
    id: thread.id,
    kind: 'thread',
    severity: severityOf(standing, now),
    why: whyOf(standing),
    thread: thread.id,
    account: thread.account,
    card,
    said: thread.last_message === 0 ? null : thread.last_message,
    lastSeq: thread.last_seq,
    closed: !open,
    category: thread.category,
    urgency: thread.urgency,
    holder: thread.holder,
    waitingSince: isoOrNull(thread.waiting_since),
    snoozedUntil: isoOrNull(thread.snoozed_until),
    alarmAt: isoOrNull(alarm?.raised_at ?? null),
    escalation:
      live === null
        ? null
        : {
            desk: live.desk,
            level: live.level,
            state: live.state,
            dueAt: offered ? isoOrNull(live.due_at) : null,
          },
    returnVisitAt: isoOrNull(visit?.return_visit_at ?? null),
    promise: promise?.id ?? null,
  }
}

function warningOf({ warning, promise }: WarningFacts, now: number): FrozenItem {
  const standing = { ...nothing, ...promised(promise), warning: true, overdue: warning.overdue === 1 }
  return {
    ...blank,
    id: warningItem(warning.id),
    kind: 'warning',
    severity: severityOf(standing, now),
    why: whyOf(standing),
    card: warning.n,
    said: warning.n,
    category: 'scam',
    holder: warning.holder,
    waitingSince: isoOrNull(warning.step_since),
    promise: promise?.id ?? null,
  }
}

function accountOf(
  { account, fault, off, trouble, undelivered, promise }: AccountFacts,
  now: number,
): FrozenItem {
  const gap = (trouble?.gaps.length ?? 0) > 0
  const standing = { ...nothing, ...promised(promise), fault, gap, off, undelivered }
  return {
    ...blank,
    id: accountItem(account),
    kind: 'account',
    severity: severityOf(standing, now),
    why: whyOf(standing),
    account,
    ...(trouble === null ? {} : { trouble }),
    promise: promise?.id ?? null,
  }
}
