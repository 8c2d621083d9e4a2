import { useI18n } from 'vue-i18n'
import type { Step } from '../../../contract/alarms.ts'
import { useTime } from '../../composables/use-time.ts'
import { useDirectory } from '../../stores/directory.ts'

/** Which sentence of `alarms.steps` tells this step. */
export function stepKey({ type, data }: Pick<Step, 'type' | 'data'>): string {
  const recall = data.cause === 'recall'
  switch (type) {
    case 'alarm.raised':
      return recall ? 'raisedByRecall' : 'raisedByMessage'
    case 'alarm.causeAdded':
      return `${recall ? 'addedRecall' : 'addedMessage'}${data.rings === true ? 'Rings' : ''}`
    case 'alarm.called':
      return typeof data.call === 'number' && data.call > 1 ? 'calledAgain' : 'called'
    case 'alarm.acknowledged':
    case 'alarm.contacted':
    case 'alarm.contactDue':
    case 'alarm.closed':
      return type.slice('alarm.'.length)
    case 'alarm.followed':
      return 'followed'
    default:
      return 'unknown'
  }
}

/** Tells a step of an alarm in one plain sentence. */
export function useStepWords() {
  const { t } = useI18n()
  const { moment } = useTime()
  const directory = useDirectory()

  return (step: Step): string => {
    const { data, names } = step
    const person = (user: unknown) =>
      typeof user === 'string' ? (names[user] ?? directory.personName(user)) : t('alarms.drawer.system')
    const who = step.actorName || t('alarms.drawer.system')
    const to = person(data.looksAfter)
    const key = stepKey(step)
    const facts = {
      type: step.type,
      who,
      to,
      second: person(data.second),
      n: typeof data.call === 'number' ? data.call : 1,
      next: typeof data.nextContactAt === 'string' ? moment(data.nextContactAt) : '',
      kind: typeof data.kind === 'string' ? t(`matters.alarmKinds.${data.kind}`) : '',
      outcome: typeof data.outcome === 'string' ? t(`matters.alarmOutcomes.${data.outcome}`) : '',
    }
    return t(`alarms.steps.${key === 'followed' && to === who ? 'followedSelf' : key}`, facts)
  }
}
