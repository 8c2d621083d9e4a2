import { useI18n } from 'vue-i18n'
import type { Person } from '../../../../contract/people.ts'
import { useAct } from '../../../composables/use-act.ts'
import { useConfirm } from '../../../composables/use-confirm.ts'

export function usePersonActs() {
  const { t } = useI18n()
  const { did } = useAct()
  const confirm = useConfirm()

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
    confirm({
      title: t('settings.people.confirmDisable', { name: person.name }),
      text: t('settings.people.confirmDisableText'),
      yes: t('settings.people.disable'),
      run: () => set(person, false),
    })
  }

  return { toggle }
}
