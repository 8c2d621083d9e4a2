import { onScopeDispose, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { Refused } from '../../../contract/errors.ts'
import { useConnection } from '../../connection/connection.ts'

/** What threads are called, asked for once each: the resident's name, or that it is private, with the category. */
export function useThreadNames() {
  const connection = useConnection()
  const { t } = useI18n()
  const known = shallowRef(new Map<string, string>())
  const asked = new Set<string>()
  let gone = false
  onScopeDispose(() => {
    gone = true
  })

  async function ask(id: string) {
    let name = id
    try {
      const thread = await connection.call('thread.get', { thread: id })
      const sealed = thread.category
        ? t('groups.marks.sealed', { category: t(`app.categories.${thread.category}`) })
        : t('groups.marks.sealedPlain')
      name = thread.readable ? thread.contactName : sealed
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      // One that is not there keeps its id.
    }
    if (!gone) known.value = new Map(known.value).set(id, name)
  }

  return (id: string): string => {
    const name = known.value.get(id)
    if (name === undefined && !asked.has(id)) {
      asked.add(id)
      void ask(id)
    }
    return name ?? '…'
  }
}
