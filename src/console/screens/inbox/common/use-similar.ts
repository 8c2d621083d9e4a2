import { computed, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Output } from '../../../../contract/index.ts'
import { useAct } from '../../../composables/use-act.ts'
import { useConnection } from '../../../connection/connection.ts'
import { useInbox } from '../../../stores/inbox.ts'
import { useThread } from '../../../stores/thread.ts'
import { type Seeking, useCommonQuestions } from './common-questions.ts'

export type Similar = Output<'common.similar'>[number]

/** Enough to know the question by; the officer shortens it. */
const titleLength = 24

/** Finding the threads that ask the same as one does, and linking the chosen ones to one question. */
export function useSimilar(shown: () => Seeking | null) {
  const connection = useConnection()
  const { act, did } = useAct()
  const { t } = useI18n()
  const store = useThread()
  const inbox = useInbox()
  const commons = useCommonQuestions()
  /** Stays while the dialog fades. */
  const thread = ref('')
  /** The question it belongs to already. */
  const own = ref<string | null>(null)
  const found = shallowRef<Similar[] | null>(null)
  const failed = shallowRef<unknown>(null)
  const chosen = ref<string[]>([])
  const title = ref('')
  /** An existing question to link to; null for a new one. */
  const target = ref<string | null>(null)
  const linking = ref(false)
  let asked = 0

  /** What the resident wrote last, where this thread is the open one. */
  const question = computed(() => {
    if (store.id !== thread.value) return ''
    const last = store.items.findLast((item) => item.item === 'message' && item.from === 'resident')
    return last?.item === 'message' ? (last.text ?? '') : ''
  })
  /** A thread belongs to one question at most. */
  const free = computed(() => (found.value ?? []).filter(({ row }) => row.common === null))
  const ready = computed(
    () => !linking.value && (target.value === null ? title.value.trim() !== '' : links.value.length > 0),
  )
  const links = computed(() => {
    const mine = own.value === null ? [thread.value] : []
    return [...mine, ...chosen.value]
  })

  async function read() {
    const mine = ++asked
    found.value = null
    failed.value = null
    chosen.value = []
    try {
      const answer = await connection.call('common.similar', { thread: thread.value })
      if (mine !== asked) return
      found.value = answer
      const known = answer.find(({ row }) => commons.of(row.common) !== null)?.row.common ?? null
      target.value = own.value ?? known
    } catch (error) {
      if (mine === asked) failed.value = error
    }
  }
  watch(
    shown,
    (now) => {
      if (now === null) return
      thread.value = now.thread
      own.value = now.into
      title.value = (question.value.split(/[\n。？?！!；;]/, 1)[0] ?? '').trim().slice(0, titleLength)
      target.value = own.value
      void read()
    },
    { immediate: true },
  )

  /** The question they are linked to now, or null where it was refused. */
  async function link(): Promise<string | null> {
    if (!ready.value) return null
    linking.value = true
    try {
      const threads = links.value
      const name = commons.of(target.value)?.title ?? title.value.trim()
      const done = { done: t('groups.common.linked', { title: name }) }
      const common =
        target.value === null
          ? (await act('common.open', { title: title.value.trim(), threads }, done))?.common
          : (await did('common.link', { common: target.value, threads }, done))
            ? target.value
            : undefined
      if (common === undefined) return null
      void commons.refresh()
      void store.refresh()
      inbox.refresh()
      return common
    } finally {
      linking.value = false
    }
  }

  return { found, failed, chosen, title, target, linking, question, own, free, links, ready, read, link }
}
