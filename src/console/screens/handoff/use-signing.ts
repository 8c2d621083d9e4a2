import { type ComputedRef, computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { type Handoff, isSevere } from '../../../contract/handoff.ts'
import { useSession } from '../../stores/session.ts'
import { isAnswered, isDecided, isForIncoming, needsReadBack } from './item-steps.ts'

export type SignSide = 'outgoing' | 'incoming'

/** Which side is this reader's to sign now, and what is still missing for it. The core asks the same. */
export function useSigning(handoff: ComputedRef<Handoff>) {
  const { t } = useI18n()
  const session = useSession()
  const mine = computed<SignSide | null>(() => {
    const { state, from, to } = handoff.value
    const me = session.session?.user
    if (state === 'preparing') return from === me ? 'outgoing' : null
    return state === 'offered' && to === me ? 'incoming' : null
  })
  const lacks = computed<string | null>(() => {
    const { items } = handoff.value
    if (mine.value === 'outgoing') {
      const open = items.filter((item) => !isDecided(item)).length
      return open === 0 ? null : t('handoff.lacks.decisions', { n: open })
    }
    if (mine.value !== 'incoming') return null
    const unread = items.filter((item) => isSevere(item.severity) && needsReadBack(item)).length
    if (unread > 0) return t('handoff.lacks.readBack', { n: unread })
    const asked = items.filter((item) => !isAnswered(item)).length
    if (asked > 0) return t('handoff.lacks.replies', { n: asked })
    const unaccepted = items.filter((item) => isForIncoming(item) && !item.accepted).length
    return unaccepted === 0 ? null : t('handoff.lacks.acceptance', { n: unaccepted })
  })
  return { mine, lacks }
}
