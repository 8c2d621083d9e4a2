import { useI18n } from 'vue-i18n'
import type { Step } from '../../../contract/alarms.ts'
import type { ContactHit } from '../../../contract/warnings.ts'
import { resultKey } from './chain.ts'

/** Tells what was done about a warning in one plain sentence each. */
export function useStepWords(nameOfContact: (contact: string) => string | null) {
  const { t, te } = useI18n()

  function keyOf({ type, data, text }: Step): string {
    if (type === 'warning.linked') {
      if (data.contact === null) return 'unlinked'
      return nameOfContact(String(data.contact)) === null ? 'linkedOnly' : 'linked'
    }
    if (type === 'warning.claimed') return data.from ? 'takenOver' : 'claimed'
    if (type === 'warning.messaged') return data.by === 'thread' ? 'messagedThread' : 'messagedPhone'
    if (type === 'warning.neighbourAsked')
      return text === null && data.contact === null ? 'neighbourNobody' : 'neighbourAsked'
    if (type === 'message.received') return 'received'
    return type.replace('warning.', '')
  }

  function who({ type, data, text }: Step): string {
    if (type === 'warning.neighbourAsked' && text) return text
    const known = typeof data.contact === 'string' ? nameOfContact(data.contact) : null
    return known ?? t('warnings.steps.someone')
  }

  function sentence(step: Step): string {
    const { type, data, names } = step
    const result = resultKey(type, data)
    const facts = {
      type: type === 'warning.entered' ? t(`matters.warningTypes.${data.type}`) : type,
      actor: step.actorName || t('acts.system'),
      from: typeof data.from === 'string' ? (names[data.from] ?? data.from) : '',
      who: who(step),
      result: result ? t(result) : '',
      outcome: result ? t(result) : '',
      step: typeof data.step === 'string' ? t(`matters.warningSteps.${data.step}`) : '',
    }
    const key = `warnings.steps.${keyOf(step)}`
    return t(te(key) ? key : 'warnings.steps.unknown', facts)
  }

  /** What was noted with it, unless it stands in the sentence already, or at the head of the warning. */
  const words = ({ type, text }: Step): string | null =>
    type === 'warning.neighbourAsked' || type === 'warning.entered' ? null : text

  return { sentence, words }
}

/** As the register calls somebody: 村组 + name, without saying the village group twice. */
export function contactLabel({ name, villageGroup }: Pick<ContactHit, 'name' | 'villageGroup'>): string {
  return villageGroup === null || name.startsWith(villageGroup) ? name : `${villageGroup} ${name}`
}
