import { computed, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Input } from '../../../contract/index.ts'
import type { ContactCard } from '../../../contract/people.ts'
import { useAct } from '../../composables/use-act.ts'
import { useConnection } from '../../connection/connection.ts'
import { useChanges } from '../../stores/changes.ts'
import { useInbox } from '../../stores/inbox.ts'
import { useThread } from '../../stores/thread.ts'

/** The card of the resident in the open thread. */
export function useResident() {
  const connection = useConnection()
  const changes = useChanges()
  const store = useThread()
  const inbox = useInbox()
  const { act, did } = useAct()
  const { t } = useI18n()
  const card = shallowRef<ContactCard | null>(null)
  const failed = shallowRef<unknown>(null)
  /** The number in full, after `contact.unmaskPhone`; forgotten with the resident. */
  const phone = ref<string | null>(null)
  const sealed = computed(() => store.thread?.readable === false)
  const isGroup = computed(() => store.thread?.kind === 'group')
  const common = computed(() => store.thread?.common ?? null)
  let asked = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function read() {
    const contact = store.thread?.contact
    const mine = ++asked
    /** Of a private thread this reader may not read nobody is named (rule 11). */
    if (!contact) {
      card.value = null
      failed.value = null
      return
    }
    try {
      const answer = await connection.call('contact.card', { contact })
      if (mine !== asked) return
      card.value = answer
      failed.value = null
    } catch (error) {
      if (mine === asked) failed.value = error
    }
  }

  watch(
    () => store.thread?.contact,
    () => {
      phone.value = null
      void read()
    },
    { immediate: true },
  )
  /** Nobody waits for the card: it comes after what the officer does. */
  function later() {
    clearTimeout(timer)
    timer = setTimeout(read, 150)
  }
  const stop = changes.onChange((change) => {
    const { thread } = store
    if (!thread) return
    if (change.everything || change.subjects.includes(thread.contact) || change.subjects.includes(thread.id))
      later()
  })

  return {
    card,
    failed,
    phone,
    sealed,
    isGroup,
    common,
    read,
    stop,
    async unmask() {
      const contact = card.value?.id
      if (!contact) return
      const answer = await act('contact.unmaskPhone', { contact })
      if (answer && card.value?.id === contact) phone.value = answer.phone
    },
    async change(input: Input<'contact.change'>): Promise<boolean> {
      const done = await did('contact.change', input, { done: t('inbox.card.changed') })
      if (!done) return false
      phone.value = null
      void read()
      void store.refresh()
      inbox.refresh()
      return true
    },
  }
}
