import { useI18n } from 'vue-i18n'
import type { HandoffDecision, HandoffItem } from '../../../contract/handoff.ts'
import { useTime } from '../../composables/use-time.ts'
import { useDirectory } from '../../stores/directory.ts'
import { oneForAll, suggestedAction } from './suggestions.ts'

/** An item of the sheet in words. */
export function useItemWords() {
  const { t } = useI18n()
  const time = useTime()
  const directory = useDirectory()

  const whyOf = (item: HandoffItem) => item.why.map((why) => t(`handoff.why.${why}`))

  function suggested(item: HandoffItem): string {
    const action = suggestedAction(item)
    if (action === 'promise') return item.promise?.nextAction || t('handoff.actions.follow')
    const desk = item.escalation ? directory.deskName(item.escalation.desk) : ''
    return t(`handoff.actions.${action}`, { desk })
  }

  const suggestedForAll = (items: readonly HandoffItem[]): string =>
    oneForAll(items.map(suggested)) ?? t('handoff.actions.follow')

  function decided(decision: HandoffDecision): string {
    if (decision.do === 'keep') return t('handoff.decided.keep', { reason: decision.reason })
    if (decision.do === 'close')
      return t('handoff.decided.close', { how: t(`app.dispositions.${decision.disposition}`) })
    return decision.deadline === null
      ? decision.nextAction
      : t('handoff.decided.handOver', { action: decision.nextAction, at: time.moment(decision.deadline) })
  }

  return { whyOf, suggestedForAll, decided }
}
