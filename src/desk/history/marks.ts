import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { ThreadState } from '../threads/thread.ts'
import { type OnDuty, type OpenAlarm, Standing } from './standing.ts'

/** A standing as it is kept in the database: after which entry, how many threads were open, and what. */
export interface Mark {
  seq: number
  open: number
  body: Uint8Array
}

/** No two marks are nearer than this many entries. */
export const nearest = 4_000

/** As far apart as a mark takes to read: the time it takes to read half as many entries as threads are open. */
export function isDue(entries: number, { threads }: Standing): boolean {
  return entries >= Math.max(nearest, threads.size / 2)
}

/** By column: a name of a column before each of two million values would be most of it. */
type Columns = { [C in keyof ThreadState]: ThreadState[C][] }

interface Packed {
  threads: Columns
  unknown: string[]
  opened: [string, number][]
  on: [string, OnDuty][]
  alarms: [string, OpenAlarm][]
  handoffs: string[]
}

export function pack(standing: Standing): Mark {
  const threads = [...standing.threads.values()]
  const packed: Packed = {
    threads: columnsOf(threads),
    unknown: [...standing.unknown],
    opened: [...standing.opened],
    on: [...standing.on],
    alarms: [...standing.alarms],
    handoffs: [...standing.handoffs],
  }
  // The quickest level: a tenth of the size already.
  const body = deflateRawSync(JSON.stringify(packed), { level: 1 })
  return { seq: standing.seq, open: threads.length, body }
}

export function unpack({ seq, open, body }: Mark): Standing {
  const packed = JSON.parse(inflateRawSync(body).toString()) as Packed
  const standing = new Standing()
  standing.seq = seq
  for (let at = 0; at < open; at += 1) {
    const thread = threadAt(packed.threads, at)
    standing.threads.set(thread.id, thread)
  }
  for (const id of packed.unknown) standing.unknown.add(id)
  for (const [account, n] of packed.opened) standing.opened.set(account, n)
  for (const [user, duty] of packed.on) standing.on.set(user, duty)
  for (const [id, alarm] of packed.alarms) standing.alarms.set(id, alarm)
  for (const id of packed.handoffs) standing.handoffs.add(id)
  return standing
}

function columnsOf(threads: readonly ThreadState[]): Columns {
  const names = Object.keys(threads[0] ?? {}) as (keyof ThreadState)[]
  return Object.fromEntries(
    names.map((name) => [name, threads.map((thread) => thread[name])]),
  ) as unknown as Columns
}

/** Written out, because fifty thousand objects made name by name take ten times as long. */
function threadAt(of: Columns, at: number): ThreadState {
  return {
    n: of.n[at]!,
    id: of.id[at]!,
    account: of.account[at]!,
    contact: of.contact[at]!,
    kind: of.kind[at]!,
    conversation: of.conversation[at]!,
    continues: of.continues[at]!,
    opened_at: of.opened_at[at]!,
    closed_at: of.closed_at[at]!,
    disposition: of.disposition[at]!,
    holder: of.holder[at]!,
    held_since: of.held_since[at]!,
    last_holder: of.last_holder[at]!,
    handed_at: of.handed_at[at]!,
    urgency: of.urgency[at]!,
    category: of.category[at]!,
    snoozed_until: of.snoozed_until[at]!,
    last_seq: of.last_seq[at]!,
    last_message: of.last_message[at]!,
    last_from: of.last_from[at]!,
    last_kind: of.last_kind[at]!,
    last_at: of.last_at[at]!,
    last_recalled: of.last_recalled[at]!,
    waiting_since: of.waiting_since[at]!,
    clock_since: of.clock_since[at]!,
    told_at: of.told_at[at]!,
    told_by: of.told_by[at]!,
    overdue: of.overdue[at]!,
    answer: of.answer[at]!,
    answer_state: of.answer_state[at]!,
    owed_since: of.owed_since[at]!,
    owed_told: of.owed_told[at]!,
    asked_since: of.asked_since[at]!,
    private: of.private[at]!,
    desk: of.desk[at]!,
    covered_by: of.covered_by[at]!,
    escalation: of.escalation[at]!,
    escalation_state: of.escalation_state[at]!,
    level: of.level[at]!,
    alarm: of.alarm[at]!,
    alarm_by: of.alarm_by[at]!,
    mark_kind: of.mark_kind[at]!,
    mark_strength: of.mark_strength[at]!,
    common: of.common[at]!,
    rank: of.rank[at]!,
  }
}
