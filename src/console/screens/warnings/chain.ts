import type { Step } from '../../../contract/alarms.ts'
import { type WarningRow, type WarningStep, warningSteps } from '../../../contract/warnings.ts'

/** One step of the chain call → message → reply → neighbour → visit → outcome, as it went so far. */
export interface Link {
  step: WarningStep
  state: 'done' | 'now' | 'skipped' | 'todo'
  /** How long it was the step to be done, over all rounds; null where it never was. */
  tookMs: number | null
  /** How often it was recorded. */
  times: number
  /** What came of it last: a key of words. */
  result: string | null
}

const stepOf: Readonly<Record<string, WarningStep>> = {
  'warning.called': 'call',
  'warning.messaged': 'message',
  'warning.replied': 'reply',
  'warning.neighbourAsked': 'neighbour',
  'warning.visited': 'visit',
  'warning.closed': 'outcome',
}

const resultWords: Readonly<Record<WarningStep, [field: string, words: string]>> = {
  call: ['result', 'matters.callResults'],
  message: ['by', 'warnings.chain.sentBy'],
  reply: ['result', 'matters.replyResults'],
  neighbour: ['result', 'matters.neighbourResults'],
  visit: ['result', 'matters.visitsDone'],
  outcome: ['outcome', 'matters.warningOutcomes'],
}

/** Key of the words for what came of an act, e.g. `matters.callResults.busy`. */
export function resultKey(type: string, data: Step['data']): string | null {
  const step = stepOf[type]
  if (!step) return null
  const [field, words] = resultWords[step]
  return typeof data[field] === 'string' ? `${words}.${data[field]}` : null
}

/** A step is under way from when it fell due until another, or the same one by a later time, did. */
function times(steps: readonly Step[], warning: WarningRow, now: number): Map<WarningStep, number> {
  const took = new Map<WarningStep, number>()
  const spend = (step: WarningStep, ms: number) => took.set(step, (took.get(step) ?? 0) + Math.max(0, ms))
  let current: WarningStep = 'call'
  let since = Date.parse(warning.enteredAt)
  for (const { type, at, data } of steps) {
    if (stepOf[type] === undefined) continue
    const next = type === 'warning.closed' ? null : (data.next as WarningStep)
    if (next === current) continue
    spend(current, Date.parse(at) - since)
    if (next === null) return took
    current = next
    since = Date.parse(at)
  }
  spend(current, now - since)
  return took
}

export function chainOf(steps: readonly Step[], warning: WarningRow, now: number): Link[] {
  const took = times(steps, warning, now)
  const at = warningSteps.indexOf(warning.step)
  return warningSteps.map((step, nth) => {
    const acts = steps.filter(({ type }) => stepOf[type] === step)
    const last = acts.at(-1)
    const tookMs = took.get(step) ?? null
    const closed = warning.closedAt !== null
    const was = tookMs !== null || acts.length > 0
    const state =
      !closed && step === warning.step
        ? 'now'
        : acts.length > 0
          ? 'done'
          : closed || nth < at
            ? 'skipped'
            : was
              ? 'done'
              : 'todo'
    return {
      step,
      state,
      tookMs: acts.length > 0 || state === 'now' ? tookMs : null,
      times: acts.length,
      result: last ? resultKey(last.type, last.data) : null,
    }
  })
}
