import { useDialog } from 'naive-ui'
import { useI18n } from 'vue-i18n'

export interface Question {
  title: string
  text: string
  /** The act itself as a verb: 停用, 放弃修改. */
  yes: string
  no?: string
  run: () => unknown
}

/** Asks before what cannot simply be undone. */
export function useConfirm() {
  const dialog = useDialog()
  const { t } = useI18n()
  return ({ title, text, yes, no, run }: Question) => {
    dialog.warning({
      title,
      content: text,
      positiveText: yes,
      negativeText: no ?? t('app.cancel'),
      positiveButtonProps: { type: 'error', size: 'medium' },
      negativeButtonProps: { type: 'default', ghost: false, size: 'medium' },
      autoFocus: true,
      onPositiveClick: () => run(),
    })
  }
}
