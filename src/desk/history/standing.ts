import type { Entry } from '../../ledger/entry.ts'
import { evolve, evolving, opened, type ThreadState } from '../threads/thread.ts'

/** Somebody on shift; `since` in ms. */
export interface OnDuty {
  since: number
  post: string | null
  duty: string | null
}

export interface OpenAlarm {
  alarm: string
  thread: string
  raisedAt: number
  /** Who looks after the resident; nobody does while it rings. */
  by: string | null
}

const threadEntries: ReadonlySet<string> = new Set(evolving)

/** All that was open at the station after the entry `seq`, and who was there. */
export class Standing {
  seq = 0
  readonly threads = new Map<string, ThreadState>()
  /**
   * Threads that are open by now and were closed when this began: what they are is in all of their entries, and
   * whoever takes entries in has to look there.
   */
  readonly unknown = new Set<string>()
  /** How many threads there have been, by account. */
  readonly opened = new Map<string, number>()
  /** By user name. */
  readonly on = new Map<string, OnDuty>()
  readonly alarms = new Map<string, OpenAlarm>()
  readonly handoffs = new Set<string>()

  take(entry: Entry): void {
    this.seq = entry.seq
    if (threadEntries.has(entry.type)) this.#ofThread(entry)
    stationEntries[entry.type]?.(this, entry)
  }

  #ofThread(entry: Entry): void {
    const { type, subject } = entry
    const thread = this.threads.get(subject)
    if (thread) {
      evolve(thread, entry)
      if (thread.closed_at !== null) this.threads.delete(subject)
    } else if (type === 'thread.reopened') this.unknown.add(subject)
    else if (type === 'thread.closed') this.unknown.delete(subject)
  }
}

const stationEntries: Record<string, (standing: Standing, entry: Entry) => void> = {
  'thread.opened': ({ threads, opened: count }, entry) => {
    // What the conversation is called outside is personal, and nothing here asks for it.
    const thread = opened(entry, null)
    threads.set(thread.id, thread)
    count.set(thread.account, (count.get(thread.account) ?? 0) + 1)
  },
  'shift.signedOn': ({ on }, { at, subject, data }) => {
    const { post = null, duty = null } = data as { post?: string | null; duty?: string | null }
    on.set(subject, { since: Date.parse(at), post, duty })
  },
  'shift.signedOff': ({ on }, { subject }) => on.delete(subject),
  'alarm.raised': ({ alarms }, { at, subject, data }) => {
    const alarm = data.alarm as string
    alarms.set(alarm, { alarm, thread: subject, raisedAt: Date.parse(at), by: null })
  },
  'alarm.causeAdded': (standing, { data }) => {
    if (data.rings) lookedAfter(standing, data.alarm, null)
  },
  'alarm.acknowledged': (standing, { data, actor }) => lookedAfter(standing, data.alarm, actor.user),
  'alarm.followed': (standing, { data }) => lookedAfter(standing, data.alarm, data.looksAfter as string),
  'alarm.closed': ({ alarms }, { data }) => alarms.delete(data.alarm as string),
  'handoff.started': ({ handoffs }, { subject }) => handoffs.add(subject),
  'handoff.completed': ({ handoffs }, { subject }) => handoffs.delete(subject),
  'handoff.cancelled': ({ handoffs }, { subject }) => handoffs.delete(subject),
}

function lookedAfter({ alarms }: Standing, alarm: unknown, by: string | null): void {
  const open = alarms.get(alarm as string)
  if (open) open.by = by
}
