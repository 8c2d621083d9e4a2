import { useI18n } from 'vue-i18n'

/** What a class of content is called; one that has no name keeps its id. */
export function useClassWords() {
  const { t, te } = useI18n()

  return (id: string): string => {
    const [kind, category] = id.split('.')
    if (kind !== 'thread' || !category) return te(`retention.kinds.${id}`) ? t(`retention.kinds.${id}`) : id
    const what = category === 'none' ? t('retention.noCategory') : t(`app.categories.${category}`)
    return t('retention.ofThreads', { what })
  }
}
