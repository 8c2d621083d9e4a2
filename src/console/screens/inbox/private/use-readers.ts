import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Thread } from '../../../../contract/threads.ts'
import { useDirectory } from '../../../stores/directory.ts'

/** Who reads a private thread (rule 11), in words. */
export function useReaders(thread: () => Thread) {
  const { t } = useI18n()
  const directory = useDirectory()
  return computed(() => {
    const { holder, holderName, escalation } = thread()
    const desk = directory.desks.find(({ id }) => id === escalation?.desk)
    const members = desk?.members.map((user) => directory.personName(user)).join(t('app.comma'))
    const ofTheDesk = !desk
      ? t('escalations.privacy.anyDesk')
      : members
        ? t('escalations.privacy.desk', { desk: desk.name, names: members })
        : t('escalations.privacy.deskNobody', { desk: desk.name })
    return [
      holder === null
        ? t('escalations.privacy.noHolder')
        : t('escalations.privacy.holder', { who: holderName ?? holder }),
      ofTheDesk,
      t('escalations.privacy.supervisors'),
    ]
  })
}
