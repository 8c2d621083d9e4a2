import { useI18n } from 'vue-i18n'
import type { Step } from '../../../contract/alarms.ts'
import type { EscalationRow } from '../../../contract/escalations.ts'
import { useTime } from '../../composables/use-time.ts'
import { useDirectory } from '../../stores/directory.ts'
import { type ClockTone, stepKey, toneOf } from './escalation-clock.ts'

export interface Clock {
  words: string
  tone: ClockTone
  /** The moment meant, for the eye that hovers. */
  at: string | null
}

/** Tells an escalation, its clock and its steps in words. */
export function useEscalationWords() {
  const { t, te } = useI18n()
  const time = useTime()
  const directory = useDirectory()

  function clock(row: EscalationRow, now: number): Clock {
    if (row.state === 'returned') {
      const words = t(`matters.returnedWhy.${row.returnedWhy ?? 'declined'}`)
      return { words, tone: 'over', at: row.dueAt }
    }
    if (row.state === 'offered') {
      if (row.dueAt === null) return { words: '', tone: 'calm', at: null }
      const tone = toneOf(row.raisedAt, row.dueAt, now)
      const words =
        tone === 'over'
          ? t('escalations.clock.over', { age: time.age(row.dueAt, now) })
          : t('escalations.clock.left', { age: time.left(row.dueAt, now) })
      return { words, tone, at: row.dueAt }
    }
    if (row.state === 'accepted')
      return {
        words: t('escalations.clock.acceptedBy', { who: row.acceptedByName ?? row.acceptedBy ?? '' }),
        tone: 'calm',
        at: row.acceptedAt,
      }
    if (row.state === 'visit' && row.returnVisitAt) {
      if (row.visitDue) return { words: t('escalations.clock.visitDue'), tone: 'over', at: row.returnVisitAt }
      const at = time.moment(row.returnVisitAt, now)
      return { words: t('escalations.clock.visit', { at }), tone: 'calm', at: row.returnVisitAt }
    }
    const outcome = row.outcome ? t(`matters.escalationOutcomes.${row.outcome}`) : ''
    return { words: outcome, tone: 'calm', at: row.resolvedAt }
  }

  function stepWords(step: Step): string {
    const { data } = step
    const text = (value: unknown) => (typeof value === 'string' ? value : '')
    const word = (group: string, value: unknown) =>
      typeof value === 'string' && te(`matters.${group}.${value}`) ? t(`matters.${group}.${value}`) : ''
    const visit = text(data.returnVisitAt) || text(data.next)
    const facts = {
      type: step.type,
      actor: step.actorName || t('escalations.steps.system'),
      desk: directory.deskName(text(data.desk)),
      level: directory.level(text(data.level))?.name ?? text(data.level),
      outcome: word('escalationOutcomes', data.outcome),
      result: word('visitResults', data.result),
      visit: visit ? time.moment(visit) : '',
    }
    const key = `escalations.steps.${stepKey(step.type, data)}`
    const sentence = te(key) ? t(key, facts) : t('escalations.steps.unknown', facts)
    return data.private === true ? t('escalations.steps.privately', { sentence }) : sentence
  }

  return { clock, stepWords }
}
