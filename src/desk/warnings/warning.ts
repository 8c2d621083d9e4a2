import {
  type WarningOutcome,
  type WarningStep,
  type WarningType,
  warningSteps,
} from '../../contract/warnings.ts'
import type { Entry } from '../../ledger/entry.ts'

/** A scam warning as its entries have made it. Times in ms since 1970. The same shape is the row in the database. */
export interface WarningState {
  /** `seq` of its `warning.entered`, under which its content stands. */
  n: number
  id: string
  type: WarningType
  /** Who of the register it is about. */
  contact: string | null
  /** The thread by which a message left, and the last such message's `seq`. */
  thread: string | null
  message: number | null
  holder: string | null
  held_since: number | null
  entered_at: number
  entered_by: string
  step: WarningStep
  step_since: number
  /** How far this round has come: what a step that leads nowhere leads on to. */
  onward: WarningStep
  /** Null once it is closed. */
  due_at: number | null
  overdue: 0 | 1
  calls: number
  messages: number
  closed_at: number | null
  outcome: WarningOutcome | null
}

export function later(a: WarningStep, b: WarningStep): WarningStep {
  return warningSteps.indexOf(a) < warningSteps.indexOf(b) ? b : a
}

const time = (value: unknown): number => Date.parse(value as string)

export function entered(entry: Entry): WarningState {
  const at = time(entry.at)
  return {
    n: entry.seq,
    id: entry.subject,
    type: entry.data.type as WarningType,
    contact: null,
    thread: null,
    message: null,
    holder: null,
    held_since: null,
    entered_at: at,
    entered_by: entry.actor.user,
    step: 'call',
    step_since: at,
    onward: 'call',
    due_at: time(entry.data.dueAt),
    overdue: 0,
    calls: 0,
    messages: 0,
    closed_at: null,
    outcome: null,
  }
}

/** A step begins when another is due, or the same one by another time; else the one there is goes on. */
function goOn(warning: WarningState, entry: Entry): void {
  const next = entry.data.next as WarningStep
  const dueAt = time(entry.data.dueAt)
  warning.onward = later(warning.onward, next)
  if (next === warning.step && dueAt === warning.due_at) return
  warning.step = next
  warning.step_since = time(entry.at)
  warning.due_at = dueAt
  warning.overdue = 0
}

const evolutions: Record<string, (warning: WarningState, entry: Entry) => void> = {
  'warning.linked': (warning, entry) => {
    warning.contact = entry.data.contact as string | null
  },
  'warning.claimed': (warning, entry) => {
    warning.holder = entry.data.holder as string
    warning.held_since = time(entry.at)
  },
  'warning.handedOver': (warning, entry) => {
    warning.holder = entry.data.holder as string
    warning.held_since = time(entry.at)
  },
  'warning.called': (warning, entry) => {
    warning.calls += 1
    goOn(warning, entry)
  },
  'warning.messaged': (warning, entry) => {
    warning.messages += 1
    if (entry.data.by === 'thread') {
      warning.thread = entry.data.thread as string
      warning.message = entry.data.message as number
    }
    goOn(warning, entry)
  },
  'warning.replied': (warning, entry) => {
    // Once it was read, another message tells nothing new: should the call fail again, somebody must go there.
    if (entry.data.result === 'read') warning.onward = later(warning.onward, 'neighbour')
    goOn(warning, entry)
  },
  'warning.neighbourAsked': goOn,
  'warning.visited': (warning, entry) => {
    if (entry.data.result === 'notHome') warning.onward = 'call'
    goOn(warning, entry)
  },
  'warning.overdue': (warning, entry) => {
    if (entry.data.step === warning.step) warning.overdue = 1
  },
  'warning.closed': (warning, entry) => {
    warning.closed_at = time(entry.at)
    warning.outcome = entry.data.outcome as WarningOutcome
    warning.due_at = null
    warning.overdue = 0
  },
}

/** Entry types that change a warning's state. */
export const evolving: readonly string[] = Object.keys(evolutions)

/** Changes `warning` in place as the entry says. */
export function evolve(warning: WarningState, entry: Entry): void {
  evolutions[entry.type]?.(warning, entry)
}
