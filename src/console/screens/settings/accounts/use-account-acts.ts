import { useI18n } from 'vue-i18n'
import type { Account } from '../../../../contract/accounts.ts'
import { useAct } from '../../../composables/use-act.ts'
import { useConfirm } from '../../../composables/use-confirm.ts'

export function useAccountActs() {
  const { t } = useI18n()
  const { did } = useAct()
  const confirm = useConfirm()

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
    confirm({
      title: t('settings.accounts.confirmDisable', { name: account.name }),
      text: t('settings.accounts.confirmDisableText'),
      yes: t('settings.accounts.disable'),
      run: () => set(account, false),
    })
  }

  return { toggle }
}
