import { useDialog } from 'naive-ui'
import { useI18n } from 'vue-i18n'
import type { Person } from '../../../../contract/people.ts'
import { useAct } from '../../../composables/use-act.ts'

export function usePersonActs() {
  const { t } = useI18n()
  const { did } = useAct()
  const dialog = useDialog()

  function set(person: Person, enabled: boolean) {
    const { user, name, role } = person
    return did(
      'person.change',
      { user, name, role, enabled },
      { done: t(enabled ? 'settings.people.wasEnabled' : 'settings.people.wasDisabled', { name }) },
    )
  }

  function toggle(person: Person) {
    if (!person.enabled) return void set(person, true)
    dialog.warning({
      title: t('settings.people.confirmDisable', { name: person.name }),
      content: t('settings.people.confirmDisableText'),
      positiveText: t('settings.people.disable'),
      negativeText: t('app.cancel'),
      onPositiveClick: () => set(person, false),
    })
  }

  return { toggle }
}
