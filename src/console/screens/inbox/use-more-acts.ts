import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Thread } from '../../../contract/threads.ts'
import type { ThreadActs, ThreadDialog } from './use-thread-acts.ts'

/** What is done to a thread now and then: each opens its dialog. */
export function useMoreActs(thread: () => Thread, acts: () => ThreadActs) {
  const { t } = useI18n()
  const entries = computed(() => {
    const may = acts().may.value
    const list: { key: ThreadDialog; label: string }[] = []
    if (may.privacy)
      list.push({
        key: 'privacy',
        label: t(thread().private ? 'escalations.privacy.lift' : 'escalations.privacy.make'),
      })
    if (may.group) list.push({ key: 'group', label: t('groups.acts.move') })
    if (may.pullIn) list.push({ key: 'pullIn', label: t('groups.acts.pullIn') })
    if (may.common) list.push({ key: 'common', label: t('groups.acts.common') })
    return list
  })
  return { entries, choose: (key: ThreadDialog) => void acts().ask(key) }
}
