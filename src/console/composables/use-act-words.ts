import { useI18n } from 'vue-i18n'
import type { ActItem } from '../../contract/threads.ts'
import { useDirectory } from '../stores/directory.ts'
import { useTime } from './use-time.ts'

/** Which sentence of `acts` tells this entry, where its data decides between several. */
export function sentenceKey(type: string, data: ActItem['data']): string {
  if (type === 'thread.opened' && data.continues) return 'acts.thread.continued'
  if (type === 'thread.woken' && data.why === 'officer') return 'acts.thread.wokenByOfficer'
  if (type === 'thread.woken' && data.why === 'message') return 'acts.thread.wokenByMessage'
  if (type === 'thread.reopened' && data.why === 'message')
    return data.holder ? 'acts.thread.reopenedToHolder' : 'acts.thread.reopenedByMessage'
  if (type === 'thread.categorised' && !data.category) return 'acts.thread.uncategorised'
  return `acts.${type}`
}

/** Tells an entry of the ledger in one plain sentence. */
export function useActWords() {
  const { t, te } = useI18n()
  const time = useTime()
  const directory = useDirectory()

  function actWords(item: ActItem): string {
    const { data } = item
    const person = (user: unknown) =>
      typeof user === 'string' ? (item.names[user] ?? directory.personName(user)) : t('acts.system')
    const word = (group: string, value: unknown) =>
      typeof value === 'string' && te(`app.${group}.${value}`) ? t(`app.${group}.${value}`) : ''
    const facts = {
      type: item.type,
      actor: item.actorName || t('acts.system'),
      from: person(data.from),
      to: person(data.to),
      holder: person(data.holder),
      until: typeof data.until === 'string' ? time.moment(data.until) : '',
      disposition: word('dispositions', data.disposition),
      category: word('categories', data.category),
      urgency: word('urgencies', data.urgency),
      minutes: typeof data.minutes === 'number' ? data.minutes : '',
      reason: typeof data.reason === 'string' ? data.reason : (item.text ?? ''),
    }
    const key = sentenceKey(item.type, data)
    const sentence = te(key) ? t(key, facts) : t('acts.unknown', facts)
    if (!item.text) return sentence
    return item.type === 'thread.closed'
      ? t('acts.withNote', { sentence, note: item.text })
      : t('acts.withReason', { sentence, reason: item.text })
  }

  return { actWords }
}
