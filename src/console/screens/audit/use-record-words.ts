import { useI18n } from 'vue-i18n'
import type { RecordRow } from '../../../contract/audit.ts'
import { useActWords } from '../../composables/use-act-words.ts'
import { useDirectory } from '../../stores/directory.ts'

/** A record in plain words. */
export function useRecordWords() {
  const { t } = useI18n()
  const { sentenceOf } = useActWords()
  const directory = useDirectory()

  /** Timers and the outbox are the desk itself; what a channel brings is told by its account beside it. */
  const whoOf = ({ role, actorName }: RecordRow) =>
    role === 'system' ? t('acts.system') : role === 'channel' ? t('audit.records.channel') : actorName

  const sentence = (row: RecordRow) =>
    sentenceOf({
      type: row.type,
      actorName: whoOf(row),
      data: row.data,
      names: row.names,
      text: row.text,
      subject: row.subject,
    })

  /** What was said or written with it, or why that is not shown. */
  function words({ content, text }: RecordRow): string {
    if (content === 'private') return t('audit.records.private')
    if (content === 'erased') return t('audit.records.erased')
    return text ?? ''
  }

  /** The lock of a private thread is drawn where it is shown. */
  const residentOf = ({ contactName }: RecordRow) =>
    contactName === '🔒' ? t('audit.records.private') : (contactName ?? '')
  const accountOf = ({ account }: RecordRow) => (account === null ? '' : directory.accountName(account))

  return { whoOf, sentence, words, residentOf, accountOf }
}
