import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Thread } from '../../../contract/threads.ts'
import { useMay } from '../../composables/use-may.ts'
import { useNavigation } from '../../stores/navigation.ts'
import type { ThreadActs, ThreadDialog } from './use-thread-acts.ts'

/** What is done to a thread now and then: each opens its dialog, or the place where it is done. */
export function useMoreActs(thread: () => Thread, acts: () => ThreadActs) {
  const { t } = useI18n()
  const may = useMay()
  const navigation = useNavigation()
  const entries = computed(() => {
    const mayHere = acts().may.value
    const list: { key: ThreadDialog | 'export'; label: string }[] = []
    if (mayHere.privacy)
      list.push({
        key: 'privacy',
        label: t(thread().private ? 'escalations.privacy.lift' : 'escalations.privacy.make'),
      })
    if (mayHere.group) list.push({ key: 'group', label: t('groups.acts.move') })
    if (mayHere.pullIn) list.push({ key: 'pullIn', label: t('groups.acts.pullIn') })
    if (mayHere.common) list.push({ key: 'common', label: t('groups.acts.common') })
    if (mayHere.hold) list.push({ key: 'hold', label: t('retention.holds.thread') })
    if (may.value.audit) list.push({ key: 'export', label: t('proof.exports.thread') })
    return list
  })
  function choose(key: ThreadDialog | 'export') {
    if (key === 'export') navigation.go('audit', { part: 'proof', thread: thread().id })
    else void acts().ask(key)
  }
  return { entries, choose }
}
