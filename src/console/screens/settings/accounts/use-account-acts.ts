import { useDialog } from 'naive-ui'
import { useI18n } from 'vue-i18n'
import type { Account } from '../../../../contract/accounts.ts'
import { useAct } from '../../../composables/use-act.ts'

export function useAccountActs() {
  const { t } = useI18n()
  const { did } = useAct()
  const dialog = useDialog()

  function set(account: Account, enabled: boolean) {
    const { id, name, ownNames } = account
    return did(
      'account.change',
      { account: id, name, ownNames, enabled },
      { done: t('settings.accounts.changed', { name }) },
    )
  }

  function toggle(account: Account) {
    if (!account.enabled) return void set(account, true)
    dialog.warning({
      title: t('settings.accounts.confirmDisable', { name: account.name }),
      content: t('settings.accounts.confirmDisableText'),
      positiveText: t('settings.accounts.disable'),
      negativeText: t('app.cancel'),
      onPositiveClick: () => set(account, false),
    })
  }

  return { toggle }
}
