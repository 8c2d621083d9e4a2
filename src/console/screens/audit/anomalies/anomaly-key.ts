import type { Anomaly, AnomalyKind } from '../../../../contract/audit.ts'

type Facts = Anomaly['facts']

/** Kinds that several sentences tell, by what was measured. Pure. */
const variants: { [K in AnomalyKind]?: (facts: Facts) => string } = {
  answerAfterClose: ({ why }) => (why === 'undelivered' ? 'undelivered' : 'sent'),
  longHold: ({ answered }) => (answered === 1 ? 'answered' : 'waiting'),
  unanswered: ({ answered }) => (answered === 1 ? 'lastWord' : 'never'),
  handoffUnread: ({ why }) => (why === 'neverOpened' ? 'neverOpened' : 'tooFast'),
  handoffOnBehalf: ({ notReadBack }) => (Number(notReadBack) > 0 ? 'notReadBack' : 'plain'),
  promiseBroken: ({ late, due }) => (late === null ? (due === null ? 'noDeadline' : 'never') : 'late'),
  clockJump: ({ ahead }) => (ahead === null ? 'back' : 'aheadAndBack'),
  coverageBreak: ({ why, until }) =>
    why === 'accountOff'
      ? until === null
        ? 'accountStillOff'
        : 'accountOff'
      : why === 'fault'
        ? until === null
          ? 'stillAtFault'
          : 'fault'
        : why === 'late' || why === 'notSent' || why === 'gap'
          ? why
          : 'stoodStill',
  unmanned: ({ until }) => (until === null ? 'still' : 'was'),
  alarmLate: ({ acknowledged, alarmKind }) =>
    acknowledged === 1 ? (alarmKind === null ? 'late' : 'lateOfKind') : 'never',
  glassUnseen: ({ seen }) => (seen === 1 ? 'late' : 'never'),
}

/** Below `audit.anomalies.sentences`. */
export function anomalyKey(kind: AnomalyKind, facts: Facts): string {
  const variant = variants[kind]?.(facts)
  return variant === undefined ? kind : `${kind}.${variant}`
}
